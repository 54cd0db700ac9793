#include "verify/families.h"

#include <algorithm>
#include <array>
#include <numbers>
#include <utility>

namespace softmax_verify {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

// Below this, e^t rounds to zero.
double UnderflowLog(Format format) { return std::log(SmallestSubnormal(format)) - std::numbers::ln2; }

// value(i) for every i, rounded to the format and kept finite.
template <class Value>
std::vector<double> Fill(Format format, std::size_t n, const Value& value) {
  std::vector<double> x(n);
  for (std::size_t i = 0; i < n; ++i) {
    x[i] = std::clamp(RoundToFormat(format, value(i)), -Largest(format), Largest(format));
  }
  return x;
}

void Shuffle(std::vector<double>& x, Random& random) {
  for (std::size_t i = x.size(); i > 1; --i) std::swap(x[i - 1], x[random.Below(i)]);
}

template <class Value>
double Pick(std::initializer_list<Value> values, Random& random) {
  return static_cast<double>(values.begin()[random.Below(values.size())]);
}

template <int kSigma>
std::vector<double> NormalRow(Format format, std::size_t n, Random& random) {
  return Fill(format, n, [&](std::size_t) { return kSigma * random.Normal(); });
}

std::vector<double> Uniform10(Format format, std::size_t n, Random& random) {
  return Fill(format, n, [&](std::size_t) { return random.Uniform(-10, 10); });
}

std::vector<double> Wide(Format format, std::size_t n, Random& random) {
  const double range = -UnderflowLog(format);
  return Fill(format, n, [&](std::size_t) { return random.Uniform(-range, range); });
}

// Neighbours of `base` in steps of its unit in the last place, spread over about `spread`.
std::vector<double> Around(Format format, std::size_t n, double base, double spread, Random& random) {
  const double quantum = std::ldexp(1.0, static_cast<int>(UlpExponent(format, std::ilogb(base))));
  const double steps = std::max(1.0, std::floor(spread / quantum));
  return Fill(format, n, [&](std::size_t) { return base + quantum * std::round(random.Uniform(-steps, steps)); });
}

std::vector<double> HugeOffset(Format format, std::size_t n, Random& random) {
  const double base = Info(format).emax > 15 ? Pick({1e3, 1e5, 0x1p20, 1e7}, random) : Pick({1e3, 4e3, 3e4}, random);
  return Around(format, n, random.OneIn(2) ? -base : base, 8, random);
}

std::vector<double> NegativeOffset(Format format, std::size_t n, Random& random) {
  const double base = Info(format).p == 53     ? Pick({-1000., -2e4, -1e5, -1e9}, random)
                      : Info(format).emax > 15 ? Pick({-200., -1000., -2e4, -1e5, -1e9}, random)
                                               : Pick({-200., -1000., -2e4, -6e4}, random);
  return Around(format, n, base, 8, random);
}

std::vector<double> SortedAscending(Format format, std::size_t n, Random& random) {
  auto x = random.OneIn(2) ? NormalRow<10>(format, n, random) : Wide(format, n, random);
  std::sort(x.begin(), x.end());
  return x;
}

std::vector<double> SortedDescending(Format format, std::size_t n, Random& random) {
  auto x = SortedAscending(format, n, random);
  std::reverse(x.begin(), x.end());
  return x;
}

std::vector<double> Constant(Format format, std::size_t n, Random& random) {
  const double value = Pick({0., 1., -1., 87., -104., -1e4, 3e4}, random) * random.Uniform(0.5, 1);
  return Fill(format, n, [&](std::size_t) { return value; });
}

std::vector<double> Ties(Format format, std::size_t n, Random& random) {
  std::array<double, 4> values;
  for (double& value : values) value = random.Uniform(-6, 6);
  const std::size_t distinct = 1 + random.Below(values.size());
  return Fill(format, n, [&](std::size_t) { return values[random.Below(distinct)]; });
}

std::vector<double> Dominant(Format format, std::size_t n, Random& random) {
  auto x = NormalRow<1>(format, n, random);
  if (n == 0) return x;
  const std::size_t position = random.OneIn(4) ? 0 : random.OneIn(3) ? n - 1 : random.Below(n);
  x[position] = RoundToFormat(format, random.Uniform(2, -1.2 * UnderflowLog(format)));
  return x;
}

std::vector<double> NearOverflow(Format format, std::size_t n, Random& random) {
  const double largest = Largest(format);
  const int signs = static_cast<int>(random.Below(3));  // all positive, all negative, both
  return Fill(format, n, [&](std::size_t) {
    const double value = random.OneIn(3) ? largest : random.Uniform(0.5, 1) * largest;
    return signs == 0 || (signs == 2 && random.OneIn(2)) ? value : -value;
  });
}

std::vector<double> SubnormalResults(Format format, std::size_t n, Random& random) {
  const double top = random.Uniform(-4, 4);
  const double low = UnderflowLog(format) - 1, high = std::log(SmallestNormal(format)) + 1;
  auto x = Fill(format, n, [&](std::size_t) { return top + random.Uniform(low, high); });
  if (n > 0) x[random.Below(n)] = RoundToFormat(format, top);
  return x;
}

std::vector<double> ExpEdges(Format format, std::size_t n, Random& random) {
  // Where an exponential over- or underflows, in the format itself and in the format that the kernels compute in.
  const Format compute = Info(format).compute;
  const std::array edges = {std::log(SmallestNormal(format)),
                            UnderflowLog(format),
                            -std::log(Largest(format)),
                            std::log(SmallestNormal(compute)),
                            UnderflowLog(compute),
                            -std::log(Largest(compute)),
                            0.0};
  const double top = Pick({0., 0., 11.0898, 88.7228, 709.7827, -11.0898, -88.7228}, random);
  auto x = Fill(format, n, [&](std::size_t) {
    double value = RoundToFormat(format, top + edges[random.Below(edges.size())]);
    for (std::uint64_t steps = random.Below(4); steps > 0; --steps) value = NextUp(format, value);
    for (std::uint64_t steps = random.Below(4); steps > 0; --steps) value = NextDown(format, value);
    return value;
  });
  if (n > 0) x[random.Below(n)] = RoundToFormat(format, top);
  return x;
}

std::vector<double> TinyDifferences(Format format, std::size_t n, Random& random) {
  const double above = NextUp(format, 1.0);
  auto x = Fill(format, n, [&](std::size_t) { return 1.0; });
  if (n > 0) x[random.Below(n)] = above;
  if (n > 2 && random.OneIn(2)) x[random.Below(n)] = NextUp(format, above);
  return x;
}

std::vector<double> SubnormalLogits(Format format, std::size_t n, Random& random) {
  const double eta = SmallestSubnormal(format);
  return Fill(format, n, [&](std::size_t) {
    if (random.OneIn(8)) return random.Normal();
    return (random.OneIn(2) ? -eta : eta) * static_cast<double>(random.Below(std::uint64_t{1} << (Info(format).p - 1)));
  });
}

std::vector<double> Masked(Format format, std::size_t n, Random& random) {
  auto x = NormalRow<10>(format, n, random);
  const std::size_t kept = n > 0 ? random.Below(n) : 0;
  const std::size_t prefix = random.OneIn(3) ? random.Below(n + 1) : 0;  // as long as whole vectors and blocks
  const std::uint64_t chances = 1 + random.Below(8);
  for (std::size_t i = 0; i < n; ++i) {
    if (i != kept && (i < prefix || random.OneIn(chances))) x[i] = -kInfinity;
  }
  return x;
}

std::vector<double> Grid(Format format, std::size_t n, Random& random) {
  const double quantum = std::ldexp(1.0, -static_cast<int>(random.Below(4)));
  return Fill(format, n, [&](std::size_t) { return quantum * (static_cast<double>(random.Below(64)) - 32); });
}

std::vector<double> Ramp(Format format, std::size_t n, Random& random) {
  const double step = random.OneIn(2) ? 8.0 / static_cast<double>(n + 1) : 0.0625;
  auto x = Fill(format, n, [&](std::size_t i) { return step * static_cast<double>(i); });
  Shuffle(x, random);
  return x;
}

std::vector<double> Alternating(Format format, std::size_t n, Random& random) {
  const std::size_t period = std::size_t{2} << random.Below(6);
  const double level = Pick({30., 200., 1e4, -200.}, random);
  return Fill(format, n, [&](std::size_t i) { return (i % period < period / 2 ? 0 : level) + random.Normal(); });
}

std::vector<double> Attention(Format format, std::size_t n, Random& random) {
  // Scores of a query: a first key that draws everything (the sink), a few near keys, and the many others.
  const double sink = random.Uniform(0, 12);
  return Fill(format, n, [&](std::size_t i) {
    const double age = static_cast<double>(n - i);
    return i == 0 ? sink : 2 * random.Normal() + 4 / std::sqrt(age) - 0.002 * age + (random.OneIn(16) ? 6 : 0);
  });
}

std::vector<double> Thresholds(Format format, std::size_t n, Random& random) {
  // The distance to a few equal maxima at which a sparse map gives its first zeros, and how many elements lie around it.
  const double maxima = std::ldexp(1.0, static_cast<int>(random.Below(4)));
  const double alpha = Pick({2., 2., 1.5, 1.5, 3., 4., 1.25}, random);
  const double edge = std::pow(maxima, 1 - alpha) / (alpha - 1);
  const double spread = edge * std::exp2(-static_cast<double>(random.Below(static_cast<std::uint64_t>(Info(format).p))));
  const double top = random.OneIn(2) ? 0 : Pick({1., -1., 3., 100.}, random);
  const std::uint64_t chances = 2 + random.Below(6);
  auto x = Fill(format, n, [&](std::size_t) {
    return top - (random.OneIn(chances) ? edge * random.Unit() : edge + spread * random.Uniform(-1, 1));
  });
  for (double i = 0; i < maxima && n > 0; ++i) x[random.Below(n)] = top;
  return x;
}

std::vector<double> VanishingSum(Format format, std::size_t n, Random& random) {
  const double sign = random.OneIn(2) ? -1 : 1;
  const double top = random.OneIn(2) ? 0 : sign * std::ldexp(1.0, -static_cast<int>(random.Below(40)));
  const double range = -UnderflowLog(format);
  auto x = Fill(format, n, [&](std::size_t) { return top - range * random.Uniform(0.3, 1); });
  if (n > 0) x[random.Below(n)] = RoundToFormat(format, top);
  return x;
}

std::vector<double> Cancelling(Format format, std::size_t n, Random& random) {
  const double sigma = std::exp(random.Uniform(-3, 2));
  std::vector<double> x(n);
  double sum = 0;
  for (double& value : x) sum += std::exp(value = sigma * random.Normal());
  const double lse = std::log(sum);
  return Fill(format, n, [&](std::size_t i) { return x[i] - lse; });
}

// --- Rows of practice ---------------------------------------------------------------------------------------------

std::vector<double> RandomScores(Format format, std::size_t n, Random& random) {
  // The dot products of one query with independent standard normal keys are normal numbers of variance |q|^2.
  const double depth = random.OneIn(2) ? 64 : 128;
  double square = 0;
  for (double c = 0; c < depth; ++c) square += std::pow(random.Normal(), 2);
  const double sigma = Pick({1., 1., 2., 4.}, random) * std::sqrt(square / depth);
  return Fill(format, n, [&](std::size_t) { return sigma * random.Normal(); });
}

std::vector<double> StructuredScores(Format format, std::size_t n, Random& random) {
  // The newest query, positions as rotations: each pair of components turns with the distance at a speed of its own.
  struct Pair {
    double speed, length, phase;
  };
  std::array<Pair, 16> pairs;
  for (std::size_t f = 0; f < pairs.size(); ++f) {
    pairs[f] = {std::pow(1e4, -static_cast<double>(f) / static_cast<double>(pairs.size())), std::abs(random.Normal()), random.Uniform(-0.5, 0.5)};
  }
  std::array<double, 8> contents;  // tokens that come again and again
  for (double& content : contents) content = 2 * random.Normal();
  const double sink = random.Uniform(0, 10);
  const double gain = Pick({1., 1., 3.}, random);
  return Fill(format, n, [&](std::size_t j) {
    const double distance = static_cast<double>(n - 1 - j);
    double score = contents[random.Below(contents.size())] + (j == 0 ? sink : 0);
    for (const Pair& pair : pairs) score += pair.length / 4 * std::cos(pair.speed * distance + pair.phase);
    return gain * score;
  });
}

std::vector<double> CausalScores(Format format, std::size_t n, Random& random) {
  auto x = random.OneIn(2) ? RandomScores(format, n, random) : StructuredScores(format, n, random);
  // Of query i keys 0 to i are seen; often next to none, or all.
  const std::size_t seen = n == 0 ? 0 : random.OneIn(4) ? 1 : random.OneIn(8) ? n : 1 + random.Below(n);
  for (std::size_t j = seen; j < n; ++j) x[j] = -kInfinity;
  return x;
}

std::vector<double> FiniteMask(Format format, std::size_t n, Random& random) {
  auto x = RandomScores(format, n, random);
  const double lowest = -Largest(format);
  const bool is_added = random.OneIn(2);
  const double hidden = Pick({-1e4, -1e9, lowest, lowest / 2}, random);
  const std::size_t kept = n == 0 || random.OneIn(8) ? 0 : random.Below(n);  // padding behind a shorter sequence
  for (std::size_t i = kept; i < n; ++i) {
    x[i] = std::max(RoundToFormat(format, is_added ? x[i] + hidden : hidden), lowest);
  }
  return x;
}

std::vector<double> EarlyClassifier(Format format, std::size_t n, Random& random) {
  const double sigma = std::exp(random.Uniform(-5, -0.5));
  return Fill(format, n, [&](std::size_t) { return sigma * random.Normal(); });
}

std::vector<double> LateClassifier(Format format, std::size_t n, Random& random) {
  const double sigma = random.Uniform(1, 4);
  auto x = Fill(format, n, [&](std::size_t) { return sigma * random.Normal(); });
  if (n == 0) return x;
  const double top = sigma * std::sqrt(2 * std::log(static_cast<double>(n) + 1)) + random.Uniform(2, 40);
  // Some classes are easily taken for the right one; now and then for a wrong label with as much certainty.
  for (std::uint64_t near = random.Below(4); near > 0; --near) {
    x[random.Below(n)] = RoundToFormat(format, top - random.Uniform(0, 6));
  }
  x[random.Below(n)] = RoundToFormat(format, top);
  return x;
}

std::vector<double> Vocabulary(Format format, std::size_t n, Random& random) {
  // How frequent a token is, by Zipf and Mandelbrot; how well it fits; and the few that the context asks for.
  const double exponent = random.Uniform(0.8, 1.3);
  const double offset = random.Uniform(-10, 20);
  const bool is_capped = random.OneIn(4);
  std::vector<double> x(n);
  for (std::size_t rank = 0; rank < n; ++rank) {
    x[rank] = offset - exponent * std::log(static_cast<double>(rank) + 2.7) + 1.5 * random.Normal();
  }
  Shuffle(x, random);
  for (std::uint64_t asked = 1 + random.Below(5); asked > 0 && n > 0; --asked) x[random.Below(n)] += random.Uniform(4, 16);
  return Fill(format, n, [&](std::size_t i) { return is_capped ? 30 * std::tanh(x[i] / 30) : x[i]; });
}
constexpr std::array<std::size_t, 3> kVocabularies = {32000, 128256, 256000};

std::vector<double> Specials(Format format, std::size_t n, Random& random) {
  auto x = NormalRow<1>(format, n, random);
  const std::uint64_t kinds = random.Below(4);
  for (double& value : x) {
    if (kinds == 3 || random.OneIn(1 + n / 2)) {
      value = kinds == 0        ? std::numeric_limits<double>::quiet_NaN()
              : kinds == 1      ? kInfinity
              : kinds == 3      ? -kInfinity
              : random.OneIn(2) ? -kInfinity
                                : kInfinity;
    }
  }
  return x;
}

constexpr Family kFamilies[] = {
    {"normal_1", "independent standard normal logits", "the everyday case: sums, tails, rounding", NormalRow<1>},
    {"normal_10", "independent normal logits, sigma 10", "relative accuracy of small results", NormalRow<10>},
    {"uniform_10", "independent logits, uniform in [-10, 10]", "the exponential over a moderate range", Uniform10},
    {"wide", "uniform over the range in which the format's exponentials neither vanish nor overflow, both signs",
     "overflow without the maximum, results that vanish", Wide},
    {"huge_offset", "logits within 8 of a common offset of 10^3 to 10^7 of either sign, in steps of its ulp",
     "a missing shift, exp(x - lse), cancellation", HugeOffset},
    {"negative_offset", "logits near a common offset of -200 and far below, beyond -10^5",
     "a maximum that starts at 0, at the smallest positive number or at a finite sentinel", NegativeOffset},
    {"sorted_ascending", "increasing logits, the maximum last", "the rescaling of online sums at every step",
     SortedAscending},
    {"sorted_descending", "decreasing logits, the maximum first", "terms that a running sum absorbs", SortedDescending},
    {"constant", "one value throughout", "counts: a term dropped or added, accumulators that stagnate", Constant},
    {"ties", "one to four distinct values", "equal logits treated differently in different lanes", Ties},
    {"dominant", "standard normal logits and one far above them, often first or last",
     "a lane left out of the maximum or of the sum", Dominant},
    {"near_overflow", "magnitudes from half the largest finite value up", "differences and products that overflow",
     NearOverflow},
    {"subnormal_results", "one maximum, the others where results are subnormal in the format",
     "gradual underflow, flushing, floors", SubnormalResults},
    {"exp_edges", "distances from the maximum within a few ulp of where exponentials over- and underflow",
     "clamps and thresholds of the exponential", ExpEdges},
    {"tiny_differences", "ones, with one or two logits an ulp or two above",
     "results next to a midpoint: double rounding, truncation", TinyDifferences},
    {"subnormal_logits", "subnormal logits of both signs, some ordinary ones", "denormals-are-zero, bit tricks",
     SubnormalLogits},
    {"masked", "normal logits, sigma 10, many replaced by -inf, often a whole prefix; at least one finite",
     "-inf minus -inf, weight on masked entries", Masked},
    {"grid", "small multiples of a power of two", "identities that hold bit for bit where shifts are exact", Grid},
    {"ramp", "an arithmetic progression in random order: every lane its own value", "lanes exchanged or repeated",
     Ramp},
    {"alternating", "groups of lanes on levels up to 10^4 apart", "a maximum taken from the wrong lanes", Alternating},
    {"attention", "scores of one query: a sink at position 0, near keys, many others", "the rows of practice",
     Attention},
    {"thresholds", "a few equal maxima, most others about where sparsemax or entmax gives its first zeros, some between",
     "which elements are taken into the support, and what many of them do to the threshold", Thresholds},
    {"vanishing_sum", "one logit at 0 or next to it, the others far below", "a small sum lost where it is added to 1",
     VanishingSum},
    {"cancelling", "normal logits, shifted such that their exponentials sum to 1",
     "logarithms next to 0: the maximum and the logarithm of the sum cancel", Cancelling},
    {"specials", "standard normal logits with NaN, +inf or -inf in them, or -inf throughout; not finite",
     "the contract on special rows", Specials, true},
    // Rows of practice from here on.
    {"scores_random", "scores of attention: scaled dot products of a random query with random keys, gain 1 to 4",
     "the bulk of a row that no key dominates: sums of many terms of one size", RandomScores},
    {"scores_structured", "scores under rotary positions: repeated contents, waves over the distance, a sink at position 0",
     "near ties, maxima that come in waves, a running maximum that rises late", StructuredScores},
    {"scores_causal", "scores of query i of a causal mask: those of later keys are -inf", "short rows in long ones, blocks of nothing but -inf", CausalScores},
    {"finite_mask", "scores of which padding got, or was added, a large negative number: -10^4, -10^9, the lowest or half of it",
     "masks that are numbers: differences that overflow, rows of nothing but padding, weight on what is hidden", FiniteMask},
    {"classifier_early", "logits of a classifier before it has learnt anything: all next to 0, sigma 0.007 to 0.6",
     "results all next to 1/n, and what is left of small differences", EarlyClassifier},
    {"classifier_late", "logits of a trained classifier: one class 2 to 40 above the rest, up to three near it",
     "results next to 1, log-probabilities and losses next to 0, tails that vanish", LateClassifier},
    {"vocabulary", "logits of a language model: Zipf's law over the tokens, a few that the context asks for, sometimes soft-capped",
     "heavy tails: many small terms that together weigh as much as the largest", Vocabulary, false, kVocabularies},
};
constexpr std::size_t kSynthetic = 25;
static_assert(kFamilies[kSynthetic - 1].special && !kFamilies[kSynthetic].special, "the synthetic families end with specials");

}  // namespace

std::span<const Family> Families() { return kFamilies; }
std::span<const Family> SyntheticFamilies() { return std::span(kFamilies).first(kSynthetic); }

const Family* FindFamily(std::string_view name) {
  for (const Family& family : kFamilies) {
    if (family.name == name) return &family;
  }
  return nullptr;
}

}  // namespace softmax_verify
