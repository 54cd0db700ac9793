// ln s, s = sum_j e^(-d_j), d_j = (max x - x_j) * scale / temperature: what logarithms of softmax are made of.
#ifndef SOFTMAX_VERIFY_REFERENCE_LOG_SUM_H_
#define SOFTMAX_VERIFY_REFERENCE_LOG_SUM_H_

#include <cmath>
#include <memory>
#include <utility>
#include <vector>

#include "reference/interval.h"

namespace softmax_verify::reference {

// ScaledDistance without error.
inline Rational ExactScaledDistance(double x, double origin, const Parameters& parameters) {
  return (Rational(x) - Rational(origin)) * Rational(parameters.scale) / Rational(parameters.temperature);
}

// ln(1 + t) where the maximum stands alone: accurate however small the other terms are.
template <class Real>
Real LogSum(const Logits& logits, const Parameters& parameters) {
  const std::vector<Logits::Group>& groups = logits.groups;
  Real others(0.0);
  for (std::size_t g = 1; g < groups.size() && std::isfinite(groups[g].x); ++g) {
    Real term = Exp(ScaledDistance<Real>(groups[g].x, groups.front().x, parameters));
    if (groups[g].count > 1) term *= Real(static_cast<double>(groups[g].count));
    others += term;
  }
  if (groups.front().count == 1) return Log1p(others);
  return Log(Real(static_cast<double>(groups.front().count)) + others);
}

// The maximum is the only finite logit: s = 1.
inline bool IsAlone(const Logits& logits) {
  const std::vector<Logits::Group>& groups = logits.groups;
  return groups.front().count == 1 && (groups.size() == 1 || std::isinf(groups[1].x));
}

// `value` encloses number + ln s (`side` above) or number - ln s (below), where s > 1. Where the maximum is not shared,
// ln s may be smaller than any precision shows, and number() is the limit; elsewhere ln s is at least ln 2.
template <class Real, class Number>
Result<Real> Beside(const Number& number, Limit::Side side, Real value, const Logits& logits) {
  Result<Real> result;
  result.value = std::move(value);
  if constexpr (!kFirstTurn<Real>) {
    if (logits.groups.front().count == 1) result.limit = std::make_shared<Limit>(Limit{number(), side});
  }
  return result;
}

}  // namespace softmax_verify::reference

#endif  // SOFTMAX_VERIFY_REFERENCE_LOG_SUM_H_
