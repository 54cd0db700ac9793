// softmax_backward: dx_i = y_i (dy_i - c), c = sum_j y_j dy_j. One contiguous row at a time; kernels/rows.h makes every
// layout of it.
//
//   Shape    saved: y[n], dy[n] -> dx[n]; recomputed: x[n], dy[n] -> dx[n] with y = softmax(x). dx may be any input.
//   Error    Theorem G1 of docs/error_bounds.md: saved is off by at most about (h + 3) u y_i (|dy_i| + C), where
//            C = sum_j y_j |dy_j|; recomputed adds the errors of its probabilities, B_i u y_i |dy_i - c| + y_i sum_j
//            B_j u y_j |dy_j|. Half an ulp of a 16-bit output comes on top. Nothing is promised where sums may overflow.
//   Unit     ulp(max(|dx_i|, y_i (|dy_i| + C))): the two terms cancel, and how far is a matter of the row.
//   Special  A NaN in a row's operands: the row is NaN. y_i = 0, or x_i = -inf beside a finite logit: dx_i is a zero where
//            dy is finite. NaN or +inf in x, or -inf alone: the row is NaN.
//   Source   the transposed Jacobian of softmax, factored: one product per element less than y dy - y c.
#include <limits>
#include <vector>

#include "kernels/rows.h"
#include "kernels/target_kernels.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/softmax_backward.cc"
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
  const Numbers<kFormat> y{row.at.In<StorageOf<kFormat>>(Role::y), row.n};
  const Numbers<kFormat> dy{row.at.In<StorageOf<kFormat>>(Role::dy), row.n};
  auto* dx = row.at.Out<StorageOf<kFormat>>(Role::dx);
  const V c = SumOf(d, y, 0, row.n, [&](V& sum, V v, size_t i) { sum = hn::MulAdd(v, dy.At(d, i), sum); });
  for (size_t i = 0; i < row.n; i += hn::Lanes(d)) {
    StoreUpTo<kFormat>(d, hn::Mul(y.At(d, i), hn::Sub(dy.At(d, i), c)), dx, i, row.n);
  }
}

template <Format kFormat>
void Recomputed(const RowArguments& row) {
  using D = hn::ScalableTag<ComputeOf<kFormat>>;
  const D d;
  using V = hn::Vec<D>;
  struct Sums {
    V terms;
    V products;
  };
  const Logits<kFormat> x{row.at.In<StorageOf<kFormat>>(Role::x), row.n};
  const Numbers<kFormat> dy{row.at.In<StorageOf<kFormat>>(Role::dy), row.n};
  auto* dx = row.at.Out<StorageOf<kFormat>>(Role::dx);
  const V m = MaxOf(d, x, 0, row.n, std::numeric_limits<hn::TFromD<D>>::lowest());
  Sums s0{hn::Zero(d), hn::Zero(d)};
  Sums s1 = s0;
  Sums s2 = s0;
  Sums s3 = s0;
  ForEachVector(d, x, 0, row.n, s0, s1, s2, s3, [&](Sums& sums, V v, size_t i) {
    const V e = Exp(d, hn::Sub(v, m));
    sums.terms = hn::Add(sums.terms, e);
    sums.products = hn::MulAdd(e, dy.At(d, i), sums.products);
  });
  const auto total = [&](V Sums::*of) {
    return hn::SumOfLanes(d, hn::Add(hn::Add(s0.*of, s1.*of), hn::Add(s2.*of, s3.*of)));
  };
  const V reciprocal = hn::Div(hn::Set(d, hn::TFromD<D>{1}), total(&Sums::terms));
  const V c = hn::Mul(total(&Sums::products), reciprocal);
  for (size_t i = 0; i < row.n; i += hn::Lanes(d)) {
    const V y = hn::Mul(Exp(d, hn::Sub(x.At(d, i), m)), reciprocal);
    StoreUpTo<kFormat>(d, hn::Mul(y, hn::Sub(dy.At(d, i), c)), dx, i, row.n);
  }
}

template <Format kFormat>
void AddBoth(std::vector<TargetKernel>* kernels) {
  constexpr Operation kOperation = Operation::softmax_backward;
  Claim claim = TwoPasses::SumClaim(hn::Lanes(hn::ScalableTag<ComputeOf<kFormat>>()));
  SetExpClaim(kFormat, &claim);
  kernels->push_back({"saved", SignatureWith(kOperation, kFormat, {Role::y}), claim, OurContract(),
                      Over<&Saved<kFormat>, kOperation, kFormat, Role::y>});
  kernels->push_back({"recomputed", SignatureWith(kOperation, kFormat, {Role::x}), claim, OurContract(),
                      Over<&Recomputed<kFormat>, kOperation, kFormat, Role::x>});
}

}  // namespace

std::vector<TargetKernel> SoftmaxBackwardKernels() {
  std::vector<TargetKernel> kernels;
#define SV_FORMAT(name, p, emin, emax, bytes, compute) AddBoth<Format::name>(&kernels);
#include "softmax_verify/formats.def"
#undef SV_FORMAT
  return kernels;
}

}  // namespace HWY_NAMESPACE
}  // namespace softmax_verify
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace softmax_verify {
HWY_EXPORT(SoftmaxBackwardKernels);
std::vector<TargetKernel> softmax_backward_kernels() { return HWY_DYNAMIC_DISPATCH(SoftmaxBackwardKernels)(); }
}  // namespace softmax_verify
#endif  // HWY_ONCE
