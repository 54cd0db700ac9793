// log_softmax and logsumexp of f32, f16 and bf16 rows in f64 vectors, rounded once at the end: half an ulp of the result
// and a little (accurate), or the value nearest to the exact result, ties to even (correctly_rounded).
//
//   Shape    log_softmax x[n] -> y[n], logsumexp x[n] -> lse, n >= 1. y may be x where it is not correctly rounded; else
//            kernels/rows_apart.h sees to that.
//   Method   s = 1 + t, t the sum of all terms but one of the largest; y_i = -(d_i + ln(1 + t)), in which nothing cancels;
//            lse = z_m + ln(1 + t). Both ends of the interval that is proved (Theorem W1 of docs/error_bounds.md) are rounded:
//            where they differ the result comes from double-doubles and MPFR (kernels/nearest_log.h), and so does an lse
//            that cancels. A negative result that rounds to 0 is -0.
//   Error    accurate: 0.501 ulp (Theorem W1). correctly_rounded: none but the rounding (Theorem W4), so the bits
//            are the same on every target, in every order, batch and layout, and log_softmax's after every exact shift.
//   Special  as in kernels/log_softmax.cc and kernels/logsumexp.cc.
#if defined(SOFTMAX_VERIFY_KERNELS_WIDE_LOG_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef SOFTMAX_VERIFY_KERNELS_WIDE_LOG_INL_H_
#undef SOFTMAX_VERIFY_KERNELS_WIDE_LOG_INL_H_
#else
#define SOFTMAX_VERIFY_KERNELS_WIDE_LOG_INL_H_
#endif

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <vector>

#include "hwy/highway.h"
#include "kernels/correctly_rounded-inl.h"
#include "kernels/double_double-inl.h"
#include "kernels/log_sum-inl.h"
#include "kernels/nearest_log.h"
#include "kernels/rows_apart.h"

HWY_BEFORE_NAMESPACE();
namespace softmax_verify {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// A logarithm of so small a sum is its series to the third power.
constexpr double kSmallSum = 0x1p-40;

// ln(1 + t) for 0 <= t <= 2^25, by a Newton step from the logarithm in f64: Lemma W2.
inline LogSumInTwo Log1pInTwo(DoubleDouble<double> t, size_t n) {
  const hn::ScalableTag<double> d;
  using V = hn::Vec<decltype(d)>;
  const DoubleDouble<V> sum = {hn::Set(d, t.hi), hn::Set(d, t.lo)};
  DoubleDouble<V> log;
  if (t.hi < kSmallSum) {
    log = FastTwoSum(sum.hi, hn::Set(d, t.lo - t.hi * t.hi * (0.5 - t.hi / 3)));
  } else {
    const V first = Log1p(d, sum.hi);
    const DoubleDouble<V> whole = Sum(DoubleDouble<V>{hn::Set(d, 1.0), hn::Zero(d)}, sum);
    const DoubleDouble<V> ratio = Product(whole, NormalExp(d, DoubleDouble<V>{hn::Neg(first), hn::Zero(d)}));
    const V rest = hn::Add(hn::Sub(ratio.hi, hn::Set(d, 1.0)), ratio.lo);  // ln(1 + rest) is missing
    log = FastTwoSum(first, hn::Sub(rest, hn::Mul(hn::Mul(hn::Set(d, 0.5), rest), rest)));
  }
  const double relative = t.hi < kSmallSum ? t.hi : 1;
  const double error = relative * (0x1p-90 + static_cast<double>(n) * 0x1p-103) + 0x1p-550;
  return {hn::GetLane(log.hi), hn::GetLane(log.lo), error};
}

// A row's maximum m, and ln s where s = 1 + t.
template <Format kFormat, bool kScaled>
class WideLogSum {
  using D = hn::ScalableTag<double>;
  using V = hn::Vec<D>;
  using Source = WideLogits<kFormat>;

 public:
  explicit WideLogSum(const RowArguments& row)
      : row_(row),
        logits_{row.at.In<StorageOf<kFormat>>(Role::x), row.n},
        shift_(D(), Scaling::From(row.parameters, Format::f64)),
        m_(WideMax<kFormat>(D(), logits_.x, row.n)) {
    const D d;
    const hn::ScalableTag<float> df;
    const auto m = hn::Set(df, static_cast<float>(hn::GetLane(m_)));
    others_ = {logits_, Find(df, Logits<kFormat>{logits_.x, row.n}, m)};
    const V t = BlockwiseSum(d, row.n, [&]<size_t kCount>(size_t i, V* e) {
      for (size_t j = 0; j < kCount; ++j) e[j] = shift_(others_.At(d, i + j * hn::Lanes(d)), m_);
      WideExps<kCount>(d, e);
    });
    log_sum_ = hn::Add(Log1p(d, t), hn::Sub(m_, m_));  // inf - inf is NaN
  }

  // Where no other logit is finite: s = 1, exactly.
  size_t top() const { return others_.left_out; }
  bool IsAlone() const {
    const D d;
    if (!(log_sum() < 0x1p-500)) return false;  // NaN, or more than terms that are taken for e^-400 come to
    const V least = hn::Set(d, -std::numeric_limits<double>::infinity());
    for (size_t i = 0; i < row_.n; i += hn::Lanes(d)) {
      if (!hn::AllTrue(d, hn::Eq(others_.At(d, i), least))) return false;
    }
    return true;
  }
  // NaN where the row holds one, or +inf, or nothing but -inf.
  double log_sum() const { return hn::GetLane(log_sum_); }
  double maximum() const { return hn::GetLane(shift_.Scaled(m_)); }
  // d_i + ln s from element i on.
  HWY_INLINE V MinusLogSoftmax(size_t i) const { return hn::Sub(log_sum_, shift_(logits_.At(D(), i), m_)); }
  // |ln(computed / exact)| of ln s where the exact one is at least e^-farthest, and of what MinusLogSoftmax gives; with room
  // for three roundings more.
  double Error(double farthest) const { return WideError(farthest, hn::Lanes(D()), row_.n, kScaled); }

  HWY_NOINLINE void Prepare(std::optional<NearestLog>* undecided) const {
    const D d;
    const TwoDoubles scale = ScaleInTwo(row_.parameters);
    const DoubleDouble<double> t = SumInTwo(d, row_.n, [&](size_t i) {
      return TermInTwo<kScaled>(d, others_.At(d, i), hn::GetLane(m_), scale);
    });
    undecided->emplace(kFormat, logits_.x, row_.n, row_.parameters, Log1pInTwo(t, row_.n));
  }

 private:
  const RowArguments& row_;
  Source logits_;
  Shift<D, kScaled> shift_;
  V m_;
  AllBut<Source> others_;
  V log_sum_;
};

// v >= 0 or NaN as the format's -v. Beyond its numbers: infinite.
template <Format kFormat, class D>
HWY_INLINE hn::Vec<hn::Rebind<float, D>> RoundToMinus(D d, hn::Vec<D> v) {
  const hn::Rebind<float, D> df;
  auto rounded = hn::Zero(df);
  if constexpr (kFormat == Format::f32) {
    rounded = hn::DemoteTo(df, v);
#if HWY_TARGET == HWY_SCALAR || HWY_TARGET == HWY_EMU128
    // There numbers that are too large become the largest. Half a unit more and a tie make them infinite.
    const auto overflows = hn::Ge(v, hn::Set(d, 0x1.ffffffp127));
    rounded = hn::Add(rounded, hn::DemoteTo(df, hn::IfThenElseZero(overflows, hn::Set(d, 0x1p103))));
#endif
  } else {
    rounded = RoundTo<kFormat>(d, NotAbove(v, hn::Set(d, PowerOf2(Info(kFormat).emax + 2))));
  }
  return hn::Neg(rounded);
}

struct WideLogSoftmax {
  static constexpr Operation kOperation = Operation::log_softmax;

  template <Format kFormat, bool kScaled, bool kDecided>
  static HWY_INLINE void Run(const RowArguments& row) {
    const hn::ScalableTag<double> d;
    const hn::Rebind<float, decltype(d)> df;
    auto* const y = row.at.Out<StorageOf<kFormat>>(Role::y);
    const WideLogSum<kFormat, kScaled> of(row);
    const bool is_alone = of.IsAlone();  // y may be x
    if constexpr (!kDecided) {
      for (size_t i = 0; i < row.n; i += hn::Lanes(d)) {
        StoreRounded<kFormat>(d, RoundToMinus<kFormat>(d, of.MinusLogSoftmax(i)), y, i, row.n);
      }
    } else {
      const double error = of.Error(FarthestResult(kFormat));
      const auto less = hn::Set(d, 1 - error);
      const auto more = hn::Set(d, 1 + error);
      std::optional<NearestLog> undecided;
      for (size_t i = 0; i < row.n; i += hn::Lanes(d)) {
        const auto v = of.MinusLogSoftmax(i);
        const auto low = RoundToMinus<kFormat>(d, hn::Mul(v, less));
        const auto high = RoundToMinus<kFormat>(d, hn::Mul(v, more));
        StoreRounded<kFormat>(d, low, y, i, row.n);
        if (HWY_LIKELY(hn::AllTrue(df, hn::Eq(low, high)))) continue;
        if (!(of.log_sum() >= 0)) continue;  // NaN throughout: nothing to decide
        if (!undecided) of.Prepare(&undecided);
        HWY_ALIGN float ends[2][hn::MaxLanes(df)];
        hn::Store(low, df, ends[0]);
        hn::Store(high, df, ends[1]);
        for (size_t k = 0; k < hn::Lanes(d) && i + k < row.n; ++k) {
          if (ends[0][k] != ends[1][k]) softmax_verify::Store(kFormat, y, i + k, undecided->LogSoftmax(i + k));
        }
      }
    }
    if (is_alone) softmax_verify::Store(kFormat, y, of.top(), 0);
  }
};

struct WideLogSumExp {
  static constexpr Operation kOperation = Operation::logsumexp;

  template <Format kFormat, bool kScaled, bool kDecided>
  static HWY_INLINE void Run(const RowArguments& row) {
    constexpr Format kResult = Format::f32;
    const WideLogSum<kFormat, kScaled> of(row);
    const double m = of.maximum();
    const double log_sum = of.log_sum();
    const double hi = m + log_sum;
    const double seen = hi - m;
    const double lo = (m - (hi - seen)) + (log_sum - seen);
    // Terms further away than 400 are taken for e^-400: 2^-550 is more than what that adds.
    const double error = of.Error(kFarthest) * log_sum + (kScaled ? 0x1p-51 * std::abs(m) : 0) +
                         0x1p-51 * std::abs(hi) + 0x1p-550;
    const double least = m < 0 ? -std::numeric_limits<double>::infinity() : 0;  // ln s >= 0
    const double low = std::max(least, RoundToFormat(kResult, hi + (lo - error)));
    const double high = RoundToFormat(kResult, hi + (lo + error));
    const bool is_decided = low == high && std::signbit(low) == std::signbit(high);
    const bool is_enough = is_decided || (!kDecided && error < 0x1p-34 * std::abs(hi));
    double result = is_decided ? low : RoundToFormat(kResult, hi);
    if (!is_enough && log_sum >= 0) {
      std::optional<NearestLog> undecided;
      of.Prepare(&undecided);
      result = undecided->LogSumExp(kResult);
    }
    *row.at.Out<float>(Role::lse) = static_cast<float>(result);
  }
};

template <class Result, Format kFormat, bool kDecided>
void WideLogRow(const RowArguments& row) {
  if (row.scaling.identity) {
    Result::template Run<kFormat, false, kDecided>(row);
  } else {
    Result::template Run<kFormat, true, kDecided>(row);
  }
}

template <class Result, Format kFormat>
void AddWideLogKernels(std::vector<TargetKernel>* kernels) {
  constexpr Operation kOperation = Result::kOperation;
  const Signature signature = FullSignature(kOperation, kFormat);
  Claim claim = AccurateClaim();
  claim.log_error = kLog1pErrorF64;
  claim.log1p = true;
  claim.same_terms = false;
  if (kOperation == Operation::logsumexp) claim.value_error = 0x1p-33;
  kernels->push_back(
      {"accurate", signature, claim, OurContract(), Over<&WideLogRow<Result, kFormat, false>, kOperation, kFormat>});
  claim.correctly_rounded = true;
  KernelFunction run = Over<&WideLogRow<Result, kFormat, true>, kOperation, kFormat>;
  if constexpr (kOperation == Operation::log_softmax) {
    run = OverApart<&WideLogRow<Result, kFormat, true>, kOperation, kFormat>;
  }
  kernels->push_back({"correctly_rounded", signature, claim, OurContract(), run});
}

}  // namespace HWY_NAMESPACE
}  // namespace softmax_verify
HWY_AFTER_NAMESPACE();

#endif  // per-target include guard
