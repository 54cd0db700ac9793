// entmax15_backward: dx_i = g_i (dy_i - sum_j g_j dy_j / sum_j g_j), g = sqrt(y). One contiguous row at a time;
// kernels/rows.h makes every layout of it.
//
//   Error    |dx_i - exact_i| <= about (2 h + 14) u g_i (|dy_i| + Q), Q = sum_j g_j |dy_j| / sum_j g_j, on the support;
//            exactly +0 off it. Half an ulp of a 16-bit output comes on top. Theorem S6 of docs/error_bounds.md.
//            Nothing is promised where the sum may overflow.
//   Unit     ulp(max(|dx_i|, g_i (|dy_i| + Q))): the two terms cancel.
//   Special  NaN in y, or a dy_j of the support that is not finite: every dx_i is NaN. Off the support dy is not looked
//            at; without a support every dx_i is +0.
//   Source   Peters, Niculae & Martins (2019).
#include <vector>

#include "kernels/rows.h"
#include "kernels/target_kernels.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/entmax15_backward.cc"
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
  SparseBackwardRow<kFormat>(row, SquareRoot());
}

}  // namespace

std::vector<TargetKernel> Entmax15BackwardKernels() {
  std::vector<TargetKernel> kernels;
#define SV_FORMAT(name, p, emin, emax, bytes, compute)                                                    \
  kernels.push_back({"saved", FullSignature(Operation::entmax15_backward, Format::name),                  \
                     ThresholdClaim(Format::name, hn::Lanes(hn::ScalableTag<ComputeOf<Format::name>>())), \
                     OurContract(), Over<&Row<Format::name>, Operation::entmax15_backward, Format::name>});
#include "softmax_verify/formats.def"
#undef SV_FORMAT
  return kernels;
}

}  // namespace HWY_NAMESPACE
}  // namespace softmax_verify
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace softmax_verify {
HWY_EXPORT(Entmax15BackwardKernels);
std::vector<TargetKernel> entmax15_backward_kernels() { return HWY_DYNAMIC_DISPATCH(Entmax15BackwardKernels)(); }
}  // namespace softmax_verify
#endif  // HWY_ONCE
