// ln(1 + t) of a sum of two doubles, as one: once a row.
//
//   Error    Log1pInTwo: relative 2^-77, Lemma W2 of docs/error_bounds.md; LogOfSumInTwo: what its result says.
#if defined(SOFTMAX_VERIFY_KERNELS_LOG_IN_TWO_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef SOFTMAX_VERIFY_KERNELS_LOG_IN_TWO_INL_H_
#undef SOFTMAX_VERIFY_KERNELS_LOG_IN_TWO_INL_H_
#else
#define SOFTMAX_VERIFY_KERNELS_LOG_IN_TWO_INL_H_
#endif

#include "hwy/highway.h"
#include "kernels/double_double-inl.h"
#include "kernels/log-inl.h"
#include "kernels/nearest_log.h"

HWY_BEFORE_NAMESPACE();
namespace softmax_verify {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// The logarithm of so small a sum is its series to the sixth power.
constexpr double kSmallSum = 0x1p-16;

// ln(1 + t) for 0 <= t <= 2^32: the series, or a Newton step from the logarithm in f64.
inline DoubleDouble<double> Log1pInTwo(const DoubleDouble<double>& sum) {
  const hn::ScalableTag<double> d;
  using V = hn::Vec<decltype(d)>;
  const auto c = [&](double value) { return hn::Set(d, value); };
  const DoubleDouble<V> t = {c(sum.hi), c(sum.lo)};
  DoubleDouble<V> log;
  if (sum.hi < kSmallSum) {
    const DoubleDouble<V> square = TwoProduct(t.hi, t.hi);
    const DoubleDouble<V> first = FastTwoSum(t.hi, hn::Mul(c(-0.5), square.hi));
    V tail = hn::NegMulAdd(c(1.0 / 6), t.hi, c(1.0 / 5));
    tail = hn::NegMulAdd(tail, t.hi, c(1.0 / 4));
    tail = hn::NegMulAdd(tail, t.hi, c(1.0 / 3));
    const V low = hn::Sub(t.lo, hn::MulAdd(t.hi, t.lo, hn::Mul(c(0.5), square.lo)));
    const V rest = hn::MulAdd(hn::Mul(t.hi, square.hi), tail, low);
    log = FastTwoSum(first.hi, hn::Add(first.lo, rest));
  } else {
    const V first = Log1p(d, t.hi);
    const DoubleDouble<V> whole = Sum(DoubleDouble<V>{c(1), hn::Zero(d)}, t);
    const DoubleDouble<V> ratio = Product(whole, NormalExp(d, DoubleDouble<V>{hn::Neg(first), hn::Zero(d)}));
    const V rest = hn::Add(hn::Sub(ratio.hi, c(1)), ratio.lo);  // ln(1 + rest) is missing
    log = FastTwoSum(first, hn::Sub(rest, hn::Mul(hn::Mul(c(0.5), rest), rest)));
  }
  return {hn::GetLane(log.hi), hn::GetLane(log.lo)};
}

// ln(1 + t), t a sum of n terms as precise as Lemma W2 wants it.
inline LogSumInTwo LogOfSumInTwo(const DoubleDouble<double>& t, size_t n) {
  const DoubleDouble<double> log = Log1pInTwo(t);
  const double of_terms = 0x1p-90 + static_cast<double>(n) * 0x1p-103;
  const double error = t.hi < kSmallSum ? t.hi * (of_terms + 0x1p-51 * t.hi * t.hi) : of_terms;
  return {log.hi, log.lo, error + 0x1p-550};
}

}  // namespace HWY_NAMESPACE
}  // namespace softmax_verify
HWY_AFTER_NAMESPACE();

#endif  // per-target include guard
