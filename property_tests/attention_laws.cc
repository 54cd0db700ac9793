// Laws of attention: what its results are in closed form, and rows of keys that say the same.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "property_tests/law_checks.h"
#include "property_tests/trial.h"
#include "verify/mask.h"
#include "verify/random.h"

namespace softmax_verify::checks {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

// Where the results of query i lie among all of them.
struct Places {
  std::size_t d;
  std::size_t lse;  // of query 0
  std::size_t Out(std::size_t i, std::size_t c) const { return i * d + c; }
  std::size_t Lse(std::size_t i) const { return lse + i; }
};
Places PlacesOf(const Row& row) { return {row.d, row.m * row.d}; }

// The queries [first, first + count) alone.
Row Queries(const Row& row, std::size_t first, std::size_t count) {
  Row part = row;
  for (const Operand& operand : Info(row.operation).operands) {
    if (operand.output || !operand.IsRowWise() || !row.Has(operand.role)) continue;
    const Values& values = row[operand.role];
    const auto each = static_cast<std::ptrdiff_t>(values.size() / row.m);
    const auto begin = values.begin() + static_cast<std::ptrdiff_t>(first) * each;
    part[operand.role].assign(begin, begin + static_cast<std::ptrdiff_t>(count) * each);
  }
  part.m = count;
  return part;
}

// The row with what hides keys, causal limits too, as a byte mask; nothing for kernels that take none.
std::optional<Row> WithMask(const Kernel& kernel, const Row& row) {
  if (!kernel.operands.Has(Role::mask)) return std::nullopt;
  Row masked = row;
  Values mask;
  for (std::size_t i = 0; i < row.m; ++i) {
    for (const bool keep : KeptColumns(row, i)) mask.push_back(keep);
  }
  masked[Role::mask] = std::move(mask);
  masked.parameters.causal = Causal::none;
  return masked;
}

// Where `kernel` takes masks or causal limits, all keys are there for all queries to see.
Row WithoutMask(const Kernel& kernel, const Row& row) {
  Row open = row;
  open.parameters.causal = Causal::none;
  if (kernel.nullable.Has(Role::mask)) open.others.erase(Role::mask);
  if (open.Has(Role::mask)) std::fill(open[Role::mask].begin(), open[Role::mask].end(), 1);
  return open;
}

// z_ij, to 2^-60 of the sum of its terms' magnitudes, which is `magnitude`.
long double Score(const Row& row, std::size_t i, std::size_t j, long double* magnitude = nullptr) {
  long double z = 0, sum = 0;
  for (std::size_t c = 0; c < row.d; ++c) {
    const long double product = static_cast<long double>(row[Role::q][i * row.d + c]) * row[Role::k][j * row.d + c];
    z += product;
    sum += std::abs(product);
  }
  const double bias = row.Has(Role::bias) ? row.Slice(Role::bias, i)[j] : 0;
  if (magnitude != nullptr) *magnitude = sum * row.parameters.scale + std::abs(bias);
  return z * row.parameters.scale + bias;
}

// Whether query i sees key j, of those that mask and causal limit keep.
bool Sees(const Row& row, std::size_t i, std::size_t j) {
  return !(row.Has(Role::bias) && row.Slice(Role::bias, i)[j] == -kInfinity) && Score(row, i, j) != -kInfinity;
}

// Results of both rows for the same queries, each within its bound: their exact results are the same.
Outcome CheckEqual(const Kernel& kernel, const Case& row, const Case& other, const std::string& what) {
  const RowBound bound = Promised(kernel, row);
  const RowBound other_bound = Promised(kernel, other);
  if (!bound.claimed || !other_bound.claimed) return Vacuous();
  return CheckWithinBoth(row.row(), CallOne(kernel, row.row()), bound, CallOne(kernel, other.row()), other_bound, what);
}

// Results e, those of `queries`, bit for bit.
Outcome CheckBits(const Row& row, const Values& expected, const Values& got, const std::vector<std::size_t>& queries,
                  const std::string& what) {
  const Places places = PlacesOf(row);
  for (const std::size_t i : queries) {
    for (std::size_t c = 0; c <= row.d; ++c) {
      const std::size_t e = c < row.d ? places.Out(i, c) : places.Lse(i);
      if (e >= expected.size() || SameBits(expected[e], got[e])) continue;
      return Broken(fmt::format("{}: {:a} {}, {:a} before", NameOfResult(row, e), got[e], what, expected[e]), e, got[e],
                    expected[e], std::abs(got[e] - expected[e]), 0);
    }
  }
  return Held();
}

}  // namespace

Outcome AttentionConstantV(const Kernel& kernel, const Case& given, std::uint64_t salt) {
  Random random(salt, HashOf("attention_constant_v"));
  Row row = given.row();
  row.outputs.Remove(Role::lse);
  const std::size_t n = row.GetShape().n;
  Values constants(row.d);
  for (double& constant : constants) {
    constant = RoundToFormat(row.format, random.OneIn(3) ? 1 : random.Normal() * std::exp(random.Uniform(-6, 6)));
  }
  for (std::size_t j = 0; j < n; ++j) {
    std::copy(constants.begin(), constants.end(), row[Role::v].begin() + static_cast<std::ptrdiff_t>(j * row.d));
  }
  const Case constant(std::move(row));
  const RowBound bound = Promised(kernel, constant);
  if (!bound.claimed) return Vacuous();
  const Values results = CallOne(kernel, constant.row());
  bool some = false;
  for (std::size_t e = 0; e < results.size(); ++e) {
    if (constant.exact()[e].kind != reference::Enclosure::Kind::finite) continue;  // nothing to see, or NaN
    some = true;
    Outcome outcome = CheckValue(constant.row(), e, results[e], constants[e % constants.size()], BoundOf(bound, e),
                                 "a column of equal values");
    if (outcome.kind == Outcome::Kind::broken) return outcome;
  }
  return some ? Held() : Vacuous();
}

Outcome AttentionOneKey(const Kernel& kernel, const Case& given, std::uint64_t salt) {
  Random random(salt, HashOf("attention_one_key"));
  const std::size_t from[] = {random.Below(given.row().GetShape().n)};
  Row row = WithoutMask(kernel, WithColumns(given.row(), from));
  if (row.Has(Role::bias)) {
    for (double& bias : row[Role::bias]) bias = std::isfinite(bias) ? bias : 0;
  }
  if (!IsFinite(row)) return Vacuous();
  const Case one(std::move(row));
  const RowBound bound = Promised(kernel, one);
  if (!bound.claimed) return Vacuous();
  const Values results = CallOne(kernel, one.row());
  const Places places = PlacesOf(one.row());
  for (std::size_t i = 0; i < one.row().m; ++i) {
    for (std::size_t c = 0; c <= one.row().d; ++c) {
      const std::size_t e = c < one.row().d ? places.Out(i, c) : places.Lse(i);
      if (e >= results.size()) break;
      long double magnitude = 0;
      const long double value = c < one.row().d ? one.row()[Role::v][c] : Score(one.row(), i, 0, &magnitude);
      Outcome outcome =
          CheckValue(one.row(), e, results[e], value, BoundOf(bound, e) + 0x1p-60L * magnitude, "a single key");
      if (outcome.kind == Outcome::Kind::broken) return outcome;
    }
  }
  return Held();
}

Outcome AttentionSplitMerge(const Kernel& kernel, const Case& given, std::uint64_t salt) {
  Row row = given.row();
  const std::size_t n = row.GetShape().n;
  if (n < 2) return Vacuous();
  if (row.parameters.causal != Causal::none) {
    const std::optional<Row> masked = WithMask(kernel, row);
    if (!masked) return Vacuous();
    row = *masked;
  }
  row.outputs.Add(Role::lse);
  Random random(salt, HashOf("attention_split_merge"));
  const std::size_t at = 1 + random.Below(n - 1);
  std::vector<std::size_t> keys[2];
  for (std::size_t j = 0; j < n; ++j) keys[j >= at].push_back(j);
  struct Part {
    Case row;
    RowBound bound;
    Values results;
  };
  const auto part_of = [&](Row part) {
    Part result{Case(std::move(part)), {}, {}};
    result.bound = Promised(kernel, result.row);
    if (result.bound.claimed) result.results = CallOne(kernel, result.row.row());
    return result;
  };
  const Part whole = part_of(row);
  if (!whole.bound.claimed) return Vacuous();
  const Part halves[] = {part_of(WithColumns(row, keys[0])), part_of(WithColumns(row, keys[1]))};
  const Places places = PlacesOf(row);
  bool some = false;
  for (std::size_t i = 0; i < row.m; ++i) {
    const std::size_t l = places.Lse(i);
    // Both halves must see something, and promise a number.
    const bool usable = std::all_of(std::begin(halves), std::end(halves), [&](const Part& half) {
      return half.bound.claimed && half.row.exact()[l].kind == reference::Enclosure::Kind::finite &&
             std::isfinite(half.bound.ulp[l]) && std::isfinite(half.results[l]);
    });
    if (!usable) continue;
    some = true;
    const long double lse[] = {halves[0].results[l], halves[1].results[l]};
    const long double error[] = {BoundOf(halves[0].bound, l), BoundOf(halves[1].bound, l)};
    const long double largest = std::max(lse[0], lse[1]);
    const long double e[] = {std::exp(lse[0] - largest), std::exp(lse[1] - largest)};
    const long double share[] = {e[0] / (e[0] + e[1]), e[1] / (e[0] + e[1])};
    const long double merged_lse = largest + std::log(e[0] + e[1]);
    Outcome outcome =
        CheckValue(row, l, whole.results[l], merged_lse,
                   BoundOf(whole.bound, l) + std::max(error[0], error[1]) + 0x1p-60L * (1 + std::abs(merged_lse)),
                   "the merge of two halves");
    if (outcome.kind == Outcome::Kind::broken) return outcome;
    // A weight is off by a factor e^(error of both lse) relative to the other.
    const long double ratio = error[0] + error[1] + 0x1p-58L * (1 + std::abs(lse[0]) + std::abs(lse[1]));
    if (ratio > 0.5) continue;
    const long double moved = share[0] * share[1] * std::expm1(ratio);
    for (std::size_t c = 0; c < row.d; ++c) {
      const std::size_t o = places.Out(i, c);
      const long double out[] = {halves[0].results[o], halves[1].results[o]};
      const long double of_halves[] = {BoundOf(halves[0].bound, o), BoundOf(halves[1].bound, o)};
      if (!(std::isfinite(out[0]) && std::isfinite(out[1]))) continue;
      const long double allowed = BoundOf(whole.bound, o) + (share[0] + moved) * of_halves[0] +
                                  (share[1] + moved) * of_halves[1] + moved * std::abs(out[0] - out[1]) +
                                  0x1p-58L * (std::abs(out[0]) + std::abs(out[1]));
      outcome = CheckValue(row, o, whole.results[o], share[0] * out[0] + share[1] * out[1], allowed,
                           "the merge of two halves");
      if (outcome.kind == Outcome::Kind::broken) return outcome;
    }
  }
  return some ? Held() : Vacuous();
}

Outcome AttentionPadding(const Kernel& kernel, const Case& given, std::uint64_t salt) {
  const std::optional<Row> masked = WithMask(kernel, given.row());
  if (!masked) return Vacuous();
  Random random(salt, HashOf("attention_padding"));
  const std::size_t n = masked->GetShape().n;
  const std::size_t before = random.OneIn(3) ? 0 : random.Below(140);
  const std::size_t after = random.OneIn(3) ? 0 : random.Below(70);
  std::vector<std::size_t> from(before + n + after);
  for (std::size_t j = 0; j < from.size(); ++j) from[j] = j < before || j >= before + n ? random.Below(n) : j - before;
  Row padded = WithColumns(*masked, from);
  for (std::size_t i = 0; i < padded.m; ++i) {
    for (std::size_t j = 0; j < from.size(); ++j) {
      if (j < before || j >= before + n) padded[Role::mask][i * from.size() + j] = 0;
    }
  }
  return CheckEqual(kernel, given, Case(std::move(padded)),
                    fmt::format("with {} hidden keys in front and {} behind", before, after));
}

Outcome AttentionConvexHull(const Kernel& kernel, const Case& given, std::uint64_t) {
  const Row& row = given.row();
  const RowBound bound = Promised(kernel, given);
  if (!bound.claimed) return Vacuous();
  const Values results = CallOne(kernel, row);
  const Places places = PlacesOf(row);
  bool some = false;
  for (std::size_t i = 0; i < row.m; ++i) {
    const std::vector<bool> keep = KeptColumns(row, i);
    for (std::size_t c = 0; c < row.d; ++c) {
      const std::size_t e = places.Out(i, c);
      if (given.exact()[e].kind == reference::Enclosure::Kind::nan || std::isinf(bound.ulp[e])) continue;
      double least = kInfinity;
      double most = -kInfinity;
      for (std::size_t j = 0; j < keep.size(); ++j) {
        if (!keep[j] || !Sees(row, i, j)) continue;
        least = std::min(least, row[Role::v][j * row.d + c]);
        most = std::max(most, row[Role::v][j * row.d + c]);
      }
      if (!(std::isfinite(least) && std::isfinite(most))) continue;
      some = true;
      const long double allowed = BoundOf(bound, e);
      if (!(results[e] >= least - allowed && results[e] <= most + allowed)) {
        return Broken(fmt::format("{}: {:a} lies outside the values from {:a} to {:a} by more than {:.3g}",
                                  NameOfResult(row, e), results[e], least, most, static_cast<double>(allowed)),
                      e, results[e], results[e] < least ? least : most, std::max(least - results[e], results[e] - most),
                      static_cast<double>(allowed));
      }
    }
  }
  return some ? Held() : Vacuous();
}

Outcome AttentionHiddenKeys(const Kernel& kernel, const Case& given, std::uint64_t salt) {
  Random random(salt, HashOf("attention_hidden_keys"));
  Row row = given.row();
  const std::size_t n = row.GetShape().n;
  if (kernel.operands.Has(Role::mask) && random.OneIn(2)) {
    if (!row.Has(Role::mask)) row[Role::mask] = Values(row.m * n, 1);
    for (double& byte : row[Role::mask]) byte = random.OneIn(3) ? 0 : byte;
  }
  const std::size_t query = random.Below(row.m);
  const std::vector<bool> keep = KeptColumns(row, query);
  const auto mask = row.Slice(Role::mask, query);
  Row changed = row;
  bool some = false;
  for (std::size_t j = 0; j < n; ++j) {
    if (keep[j]) continue;
    some = true;
    // A causal limit is often a mask of what was computed; only a byte promises that NaN does no harm.
    const bool by_byte = !mask.empty() && mask[j] == 0;
    const double poisons[] = {30, -2000, by_byte ? kNaN : 0.5, by_byte ? kInfinity : 100};
    const double poison = poisons[random.Below(4)];
    for (std::size_t c = 0; c < row.d; ++c) {
      for (const Role role : {Role::k, Role::v}) {
        if (!random.OneIn(4)) changed[role][j * row.d + c] = poison;
      }
    }
    if (row.Has(Role::bias) && by_byte) changed[Role::bias][query * n + j] = poison;
  }
  if (!some) return Vacuous();
  return CheckBits(row, CallOne(kernel, row), CallOne(kernel, changed), {query},
                   fmt::format("with other k and v for the keys that query {} does not see", query));
}

Outcome QueryIndependence(const Kernel& kernel, const Case& given, std::uint64_t salt) {
  const Row& row = given.row();
  if (row.m < 2 || row.parameters.causal != Causal::none) return Vacuous();
  Random random(salt, HashOf("query_independence"));
  const std::size_t first = random.Below(row.m);
  const std::size_t count = 1 + random.Below(row.m - first);
  const Case part(Queries(row, first, count));
  const Values all = CallOne(kernel, row);
  if (row.operation == Operation::attention_backward) {
    // Of the gradients only dq is the queries' own.
    Values expected = CallOne(kernel, part.row());
    Values got = expected;
    std::copy_n(all.begin() + static_cast<std::ptrdiff_t>(first * row.d), count * row.d, expected.begin());
    return CheckSame(kernel, part, expected, got, kernel.contract.layout_independent,
                     fmt::format("for {} queries alone of {}", count, row.m));
  }
  Values expected;
  for (std::size_t i = first; i < first + count; ++i) {
    for (std::size_t c = 0; c < row.d; ++c) expected.push_back(all[PlacesOf(row).Out(i, c)]);
  }
  for (std::size_t i = first; i < first + count && row.outputs.Has(Role::lse); ++i) {
    expected.push_back(all[PlacesOf(row).Lse(i)]);
  }
  return CheckSame(kernel, part, expected, CallOne(kernel, part.row()), kernel.contract.layout_independent,
                   fmt::format("for {} queries alone of {}", count, row.m));
}

Outcome AttentionShift(const Kernel& kernel, const Case& given, std::uint64_t salt) {
  if (!kernel.operands.Has(Role::bias)) return Vacuous();
  Random random(salt, HashOf("attention_shift"));
  Row row = given.row();
  const std::size_t n = row.GetShape().n;
  if (!row.Has(Role::bias)) row[Role::bias] = Values(row.m * n, 0);
  // Biases that are multiples of a quantum, so that shifting them by a power of two is exact.
  const int exponent =
      2 + static_cast<int>(random.Below(static_cast<std::uint64_t>(std::min(Info(row.format).emax, 17) - 2)));
  const double shift = std::ldexp(random.OneIn(4) ? 1 : -1, exponent);
  const double quantum = std::ldexp(1.0, std::max(0, exponent + 2 - Info(row.format).p));
  Row shifted = row;
  for (std::size_t e = 0; e < row[Role::bias].size(); ++e) {
    double& bias = row[Role::bias][e];
    bias = std::isfinite(bias) ? std::clamp(quantum * std::nearbyint(bias / quantum), -8 * quantum, 8 * quantum) : bias;
    shifted[Role::bias][e] = bias + shift;
    if (std::isfinite(bias) && !IsRepresentable(row.format, bias + shift)) return Vacuous();
  }
  // Gradients depend on the differences of the scores from lse.
  if (row.Has(Role::lse)) {
    for (std::size_t i = 0; i < row.m; ++i) {
      double& lse = row[Role::lse][i];
      lse = std::isfinite(lse) ? quantum * std::nearbyint(lse / quantum) : lse;
      shifted[Role::lse][i] = lse + shift;
      if (std::isfinite(lse) && !IsRepresentable(row.statistics, lse + shift)) return Vacuous();
    }
  }
  const Case from(row), to(shifted);
  const RowBound bound = Promised(kernel, from), shifted_bound = Promised(kernel, to);
  if (!bound.claimed || !shifted_bound.claimed) return Vacuous();
  const Values before = CallOne(kernel, row);
  const Values after = CallOne(kernel, shifted);
  for (std::size_t e = 0; e < before.size(); ++e) {
    if (SameBits(before[e], after[e]) || from.exact()[e].kind != to.exact()[e].kind) continue;
    const bool is_lse = row.operation == Operation::attention && e >= row.m * row.d;
    Outcome outcome = CheckValue(row, e, after[e], before[e] + static_cast<long double>(is_lse ? shift : 0),
                                 BoundOf(bound, e) + BoundOf(shifted_bound, e),
                                 is_lse ? "the shift of all scores" : "the same with all scores shifted");
    if (outcome.kind == Outcome::Kind::broken) return outcome;
  }
  return Held();
}

Outcome AttentionScale(const Kernel& kernel, const Case& given, std::uint64_t salt) {
  if (!kernel.parameters.Has(Parameter::scale)) return Vacuous();
  Random random(salt, HashOf("attention_scale"));
  const int exponent = (random.OneIn(2) ? 1 : -1) * static_cast<int>(1 + random.Below(6));
  Row scaled = given.row();
  const Role role = random.OneIn(2) ? Role::q : Role::k;
  for (double& value : scaled[role]) {
    const double by_power = std::ldexp(value, exponent);
    if (std::isfinite(value) &&
        (!IsRepresentable(scaled.format, by_power) || std::ldexp(by_power, -exponent) != value)) {
      return Vacuous();
    }
    value = by_power;
  }
  scaled.parameters.scale = std::ldexp(scaled.parameters.scale, -exponent);
  if (!IsRepresentable(Info(scaled.format).compute, scaled.parameters.scale)) return Vacuous();
  const std::string what = fmt::format("{} times 2^{} with the scale times 2^{}", Name(role), exponent, -exponent);
  const Case other(std::move(scaled));
  const RowBound bound = Promised(kernel, given), other_bound = Promised(kernel, other);
  if (!bound.claimed || !other_bound.claimed) return Vacuous();
  const Values results = CallOne(kernel, given.row()), others = CallOne(kernel, other.row());
  for (const Part& part : PartsOf(given.row())) {
    // The gradient with respect to what is scaled is scaled the other way.
    const int back = part.role == (role == Role::q ? Role::dq : Role::dk) ? exponent : 0;
    for (std::size_t e = part.begin; e < part.begin + part.count; ++e) {
      if (SameBits(results[e], others[e]) && back == 0) continue;
      if (back != 0 && std::isinf(others[e])) continue;  // beyond the format
      Outcome outcome = CheckValue(given.row(), e, results[e], std::ldexp(static_cast<long double>(others[e]), back),
                                   BoundOf(bound, e) + std::ldexp(BoundOf(other_bound, e), back), what);
      if (outcome.kind == Outcome::Kind::broken) return outcome;
    }
  }
  return Held();
}

Outcome AttentionNothingSeen(const Kernel& kernel, const Case& given, std::uint64_t salt) {
  using AllNegInf = Contract::AllNegInf;
  Random random(salt, HashOf("attention_nothing_seen"));
  Row row = given.row();
  const std::size_t n = row.GetShape().n;
  const std::size_t query = random.Below(row.m);
  // Hidden by the mask whatever the scores are, or by the bias.
  const bool by_mask = kernel.operands.Has(Role::mask) && (random.OneIn(2) || !kernel.operands.Has(Role::bias));
  const Role role = by_mask ? Role::mask : Role::bias;
  if (!kernel.operands.Has(role) || (!by_mask && !IsFinite(row))) return Vacuous();
  if (!row.Has(role)) row[role] = Values(row.m * n, by_mask ? 1 : 0);
  Row blind = row;
  std::fill_n(blind[role].begin() + static_cast<std::ptrdiff_t>(query * n), n, by_mask ? 0 : -kInfinity);
  const Values before = CallOne(kernel, row);
  const Values results = CallOne(kernel, blind);
  const Places places = PlacesOf(row);
  const auto meets = [&](double value, double wanted) {
    return std::isnan(value) ? kernel.contract.all_neg_inf != AllNegInf::zero
                             : value == wanted && kernel.contract.all_neg_inf != AllNegInf::nan;
  };
  for (std::size_t c = 0; c <= row.d; ++c) {
    const std::size_t e = c < row.d ? places.Out(query, c) : places.Lse(query);
    if (e >= results.size() || meets(results[e], c < row.d ? 0 : -kInfinity)) continue;
    return Broken(fmt::format("{}: {:a} for a query that sees no key", NameOfResult(row, e), results[e]), e, results[e],
                  c < row.d ? 0 : -kInfinity, kNaN, kNaN);
  }
  std::vector<std::size_t> others;
  for (std::size_t i = 0; i < row.m; ++i) {
    if (i != query) others.push_back(i);
  }
  return CheckBits(row, before, results, others, fmt::format("where query {} sees no key", query));
}

Outcome AttentionNan(const Kernel& kernel, const Case& given, std::uint64_t salt) {
  Random random(salt, HashOf("attention_nan"));
  const Row& row = given.row();
  for (const Role role : {Role::q, Role::k, Role::v}) {
    for (const double value : row[role]) {
      if (!std::isfinite(value)) return Vacuous();
    }
  }
  const std::size_t n = row.GetShape().n;
  const std::size_t key = random.Below(n), column = random.Below(row.d);
  const Role role = random.OneIn(2) ? Role::k : Role::v;
  const RowBound bound = role == Role::v ? Promised(kernel, given) : RowBound{};
  Row poisoned = row;
  poisoned[role][key * row.d + column] = random.OneIn(2) ? kNaN : -kNaN;
  const Values before = CallOne(kernel, row);
  const Values results = CallOne(kernel, poisoned);
  const Places places = PlacesOf(row);
  bool some = false;
  for (std::size_t i = 0; i < row.m; ++i) {
    const std::vector<bool> keep = KeptColumns(row, i);
    if (!keep[key]) {
      // Where a byte hides the key, nothing may change; a causal limit need not keep NaN in v away.
      const auto mask = row.Slice(Role::mask, i);
      if (mask.empty() || mask[key] != 0) continue;
      some = true;
      Outcome outcome = CheckBits(row, before, results, {i}, fmt::format("where key {}, hidden, is NaN", key));
      if (outcome.kind == Outcome::Kind::broken) return outcome;
      continue;
    }
    if (!Sees(row, i, key)) continue;
    if (role == Role::v) {
      // A weight that vanishes may be left out, as may all where nothing is promised.
      if (!bound.claimed || std::isinf(bound.ulp[places.Out(i, column)])) continue;
      long double largest = -kInfinity;
      for (std::size_t j = 0; j < n; ++j) {
        if (keep[j] && Sees(row, i, j)) largest = std::max(largest, Score(row, i, j));
      }
      if (!(largest - Score(row, i, key) < 15)) continue;
    }
    some = true;
    for (std::size_t c = 0; c <= row.d; ++c) {
      const std::size_t e = c < row.d ? places.Out(i, c) : places.Lse(i);
      if (e >= results.size() || (role == Role::v && c != column) || std::isnan(results[e])) continue;
      return Broken(fmt::format("{}: {:a}, though {}[{}] is NaN", NameOfResult(row, e), results[e], Name(role),
                                key * row.d + column),
                    e, results[e], kNaN, kNaN, kNaN);
    }
  }
  return some ? Held() : Vacuous();
}

Outcome AttentionGradientsSplit(const Kernel& kernel, const Case& given, std::uint64_t salt) {
  Row row = given.row();
  const std::size_t n = row.GetShape().n;
  if (n < 2) return Vacuous();
  if (row.parameters.causal != Causal::none) {
    const std::optional<Row> masked = WithMask(kernel, row);
    if (!masked) return Vacuous();
    row = *masked;
  }
  Random random(salt, HashOf("attention_gradients_split"));
  const std::size_t at = 1 + random.Below(n - 1);
  std::vector<std::size_t> keys[2];
  for (std::size_t j = 0; j < n; ++j) keys[j >= at].push_back(j);
  const Case whole(row), halves[] = {Case(WithColumns(row, keys[0])), Case(WithColumns(row, keys[1]))};
  const RowBound bound = Promised(kernel, whole);
  const RowBound bounds[] = {Promised(kernel, halves[0]), Promised(kernel, halves[1])};
  if (!bound.claimed || !bounds[0].claimed || !bounds[1].claimed) return Vacuous();
  const Values all = CallOne(kernel, row);
  const Values parts[] = {CallOne(kernel, halves[0].row()), CallOne(kernel, halves[1].row())};
  const std::size_t of_queries = row.m * row.d;
  for (std::size_t e = 0; e < all.size(); ++e) {
    long double value = 0, allowed = BoundOf(bound, e);
    if (e < of_queries) {
      for (const std::size_t h : {0u, 1u}) {
        value += parts[h][e];
        allowed += BoundOf(bounds[h], e);
      }
      // Nothing is promised, or a summand lies beyond the format.
      if (std::isinf(allowed) || std::isinf(parts[0][e]) || std::isinf(parts[1][e])) continue;
      allowed += 0x1p-60L * (std::abs(static_cast<long double>(parts[0][e])) + std::abs(parts[1][e]));
    } else {
      // dk and dv of a key lie in its own half.
      const std::size_t key = (e - of_queries) / row.d % n;
      const std::size_t h = key >= at;
      const std::size_t of_keys = (e - of_queries) / (n * row.d) * keys[h].size() * row.d;
      const std::size_t place = of_queries + of_keys + (key - h * at) * row.d + (e - of_queries) % row.d;
      value = parts[h][place];
      allowed += BoundOf(bounds[h], place);
    }
    Outcome outcome = CheckValue(row, e, all[e], value, allowed, "what the halves of the keys give");
    if (outcome.kind == Outcome::Kind::broken) return outcome;
  }
  return Held();
}

Outcome AttentionGradientsOfV(const Kernel& kernel, const Case& given, std::uint64_t) {
  const Row& row = given.row();
  const RowBound bound = Promised(kernel, given);
  if (!bound.claimed) return Vacuous();
  const Values results = CallOne(kernel, row);
  const std::size_t n = row.GetShape().n, first = (row.m + n) * row.d;
  std::vector<long double> weight(row.m, 0), off(row.m, 0);  // sum_j p_ij
  for (std::size_t i = 0; i < row.m; ++i) {
    const std::vector<bool> keep = KeptColumns(row, i);
    if (row[Role::lse][i] == -kInfinity) continue;
    for (std::size_t j = 0; j < n; ++j) {
      if (!keep[j] || !Sees(row, i, j)) continue;
      long double magnitude = 0;
      const long double x = Score(row, i, j, &magnitude) - row[Role::lse][i];
      const long double p = std::exp(x);
      weight[i] += p;
      off[i] += p * std::expm1(0x1p-58L * static_cast<long double>(row.d + 2) *
                               (1 + magnitude + std::abs(static_cast<long double>(row[Role::lse][i]))));
    }
  }
  bool some = false;
  for (std::size_t c = 0; c < row.d; ++c) {
    long double sum = 0, wanted = 0, magnitude = 0, allowed = 0;
    for (std::size_t j = 0; j < n; ++j) {
      const std::size_t e = first + j * row.d + c;
      sum += results[e];
      magnitude += std::abs(static_cast<long double>(results[e]));
      allowed += BoundOf(bound, e);
    }
    for (std::size_t i = 0; i < row.m; ++i) {
      const long double dout = row[Role::dout][i * row.d + c];
      if (weight[i] == 0) continue;
      wanted += weight[i] * dout;
      allowed += (off[i] + weight[i] * static_cast<long double>(n) * 0x1p-62L) * std::abs(dout);
    }
    allowed += magnitude * static_cast<long double>(n) * 0x1p-62L;
    // Where a result lies beyond the format its sum says nothing.
    if (!std::isfinite(allowed) || !std::isfinite(wanted) || std::isinf(magnitude)) continue;
    some = true;
    const long double error = std::abs(sum - wanted);
    if (error <= allowed) continue;
    return Broken(fmt::format("column {} of dv sums to {:.6g}, where {:.6g} is due within {:.3g}", c,
                              static_cast<double>(sum), static_cast<double>(wanted), static_cast<double>(allowed)),
                  first + c, static_cast<double>(sum), static_cast<double>(wanted), static_cast<double>(error),
                  static_cast<double>(allowed));
  }
  return some ? Held() : Vacuous();
}

Outcome AttentionGradientsOfNothing(const Kernel& kernel, const Case& given, std::uint64_t) {
  const RowBound bound = Promised(kernel, given);
  if (!bound.claimed) return Vacuous();
  Row row = given.row();
  std::fill(row[Role::dout].begin(), row[Role::dout].end(), 0.0);
  const Values results = CallOne(kernel, row);
  bool some = false;
  for (std::size_t e = 0; e < results.size(); ++e) {
    if (std::isinf(bound.ulp[e])) continue;  // an operand that is not finite, or weights that overflow
    some = true;
    if (results[e] == 0) continue;
    return Broken(fmt::format("{}: {:a} though dout is 0", NameOfResult(row, e), results[e]), e, results[e], 0,
                  std::abs(results[e]), 0);
  }
  return some ? Held() : Vacuous();
}

Outcome AttentionGradientsHidden(const Kernel& kernel, const Case& given, std::uint64_t salt) {
  Random random(salt, HashOf("attention_gradients_hidden"));
  Row row = given.row();
  const std::size_t n = row.GetShape().n, d = row.d;
  if (!row.Has(Role::mask)) row[Role::mask] = Values(row.m * n, 1);
  const std::size_t key = random.Below(n), query = random.Below(row.m);
  const bool hide_query = random.OneIn(3);
  for (std::size_t i = 0; i < row.m; ++i) {
    for (std::size_t j = 0; j < n; ++j) {
      if (j == key || (hide_query && i == query)) row[Role::mask][i * n + j] = 0;
    }
  }
  Row changed = row;
  const auto poison = [&](Role role, std::size_t first, std::size_t count, double other) {
    const double poisons[] = {30, -2000, other, -other};
    for (std::size_t e = first; e < first + count; ++e) {
      if (!random.OneIn(4)) changed[role][e] = poisons[random.Below(4)];
    }
  };
  poison(Role::k, key * d, d, random.OneIn(2) ? kNaN : kInfinity);
  poison(Role::v, key * d, d, random.OneIn(2) ? kNaN : kInfinity);
  if (hide_query) {
    // Of a query that sees nothing a kernel may compute what it weighs with 0.
    for (const Role role : {Role::q, Role::out, Role::dout}) poison(role, query * d, d, 100);
    poison(Role::lse, query, 1, 1);
  }
  const Values before = CallOne(kernel, row);
  const Values after = CallOne(kernel, changed);
  for (std::size_t e = 0; e < before.size(); ++e) {
    if (!SameBits(before[e], after[e])) {
      return Broken(
          fmt::format("{}: {:a} with other operands of key {}{}, which are hidden, {:a} before", NameOfResult(row, e),
                      after[e], key, hide_query ? fmt::format(" and query {}", query) : "", before[e]),
          e, after[e], before[e], std::abs(after[e] - before[e]), 0);
    }
    const bool of_query = e < row.m * d;
    const bool hidden = of_query ? hide_query && e / d == query : (e / d - row.m) % n == key;
    const bool may_be_nan = of_query && kernel.contract.all_neg_inf != Contract::AllNegInf::zero;
    if (hidden && before[e] != 0 && !(may_be_nan && std::isnan(before[e]))) {
      return Broken(fmt::format("{}: {:a}, not 0, though nothing reaches it", NameOfResult(row, e), before[e]), e,
                    before[e], 0, std::abs(before[e]), 0);
    }
  }
  return Held();
}

}  // namespace softmax_verify::checks
