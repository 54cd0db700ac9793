#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "property_tests/law_checks.h"
#include "property_tests/trial.h"
#include "verify/random.h"

namespace softmax_verify::checks {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

// Element i of the row and element place[i] of `derived` have the same exact result.
Outcome CheckDerived(const Kernel& kernel, const Case& row, Row derived, const std::vector<std::size_t>& place,
                     const std::string& what) {
  const RowBound bound = Promised(kernel, row);
  if (!bound.claimed) return Vacuous();
  const Case other(std::move(derived));
  RowBound other_bound = Promised(kernel, other);
  if (!other_bound.claimed) return Vacuous();
  const Values y = CallOne(kernel, row.row());
  const Values other_y = CallOne(kernel, other.row());
  Values matched(y.size());
  std::vector<double> ulp(y.size());
  for (std::size_t i = 0; i < y.size(); ++i) {
    matched[i] = other_y[place[i]];
    ulp[i] = other_bound.ulp[place[i]];
  }
  other_bound.ulp = std::move(ulp);
  return CheckWithinBoth(kernel, row.exact(), y, bound, matched, other_bound, what);
}

std::vector<std::size_t> InPlaceOrder(std::size_t n) {
  std::vector<std::size_t> place(n);
  std::iota(place.begin(), place.end(), 0);
  return place;
}

}  // namespace

Outcome ShiftInvariance(const Kernel& kernel, const Case& row, std::uint64_t salt) {
  if (!IsOrdinary(row.row().x)) return Vacuous();
  Random random(salt, HashOf("shift_invariance"));
  const FormatInfo& format = Info(kernel.format);
  double magnitude = SmallestNormal(kernel.format);
  for (const double value : row.row().x) {
    if (std::isfinite(value)) magnitude = std::max(magnitude, std::abs(value));
  }
  // Round the logits to multiples of `quantum`, such that sums of up to 2^(e + 2) are still representable.
  const int headroom = static_cast<int>(random.Below(static_cast<std::uint64_t>(format.p - 3)));
  const int e = std::ilogb(magnitude) + 1 + headroom;
  const int quantum_exponent = e + 3 - format.p;
  if (e + 2 > format.emax || quantum_exponent < format.emin - format.p + 1) return Vacuous();
  const double quantum = std::ldexp(1.0, quantum_exponent);
  const double steps = std::round(random.Uniform(0.25, 1) * std::ldexp(1.0, e - quantum_exponent));
  const double shift = (random.OneIn(2) ? -quantum : quantum) * steps;
  Values x = row.row().x;
  for (double& value : x) {
    if (std::isfinite(value)) value = std::nearbyint(value / quantum) * quantum + 0.0;
  }
  Values shifted = x;
  for (double& value : shifted) value += shift;

  const Case from(WithLogits(row.row(), std::move(x)));
  const std::string what =
      fmt::format("for the logits rounded to multiples of {:a} and shifted by {:a}", quantum, shift);
  const bool rounds_first = kernel.claim.scaled_before_shift && row.row().parameters != Parameters{};
  if (kernel.contract.exact_shift && !rounds_first) {
    const Values y = CallOne(kernel, from.row());
    return CheckSame(kernel, from, y, CallOne(kernel, WithLogits(row.row(), std::move(shifted))), true, what);
  }
  return CheckDerived(kernel, from, WithLogits(row.row(), std::move(shifted)), InPlaceOrder(row.size()), what);
}

Outcome ScaleInvariance(const Kernel& kernel, const Case& row, std::uint64_t salt) {
  if (!IsOrdinary(row.row().x)) return Vacuous();
  Random random(salt, HashOf("scale_invariance"));
  const int exponent = (random.OneIn(2) ? 1 : -1) * static_cast<int>(1 + random.Below(6));
  Row scaled = row.row();
  for (double& value : scaled.x) {
    const double by_power = std::ldexp(value, exponent);
    if (std::isfinite(value) &&
        (!IsRepresentable(kernel.format, by_power) || std::ldexp(by_power, -exponent) != value)) {
      return Vacuous();
    }
    value = by_power;
  }
  if (random.OneIn(2)) {
    scaled.parameters.scale = std::ldexp(scaled.parameters.scale, -exponent);
  } else {
    scaled.parameters.temperature = std::ldexp(scaled.parameters.temperature, exponent);
  }
  if (!IsRepresentable(kernel.claim.compute, scaled.parameters.scale) ||
      !IsRepresentable(kernel.claim.compute, scaled.parameters.temperature)) {
    return Vacuous();
  }
  const std::string what = fmt::format("for the logits times 2^{} with scale {:a} and temperature {:a}", exponent,
                                       scaled.parameters.scale, scaled.parameters.temperature);
  return CheckDerived(kernel, row, std::move(scaled), InPlaceOrder(row.size()), what);
}

Outcome Permutation(const Kernel& kernel, const Case& row, std::uint64_t salt) {
  if (row.size() < 2) return Vacuous();
  Random random(salt, HashOf("permutation"));
  std::vector<std::size_t> place = InPlaceOrder(row.size());
  if (random.OneIn(2)) {
    std::rotate(place.begin(), place.begin() + static_cast<std::ptrdiff_t>(1 + random.Below(row.size() - 1)),
                place.end());
  } else {
    for (std::size_t i = place.size(); i > 1; --i) std::swap(place[i - 1], place[random.Below(i)]);
  }
  Values x(row.size());
  for (std::size_t i = 0; i < x.size(); ++i) x[place[i]] = row.row().x[i];
  return CheckDerived(kernel, row, WithLogits(row.row(), std::move(x)), place, "with the logits in another order");
}

Outcome EqualInputs(const Kernel& kernel, const Case& row, std::uint64_t salt) {
  if (row.size() < 2 || !IsOrdinary(row.row().x)) return Vacuous();
  Random random(salt, HashOf("equal_inputs"));
  // A third of the elements becomes a copy of one of a few others.
  Values x = row.row().x;
  const std::size_t sources[] = {ArgMax(x), random.Below(x.size()), random.Below(x.size())};
  for (double& value : x) {
    if (random.OneIn(3)) value = row.row().x[sources[random.Below(3)]];
  }
  x.front() = row.row().x[sources[0]];
  x.back() = x.front();
  const Case tied(WithLogits(row.row(), std::move(x)));
  const bool bits = kernel.contract.identical_equal_inputs;
  if (!bits && !Promised(kernel, tied).claimed) return Vacuous();
  const Values y = CallOne(kernel, tied.row());
  const std::vector<double> omega = OddsBound(kernel, tied.row());
  const std::vector<bool> normal = NormalTerms(kernel, tied.row());
  std::vector<std::size_t> by_logit = InPlaceOrder(tied.size());
  std::sort(by_logit.begin(), by_logit.end(),
            [&](std::size_t a, std::size_t b) { return tied.row().x[a] < tied.row().x[b]; });
  for (std::size_t k = 1; k < by_logit.size(); ++k) {
    const std::size_t i = by_logit[k - 1], j = by_logit[k];
    if (tied.row().x[i] != tied.row().x[j] || SameBits(y[i], y[j])) continue;
    const double error = std::abs(std::log(y[i] / y[j]));
    const double allowed = bits ? 0 : (omega[i] + omega[j]) * kEvaluation + 0x1p-51;
    const bool small = std::min(y[i], y[j]) < 2 * SmallestNormal(kernel.format) || !normal[i];
    if (error <= allowed || (!bits && small)) continue;
    return Broken(
        fmt::format("x[{0}] and x[{1}] are both {2:a}, but get {3:a} and {4:a}", i, j, tied.row().x[i], y[i], y[j]), i,
        y[i], y[j], error, allowed);
  }
  return Held();
}

Outcome NegInfIsZero(const Kernel& kernel, const Case& row, std::uint64_t salt) {
  if (row.size() < 2 || !IsOrdinary(row.row().x)) return Vacuous();
  Random random(salt, HashOf("neg_inf_is_zero"));
  Values x = row.row().x;
  std::vector<std::size_t> finite;
  for (std::size_t i = 0; i < x.size(); ++i) {
    if (std::isfinite(x[i])) finite.push_back(i);
  }
  const std::size_t kept = finite[random.Below(finite.size())];
  const std::size_t prefix = random.OneIn(3) ? random.Below(x.size()) : 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    if (i != kept && (i < prefix || random.OneIn(3))) x[i] = -kInfinity;
  }
  const Case masked(WithLogits(row.row(), std::move(x)));
  if (!Promised(kernel, masked).claimed) return Vacuous();
  const Values y = CallOne(kernel, masked.row());
  bool some = false;
  for (std::size_t i = 0; i < y.size(); ++i) {
    if (std::isfinite(masked.row().x[i])) continue;
    some = true;
    if (!SameBits(y[i], 0.0)) {
      return Broken(fmt::format("element {}: -inf beside finite logits gets {:a}, not +0", i, y[i]), i, y[i], 0,
                    std::abs(y[i]), 0);
    }
  }
  if (!some) return Vacuous();
  return CheckAccuracy(kernel, masked, y);
}

Outcome AppendNegInf(const Kernel& kernel, const Case& row, std::uint64_t salt) {
  if (!IsOrdinary(row.row().x)) return Vacuous();
  Random random(salt, HashOf("append_neg_inf"));
  const std::size_t before = random.OneIn(2) ? random.Below(70) : 0;
  const std::size_t after = random.OneIn(3) ? 0 : 1 + random.Below(70);
  Values x(before + row.size() + after, -kInfinity);
  std::copy(row.row().x.begin(), row.row().x.end(), x.begin() + static_cast<std::ptrdiff_t>(before));
  std::vector<std::size_t> place = InPlaceOrder(row.size());
  for (std::size_t& position : place) position += before;
  return CheckDerived(kernel, row, WithLogits(row.row(), std::move(x)), place,
                      fmt::format("with {} times -inf in front and {} behind", before, after));
}

}  // namespace softmax_verify::checks
