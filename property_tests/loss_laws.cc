#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <numeric>
#include <string>
#include <utility>

#include "property_tests/law_checks.h"
#include "property_tests/trial.h"
#include "verify/random.h"

namespace softmax_verify::checks {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

// The proved error of result e.
long double Proved(const RowBound& bound, std::size_t e) {
  return std::ldexp(static_cast<long double>(bound.ulp[e]), static_cast<int>(bound.unit[e])) * kEvaluation;
}

Outcome BrokenBy(const Row& row, std::size_t e, double got, long double wanted, long double allowed,
                 const std::string& what) {
  const auto exact = static_cast<double>(wanted);
  const auto error = static_cast<double>(std::abs(got - wanted));
  return Broken(fmt::format("{}: {:a} {}, where {:a} is due within {:.3g}: off by {:.3g}", NameOfResult(row, e), got,
                            what, exact, static_cast<double>(allowed), error),
                e, got, exact, error, static_cast<double>(allowed));
}

bool IsIgnored(const Row& row, std::size_t i) {
  return row[Role::targets][i] == static_cast<double>(row.parameters.ignore_index);
}
long double WeightOf(const Row& row, std::size_t k) { return row.Has(Role::weight) ? row[Role::weight][k] : 1; }
std::size_t TargetOf(const Row& row, std::size_t i) { return static_cast<std::size_t>(row[Role::targets][i]); }

// The first row by itself, with logits and target of the law's own, and not ignored.
Row OneRow(const Row& row, Values x, std::size_t target) {
  Row one = RepeatRows(row, 1);
  one.parameters.reduction = Reduction::none;
  if (one.Has(Role::dloss)) one[Role::dloss].resize(1);
  one.x = std::move(x);
  one[Role::targets] = {static_cast<double>(target)};
  one.parameters.ignore_index = -100;
  return one;
}

}  // namespace

Outcome LossOfTies(const Kernel& kernel, const Case& given, std::uint64_t salt) {
  Random random(salt, HashOf("loss_of_ties"));
  const std::size_t n = given.row().GetShape().n;
  const double offsets[] = {FiniteLogits(given.row())[random.Below(n)], 1e8, -1e5, 3e4, 0};
  const double level = std::clamp(RoundToFormat(kernel.format, offsets[random.Below(5)]), -Largest(kernel.format),
                                  Largest(kernel.format));
  const std::size_t target = random.Below(n);
  Row tie = OneRow(given.row(), Values(n, level), target);
  if (!kernel.parameters.Has(Parameter::label_smoothing) || random.OneIn(2)) {
    // Without smoothing other classes may be at -inf.
    tie.parameters.label_smoothing = 0;
    for (std::size_t k = 0; k < n; ++k) {
      if (k != target && random.OneIn(3)) tie.x[k] = -kInfinity;
    }
  }
  const long double e = tie.parameters.label_smoothing;
  long double coefficients = (1 - e) * WeightOf(tie, target);
  for (std::size_t k = 0; k < n; ++k) coefficients += e * WeightOf(tie, k) / static_cast<long double>(n);
  const auto tied = static_cast<long double>(std::count(tie.x.begin(), tie.x.end(), level));
  const long double wanted = coefficients * std::log(tied);

  const Case row(std::move(tie));
  const RowBound bound = Promised(kernel, row);
  if (!bound.claimed) return Vacuous();
  const Values loss = CallOne(kernel, row.row());
  const long double allowed = Proved(bound, 0) + wanted * static_cast<long double>(n + 8) * 0x1p-62L;
  if (std::abs(loss[0] - wanted) <= allowed) return Held();
  return BrokenBy(row.row(), 0, loss[0], wanted, allowed,
                  fmt::format("for {} classes tied at {:a}", static_cast<double>(tied), level));
}

Outcome IgnoredRows(const Kernel& kernel, const Case& given, std::uint64_t salt) {
  Random random(salt, HashOf("ignored_rows"));
  const std::size_t n = given.row().GetShape().n;
  Row kept = given.row();
  // One that is no class, or a class: then the rows whose target it is get another.
  const double choices[] = {-100, -1, static_cast<double>(n), static_cast<double>(random.Below(n))};
  const double ignored = choices[random.Below(n > 1 ? 4 : 3)];
  for (std::size_t i = 0; i < kept.m; ++i) {
    double& target = kept[Role::targets][i];
    if (IsIgnored(given.row(), i)) target = static_cast<double>(random.Below(n));
    if (target == ignored) target = target == 0 ? 1 : target - 1;
  }
  kept.parameters.ignore_index = static_cast<std::int64_t>(ignored);

  // One or two ignored rows among them, with whatever logits; now and then nothing else.
  const bool all = random.OneIn(5);
  std::vector<std::size_t> from;  // of each row: which of those kept; kept.m where it is ignored
  for (std::size_t i = 0; i < kept.m && !all; ++i) from.push_back(i);
  for (std::uint64_t count = 1 + random.Below(2); count > 0; --count) {
    from.insert(from.begin() + static_cast<std::ptrdiff_t>(random.Below(from.size() + 1)), kept.m);
  }
  Row row = RepeatRows(kept, from.size());
  const double contents[] = {kNaN, kInfinity, -kInfinity, 0};
  for (std::size_t i = 0; i < row.m; ++i) {
    const bool is_ignored = from[i] == kept.m;
    for (std::size_t j = 0; j < n; ++j) row.x[i * n + j] = is_ignored ? 0 : kept.x[from[i] * n + j];
    row[Role::targets][i] = is_ignored ? ignored : kept[Role::targets][from[i]];
    if (row.Has(Role::dloss) && row.parameters.reduction == Reduction::none) {
      row[Role::dloss][i] = is_ignored ? 1 : kept[Role::dloss][from[i]];
    }
    if (!is_ignored) continue;
    const double content = contents[random.Below(4)];
    for (std::size_t j = 0; j < n; ++j) {
      if (random.OneIn(2)) row.x[i * n + j] = content;
    }
  }

  const Case more(std::move(row));
  const Values results = CallOne(kernel, more.row());
  const bool is_gradient = Info(kernel.operation).operands.Find(Role::dx) != nullptr;
  const bool reduces = !is_gradient && more.row().parameters.reduction != Reduction::none;
  const std::size_t each = results.size() / (reduces ? 1 : more.row().m);
  if (reduces && all) {
    // The sum of nothing is 0, its mean 0 / 0: NaN, or by convention 0.
    const bool mean = more.row().parameters.reduction == Reduction::mean;
    if (SameBits(results[0], 0) || (mean && std::isnan(results[0]))) return Held();
    return Broken(fmt::format("{} of ignored rows alone: {:a}", mean ? "mean" : "sum", results[0]), 0, results[0], 0,
                  std::abs(results[0]), 0);
  }
  for (std::size_t e = 0; e < results.size() && !reduces; ++e) {
    if (from[e / each] == kept.m && !SameBits(results[e], 0)) {
      return Broken(fmt::format("{}: {:a}, though the row is ignored; +0 is due", NameOfResult(more.row(), e), results[e]),
                    e, results[e], 0, std::abs(results[e]), 0);
    }
  }
  if (all) return Held();

  const Case without(std::move(kept));
  const RowBound bound = Promised(kernel, more);
  const RowBound bound_without = Promised(kernel, without);
  if (!bound.claimed || !bound_without.claimed) return reduces ? Vacuous() : Held();
  Values matched;
  RowBound matched_bound;
  matched_bound.claimed = true;
  for (std::size_t e = 0; e < results.size(); ++e) {
    if (!reduces && from[e / each] == without.row().m) continue;
    matched.push_back(results[e]);
    matched_bound.unit.push_back(bound.unit[e]);
    matched_bound.ulp.push_back(bound.ulp[e]);
  }
  return CheckWithinBoth(without.row(), CallOne(kernel, without.row()), bound_without, matched, matched_bound,
                         "with ignored rows among the others");
}

Outcome ReducedLoss(const Kernel& kernel, const Case& given, std::uint64_t salt) {
  Random random(salt, HashOf("reduced_loss"));
  Row rows = given.row();
  const std::size_t n = rows.GetShape().n;
  if (rows.m == 1) {
    rows = RepeatRows(rows, 2 + random.Below(4));
    for (double& target : rows[Role::targets]) {
      target = static_cast<double>(random.OneIn(5) ? rows.parameters.ignore_index
                                                   : static_cast<std::int64_t>(random.Below(n)));
    }
  }
  Row each = rows;
  each.parameters.reduction = Reduction::none;
  rows.parameters.reduction = random.OneIn(2) ? Reduction::sum : Reduction::mean;
  long double weight = rows.parameters.reduction == Reduction::sum ? 1 : 0;
  for (std::size_t i = 0; i < rows.m && rows.parameters.reduction == Reduction::mean; ++i) {
    if (!IsIgnored(rows, i)) weight += WeightOf(rows, TargetOf(rows, i));
  }
  const Case reduced(std::move(rows));
  const Case single(std::move(each));
  const RowBound bound = Promised(kernel, reduced);
  const RowBound bounds = Promised(kernel, single);
  if (!bound.claimed || !bounds.claimed) return Vacuous();
  const Values loss = CallOne(kernel, reduced.row());
  const Values losses = CallOne(kernel, single.row());
  long double sum = 0, allowed = 0;
  for (std::size_t i = 0; i < losses.size(); ++i) {
    sum += losses[i];
    allowed += Proved(bounds, i);
  }
  const long double wanted = sum / weight;
  allowed = allowed / weight + Proved(bound, 0) + std::abs(wanted) * static_cast<long double>(losses.size()) * 0x1p-62L;
  // Infinite, by the logits or by the format.
  if (!(std::abs(wanted) + allowed < Largest(kernel.statistics))) return Vacuous();
  if (std::abs(loss[0] - wanted) <= allowed) return Held();
  return BrokenBy(reduced.row(), 0, loss[0], wanted, allowed, "from losses that the kernel gives one by one");
}

Outcome LossIsNotNegative(const Kernel& kernel, const Case& row, std::uint64_t) {
  const RowBound bound = Promised(kernel, row);
  if (!bound.claimed) return Vacuous();
  const Values loss = CallOne(kernel, row.row());
  for (std::size_t i = 0; i < loss.size(); ++i) {
    if (loss[i] >= -Proved(bound, i)) continue;
    return BrokenBy(row.row(), i, loss[i], 0, Proved(bound, i), "where no loss is negative");
  }
  return Held();
}

Outcome LossIsAffineInSmoothing(const Kernel& kernel, const Case& given, std::uint64_t salt) {
  Random random(salt, HashOf("loss_is_affine_in_smoothing"));
  // A short row: there is a call for every class.
  std::vector<std::size_t> columns(std::min<std::size_t>(given.row().GetShape().n, 12));
  std::iota(columns.begin(), columns.end(), std::size_t{0});
  const Row cut = WithColumns(given.row(), columns);
  const std::size_t n = columns.size();
  Values x = FiniteLogits(cut);
  x.resize(n);
  Row smoothed = OneRow(cut, std::move(x), random.Below(n));
  double& e = smoothed.parameters.label_smoothing;
  if (e == 0) e = RoundToFormat(Info(kernel.format).compute, random.Uniform(0, 0.99));
  const std::size_t target = TargetOf(smoothed, 0);

  // For every class a row with it as target, without smoothing.
  Row hard = RepeatRows(smoothed, n);
  hard.parameters.label_smoothing = 0;
  for (std::size_t k = 0; k < n; ++k) hard[Role::targets][k] = static_cast<double>(k);
  const long double smoothing = e;
  const Case soft_row(std::move(smoothed));
  const Case hard_rows(std::move(hard));
  const RowBound bound = Promised(kernel, soft_row);
  const RowBound bounds = Promised(kernel, hard_rows);
  if (!bound.claimed || !bounds.claimed) return Vacuous();
  const Values loss = CallOne(kernel, soft_row.row());
  const Values losses = CallOne(kernel, hard_rows.row());
  long double wanted = (1 - smoothing) * losses[target];
  long double allowed = (1 - smoothing) * Proved(bounds, target) + Proved(bound, 0);
  for (std::size_t k = 0; k < n; ++k) {
    wanted += smoothing / static_cast<long double>(n) * losses[k];
    allowed += smoothing / static_cast<long double>(n) * Proved(bounds, k);
  }
  allowed += std::abs(wanted) * 0x1p-58L;
  if (!(std::abs(wanted) + allowed < Largest(kernel.statistics))) return Vacuous();
  if (std::abs(loss[0] - wanted) <= allowed) return Held();
  return BrokenBy(soft_row.row(), 0, loss[0], wanted, allowed, "from the losses of single classes");
}

Outcome GradientOfLossSumsToZero(const Kernel& kernel, const Case& row, std::uint64_t) {
  const RowBound bound = Promised(kernel, row);
  if (!bound.claimed) return Vacuous();
  const Values dx = CallOne(kernel, row.row());
  const std::size_t n = row.row().GetShape().n;
  bool informative = false;
  for (std::size_t i = 0; i < row.row().m; ++i) {
    long double sum = 0, magnitude = 0, allowed = 0;
    for (std::size_t e = i * n; e < (i + 1) * n; ++e) {
      sum += dx[e];
      magnitude += std::abs(static_cast<long double>(dx[e]));
      allowed += Proved(bound, e);
    }
    allowed += magnitude * static_cast<long double>(n) * 0x1p-63L;
    informative = informative || magnitude > 0;
    if (std::abs(sum) <= allowed || !std::isfinite(magnitude)) continue;
    return Broken(fmt::format("the gradient of row {} sums to {:.4g}, proved {:.4g}", i, static_cast<double>(sum),
                              static_cast<double>(allowed)),
                  i * n, static_cast<double>(sum), 0, static_cast<double>(std::abs(sum)), static_cast<double>(allowed));
  }
  return informative ? Held() : Vacuous();
}

Outcome SignsOfLossGradient(const Kernel& kernel, const Case& given, std::uint64_t) {
  Row hard = given.row();
  hard.parameters.label_smoothing = 0;
  const Case row(std::move(hard));
  const RowBound bound = Promised(kernel, row);
  if (!bound.claimed) return Vacuous();
  const Values dx = CallOne(kernel, row.row());
  const Values& dloss = row.row()[Role::dloss];
  const bool reduces = row.row().parameters.reduction != Reduction::none;
  const std::size_t n = row.row().GetShape().n;
  bool informative = false;
  for (std::size_t i = 0; i < row.row().m; ++i) {
    if (IsIgnored(row.row(), i)) continue;
    informative = true;
    const double upstream = dloss.empty() ? 1 : dloss[reduces ? 0 : i];
    for (std::size_t j = 0; j < n; ++j) {
      const std::size_t e = i * n + j;
      const bool is_target = j == TargetOf(row.row(), i);
      const double forward = std::copysign(dx[e], dx[e] * upstream);  // positive where raising x_j raises the loss
      if (is_target ? forward <= Proved(bound, e) : forward >= 0) continue;
      return BrokenBy(row.row(), e, dx[e], 0, is_target ? Proved(bound, e) : 0,
                      is_target ? "raises the loss with the target's logit" : "lowers the loss with another logit");
    }
  }
  return informative ? Held() : Vacuous();
}

}  // namespace softmax_verify::checks
