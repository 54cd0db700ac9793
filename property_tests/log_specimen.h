// For the specimens of log_softmax and logsumexp that compute in an arithmetic T of their own.
#ifndef SOFTMAX_VERIFY_PROPERTY_TESTS_LOG_SPECIMEN_H_
#define SOFTMAX_VERIFY_PROPERTY_TESTS_LOG_SPECIMEN_H_

#include <algorithm>
#include <cmath>
#include <vector>

#include "property_tests/specimen.h"

namespace softmax_verify::corpus {

// m + ln s, or (z_i - m) - ln s, with ln s as ln(1 + t), in T throughout: `round` makes a double of each result.
template <class T, Format F, class Round>
Status LogRowsIn(const Operands& operands, const Layout& layout, const Parameters& parameters, const Round& round) {
  if (!AreValid<F>(parameters)) return Status::invalid_argument;
  std::vector<T> z(layout.axis);
  for (std::size_t r = 0; r < layout.outer * layout.inner && layout.axis > 0; ++r) {
    const std::size_t o = r / layout.inner, i = r % layout.inner;
    for (std::size_t a = 0; a < layout.axis; ++a) {
      const T x = Load(F, operands.In(Role::x), o * layout.ldx + a * layout.inner + i);
      z[a] = x * static_cast<T>(parameters.scale) / static_cast<T>(parameters.temperature);
    }
    const T m = Maximum(std::span<const T>(z));
    const auto top = std::find(z.begin(), z.end(), m);
    T others = 0;
    for (auto at = z.begin(); at != z.end(); ++at) {
      if (at != top) others += std::exp(*at - m);
    }
    const T log_sum = std::log1p(others);
    if (operands.Has(Role::lse)) {
      Store(Info(F).compute, operands.Out(Role::lse), r, round(m + log_sum));
      continue;
    }
    for (std::size_t a = 0; a < layout.axis; ++a) {
      Store(F, operands.Out(Role::y), o * layout.ldy + a * layout.inner + i, round((z[a] - m) - log_sum));
    }
  }
  return Status::ok;
}

struct UntestedLog {
  template <Format F>
  static Status Run(const Operands& operands, const Layout& layout, const Parameters& parameters) {
    return LogRowsIn<double, F>(operands, layout, parameters, [](double result) { return result; });
  }
};

struct TwiceRoundedLog {
  template <Format F>
  static Status Run(const Operands& operands, const Layout& layout, const Parameters& parameters) {
    const int p = Info(operands.Has(Role::lse) ? Info(F).compute : F).p;
    return LogRowsIn<long double, F>(operands, layout, parameters, [p](long double result) {
      if (result == 0 || !std::isfinite(result)) return static_cast<double>(result);
      const int unit = std::ilogb(result) - p - 7;
      return static_cast<double>(std::ldexp(std::rint(std::ldexp(result, -unit)), unit));
    });
  }
};

// What claims correct rounding and has not got it.
inline std::vector<Specimen> BadlyRoundedLogs(Operation operation) {
  Claim claim = PlainClaim();
  claim.correctly_rounded = true;
  return Join({InEveryFormat<UntestedLog>(
                   {.text = "is called so because it is computed in f64: nothing tells where that is too little",
                    .claim = claim,
                    .compute = Format::f64,
                    .operation = operation,
                    .name = "correctly_rounded_untested"}),
               InEveryFormat<TwiceRoundedLog>(
                   {.text = "rounds a long double twice: to eight bits more than the format has, and from there",
                    .claim = claim,
                    .compute = Format::f64,
                    .operation = operation,
                    .name = "correctly_rounded_twice"})});
}

}  // namespace softmax_verify::corpus

#endif  // SOFTMAX_VERIFY_PROPERTY_TESTS_LOG_SPECIMEN_H_
