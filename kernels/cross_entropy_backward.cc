// cross_entropy_backward: dx_j = t C y_j - t c_j, where c_k = w_k q_k, C = sum_k c_k, y = softmax(z) and t = dloss scale /
// temperature, for a mean over the sum of the targets' weights. Fused: no probabilities are stored.
//
//   Shape    x[n], target, weight[n] (or none: 1), dloss (or none: 1; one for each row, or one in all when reduced) -> dx[n];
//            dx may be x. Weights are finite and not negative.
//   Error    |dx_j - exact_j| <= |t| { (C y_j expm1(B_j + r_C) + c_j expm1(4u)) (1 + r_t) + |C y_j - c_j| r_t } and what
//            underflow adds: B_j that of softmax, r_C = expm1((h + 8) u) with smoothing and weights, else expm1(4u), and
//            r_t = expm1((m + 6) u). Theorem C2 of docs/error_bounds.md; verify/bounds/cross_entropy_backward.cc has it
//            for a row, from the claims at the end of this file.
//   Unit     ulp(max(|dx_j|, |t| (C y_j + c_j))): as y_j approaches c_j / C the terms cancel.
//   Special  An ignored row: +0, whatever it holds. NaN or +inf in x, or -inf alone: the row is NaN. x_j = -inf beside a
//            finite logit: -t c_j. A mean over rows whose targets weigh nothing has no gradient: NaN or infinite.
#include <vector>

#include "kernels/rows.h"
#include "kernels/target_kernels.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/cross_entropy_backward.cc"
#include "hwy/foreach_target.h"  // IWYU pragma: keep
#include "hwy/highway.h"
#include "kernels/cross_entropy-inl.h"
#include "kernels/exp_sum-inl.h"

HWY_BEFORE_NAMESPACE();
namespace softmax_verify {
namespace HWY_NAMESPACE {
namespace {
namespace hn = hwy::HWY_NAMESPACE;

// Of a row that is not ignored.
template <Format kFormat, class D, class ShiftBy>
void Gradient(D d, const RowArguments& row, const ShiftBy& shift) {
  using T = hn::TFromD<D>;
  using V = hn::Vec<D>;
  const Logits<kFormat> x{row.at.In<StorageOf<kFormat>>(Role::x), row.n};
  auto* const dx = row.at.Out<StorageOf<kFormat>>(Role::dx);
  const auto* const dloss = row.at.In<T>(Role::dloss);
  const Parameters& parameters = row.parameters;
  const T upstream = dloss == nullptr ? T{1} : dloss[parameters.reduction == Reduction::none ? row.row : 0];
  const T t = static_cast<T>(upstream * (parameters.scale / parameters.temperature));

  const auto c = Coefficients<kFormat>::Of(d, row);
  const MaxSum<V> of = TwoPasses::Of(d, x, shift);
  // t before the exponential, which may be subnormal.
  const V factor = hn::Div(hn::Set(d, t * c.Sum(d)), of.s);
  const auto gradient = [&](V logits, V coefficients) {
    return hn::MulSub(Exp(d, shift(logits, of.m)), factor, hn::Mul(hn::Set(d, t), coefficients));
  };
  // The target's comes first: dx may be x.
  const V of_target =
      gradient(LoadUpTo<kFormat>(d, x.x + c.target, 0, 1), hn::Set(d, c.own + hn::GetLane(c.At(d, c.target))));
  for (size_t i = 0; i < row.n; i += hn::Lanes(d)) {
    StoreUpTo<kFormat>(d, gradient(x.At(d, i), c.At(d, i)), dx, i, row.n);
  }
  StoreUpTo<kFormat>(d, of_target, dx + c.target, 0, 1);
}

template <Format kFormat>
void Row(const RowArguments& row) {
  const hn::ScalableTag<ComputeOf<kFormat>> d;
  if (IsIgnored(row)) {
    auto* const dx = row.at.Out<StorageOf<kFormat>>(Role::dx);
    for (size_t i = 0; i < row.n; i += hn::Lanes(d)) StoreUpTo<kFormat>(d, hn::Zero(d), dx, i, row.n);
  } else if (row.scaling.identity) {
    Gradient<kFormat>(d, row, Shift<decltype(d), false>(d, row.scaling));
  } else {
    Gradient<kFormat>(d, row, Shift<decltype(d), true>(d, row.scaling));
  }
}

// The sum of the weights of the targets that are not ignored.
template <Format kFormat>
double TotalWeight(const Operands& operands, size_t rows, std::int64_t ignore_index) {
  const hn::ScalableTag<ComputeOf<kFormat>> d;
  const auto* const targets = operands.In<std::int64_t>(Role::targets);
  const auto* const weight = operands.In<StorageOf<kFormat>>(Role::weight);
  double total = 0;
  for (size_t i = 0; i < rows; ++i) {
    if (targets[i] == ignore_index) continue;
    total += weight == nullptr ? 1 : LoadOne<kFormat>(d, weight, static_cast<size_t>(targets[i]));
  }
  return total;
}

template <Format kFormat>
Status Run(const Operands& operands, const Layout& layout, const Parameters& parameters) {
  using T = ComputeOf<kFormat>;
  static constexpr Signature signature = FullSignature(Operation::cross_entropy_backward, kFormat);
  Operands rows = operands;
  T upstream = 1;
  const bool is_empty = layout.outer * layout.axis * layout.inner == 0;
  if (parameters.reduction == Reduction::mean && !is_empty && IsValidCall(signature, operands, layout, parameters)) {
    // The gradient of a mean is that of a sum with less upstream.
    if (operands.Has(Role::dloss)) upstream = *operands.In<T>(Role::dloss);
    upstream =
        static_cast<T>(upstream / TotalWeight<kFormat>(operands, layout.outer * layout.inner, parameters.ignore_index));
    rows.Set(Role::dloss, &upstream);
  }
  return RunRows(Row<kFormat>, signature, rows, layout, parameters);
}

// The claims: how the file's arithmetic is described to whoever judges it.
template <Format kFormat>
void Add(std::vector<TargetKernel>* kernels) {
  Claim claim = TwoPasses::SumClaim(hn::Lanes(hn::ScalableTag<ComputeOf<kFormat>>()));
  SetExpClaim(kFormat, &claim);
  claim.normalise_error = 1;
  kernels->push_back({"three_pass", FullSignature(Operation::cross_entropy_backward, kFormat), claim, OurContract(),
                      Run<kFormat>});
}

}  // namespace

std::vector<TargetKernel> CrossEntropyBackwardKernels() {
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
HWY_EXPORT(CrossEntropyBackwardKernels);
std::vector<TargetKernel> cross_entropy_backward_kernels() { return HWY_DYNAMIC_DISPATCH(CrossEntropyBackwardKernels)(); }
}  // namespace softmax_verify
#endif  // HWY_ONCE
