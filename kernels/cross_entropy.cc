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
//   Source   three_pass: the terms of kernels/terms-inl.h and their sum in one pass (kernels/cross_entropy-inl.h), divided by
//            the term of the maximum. online: Milakov & Gimelshein (2018), as fused by the cross entropies of training
//            libraries.
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
struct Reduced {
  double loss = 0;
  double weight = 0;
};

// As many numbers as Wide<D> takes at once, in its type, and back, rounded.
template <class D>
HWY_INLINE auto LoadWide(D, const hn::TFromD<D>* from) {
  constexpr typename Wide<D>::DW dw;
  if constexpr (sizeof(hn::TFromD<D>) == sizeof(double)) {
    return hn::LoadU(dw, from);
  } else {
    return hn::PromoteTo(dw, hn::LoadU(hn::Rebind<float, decltype(dw)>(), from));
  }
}
template <class D, class V>
HWY_INLINE void StoreNarrow(D, V v, hn::TFromD<D>* to) {
  constexpr typename Wide<D>::DW dw;
  if constexpr (sizeof(hn::TFromD<D>) == sizeof(double)) {
    hn::StoreU(v, dw, to);
  } else {
    const hn::Rebind<float, typename Wide<D>::DW> narrow;
    hn::StoreU(hn::DemoteTo(narrow, v), narrow, to);
  }
}

// The loss of row r, which is not ignored, from the maximum and ln of the sum.
template <Format kFormat, class D, class ShiftBy>
HWY_INLINE hn::TFromD<D> LossOf(D d, const RowArguments& rows, size_t r, hn::TFromD<D> m, hn::TFromD<D> log_sum,
                                const ShiftBy& shift) {
  using T = hn::TFromD<D>;
  using V = hn::Vec<D>;
  if (!(log_sum >= 0)) return std::numeric_limits<T>::quiet_NaN();  // s is NaN, or 0 where there is nothing but -inf

  const auto c = Coefficients<kFormat>::Of(d, rows, r);
  const Logits<kFormat> x{rows.at.In<StorageOf<kFormat>>(Role::x) + r * rows.ldx, rows.n};
  const V maximum = hn::Set(d, m);
  T loss = c.Sum(d) * log_sum;
  if (c.own != 0) loss += c.own * hn::GetLane(shift(maximum, hn::Set(d, LoadOne<kFormat>(d, x.x, c.target))));
  if (c.share != 0) {
    loss += WideSum(d, rows.n, [&](size_t i) {
      const V share = c.At(d, i);
      return hn::IfThenElseZero(hn::Ne(share, hn::Zero(d)), hn::Mul(share, shift(maximum, x.At(d, i))));
    });
  }
  return loss;
}

// Puts the loss of row r where it belongs.
template <Format kFormat, class Loss>
HWY_INLINE void Put(const RowArguments& rows, size_t r, const Loss& loss_of) {
  using T = ComputeOf<kFormat>;
  const T loss = IsIgnored(rows, r) ? T{0} : loss_of();
  if (rows.parameters.reduction == Reduction::none) {
    rows.at.Out<T>(Role::loss)[rows.row + r] = loss;
  } else if (!IsIgnored(rows, r)) {
    const auto* weight = rows.at.In<StorageOf<kFormat>>(Role::weight);
    auto* total = rows.at.Out<Reduced>(Role::loss);
    total->loss += loss;
    const hn::ScalableTag<T> d;
    total->weight += weight == nullptr ? T{1} : LoadOne<kFormat>(d, weight, static_cast<size_t>(TargetOf(rows, r)));
  }
}

// One pass over the logits (kernels/cross_entropy-inl.h), and the logarithms of as many sums as there are lanes, in f64.
template <Format kFormat, class D>
void LossesOf(const RowArguments& rows) {
  using T = hn::TFromD<D>;
  using DW = typename Wide<D>::DW;
  constexpr D d;
  constexpr DW dw;
  constexpr size_t kWideLanes = hn::MaxLanes(DW());
  const Shift<D, true> shift(d, rows.scaling);
  OnePass<kFormat, D> terms(rows);
  HWY_ALIGN T maxima[hn::MaxLanes(D())];
  HWY_ALIGN T of_maxima[hn::MaxLanes(D()) + kWideLanes];
  HWY_ALIGN T log_sums[hn::MaxLanes(D()) + kWideLanes];
  for (size_t first = 0; first < rows.count; first += terms.together) {
    const size_t count = HWY_MIN(terms.together, rows.count - first);
    terms.Run(first, count, [&](size_t r) { return IsIgnored(rows, first + r); }, [](size_t, hn::Vec<D>, size_t) {});
    hn::Store(terms.Maxima(), d, maxima);
    hn::Store(terms.TermsOfMaxima(), d, of_maxima);
    for (size_t r = 0; r < count; r += kWideLanes) {
      // Not below 1, and 1 where there is nothing else: the largest term is one of those that were added.
      const auto s = hn::Div(Total(terms.Sums(r, count)), LoadWide(d, of_maxima + r));
      StoreNarrow(d, Log(dw, s), log_sums + r);
    }
    for (size_t r = 0; r < count; ++r) {
      Put<kFormat>(rows, first + r,
                   [&] { return LossOf<kFormat>(d, rows, first + r, maxima[r], log_sums[r], shift); });
    }
  }
}
template <Format kFormat>
void Losses(const RowArguments& rows) {
  using D = hn::ScalableTag<ComputeOf<kFormat>>;
#if HWY_ARCH_X86 && HWY_TARGET <= HWY_AVX3
  // Half vectors take half the time of whole ones.
  if (rows.n <= hn::MaxLanes(D()) / 2) return LossesOf<kFormat, hn::Half<D>>(rows);
#endif
  LossesOf<kFormat, D>(rows);
}

template <Format kFormat>
void OnlineRow(const RowArguments& row) {
  const hn::ScalableTag<ComputeOf<kFormat>> d;
  const Logits<kFormat> x{row.at.In<StorageOf<kFormat>>(Role::x), row.n};
  const auto loss_by = [&](const auto& shift) {
    const auto of = Online::Of(d, x, shift);
    return LossOf<kFormat>(d, row, 0, hn::GetLane(of.m), hn::GetLane(Log(d, of.s)), shift);
  };
  Put<kFormat>(row, 0, [&] {
    return row.scaling.identity ? loss_by(Shift<decltype(d), false>(d, row.scaling))
                                : loss_by(Shift<decltype(d), true>(d, row.scaling));
  });
}

template <RowFunction kRows, Format kFormat, RowsAtOnce kAtOnce>
Status Run(const Operands& operands, const Layout& layout, const Parameters& parameters) {
  static constexpr Signature signature = FullSignature(Operation::cross_entropy, kFormat);
  if (parameters.reduction == Reduction::none || !operands.Has(Role::loss)) {
    return RunRows(kRows, signature, operands, layout, parameters, kAtOnce);
  }
  Reduced total;
  Operands rows = operands;
  rows.Set(Role::loss, &total);
  const Status status = RunRows(kRows, signature, rows, layout, parameters, kAtOnce);
  if (status != Status::ok || layout.outer * layout.axis * layout.inner == 0) return status;
  const double loss = parameters.reduction == Reduction::mean ? total.loss / total.weight : total.loss;
  *operands.Out<ComputeOf<kFormat>>(Role::loss) = static_cast<ComputeOf<kFormat>>(loss);
  return Status::ok;
}

// The claims: how the file's arithmetic is described to whoever judges it.
template <Format kFormat>
void AddThreePass(std::vector<TargetKernel>* kernels) {
  Claim claim = ThreePassClaim<kFormat>();
  SetExpClaim(kFormat, &claim);
  claim.exp_error *= 2;  // a term and that of the maximum
  claim.log_error = claim.compute == Format::f64 ? kLogErrorF64 : kLogErrorF32;
  Contract contract = OurContract();
  contract.exact_shift = false;
  kernels->push_back({"three_pass", FullSignature(Operation::cross_entropy, kFormat), claim, contract,
                      Run<Losses<kFormat>, kFormat, RowsAtOnce::all>});
}
template <Format kFormat>
void AddOnline(std::vector<TargetKernel>* kernels) {
  Claim claim = Online::SumClaim(hn::Lanes(hn::ScalableTag<ComputeOf<kFormat>>()));  // of one vector of this target
  SetExpClaim(kFormat, &claim);
  claim.log_error = claim.compute == Format::f64 ? kLogErrorF64 : kLogErrorF32;
  kernels->push_back({"online", FullSignature(Operation::cross_entropy, kFormat), claim, OurContract(),
                      Run<OnlineRow<kFormat>, kFormat, RowsAtOnce::one>});
}

}  // namespace

std::vector<TargetKernel> CrossEntropyKernels() {
  std::vector<TargetKernel> kernels;
#define SV_FORMAT(name, p, emin, emax, bytes, compute) \
  AddThreePass<Format::name>(&kernels);                \
  AddOnline<Format::name>(&kernels);
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
