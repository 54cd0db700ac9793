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

void sv_softmax_native_f16(const uint16_t* x, uint16_t* y, size_t rows, size_t cols);
int sv_softmax_native_f16_strided(const uint16_t* x, size_t ldx, uint16_t* y, size_t ldy, size_t rows, size_t cols, float scale);
int sv_softmax_native_f16_axis(const uint16_t* x, uint16_t* y, size_t outer, size_t axis_len, size_t inner, float temperature);
void sv_softmax_native_bf16(const uint16_t* x, uint16_t* y, size_t rows, size_t cols);
int sv_softmax_native_bf16_strided(const uint16_t* x, size_t ldx, uint16_t* y, size_t ldy, size_t rows, size_t cols, float scale);
int sv_softmax_native_bf16_axis(const uint16_t* x, uint16_t* y, size_t outer, size_t axis_len, size_t inner, float temperature);

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

#ifdef __cplusplus
}  /* extern "C" */
#endif

#endif  /* SOFTMAX_VERIFY_KERNELS_H_ */
