#include "verify/logits.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "verify/mask.h"

namespace softmax_verify {

Logits LogitsOf(const Row& row, std::size_t i) {
  constexpr long double kInfinity = std::numeric_limits<long double>::infinity();
  const auto x = row.Slice(Role::x, i), bias = row.Slice(Role::bias, i);
  const std::vector<bool> keep = KeptColumns(row, i);
  const std::size_t n = x.size();
  const long double factor = static_cast<long double>(row.parameters.scale) / row.parameters.temperature;
  const auto added = [&](std::size_t j) { return bias.empty() ? 0 : static_cast<long double>(bias[j]); };

  Logits logits;
  logits.biased = !bias.empty();
  for (std::size_t j = 0; j < n; ++j) {
    const bool hidden = !keep[j] || x[j] == -kInfinity || added(j) == -kInfinity;
    if (keep[j] && !(x[j] < kInfinity && added(j) < kInfinity)) {
      Logits special;
      special.kind = Logits::Kind::special;
      return special;
    }
    logits.scaled.push_back(hidden ? -kInfinity : x[j] * factor);
    logits.z.push_back(hidden ? -kInfinity : logits.scaled[j] + added(j));
    if (logits.z[j] > logits.z[logits.top]) logits.top = j;
  }
  const std::size_t top = logits.top;
  if (logits.z.empty() || logits.z[top] == -kInfinity) return {};

  logits.kind = Logits::Kind::finite;
  for (std::size_t j = 0; j < n; ++j) {
    long double d = kInfinity;
    if (logits.z[j] > -kInfinity) {
      // Differences first: they are exact, or nearly so, where sums would round.
      d = std::max((static_cast<long double>(x[top]) - x[j]) * factor + (added(top) - added(j)), 0.0L);
    }
    logits.distance.push_back(d);
    logits.weight.push_back(std::exp(-d));
    logits.sum += logits.weight[j];
  }
  return logits;
}

}  // namespace softmax_verify
