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

// Result e of the row and result place[e] of `derived` have the same exact value.
Outcome CheckDerived(const Kernel& kernel, const Case& row, Row derived, const std::vector<std::size_t>& place,
                     const std::string& what) {
  const RowBound bound = Promised(kernel, row);
  if (!bound.claimed) return Vacuous();
  const Case other(std::move(derived));
  const RowBound other_bound = Promised(kernel, other);
  if (!other_bound.claimed) return Vacuous();
  const Values results = CallOne(kernel, row.row());
  const Values other_results = CallOne(kernel, other.row());
  Values matched(results.size());
  RowBound matched_bound = bound;
  for (std::size_t e = 0; e < results.size(); ++e) {
    matched[e] = other_results[place[e]];
    matched_bound.unit[e] = other_bound.unit[place[e]];
    matched_bound.ulp[e] = other_bound.ulp[place[e]];
  }
  return CheckWithinBoth(row.row(), results, bound, matched, matched_bound, what);
}

std::vector<std::size_t> FromZero(std::size_t count) {
  std::vector<std::size_t> numbers(count);
  std::iota(numbers.begin(), numbers.end(), 0);
  return numbers;
}

}  // namespace

Outcome ShiftInvariance(const Kernel& kernel, const Case& given, std::uint64_t salt) {
  Row row = given.row();
  row.outputs.Remove(Role::lse);  // which is shifted too
  if (row.x.empty() || row.Has(Role::lse)) return Vacuous();
  Random random(salt, HashOf("shift_invariance"));
  std::optional<ExactShift> shift = ShiftExactly(kernel.format, row.x, random);
  if (!shift) return Vacuous();
  const Case from(WithLogits(row, std::move(shift->from)));
  Row derived = WithLogits(row, std::move(shift->to));
  const std::string what =
      fmt::format("for the logits rounded to multiples of {:a} and shifted by {:a}", shift->quantum, shift->by);
  const bool rounds_first = kernel.claim.scaled_before_shift && row.parameters.Scales();
  if (kernel.contract.exact_shift && !rounds_first && !row.Has(Role::bias)) {
    const Values results = CallOne(kernel, from.row());
    return CheckSame(kernel, from, results, CallOne(kernel, derived), true, what);
  }
  return CheckDerived(kernel, from, std::move(derived), FromZero(CountResults(row)), what);
}

Outcome ScaleInvariance(const Kernel& kernel, const Case& row, std::uint64_t salt) {
  if (row.row().x.empty()) return Vacuous();
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
  const bool by_scale = random.OneIn(2) || !kernel.parameters.Has(Parameter::temperature);
  if (by_scale && kernel.parameters.Has(Parameter::scale)) {
    scaled.parameters.scale = std::ldexp(scaled.parameters.scale, -exponent);
  } else {
    scaled.parameters.temperature = std::ldexp(scaled.parameters.temperature, exponent);
  }
  const Format compute = Info(kernel.format).compute;
  if (!IsRepresentable(compute, scaled.parameters.scale) || !IsRepresentable(compute, scaled.parameters.temperature)) {
    return Vacuous();
  }
  const std::string what = fmt::format("for the logits times 2^{} with scale {:a} and temperature {:a}", exponent,
                                       scaled.parameters.scale, scaled.parameters.temperature);
  return CheckDerived(kernel, row, std::move(scaled), FromZero(CountResults(row.row())), what);
}

Outcome Permutation(const Kernel& kernel, const Case& row, std::uint64_t salt) {
  const std::size_t n = row.row().GetShape().n;
  if (n < 2 || row.row().parameters.causal != Causal::none) return Vacuous();
  Random random(salt, HashOf("permutation"));
  std::vector<std::size_t> place = FromZero(n);
  if (random.OneIn(2)) {
    std::rotate(place.begin(), place.begin() + static_cast<std::ptrdiff_t>(1 + random.Below(n - 1)), place.end());
  } else {
    for (std::size_t i = n; i > 1; --i) std::swap(place[i - 1], place[random.Below(i)]);
  }
  std::vector<std::size_t> from(n);
  for (std::size_t i = 0; i < n; ++i) from[place[i]] = i;
  return CheckDerived(kernel, row, WithColumns(row.row(), from), PlacesOfResults(row.row(), place),
                      "with the columns in another order");
}

Outcome EqualInputs(const Kernel& kernel, const Case& row, std::uint64_t salt) {
  const std::size_t n = row.row().GetShape().n;
  if (n < 2 || row.row().parameters.causal != Causal::none) return Vacuous();
  Random random(salt, HashOf("equal_inputs"));
  // A third of the columns becomes a copy of one of a few others.
  const std::size_t top = row.row().x.empty() ? random.Below(n) : ArgMax(row.row().Slice(Role::x, 0));
  const std::size_t sources[] = {top, random.Below(n), random.Below(n)};
  std::vector<std::size_t> from = FromZero(n);
  for (std::size_t& column : from) {
    if (random.OneIn(3)) column = sources[random.Below(3)];
  }
  from.front() = from.back() = sources[0];
  const Case tied(WithColumns(row.row(), from));
  const bool bits = kernel.contract.identical_equal_inputs;
  const RowBound bound = Promised(kernel, tied);
  if (!bits && !bound.claimed) return Vacuous();
  const bool odds = !bits && kExponentials.Has(kernel.operation);
  const std::vector<double> omega = odds ? OddsBound(kernel, tied.row()) : std::vector<double>();
  const std::vector<bool> normal = odds ? NormalTerms(kernel, tied.row()) : std::vector<bool>();
  const Values results = CallOne(kernel, tied.row());
  std::vector<std::size_t> by_source = FromZero(n);
  std::stable_sort(by_source.begin(), by_source.end(), [&](std::size_t a, std::size_t b) { return from[a] < from[b]; });
  for (const Part& part : PartsOf(tied.row())) {
    if (Info(kernel.operation).operands.Find(part.role)->dims != "m,n") continue;
    for (std::size_t k = 1; k < part.count; ++k) {
      const std::size_t first = part.begin + k / n * n;  // of the row of results
      if (k % n == 0 || from[by_source[k % n - 1]] != from[by_source[k % n]]) continue;
      const std::size_t i = first + by_source[k % n - 1], j = first + by_source[k % n];
      if (SameBits(results[i], results[j])) continue;
      double error = std::abs(results[i] - results[j]);
      double allowed = 0;
      if (odds) {
        if (std::min(results[i], results[j]) < 2 * SmallestNormal(kernel.format) || !normal[i]) continue;
        error = std::abs(std::log(results[i] / results[j]));
        allowed = (omega[i] + omega[j]) * kEvaluation + 0x1p-51;
      } else if (!bits) {
        allowed = std::ldexp(bound.ulp[i] + bound.ulp[j], static_cast<int>(bound.unit[i])) * kEvaluation;
      }
      if (error <= allowed) continue;
      return Broken(fmt::format("{} and {} are {:a} and {:a}, of equal columns", NameOfResult(tied.row(), i),
                                NameOfResult(tied.row(), j), results[i], results[j]),
                    i, results[i], results[j], error, allowed);
    }
  }
  return Held();
}

Outcome NegInfIsZero(const Kernel& kernel, const Case& row, std::uint64_t salt) {
  if (row.row().x.size() < 2 || !IsOrdinary(row.row().x)) return Vacuous();
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
  const double nothing = kLogarithms.Has(kernel.operation) ? -kInfinity : 0.0;
  bool some = false;
  for (std::size_t i = 0; i < y.size(); ++i) {
    if (std::isfinite(masked.row().x[i])) continue;
    some = true;
    if (!SameBits(y[i], nothing)) {
      return Broken(fmt::format("element {}: -inf beside finite logits gets {:a}, not {:a}", i, y[i], nothing), i, y[i],
                    nothing, std::abs(y[i] - nothing), 0);
    }
  }
  if (!some) return Vacuous();
  return CheckAccuracy(kernel, masked, y);
}

Outcome AppendNegInf(const Kernel& kernel, const Case& given, std::uint64_t salt) {
  Row row = given.row();
  if (row.m != 1 || !IsOrdinary(row.x)) return Vacuous();
  Random random(salt, HashOf("append_neg_inf"));
  const std::size_t before = random.OneIn(2) ? random.Below(70) : 0;
  const std::size_t after = random.OneIn(3) ? 0 : 1 + random.Below(70);
  const std::size_t n = row.x.size();
  row.parameters.label_smoothing = 0;  // which gives every class a part
  std::vector<std::size_t> from(before + n + after);
  for (std::size_t j = 0; j < from.size(); ++j) from[j] = (j + n * before - before) % n;
  Row longer = WithColumns(row, from);
  for (std::size_t j = 0; j < from.size(); ++j) {
    if (j < before || j >= before + n) longer.x[j] = -kInfinity;
  }
  if (longer.Has(Role::targets)) {
    const double target = row[Role::targets][0];
    const bool ignored = target == static_cast<double>(row.parameters.ignore_index);
    longer.parameters.ignore_index = -1;
    longer[Role::targets][0] = ignored ? -1 : target + static_cast<double>(before);
  }
  std::vector<std::size_t> place = FromZero(n);
  for (std::size_t& position : place) position += before;
  const std::vector<std::size_t> places = PlacesOfResults(row, place);
  return CheckDerived(kernel, Case(std::move(row)), std::move(longer), places,
                      fmt::format("with {} times -inf in front and {} behind", before, after));
}

}  // namespace softmax_verify::checks
