// entmax: y_i = [(alpha - 1) z_i - tau]_+^(1 / (alpha - 1)) with tau such that the results sum to 1, z = x * scale /
// temperature. alpha = 1 is softmax, in three passes; 1.5 and 2 are entmax15 and sparsemax: the same bits as theirs.
// One contiguous row at a time; kernels/rows.h makes every layout of it.
//
//   Error    Theorem S4 of docs/error_bounds.md; verify/bounds/entmax.cc computes it for a row. For alpha <= 2 about
//            (beta (2 a + 6) + h + p (3 + ln n + |ln y_i|)) u Y^(alpha - 1) y_i^(2 - alpha), beta = 1 / (alpha - 1), a
//            the roundings of a logit, p the error of a power, Y = max_j exact_j. For alpha > 2 what lies within E of
//            tau may be off by E^beta. What lies further below is exactly +0. Half an ulp of a 16-bit output comes on
//            top.
//   Unit     ulp(Y); for alpha = 1 that of softmax.
//   Special  NaN or +inf in x: every y_i is NaN. x_i = -inf beside a finite logit: y_i = +0. -inf alone: NaN. n = 1: 1.
//   Source   Peters, Niculae & Martins (2019); the threshold as in kernels/threshold-inl.h.
#include <vector>

#include "kernels/rows.h"
#include "kernels/target_kernels.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/entmax.cc"
#include "hwy/foreach_target.h"  // IWYU pragma: keep
#include "hwy/highway.h"
#include "kernels/three_pass-inl.h"
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
  if (alpha == 1) return ThreePassRows<kFormat>(row);
  if (alpha == 2) return SparseRow<kFormat, Linear>(row, 1);
  if (alpha == T{1.5}) return SparseRow<kFormat, Square>(row, T{0.5});
  const hn::ScalableTag<T> d;
  auto* y = row.at.Out<StorageOf<kFormat>>(Role::y);
  WithDistances<kFormat>(d, row, alpha - 1, [&](const auto& c) {
    const AlphaPower<decltype(d)> power(d, alpha);
    StorePowers<kFormat>(d, c, power, Settle(d, c, power), y);
  });
}

}  // namespace

std::vector<TargetKernel> EntmaxKernels() {
  std::vector<TargetKernel> kernels;
  Contract contract = OurContract();
  contract.exact_shift = false;  // alpha = 1 is softmax.three_pass
#define SV_FORMAT(name, p, emin, emax, bytes, compute)                                                    \
  kernels.push_back({"settle", FullSignature(Operation::entmax, Format::name),                            \
                     ThresholdClaim(Format::name, hn::Lanes(hn::ScalableTag<ComputeOf<Format::name>>())), \
                     contract, Over<&Row<Format::name>, Operation::entmax, Format::name>});
#include "softmax_verify/formats.def"
#undef SV_FORMAT
  return kernels;
}

}  // namespace HWY_NAMESPACE
}  // namespace softmax_verify
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace softmax_verify {
HWY_EXPORT(EntmaxKernels);
std::vector<TargetKernel> entmax_kernels() { return HWY_DYNAMIC_DISPATCH(EntmaxKernels)(); }
}  // namespace softmax_verify
#endif  // HWY_ONCE
