// log_softmax and logsumexp of f64 rows in sums of two doubles, rounded once at the end: half an ulp and a little
// (accurate), or the value nearest to the exact result, ties to even (correctly_rounded).
//
//   Shape    log_softmax x[n] -> y[n], logsumexp x[n] -> lse, n >= 1. y may be x where it is not correctly rounded;
//            else kernels/rows_apart.h sees to that.
//   Method   s = 1 + t, t the sum of all terms but one of the largest; y_i = (z_i - z_m) - ln(1 + t), in which
//            nothing cancels; lse = z_m + ln(1 + t). Both ends of the interval that is proved are rounded: where they
//            differ the result comes from kernels/nearest_log.h, and so does an lse that cancels. A negative result
//            that rounds to 0 is -0.
//   Error    accurate: 0.5 + 2^-11 ulp, log_softmax 0.5 + 2^-16 (Theorem W6 of docs/error_bounds.md).
//            correctly_rounded: none but the rounding (Theorem W7), so the bits are the same on every target, in every
//            order, batch and layout, and log_softmax's after every exact shift.
//   Special  as in kernels/log_softmax.cc and kernels/logsumexp.cc.
#if defined(SOFTMAX_VERIFY_KERNELS_LOG_F64_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef SOFTMAX_VERIFY_KERNELS_LOG_F64_INL_H_
#undef SOFTMAX_VERIFY_KERNELS_LOG_F64_INL_H_
#else
#define SOFTMAX_VERIFY_KERNELS_LOG_F64_INL_H_
#endif

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <vector>

#include "hwy/highway.h"
#include "kernels/accurate_f64-inl.h"
#include "kernels/log-inl.h"
#include "kernels/log_in_two-inl.h"
#include "kernels/nearest_log.h"
#include "kernels/others-inl.h"
#include "kernels/rows_apart.h"
#include "kernels/target_kernels.h"

HWY_BEFORE_NAMESPACE();
namespace softmax_verify {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// What a sum z + ln s of sums of two doubles may be off by, beside the error of ln s, relative to |z| + ln s.
constexpr double kErrorOfSum = 0x1p-101;
// Larger distances and maxima are left to MPFR.
constexpr double kLargestInTwo = 0x1p900;

// A row's maximum m, and ln s where s = 1 + t.
template <bool kScaled>
class LogSumF64 {
  using D = hn::ScalableTag<double>;
  using V = hn::Vec<D>;
  using Source = Logits<Format::f64>;

 public:
  explicit LogSumF64(const RowArguments& row)
      : row_(row),
        logits_{row.at.In<double>(Role::x), row.n},
        distance_(row.parameters),
        m_(MaxOf(D(), logits_, 0, row.n, -std::numeric_limits<double>::infinity())),
        others_{logits_, Find(D(), logits_, m_)} {
    const D d;
    const DoubleDouble<double> t =
        CompensatedSum(d, row.n, [&](size_t i) { return QuickExp<kUp>(d, distance_(d, others_.At(d, i), m_)); });
    is_number_ = t.hi >= 0 && std::isfinite(maximum());
    // 2^512 times as large, so that what is below the normal range keeps its digits. ln(1 + t) = t where t is small.
    scaled_up_ = t;
    if (t.hi >= 0x1p100) {
      const DoubleDouble<double> log = Log1pInTwo({t.hi * 0x1p-512, t.lo * 0x1p-512});
      scaled_up_ = {log.hi * 0x1p512, log.lo * 0x1p512};
    }
  }

  // Whether the row holds neither NaN nor +inf, and more than -inf.
  bool IsNumber() const { return is_number_; }
  double maximum() const { return hn::GetLane(m_); }
  // Where the maximum stands.
  size_t top() const { return others_.left_out; }
  // Whether no other logit is finite: s = 1, exactly.
  bool IsAlone() const { return scaled_up_.hi < 0x1p-590 && IsEmpty(D(), others_, row_.n); }

  // ln s and what it may be off by.
  LogSumInTwo LogSum() const {
    return {scaled_up_.hi * 0x1p-512, scaled_up_.lo * 0x1p-512, scaled_up_.hi * (0x1p-512 * kErrorInTwo) + 0x1p-1070};
  }
  // ln s as the nearest number, or nothing where two may be; if not decided, one of these.
  template <bool kDecided>
  std::optional<double> Rounded() const {
    const hn::CappedTag<double, 1> d;
    using V1 = hn::Vec<decltype(d)>;
    const DoubleDouble<V1> log = {hn::Set(d, scaled_up_.hi), hn::Set(d, scaled_up_.lo)};
    const Ends<V1> ends(d, log, kDecided ? kErrorInTwo : 0);
    if (kDecided && hn::GetLane(ends.low) != hn::GetLane(ends.high)) return std::nullopt;
    return hn::GetLane(ScaledDown(d, ends.low));
  }

  HWY_INLINE V At(size_t i) const { return logits_.At(D(), i); }
  // z_i - z_m as DistanceInTwo::Whole has it.
  HWY_INLINE DoubleDouble<V> Distance(V x) const { return distance_.Whole(D(), x, m_); }
  // z_m likewise.
  DoubleDouble<double> Maximum() const {
    const D d;
    const DoubleDouble<V> size = distance_.Whole(d, hn::Neg(hn::Abs(m_)), hn::Zero(d));
    const double sign = std::copysign(1.0, maximum());
    return {-sign * hn::GetLane(size.hi), -sign * hn::GetLane(size.lo)};
  }

  NearestLog& Prepared(std::optional<NearestLog>* undecided) const {
    if (!*undecided) {
      const D d;
      const DoubleDouble<double> t =
          SumInTwo(d, row_.n, [&](size_t i) { return NormalExp<kUp>(d, distance_(d, others_.At(d, i), m_)); });
      undecided->emplace(Format::f64, logits_.x, row_.n, row_.parameters,
                         LogOfSumInTwo({t.hi * 0x1p-512, t.lo * 0x1p-512}, row_.n));
    }
    return **undecided;
  }

 private:
  const RowArguments& row_;
  Source logits_;
  DistanceInTwo<D, kScaled> distance_;
  V m_;
  AllBut<Source> others_;
  bool is_number_;
  DoubleDouble<double> scaled_up_;
};

struct LogSoftmaxF64 {
  static constexpr Operation kOperation = Operation::log_softmax;

  template <bool kScaled, bool kDecided>
  static HWY_INLINE void Run(const RowArguments& row) {
    const hn::ScalableTag<double> d;
    using V = hn::Vec<decltype(d)>;
    double* const y = row.at.Out<double>(Role::y);
    const LogSumF64<kScaled> of(row);
    if (!of.IsNumber()) {
      std::fill_n(y, row.n, std::numeric_limits<double>::quiet_NaN());
      return;
    }
    std::optional<NearestLog> undecided;
    const double at_top = AtTop<kDecided>(of, &undecided);  // y may be x

    const LogSumInTwo log_sum = of.LogSum();
    const V log_hi = hn::Set(d, log_sum.hi);
    const V log_lo = hn::Set(d, log_sum.lo);
    const V least = hn::Set(d, -std::numeric_limits<double>::infinity());
    for (size_t i = 0; i < row.n; i += hn::Lanes(d)) {
      const V x = of.At(i);
      const DoubleDouble<V> t = of.Distance(x);
      const DoubleDouble<V> sum = TwoSum(t.hi, hn::Neg(log_hi));
      const V rest = hn::Add(sum.lo, hn::Sub(t.lo, log_lo));
      const auto far = hn::Lt(t.hi, hn::Set(d, -kLargestInTwo));
      auto open = hn::And(far, hn::Gt(x, least));
      V result;
      if constexpr (kDecided) {
        const V margin = hn::NegMulAdd(hn::Set(d, kErrorOfSum), sum.hi, hn::Set(d, log_sum.error));
        result = hn::Add(sum.hi, hn::Sub(rest, margin));
        open = hn::Or(open, hn::AndNot(far, hn::Ne(result, hn::Add(sum.hi, hn::Add(rest, margin)))));
      } else {
        result = hn::Add(sum.hi, rest);
      }
      StoreUpTo<Format::f64>(d, hn::IfThenElse(far, least, result), y, i, row.n);
      if (HWY_LIKELY(hn::AllFalse(d, open))) continue;
      Resolve<kDecided>(row, of, x, open, i, &undecided, y);
    }
    y[of.top()] = at_top;
  }

 private:
  // -ln s, the one result that may be next to 0.
  template <bool kDecided, bool kScaled>
  static double AtTop(const LogSumF64<kScaled>& of, std::optional<NearestLog>* undecided) {
    if (of.IsAlone()) return 0;
    const std::optional<double> log_sum = of.template Rounded<kDecided>();
    return log_sum ? -*log_sum : of.Prepared(undecided).LogSoftmax(of.top());
  }

  // The elements of the vector x at i that are `open`.
  template <bool kDecided, bool kScaled, class V>
  static HWY_NOINLINE void Resolve(const RowArguments& row, const LogSumF64<kScaled>& of, V x,
                                   hn::Mask<hn::ScalableTag<double>> open, size_t i,
                                   std::optional<NearestLog>* undecided, double* y) {
    const hn::ScalableTag<double> d;
    HWY_ALIGN double logits[hn::MaxLanes(hn::ScalableTag<double>())];
    HWY_ALIGN double is_open[hn::MaxLanes(hn::ScalableTag<double>())];
    hn::Store(x, d, logits);
    hn::Store(hn::IfThenElseZero(open, hn::Set(d, 1.0)), d, is_open);
    for (size_t k = 0; k < hn::Lanes(d) && i + k < row.n; ++k) {
      if (is_open[k] == 0 || i + k == of.top()) continue;
      // What is not decided, and open, is so far away that ln s is nothing beside it.
      y[i + k] = kDecided ? of.Prepared(undecided).LogSoftmax(i + k)
                          : NearestDifference(logits[k], of.maximum(), row.parameters);
    }
  }
};

struct LogSumExpF64 {
  static constexpr Operation kOperation = Operation::logsumexp;

  template <bool kScaled, bool kDecided>
  static HWY_INLINE void Run(const RowArguments& row) {
    const LogSumF64<kScaled> of(row);
    *row.at.Out<double>(Role::lse) = of.IsNumber() ? Of<kDecided>(of) : std::numeric_limits<double>::quiet_NaN();
  }

 private:
  template <bool kDecided, bool kScaled>
  static double Of(const LogSumF64<kScaled>& of) {
    const LogSumInTwo log_sum = of.LogSum();
    std::optional<double> lse;
    if (of.maximum() == 0) {
      lse = of.template Rounded<kDecided>();
    } else if (const DoubleDouble<double> m = of.Maximum(); std::abs(m.hi) < kLargestInTwo || !kScaled) {
      const double hi = m.hi + log_sum.hi;  // TwoSum (Knuth 1969)
      const double seen = hi - m.hi;
      const double rest = ((m.hi - (hi - seen)) + (log_sum.hi - seen)) + (m.lo + log_sum.lo);
      const double error =
          log_sum.error + kErrorOfSum * (std::abs(m.hi) + log_sum.hi) + (kScaled ? 0x1p-890 : 0);
      const double low = hi + (rest - error);
      if (low == hi + (rest + error) || (!kDecided && error < 0x1p-64 * std::abs(hi))) lse = hi + rest;
    }
    if (lse) return *lse;
    std::optional<NearestLog> undecided;
    return of.Prepared(&undecided).LogSumExp(Format::f64);
  }
};

template <class Result, bool kDecided>
void LogRowF64(const RowArguments& row) {
  if (row.scaling.identity) {
    Result::template Run<false, kDecided>(row);
  } else {
    Result::template Run<true, kDecided>(row);
  }
}

template <class Result>
void AddLogKernelsF64(std::vector<TargetKernel>* kernels) {
  constexpr Operation kOperation = Result::kOperation;
  constexpr Format kFormat = Format::f64;
  const Signature signature = FullSignature(kOperation, kFormat);
  Claim claim = AccurateF64Claim();
  claim.shift_error = 0x1p-40;  // all that is rounded before the last addition
  claim.log_error = 0x1p-24;    // 2^-77
  claim.log1p = true;
  claim.same_terms = false;
  claim.value_error = kOperation == Operation::log_softmax ? 0x1p-68 : 0x1p-63;  // Theorem W6
  kernels->push_back(
      {"accurate", signature, claim, OurContract(), Over<&LogRowF64<Result, false>, kOperation, kFormat>});
  claim.correctly_rounded = true;
  KernelFunction run = Over<&LogRowF64<Result, true>, kOperation, kFormat>;
  if constexpr (kOperation == Operation::log_softmax) {
    run = OverApart<&LogRowF64<Result, true>, kOperation, kFormat>;
  }
  kernels->push_back({"correctly_rounded", signature, claim, OurContract(), run});
}

}  // namespace HWY_NAMESPACE
}  // namespace softmax_verify
HWY_AFTER_NAMESPACE();

#endif  // per-target include guard
