// cross_entropy: loss = -sum_k c_k log s_k(z) = C ln(s) + sum_k c_k d_k, where c_k = w_k q_k, C = sum_k c_k and
// d_k = max z - z_k. No term is negative: nothing cancels. Terms with c_k = 0 are left out, so that -inf does no harm there.
//
//   Shape    x[n], target, weight[n] (or none: 1) -> loss, one for each row or one for all of them. Weights are finite and
//            not negative.
//   Error    |loss - exact| <= (1 + rho) sum_k c_k (S + theta_l u (ln s + S) + (kappa + c_T) u d_k) + rho loss, where S
//            bounds |ln(computed s / s)| and rho = expm1((h + 8) u) with label smoothing, else expm1(6 u); reduced rows
//            are added up one by one in f64. Theorem C1 of docs/error_bounds.md; verify/bounds/cross_entropy.cc has it
//            for a row, from the claims at the end of this file.
//   Unit     ulp(max(loss, C)): next to 0 the loss is ln(s) for an s that has been rounded next to 1.
//   Special  An ignored row: +0, whatever it holds. NaN or +inf in x, or -inf alone: NaN. A class with c_k > 0 at -inf: +inf.
//            A mean over rows whose targets weigh nothing: 0/0 is NaN.
//   Source   online: Milakov & Gimelshein (2018), as fused by the cross entropies of training libraries.
#include <limits>
#include <vector>

#include "kernels/log.h"
#include "kernels/rows.h"
#include "kernels/target_kernels.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/cross_entropy.cc"
#include "hwy/foreach_target.h"  // IWYU pragma: keep
#include "hwy/highway.h"
#include "kernels/cross_entropy-inl.h"
#include "kernels/exp_sum-inl.h"
#include "kernels/log-inl.h"

HWY_BEFORE_NAMESPACE();
namespace softmax_verify {
namespace HWY_NAMESPACE {
namespace {
namespace hn = hwy::HWY_NAMESPACE;

// What the rows of a reduced call add to. They find it in the place of the loss.
struct Total {
  double loss = 0;
  double weight = 0;
};

// The loss of a row that is not ignored.
template <class MaxSumBy, Format kFormat, class D, class ShiftBy>
hn::TFromD<D> LossOf(D d, const RowArguments& row, const Coefficients<kFormat>& c, const ShiftBy& shift) {
  using T = hn::TFromD<D>;
  using V = hn::Vec<D>;
  const Logits<kFormat> x{row.at.In<StorageOf<kFormat>>(Role::x), row.n};
  const MaxSum<V> of = MaxSumBy::Of(d, x, shift);
  const T log_sum = hn::GetLane(Log(d, of.s));
  if (!(log_sum >= 0)) return std::numeric_limits<T>::quiet_NaN();  // s is NaN, or 0 where there is nothing but -inf

  T loss = c.Sum(d) * log_sum;
  if (c.own != 0) loss += c.own * hn::GetLane(shift(of.m, hn::Set(d, LoadOne<kFormat>(d, x.x, c.target))));
  if (c.share != 0) {
    loss += hn::GetLane(SumOf(d, x, 0, row.n, [&](V& sum, V v, size_t i) {
      const V share = c.At(d, i);
      sum = hn::Add(sum, hn::IfThenElseZero(hn::Ne(share, hn::Zero(d)), hn::Mul(share, shift(of.m, v))));
    }));
  }
  return loss;
}

template <class MaxSumBy, Format kFormat>
void Row(const RowArguments& row) {
  using T = ComputeOf<kFormat>;
  const hn::ScalableTag<T> d;
  const bool reduces = row.parameters.reduction != Reduction::none;
  T loss = 0;
  T weight = 0;
  if (!IsIgnored(row)) {
    const auto c = Coefficients<kFormat>::Of(d, row);
    weight = c.target_weight;
    loss = row.scaling.identity ? LossOf<MaxSumBy>(d, row, c, Shift<decltype(d), false>(d, row.scaling))
                                : LossOf<MaxSumBy>(d, row, c, Shift<decltype(d), true>(d, row.scaling));
  }
  if (reduces) {
    auto* total = row.at.Out<Total>(Role::loss);
    total->loss += loss;
    total->weight += weight;
  } else {
    row.at.Out<T>(Role::loss)[row.row] = loss;
  }
}

template <class MaxSumBy, Format kFormat>
Status Run(const Operands& operands, const Layout& layout, const Parameters& parameters) {
  constexpr RowFunction kRow = Row<MaxSumBy, kFormat>;
  static constexpr Signature signature = FullSignature(Operation::cross_entropy, kFormat);
  if (parameters.reduction == Reduction::none || !operands.Has(Role::loss)) {
    return RunRows(kRow, signature, operands, layout, parameters);
  }
  Total total;
  Operands rows = operands;
  rows.Set(Role::loss, &total);
  const Status status = RunRows(kRow, signature, rows, layout, parameters);
  if (status != Status::ok || layout.outer * layout.axis * layout.inner == 0) return status;
  const double loss = parameters.reduction == Reduction::mean ? total.loss / total.weight : total.loss;
  *operands.Out<ComputeOf<kFormat>>(Role::loss) = static_cast<ComputeOf<kFormat>>(loss);
  return Status::ok;
}

// The claims: how the file's arithmetic is described to whoever judges it. `lanes` is of one vector of this target.
template <class MaxSumBy, Format kFormat>
void Add(const char* algorithm, std::vector<TargetKernel>* kernels) {
  Claim claim = MaxSumBy::SumClaim(hn::Lanes(hn::ScalableTag<ComputeOf<kFormat>>()));
  SetExpClaim(kFormat, &claim);
  claim.log_error = claim.compute == Format::f64 ? kLogErrorF64 : kLogErrorF32;
  kernels->push_back({algorithm, FullSignature(Operation::cross_entropy, kFormat), claim, OurContract(),
                      Run<MaxSumBy, kFormat>});
}

}  // namespace

std::vector<TargetKernel> CrossEntropyKernels() {
  std::vector<TargetKernel> kernels;
#define SV_FORMAT(name, p, emin, emax, bytes, compute)     \
  Add<TwoPasses, Format::name>("three_pass", &kernels); \
  Add<Online, Format::name>("online", &kernels);
#include "softmax_verify/formats.def"
#undef SV_FORMAT
  return kernels;
}

}  // namespace HWY_NAMESPACE
}  // namespace softmax_verify
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace softmax_verify {
HWY_EXPORT(CrossEntropyKernels);
std::vector<TargetKernel> cross_entropy_kernels() { return HWY_DYNAMIC_DISPATCH(CrossEntropyKernels)(); }
}  // namespace softmax_verify
#endif  // HWY_ONCE
