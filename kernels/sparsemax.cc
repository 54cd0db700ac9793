// sparsemax: y_i = [z_i - tau]_+ with tau such that the results sum to 1, z = x * scale / temperature: the point of the
// simplex nearest to z. One contiguous row at a time; kernels/rows.h makes every layout of it.
//
//   Error    |y_i - exact_i| <= about (2 kappa + 2 c_T + h + 9) u T, T = max_j exact_j, on and around the support;
//            exactly +0 where z_i lies further than that below tau. Half an ulp of a 16-bit output comes on top.
//            Theorem S4 of docs/error_bounds.md; verify/bounds/sparsemax.cc computes it for a row.
//   Unit     ulp(T): a result is a difference of numbers of that size.
//   Special  NaN or +inf in x: every y_i is NaN. x_i = -inf beside a finite logit: y_i = +0. -inf alone: NaN. n = 1: 1.
//   Source   Martins & Astudillo (2016); the threshold as in kernels/threshold-inl.h.
#include <vector>

#include "kernels/rows.h"
#include "kernels/target_kernels.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/sparsemax.cc"
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
  SparseRow<kFormat, Linear>(row, 1);
}

}  // namespace

std::vector<TargetKernel> SparsemaxKernels() {
  std::vector<TargetKernel> kernels;
#define SV_FORMAT(name, p, emin, emax, bytes, compute)                                                    \
  kernels.push_back({"newton", FullSignature(Operation::sparsemax, Format::name),                         \
                     ThresholdClaim(Format::name, hn::Lanes(hn::ScalableTag<ComputeOf<Format::name>>())), \
                     OurContract(), Over<&Row<Format::name>, Operation::sparsemax, Format::name>});
#include "softmax_verify/formats.def"
#undef SV_FORMAT
  return kernels;
}

}  // namespace HWY_NAMESPACE
}  // namespace softmax_verify
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace softmax_verify {
HWY_EXPORT(SparsemaxKernels);
std::vector<TargetKernel> sparsemax_kernels() { return HWY_DYNAMIC_DISPATCH(SparsemaxKernels)(); }
}  // namespace softmax_verify
#endif  // HWY_ONCE
