#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "property_tests/law_checks.h"
#include "property_tests/trial.h"
#include "verify/bounds/sparse_maps.h"
#include "verify/random.h"

namespace softmax_verify::checks {
namespace {

constexpr long double kInfinity = std::numeric_limits<long double>::infinity();

bool IsGradual(const Kernel& kernel) { return kernel.contract.subnormals == Contract::Subnormals::gradual; }

// By how much a result may have been rounded to the storage format, or lost below the normal range before that.
long double StoredWithin(const Kernel& kernel, long double y) {
  const Format compute = kernel.claim.compute;
  long double off = IsGradual(kernel) ? 3 * SmallestSubnormal(compute) : 3 * SmallestNormal(compute);
  if (Info(kernel.format).p == Info(compute).p) return off;
  off += StorageRoundoff(kernel, kernel.format) * y;
  return off + (IsGradual(kernel) ? (kernel.claim.faithful ? 1.0L : 0.5L) * SmallestSubnormal(kernel.format) : SmallestNormal(kernel.format));
}

// ||a - b||_2, rounded up by a little.
long double Distance2(std::span<const double> a, std::span<const double> b) {
  long double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    const long double difference = static_cast<long double>(a[i]) - b[i];
    sum += difference * difference;
  }
  return std::sqrt(sum) * kEvaluation;
}

// sum_i values_i, each of at most 2^e, to 2^(e - 60) n.
long double SumOf(std::span<const double> values) { return std::accumulate(values.begin(), values.end(), 0.0L); }

}  // namespace

Outcome OneThreshold(const Kernel& kernel, const Case& row, std::uint64_t) {
  if (!Promised(kernel, row).claimed) return Vacuous();
  const bounds::SparseMap map = bounds::AnalyseSparseMap(kernel, row);
  if (!map.claimed) return Vacuous();
  const long double inverse = map.arithmetic.alpha - 1;
  const double u = UnitRoundoff(kernel.claim.compute);
  const Values y = CallOne(kernel, row.row());
  // Every result tells between which numbers the threshold lies, below the maximum.
  struct End {
    long double value;
    std::size_t element;
  };
  End least{-kInfinity, 0}, most{kInfinity, 0};
  for (std::size_t i = 0; i < y.size(); ++i) {
    if (std::isinf(map.distance[i])) continue;
    if (!(y[i] >= 0 && std::isfinite(y[i]))) {
      return Broken(fmt::format("element {}: {:a} is no share", i, y[i]), i, y[i], static_cast<double>(map.power[i]),
                    y[i], 1);
    }
    const long double off = map.off[i] + (map.threshold + map.distance[i]) * 0x1p-57L;
    const auto positive_part = [&](long double result, int sign) {
      return result > 0 ? std::pow(result, inverse) * std::exp(sign * inverse * map.LogError(result, u)) : 0;
    };
    const long double stored = StoredWithin(kernel, y[i]);
    const long double low = -map.distance[i] - off - positive_part(y[i] + stored, 1);
    if (low > least.value) least = {low, i};
    if (y[i] == 0) continue;
    const long double high = -map.distance[i] + off - positive_part(y[i] - stored, -1);
    if (high < most.value) most = {high, i};
  }
  if (most.value == kInfinity) return Broken("no result is positive");
  if (least.value <= most.value) return Held();
  return Broken(
      fmt::format("no threshold fits both elements: {} with {:a} wants one at most {:.9g} above the largest w, "
                  "{} with {:a} at least {:.9g}",
                  most.element, y[most.element], static_cast<double>(most.value), least.element, y[least.element],
                  static_cast<double>(least.value)),
      most.element, y[most.element], static_cast<double>(map.power[most.element]),
      static_cast<double>(least.value - most.value), 0);
}

Outcome Support(const Kernel& kernel, const Case& row, std::uint64_t) {
  if (!Promised(kernel, row).claimed) return Vacuous();
  const bounds::SparseMap map = bounds::AnalyseSparseMap(kernel, row);
  if (!map.claimed) return Vacuous();
  const long double inverse = map.arithmetic.alpha - 1;
  const Values y = CallOne(kernel, row.row());
  for (std::size_t i = 0; i < y.size(); ++i) {
    if (std::isinf(map.distance[i])) continue;
    const long double t = map.At(i), reach = map.reach[i] * kEvaluation;
    if (t + reach < 0 && y[i] != 0) {
      return Broken(
          fmt::format("element {}: {:a}, though it lies {:.4g} below the threshold", i, y[i], static_cast<double>(-t)),
          i, y[i], 0, static_cast<double>(-t), static_cast<double>(reach));
    }
    // Twice what may vanish when it is stored.
    const long double least = std::pow(2 * StoredWithin(kernel, 0), inverse) * 2;
    if (t - reach > least && !(y[i] > 0)) {
      return Broken(
          fmt::format("element {}: {:a}, though it lies {:.4g} above the threshold", i, y[i], static_cast<double>(t)),
          i, y[i], static_cast<double>(map.power[i]), static_cast<double>(t), static_cast<double>(reach));
    }
  }
  return Held();
}

Outcome Nonexpansive(const Kernel& kernel, const Case& row, std::uint64_t salt) {
  if (!IsOrdinary(row.row().x) || bounds::PowerArithmeticOf(kernel, row.row()).alpha > 2) return Vacuous();
  Random random(salt, HashOf("nonexpansive"));
  const RowBound bound = Promised(kernel, row);
  if (!bound.claimed) return Vacuous();
  // Some logits move by a little, or by a step or two.
  Values x = row.row().x;
  const double size = std::exp2(-static_cast<double>(random.Below(static_cast<std::uint64_t>(Info(kernel.format).p))));
  for (double& value : x) {
    if (!std::isfinite(value) || !random.OneIn(3)) continue;
    const double moved = RoundToFormat(kernel.format, value + size * random.Uniform(-1, 1));
    if (std::isfinite(moved)) value = moved;
  }
  const Case other(WithLogits(row.row(), x));
  const RowBound other_bound = Promised(kernel, other);
  if (!other_bound.claimed) return Vacuous();
  const Values y = CallOne(kernel, row.row()), other_y = CallOne(kernel, other.row());
  long double moved = 0, allowed = 0;
  const long double factor = static_cast<long double>(row.row().parameters.scale) / row.row().parameters.temperature;
  for (std::size_t i = 0; i < x.size(); ++i) {
    if (!std::isfinite(x[i])) continue;
    const long double dz = (static_cast<long double>(x[i]) - row.row().x[i]) * factor;
    const long double off = BoundOf(bound, i) + BoundOf(other_bound, i);
    moved += dz * dz;
    allowed += off * off;
  }
  allowed = (std::sqrt(moved) + std::sqrt(allowed)) * kEvaluation;
  const long double apart = Distance2(y, other_y);
  if (apart <= allowed) return Held();
  return Broken(
      fmt::format("results {:.6g} apart for logits that are z = {:.6g} apart, proved {:.6g}",
                  static_cast<double>(apart), static_cast<double>(std::sqrt(moved)), static_cast<double>(allowed)),
      0, y[0], other_y[0], static_cast<double>(apart), static_cast<double>(allowed));
}

namespace {

// The law of idempotence, for alpha = 2.
Outcome Projects(const Kernel& kernel, const Case& row) {
  const RowBound bound = Promised(kernel, row);
  if (!bound.claimed) return Vacuous();
  const Values y = CallOne(kernel, row.row());
  Row again = WithLogits(row.row(), y);
  again.parameters = {};
  again.parameters.alpha = row.row().parameters.alpha;
  const Case projected(again);
  const RowBound again_bound = Promised(kernel, projected);
  if (!again_bound.claimed) return Vacuous();
  const Values twice = CallOne(kernel, again);
  const long double sum = SumOf(y);
  const long double excess = std::abs(sum - 1) + static_cast<long double>(y.size()) * 0x1p-60L;
  for (std::size_t i = 0; i < y.size(); ++i) {
    const long double error = std::abs(static_cast<long double>(twice[i]) - y[i]);
    const long double allowed = (excess + BoundOf(again_bound, i)) * kEvaluation;
    if (error <= allowed) continue;
    return Broken(fmt::format("element {}: {:a} becomes {:a} when it is projected again, proved within {:.4g}", i, y[i],
                              twice[i], static_cast<double>(allowed)),
                  i, twice[i], y[i], static_cast<double>(error), static_cast<double>(allowed));
  }
  return Held();
}

}  // namespace

Outcome Idempotent(const Kernel& kernel, const Case& row, std::uint64_t) { return Projects(kernel, row); }

Outcome AlphaLimits(const Kernel& kernel, const Case& row, std::uint64_t salt) {
  Row limit = row.row();
  limit.parameters.alpha = Random(salt, HashOf("alpha_limits")).OneIn(2) ? 1 : 2;
  const Case at_limit(limit);
  const Outcome accurate = Accuracy(kernel, at_limit, salt);
  if (accurate.kind == Outcome::Kind::broken) return accurate;
  if (limit.parameters.alpha == 1) return Odds(kernel, at_limit, salt);
  // The second projection is of y itself, whatever the scale was.
  return Projects(kernel, at_limit);
}

Outcome GradientsBalance(const Kernel& kernel, const Case& row, std::uint64_t) {
  const RowBound bound = Promised(kernel, row);
  if (!bound.claimed) return Vacuous();
  const Values dx = CallOne(kernel, row.row());
  long double allowed = 0, size = 0;
  for (std::size_t i = 0; i < dx.size(); ++i) {
    allowed += BoundOf(bound, i);
    size += std::abs(static_cast<long double>(dx[i]));
  }
  allowed = allowed * kEvaluation + size * static_cast<long double>(dx.size()) * 0x1p-63L;
  const long double sum = SumOf(dx);
  if (std::abs(sum) <= allowed) return Held();
  return Broken(fmt::format("the gradients sum to {:.6g}, proved within {:.4g} of 0", static_cast<double>(sum),
                            static_cast<double>(allowed)),
                0, static_cast<double>(sum), 0, static_cast<double>(std::abs(sum)), static_cast<double>(allowed));
}

Outcome GradientsOffTheSupport(const Kernel& kernel, const Case& row, std::uint64_t salt) {
  const RowBound bound = Promised(kernel, row);
  if (!bound.claimed) return Vacuous();
  Random random(salt, HashOf("gradients_off_the_support"));
  // Some of the row leaves the support, and its dy changes.
  Row from = row.row();
  const std::size_t kept = ArgMax(from[Role::y]);
  Values& y = from[Role::y];
  std::vector<std::size_t> outside;
  for (std::size_t i = 0; i < y.size(); ++i) {
    if (i != kept && random.OneIn(3)) y[i] = 0;
    if (y[i] <= 0) outside.push_back(i);
  }
  if (outside.empty()) return Vacuous();
  const Case before(from);
  Row changed = from;
  for (const std::size_t i : outside) {
    if (random.OneIn(2)) changed[Role::dy][i] = RoundToFormat(kernel.format, 1000 * random.Normal());
  }
  const Case after(changed);
  const RowBound before_bound = Promised(kernel, before), after_bound = Promised(kernel, after);
  if (!before_bound.claimed || !after_bound.claimed) return Vacuous();
  const Values dx = CallOne(kernel, before.row()), changed_dx = CallOne(kernel, after.row());
  for (const std::size_t i : outside) {
    if (dx[i] != 0 || changed_dx[i] != 0) {
      const double got = dx[i] != 0 ? dx[i] : changed_dx[i];
      return Broken(fmt::format("dx[{}] is {:a}, though y[{}] is 0", i, got, i), i, got, 0, std::abs(got), 0);
    }
  }
  return CheckWithinBoth(before.row(), dx, before_bound, changed_dx, after_bound, "with other gradients where y is 0");
}

}  // namespace softmax_verify::checks
