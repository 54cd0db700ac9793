// logsumexp: lse = ln(sum_j exp(z_j)), z = x * scale / temperature. One contiguous row at a time; kernels/rows.h makes
// every layout of it.
//
//   Shape    x[n] -> lse, in the format of the arithmetic: f32 for f16 and bf16.
//   Formula  lse = m + ln s, m = max z, s = sum_j exp(z_j - m).
//   Error    |lse - exact| <= u |exact| + (1 + u) (c_T u |m| + L), L from ln s as in kernels/log_softmax.cc, for the same
//            algorithms. Where m and ln s cancel, no relative accuracy can be had, but from accurate (0.501 ulp) and
//            correctly_rounded (half an ulp): wide_log-inl.h and log_f64-inl.h. Derived in docs/error_bounds.md (Theorems
//            11 and 13), computed for a row by verify/bounds/logsumexp.cc.
//   Special  NaN or +inf in x, or nothing but -inf: NaN. n = 1: z itself, without error where it is not scaled.
//   Source   shifted form as in Blanchard, Higham & Higham (2021); online: after Milakov & Gimelshein (2018).
#include <algorithm>
#include <vector>

#include "kernels/rows.h"
#include "kernels/target_kernels.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/logsumexp.cc"
#include "hwy/foreach_target.h"  // IWYU pragma: keep
#include "hwy/highway.h"
#include "kernels/log_f64-inl.h"
#include "kernels/log_rows-inl.h"
#include "kernels/wide_log-inl.h"

HWY_BEFORE_NAMESPACE();
namespace softmax_verify {
namespace HWY_NAMESPACE {
namespace {
namespace hn = hwy::HWY_NAMESPACE;

struct LogSumExp {
  static constexpr Operation kOperation = Operation::logsumexp;

  template <Format kFormat, class D, class ShiftBy>
  static HWY_INLINE void Rows(D d, const RowArguments& rows, size_t first, size_t count, const hn::TFromD<D>* m,
                              const hn::TFromD<D>* log_sum, const ShiftBy& shift) {
    HWY_ALIGN hn::TFromD<D> lse[hn::MaxLanes(D())];
    hn::Store(hn::Add(shift.Scaled(hn::Load(d, m)), hn::Load(d, log_sum)), d, lse);
    std::copy_n(lse, count, rows.at.Out<ComputeOf<kFormat>>(Role::lse) + first);
  }
};

}  // namespace

std::vector<TargetKernel> LogSumExpKernels() {
  std::vector<TargetKernel> kernels = LogKernels<LogSumExp>();
  AddWideLogKernels<WideLogSumExp, Format::f32>(&kernels);
  AddWideLogKernels<WideLogSumExp, Format::f16>(&kernels);
  AddWideLogKernels<WideLogSumExp, Format::bf16>(&kernels);
  AddLogKernelsF64<LogSumExpF64>(&kernels);
  return kernels;
}

}  // namespace HWY_NAMESPACE
}  // namespace softmax_verify
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace softmax_verify {
HWY_EXPORT(LogSumExpKernels);
std::vector<TargetKernel> logsumexp_kernels() { return HWY_DYNAMIC_DISPATCH(LogSumExpKernels)(); }
}  // namespace softmax_verify
#endif  // HWY_ONCE
