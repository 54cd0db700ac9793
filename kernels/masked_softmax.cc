// masked_softmax: softmax over the entries that are kept, +0 elsewhere. z = x * scale / temperature + bias; an entry is
// kept where its byte of the mask is not 0 (all are without a mask) and the causal limit lies behind it. A bias or a logit
// of -inf is as good as a mask.
//
//   Shape    x[m,n], mask[m,n] or none, bias[m,n] or none -> y[m,n]; y may be x. Row i of m ends at column i (top_left) or
//            i + n - m (bottom_right).
//   Error    that of softmax over the kept entries (Theorem 7, docs/error_bounds.md); with a bias the logits are rounded
//            before the shift, which costs (c_T |z - b| + |z|) u in the exponent of an entry and of the maximum.
//            three_pass, online and blocked as in kernels/softmax.cc.
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

HWY_BEFORE_NAMESPACE();
namespace softmax_verify {
namespace HWY_NAMESPACE {
namespace {
namespace hn = hwy::HWY_NAMESPACE;

// The kept logits of a row, -inf where masked; with a bias they are z itself, else x, which Shift scales. n is the causal
// limit: what lies behind it is never read.
template <Format kFormat, class D, bool kBiased>
class KeptLogits {
  using T = StorageOf<kFormat>;
  using V = hn::Vec<D>;

 public:
  KeptLogits(D d, const RowArguments& row)
      : n(VisibleColumns(row.parameters.causal, row.row, row.rows, row.n)),
        x_(row.at.In<T>(Role::x)),
        bias_(row.at.In<T>(Role::bias)),
        mask_(row.at.In<uint8_t>(Role::mask)),
        scale_(d, row.scaling) {}

  HWY_INLINE V At(D d, size_t i) const {
    V v = LoadUpTo<kFormat>(d, x_, i, n);
    if constexpr (kBiased) v = hn::Add(scale_(v, hn::Zero(d)), LoadUpTo<kFormat>(d, bias_, i, n));
    return mask_ == nullptr ? v : MaskedTo(d, hn::Set(d, -std::numeric_limits<hn::TFromD<D>>::infinity()), v, i);
  }
  // v where the mask keeps lanes i .., `otherwise` elsewhere.
  HWY_INLINE V MaskedTo(D d, V otherwise, V v, size_t i) const {
    return mask_ == nullptr ? v : hn::IfThenElse(KeepMask(d, mask_, i, n), v, otherwise);
  }

  const size_t n;

 private:
  const T* x_;
  const T* bias_;
  const uint8_t* mask_;
  Shift<D, kBiased> scale_;
};

template <class MaxSumBy, Format kFormat, bool kBiased, bool kScaled>
HWY_INLINE void RunRow(const RowArguments& row) {
  using D = hn::ScalableTag<ComputeOf<kFormat>>;
  const D d;
  using V = hn::Vec<D>;
  auto* y = row.at.Out<StorageOf<kFormat>>(Role::y);
  const KeptLogits<kFormat, D, kBiased> logits(d, row);
  const Shift<D, kScaled && !kBiased> shift(d, row.scaling);
  const MaxSum<V> of = MaxSumBy::Of(d, logits, shift);
  const V zero = hn::Zero(d);
  // A sum of 0 means that there is nothing to see.
  const V reciprocal = hn::IfThenElse(hn::Eq(of.s, zero), zero, hn::Div(hn::Set(d, hn::TFromD<D>{1}), of.s));
  const size_t lanes = hn::Lanes(d);
  for (size_t i = 0; i < logits.n; i += lanes) {
    const V result = hn::Mul(Exp(d, shift(logits.At(d, i), of.m)), reciprocal);
    StoreUpTo<kFormat>(d, logits.MaskedTo(d, zero, result, i), y, i, logits.n);
  }
  std::fill(y + logits.n, y + row.n, StorageOf<kFormat>{0});
}

template <class MaxSumBy, Format kFormat>
void Row(const RowArguments& row) {
  if (row.at.Has(Role::bias)) return RunRow<MaxSumBy, kFormat, true, true>(row);
  if (row.scaling.identity) return RunRow<MaxSumBy, kFormat, false, false>(row);
  RunRow<MaxSumBy, kFormat, false, true>(row);
}

template <class MaxSumBy>
void AddInEveryFormat(const char* algorithm, std::vector<TargetKernel>* kernels) {
  const auto add = [&]<Format kFormat>() {
    Claim claim = MaxSumBy::SumClaim(hn::Lanes(hn::ScalableTag<ComputeOf<kFormat>>()));
    SetExpClaim(kFormat, &claim);
    Contract contract = OurContract();
    contract.all_neg_inf = Contract::AllNegInf::zero;
    kernels->push_back({algorithm, FullSignature(Operation::masked_softmax, kFormat), claim, contract,
                        Over<&Row<MaxSumBy, kFormat>, Operation::masked_softmax, kFormat>});
  };
#define SV_FORMAT(name, p, emin, emax, bytes, compute) add.template operator()<Format::name>();
#include "softmax_verify/formats.def"
#undef SV_FORMAT
}

}  // namespace

std::vector<TargetKernel> MaskedSoftmaxKernels() {
  std::vector<TargetKernel> kernels;
  AddInEveryFormat<TwoPasses>("three_pass", &kernels);
  AddInEveryFormat<Online>("online", &kernels);
  AddInEveryFormat<Blocked>("blocked", &kernels);
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
