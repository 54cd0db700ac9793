// sparsemax_backward: dx_i = dy_i - mean of the dy_j with y_j > 0, where y_i > 0, else 0. One contiguous row at a time;
// kernels/rows.h makes every layout of it.
//
//   Error    |dx_i - exact_i| <= about u |exact_i| + (h + 2) u D, D = mean of the |dy_j|, on the support; exactly +0
//            off it. Half an ulp of a 16-bit output comes on top. Theorem S6 of docs/error_bounds.md. Nothing is
//            promised where the sum may overflow.
//   Unit     ulp(max(|dx_i|, |dy_i| + D)): the two terms cancel.
//   Special  NaN in y, or a dy_j of the support that is not finite: every dx_i is NaN. Off the support dy is not looked
//            at; without a support every dx_i is +0.
//   Source   Martins & Astudillo (2016).
#include <vector>

#include "kernels/rows.h"
#include "kernels/target_kernels.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/sparsemax_backward.cc"
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
  SparseBackwardRow<kFormat>(row, Equally());
}

}  // namespace

std::vector<TargetKernel> SparsemaxBackwardKernels() {
  std::vector<TargetKernel> kernels;
#define SV_FORMAT(name, p, emin, emax, bytes, compute)                                                    \
  kernels.push_back({"saved", FullSignature(Operation::sparsemax_backward, Format::name),                 \
                     ThresholdClaim(Format::name, hn::Lanes(hn::ScalableTag<ComputeOf<Format::name>>())), \
                     OurContract(), Over<&Row<Format::name>, Operation::sparsemax_backward, Format::name>});
#include "softmax_verify/formats.def"
#undef SV_FORMAT
  return kernels;
}

}  // namespace HWY_NAMESPACE
}  // namespace softmax_verify
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace softmax_verify {
HWY_EXPORT(SparsemaxBackwardKernels);
std::vector<TargetKernel> sparsemax_backward_kernels() { return HWY_DYNAMIC_DISPATCH(SparsemaxBackwardKernels)(); }
}  // namespace softmax_verify
#endif  // HWY_ONCE
