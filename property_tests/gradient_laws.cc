#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "property_tests/law_checks.h"
#include "property_tests/trial.h"
#include "verify/random.h"

namespace softmax_verify::checks {
namespace {

// A number with a bound of its error.
struct Approximate {
  long double value = 0;
  long double error = 0;
};

// What is known of the exact gradient beforehand, in long double: sums of n terms err by less than n 2^-63 of their
// magnitudes.
struct Response {
  std::vector<Approximate> to_ones;  // the results for a dy of ones
  Approximate sum;                   // of the results for the row's own dy
};
Response ResponseOf(const Row& row) {
  const Values& dy = row[Role::dy];
  const std::size_t n = dy.size();
  const long double relative = static_cast<long double>(n + 2) * 0x1p-62L;
  Response response;
  response.to_ones.resize(n);
  if (!row.Has(Role::y)) return response;  // the probabilities of logits sum to 1
  const bool of_log = row.operation == Operation::log_softmax_backward;
  const auto probability = [&](std::size_t j) -> long double {
    const long double y = row[Role::y][j];
    return of_log ? std::exp(y) : y;
  };
  long double lack = 1, weight = 1, total = 0, magnitude = 0;
  for (std::size_t j = 0; j < n; ++j) {
    const long double p = probability(j), term = of_log ? dy[j] : p * dy[j];
    lack -= p;
    weight += std::abs(p);
    total += term;
    magnitude += std::abs(term);
  }
  for (std::size_t i = 0; i < n; ++i) {
    const long double p = probability(i), count = static_cast<long double>(n);
    response.to_ones[i] = of_log ? Approximate{1 - count * p, (1 + count * p) * relative}
                                 : Approximate{p * lack, std::abs(p) * weight * relative};
  }
  response.sum = {total * lack, magnitude * weight * relative};
  return response;
}

// The proved error of result i.
long double Proved(const RowBound& bound, std::size_t i) {
  return std::ldexp(static_cast<long double>(bound.ulp[i]), static_cast<int>(bound.unit[i])) * kEvaluation;
}

// |got - wanted| <= allowed; a number beyond the format counts as the infinity that it becomes, and an infinite bound
// allows a NaN too.
bool IsWithin(Format format, double got, long double wanted, long double allowed) {
  return std::isinf(allowed) || std::abs(AsNumber(format, got) - AsNumber(format, wanted)) <= allowed;
}
// Result i, or what it should be, may lie beyond the format: then it is unknown how far.
bool MayLieBeyond(Format format, const RowBound& bound, const Values& results, std::size_t i) {
  const long double size = std::abs(static_cast<long double>(results[i]));
  return size + Proved(bound, i) >= AsNumber(format, std::numeric_limits<long double>::infinity());
}

Outcome BrokenBy(const Row& row, std::size_t i, double got, long double wanted, long double allowed,
                 const std::string& what) {
  const auto exact = static_cast<double>(wanted);
  const auto error = static_cast<double>(std::abs(got - wanted));
  return Broken(fmt::format("{}: {:a} {}, where {:a} is due within {:.3g}: off by {:.3g}", NameOfResult(row, i), got,
                            what, exact, static_cast<double>(allowed), error),
                i, got, exact, error, static_cast<double>(allowed));
}

Row WithGradient(const Row& row, Values dy) {
  Row changed = row;
  changed[Role::dy] = std::move(dy);
  return changed;
}

}  // namespace

Outcome GradientSum(const Kernel& kernel, const Case& row, std::uint64_t) {
  const RowBound bound = Promised(kernel, row);
  if (!bound.claimed) return Vacuous();
  const Response response = ResponseOf(row.row());
  const Values dx = CallOne(kernel, row.row());
  long double sum = 0, magnitude = 0, allowed = response.sum.error;
  for (std::size_t i = 0; i < dx.size(); ++i) {
    if (MayLieBeyond(kernel.format, bound, dx, i)) return Vacuous();
    sum += dx[i];
    magnitude += std::abs(static_cast<long double>(dx[i]));
    allowed += Proved(bound, i);
  }
  allowed += magnitude * static_cast<long double>(dx.size()) * 0x1p-63L;
  const long double error = std::abs(sum - response.sum.value);
  if (error <= allowed) return Held();
  return Broken(fmt::format("the results sum to {:.6g}, where {:.6g} is due within {:.3g}", static_cast<double>(sum),
                            static_cast<double>(response.sum.value), static_cast<double>(allowed)),
                0, static_cast<double>(sum), static_cast<double>(response.sum.value), static_cast<double>(error),
                static_cast<double>(allowed));
}

Outcome GradientConstant(const Kernel& kernel, const Case& row, std::uint64_t salt) {
  Random random(salt, HashOf("gradient_constant"));
  const Values& dy = row.row()[Role::dy];
  const double drawn = dy[random.Below(dy.size())];
  const double level = random.OneIn(2) || drawn == 0 ? std::ldexp(1.0, static_cast<int>(random.Below(14)) - 4) : drawn;
  const Case constant(WithGradient(row.row(), Values(dy.size(), level)));
  const RowBound bound = Promised(kernel, constant);
  if (!bound.claimed) return Vacuous();
  const Response response = ResponseOf(constant.row());
  const Values dx = CallOne(kernel, constant.row());
  for (std::size_t i = 0; i < dx.size(); ++i) {
    const long double wanted = level * response.to_ones[i].value;
    const long double allowed = Proved(bound, i) + std::abs(level) * response.to_ones[i].error;
    if (IsWithin(kernel.format, dx[i], wanted, allowed)) continue;
    return BrokenBy(constant.row(), i, dx[i], wanted, allowed, fmt::format("for a constant dy of {:a}", level));
  }
  return Held();
}

Outcome GradientHomogeneous(const Kernel& kernel, const Case& row, std::uint64_t salt) {
  Random random(salt, HashOf("gradient_homogeneous"));
  const int exponent = (random.OneIn(2) ? 1 : -1) * static_cast<int>(1 + random.Below(8));
  const Role upstream = row.row().Has(Role::dy) ? Role::dy : Role::dout;
  Row scaled = row.row();
  for (double& value : scaled[upstream]) {
    const double by_power = std::ldexp(value, exponent);
    if (!IsRepresentable(kernel.format, by_power)) return Vacuous();
    value = by_power;
  }
  const RowBound bound = Promised(kernel, row);
  const Case other(std::move(scaled));
  const RowBound other_bound = Promised(kernel, other);
  if (!bound.claimed || !other_bound.claimed) return Vacuous();
  const Values dx = CallOne(kernel, row.row());
  const Values other_dx = CallOne(kernel, other.row());
  for (std::size_t i = 0; i < dx.size(); ++i) {
    if (MayLieBeyond(kernel.format, bound, dx, i)) continue;
    const long double wanted = std::ldexp(static_cast<long double>(dx[i]), exponent);
    const long double allowed = Proved(other_bound, i) + std::ldexp(Proved(bound, i), exponent);
    if (IsWithin(kernel.format, other_dx[i], wanted, allowed)) continue;
    return BrokenBy(row.row(), i, other_dx[i], wanted, allowed,
                    fmt::format("for {} times 2^{}", Name(upstream), exponent));
  }
  return Held();
}

Outcome GradientTranslation(const Kernel& kernel, const Case& row, std::uint64_t salt) {
  Random random(salt, HashOf("gradient_translation"));
  const std::optional<ExactShift> shift = ShiftExactly(kernel.format, row.row()[Role::dy], random);
  if (!shift) return Vacuous();
  const Case from(WithGradient(row.row(), shift->from));
  const Case to(WithGradient(row.row(), shift->to));
  const RowBound bound = Promised(kernel, from);
  const RowBound other_bound = Promised(kernel, to);
  if (!bound.claimed || !other_bound.claimed) return Vacuous();
  const Response response = ResponseOf(row.row());
  const Values dx = CallOne(kernel, from.row());
  const Values other_dx = CallOne(kernel, to.row());
  for (std::size_t i = 0; i < dx.size(); ++i) {
    if (MayLieBeyond(kernel.format, bound, dx, i)) continue;
    const long double wanted = dx[i] + shift->by * response.to_ones[i].value;
    const long double of_response = std::abs(shift->by) * response.to_ones[i].error;
    const long double allowed = Proved(bound, i) + Proved(other_bound, i) + of_response;
    if (IsWithin(kernel.format, other_dx[i], wanted, allowed)) continue;
    return BrokenBy(row.row(), i, other_dx[i], wanted, allowed,
                    fmt::format("for dy rounded to multiples of {:a} and shifted by {:a}", shift->quantum, shift->by));
  }
  return Held();
}

// p - q: what cross entropy does with the gradient of log-probabilities.
Outcome OneHotGradient(const Kernel& kernel, const Case& row, std::uint64_t salt) {
  Random random(salt, HashOf("one_hot_gradient"));
  const Values& y = row.row()[Role::y];
  const std::size_t target = random.Below(y.size());
  const double weight = std::ldexp(1.0, static_cast<int>(random.Below(9)) - 4);
  Values dy(y.size(), 0);
  dy[target] = -weight;
  const Case one_hot(WithGradient(row.row(), std::move(dy)));
  const RowBound bound = Promised(kernel, one_hot);
  if (!bound.claimed) return Vacuous();
  const Values dx = CallOne(kernel, one_hot.row());
  for (std::size_t i = 0; i < dx.size(); ++i) {
    const long double p = std::exp(static_cast<long double>(y[i])), q = i == target ? 1 : 0;
    const long double wanted = weight * (p - q);
    const long double allowed = Proved(bound, i) + weight * (p + q) * 0x1p-62L;
    if (IsWithin(kernel.format, dx[i], wanted, allowed)) continue;
    return BrokenBy(one_hot.row(), i, dx[i], wanted, allowed,
                    fmt::format("for dy = {:a} at {} alone", -weight, target));
  }
  return Held();
}

Outcome VanishedPassesDy(const Kernel& kernel, const Case& row, std::uint64_t salt) {
  Random random(salt, HashOf("vanished_passes_dy"));
  Row vanished = row.row();
  Values& y = vanished[Role::y];
  const std::size_t chosen = random.Below(y.size());
  for (std::size_t i = 0; i < y.size(); ++i) {
    if (i == chosen || random.OneIn(3)) y[i] = -std::numeric_limits<double>::infinity();
  }
  const Case other(std::move(vanished));
  if (!Promised(kernel, other).claimed) return Vacuous();
  const Values& dy = other.row()[Role::dy];
  const bool gradual = kernel.contract.subnormals == Contract::Subnormals::gradual;
  const Values dx = CallOne(kernel, other.row());
  for (std::size_t i = 0; i < dx.size(); ++i) {
    const bool may_be_flushed = !gradual && dx[i] == 0 && std::abs(dy[i]) < SmallestNormal(kernel.format);
    if (!std::isinf(other.row()[Role::y][i]) || dx[i] == dy[i] || may_be_flushed) continue;
    return BrokenBy(other.row(), i, dx[i], dy[i], 0, "where y is -inf");
  }
  return Held();
}

Outcome JacobianRowsSumToZero(const Kernel& kernel, const Case& row, std::uint64_t) {
  const RowBound bound = Promised(kernel, row);
  if (!bound.claimed) return Vacuous();
  const std::size_t n = row.row().GetShape().n;
  const Values jacobian = CallOne(kernel, row.row());
  for (std::size_t i = 0; i < n; ++i) {
    long double sum = 0, magnitude = 0, allowed = 0;
    for (std::size_t e = i * n; e < (i + 1) * n; ++e) {
      sum += jacobian[e];
      magnitude += std::abs(jacobian[e]);
      allowed += Proved(bound, e);
    }
    allowed += magnitude * static_cast<long double>(n) * 0x1p-62L;
    if (std::abs(sum) <= allowed) continue;
    return Broken(fmt::format("row {} sums to {:.6g}, proved {:.3g}", i, static_cast<double>(sum),
                              static_cast<double>(allowed)),
                  i * n + i, static_cast<double>(sum), 0, static_cast<double>(std::abs(sum)),
                  static_cast<double>(allowed));
  }
  return Held();
}

Outcome JacobianSymmetric(const Kernel& kernel, const Case& row, std::uint64_t) {
  const bool bits = kernel.contract.symmetric;
  const RowBound bound = bits ? RowBound() : Promised(kernel, row);
  if (!bits && !bound.claimed) return Vacuous();
  const std::size_t n = row.row().GetShape().n;
  const Values jacobian = CallOne(kernel, row.row());
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      const std::size_t e = i * n + j, mirrored = j * n + i;
      if (SameBits(jacobian[e], jacobian[mirrored])) continue;
      const long double allowed = bits ? 0 : Proved(bound, e) + Proved(bound, mirrored);
      if (std::abs(static_cast<long double>(jacobian[e]) - jacobian[mirrored]) <= allowed) continue;
      return BrokenBy(row.row(), e, jacobian[e], jacobian[mirrored], allowed, fmt::format("but [{}, {}] is not", j, i));
    }
  }
  return Held();
}

Outcome JacobianSign(const Kernel& kernel, const Case& row, std::uint64_t) {
  const RowBound bound = Promised(kernel, row);
  if (!bound.claimed) return Vacuous();
  const std::size_t n = row.row().GetShape().n;
  const Values jacobian = CallOne(kernel, row.row());
  for (std::size_t e = 0; e < jacobian.size(); ++e) {
    const bool diagonal = e / n == e % n;
    if (diagonal ? jacobian[e] >= -Proved(bound, e) : jacobian[e] <= 0) continue;
    return Broken(fmt::format("{}: {:a} {} the diagonal", NameOfResult(row.row(), e), jacobian[e],
                              diagonal ? "on" : "beside"),
                  e, jacobian[e], row.exact()[e].Approximate(), std::abs(jacobian[e]), 0);
  }
  return Held();
}

Outcome VjpIsJacobian(const Kernel& kernel, const Case& row, std::uint64_t salt) {
  const RowBound bound = Promised(kernel, row);
  if (!bound.claimed) return Vacuous();
  Random random(salt, HashOf("vjp_is_jacobian"));
  const std::size_t n = row.row().GetShape().n;
  Row vjp;
  vjp.operation = Operation::softmax_backward;
  vjp.format = kernel.format;
  vjp.x = row.row().x;
  Values& v = vjp[Role::dy];
  for (std::size_t i = 0; i < n; ++i) v.push_back(RoundToFormat(kernel.format, random.Normal()));
  const std::vector<reference::Enclosure> exact = reference::Enclose(vjp);
  const Values jacobian = CallOne(kernel, row.row());
  for (std::size_t j = 0; j < n; ++j) {
    long double sum = 0, magnitude = 0, allowed = 0;
    for (std::size_t i = 0; i < n; ++i) {
      const long double term = static_cast<long double>(v[i]) * jacobian[i * n + j];
      sum += term;
      magnitude += std::abs(term);
      allowed += std::abs(v[i]) * Proved(bound, i * n + j);
    }
    const double wanted = exact[j].Approximate();
    allowed += magnitude * static_cast<long double>(n) * 0x1p-62L + std::abs(wanted) * 0x1p-52L;
    if (std::abs(sum - wanted) <= allowed) continue;
    return Broken(fmt::format("column {} with dy = {:a}, ...: {:.9g}, where {:.9g} is due within {:.3g}", j, v[0],
                              static_cast<double>(sum), wanted, static_cast<double>(allowed)),
                  j * n + j, static_cast<double>(sum), wanted, static_cast<double>(std::abs(sum - wanted)),
                  static_cast<double>(allowed));
  }
  return Held();
}

}  // namespace softmax_verify::checks
