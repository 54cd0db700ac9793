/* Our kernels as plain C. Every declaration can be pasted into `softmax-verify validate` as it stands.
 *
 * Names     sv_<operation>_<algorithm>_<format>; sv_<operation>_<format> is the recommended one. f16 and bf16 travel as
 *           their bits in uint16_t.
 * Shapes    x and y are [rows, cols], row-major: softmax over each row.
 *           _strided: row strides ldx, ldy >= cols in elements; softmax of x * scale, scale > 0.
 *           _axis: x and y are dense [outer, axis_len, inner]: softmax of x / temperature over the middle axis,
 *           temperature > 0.
 *           y may be x when the strides agree; otherwise they must not overlap.
 * Error     proved, per algorithm and row: docs/error_bounds.md, docs/operations/softmax.md.
 * Special   a NaN or +inf makes its row NaN; -inf beside a finite logit gives +0; a row of -inf alone is NaN; nothing is
 *           read or written when a dimension is 0.
 * Returns   0, or 1 for an argument outside its domain (y untouched), or 2 when out of memory.
 * Threads   every function may be called from any thread.
 */
#ifndef SOFTMAX_VERIFY_KERNELS_H_
#define SOFTMAX_VERIFY_KERNELS_H_

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* softmax: y_i = exp(x_i) / sum_j exp(x_j) */
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

#ifdef __cplusplus
}  /* extern "C" */
#endif

#endif  /* SOFTMAX_VERIFY_KERNELS_H_ */
