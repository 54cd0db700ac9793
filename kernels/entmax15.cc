// entmax15: y_i = [z_i / 2 - tau]_+^2 with tau such that the results sum to 1, z = x * scale / temperature. One
// contiguous row at a time; kernels/rows.h makes every layout of it.
//
//   Error    |y_i - exact_i| <= about (4 kappa + 4 c_T + h + 18) u sqrt(Y y_i) on the support, Y = max_j exact_j; what
//            lies further than that below tau is exactly +0. Half an ulp of a 16-bit output comes on top. Theorem S4 of
//            docs/error_bounds.md; verify/bounds/entmax15.cc computes it for a row.
//   Unit     ulp(Y): the square of a difference of numbers of that size.
//   Special  NaN or +inf in x: every y_i is NaN. x_i = -inf beside a finite logit: y_i = +0. -inf alone: NaN. n = 1: 1.
//   Source   Peters, Niculae & Martins (2019); the threshold as in kernels/threshold-inl.h.
#include <vector>

#include "kernels/rows.h"
#include "kernels/target_kernels.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/entmax15.cc"
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
  SparseRow<kFormat, Square>(row, ComputeOf<kFormat>{0.5});
}

}  // namespace

std::vector<TargetKernel> Entmax15Kernels() {
  std::vector<TargetKernel> kernels;
#define SV_FORMAT(name, p, emin, emax, bytes, compute)                                                    \
  kernels.push_back({"newton", FullSignature(Operation::entmax15, Format::name),                          \
                     ThresholdClaim(Format::name, hn::Lanes(hn::ScalableTag<ComputeOf<Format::name>>())), \
                     OurContract(), Over<&Row<Format::name>, Operation::entmax15, Format::name>});
#include "softmax_verify/formats.def"
#undef SV_FORMAT
  return kernels;
}

}  // namespace HWY_NAMESPACE
}  // namespace softmax_verify
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace softmax_verify {
HWY_EXPORT(Entmax15Kernels);
std::vector<TargetKernel> entmax15_kernels() { return HWY_DYNAMIC_DISPATCH(Entmax15Kernels)(); }
}  // namespace softmax_verify
#endif  // HWY_ONCE
