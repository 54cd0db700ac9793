#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <span>
#include <string>
#include <utility>

#include "property_tests/law_checks.h"
#include "property_tests/trial.h"
#include "verify/random.h"

namespace softmax_verify::checks {
namespace {

// What evaluating a law in long double may lose, relative to the numbers in it.
constexpr long double kLost = 0x1p-60L;

long double ScaleOf(const Row& row) {
  return static_cast<long double>(row.parameters.scale) / row.parameters.temperature;
}

// The one result of logsumexp for a row, and its bound; nothing where nothing is promised, or where it may overflow: an
// infinity obeys no law.
struct Computed {
  double lse = 0;
  long double bound = 0;
};
std::optional<Computed> ComputeLse(const Kernel& kernel, const Case& row) {
  const RowBound bound = Promised(kernel, row);
  const double exact = row.exact()[0].Approximate();
  if (!bound.claimed || std::abs(exact) > Largest(kernel.statistics) / 2) return std::nullopt;
  return Computed{CallOne(kernel, row.row())[0], BoundOf(bound, 0)};
}
std::optional<Computed> ComputeLse(const Kernel& kernel, Row row) { return ComputeLse(kernel, Case(std::move(row))); }

// low <= got <= high, within `allowed`.
Outcome CheckBetween(const Row& row, std::size_t e, double got, long double low, long double high,
                     long double allowed, const std::string& what) {
  const long double nearest = std::clamp<long double>(got, std::min(low, high), high);
  return CheckValue(row, e, got, nearest, allowed, what);
}

// Logits moved by up to a few units in `moved`, finite ones only, upwards where `upwards`: about one in `chances`.
Row MoveSome(const Row& row, std::uint64_t chances, bool upwards, Random& random) {
  Row moved = row;
  const double step = std::exp(random.Uniform(-4, 3)) / static_cast<double>(ScaleOf(row));
  for (double& x : moved.x) {
    if (!std::isfinite(x) || !random.OneIn(chances)) continue;
    const double to = RoundToFormat(row.format, x + step * random.Uniform(upwards ? 0 : -1, 1));
    if (std::isfinite(to)) x = upwards ? std::max(x, to) : to;
  }
  return moved;
}

}  // namespace

Outcome LogExpConsistency(const Kernel& kernel, const Case& row, std::uint64_t) {
  const RowBound bound = Promised(kernel, row);
  if (!bound.claimed) return Vacuous();
  const Values y = CallOne(kernel, row.row());
  long double sum = 0;
  long double allowed = static_cast<long double>(y.size()) * kLost;
  for (std::size_t i = 0; i < y.size(); ++i) {
    const long double exact = row.exact()[i].Approximate();
    sum += std::exp(static_cast<long double>(y[i]));
    if (std::isfinite(exact)) allowed += std::exp(exact + BoundOf(bound, i)) - std::exp(exact);
  }
  if (!(allowed < 1)) return Vacuous();
  const long double error = std::abs(sum - 1);
  if (error <= allowed) return Held();
  return Broken(fmt::format("the exponentials of the results sum to 1 {:+.4g}, proved {:.4g}",
                            static_cast<double>(sum - 1), static_cast<double>(allowed)),
                0, static_cast<double>(sum), 1, static_cast<double>(error), static_cast<double>(allowed));
}

Outcome LogRange(const Kernel& kernel, const Case& row, std::uint64_t) {
  const RowBound bound = Promised(kernel, row);
  if (!bound.claimed) return Vacuous();
  const Values& x = row.row().x;
  const Values y = CallOne(kernel, row.row());
  const auto finite = std::count_if(x.begin(), x.end(), [](double v) { return std::isfinite(v); });
  const long double log_count = std::log(static_cast<long double>(finite));
  const std::size_t top = ArgMax(x);
  for (std::size_t i = 0; i < y.size(); ++i) {
    if (!std::isfinite(x[i])) continue;
    const long double high = Distance(row.row(), i, top);
    const long double allowed = BoundOf(bound, i) + kLost * (log_count - high);
    Outcome outcome = CheckBetween(row.row(), i, y[i], high - log_count, high, allowed, "its distance to the maximum");
    if (outcome.kind != Outcome::Kind::held) return outcome;
  }
  return Held();
}

Outcome LseBounds(const Kernel& kernel, const Case& row, std::uint64_t) {
  const std::optional<Computed> got = ComputeLse(kernel, row);
  if (!got) return Vacuous();
  const Values& x = row.row().x;
  const auto finite = std::count_if(x.begin(), x.end(), [](double v) { return std::isfinite(v); });
  const long double log_count = std::log(static_cast<long double>(finite));
  const long double maximum = ScaledLogit(row.row(), ArgMax(x));
  return CheckBetween(row.row(), 0, got->lse, maximum, maximum + log_count,
                      got->bound + kLost * (std::abs(maximum) + log_count), "the largest logit");
}

Outcome LseTranslation(const Kernel& kernel, const Case& row, std::uint64_t salt) {
  Random random(salt, HashOf("lse_translation"));
  const std::optional<ExactShift> shift = ShiftExactly(kernel.format, row.row().x, random);
  if (!shift) return Vacuous();
  const Row shifted = WithLogits(row.row(), shift->to);
  const std::optional<Computed> from = ComputeLse(kernel, WithLogits(row.row(), shift->from));
  const std::optional<Computed> to = ComputeLse(kernel, shifted);
  if (!from || !to) return Vacuous();
  const long double by = shift->by * ScaleOf(row.row());
  return CheckValue(shifted, 0, to->lse, from->lse + by, from->bound + to->bound + kLost * std::abs(by),
                    fmt::format("a shift by {:a}", shift->by));
}

Outcome LseLipschitz(const Kernel& kernel, const Case& row, std::uint64_t salt) {
  Random random(salt, HashOf("lse_lipschitz"));
  const Row raised = MoveSome(row.row(), 1 + random.Below(4), true, random);
  const std::optional<Computed> before = ComputeLse(kernel, row);
  const std::optional<Computed> after = ComputeLse(kernel, raised);
  if (!before || !after) return Vacuous();
  long double most = 0;
  for (std::size_t i = 0; i < raised.x.size(); ++i) {
    if (!std::isfinite(raised.x[i])) continue;
    most = std::max(most, (static_cast<long double>(raised.x[i]) - row.row().x[i]) * ScaleOf(raised));
  }
  return CheckBetween(raised, 0, after->lse, before->lse, before->lse + most,
                      before->bound + after->bound + kLost * most, "raising some logits");
}

Outcome LseGradient(const Kernel& kernel, const Case& row, std::uint64_t salt) {
  Random random(salt, HashOf("lse_gradient"));
  const Row moved = MoveSome(row.row(), 1 + random.Below(4), false, random);
  const std::optional<Computed> before = ComputeLse(kernel, row);
  const std::optional<Computed> after = ComputeLse(kernel, moved);
  if (!before || !after) return Vacuous();
  // <softmax(x), step>, the softmax exact.
  long double lost = 0;
  const auto slope = [&](Row at) {
    at.operation = Operation::softmax;
    const Case softmax(std::move(at));
    long double sum = 0;
    for (std::size_t i = 0; i < moved.x.size(); ++i) {
      if (!std::isfinite(moved.x[i])) continue;
      const long double step = (static_cast<long double>(moved.x[i]) - row.row().x[i]) * ScaleOf(moved);
      const long double term = softmax.exact()[i].Approximate() * step;
      sum += term;
      lost += 0x1p-51L * std::abs(term);
    }
    return sum;
  };
  const long double least = slope(row.row());
  const long double most = slope(moved);
  return CheckBetween(moved, 0, after->lse, before->lse + least, before->lse + most,
                      before->bound + after->bound + lost, "its gradient, the softmax at both ends,");
}

Outcome LseMerge(const Kernel& kernel, const Case& row, std::uint64_t salt) {
  const Values& x = row.row().x;
  if (x.size() < 2) return Vacuous();
  Random random(salt, HashOf("lse_merge"));
  const auto middle = x.begin() + static_cast<std::ptrdiff_t>(1 + random.Below(x.size() - 1));
  const std::optional<Computed> whole = ComputeLse(kernel, row);
  const std::optional<Computed> left = ComputeLse(kernel, WithLogits(row.row(), Values(x.begin(), middle)));
  const std::optional<Computed> right = ComputeLse(kernel, WithLogits(row.row(), Values(middle, x.end())));
  if (!whole || !left || !right) return Vacuous();
  const long double larger = std::max(left->lse, right->lse);
  const long double merged = larger + std::log1p(std::exp(std::min(left->lse, right->lse) - larger));
  return CheckValue(row.row(), 0, whole->lse, merged,
                    whole->bound + std::max(left->bound, right->bound) + kLost * (1 + std::abs(merged)),
                    fmt::format("merging the parts of {} and {}", middle - x.begin(), x.end() - middle));
}

Outcome Duplication(const Kernel& kernel, const Case& row, std::uint64_t salt) {
  Random random(salt, HashOf("duplication"));
  const std::size_t copies = 2 + random.Below(3);
  const std::size_t n = row.row().x.size();
  Values x;
  for (std::size_t c = 0; c < copies; ++c) x.insert(x.end(), row.row().x.begin(), row.row().x.end());
  const Case copied(WithLogits(row.row(), std::move(x)));
  const RowBound bound = Promised(kernel, row);
  const RowBound copied_bound = Promised(kernel, copied);
  if (!bound.claimed || !copied_bound.claimed) return Vacuous();
  const Values once = CallOne(kernel, row.row());
  const Values often = CallOne(kernel, copied.row());
  const long double log_copies = std::log(static_cast<long double>(copies));
  const long double more = kernel.operation == Operation::logsumexp ? log_copies : -log_copies;
  for (std::size_t e = 0; e < often.size(); ++e) {
    const std::size_t i = once.size() == 1 ? 0 : e % n;
    const long double lost = std::isinf(once[i]) ? 0 : kLost * (1 + std::abs(once[i]));
    Outcome outcome = CheckValue(copied.row(), e, often[e], once[i] + more,
                                 BoundOf(bound, i) + BoundOf(copied_bound, e) + lost,
                                 fmt::format("repeating the row {} times", copies));
    if (outcome.kind != Outcome::Kind::held) return outcome;
  }
  return Held();
}

}  // namespace softmax_verify::checks
