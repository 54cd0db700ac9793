#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "property_tests/law_checks.h"
#include "property_tests/near_ties.h"
#include "property_tests/trial.h"
#include "verify/random.h"

namespace softmax_verify::checks {
namespace {

// A sum of doubles as an unevaluated pair, each addition good to a relative 2^-104.
struct DoubleDouble {
  double high = 0;
  double low = 0;

  void Add(double value) {
    const double sum = high + value;
    const double part = sum - high;
    low += (high - (sum - part)) + (value - part);
    high = sum + low;
    low -= high - sum;
  }
};

bool IsGradual(const Kernel& kernel) { return kernel.contract.subnormals == Contract::Subnormals::gradual; }

// What a row of n logits equal to z has for a result: 1 / n, or what its logarithms are.
long double OfEqualLogits(Operation operation, long double z, std::size_t n) {
  const long double log_count = std::log(static_cast<long double>(n));
  if (operation == Operation::log_softmax) return -log_count;
  if (operation == Operation::logsumexp) return z + log_count;
  return 1 / static_cast<long double>(n);
}
// What evaluating it in long double may lose.
long double LostOfEqualLogits(Operation operation, long double z, std::size_t n) {
  const long double log_count = std::log(static_cast<long double>(n));
  return kLogarithms.Has(operation) ? 0x1p-60L * (std::abs(z) + log_count) : 0;
}

}  // namespace

Outcome CorrectRounding(const Kernel& kernel, const Case& row, std::uint64_t salt) {
  if (!IsOrdinary(row.row().x)) return Vacuous();
  Random random(salt, HashOf("near tie"));
  std::vector<Row> rows = {row.row()};
  if (!row.row().parameters.Scales()) {
    const std::vector<Row> ladder = LadderToTie(row.row(), random);
    rows.push_back(random.OneIn(2) ? ladder.back() : ladder[random.Below(ladder.size())]);
  }
  for (const Row& tried : rows) {
    const Values y = CallOne(kernel, tried);
    const std::vector<double> nearest = reference::Round(tried);
    for (std::size_t i = 0; i < y.size(); ++i) {
      if (y[i] == nearest[i]) continue;
      return Broken(fmt::format("{} = {:a} in the row {}, which rounds to {:a}", NameOfResult(tried, i), y[i],
                                ToString(tried, 8), nearest[i]),
                    i, y[i], nearest[i], std::abs(y[i] - nearest[i]), 0);
    }
  }
  return Held();
}

Outcome Accuracy(const Kernel& kernel, const Case& row, std::uint64_t) {
  return CheckAccuracy(kernel, row, CallOne(kernel, row.row()));
}

Outcome WithParameters(const Kernel& kernel, const Case& row, std::uint64_t salt) {
  Random random(salt, HashOf("parameters"));
  const Format compute = Info(kernel.format).compute;  // in which parameters are representable
  const ParameterSet heeded = kernel.parameters;
  const auto factor = [&] {
    if (random.OneIn(3)) return std::ldexp(1.0, static_cast<int>(random.Below(9)) - 6);
    return RoundToFormat(compute, std::exp(random.Uniform(-3, 2)));
  };
  Row changed = row.row();
  Parameters& parameters = changed.parameters;
  const auto kind = random.Below(3);
  if (heeded.Has(Parameter::scale)) parameters.scale = kind != 1 ? factor() : 1;
  if (heeded.Has(Parameter::temperature)) parameters.temperature = kind != 0 ? factor() : 1;
  if (heeded.Has(Parameter::alpha)) {
    parameters.alpha =
        random.OneIn(3) ? static_cast<double>(1 + random.Below(4)) : RoundToFormat(compute, random.Uniform(1.01, 4));
  }
  if (heeded.Has(Parameter::label_smoothing)) {
    parameters.label_smoothing = random.OneIn(3) ? 0 : RoundToFormat(compute, random.Uniform(0, 0.99));
  }
  if (parameters == row.row().parameters) return Vacuous();
  return Accuracy(kernel, Case(std::move(changed)), salt);
}

Outcome SumToOne(const Kernel& kernel, const Case& row, std::uint64_t) {
  const RowBound bound = Promised(kernel, row);
  if (!bound.claimed || bound.sum >= 1) return Vacuous();
  DoubleDouble sum;
  for (const double value : CallOne(kernel, row.row())) sum.Add(value);
  const double error = std::abs((sum.high - 1) + sum.low);
  const double allowed = bound.sum * kEvaluation + static_cast<double>(row.row().x.size()) * 0x1p-100;
  if (error <= allowed) return Held();
  return Broken(fmt::format("the results sum to 1 {:+.4g}, proved {:.4g}", (sum.high - 1) + sum.low, allowed), 0,
                sum.high, 1, error, allowed);
}

Outcome Range(const Kernel& kernel, const Case& row, std::uint64_t) {
  const RowBound bound = Promised(kernel, row);
  if (!bound.claimed) return Vacuous();
  const Values y = CallOne(kernel, row.row());
  const double ulp_of_one = std::ldexp(1.0, 1 - Info(kernel.format).p);
  for (std::size_t i = 0; i < y.size(); ++i) {
    const double most = 1 + bound.ulp[i] * ulp_of_one * kEvaluation;
    if (!(y[i] >= 0 && y[i] <= most)) {
      return Broken(fmt::format("element {}: {:a} lies outside [0, {:a}]", i, y[i], most), i, y[i], 1, y[i] - 1,
                    most - 1);
    }
    const reference::Enclosure& exact = row.exact()[i];
    const double unit = std::ldexp(1.0, static_cast<int>(bound.unit[i]));
    if (y[i] == 0 && exact.Approximate() > bound.ulp[i] * kEvaluation * unit) {
      return Broken(fmt::format("element {}: 0, though {:a} cannot vanish", i, exact.Approximate()), i, 0,
                    exact.Approximate(), exact.Approximate() / unit, bound.ulp[i]);
    }
  }
  return Held();
}

Outcome FiniteInFiniteOut(const Kernel& kernel, const Case& row, std::uint64_t) {
  if (!IsFinite(row.row())) return Vacuous();
  const RowBound bound = Promised(kernel, row);
  if (!bound.claimed) return Vacuous();
  const std::vector<Format> formats = ResultFormats(row.row());
  const Values results = CallOne(kernel, row.row());
  for (std::size_t e = 0; e < results.size(); ++e) {
    const reference::Enclosure& exact = row.exact()[e];
    if (exact.kind != reference::Enclosure::Kind::finite && exact.kind != reference::Enclosure::Kind::zero) continue;
    // Whether a result next to the largest number, or beyond it, overflows is a matter of accuracy.
    const double error = std::ldexp(bound.ulp[e], static_cast<int>(bound.unit[e]));
    if (!(std::abs(exact.Approximate()) + error * kEvaluation < Largest(formats[e]))) continue;
    if (!std::isfinite(results[e])) {
      return Broken(fmt::format("{}: {} from finite operands", NameOfResult(row.row(), e), results[e]), e, results[e],
                    exact.Approximate(), results[e], 0);
    }
  }
  return Held();
}

Outcome Order(const Kernel& kernel, const Case& row, std::uint64_t) {
  if (!Promised(kernel, row).claimed) return Vacuous();
  const Values y = CallOne(kernel, row.row());
  const Values& x = row.row().x;
  const bool exact = kernel.claim.exp_monotone && kernel.contract.identical_equal_inputs;
  const std::vector<double> omega = OddsBound(kernel, row.row());
  // Below this, a kernel that flushes may do as it likes; gradual results are off by a few steps at most.
  const double low = IsGradual(kernel) ? 0 : 2 * SmallestNormal(kernel.format);
  const double steps = 6 * SmallestSubnormal(kernel.format);

  const std::vector<bool> normal = NormalTerms(kernel, row.row());
  std::vector<std::size_t> by_logit;
  for (std::size_t i = 0; i < x.size(); ++i) {
    if (kernel.claim.shifted || normal[i]) by_logit.push_back(i);
  }
  if (by_logit.size() < 2) return Vacuous();
  std::sort(by_logit.begin(), by_logit.end(), [&](std::size_t a, std::size_t b) { return x[a] < x[b]; });
  std::size_t best = by_logit.front();  // the largest result of a logit no larger than the present one
  for (const std::size_t i : by_logit) {
    const double allowed = exact ? y[i] : y[i] * std::exp(omega[i] + omega[best]) * kEvaluation + steps;
    if (!(y[best] <= allowed || y[best] <= low)) {
      return Broken(fmt::format("x[{}] = {:a} gets {:a}, though the larger x[{}] = {:a} gets only {:a}", best, x[best],
                                y[best], i, x[i], y[i]),
                    best, y[best], y[i], y[best] - y[i], allowed - y[i]);
    }
    if (y[i] >= y[best]) best = i;
  }
  return Held();
}

Outcome ArgMaxIsLargest(const Kernel& kernel, const Case& row, std::uint64_t) {
  const RowBound bound = Promised(kernel, row);
  if (!bound.claimed) return Vacuous();
  const Values y = CallOne(kernel, row.row());
  const std::size_t top = ArgMax(row.row().x);
  const double share = 1 / static_cast<double>(y.size());
  const double rounding = StorageRoundoff(kernel, kernel.format);
  const double least =
      share * std::exp(-bound.log[top] - 2 * rounding) / kEvaluation - 3 * SmallestSubnormal(kernel.format);
  const bool may_be_flushed = !IsGradual(kernel) && least < 2 * SmallestNormal(kernel.format);
  if (!(y[top] >= least) && !may_be_flushed) {
    return Broken(fmt::format("the largest logit, x[{}], gets {:a}, less than 1/n by more than is proved", top, y[top]),
                  top, y[top], share, share - y[top], share - least);
  }
  const std::vector<double> omega = OddsBound(kernel, row.row());
  const std::vector<bool> normal = NormalTerms(kernel, row.row());
  for (std::size_t i = 0; i < y.size(); ++i) {
    if (!kernel.claim.shifted && !normal[i]) continue;
    const double allowed =
        y[top] * std::exp(omega[i] + omega[top]) * kEvaluation + 6 * SmallestSubnormal(kernel.format);
    if (y[i] > allowed && (IsGradual(kernel) || y[i] > 2 * SmallestNormal(kernel.format))) {
      return Broken(
          fmt::format("element {} gets {:a}, more than {:a} of the largest logit, x[{}]", i, y[i], y[top], top), i,
          y[i], y[top], y[i] - y[top], allowed - y[top]);
    }
  }
  return Held();
}

Outcome Odds(const Kernel& kernel, const Case& row, std::uint64_t) {
  if (!Promised(kernel, row).claimed) return Vacuous();
  const Values y = CallOne(kernel, row.row());
  const std::vector<double> omega = OddsBound(kernel, row.row());
  const std::vector<bool> normal = NormalTerms(kernel, row.row());
  const double least = 2 * SmallestNormal(kernel.format);
  const auto informative = [&](std::size_t i) { return y[i] >= least && std::isfinite(y[i]) && normal[i]; };
  const std::size_t top = ArgMax(row.row().x);
  if (!informative(top)) return Vacuous();
  std::size_t compared = 0;
  for (std::size_t i = 0; i < y.size(); ++i) {
    if (i == top || !informative(i)) continue;
    ++compared;
    const long double difference = Distance(row.row(), i, top);
    const long double odds = std::log(static_cast<long double>(y[i]) / y[top]);
    const long double error = std::abs(odds - difference);
    const long double allowed = (omega[i] + omega[top]) * kEvaluation + (1 - difference) * 0x1p-60L;
    if (error > allowed) {
      return Broken(fmt::format("ln(y[{0}] / y[{1}]) is off x[{0}] - x[{1}] by {2:.4g}, proved {3:.4g}", i, top,
                                static_cast<double>(error), static_cast<double>(allowed)),
                    i, y[i], static_cast<double>(y[top] * std::exp(difference)), static_cast<double>(error),
                    static_cast<double>(allowed));
    }
  }
  return compared > 0 ? Held() : Vacuous();
}

Outcome UniformRow(const Kernel& kernel, const Case& row, std::uint64_t salt) {
  const Values x = FiniteLogits(row.row());
  const double value = x[Random(salt, HashOf("uniform")).Below(x.size())];
  const Case uniform(WithLogits(row.row(), Values(x.size(), value)));
  const RowBound bound = Promised(kernel, uniform);
  if (!bound.claimed) return Vacuous();
  const long double z = ScaledLogit(uniform.row(), 0);
  const long double exact = OfEqualLogits(kernel.operation, z, x.size());
  const long double lost = LostOfEqualLogits(kernel.operation, z, x.size());
  const Values y = CallOne(kernel, uniform.row());
  for (std::size_t i = 0; i < y.size(); ++i) {
    Outcome outcome =
        CheckValue(uniform.row(), i, y[i], exact, BoundOf(bound, i) + lost, "a row of equal logits");
    if (outcome.kind == Outcome::Kind::broken) return outcome;
  }
  return Held();
}

Outcome OneElement(const Kernel& kernel, const Case& row, std::uint64_t salt) {
  const Values x = FiniteLogits(row.row());
  const double value = x[Random(salt, HashOf("one_element")).Below(x.size())];
  return UniformRow(kernel, Case(WithLogits(row.row(), {value})), salt);
}

Outcome EveryPosition(const Kernel& kernel, const Case& row, std::uint64_t salt) {
  Random random(salt, HashOf("every_position"));
  const std::size_t n = row.row().x.size();
  const double base = FiniteLogits(row.row())[random.Below(n)];
  const double steps[] = {0.5, 3, 30, 300};
  const double peak = RoundToFormat(kernel.format, base + steps[random.Below(4)]);
  if (std::isinf(peak)) return Vacuous();
  bool informative = false;
  const auto try_position = [&](std::size_t position) {
    Values x(n, base);
    x[position] = peak;
    Outcome outcome = Accuracy(kernel, Case(WithLogits(row.row(), std::move(x))), salt);
    informative |= outcome.kind == Outcome::Kind::held;
    return outcome;
  };
  for (std::size_t trial = 0; trial < std::min<std::size_t>(n, 6); ++trial) {
    const std::size_t position = trial < 4 ? n - 1 - trial : random.Below(n);
    Outcome outcome = try_position(position);
    if (outcome.kind == Outcome::Kind::broken) {
      outcome.violation->what =
          fmt::format("{} logits {:a} and {:a} at {}: {}", n - 1, base, peak, position, outcome.violation->what);
      return outcome;
    }
  }
  return informative ? Held() : Vacuous();
}

Outcome ColdLimit(const Kernel& kernel, const Case& row, std::uint64_t) {
  const FormatInfo& compute = Info(Info(kernel.format).compute);
  const Values x = FiniteLogits(row.row());
  const double maximum = *std::max_element(x.begin(), x.end());
  double second = -std::numeric_limits<double>::infinity();
  double magnitude = std::abs(maximum);
  for (const double value : x) {
    if (value < maximum) second = std::max(second, value);
    magnitude = std::max(magnitude, std::abs(value));
  }
  // The temperature, a power of two, at which every other exponential is less than 2^-100 of the least number.
  const double distance = std::isfinite(second) ? maximum - second : 1;
  const double wanted = 100 - 1.1 * std::log(SmallestSubnormal(kernel.claim.compute));
  const int exponent = std::isfinite(distance) && distance > 0 ? std::ilogb(distance / wanted) : 0;
  if (exponent < compute.emin || exponent > compute.emax) return Vacuous();
  const double temperature = std::ldexp(1.0, exponent);
  if (static_cast<long double>(magnitude) / temperature > Largest(kernel.claim.compute)) return Vacuous();
  Row cold = WithLogits(row.row(), x);
  cold.parameters.scale = 1;
  cold.parameters.temperature = temperature;
  const Case limit(std::move(cold));
  const RowBound bound = Promised(kernel, limit);
  if (!bound.claimed) return Vacuous();
  const auto tied = static_cast<std::size_t>(std::count(x.begin(), x.end(), maximum));
  const long double z = ScaledLogit(limit.row(), ArgMax(x));
  const long double exact = OfEqualLogits(kernel.operation, z, tied);
  const long double next_to_nothing = 0x1p-10L * SmallestSubnormal(kernel.format);
  const Values y = CallOne(kernel, limit.row());
  for (std::size_t i = 0; i < y.size(); ++i) {
    long double value = exact;
    long double lost = LostOfEqualLogits(kernel.operation, z, tied) + next_to_nothing;
    if (kernel.operation == Operation::log_softmax) {
      const long double distance = Distance(limit.row(), ArgMax(x), i);
      value -= distance;
      lost += 0x1p-60L * distance;
    } else if (kernel.operation != Operation::logsumexp && x[i] != maximum) {
      value = next_to_nothing;
    }
    Outcome outcome = CheckValue(limit.row(), i, y[i], value, BoundOf(bound, i) + lost, "temperature towards 0");
    if (outcome.kind == Outcome::Kind::broken) return outcome;
  }
  return Held();
}

Outcome HotLimit(const Kernel& kernel, const Case& row, std::uint64_t) {
  const Values x = FiniteLogits(row.row());
  const auto [least, most] = std::minmax_element(x.begin(), x.end());
  const double spread = *most - *least;
  const int exponent = spread > 0 && std::isfinite(spread) ? std::ilogb(spread) + Info(kernel.format).p + 4 : 0;
  const FormatInfo& compute = Info(Info(kernel.format).compute);
  if (exponent < compute.emin || exponent > compute.emax || std::isinf(spread)) return Vacuous();
  Row hot = WithLogits(row.row(), x);
  hot.parameters.scale = 1;
  hot.parameters.temperature = std::ldexp(1.0, exponent);
  const Case limit(std::move(hot));
  const RowBound bound = Promised(kernel, limit);
  if (!bound.claimed) return Vacuous();
  const Values y = CallOne(kernel, limit.row());
  const long double z = ScaledLogit(limit.row(), ArgMax(x));
  const long double exact = OfEqualLogits(kernel.operation, z, x.size());
  const long double sigma = static_cast<long double>(spread) / limit.row().parameters.temperature;
  const long double away = kLogarithms.Has(kernel.operation)
                               ? sigma + LostOfEqualLogits(kernel.operation, z, x.size())
                               : exact * std::expm1(sigma);
  for (std::size_t i = 0; i < y.size(); ++i) {
    Outcome outcome = CheckValue(limit.row(), i, y[i], exact, BoundOf(bound, i) + away, "temperature towards infinity");
    if (outcome.kind == Outcome::Kind::broken) return outcome;
  }
  return Held();
}

}  // namespace softmax_verify::checks
