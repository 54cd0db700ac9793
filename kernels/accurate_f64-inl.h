// softmax of f64 rows in sums of two doubles, rounded once at the end: half an ulp and a little, or none at all.
//
//   Shape    x[n] -> y[n], n >= 1; y may be x for AccurateF64, not for CorrectlyRoundedF64 (kernels/rows_apart.h).
//   Error    |v_i / exact_i - 1| <= 2^-70 of the double-double v_i that is rounded to y_i: Theorem F4 of
//            docs/error_bounds.md; so AccurateF64 is within 0.5 + 2^-16 ulp, and CorrectlyRoundedF64 is the value
//            nearest to the exact one, ties to even: Theorem F5.
//   Method   of CorrectlyRoundedF64: (1) v_i: an element is done where both ends of its interval round to one value; (2)
//            the others, one in some ten thousands, with terms of NormalExp; (3) what those cannot decide from MPFR.
//   Special  as in kernels/softmax.cc.
#if defined(SOFTMAX_VERIFY_KERNELS_ACCURATE_F64_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef SOFTMAX_VERIFY_KERNELS_ACCURATE_F64_INL_H_
#undef SOFTMAX_VERIFY_KERNELS_ACCURATE_F64_INL_H_
#else
#define SOFTMAX_VERIFY_KERNELS_ACCURATE_F64_INL_H_
#endif

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>
#include <new>
#include <optional>

#include "hwy/highway.h"
#include "kernels/accurate-inl.h"
#include "kernels/double_double-inl.h"
#include "kernels/nearest.h"

HWY_BEFORE_NAMESPACE();
namespace softmax_verify {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// Terms and results are 2^512 times too large until the last operation, which alone may round into the subnormals.
constexpr int kUp = 512;
// Of results, relative: Theorem F4.
constexpr double kErrorInTwo = 0x1p-70;
// e^-746 is less than half the smallest subnormal number.
constexpr double kFarthestF64 = 746;
// As kSumBlock and kKeptTerms.
constexpr size_t kSumBlockF64 = 256;
constexpr size_t kKeptTermsF64 = 2048;

// z_i - z_m as a double-double, -746 for all below; NaN where z_i or z_m is. Exact without scaling.
template <class D, bool kScaled>
class DistanceInTwo {
  using V = hn::Vec<D>;

 public:
  explicit DistanceInTwo(const Parameters& parameters) {
    if constexpr (kScaled) {
      int scale_exponent;
      int temperature_exponent;
      const double scale = std::frexp(parameters.scale, &scale_exponent);
      const double temperature = std::frexp(parameters.temperature, &temperature_exponent);
      quotient_hi_ = scale / temperature;
      quotient_lo_ = std::fma(-quotient_hi_, temperature, scale) / temperature;
      // Further out the exponential of every distance but 0 is 0, or rounds every result as 1 does. In steps: nothing
      // that matters over- or underflows on the way (Lemma F2).
      const int exponent = std::clamp(scale_exponent - temperature_exponent, -2000, 2000);
      before_ = std::ldexp(1.0, std::min(exponent / 2, 0));
      between_ = std::ldexp(1.0, std::max(exponent / 2, 0));
      after_ = std::ldexp(1.0, exponent - exponent / 2);
    }
  }

  HWY_INLINE DoubleDouble<V> operator()(D d, V x, V m) const {
    const auto c = [&](double value) { return hn::Set(d, value); };
    if constexpr (!kScaled) {
      const DoubleDouble<V> t = TwoSum(x, hn::Neg(m));
      return Near(d, t, hn::Lt(t.hi, c(-kFarthestF64)));
    } else {
      constexpr double kLarge = 0x1p600;  // what is larger is far away, and must not be multiplied
      DoubleDouble<V> t = TwoSum(hn::Mul(x, c(before_)), hn::Neg(hn::Mul(m, c(before_))));
      t = {hn::Mul(t.hi, c(between_)), hn::Mul(t.lo, c(between_))};
      const auto large = hn::Lt(t.hi, c(-kLarge));
      t = {hn::IfThenElse(large, c(-kLarge), t.hi), hn::IfThenZeroElse(large, t.lo)};
      t = Product(t, DoubleDouble<V>{c(quotient_hi_), c(quotient_lo_)});
      t = {hn::Mul(t.hi, c(after_)), hn::Mul(t.lo, c(after_))};
      return Near(d, t, hn::Or(large, hn::Lt(t.hi, c(-kFarthestF64))));
    }
  }

 private:
  template <class M>
  static HWY_INLINE DoubleDouble<V> Near(D d, const DoubleDouble<V>& t, M far) {
    return {hn::IfThenElse(far, hn::Set(d, -kFarthestF64), t.hi), hn::IfThenZeroElse(far, t.lo)};
  }

  double quotient_hi_ = 1;
  double quotient_lo_ = 0;
  double before_ = 1;
  double between_ = 1;
  double after_ = 1;
};

// 2^512 times the f64 nearest to (hi + lo) 2^-512, lo next to nothing of hi; below the normal range hi + lo is off by
// 2^-615, and rounded only once all the same: Lemma F3.
template <class D, class V = hn::Vec<D>>
HWY_INLINE V RoundScaledUp(D d, V hi, V lo) {
  // Below the normal range the addition of 2^-510 rounds hi to units of 2^-562, and what that loses joins lo.
  const V magic = hn::IfThenElseZero(hn::Lt(hi, hn::Set(d, 0x1p-510)), hn::Set(d, 0x1p-510));
  const V units = hn::Add(hi, magic);
  const V lost = hn::Sub(hi, hn::Sub(units, magic));
  return hn::Sub(hn::Add(units, hn::Add(lost, lo)), magic);
}
template <class D, class V = hn::Vec<D>>
HWY_INLINE V ScaledDown(D d, V v) {
  return hn::Mul(v, hn::Set(d, 0x1p-512));
}
// What both ends of the numbers within a relative `error` of hi + lo round to, 2^512 times too large.
template <class V>
struct Ends {
  template <class D>
  HWY_INLINE Ends(D d, const DoubleDouble<V>& v, double error) {
    const V margin = hn::MulAdd(v.hi, hn::Set(d, error), hn::Set(d, 0x1p-614));
    low = RoundScaledUp(d, v.hi, hn::Sub(v.lo, margin));
    high = RoundScaledUp(d, v.hi, hn::Add(v.lo, margin));
  }

  V low;
  V high;
};

// A row of f64 logits, and the exponentials of their distances from the maximum, 2^512 times too large.
template <bool kScaled>
class TermsInTwo {
 public:
  using D = hn::ScalableTag<double>;
  using V = hn::Vec<D>;

  TermsInTwo(const RowArguments& row, const double* x)
      : logits_{x, row.n},
        maximum_(MaxOf(D(), logits_, 0, row.n, -std::numeric_limits<double>::infinity())),
        distance_(row.parameters) {}

  HWY_INLINE DoubleDouble<V> Quick(size_t i) const { return QuickExp<kUp>(D(), Distance(i)); }
  HWY_INLINE DoubleDouble<V> Precise(size_t i) const { return NormalExp<kUp>(D(), Distance(i)); }

 private:
  HWY_INLINE DoubleDouble<V> Distance(size_t i) const { return distance_(D(), logits_.At(D(), i), maximum_); }

  Logits<Format::f64> logits_;
  V maximum_;
  DistanceInTwo<D, kScaled> distance_;
};

// The sum of term(i) over the vectors of a row of n: Sum2 (Ogita, Rump & Oishi 2005) in blocks, so that the error does
// not grow with the row.
template <class D, class Term>
HWY_INLINE DoubleDouble<double> CompensatedSum(D d, size_t n, const Term& term) {
  using V = hn::Vec<D>;
  DoubleDouble<V> total = {hn::Zero(d), hn::Zero(d)};
  for (size_t begin = 0; begin < n; begin += kSumBlockF64) {
    const size_t end = HWY_MIN(begin + kSumBlockF64, n);
    DoubleDouble<V> sum = {hn::Zero(d), hn::Zero(d)};
    for (size_t i = begin; i < end; i += hn::Lanes(d)) {
      const DoubleDouble<V> e = term(i);
      const DoubleDouble<V> next = TwoSum(sum.hi, e.hi);
      sum = {next.hi, hn::Add(sum.lo, hn::Add(next.lo, e.lo))};
    }
    total = Sum(total, FastTwoSum(sum.hi, sum.lo));
  }
  return SumOfLanes(d, total);
}
// The factor that makes results, 2^512 times too large, of such terms.
template <class V, class D>
HWY_INLINE DoubleDouble<V> ReciprocalOfScaledUp(D d, DoubleDouble<double> sum) {
  const DoubleDouble<double> r = Reciprocal({sum.hi * 0x1p-512, sum.lo * 0x1p-512});
  return {hn::Set(d, r.hi), hn::Set(d, r.lo)};
}

// store(i, v) for the results v, 2^512 times too large, from element i on.
template <class Terms, class Store>
HWY_INLINE void ForEachResult(const Terms& terms, size_t n, const Store& store) {
  const typename Terms::D d;
  using V = typename Terms::V;
  const auto normalise = [&](const DoubleDouble<double>& sum, const auto& term) {
    const DoubleDouble<V> reciprocal = ReciprocalOfScaledUp<V>(d, sum);
    for (size_t i = 0; i < n; i += hn::Lanes(d)) store(i, Product(term(i), reciprocal));
  };
  // Long rows keep their terms on the heap or, without memory for them, compute them again, to the same bits.
  HWY_ALIGN double few[2 * kKeptTermsF64];
  const size_t padded = (n + hn::Lanes(d) - 1) / hn::Lanes(d) * hn::Lanes(d);
  const std::unique_ptr<double[]> many(padded > kKeptTermsF64 ? new (std::nothrow) double[2 * padded] : nullptr);
  double* const kept = padded > kKeptTermsF64 ? many.get() : few;
  const auto compute = [&](size_t i) { return terms.Quick(i); };
  if (kept == nullptr) return normalise(CompensatedSum(d, n, compute), compute);
  const auto compute_and_keep = [&](size_t i) {
    const DoubleDouble<V> e = terms.Quick(i);
    hn::StoreU(e.hi, d, kept + 2 * i);
    hn::StoreU(e.lo, d, kept + 2 * i + hn::Lanes(d));
    return e;
  };
  const DoubleDouble<double> sum = CompensatedSum(d, n, compute_and_keep);
  normalise(sum, [&](size_t i) {
    return DoubleDouble<V>{hn::LoadU(d, kept + 2 * i), hn::LoadU(d, kept + 2 * i + hn::Lanes(d))};
  });
}

struct AccurateF64 {
  template <Format kFormat, bool kScaled>
  static HWY_INLINE void Run(const RowArguments& row, const double* x, double* y) {
    const hn::ScalableTag<double> d;
    using V = hn::Vec<decltype(d)>;
    ForEachResult(TermsInTwo<kScaled>(row, x), row.n, [&](size_t i, const DoubleDouble<V>& v) {
      StoreUpTo<kFormat>(d, ScaledDown(d, RoundScaledUp(d, v.hi, v.lo)), y, i, row.n);
    });
  }
};

// Steps (2) and (3) of correct rounding, made when the first element needs them.
template <bool kScaled>
class UndecidedF64 {
  using D = hn::ScalableTag<double>;
  using V = hn::Vec<D>;

 public:
  UndecidedF64(const RowArguments& row, const double* x, const TermsInTwo<kScaled>& terms)
      : row_(row), x_(x), terms_(terms) {}

  // Corrects those of the elements i .. of one vector whose ends differ.
  HWY_NOINLINE void Resolve(size_t i, const Ends<V>& open, double* y) {
    const D d;
    if (!sum_) sum_ = SumInTwo(d, row_.n, [&](size_t k) { return terms_.Precise(k); });
    // Theorem F5
    const double error = 0x1p-90 + static_cast<double>(row_.n) * 0x1p-103;
    const Ends<V> ends(d, Product(terms_.Precise(i), ReciprocalOfScaledUp<V>(d, *sum_)), error);
    const auto wide = hn::Ne(open.low, open.high);
    HWY_ALIGN double nearest[hn::MaxLanes(D())];
    HWY_ALIGN double is_open[hn::MaxLanes(D())];
    hn::Store(ScaledDown(d, hn::IfThenElse(wide, ends.low, open.low)), d, nearest);
    hn::Store(hn::IfThenElseZero(hn::And(wide, hn::Ne(ends.low, ends.high)), hn::Set(d, 1.0)), d, is_open);
    for (size_t k = 0; k < hn::Lanes(d) && i + k < row_.n; ++k) {
      if (is_open[k] != 0) {
        if (!exact_) exact_.emplace(Format::f64, x_, row_.n, row_.parameters);
        nearest[k] = exact_->Nearest(i + k);
      }
      y[i + k] = nearest[k];
    }
  }

 private:
  const RowArguments& row_;
  const double* x_;
  const TermsInTwo<kScaled>& terms_;
  std::optional<DoubleDouble<double>> sum_;
  std::optional<ExactSoftmax> exact_;
};

struct CorrectlyRoundedF64 {
  template <Format kFormat, bool kScaled>
  static HWY_INLINE void Run(const RowArguments& row, const double* x, double* y) {
    const hn::ScalableTag<double> d;
    using V = hn::Vec<decltype(d)>;
    const TermsInTwo<kScaled> terms(row, x);
    UndecidedF64<kScaled> undecided(row, x, terms);
    ForEachResult(terms, row.n, [&](size_t i, const DoubleDouble<V>& v) {
      const Ends<V> ends(d, v, kErrorInTwo);
      StoreUpTo<kFormat>(d, ScaledDown(d, ends.low), y, i, row.n);
      if (HWY_LIKELY(hn::AllTrue(d, hn::Eq(ends.low, ends.high)))) return;
      if (hn::AllFalse(d, hn::Ge(v.hi, hn::Zero(d)))) return;  // NaN throughout: nothing to decide
      undecided.Resolve(i, ends, y);
    });
  }
};

inline Claim AccurateF64Claim() {
  Claim claim;
  claim.compute = Format::f64;
  claim.accumulation = {Accumulation::Kind::compensated, 1};
  claim.exp_error = 0x1p-17;  // 2^-71 in units of 2^-53, and a little
  claim.shift_error = 0;
  claim.scale_error = 0x1p-40;
  claim.normalise_error = 1;
  claim.same_terms = true;
  claim.value_error = kErrorInTwo;
  return claim;
}

}  // namespace HWY_NAMESPACE
}  // namespace softmax_verify
HWY_AFTER_NAMESPACE();

#endif  // per-target include guard
