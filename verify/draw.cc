#include "verify/draw.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <stdexcept>
#include <string>

#include "reference/reference.h"

namespace softmax_verify {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

double ToFinite(Format format, double value) {
  return std::clamp(RoundToFormat(format, value), -Largest(format), Largest(format));
}

// --- Parameters -------------------------------------------------------------------------------------------------

// A scale or a temperature that brings the row's spread to where exponentials live, however large or small its logits
// are: differences may overflow before they are scaled, and must not.
void Tame(const Values& x, Format compute, ParameterSet free, Parameters* parameters, Random& random) {
  double least = kInfinity;
  double most = -kInfinity;
  for (const double value : x) {
    if (!std::isfinite(value)) continue;
    least = std::min(least, value);
    most = std::max(most, value);
  }
  const double half_spread = most / 2 - least / 2;
  const double wanted = std::exp(random.Uniform(-3, 5));
  const bool scale = free.Has(Parameter::scale) && (random.OneIn(2) || !free.Has(Parameter::temperature));
  const double factor = RoundToFormat(compute, scale ? wanted / half_spread : half_spread / wanted);
  if (!(factor > 0 && std::isfinite(factor))) return;
  (scale ? parameters->scale : parameters->temperature) = factor;
}

void DrawScaling(const Values& x, Format compute, ParameterSet free, Parameters* parameters, Random& random) {
  if (random.OneIn(10)) return Tame(x, compute, free, parameters, random);
  if (!random.OneIn(4)) return;
  const auto factor = [&] {
    return random.OneIn(3) ? std::ldexp(1.0, 3 - static_cast<int>(random.Below(9)))
                           : RoundToFormat(compute, std::exp(random.Uniform(-3, 2)));
  };
  const std::uint64_t which = random.Below(3);
  if (free.Has(Parameter::scale) && which != 1) parameters->scale = factor();
  if (free.Has(Parameter::temperature) && which != 0) parameters->temperature = factor();
}

// The others: those that decide how many rows there are come before the rows.
void DrawParameters(ParameterSet free, Format compute, std::size_t n, Parameters* parameters, Random& random) {
  if (free.Has(Parameter::alpha)) {
    constexpr std::array usual = {1.5, 1.5, 1.25, 2.0, 3.0, 4.0, 1.0625, 1.0};
    parameters->alpha =
        random.OneIn(3) ? RoundToFormat(compute, random.Uniform(1.01, 4)) : usual[random.Below(usual.size())];
  }
  if (free.Has(Parameter::label_smoothing) && !random.OneIn(3)) {
    parameters->label_smoothing = RoundToFormat(compute, random.OneIn(2) ? 0.1 : random.Uniform(0, 0.99));
  }
  if (free.Has(Parameter::ignore_index) && random.OneIn(2)) {
    const auto classes = static_cast<std::int64_t>(n);
    const std::int64_t outside[] = {-1, classes, std::int64_t{1} << 40};
    parameters->ignore_index =
        n == 1 || random.OneIn(4) ? outside[random.Below(3)] : static_cast<std::int64_t>(random.Below(n));
  }
  if (free.Has(Parameter::reduction)) parameters->reduction = static_cast<Reduction>(random.Below(3));
  if (free.Has(Parameter::causal)) parameters->causal = static_cast<Causal>(random.Below(3));
}

// --- Operands ---------------------------------------------------------------------------------------------------

// An upstream gradient, or values: never only the uniform one, under which most mistakes cancel.
Values DrawGradient(Format format, std::size_t count, Random& random) {
  Values values(count);
  const std::uint64_t kind = random.Below(7);
  const double level = std::exp(random.Uniform(-4, 8));
  const std::size_t chosen = count > 0 ? random.Below(count) : 0;
  for (std::size_t i = 0; i < count; ++i) {
    double value = random.Normal();
    switch (kind) {
      case 0: value = i == chosen; break;                          // one-hot
      case 1: value = level; break;                                // constant: a softmax gradient vanishes
      case 2: value += level; break;                               // a large common offset cancels
      case 3: value = (i % 2 == 0 ? level : -level); break;        // sums that cancel
      case 4: value *= std::exp(random.Uniform(-8, 8)); break;     // many sizes
      case 5: value = random.OneIn(2) ? 0 : value; break;
      default: break;
    }
    values[i] = ToFinite(format, value);
  }
  return values;
}

Values DrawMask(std::size_t m, std::size_t n, Random& random) {
  Values mask(m * n, 0);
  for (std::size_t i = 0; i < m; ++i) {
    const std::uint64_t kind = random.Below(6);
    const std::size_t edge = random.Below(n + 1);
    const std::uint64_t chances = 2 + random.Below(6);
    for (std::size_t j = 0; j < n; ++j) {
      const bool keep = kind == 0   ? true
                        : kind == 1 ? j < edge
                        : kind == 2 ? j >= edge
                        : kind == 3 ? j == std::min(edge, n - 1)
                        : kind == 4 ? !random.OneIn(chances)
                                    : random.OneIn(chances);
      if (keep) mask[i * n + j] = static_cast<double>(random.OneIn(4) ? 1 + random.Below(255) : 1);
    }
    // Now and then nothing is kept.
    if (random.OneIn(12)) std::fill_n(mask.begin() + static_cast<std::ptrdiff_t>(i * n), n, 0);
  }
  return mask;
}

Values DrawBias(Format format, std::size_t m, std::size_t n, Random& random) {
  Values bias(m * n);
  const std::uint64_t kind = random.Below(5);
  const double slope = random.Uniform(0, 0.5);
  for (std::size_t i = 0; i < bias.size(); ++i) {
    double value = 3 * random.Normal();
    if (kind == 1) value = -slope * static_cast<double>(n - i % n);  // as in ALiBi
    if (kind == 2) value = random.OneIn(3) ? -kInfinity : 0;
    if (kind == 3) value = random.OneIn(3) ? -1e4 : value;
    if (kind == 4) value += 500;
    bias[i] = std::isinf(value) ? value : ToFinite(format, value);
  }
  return bias;
}

// Classes, likely and unlikely ones, and now and then a row that is ignored.
Values DrawTargets(const Row& row, std::size_t n, Random& random) {
  Values targets(row.m);
  for (std::size_t i = 0; i < row.m; ++i) {
    const std::span<const double> x = row.Slice(Role::x, i);
    const auto top = static_cast<std::size_t>(std::max_element(x.begin(), x.end()) - x.begin());
    const std::size_t classes[] = {top % n, 0, n - 1, random.Below(n), random.Below(n)};
    targets[i] = static_cast<double>(classes[random.Below(5)]);
    if (random.OneIn(6)) targets[i] = static_cast<double>(row.parameters.ignore_index);
  }
  return targets;
}

Values DrawWeights(Format format, std::size_t n, Random& random) {
  Values weights(n);
  const bool zeros = random.OneIn(3);
  for (double& weight : weights) weight = zeros && random.OneIn(4) ? 0 : RoundToFormat(format, random.Uniform(0.1, 2));
  return weights;
}

// A mean over nothing is a matter of contract (the law of ignored rows tries it): here one target at least counts.
void KeepMean(std::size_t n, Row* row) {
  if (row->parameters.reduction != Reduction::mean) return;
  Values* const weight = row->Has(Role::weight) ? &(*row)[Role::weight] : nullptr;
  const auto ignored = static_cast<double>(row->parameters.ignore_index);
  Values& targets = (*row)[Role::targets];
  const bool counts = std::any_of(targets.begin(), targets.end(), [&](double target) {
    return target != ignored && (weight == nullptr || (*weight)[static_cast<std::size_t>(target)] > 0);
  });
  if (counts) return;
  targets[0] = ignored == 0 && n > 1 ? 1 : 0;
  if (weight != nullptr) (*weight)[static_cast<std::size_t>(targets[0])] = 1;
}

// Queries and keys with independent normal elements, or such that the scores of the first query are a row of the family.
void DrawVectors(const Family& family, std::size_t n, Row* row, Random& random) {
  const auto normal = [&](std::size_t count, double sigma) {
    Values values(count);
    for (double& value : values) value = ToFinite(row->format, sigma * random.Normal());
    return values;
  };
  (*row)[Role::q] = normal(row->m * row->d, 1);
  (*row)[Role::k] = normal(n * row->d, random.OneIn(3) ? 4 : 1);
  (*row)[Role::v] = random.OneIn(2) ? normal(n * row->d, 1) : DrawGradient(row->format, n * row->d, random);
  if (random.OneIn(2)) return;
  const Values scores = family.make(row->format, n, random);
  Values& q = (*row)[Role::q];
  Values& k = (*row)[Role::k];
  for (std::size_t c = 0; c < row->d; ++c) q[c] = c == 0 ? 1 : 0;
  for (std::size_t j = 0; j < n; ++j) k[j * row->d] = scores[j];
}

// What a masked entry holds must not matter.
void PoisonMasked(const Values& mask, Values* x, Random& random) {
  constexpr std::array poison = {kInfinity, -kInfinity, std::numeric_limits<double>::quiet_NaN(), 1e4};
  for (std::size_t i = 0; i < x->size(); ++i) {
    if (mask[i] == 0 && random.OneIn(2)) (*x)[i] = poison[random.Below(poison.size())];
  }
}

// By a tenth; exponents by a summand.
void Disturb(Format format, bool is_exponent, Values* values, Random& random) {
  for (double& value : *values) {
    if (!std::isfinite(value) || !random.OneIn(2)) continue;
    value = ToFinite(format, is_exponent ? value + random.Uniform(-1, 1) : value * random.Uniform(0.9, 1.1));
  }
}

// The results of the forward operation that a backward one takes.
void SaveResults(const Signature& signature, Row forward, Row* row, Random& random) {
  constexpr std::string_view kSuffix = "_backward";
  const std::string_view name = Name(signature.operation);
  const std::optional<Operation> operation =
      name.ends_with(kSuffix) ? ParseOperation(name.substr(0, name.size() - kSuffix.size())) : std::nullopt;
  if (!operation) throw std::logic_error(std::string(name) + " takes saved results, but is no backward of an operation");
  forward.operation = *operation;
  for (const Operand& operand : Info(*operation).operands) {
    if (operand.output) forward.outputs.Add(operand.role);
  }
  const Values results = reference::Round(forward);
  const bool disturb = random.OneIn(8);
  for (const Part& part : PartsOf(forward)) {
    if (!signature.operands.Has(part.role)) continue;
    const auto begin = results.begin() + static_cast<std::ptrdiff_t>(part.begin);
    Values& saved = (*row)[part.role] = Values(begin, begin + static_cast<std::ptrdiff_t>(part.count));
    if (disturb) Disturb(part.format, part.role == Role::lse, &saved, random);
  }
}

}  // namespace

Row Draw(const Signature& signature, const Family& family, std::size_t n, Random& random, const Parameters& parameters,
         ParameterSet fixed, std::size_t depth) {
  const OperationInfo& info = Info(signature.operation);
  const Format compute = Info(signature.format).compute;
  ParameterSet free;
  for (const ParameterInfo& parameter : kParameters) {
    if (signature.parameters.Has(parameter.parameter) && !fixed.Has(parameter.parameter)) free.Add(parameter.parameter);
  }
  RoleSet given = signature.operands;
  for (const RoleInfo& role : kRoles) {
    if (signature.nullable.Has(role.role) && random.OneIn(2)) given.Remove(role.role);
  }

  // An operation of the logits or of the saved results takes one of the two.
  const Operand* const saved = info.operands.Find(Role::y);
  if (signature.operands.Has(Role::x) && signature.operands.Has(Role::y) && !saved->output) {
    given.Add(Role::x);
    given.Add(Role::y);
    given.Remove(random.OneIn(2) ? Role::x : Role::y);
  }

  Row row;
  row.operation = signature.operation;
  row.format = signature.format;
  row.statistics = signature.statistics;
  row.parameters = parameters;
  DrawParameters(free, compute, n, &row.parameters, random);
  const bool attends = info.operands.Find(Role::q) != nullptr;
  if (attends) {
    constexpr std::array depths = {1, 2, 3, 4, 8, 16, 17, 33, 64};
    row.d = static_cast<std::size_t>(depths[random.Below(n > 200 ? 5 : depths.size())]);
    if (depth > 0) row.d = depth;
  }
  if (attends || row.parameters.causal != Causal::none || row.parameters.reduction != Reduction::none) {
    row.m = 1 + random.Below(n > 200 ? 3 : 6);
  }
  for (const Operand& operand : info.operands) {
    if (operand.output && operand.optional && given.Has(operand.role)) row.outputs.Add(operand.role);
  }

  for (std::size_t i = 0; i < row.m && !attends; ++i) {
    const Values x = family.make(signature.format, n, random);
    row.x.insert(row.x.end(), x.begin(), x.end());
  }
  if (attends) DrawVectors(family, n, &row, random);
  if (free.Has(Parameter::scale) || free.Has(Parameter::temperature)) {
    DrawScaling(row.x, compute, free, &row.parameters, random);
  }
  if (given.Has(Role::mask)) {
    row[Role::mask] = DrawMask(row.m, n, random);
    if (!row.x.empty() && random.OneIn(2)) PoisonMasked(row[Role::mask], &row.x, random);
  }
  if (given.Has(Role::bias)) row[Role::bias] = DrawBias(signature.format, row.m, n, random);
  if (given.Has(Role::targets)) row[Role::targets] = DrawTargets(row, n, random);
  if (given.Has(Role::weight)) row[Role::weight] = DrawWeights(signature.format, n, random);
  if (given.Has(Role::targets)) KeepMean(n, &row);

  const auto is_saved = [&](Role role) {
    const Operand* operand = info.operands.Find(role);
    return operand != nullptr && !operand->output && given.Has(role);
  };
  if (is_saved(Role::y) || is_saved(Role::out) || is_saved(Role::lse)) {
    SaveResults(signature, row, &row, random);
    if (!given.Has(Role::x)) row.x.clear();
  }
  for (const Operand& operand : info.operands) {
    const bool gradient = operand.role == Role::dy || operand.role == Role::dloss || operand.role == Role::dout;
    if (operand.output || !gradient || !given.Has(operand.role)) continue;
    const std::size_t count = operand.Extent({row.m, n, row.d}, row.parameters.reduction);
    row[operand.role] = DrawGradient(signature.format, count, random);
  }
  return row;
}

double WorkOf(Operation operation, std::size_t n) {
  const OperationInfo& info = Info(operation);
  double work = static_cast<double>(n);
  for (const Operand& operand : info.operands) {
    if (operand.dims == "m,n,n") return work * work;
  }
  if (info.operands.Find(Role::q) != nullptr) work *= 16;
  if (info.parameters.Has(Parameter::alpha)) work *= 8;
  return work;
}

}  // namespace softmax_verify
