/* Our kernels as plain C. Every declaration can be pasted into `softmax-verify validate` as it stands.
 * Written by scripts/make_c_abi.
 *
 * Names     sv_<operation>_<algorithm>_<format>; sv_<operation>_<format> is the recommended one. f16 and bf16 travel as
 *           their bits in uint16_t; lse, loss and dloss of 16-bit operations are float.
 * Shapes    the operation's, above its declarations, in rows and cols for m and n; everything row-major and dense. Targets
 *           are int64_t, masks a byte an entry. An operand with a ? may be null.
 *           Operations on one matrix have two more forms. _strided: row strides ldx, ldy >= cols in elements; of
 *           x * scale. _axis: x and y are dense [outer, axis_len, inner], along the middle axis; of x / temperature.
 *           An output may be an input of the same shape when the strides agree; otherwise they must not overlap.
 * Values    causal: 0 none, 1 top_left, 2 bottom_right. reduction: 0 none, 1 sum, 2 mean.
 * Error     proved, per algorithm and row: docs/error_bounds.md, docs/operations.
 * Special   docs/operations; nothing is read or written when a dimension is 0.
 * Returns   0, or 1 for an argument outside its domain (outputs untouched), or 2 when out of memory. void: nothing can be
 *           wrong but memory.
 * Threads   every function may be called from any thread.
 */
#ifndef SOFTMAX_VERIFY_KERNELS_H_
#define SOFTMAX_VERIFY_KERNELS_H_

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* softmax: x[m,n] -> y[m,n]
 * y_i = exp(z_i) / sum_j exp(z_j) */
void sv_softmax_f32(const float* x, float* y, size_t rows, size_t cols);
int sv_softmax_f32_strided(const float* x, size_t ldx, float* y, size_t ldy, size_t rows, size_t cols, float scale);
int sv_softmax_f32_axis(const float* x, float* y, size_t outer, size_t axis_len, size_t inner, float temperature);
void sv_softmax_f16(const uint16_t* x, uint16_t* y, size_t rows, size_t cols);
int sv_softmax_f16_strided(const uint16_t* x, size_t ldx, uint16_t* y, size_t ldy, size_t rows, size_t cols, float scale);
int sv_softmax_f16_axis(const uint16_t* x, uint16_t* y, size_t outer, size_t axis_len, size_t inner, float temperature);
void sv_softmax_bf16(const uint16_t* x, uint16_t* y, size_t rows, size_t cols);
int sv_softmax_bf16_strided(const uint16_t* x, size_t ldx, uint16_t* y, size_t ldy, size_t rows, size_t cols, float scale);
int sv_softmax_bf16_axis(const uint16_t* x, uint16_t* y, size_t outer, size_t axis_len, size_t inner, float temperature);
void sv_softmax_f64(const double* x, double* y, size_t rows, size_t cols);
int sv_softmax_f64_strided(const double* x, size_t ldx, double* y, size_t ldy, size_t rows, size_t cols, double scale);
int sv_softmax_f64_axis(const double* x, double* y, size_t outer, size_t axis_len, size_t inner, double temperature);

void sv_softmax_naive_f32(const float* x, float* y, size_t rows, size_t cols);
int sv_softmax_naive_f32_strided(const float* x, size_t ldx, float* y, size_t ldy, size_t rows, size_t cols, float scale);
int sv_softmax_naive_f32_axis(const float* x, float* y, size_t outer, size_t axis_len, size_t inner, float temperature);
void sv_softmax_naive_f16(const uint16_t* x, uint16_t* y, size_t rows, size_t cols);
int sv_softmax_naive_f16_strided(const uint16_t* x, size_t ldx, uint16_t* y, size_t ldy, size_t rows, size_t cols, float scale);
int sv_softmax_naive_f16_axis(const uint16_t* x, uint16_t* y, size_t outer, size_t axis_len, size_t inner, float temperature);
void sv_softmax_naive_bf16(const uint16_t* x, uint16_t* y, size_t rows, size_t cols);
int sv_softmax_naive_bf16_strided(const uint16_t* x, size_t ldx, uint16_t* y, size_t ldy, size_t rows, size_t cols, float scale);
int sv_softmax_naive_bf16_axis(const uint16_t* x, uint16_t* y, size_t outer, size_t axis_len, size_t inner, float temperature);
void sv_softmax_naive_f64(const double* x, double* y, size_t rows, size_t cols);
int sv_softmax_naive_f64_strided(const double* x, size_t ldx, double* y, size_t ldy, size_t rows, size_t cols, double scale);
int sv_softmax_naive_f64_axis(const double* x, double* y, size_t outer, size_t axis_len, size_t inner, double temperature);

void sv_softmax_three_pass_f32(const float* x, float* y, size_t rows, size_t cols);
int sv_softmax_three_pass_f32_strided(const float* x, size_t ldx, float* y, size_t ldy, size_t rows, size_t cols, float scale);
int sv_softmax_three_pass_f32_axis(const float* x, float* y, size_t outer, size_t axis_len, size_t inner, float temperature);
void sv_softmax_three_pass_f16(const uint16_t* x, uint16_t* y, size_t rows, size_t cols);
int sv_softmax_three_pass_f16_strided(const uint16_t* x, size_t ldx, uint16_t* y, size_t ldy, size_t rows, size_t cols, float scale);
int sv_softmax_three_pass_f16_axis(const uint16_t* x, uint16_t* y, size_t outer, size_t axis_len, size_t inner, float temperature);
void sv_softmax_three_pass_bf16(const uint16_t* x, uint16_t* y, size_t rows, size_t cols);
int sv_softmax_three_pass_bf16_strided(const uint16_t* x, size_t ldx, uint16_t* y, size_t ldy, size_t rows, size_t cols, float scale);
int sv_softmax_three_pass_bf16_axis(const uint16_t* x, uint16_t* y, size_t outer, size_t axis_len, size_t inner, float temperature);
void sv_softmax_three_pass_f64(const double* x, double* y, size_t rows, size_t cols);
int sv_softmax_three_pass_f64_strided(const double* x, size_t ldx, double* y, size_t ldy, size_t rows, size_t cols, double scale);
int sv_softmax_three_pass_f64_axis(const double* x, double* y, size_t outer, size_t axis_len, size_t inner, double temperature);

void sv_softmax_online_f32(const float* x, float* y, size_t rows, size_t cols);
int sv_softmax_online_f32_strided(const float* x, size_t ldx, float* y, size_t ldy, size_t rows, size_t cols, float scale);
int sv_softmax_online_f32_axis(const float* x, float* y, size_t outer, size_t axis_len, size_t inner, float temperature);
void sv_softmax_online_f16(const uint16_t* x, uint16_t* y, size_t rows, size_t cols);
int sv_softmax_online_f16_strided(const uint16_t* x, size_t ldx, uint16_t* y, size_t ldy, size_t rows, size_t cols, float scale);
int sv_softmax_online_f16_axis(const uint16_t* x, uint16_t* y, size_t outer, size_t axis_len, size_t inner, float temperature);
void sv_softmax_online_bf16(const uint16_t* x, uint16_t* y, size_t rows, size_t cols);
int sv_softmax_online_bf16_strided(const uint16_t* x, size_t ldx, uint16_t* y, size_t ldy, size_t rows, size_t cols, float scale);
int sv_softmax_online_bf16_axis(const uint16_t* x, uint16_t* y, size_t outer, size_t axis_len, size_t inner, float temperature);
void sv_softmax_online_f64(const double* x, double* y, size_t rows, size_t cols);
int sv_softmax_online_f64_strided(const double* x, size_t ldx, double* y, size_t ldy, size_t rows, size_t cols, double scale);
int sv_softmax_online_f64_axis(const double* x, double* y, size_t outer, size_t axis_len, size_t inner, double temperature);

void sv_softmax_blocked_f32(const float* x, float* y, size_t rows, size_t cols);
int sv_softmax_blocked_f32_strided(const float* x, size_t ldx, float* y, size_t ldy, size_t rows, size_t cols, float scale);
int sv_softmax_blocked_f32_axis(const float* x, float* y, size_t outer, size_t axis_len, size_t inner, float temperature);
void sv_softmax_blocked_f16(const uint16_t* x, uint16_t* y, size_t rows, size_t cols);
int sv_softmax_blocked_f16_strided(const uint16_t* x, size_t ldx, uint16_t* y, size_t ldy, size_t rows, size_t cols, float scale);
int sv_softmax_blocked_f16_axis(const uint16_t* x, uint16_t* y, size_t outer, size_t axis_len, size_t inner, float temperature);
void sv_softmax_blocked_bf16(const uint16_t* x, uint16_t* y, size_t rows, size_t cols);
int sv_softmax_blocked_bf16_strided(const uint16_t* x, size_t ldx, uint16_t* y, size_t ldy, size_t rows, size_t cols, float scale);
int sv_softmax_blocked_bf16_axis(const uint16_t* x, uint16_t* y, size_t outer, size_t axis_len, size_t inner, float temperature);
void sv_softmax_blocked_f64(const double* x, double* y, size_t rows, size_t cols);
int sv_softmax_blocked_f64_strided(const double* x, size_t ldx, double* y, size_t ldy, size_t rows, size_t cols, double scale);
int sv_softmax_blocked_f64_axis(const double* x, double* y, size_t outer, size_t axis_len, size_t inner, double temperature);

void sv_softmax_accurate_f32(const float* x, float* y, size_t rows, size_t cols);
int sv_softmax_accurate_f32_strided(const float* x, size_t ldx, float* y, size_t ldy, size_t rows, size_t cols, float scale);
int sv_softmax_accurate_f32_axis(const float* x, float* y, size_t outer, size_t axis_len, size_t inner, float temperature);
void sv_softmax_accurate_f16(const uint16_t* x, uint16_t* y, size_t rows, size_t cols);
int sv_softmax_accurate_f16_strided(const uint16_t* x, size_t ldx, uint16_t* y, size_t ldy, size_t rows, size_t cols, float scale);
int sv_softmax_accurate_f16_axis(const uint16_t* x, uint16_t* y, size_t outer, size_t axis_len, size_t inner, float temperature);
void sv_softmax_accurate_bf16(const uint16_t* x, uint16_t* y, size_t rows, size_t cols);
int sv_softmax_accurate_bf16_strided(const uint16_t* x, size_t ldx, uint16_t* y, size_t ldy, size_t rows, size_t cols, float scale);
int sv_softmax_accurate_bf16_axis(const uint16_t* x, uint16_t* y, size_t outer, size_t axis_len, size_t inner, float temperature);
void sv_softmax_accurate_f64(const double* x, double* y, size_t rows, size_t cols);
int sv_softmax_accurate_f64_strided(const double* x, size_t ldx, double* y, size_t ldy, size_t rows, size_t cols, double scale);
int sv_softmax_accurate_f64_axis(const double* x, double* y, size_t outer, size_t axis_len, size_t inner, double temperature);

void sv_softmax_correctly_rounded_f32(const float* x, float* y, size_t rows, size_t cols);
int sv_softmax_correctly_rounded_f32_strided(const float* x, size_t ldx, float* y, size_t ldy, size_t rows, size_t cols, float scale);
int sv_softmax_correctly_rounded_f32_axis(const float* x, float* y, size_t outer, size_t axis_len, size_t inner, float temperature);
void sv_softmax_correctly_rounded_f16(const uint16_t* x, uint16_t* y, size_t rows, size_t cols);
int sv_softmax_correctly_rounded_f16_strided(const uint16_t* x, size_t ldx, uint16_t* y, size_t ldy, size_t rows, size_t cols, float scale);
int sv_softmax_correctly_rounded_f16_axis(const uint16_t* x, uint16_t* y, size_t outer, size_t axis_len, size_t inner, float temperature);
void sv_softmax_correctly_rounded_bf16(const uint16_t* x, uint16_t* y, size_t rows, size_t cols);
int sv_softmax_correctly_rounded_bf16_strided(const uint16_t* x, size_t ldx, uint16_t* y, size_t ldy, size_t rows, size_t cols, float scale);
int sv_softmax_correctly_rounded_bf16_axis(const uint16_t* x, uint16_t* y, size_t outer, size_t axis_len, size_t inner, float temperature);
void sv_softmax_correctly_rounded_f64(const double* x, double* y, size_t rows, size_t cols);
int sv_softmax_correctly_rounded_f64_strided(const double* x, size_t ldx, double* y, size_t ldy, size_t rows, size_t cols, double scale);
int sv_softmax_correctly_rounded_f64_axis(const double* x, double* y, size_t outer, size_t axis_len, size_t inner, double temperature);

void sv_softmax_native_f16(const uint16_t* x, uint16_t* y, size_t rows, size_t cols);
int sv_softmax_native_f16_strided(const uint16_t* x, size_t ldx, uint16_t* y, size_t ldy, size_t rows, size_t cols, float scale);
int sv_softmax_native_f16_axis(const uint16_t* x, uint16_t* y, size_t outer, size_t axis_len, size_t inner, float temperature);
void sv_softmax_native_bf16(const uint16_t* x, uint16_t* y, size_t rows, size_t cols);
int sv_softmax_native_bf16_strided(const uint16_t* x, size_t ldx, uint16_t* y, size_t ldy, size_t rows, size_t cols, float scale);
int sv_softmax_native_bf16_axis(const uint16_t* x, uint16_t* y, size_t outer, size_t axis_len, size_t inner, float temperature);

/* log_softmax: x[m,n] -> y[m,n]
 * y_i = z_i - log(sum_j exp(z_j)) */
void sv_log_softmax_f32(const float* x, float* y, size_t rows, size_t cols);
int sv_log_softmax_f32_strided(const float* x, size_t ldx, float* y, size_t ldy, size_t rows, size_t cols, float scale);
int sv_log_softmax_f32_axis(const float* x, float* y, size_t outer, size_t axis_len, size_t inner, float temperature);
void sv_log_softmax_f16(const uint16_t* x, uint16_t* y, size_t rows, size_t cols);
int sv_log_softmax_f16_strided(const uint16_t* x, size_t ldx, uint16_t* y, size_t ldy, size_t rows, size_t cols, float scale);
int sv_log_softmax_f16_axis(const uint16_t* x, uint16_t* y, size_t outer, size_t axis_len, size_t inner, float temperature);
void sv_log_softmax_bf16(const uint16_t* x, uint16_t* y, size_t rows, size_t cols);
int sv_log_softmax_bf16_strided(const uint16_t* x, size_t ldx, uint16_t* y, size_t ldy, size_t rows, size_t cols, float scale);
int sv_log_softmax_bf16_axis(const uint16_t* x, uint16_t* y, size_t outer, size_t axis_len, size_t inner, float temperature);
void sv_log_softmax_f64(const double* x, double* y, size_t rows, size_t cols);
int sv_log_softmax_f64_strided(const double* x, size_t ldx, double* y, size_t ldy, size_t rows, size_t cols, double scale);
int sv_log_softmax_f64_axis(const double* x, double* y, size_t outer, size_t axis_len, size_t inner, double temperature);

void sv_log_softmax_three_pass_f32(const float* x, float* y, size_t rows, size_t cols);
int sv_log_softmax_three_pass_f32_strided(const float* x, size_t ldx, float* y, size_t ldy, size_t rows, size_t cols, float scale);
int sv_log_softmax_three_pass_f32_axis(const float* x, float* y, size_t outer, size_t axis_len, size_t inner, float temperature);
void sv_log_softmax_three_pass_f16(const uint16_t* x, uint16_t* y, size_t rows, size_t cols);
int sv_log_softmax_three_pass_f16_strided(const uint16_t* x, size_t ldx, uint16_t* y, size_t ldy, size_t rows, size_t cols, float scale);
int sv_log_softmax_three_pass_f16_axis(const uint16_t* x, uint16_t* y, size_t outer, size_t axis_len, size_t inner, float temperature);
void sv_log_softmax_three_pass_bf16(const uint16_t* x, uint16_t* y, size_t rows, size_t cols);
int sv_log_softmax_three_pass_bf16_strided(const uint16_t* x, size_t ldx, uint16_t* y, size_t ldy, size_t rows, size_t cols, float scale);
int sv_log_softmax_three_pass_bf16_axis(const uint16_t* x, uint16_t* y, size_t outer, size_t axis_len, size_t inner, float temperature);
void sv_log_softmax_three_pass_f64(const double* x, double* y, size_t rows, size_t cols);
int sv_log_softmax_three_pass_f64_strided(const double* x, size_t ldx, double* y, size_t ldy, size_t rows, size_t cols, double scale);
int sv_log_softmax_three_pass_f64_axis(const double* x, double* y, size_t outer, size_t axis_len, size_t inner, double temperature);

void sv_log_softmax_online_f32(const float* x, float* y, size_t rows, size_t cols);
int sv_log_softmax_online_f32_strided(const float* x, size_t ldx, float* y, size_t ldy, size_t rows, size_t cols, float scale);
int sv_log_softmax_online_f32_axis(const float* x, float* y, size_t outer, size_t axis_len, size_t inner, float temperature);
void sv_log_softmax_online_f16(const uint16_t* x, uint16_t* y, size_t rows, size_t cols);
int sv_log_softmax_online_f16_strided(const uint16_t* x, size_t ldx, uint16_t* y, size_t ldy, size_t rows, size_t cols, float scale);
int sv_log_softmax_online_f16_axis(const uint16_t* x, uint16_t* y, size_t outer, size_t axis_len, size_t inner, float temperature);
void sv_log_softmax_online_bf16(const uint16_t* x, uint16_t* y, size_t rows, size_t cols);
int sv_log_softmax_online_bf16_strided(const uint16_t* x, size_t ldx, uint16_t* y, size_t ldy, size_t rows, size_t cols, float scale);
int sv_log_softmax_online_bf16_axis(const uint16_t* x, uint16_t* y, size_t outer, size_t axis_len, size_t inner, float temperature);
void sv_log_softmax_online_f64(const double* x, double* y, size_t rows, size_t cols);
int sv_log_softmax_online_f64_strided(const double* x, size_t ldx, double* y, size_t ldy, size_t rows, size_t cols, double scale);
int sv_log_softmax_online_f64_axis(const double* x, double* y, size_t outer, size_t axis_len, size_t inner, double temperature);

void sv_log_softmax_blocked_f32(const float* x, float* y, size_t rows, size_t cols);
int sv_log_softmax_blocked_f32_strided(const float* x, size_t ldx, float* y, size_t ldy, size_t rows, size_t cols, float scale);
int sv_log_softmax_blocked_f32_axis(const float* x, float* y, size_t outer, size_t axis_len, size_t inner, float temperature);
void sv_log_softmax_blocked_f16(const uint16_t* x, uint16_t* y, size_t rows, size_t cols);
int sv_log_softmax_blocked_f16_strided(const uint16_t* x, size_t ldx, uint16_t* y, size_t ldy, size_t rows, size_t cols, float scale);
int sv_log_softmax_blocked_f16_axis(const uint16_t* x, uint16_t* y, size_t outer, size_t axis_len, size_t inner, float temperature);
void sv_log_softmax_blocked_bf16(const uint16_t* x, uint16_t* y, size_t rows, size_t cols);
int sv_log_softmax_blocked_bf16_strided(const uint16_t* x, size_t ldx, uint16_t* y, size_t ldy, size_t rows, size_t cols, float scale);
int sv_log_softmax_blocked_bf16_axis(const uint16_t* x, uint16_t* y, size_t outer, size_t axis_len, size_t inner, float temperature);
void sv_log_softmax_blocked_f64(const double* x, double* y, size_t rows, size_t cols);
int sv_log_softmax_blocked_f64_strided(const double* x, size_t ldx, double* y, size_t ldy, size_t rows, size_t cols, double scale);
int sv_log_softmax_blocked_f64_axis(const double* x, double* y, size_t outer, size_t axis_len, size_t inner, double temperature);

void sv_log_softmax_accurate_f32(const float* x, float* y, size_t rows, size_t cols);
int sv_log_softmax_accurate_f32_strided(const float* x, size_t ldx, float* y, size_t ldy, size_t rows, size_t cols, float scale);
int sv_log_softmax_accurate_f32_axis(const float* x, float* y, size_t outer, size_t axis_len, size_t inner, float temperature);
void sv_log_softmax_accurate_f16(const uint16_t* x, uint16_t* y, size_t rows, size_t cols);
int sv_log_softmax_accurate_f16_strided(const uint16_t* x, size_t ldx, uint16_t* y, size_t ldy, size_t rows, size_t cols, float scale);
int sv_log_softmax_accurate_f16_axis(const uint16_t* x, uint16_t* y, size_t outer, size_t axis_len, size_t inner, float temperature);
void sv_log_softmax_accurate_bf16(const uint16_t* x, uint16_t* y, size_t rows, size_t cols);
int sv_log_softmax_accurate_bf16_strided(const uint16_t* x, size_t ldx, uint16_t* y, size_t ldy, size_t rows, size_t cols, float scale);
int sv_log_softmax_accurate_bf16_axis(const uint16_t* x, uint16_t* y, size_t outer, size_t axis_len, size_t inner, float temperature);
void sv_log_softmax_accurate_f64(const double* x, double* y, size_t rows, size_t cols);
int sv_log_softmax_accurate_f64_strided(const double* x, size_t ldx, double* y, size_t ldy, size_t rows, size_t cols, double scale);
int sv_log_softmax_accurate_f64_axis(const double* x, double* y, size_t outer, size_t axis_len, size_t inner, double temperature);

void sv_log_softmax_correctly_rounded_f32(const float* x, float* y, size_t rows, size_t cols);
int sv_log_softmax_correctly_rounded_f32_strided(const float* x, size_t ldx, float* y, size_t ldy, size_t rows, size_t cols, float scale);
int sv_log_softmax_correctly_rounded_f32_axis(const float* x, float* y, size_t outer, size_t axis_len, size_t inner, float temperature);
void sv_log_softmax_correctly_rounded_f16(const uint16_t* x, uint16_t* y, size_t rows, size_t cols);
int sv_log_softmax_correctly_rounded_f16_strided(const uint16_t* x, size_t ldx, uint16_t* y, size_t ldy, size_t rows, size_t cols, float scale);
int sv_log_softmax_correctly_rounded_f16_axis(const uint16_t* x, uint16_t* y, size_t outer, size_t axis_len, size_t inner, float temperature);
void sv_log_softmax_correctly_rounded_bf16(const uint16_t* x, uint16_t* y, size_t rows, size_t cols);
int sv_log_softmax_correctly_rounded_bf16_strided(const uint16_t* x, size_t ldx, uint16_t* y, size_t ldy, size_t rows, size_t cols, float scale);
int sv_log_softmax_correctly_rounded_bf16_axis(const uint16_t* x, uint16_t* y, size_t outer, size_t axis_len, size_t inner, float temperature);
void sv_log_softmax_correctly_rounded_f64(const double* x, double* y, size_t rows, size_t cols);
int sv_log_softmax_correctly_rounded_f64_strided(const double* x, size_t ldx, double* y, size_t ldy, size_t rows, size_t cols, double scale);
int sv_log_softmax_correctly_rounded_f64_axis(const double* x, double* y, size_t outer, size_t axis_len, size_t inner, double temperature);

/* logsumexp: x[m,n] -> lse[m]
 * lse = log(sum_j exp(z_j)) */
int sv_logsumexp_f32(const float* x, float* lse, size_t rows, size_t cols, float scale, float temperature);
int sv_logsumexp_f16(const uint16_t* x, float* lse, size_t rows, size_t cols, float scale, float temperature);
int sv_logsumexp_bf16(const uint16_t* x, float* lse, size_t rows, size_t cols, float scale, float temperature);
int sv_logsumexp_f64(const double* x, double* lse, size_t rows, size_t cols, double scale, double temperature);

int sv_logsumexp_three_pass_f32(const float* x, float* lse, size_t rows, size_t cols, float scale, float temperature);
int sv_logsumexp_three_pass_f16(const uint16_t* x, float* lse, size_t rows, size_t cols, float scale, float temperature);
int sv_logsumexp_three_pass_bf16(const uint16_t* x, float* lse, size_t rows, size_t cols, float scale, float temperature);
int sv_logsumexp_three_pass_f64(const double* x, double* lse, size_t rows, size_t cols, double scale, double temperature);

int sv_logsumexp_online_f32(const float* x, float* lse, size_t rows, size_t cols, float scale, float temperature);
int sv_logsumexp_online_f16(const uint16_t* x, float* lse, size_t rows, size_t cols, float scale, float temperature);
int sv_logsumexp_online_bf16(const uint16_t* x, float* lse, size_t rows, size_t cols, float scale, float temperature);
int sv_logsumexp_online_f64(const double* x, double* lse, size_t rows, size_t cols, double scale, double temperature);

int sv_logsumexp_blocked_f32(const float* x, float* lse, size_t rows, size_t cols, float scale, float temperature);
int sv_logsumexp_blocked_f16(const uint16_t* x, float* lse, size_t rows, size_t cols, float scale, float temperature);
int sv_logsumexp_blocked_bf16(const uint16_t* x, float* lse, size_t rows, size_t cols, float scale, float temperature);
int sv_logsumexp_blocked_f64(const double* x, double* lse, size_t rows, size_t cols, double scale, double temperature);

int sv_logsumexp_accurate_f32(const float* x, float* lse, size_t rows, size_t cols, float scale, float temperature);
int sv_logsumexp_accurate_f16(const uint16_t* x, float* lse, size_t rows, size_t cols, float scale, float temperature);
int sv_logsumexp_accurate_bf16(const uint16_t* x, float* lse, size_t rows, size_t cols, float scale, float temperature);
int sv_logsumexp_accurate_f64(const double* x, double* lse, size_t rows, size_t cols, double scale, double temperature);

int sv_logsumexp_correctly_rounded_f32(const float* x, float* lse, size_t rows, size_t cols, float scale, float temperature);
int sv_logsumexp_correctly_rounded_f16(const uint16_t* x, float* lse, size_t rows, size_t cols, float scale, float temperature);
int sv_logsumexp_correctly_rounded_bf16(const uint16_t* x, float* lse, size_t rows, size_t cols, float scale, float temperature);
int sv_logsumexp_correctly_rounded_f64(const double* x, double* lse, size_t rows, size_t cols, double scale, double temperature);

/* masked_softmax: x[m,n] mask[m,n]? bias[m,n]? -> y[m,n]
 * y_i = exp(z_i) / sum_j exp(z_j) over the kept j, 0 where i is not kept; z = x scale / temperature + bias */
int sv_masked_softmax_f32(const float* x, const uint8_t* mask, const float* bias, float* y, size_t rows, size_t cols, float scale, float temperature, int causal);
int sv_masked_softmax_f16(const uint16_t* x, const uint8_t* mask, const uint16_t* bias, uint16_t* y, size_t rows, size_t cols, float scale, float temperature, int causal);
int sv_masked_softmax_bf16(const uint16_t* x, const uint8_t* mask, const uint16_t* bias, uint16_t* y, size_t rows, size_t cols, float scale, float temperature, int causal);
int sv_masked_softmax_f64(const double* x, const uint8_t* mask, const double* bias, double* y, size_t rows, size_t cols, double scale, double temperature, int causal);

int sv_masked_softmax_three_pass_f32(const float* x, const uint8_t* mask, const float* bias, float* y, size_t rows, size_t cols, float scale, float temperature, int causal);
int sv_masked_softmax_three_pass_f16(const uint16_t* x, const uint8_t* mask, const uint16_t* bias, uint16_t* y, size_t rows, size_t cols, float scale, float temperature, int causal);
int sv_masked_softmax_three_pass_bf16(const uint16_t* x, const uint8_t* mask, const uint16_t* bias, uint16_t* y, size_t rows, size_t cols, float scale, float temperature, int causal);
int sv_masked_softmax_three_pass_f64(const double* x, const uint8_t* mask, const double* bias, double* y, size_t rows, size_t cols, double scale, double temperature, int causal);

int sv_masked_softmax_online_f32(const float* x, const uint8_t* mask, const float* bias, float* y, size_t rows, size_t cols, float scale, float temperature, int causal);
int sv_masked_softmax_online_f16(const uint16_t* x, const uint8_t* mask, const uint16_t* bias, uint16_t* y, size_t rows, size_t cols, float scale, float temperature, int causal);
int sv_masked_softmax_online_bf16(const uint16_t* x, const uint8_t* mask, const uint16_t* bias, uint16_t* y, size_t rows, size_t cols, float scale, float temperature, int causal);
int sv_masked_softmax_online_f64(const double* x, const uint8_t* mask, const double* bias, double* y, size_t rows, size_t cols, double scale, double temperature, int causal);

int sv_masked_softmax_blocked_f32(const float* x, const uint8_t* mask, const float* bias, float* y, size_t rows, size_t cols, float scale, float temperature, int causal);
int sv_masked_softmax_blocked_f16(const uint16_t* x, const uint8_t* mask, const uint16_t* bias, uint16_t* y, size_t rows, size_t cols, float scale, float temperature, int causal);
int sv_masked_softmax_blocked_bf16(const uint16_t* x, const uint8_t* mask, const uint16_t* bias, uint16_t* y, size_t rows, size_t cols, float scale, float temperature, int causal);
int sv_masked_softmax_blocked_f64(const double* x, const uint8_t* mask, const double* bias, double* y, size_t rows, size_t cols, double scale, double temperature, int causal);

/* softmax_backward: x[m,n]? y[m,n]? dy[m,n] -> dx[m,n]
 * dx_i = y_i (dy_i - sum_j y_j dy_j), of a given y or of y = s(x) */
int sv_softmax_backward_f32(const float* y, const float* dy, float* dx, size_t rows, size_t cols);
int sv_softmax_backward_f16(const uint16_t* y, const uint16_t* dy, uint16_t* dx, size_t rows, size_t cols);
int sv_softmax_backward_bf16(const uint16_t* y, const uint16_t* dy, uint16_t* dx, size_t rows, size_t cols);
int sv_softmax_backward_f64(const double* y, const double* dy, double* dx, size_t rows, size_t cols);

int sv_softmax_backward_saved_f32(const float* y, const float* dy, float* dx, size_t rows, size_t cols);
int sv_softmax_backward_saved_f16(const uint16_t* y, const uint16_t* dy, uint16_t* dx, size_t rows, size_t cols);
int sv_softmax_backward_saved_bf16(const uint16_t* y, const uint16_t* dy, uint16_t* dx, size_t rows, size_t cols);
int sv_softmax_backward_saved_f64(const double* y, const double* dy, double* dx, size_t rows, size_t cols);

int sv_softmax_backward_recomputed_f32(const float* x, const float* dy, float* dx, size_t rows, size_t cols);
int sv_softmax_backward_recomputed_f16(const uint16_t* x, const uint16_t* dy, uint16_t* dx, size_t rows, size_t cols);
int sv_softmax_backward_recomputed_bf16(const uint16_t* x, const uint16_t* dy, uint16_t* dx, size_t rows, size_t cols);
int sv_softmax_backward_recomputed_f64(const double* x, const double* dy, double* dx, size_t rows, size_t cols);

/* log_softmax_backward: y[m,n] dy[m,n] -> dx[m,n]
 * dx_i = dy_i - exp(y_i) sum_j dy_j, of the log-probabilities y */
int sv_log_softmax_backward_f32(const float* y, const float* dy, float* dx, size_t rows, size_t cols);
int sv_log_softmax_backward_f16(const uint16_t* y, const uint16_t* dy, uint16_t* dx, size_t rows, size_t cols);
int sv_log_softmax_backward_bf16(const uint16_t* y, const uint16_t* dy, uint16_t* dx, size_t rows, size_t cols);
int sv_log_softmax_backward_f64(const double* y, const double* dy, double* dx, size_t rows, size_t cols);

int sv_log_softmax_backward_saved_f32(const float* y, const float* dy, float* dx, size_t rows, size_t cols);
int sv_log_softmax_backward_saved_f16(const uint16_t* y, const uint16_t* dy, uint16_t* dx, size_t rows, size_t cols);
int sv_log_softmax_backward_saved_bf16(const uint16_t* y, const uint16_t* dy, uint16_t* dx, size_t rows, size_t cols);
int sv_log_softmax_backward_saved_f64(const double* y, const double* dy, double* dx, size_t rows, size_t cols);

/* jacobian: x[m,n] -> y[m,n,n]
 * y_ij = s_i(x) (delta_ij - s_j(x)) */
int sv_jacobian_f32(const float* x, float* y, size_t rows, size_t cols);
int sv_jacobian_f16(const uint16_t* x, uint16_t* y, size_t rows, size_t cols);
int sv_jacobian_bf16(const uint16_t* x, uint16_t* y, size_t rows, size_t cols);
int sv_jacobian_f64(const double* x, double* y, size_t rows, size_t cols);

int sv_jacobian_three_pass_f32(const float* x, float* y, size_t rows, size_t cols);
int sv_jacobian_three_pass_f16(const uint16_t* x, uint16_t* y, size_t rows, size_t cols);
int sv_jacobian_three_pass_bf16(const uint16_t* x, uint16_t* y, size_t rows, size_t cols);
int sv_jacobian_three_pass_f64(const double* x, double* y, size_t rows, size_t cols);

/* cross_entropy: x[m,n] targets[m] weight[n]? -> loss[r]
 * loss_i = -sum_k w_k q_k log s_k(z), q = (1 - label_smoothing) onehot(target_i) + label_smoothing / n; 0 where "
   "target_i = ignore_index; mean: sum_i loss_i over the sum of the other targets' w */
int sv_cross_entropy_f32(const float* x, const int64_t* targets, const float* weight, float* loss, size_t rows, size_t cols, float scale, float temperature, float label_smoothing, int64_t ignore_index, int reduction);
int sv_cross_entropy_f16(const uint16_t* x, const int64_t* targets, const uint16_t* weight, float* loss, size_t rows, size_t cols, float scale, float temperature, float label_smoothing, int64_t ignore_index, int reduction);
int sv_cross_entropy_bf16(const uint16_t* x, const int64_t* targets, const uint16_t* weight, float* loss, size_t rows, size_t cols, float scale, float temperature, float label_smoothing, int64_t ignore_index, int reduction);
int sv_cross_entropy_f64(const double* x, const int64_t* targets, const double* weight, double* loss, size_t rows, size_t cols, double scale, double temperature, double label_smoothing, int64_t ignore_index, int reduction);

int sv_cross_entropy_three_pass_f32(const float* x, const int64_t* targets, const float* weight, float* loss, size_t rows, size_t cols, float scale, float temperature, float label_smoothing, int64_t ignore_index, int reduction);
int sv_cross_entropy_three_pass_f16(const uint16_t* x, const int64_t* targets, const uint16_t* weight, float* loss, size_t rows, size_t cols, float scale, float temperature, float label_smoothing, int64_t ignore_index, int reduction);
int sv_cross_entropy_three_pass_bf16(const uint16_t* x, const int64_t* targets, const uint16_t* weight, float* loss, size_t rows, size_t cols, float scale, float temperature, float label_smoothing, int64_t ignore_index, int reduction);
int sv_cross_entropy_three_pass_f64(const double* x, const int64_t* targets, const double* weight, double* loss, size_t rows, size_t cols, double scale, double temperature, double label_smoothing, int64_t ignore_index, int reduction);

int sv_cross_entropy_online_f32(const float* x, const int64_t* targets, const float* weight, float* loss, size_t rows, size_t cols, float scale, float temperature, float label_smoothing, int64_t ignore_index, int reduction);
int sv_cross_entropy_online_f16(const uint16_t* x, const int64_t* targets, const uint16_t* weight, float* loss, size_t rows, size_t cols, float scale, float temperature, float label_smoothing, int64_t ignore_index, int reduction);
int sv_cross_entropy_online_bf16(const uint16_t* x, const int64_t* targets, const uint16_t* weight, float* loss, size_t rows, size_t cols, float scale, float temperature, float label_smoothing, int64_t ignore_index, int reduction);
int sv_cross_entropy_online_f64(const double* x, const int64_t* targets, const double* weight, double* loss, size_t rows, size_t cols, double scale, double temperature, double label_smoothing, int64_t ignore_index, int reduction);

/* cross_entropy_backward: x[m,n] targets[m] weight[n]? dloss[r]? -> dx[m,n]
 * dx_j = dloss_i (scale / temperature) (s_j(z) sum_k w_k q_k - w_j q_j), q as in cross_entropy; 0 where target_i = "
   "ignore_index; mean: over the sum of the other targets' w */
int sv_cross_entropy_backward_f32(const float* x, const int64_t* targets, const float* weight, const float* dloss, float* dx, size_t rows, size_t cols, float scale, float temperature, float label_smoothing, int64_t ignore_index, int reduction);
int sv_cross_entropy_backward_f16(const uint16_t* x, const int64_t* targets, const uint16_t* weight, const float* dloss, uint16_t* dx, size_t rows, size_t cols, float scale, float temperature, float label_smoothing, int64_t ignore_index, int reduction);
int sv_cross_entropy_backward_bf16(const uint16_t* x, const int64_t* targets, const uint16_t* weight, const float* dloss, uint16_t* dx, size_t rows, size_t cols, float scale, float temperature, float label_smoothing, int64_t ignore_index, int reduction);
int sv_cross_entropy_backward_f64(const double* x, const int64_t* targets, const double* weight, const double* dloss, double* dx, size_t rows, size_t cols, double scale, double temperature, double label_smoothing, int64_t ignore_index, int reduction);

int sv_cross_entropy_backward_three_pass_f32(const float* x, const int64_t* targets, const float* weight, const float* dloss, float* dx, size_t rows, size_t cols, float scale, float temperature, float label_smoothing, int64_t ignore_index, int reduction);
int sv_cross_entropy_backward_three_pass_f16(const uint16_t* x, const int64_t* targets, const uint16_t* weight, const float* dloss, uint16_t* dx, size_t rows, size_t cols, float scale, float temperature, float label_smoothing, int64_t ignore_index, int reduction);
int sv_cross_entropy_backward_three_pass_bf16(const uint16_t* x, const int64_t* targets, const uint16_t* weight, const float* dloss, uint16_t* dx, size_t rows, size_t cols, float scale, float temperature, float label_smoothing, int64_t ignore_index, int reduction);
int sv_cross_entropy_backward_three_pass_f64(const double* x, const int64_t* targets, const double* weight, const double* dloss, double* dx, size_t rows, size_t cols, double scale, double temperature, double label_smoothing, int64_t ignore_index, int reduction);

/* sparsemax: x[m,n] -> y[m,n]
 * y_i = max(z_i - tau, 0), tau such that sum_j y_j = 1 */
void sv_sparsemax_f32(const float* x, float* y, size_t rows, size_t cols);
int sv_sparsemax_f32_strided(const float* x, size_t ldx, float* y, size_t ldy, size_t rows, size_t cols, float scale);
int sv_sparsemax_f32_axis(const float* x, float* y, size_t outer, size_t axis_len, size_t inner, float temperature);
void sv_sparsemax_f16(const uint16_t* x, uint16_t* y, size_t rows, size_t cols);
int sv_sparsemax_f16_strided(const uint16_t* x, size_t ldx, uint16_t* y, size_t ldy, size_t rows, size_t cols, float scale);
int sv_sparsemax_f16_axis(const uint16_t* x, uint16_t* y, size_t outer, size_t axis_len, size_t inner, float temperature);
void sv_sparsemax_bf16(const uint16_t* x, uint16_t* y, size_t rows, size_t cols);
int sv_sparsemax_bf16_strided(const uint16_t* x, size_t ldx, uint16_t* y, size_t ldy, size_t rows, size_t cols, float scale);
int sv_sparsemax_bf16_axis(const uint16_t* x, uint16_t* y, size_t outer, size_t axis_len, size_t inner, float temperature);
void sv_sparsemax_f64(const double* x, double* y, size_t rows, size_t cols);
int sv_sparsemax_f64_strided(const double* x, size_t ldx, double* y, size_t ldy, size_t rows, size_t cols, double scale);
int sv_sparsemax_f64_axis(const double* x, double* y, size_t outer, size_t axis_len, size_t inner, double temperature);

void sv_sparsemax_newton_f32(const float* x, float* y, size_t rows, size_t cols);
int sv_sparsemax_newton_f32_strided(const float* x, size_t ldx, float* y, size_t ldy, size_t rows, size_t cols, float scale);
int sv_sparsemax_newton_f32_axis(const float* x, float* y, size_t outer, size_t axis_len, size_t inner, float temperature);
void sv_sparsemax_newton_f16(const uint16_t* x, uint16_t* y, size_t rows, size_t cols);
int sv_sparsemax_newton_f16_strided(const uint16_t* x, size_t ldx, uint16_t* y, size_t ldy, size_t rows, size_t cols, float scale);
int sv_sparsemax_newton_f16_axis(const uint16_t* x, uint16_t* y, size_t outer, size_t axis_len, size_t inner, float temperature);
void sv_sparsemax_newton_bf16(const uint16_t* x, uint16_t* y, size_t rows, size_t cols);
int sv_sparsemax_newton_bf16_strided(const uint16_t* x, size_t ldx, uint16_t* y, size_t ldy, size_t rows, size_t cols, float scale);
int sv_sparsemax_newton_bf16_axis(const uint16_t* x, uint16_t* y, size_t outer, size_t axis_len, size_t inner, float temperature);
void sv_sparsemax_newton_f64(const double* x, double* y, size_t rows, size_t cols);
int sv_sparsemax_newton_f64_strided(const double* x, size_t ldx, double* y, size_t ldy, size_t rows, size_t cols, double scale);
int sv_sparsemax_newton_f64_axis(const double* x, double* y, size_t outer, size_t axis_len, size_t inner, double temperature);

/* sparsemax_backward: y[m,n] dy[m,n] -> dx[m,n]
 * dx_i = dy_i - (mean of the dy_j with y_j > 0) where y_i > 0, else 0 */
int sv_sparsemax_backward_f32(const float* y, const float* dy, float* dx, size_t rows, size_t cols);
int sv_sparsemax_backward_f16(const uint16_t* y, const uint16_t* dy, uint16_t* dx, size_t rows, size_t cols);
int sv_sparsemax_backward_bf16(const uint16_t* y, const uint16_t* dy, uint16_t* dx, size_t rows, size_t cols);
int sv_sparsemax_backward_f64(const double* y, const double* dy, double* dx, size_t rows, size_t cols);

int sv_sparsemax_backward_saved_f32(const float* y, const float* dy, float* dx, size_t rows, size_t cols);
int sv_sparsemax_backward_saved_f16(const uint16_t* y, const uint16_t* dy, uint16_t* dx, size_t rows, size_t cols);
int sv_sparsemax_backward_saved_bf16(const uint16_t* y, const uint16_t* dy, uint16_t* dx, size_t rows, size_t cols);
int sv_sparsemax_backward_saved_f64(const double* y, const double* dy, double* dx, size_t rows, size_t cols);

/* entmax15: x[m,n] -> y[m,n]
 * y_i = max(z_i / 2 - tau, 0)^2, tau such that sum_j y_j = 1 */
void sv_entmax15_f32(const float* x, float* y, size_t rows, size_t cols);
int sv_entmax15_f32_strided(const float* x, size_t ldx, float* y, size_t ldy, size_t rows, size_t cols, float scale);
int sv_entmax15_f32_axis(const float* x, float* y, size_t outer, size_t axis_len, size_t inner, float temperature);
void sv_entmax15_f16(const uint16_t* x, uint16_t* y, size_t rows, size_t cols);
int sv_entmax15_f16_strided(const uint16_t* x, size_t ldx, uint16_t* y, size_t ldy, size_t rows, size_t cols, float scale);
int sv_entmax15_f16_axis(const uint16_t* x, uint16_t* y, size_t outer, size_t axis_len, size_t inner, float temperature);
void sv_entmax15_bf16(const uint16_t* x, uint16_t* y, size_t rows, size_t cols);
int sv_entmax15_bf16_strided(const uint16_t* x, size_t ldx, uint16_t* y, size_t ldy, size_t rows, size_t cols, float scale);
int sv_entmax15_bf16_axis(const uint16_t* x, uint16_t* y, size_t outer, size_t axis_len, size_t inner, float temperature);
void sv_entmax15_f64(const double* x, double* y, size_t rows, size_t cols);
int sv_entmax15_f64_strided(const double* x, size_t ldx, double* y, size_t ldy, size_t rows, size_t cols, double scale);
int sv_entmax15_f64_axis(const double* x, double* y, size_t outer, size_t axis_len, size_t inner, double temperature);

void sv_entmax15_newton_f32(const float* x, float* y, size_t rows, size_t cols);
int sv_entmax15_newton_f32_strided(const float* x, size_t ldx, float* y, size_t ldy, size_t rows, size_t cols, float scale);
int sv_entmax15_newton_f32_axis(const float* x, float* y, size_t outer, size_t axis_len, size_t inner, float temperature);
void sv_entmax15_newton_f16(const uint16_t* x, uint16_t* y, size_t rows, size_t cols);
int sv_entmax15_newton_f16_strided(const uint16_t* x, size_t ldx, uint16_t* y, size_t ldy, size_t rows, size_t cols, float scale);
int sv_entmax15_newton_f16_axis(const uint16_t* x, uint16_t* y, size_t outer, size_t axis_len, size_t inner, float temperature);
void sv_entmax15_newton_bf16(const uint16_t* x, uint16_t* y, size_t rows, size_t cols);
int sv_entmax15_newton_bf16_strided(const uint16_t* x, size_t ldx, uint16_t* y, size_t ldy, size_t rows, size_t cols, float scale);
int sv_entmax15_newton_bf16_axis(const uint16_t* x, uint16_t* y, size_t outer, size_t axis_len, size_t inner, float temperature);
void sv_entmax15_newton_f64(const double* x, double* y, size_t rows, size_t cols);
int sv_entmax15_newton_f64_strided(const double* x, size_t ldx, double* y, size_t ldy, size_t rows, size_t cols, double scale);
int sv_entmax15_newton_f64_axis(const double* x, double* y, size_t outer, size_t axis_len, size_t inner, double temperature);

/* entmax15_backward: y[m,n] dy[m,n] -> dx[m,n]
 * dx_i = g_i (dy_i - sum_j g_j dy_j / sum_j g_j), g = sqrt(y) */
int sv_entmax15_backward_f32(const float* y, const float* dy, float* dx, size_t rows, size_t cols);
int sv_entmax15_backward_f16(const uint16_t* y, const uint16_t* dy, uint16_t* dx, size_t rows, size_t cols);
int sv_entmax15_backward_bf16(const uint16_t* y, const uint16_t* dy, uint16_t* dx, size_t rows, size_t cols);
int sv_entmax15_backward_f64(const double* y, const double* dy, double* dx, size_t rows, size_t cols);

int sv_entmax15_backward_saved_f32(const float* y, const float* dy, float* dx, size_t rows, size_t cols);
int sv_entmax15_backward_saved_f16(const uint16_t* y, const uint16_t* dy, uint16_t* dx, size_t rows, size_t cols);
int sv_entmax15_backward_saved_bf16(const uint16_t* y, const uint16_t* dy, uint16_t* dx, size_t rows, size_t cols);
int sv_entmax15_backward_saved_f64(const double* y, const double* dy, double* dx, size_t rows, size_t cols);

/* entmax: x[m,n] -> y[m,n]
 * y_i = max((alpha - 1) z_i - tau, 0)^(1 / (alpha - 1)), tau such that sum_j y_j = 1; alpha = 1: softmax */
int sv_entmax_f32(const float* x, float* y, size_t rows, size_t cols, float scale, float temperature, float alpha);
int sv_entmax_f16(const uint16_t* x, uint16_t* y, size_t rows, size_t cols, float scale, float temperature, float alpha);
int sv_entmax_bf16(const uint16_t* x, uint16_t* y, size_t rows, size_t cols, float scale, float temperature, float alpha);
int sv_entmax_f64(const double* x, double* y, size_t rows, size_t cols, double scale, double temperature, double alpha);

int sv_entmax_settle_f32(const float* x, float* y, size_t rows, size_t cols, float scale, float temperature, float alpha);
int sv_entmax_settle_f16(const uint16_t* x, uint16_t* y, size_t rows, size_t cols, float scale, float temperature, float alpha);
int sv_entmax_settle_bf16(const uint16_t* x, uint16_t* y, size_t rows, size_t cols, float scale, float temperature, float alpha);
int sv_entmax_settle_f64(const double* x, double* y, size_t rows, size_t cols, double scale, double temperature, double alpha);

/* entmax_backward: y[m,n] dy[m,n] -> dx[m,n]
 * dx_i = g_i (dy_i - sum_j g_j dy_j / sum_j g_j), g = y^(2 - alpha) where y > 0, else 0 */
int sv_entmax_backward_f32(const float* y, const float* dy, float* dx, size_t rows, size_t cols, float alpha);
int sv_entmax_backward_f16(const uint16_t* y, const uint16_t* dy, uint16_t* dx, size_t rows, size_t cols, float alpha);
int sv_entmax_backward_bf16(const uint16_t* y, const uint16_t* dy, uint16_t* dx, size_t rows, size_t cols, float alpha);
int sv_entmax_backward_f64(const double* y, const double* dy, double* dx, size_t rows, size_t cols, double alpha);

int sv_entmax_backward_saved_f32(const float* y, const float* dy, float* dx, size_t rows, size_t cols, float alpha);
int sv_entmax_backward_saved_f16(const uint16_t* y, const uint16_t* dy, uint16_t* dx, size_t rows, size_t cols, float alpha);
int sv_entmax_backward_saved_bf16(const uint16_t* y, const uint16_t* dy, uint16_t* dx, size_t rows, size_t cols, float alpha);
int sv_entmax_backward_saved_f64(const double* y, const double* dy, double* dx, size_t rows, size_t cols, double alpha);

/* attention: q[m,d] k[n,d] v[n,d] mask[m,n]? bias[m,n]? -> out[m,d] lse[m]?
 * out_i = sum_j s_j(z_i) v_j over the kept j, lse_i = log(sum_j exp(z_ij)); z_ij = scale q_i . k_j + bias_ij */
int sv_attention_f32(const float* q, const float* k, const float* v, const uint8_t* mask, const float* bias, float* out, float* lse, size_t seq_q, size_t seq_k, size_t head_dim, float scale, int causal);
int sv_attention_f16(const uint16_t* q, const uint16_t* k, const uint16_t* v, const uint8_t* mask, const uint16_t* bias, uint16_t* out, float* lse, size_t seq_q, size_t seq_k, size_t head_dim, float scale, int causal);
int sv_attention_bf16(const uint16_t* q, const uint16_t* k, const uint16_t* v, const uint8_t* mask, const uint16_t* bias, uint16_t* out, float* lse, size_t seq_q, size_t seq_k, size_t head_dim, float scale, int causal);
int sv_attention_f64(const double* q, const double* k, const double* v, const uint8_t* mask, const double* bias, double* out, double* lse, size_t seq_q, size_t seq_k, size_t head_dim, double scale, int causal);

int sv_attention_blocked_f32(const float* q, const float* k, const float* v, const uint8_t* mask, const float* bias, float* out, float* lse, size_t seq_q, size_t seq_k, size_t head_dim, float scale, int causal);
int sv_attention_blocked_f16(const uint16_t* q, const uint16_t* k, const uint16_t* v, const uint8_t* mask, const uint16_t* bias, uint16_t* out, float* lse, size_t seq_q, size_t seq_k, size_t head_dim, float scale, int causal);
int sv_attention_blocked_bf16(const uint16_t* q, const uint16_t* k, const uint16_t* v, const uint8_t* mask, const uint16_t* bias, uint16_t* out, float* lse, size_t seq_q, size_t seq_k, size_t head_dim, float scale, int causal);
int sv_attention_blocked_f64(const double* q, const double* k, const double* v, const uint8_t* mask, const double* bias, double* out, double* lse, size_t seq_q, size_t seq_k, size_t head_dim, double scale, int causal);

int sv_attention_three_pass_f32(const float* q, const float* k, const float* v, const uint8_t* mask, const float* bias, float* out, float* lse, size_t seq_q, size_t seq_k, size_t head_dim, float scale, int causal);
int sv_attention_three_pass_f16(const uint16_t* q, const uint16_t* k, const uint16_t* v, const uint8_t* mask, const uint16_t* bias, uint16_t* out, float* lse, size_t seq_q, size_t seq_k, size_t head_dim, float scale, int causal);
int sv_attention_three_pass_bf16(const uint16_t* q, const uint16_t* k, const uint16_t* v, const uint8_t* mask, const uint16_t* bias, uint16_t* out, float* lse, size_t seq_q, size_t seq_k, size_t head_dim, float scale, int causal);
int sv_attention_three_pass_f64(const double* q, const double* k, const double* v, const uint8_t* mask, const double* bias, double* out, double* lse, size_t seq_q, size_t seq_k, size_t head_dim, double scale, int causal);

/* attention_backward: q[m,d] k[n,d] v[n,d] mask[m,n]? bias[m,n]? out[m,d] dout[m,d] lse[m] -> dq[m,d] dk[n,d] dv[n,d]
 * p_ij = exp(z_ij - lse_i) over the kept j, 0 elsewhere, g_ij = p_ij dout_i . (v_j - out_i): dq_i = scale sum_j g_ij "
   "k_j, dk_j = scale sum_i g_ij q_i, dv_j = sum_i p_ij dout_i; z as in attention */
int sv_attention_backward_f32(const float* q, const float* k, const float* v, const uint8_t* mask, const float* bias, const float* out, const float* dout, const float* lse, float* dq, float* dk, float* dv, size_t seq_q, size_t seq_k, size_t head_dim, float scale, int causal);
int sv_attention_backward_f16(const uint16_t* q, const uint16_t* k, const uint16_t* v, const uint8_t* mask, const uint16_t* bias, const uint16_t* out, const uint16_t* dout, const float* lse, uint16_t* dq, uint16_t* dk, uint16_t* dv, size_t seq_q, size_t seq_k, size_t head_dim, float scale, int causal);
int sv_attention_backward_bf16(const uint16_t* q, const uint16_t* k, const uint16_t* v, const uint8_t* mask, const uint16_t* bias, const uint16_t* out, const uint16_t* dout, const float* lse, uint16_t* dq, uint16_t* dk, uint16_t* dv, size_t seq_q, size_t seq_k, size_t head_dim, float scale, int causal);
int sv_attention_backward_f64(const double* q, const double* k, const double* v, const uint8_t* mask, const double* bias, const double* out, const double* dout, const double* lse, double* dq, double* dk, double* dv, size_t seq_q, size_t seq_k, size_t head_dim, double scale, int causal);

int sv_attention_backward_blocked_f32(const float* q, const float* k, const float* v, const uint8_t* mask, const float* bias, const float* out, const float* dout, const float* lse, float* dq, float* dk, float* dv, size_t seq_q, size_t seq_k, size_t head_dim, float scale, int causal);
int sv_attention_backward_blocked_f16(const uint16_t* q, const uint16_t* k, const uint16_t* v, const uint8_t* mask, const uint16_t* bias, const uint16_t* out, const uint16_t* dout, const float* lse, uint16_t* dq, uint16_t* dk, uint16_t* dv, size_t seq_q, size_t seq_k, size_t head_dim, float scale, int causal);
int sv_attention_backward_blocked_bf16(const uint16_t* q, const uint16_t* k, const uint16_t* v, const uint8_t* mask, const uint16_t* bias, const uint16_t* out, const uint16_t* dout, const float* lse, uint16_t* dq, uint16_t* dk, uint16_t* dv, size_t seq_q, size_t seq_k, size_t head_dim, float scale, int causal);
int sv_attention_backward_blocked_f64(const double* q, const double* k, const double* v, const uint8_t* mask, const double* bias, const double* out, const double* dout, const double* lse, double* dq, double* dk, double* dv, size_t seq_q, size_t seq_k, size_t head_dim, double scale, int causal);

#ifdef __cplusplus
}  /* extern "C" */
#endif

#endif  /* SOFTMAX_VERIFY_KERNELS_H_ */
