// log_softmax_backward: dx_i = dy_i - exp(y_i) G, G = sum_j dy_j. One contiguous row at a time; kernels/rows.h makes
// every layout of it.
//
//   Shape    y[n], dy[n] -> dx[n], y the log-probabilities. dx may be any input.
//   Error    Theorem G2 of docs/error_bounds.md: at most about theta u exp(y_i) |G| + (h + 2) u (|dy_i| + exp(y_i) D),
//            where D = sum_j |dy_j|. Half an ulp of a 16-bit output comes on top. Nothing is promised where sums may
//            overflow.
//   Unit     ulp(max(|dx_i|, |dy_i| + exp(y_i) D)): the two terms cancel, and how far is a matter of the row.
//   Exact    y_i = -inf, or so small that exp(y_i) vanishes: dx_i = dy_i. So it is everywhere if the computed G is 0.
//   Special  NaN in dy: the row is NaN. NaN in y: that element is NaN, and no other.
//   Source   the transposed Jacobian of log_softmax: I - 1 exp(y)^T.
#include <vector>

#include "kernels/rows.h"
#include "kernels/target_kernels.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/log_softmax_backward.cc"
#include "hwy/foreach_target.h"  // IWYU pragma: keep
#include "hwy/highway.h"
#include "kernels/exp_sum-inl.h"

HWY_BEFORE_NAMESPACE();
namespace softmax_verify {
namespace HWY_NAMESPACE {
namespace {
namespace hn = hwy::HWY_NAMESPACE;

template <Format kFormat>
void Saved(const RowArguments& row) {
  using D = hn::ScalableTag<ComputeOf<kFormat>>;
  const D d;
  using V = hn::Vec<D>;
  const Logits<kFormat> y{row.at.In<StorageOf<kFormat>>(Role::y), row.n};
  const Numbers<kFormat> dy{row.at.In<StorageOf<kFormat>>(Role::dy), row.n};
  auto* dx = row.at.Out<StorageOf<kFormat>>(Role::dx);
  const V total = SumOf(d, dy, 0, row.n, [](V& sum, V v, size_t) { sum = hn::Add(sum, v); });
  for (size_t i = 0; i < row.n; i += hn::Lanes(d)) {
    StoreUpTo<kFormat>(d, hn::NegMulAdd(Exp(d, y.At(d, i)), total, dy.At(d, i)), dx, i, row.n);
  }
}

template <Format kFormat>
void Add(std::vector<TargetKernel>* kernels) {
  Claim claim = TwoPasses::SumClaim(hn::Lanes(hn::ScalableTag<ComputeOf<kFormat>>()));
  SetExpClaim(kFormat, &claim);
  claim.shift_error = 0;  // exp is taken of y itself
  kernels->push_back({"saved", FullSignature(Operation::log_softmax_backward, kFormat), claim, OurContract(),
                      Over<&Saved<kFormat>, Operation::log_softmax_backward, kFormat>});
}

}  // namespace

std::vector<TargetKernel> LogSoftmaxBackwardKernels() {
  std::vector<TargetKernel> kernels;
#define SV_FORMAT(name, p, emin, emax, bytes, compute) Add<Format::name>(&kernels);
#include "softmax_verify/formats.def"
#undef SV_FORMAT
  return kernels;
}

}  // namespace HWY_NAMESPACE
}  // namespace softmax_verify
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace softmax_verify {
HWY_EXPORT(LogSoftmaxBackwardKernels);
std::vector<TargetKernel> log_softmax_backward_kernels() { return HWY_DYNAMIC_DISPATCH(LogSoftmaxBackwardKernels)(); }
}  // namespace softmax_verify
#endif  // HWY_ONCE
