// masked_softmax: softmax over the entries that are kept, +0 elsewhere. z = x * scale / temperature + bias; an entry is
// kept where its byte of the mask is not 0 (all are without a mask) and the causal limit lies behind it. A bias or a logit
// of -inf is as good as a mask.
//
//   Shape    x[m,n], mask[m,n] or none, bias[m,n] or none -> y[m,n]; y may be x. Row i of m ends at column i (top_left) or
//            i + n - m (bottom_right).
//   Error    that of softmax over the kept entries (Theorem 7, docs/error_bounds.md); with a bias the logits are rounded
//            before the shift, which costs (c_T |z - b| + |z|) u in the exponent of an entry and of the maximum.
//            three_pass (kernels/three_pass-inl.h, Theorem T1) and online as in kernels/softmax.cc, and blocked.
//   Special  A masked entry is +0 and has no influence, NaN or infinity as it may be. A row with nothing to see is +0. NaN
//            or +inf that is kept: every kept y_i is NaN.
//   Source   the masks of attention; blocks and merging as in kernels/exp_sum-inl.h.
#include <algorithm>
#include <limits>
#include <vector>

#include "kernels/rows.h"
#include "kernels/target_kernels.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/masked_softmax.cc"
#include "hwy/foreach_target.h"  // IWYU pragma: keep
#include "hwy/highway.h"
#include "kernels/exp_sum-inl.h"
#include "kernels/mask-inl.h"
#include "kernels/three_pass-inl.h"

HWY_BEFORE_NAMESPACE();
namespace softmax_verify {
namespace HWY_NAMESPACE {
namespace {
namespace hn = hwy::HWY_NAMESPACE;

// The kept logits of a row, -inf where masked; with a bias they are z itself, else x, which Shift scales. n is the causal
// limit: what lies behind it is never read.
template <Format kFormat, class ShiftBy>
struct KeptLogits {
  using T = StorageOf<kFormat>;

  size_t n;
  const T* x;
  const T* bias;
  const uint8_t* mask;
  const ShiftBy& scale;

  template <class D>
  HWY_INLINE hn::Vec<D> At(D d, size_t i) const {
    hn::Vec<D> v = LoadUpTo<kFormat>(d, x, i, n);
    if (bias != nullptr) v = hn::Add(scale(v, hn::Zero(d)), LoadUpTo<kFormat>(d, bias, i, n));
    return mask == nullptr ? v : hn::IfThenElse(KeepMask(d, mask, i, n), v, MinusInfinity(d));
  }
  template <class D>
  HWY_INLINE hn::Vec<D> Whole(D d, size_t i) const {
    hn::Vec<D> v = LoadVector<kFormat>(d, x + i);
    if (bias != nullptr) v = hn::Add(scale(v, hn::Zero(d)), LoadVector<kFormat>(d, bias + i));
    return mask == nullptr ? v : hn::IfThenElse(KeepMask(d, mask + i, 0, hn::Lanes(d)), v, MinusInfinity(d));
  }
  // v, but +0 where lanes i .. are masked.
  template <class D>
  HWY_INLINE hn::Vec<D> Hide(D d, hn::Vec<D> v, size_t i) const {
    if (i + hn::Lanes(d) > n) v = hn::IfThenElseZero(hn::FirstN(d, n - HWY_MIN(i, n)), v);
    return mask == nullptr ? v : hn::IfThenElseZero(KeepMask(d, mask, i, n), v);
  }

 private:
  template <class D>
  static HWY_INLINE hn::Vec<D> MinusInfinity(D d) {
    return hn::Set(d, -std::numeric_limits<hn::TFromD<D>>::infinity());
  }
};

template <Format kFormat>
class KeptRows {
  using T = StorageOf<kFormat>;

 public:
  static constexpr bool kHides = true;
  explicit KeptRows(const RowArguments& rows)
      : is_scaled(!rows.at.Has(Role::bias) && !rows.scaling.identity),
        rows_(rows),
        x_(rows.at.In<T>(Role::x)),
        bias_(rows.at.In<T>(Role::bias)),
        mask_(rows.at.In<uint8_t>(Role::mask)) {}

  template <class ShiftBy>
  HWY_INLINE KeptLogits<kFormat, ShiftBy> operator()(size_t r, const ShiftBy& scale) const {
    const size_t at = r * rows_.ldx;
    return {VisibleColumns(rows_.parameters.causal, rows_.row + r, rows_.rows, rows_.n), x_ + at,
            bias_ == nullptr ? nullptr : bias_ + at, mask_ == nullptr ? nullptr : mask_ + at, scale};
  }

  const bool is_scaled;  // they are x, to be scaled

 private:
  const RowArguments& rows_;
  const T* x_;
  const T* bias_;
  const uint8_t* mask_;
};

template <class MaxSumBy, Format kFormat, bool kScaled>
HWY_INLINE void RunRow(const RowArguments& row) {
  using D = hn::ScalableTag<ComputeOf<kFormat>>;
  const D d;
  using V = hn::Vec<D>;
  auto* y = row.at.Out<StorageOf<kFormat>>(Role::y);
  const Shift<D, true> scale(d, row.scaling);
  const auto logits = KeptRows<kFormat>(row)(0, scale);
  const Shift<D, kScaled> shift(d, row.scaling);
  const MaxSum<V> of = MaxSumBy::Of(d, logits, shift);
  const V zero = hn::Zero(d);
  // A sum of 0 means that there is nothing to see.
  const V reciprocal = hn::IfThenElse(hn::Eq(of.s, zero), zero, hn::Div(hn::Set(d, hn::TFromD<D>{1}), of.s));
  const size_t lanes = hn::Lanes(d);
  for (size_t i = 0; i < logits.n; i += lanes) {
    const V result = hn::Mul(Exp(d, shift(logits.At(d, i), of.m)), reciprocal);
    StoreUpTo<kFormat>(d, logits.Hide(d, result, i), y, i, logits.n);
  }
  std::fill(y + logits.n, y + row.n, StorageOf<kFormat>{0});
}

template <class MaxSumBy, Format kFormat>
void Row(const RowArguments& row) {
  if (KeptRows<kFormat>(row).is_scaled) return RunRow<MaxSumBy, kFormat, true>(row);
  RunRow<MaxSumBy, kFormat, false>(row);
}

Contract ContractOfMasks() {
  Contract contract = OurContract();
  contract.all_neg_inf = Contract::AllNegInf::zero;
  return contract;
}

template <Format kFormat>
void AddThreePass(std::vector<TargetKernel>* kernels) {
  Claim claim = ThreePassClaim<kFormat>();
  SetExpClaim(kFormat, &claim);
  Contract contract = ContractOfMasks();
  contract.exact_shift = false;
  kernels->push_back({"three_pass", FullSignature(Operation::masked_softmax, kFormat), claim, contract,
                      OverTogether<&ThreePassRows<kFormat, KeptRows<kFormat>>, Operation::masked_softmax, kFormat>});
}
template <class MaxSumBy, Format kFormat>
void Add(const char* algorithm, std::vector<TargetKernel>* kernels) {
  Claim claim = MaxSumBy::SumClaim(hn::Lanes(hn::ScalableTag<ComputeOf<kFormat>>()));
  SetExpClaim(kFormat, &claim);
  kernels->push_back({algorithm, FullSignature(Operation::masked_softmax, kFormat), claim, ContractOfMasks(),
                      Over<&Row<MaxSumBy, kFormat>, Operation::masked_softmax, kFormat>});
}

}  // namespace

std::vector<TargetKernel> MaskedSoftmaxKernels() {
  std::vector<TargetKernel> kernels;
#define SV_FORMAT(name, p, emin, emax, bytes, compute) \
  AddThreePass<Format::name>(&kernels);                \
  Add<Online, Format::name>("online", &kernels);       \
  Add<Blocked, Format::name>("blocked", &kernels);
#include "softmax_verify/formats.def"
#undef SV_FORMAT
  return kernels;
}

}  // namespace HWY_NAMESPACE
}  // namespace softmax_verify
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace softmax_verify {
HWY_EXPORT(MaskedSoftmaxKernels);
std::vector<TargetKernel> masked_softmax_kernels() { return HWY_DYNAMIC_DISPATCH(MaskedSoftmaxKernels)(); }
}  // namespace softmax_verify
#endif  // HWY_ONCE
