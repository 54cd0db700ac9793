#include "reference/distances.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>

namespace softmax_verify::reference {
namespace {

// A finite number as integer * 2^exponent, the integer odd or 0.
struct Scaled {
  std::int64_t integer = 0;
  int exponent = 0;
};
Scaled Split(double value) {
  if (value == 0) return {};
  int exponent = 0;
  auto integer = static_cast<std::int64_t>(std::ldexp(std::frexp(value, &exponent), 53));
  exponent -= 53;
  while (integer % 2 == 0) {
    integer /= 2;
    ++exponent;
  }
  return {integer, exponent};
}

Integer Shifted(std::int64_t integer, int places) { return Integer(integer) << static_cast<unsigned>(places); }

}  // namespace

Distances DistancesOf(const Logits& logits, const Parameters& parameters, double factor) {
  const std::vector<Logits::Group>& groups = logits.groups;
  const double top = groups.front().x;
  // Those that are clearly too far away are left out before they make the integers long.
  const long double whole = static_cast<long double>(parameters.scale) / parameters.temperature * factor;
  std::vector<Scaled> near;
  int least = Split(top).exponent;
  for (const Logits::Group& group : groups) {
    if (!((static_cast<long double>(top) - group.x) * whole < 1.5L)) break;
    near.push_back(Split(group.x));
    if (near.back().integer != 0) least = std::min(least, near.back().exponent);
  }
  const auto multiple = [&](const Scaled& x) { return Shifted(x.integer, x.integer == 0 ? 0 : x.exponent - least); };

  const Scaled scale = Split(parameters.scale), by = Split(factor), temperature = Split(parameters.temperature);
  const int exponent = least + scale.exponent + by.exponent - temperature.exponent;
  const Integer numerator = Shifted(scale.integer, std::max(exponent, 0)) * by.integer;
  Distances distances{Shifted(temperature.integer, std::max(-exponent, 0)), {}};
  const Integer origin = multiple(near.front());
  for (const Scaled& x : near) {
    Integer distance = (origin - multiple(x)) * numerator;
    if (distance >= distances.one) break;
    distances.of_group.push_back(std::move(distance));
  }
  return distances;
}

}  // namespace softmax_verify::reference
