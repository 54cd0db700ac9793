// log_softmax: y_i = z_i - ln(sum_j exp(z_j)), z = x * scale / temperature. One contiguous row at a time; kernels/rows.h
// makes every layout of it.
//
//   Formula  y_i = (z_i - m) - ln s, m = max z, s = sum_j exp(z_j - m). Never z_i - (m + ln s): a large m would swallow ln s.
//   Error    |y_i - exact_i| <= u |exact_i| + (1 + u) (delta_i + L), plus half an ulp of a 16-bit output: delta_i = (kappa +
//            c_T) u |z_i - m|, L from ln s. Every term is derived in docs/error_bounds.md (Theorems 11 and 12) and computed for
//            a row by verify/bounds/log_softmax.cc from the claims of kernels/log_sum-inl.h:
//                         kappa  L                                   R
//            three_pass   1      S + theta_l u (ln s + S)           0
//            online       1      the same                           maxima found late, per lane, and 1 to merge the lanes
//            blocked      1      the same                           maxima found late, per block of 1024, and 1
//            accurate: half an ulp and a little (wide_log-inl.h, log_f64-inl.h)
//            correctly_rounded: half an ulp (the same)
//            S = A + h u + R (theta + 1) u is the error of the sum, as for softmax.
//   Special  NaN or +inf in x: every y_i is NaN. x_i = -inf beside a finite logit: y_i = -inf. -inf alone: NaN. n = 1: +0.
//   Source   shifted form as in Blanchard, Higham & Higham (2021); online: Milakov & Gimelshein (2018).
#include <vector>

#include "kernels/rows.h"
#include "kernels/target_kernels.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/log_softmax.cc"
#include "hwy/foreach_target.h"  // IWYU pragma: keep
#include "hwy/highway.h"
#include "kernels/log_f64-inl.h"
#include "kernels/log_sum-inl.h"
#include "kernels/wide_log-inl.h"

HWY_BEFORE_NAMESPACE();
namespace softmax_verify {
namespace HWY_NAMESPACE {
namespace {
namespace hn = hwy::HWY_NAMESPACE;

struct LogSoftmax {
  static constexpr Operation kOperation = Operation::log_softmax;

  template <class LogSumBy, Format kFormat, class D, class V, class ShiftBy>
  static HWY_INLINE void Store(D d, const Logits<kFormat>& x, const MaxLog<V>& of, const ShiftBy& shift,
                               const Operands& at) {
    Map<kFormat>(d, x.x, at.Out<StorageOf<kFormat>>(Role::y), x.n,
                 [&](V v) { return LogSumBy::Minus(d, v, of, shift); });
  }
  static Claim ClaimOf(const Claim& claim) { return claim; }
};

}  // namespace

std::vector<TargetKernel> LogSoftmaxKernels() {
  std::vector<TargetKernel> kernels = LogKernels<LogSoftmax>();
  AddWideLogKernels<WideLogSoftmax, Format::f32>(&kernels);
  AddWideLogKernels<WideLogSoftmax, Format::f16>(&kernels);
  AddWideLogKernels<WideLogSoftmax, Format::bf16>(&kernels);
  AddLogKernelsF64<LogSoftmaxF64>(&kernels);
  return kernels;
}

}  // namespace HWY_NAMESPACE
}  // namespace softmax_verify
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace softmax_verify {
HWY_EXPORT(LogSoftmaxKernels);
std::vector<TargetKernel> log_softmax_kernels() { return HWY_DYNAMIC_DISPATCH(LogSoftmaxKernels)(); }
}  // namespace softmax_verify
#endif  // HWY_ONCE
