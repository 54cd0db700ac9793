// A row's maximum m and the logarithm of its sum s of exponentials: what log_softmax and logsumexp are made of.
//
// The ways to them have Of(d, source, shift), which gives both in every lane, Minus, which subtracts both from a logit, and
// SumClaim, which describes the arithmetic. Where the row holds NaN or +inf, or nothing but -inf, ln s is NaN.
#if defined(SOFTMAX_VERIFY_KERNELS_LOG_SUM_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef SOFTMAX_VERIFY_KERNELS_LOG_SUM_INL_H_
#undef SOFTMAX_VERIFY_KERNELS_LOG_SUM_INL_H_
#else
#define SOFTMAX_VERIFY_KERNELS_LOG_SUM_INL_H_
#endif

#include <limits>
#include <vector>

#include "hwy/highway.h"
#include "kernels/exp_sum-inl.h"
#include "kernels/log-inl.h"
#include "kernels/target_kernels.h"

HWY_BEFORE_NAMESPACE();
namespace softmax_verify {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

template <class V>
struct MaxLog {
  V m;
  V log_sum;
};

// The sum of numbers and what its additions lost (Ogita, Rump & Oishi 2005: Sum2).
template <class V>
struct TwoWords {
  V high;
  V low;

  HWY_INLINE void Add(V term) {
    const V sum = hn::Add(high, term);
    const V part = hn::Sub(sum, high);
    low = hn::Add(low, hn::Add(hn::Sub(high, hn::Sub(sum, part)), hn::Sub(term, part)));
    high = sum;
  }
  HWY_INLINE V Sum() const { return hn::Add(high, low); }
};

// A source without one of its elements, which becomes -inf.
template <class Source>
struct AllBut {
  Source source;
  size_t left_out;

  template <class D>
  HWY_INLINE hn::Vec<D> At(D d, size_t i) const {
    const hn::Vec<D> v = source.At(d, i);
    const size_t lane = left_out - i;  // beyond all lanes, or wrapped around, where it is in another vector
    if (HWY_LIKELY(lane >= hn::Lanes(d))) return v;
    using T = hn::TFromD<D>;
    const auto here = hn::Eq(hn::Iota(d, T{0}), hn::Set(d, static_cast<T>(lane)));
    return hn::IfThenElse(here, hn::Set(d, -std::numeric_limits<T>::infinity()), v);
  }
};

// The first position of `value` in the row, n where it has none.
template <class D, class Source>
HWY_INLINE size_t Find(D d, const Source& source, hn::Vec<D> value) {
  for (size_t i = 0; i < source.n; i += hn::Lanes(d)) {
    const intptr_t lane = hn::FindFirstTrue(d, hn::Eq(source.At(d, i), value));
    if (lane >= 0) return i + static_cast<size_t>(lane);
  }
  return source.n;
}

// s = 1 + t: the sum t of all terms but one of the largest, which is 1, and ln(1 + t). What would be lost where t is added
// to 1 is not lost here: ln s is accurate however small it is. Nor does the rounding of a distance cost more than an
// exponential's own error, or the number of terms more than a compensated sum's.
struct LogOfOthers {
  template <class D, class Source, class ShiftBy>
  static HWY_INLINE MaxLog<hn::Vec<D>> Of(D d, const Source& source, const ShiftBy& shift) {
    using T = hn::TFromD<D>;
    using V = hn::Vec<D>;
    const V m = MaxOf(d, source, 0, source.n, std::numeric_limits<T>::lowest());
    const size_t top = Find(d, source, m);
    // Nothing but -inf, or a NaN that took the maximum's place.
    if (top == source.n) return {m, hn::Set(d, std::numeric_limits<T>::quiet_NaN())};
    TwoWords<V> t0{hn::Zero(d), hn::Zero(d)};
    TwoWords<V> t1 = t0;
    TwoWords<V> t2 = t0;
    TwoWords<V> t3 = t0;
    ForEachVector(d, AllBut<Source>{source, top}, 0, source.n, t0, t1, t2, t3, [&](TwoWords<V>& t, V v, size_t) {
      const V e = ExpOfShifted(d, shift(v, m));
      t.Add(hn::MulAdd(e, shift.Lost(d, v, m), e));
    });
    const V t = hn::SumOfLanes(d, hn::Add(hn::Add(t0.Sum(), t1.Sum()), hn::Add(t2.Sum(), t3.Sum())));
    return {m, hn::Add(Log1p(d, t), hn::Sub(m, m))};  // inf - inf is NaN
  }
  template <class D, class V, class ShiftBy>
  static HWY_INLINE V Minus(D d, V v, const MaxLog<V>& of, const ShiftBy& shift) {
    return hn::Sub(shift.Difference(v, of.m), hn::Sub(of.log_sum, shift.Lost(d, v, of.m)));
  }

  static Claim SumClaim(Format format, size_t lanes) {
    Claim claim;
    claim.accumulation = {Accumulation::Kind::compensated, 4 * lanes};
    SetExpClaim(format, &claim);
    // e (1 + lost) rounds once, and is off e^lost by lost^2 / 2; what the other operations on `lost` round is of its square.
    claim.exp_error += 1.001;
    claim.exp_monotone = false;
    claim.shift_error = 0x1p-20;
    const bool wide = claim.compute == Format::f64;
    claim.log_error = wide ? kLog1pErrorF64 : kLog1pErrorF32;
    claim.log1p = true;
    return claim;
  }
};

// The row function of an operation. Result::Store stores what follows from a row's m and ln s.
template <class Result, class LogSumBy, Format kFormat>
void LogRow(const RowArguments& row) {
  const hn::ScalableTag<ComputeOf<kFormat>> d;
  const Logits<kFormat> x{row.at.In<StorageOf<kFormat>>(Role::x), row.n};
  if (row.scaling.identity) {
    const Shift<decltype(d), false> shift(d, row.scaling);
    Result::template Store<LogSumBy, kFormat>(d, x, LogSumBy::Of(d, x, shift), shift, row.at);
  } else {
    const Shift<decltype(d), true> shift(d, row.scaling);
    Result::template Store<LogSumBy, kFormat>(d, x, LogSumBy::Of(d, x, shift), shift, row.at);
  }
}

template <class Result, class LogSumBy, Format kFormat>
void AddLogKernel(const char* algorithm, std::vector<TargetKernel>* kernels) {
  const size_t lanes = hn::Lanes(hn::ScalableTag<ComputeOf<kFormat>>());
  const Claim claim = Result::ClaimOf(LogSumBy::SumClaim(kFormat, lanes));
  kernels->push_back({algorithm, FullSignature(Result::kOperation, kFormat), claim, OurContract(),
                      Over<&LogRow<Result, LogSumBy, kFormat>, Result::kOperation, kFormat>});
}
}  // namespace HWY_NAMESPACE
}  // namespace softmax_verify
HWY_AFTER_NAMESPACE();

#endif  // per-target include guard
