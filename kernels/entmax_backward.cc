// entmax_backward: dx_i = g_i (dy_i - sum_j g_j dy_j / sum_j g_j), g = y^(2 - alpha) where y > 0, else 0. alpha = 1.5
// and 2 give the same bits as entmax15_backward and sparsemax_backward. One contiguous row at a time; kernels/rows.h
// makes every layout of it.
//
//   Error    |dx_i - exact_i| <= about (2 h + 3 p (1 + |ln g|) + 10) u g_i (|dy_i| + Q), Q = sum_j g_j |dy_j| / sum_j
//            g_j, on the support, p the error of a power; exactly +0 off it. Half an ulp of a 16-bit output comes on
//            top. Theorem S6 of docs/error_bounds.md. Nothing is promised where a weight (alpha > 2) or a sum may
//            overflow.
//   Unit     ulp(max(|dx_i|, g_i (|dy_i| + Q))): the two terms cancel.
//   Special  NaN in y, or a dy_j of the support that is not finite: every dx_i is NaN. Off the support dy is not looked
//            at; without a support every dx_i is +0.
//   Source   Peters, Niculae & Martins (2019).
#include <vector>

#include "kernels/rows.h"
#include "kernels/target_kernels.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/entmax_backward.cc"
#include "hwy/foreach_target.h"  // IWYU pragma: keep
#include "hwy/highway.h"
#include "kernels/threshold-inl.h"

HWY_BEFORE_NAMESPACE();
namespace softmax_verify {
namespace HWY_NAMESPACE {
namespace {
namespace hn = hwy::HWY_NAMESPACE;

template <Format kFormat>
void Row(const RowArguments& row) {
  using T = ComputeOf<kFormat>;
  const T alpha = static_cast<T>(row.parameters.alpha);
  if (alpha == 1) return SparseBackwardRow<kFormat>(row, Itself());
  if (alpha == 2) return SparseBackwardRow<kFormat>(row, Equally());
  if (alpha == T{1.5}) return SparseBackwardRow<kFormat>(row, SquareRoot());
  SparseBackwardRow<kFormat>(row, AlphaWeight<hn::ScalableTag<T>>{2 - alpha});
}

}  // namespace

std::vector<TargetKernel> EntmaxBackwardKernels() {
  std::vector<TargetKernel> kernels;
#define SV_FORMAT(name, p, emin, emax, bytes, compute)                                                    \
  kernels.push_back({"saved", FullSignature(Operation::entmax_backward, Format::name),                    \
                     ThresholdClaim(Format::name, hn::Lanes(hn::ScalableTag<ComputeOf<Format::name>>())), \
                     OurContract(), Over<&Row<Format::name>, Operation::entmax_backward, Format::name>});
#include "softmax_verify/formats.def"
#undef SV_FORMAT
  return kernels;
}

}  // namespace HWY_NAMESPACE
}  // namespace softmax_verify
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace softmax_verify {
HWY_EXPORT(EntmaxBackwardKernels);
std::vector<TargetKernel> entmax_backward_kernels() { return HWY_DYNAMIC_DISPATCH(EntmaxBackwardKernels)(); }
}  // namespace softmax_verify
#endif  // HWY_ONCE
