// attention: Theorems A1 and A2 of docs/error_bounds.md.
#include <algorithm>
#include <cmath>
#include <limits>

#include "verify/bounds.h"
#include "verify/bounds/scores.h"
#include "verify/mask.h"

namespace softmax_verify::bounds {
namespace {

constexpr long double kInfinity = std::numeric_limits<long double>::infinity();
// What is lost here, in long double, is allowed for in Delta_j or covered by this factor.
constexpr long double kUp = 1 + 0x1p-8L;

// What is known of one query's weights p_j, and of a kernel's.
struct Weights {
  bool claimed = false;
  long double maximum = 0;  // of z
  long double log_sum = 0;  // ln s
  std::vector<long double> p;
  std::vector<long double> excess;  // p_j (e^a_j - 1)
  std::vector<bool> underflows;     // the exponential, or its share, may be below the normal range
  long double raised = 0;           // how far a kernel's maximum may lie above z's
  long double of_sum = 0;           // A: |ln(sum of the computed terms / s)|
  double rescalings = 0;            // R
  double additions = 0;             // h_s
};

// h, but never more than one addition for each term beyond the first.
double Height(const Accumulation& accumulation, const Kernel& kernel, std::size_t n, std::size_t terms) {
  const double height = SumHeight(accumulation, kernel.claim.compute, kernel.format, n);
  if (accumulation.kind == Accumulation::Kind::native) return height;
  return std::min(height, static_cast<double>(std::max<std::size_t>(terms, 1) - 1));
}

Weights WeightsOf(const Kernel& kernel, const Row& row, const Scores& scores) {
  const Claim& claim = kernel.claim;
  const double u = UnitRoundoff(claim.compute);
  const std::size_t n = scores.z.size();
  Weights weights;
  weights.maximum = -kInfinity;
  long double raised = -kInfinity;  // the most that the computed maximum may be
  std::vector<double> low(n), high(n);
  for (std::size_t j = 0; j < n; ++j) {
    weights.maximum = std::max(weights.maximum, scores.z[j]);
    raised = std::max(raised, scores.z[j] + scores.error[j]);
    low[j] = std::nextafter(static_cast<double>(scores.z[j] - scores.error[j]), -HUGE_VAL);
    high[j] = std::nextafter(static_cast<double>(scores.z[j] + scores.error[j]), HUGE_VAL);
    if (!scores.IsSeen(j)) low[j] = high[j] = -HUGE_VAL;
  }
  weights.raised = raised - weights.maximum;
  weights.rescalings = std::min(Rescalings(claim, low, high), static_cast<double>(scores.seen));
  weights.additions = Height(claim.accumulation, kernel, n, scores.seen);

  const double scaling = row.parameters.Scales() && !claim.scaled_before_shift ? claim.scale_error : 0;
  weights.p.resize(n);
  weights.excess.resize(n);
  weights.underflows.resize(n);
  long double s = 0;
  for (std::size_t j = 0; j < n; ++j) s += weights.p[j] = std::exp(scores.z[j] - weights.maximum);
  weights.log_sum = std::log(s);
  std::size_t underflows = 0;
  for (std::size_t j = 0; j < n; ++j) {
    if (!scores.IsSeen(j)) continue;
    const long double distance = weights.maximum - scores.z[j];
    const long double seen = raised - scores.z[j] + scores.error[j];  // by the shift
    const long double a =
        scores.error[j] + (claim.exp_error * (1 + weights.rescalings) + (claim.shift_error + scaling) * seen) * u;
    weights.p[j] /= s;
    weights.excess[j] = a < 1 ? weights.p[j] * std::expm1(a) : std::exp(a - distance) / s;
    weights.underflows[j] = std::exp(-seen) < 2 * s * SmallestNormal(claim.compute);  // divided by s or not
    underflows += weights.underflows[j];
    weights.of_sum += weights.excess[j];
  }
  weights.of_sum += 4 * (static_cast<long double>(underflows) + weights.rescalings) * Tiny(kernel);
  weights.claimed = claim.shifted && weights.of_sum + (weights.additions + weights.rescalings) * u < 1;
  return weights;
}

// Theorem A1: of out, element by element, with the magnitudes that its unit is taken from.
void AddOut(const Kernel& kernel, const Row& row, const Scores& scores, const Weights& weights, long double* magnitude,
            long double* absolute) {
  const Claim& claim = kernel.claim;
  const double u = UnitRoundoff(claim.compute);
  const long double tiny = Tiny(kernel);
  const std::size_t n = scores.z.size();
  const Values& v = row[Role::v];
  const Format tile = claim.tile.value_or(claim.compute);
  const bool narrows = Info(tile).p < Info(claim.compute).p;
  const bool gradual = kernel.contract.subnormals == Contract::Subnormals::gradual;
  const long double tile_tiny = gradual ? SmallestSubnormal(tile) : 2 * SmallestNormal(tile);

  const double height = Height(claim.products, kernel, n, scores.seen);
  const long double products = std::expm1((1 + height + weights.rescalings + claim.normalise_error) * u);
  long double common = (weights.additions + weights.rescalings) * u;
  if (!claim.same_terms) common += 2 * weights.of_sum;
  const long double grown = std::exp(weights.of_sum);

  for (std::size_t c = 0; c < row.d; ++c) {
    long double out = 0;
    long double values = 0;  // sum |v_jc|
    bool special = false;
    for (std::size_t j = 0; j < n; ++j) {
      const double value = v[j * row.d + c];
      special |= !std::isfinite(value) && (scores.weak[j] || scores.IsSeen(j));
      if (!scores.IsSeen(j)) continue;
      out += weights.p[j] * value;
      magnitude[c] += weights.p[j] * std::abs(value);
      values += std::abs(value);
    }
    if (special) magnitude[c] = 0;
    // Sums of exponentials, of 1 at most each, times values must not overflow.
    if (special || !weights.claimed || !(values <= Largest(claim.compute) / 4)) {
      absolute[c] = kInfinity;
      continue;
    }
    long double terms = 0;     // D: by the errors of the weights
    long double computed = 0;  // W: sum of the computed weights times |v|
    long double lost = 0;      // below the normal range, relative to s
    for (std::size_t j = 0; j < n; ++j) {
      if (!scores.IsSeen(j)) continue;
      const long double value = v[j * row.d + c];
      const long double both = std::abs(value) + std::abs(out);  // in the numerator and in the sum
      const long double weight = weights.p[j] + weights.excess[j];
      terms += weights.excess[j] * std::abs(value - out);
      computed += weight * std::abs(value);
      if (weights.underflows[j]) lost += tiny * both;
      if (narrows) {
        terms += UnitRoundoff(tile) * weight * both;
        if (weights.p[j] < 4 * SmallestNormal(tile)) lost += tile_tiny * both;
      }
    }
    lost += (static_cast<long double>(scores.seen) + weights.rescalings + 2) * tiny;
    const long double numerator = (terms + products * computed + lost) * grown;
    absolute[c] = (numerator + std::expm1(common) * (std::abs(out) + numerator) + tiny) * kUp;
  }
}

// Theorem A2: of lse.
long double LseError(const Kernel& kernel, const Row& row, const Weights& weights) {
  const Claim& claim = kernel.claim;
  const double u = UnitRoundoff(claim.compute);
  const long double lse = std::abs(weights.maximum + weights.log_sum);
  const long double sum = weights.of_sum + (weights.additions + weights.rescalings) * u;
  const long double log = claim.log_error * u * (weights.log_sum + weights.raised + sum);
  const long double scaling =
      row.parameters.Scales() && !claim.scaled_before_shift ? claim.scale_error * u * std::abs(weights.maximum) : 0;
  const long double before = sum + log + scaling;
  const long double error = (before + u * (lse + before) + Tiny(kernel)) * kUp;
  return error + BaseTwoError(kernel, weights.maximum, weights.log_sum, error);
}

}  // namespace

long double Tiny(const Kernel& kernel) {
  const bool gradual = kernel.contract.subnormals == Contract::Subnormals::gradual;
  const Format compute = kernel.claim.compute;
  return gradual ? static_cast<long double>(SmallestSubnormal(compute)) : 2 * SmallestNormal(compute);
}

long double AbsoluteProducts(const double* a, const double* b, std::size_t depth) {
  long double sum = 0;
  for (std::size_t c = 0; c < depth; ++c) sum += std::abs(static_cast<long double>(a[c]) * b[c]);
  return sum;
}

Scores ScoresOf(const Kernel& kernel, const Row& row, std::size_t query) {
  const Claim& claim = kernel.claim;
  const double u = UnitRoundoff(claim.compute);
  const long double largest = Largest(claim.compute);
  const std::size_t d = row.d;
  const long double scale = row.parameters.scale;
  const long double most = std::max(scale, 1.0L);
  const double* q = row[Role::q].data() + query * d;
  const std::vector<bool> keep = KeptColumns(row, query);
  const auto mask = row.Slice(Role::mask, query), bias = row.Slice(Role::bias, query);
  const std::size_t n = keep.size();
  const double roundings = 1 + SumHeight(claim.products, claim.compute, kernel.format, d) +
                           (row.parameters.Scales() ? claim.scale_error : 0);

  Scores scores;
  scores.z.assign(n, -kInfinity);
  scores.error.assign(n, 0);
  scores.weak.assign(n, false);
  for (std::size_t j = 0; j < n; ++j) {
    if (!mask.empty() && mask[j] == 0) continue;
    const double* k = row[Role::k].data() + j * d;
    long double sum = 0, magnitude = 0, elements = 0, widest = 0;
    for (std::size_t c = 0; c < d; ++c) {
      const long double product = static_cast<long double>(q[c]) * k[c];
      sum += product;
      if (!std::isfinite(product)) continue;
      magnitude += std::abs(product);
      elements += std::abs(static_cast<long double>(q[c])) + std::abs(static_cast<long double>(k[c]));
      widest = std::max<long double>({widest, std::abs(q[c]), std::abs(k[c])});
    }
    const long double b = bias.empty() ? 0 : bias[j];
    const long double z = sum * scale + b;
    const bool fits = magnitude * most <= largest / 4 && widest * most <= largest &&
                      (!std::isfinite(z) || std::abs(z) + std::abs(b) <= largest / 4);
    if (!keep[j] || b == -kInfinity || z == -kInfinity) {
      scores.weak[j] = true;
      scores.in_range &= fits && sum < kInfinity && b < kInfinity;
      continue;
    }
    ++scores.seen;
    scores.z[j] = z;
    scores.is_nan |= std::isnan(z);
    scores.is_infinite |= z == kInfinity;
    scores.in_range &= fits;
    const long double slack = 0x1p-62L * static_cast<long double>(d + 2) * (magnitude * scale + std::abs(b));
    const long double lost = Tiny(kernel) * (2 + (static_cast<long double>(d) + elements) * most);
    scores.error[j] = std::expm1(roundings * u) * magnitude * scale + lost + slack;
    if (!bias.empty()) scores.error[j] += u * (std::abs(z) + scores.error[j]);
  }
  return scores;
}

Errors attention(const Kernel& kernel, const Case& of) {
  const Row& row = of.row();
  const bool with_lse = row.outputs.Has(Role::lse);
  Errors errors;
  errors.sum = HUGE_VAL;
  errors.magnitude.assign(row.m * (row.d + with_lse), 0);
  errors.absolute.assign(row.m * (row.d + with_lse), 0);
  for (std::size_t i = 0; i < row.m; ++i) {
    long double* const magnitude = errors.magnitude.data() + i * row.d;
    long double* const absolute = errors.absolute.data() + i * row.d;
    const std::size_t lse = row.m * row.d + i;
    // The whole query: 0 where the kind of result is promised, else infinite.
    const auto set = [&](bool promised) {
      std::fill_n(absolute, row.d, promised ? 0 : kInfinity);
      if (with_lse) errors.absolute[lse] = promised ? 0 : kInfinity;
    };
    const Scores scores = ScoresOf(kernel, row, i);
    if (scores.is_nan) {
      set(scores.in_range);
    } else if (scores.is_infinite) {
      set(scores.in_range && kernel.contract.pos_inf == Contract::PosInf::nan);
    } else if (scores.seen == 0) {
      // A kernel may weigh with 0 what no byte hides.
      bool is_finite = true;
      for (std::size_t e = 0; e < row[Role::v].size(); ++e) {
        is_finite &= !scores.weak[e / row.d] || std::isfinite(row[Role::v][e]);
      }
      set(scores.in_range && is_finite && kernel.contract.all_neg_inf == Contract::AllNegInf::zero);
    } else {
      Weights weights = WeightsOf(kernel, row, scores);
      weights.claimed &= scores.in_range;
      AddOut(kernel, row, scores, weights, magnitude, absolute);
      if (with_lse) {
        errors.magnitude[lse] = std::abs(weights.maximum) + weights.log_sum;
        errors.absolute[lse] = weights.claimed ? LseError(kernel, row, weights) : kInfinity;
      }
    }
  }
  errors.claimed =
      std::any_of(errors.absolute.begin(), errors.absolute.end(), [](long double error) { return error < kInfinity; });
  return errors;
}

}  // namespace softmax_verify::bounds
