#include "verify/bounds.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <ranges>

namespace softmax_verify {
namespace {

// Everything here is itself computed in double: each quantity is a sum of non-negative terms, good to a relative
// 2^-40 for n <= 2^12 terms a product deep, and this factor rounds it up.
constexpr double kUp = 1 + 0x1p-30;
constexpr double kInfinity = std::numeric_limits<double>::infinity();

double CeilDiv(std::size_t a, std::size_t b) { return static_cast<double>((a + b - 1) / b); }
double CeilLog2(double x) { return std::ceil(std::log2(std::max(x, 1.0))); }

// At least e^-d (e^a - 1), d the distance of element i.
long double Excess(const Logits& logits, std::size_t i, long double a) {
  return a < 1 ? logits.weight[i] * bounds::ExpMinus1(a) : std::exp(a - logits.distance[i]);
}

// How many elements, each larger than all of the chain before it, can be chosen in the order of the range when element i
// lies somewhere in [low[i], high[i]].
template <class Range>
std::size_t LongestAscent(const Range& low, const Range& high) {
  std::vector<double> least;  // least[k]: the smallest that the largest of a chain of k + 1 can be; ascending
  auto upper = high.begin();
  for (const double lower : low) {
    const double value = *upper++;
    if (value == -kInfinity) continue;
    auto first = std::lower_bound(least.begin(), least.end(), lower);
    auto last = std::lower_bound(first, least.end(), value);
    if (last == least.end()) {
      const auto at = first - least.begin();
      least.push_back(kInfinity);
      first = least.begin() + at;
      last = least.end() - 1;
    }
    // Chains whose largest may be below the element go on; those that end below it for certain now end in it.
    std::move_backward(first, last, last + 1);
    *first = lower;
  }
  return least.size();
}

}  // namespace

double SumHeight(const Accumulation& accumulation, Format compute, Format storage, std::size_t n) {
  if (n <= 1 && accumulation.kind != Accumulation::Kind::native) return 0;
  const double u = UnitRoundoff(compute);
  const double count = static_cast<double>(n);
  const std::size_t parameter = std::max<std::size_t>(accumulation.parameter, 1);
  const double sequential = count - 1;
  switch (accumulation.kind) {
    case Accumulation::Kind::sequential:
      return sequential;
    case Accumulation::Kind::lanes:
      return std::min(sequential, CeilDiv(n, parameter) - 1 + CeilLog2(static_cast<double>(parameter)));
    case Accumulation::Kind::pairwise:
      return std::min(sequential, static_cast<double>(parameter) - 1 + CeilLog2(CeilDiv(n, parameter)));
    case Accumulation::Kind::compensated:
      return std::min(sequential, 2 + 2 * CeilDiv(n, parameter) * CeilDiv(n, parameter) * u +
                                      CeilLog2(static_cast<double>(parameter)));
    case Accumulation::Kind::wide:
      if (compute == Format::f64) return sequential;
      return std::min(sequential, 1 + CeilLog2(static_cast<double>(std::min(parameter, n))) + sequential * 0x1p-53 / u);
    case Accumulation::Kind::blocks:
      return std::min(sequential, static_cast<double>(parameter) - 1 + CeilDiv(n, parameter) - 1);
    case Accumulation::Kind::native: {
      // Each of the n / L additions is rounded in f32 and then to the storage format, whose subnormal sums are off by
      // half its smallest subnormal; the L partial sums are merged in f32.
      const double additions = CeilDiv(n, parameter) * (UnitRoundoff(storage) + u);
      const double merging = CeilLog2(static_cast<double>(parameter)) * u;
      return (additions + merging + count * SmallestSubnormal(storage)) / u;
    }
  }
  return std::numeric_limits<double>::infinity();
}

double Rescalings(const Claim& claim, std::span<const double> low, std::span<const double> high) {
  if (claim.rescale_step == 0) return 0;
  if (claim.rescale_lanes == 0) {
    const auto backwards = [](std::span<const double> values) { return std::ranges::reverse_view(values); };
    const std::size_t ascent =
        std::max(LongestAscent(low, high), LongestAscent(backwards(low), backwards(high)));
    return static_cast<double>(std::max<std::size_t>(ascent, 1)) + CeilLog2(static_cast<double>(low.size()));
  }
  std::size_t most = 0;
  for (std::size_t lane = 0; lane < std::min(claim.rescale_lanes, low.size()); ++lane) {
    double maximum = -kInfinity;  // at least this
    std::size_t records = 0;
    for (std::size_t begin = 0; begin < low.size(); begin += claim.rescale_step) {
      const std::size_t end = std::min(begin + claim.rescale_step, low.size());
      double least = -kInfinity;  // the maximum of the step lies between
      double largest = -kInfinity;
      for (std::size_t i = begin + lane; i < end; i += claim.rescale_lanes) {
        least = std::max(least, low[i]);
        largest = std::max(largest, high[i]);
      }
      if (largest > maximum) records += maximum > -kInfinity;  // before the first maximum the sum is 0
      maximum = std::max(maximum, least);
    }
    most = std::max(most, records);
  }
  // And once more where partial sums meet: lanes at the end, or a block below the running maximum.
  return static_cast<double>(most + 1);
}

double StorageRoundoff(const Kernel& kernel, Format format) {
  if (Info(format).p >= Info(kernel.claim.compute).p) return 0;
  return kernel.claim.faithful ? 2 * UnitRoundoff(format) : UnitRoundoff(format);
}

namespace bounds {

double SignedSumError(const Accumulation& accumulation, Format compute, Format storage, std::size_t n) {
  return std::expm1(SumHeight(accumulation, compute, storage, n) * UnitRoundoff(compute)) * kUp;
}

long double BaseTwoError(const Kernel& kernel, long double maximum, long double log_sum, long double error) {
  if (!kernel.claim.base_2_lse) return 0;
  const double u = UnitRoundoff(kernel.claim.compute);
  const double storage = UnitRoundoff(kernel.statistics) * (kernel.claim.faithful ? 1.5 : 1);
  const long double size = std::abs(maximum) + log_sum;
  if (!(size + error < 0.69L * Largest(kernel.statistics))) return std::numeric_limits<long double>::infinity();
  return 2.25 * u * (size + error) + 2.25 * storage * (std::abs(maximum + log_sum) + error) +
         4 * SmallestNormal(kernel.statistics);
}

LogSum LogSumOf(const Kernel& kernel, const Exponentials& exponentials) {
  const Claim& claim = kernel.claim;
  const Logits& logits = *exponentials.logits;
  const double log_error = claim.log_error * UnitRoundoff(claim.compute);
  const double height = exponentials.additions + exponentials.rescaling;
  const long double underflow = exponentials.term_error * std::exp(static_cast<long double>(height));
  long double others = 0;  // t
  long double error = 0;   // of t
  for (std::size_t i = 0; i < logits.z.size(); ++i) {
    if (i == logits.top || std::isinf(logits.distance[i])) continue;
    others += logits.weight[i];
    error += Excess(logits, i, exponentials.exponent[i] + height);
    if (exponentials.underflows[i]) error += underflow;
  }
  LogSum log_sum;
  log_sum.value = std::log1p(others);
  if (claim.log1p && claim.shifted) {
    const long double relative = error / (1 + others);  // to s
    const long double moved = relative < 1 ? -std::log1p(-relative) : std::numeric_limits<long double>::infinity();
    log_sum.error = (moved + log_error * (log_sum.value + moved)) * kUp;
  } else {
    // Without a shift it is the logarithm of s e^m that is computed.
    const long double size = claim.shifted ? log_sum.value : std::abs(exponentials.maximum + log_sum.value);
    log_sum.error = (exponentials.SumError() + log_error * (size + exponentials.SumError())) * kUp;
  }
  return log_sum;
}

Exponentials Analyse(const Kernel& kernel, const Logits& logits, const Parameters& parameters) {
  if (logits.kind != Logits::Kind::finite) return {};
  const Claim& claim = kernel.claim;
  const double u = UnitRoundoff(claim.compute);
  const double lambda = SmallestNormal(claim.compute);
  const bool scaled = parameters.Scales();
  const std::size_t n = logits.z.size();
  const std::size_t top = logits.top;

  Exponentials result;
  result.logits = &logits;
  result.maximum = logits.z[top];
  if (!claim.shifted) {
    const double count = static_cast<double>(n);
    if (result.maximum + std::log(count) > std::log(Largest(claim.compute)) - 0.01 ||
        result.maximum < std::log(lambda) + 1) {
      return {};
    }
  }
  // An unshifted sum may be small, which magnifies absolute errors of its terms.
  const long double magnify = claim.shifted ? 1 : std::exp(-result.maximum);
  const bool gradual = kernel.contract.subnormals == Contract::Subnormals::gradual;
  result.term_error = (gradual ? static_cast<long double>(SmallestSubnormal(claim.compute)) : 2.0L * lambda) * magnify;
  const long double least = 2.0L * lambda * magnify;  // weights below it may underflow

  // What is rounded before the shift errs by so much, in units of u.
  const auto rounded_before = [&](std::size_t i) {
    return (scaled ? claim.scale_error * std::abs(logits.scaled[i]) : 0) + (logits.biased ? std::abs(logits.z[i]) : 0);
  };
  const bool before = claim.scaled_before_shift || logits.biased;
  const long double top_before = rounded_before(top);

  result.exponent.resize(n);
  result.underflows.resize(n);
  long double weighted = 0;
  long double largest = 0;
  long double lost = 0;  // absolute error of the terms below the normal range
  for (std::size_t i = 0; i < n; ++i) {
    const long double d = logits.distance[i];
    if (std::isinf(d)) continue;
    const long double seen = claim.shifted ? d : std::abs(logits.z[i]);  // by the shift and by a scale behind it
    long double a = claim.exp_error + claim.shift_error * seen;
    if (before) {
      a += rounded_before(i) + top_before;
    } else if (scaled) {
      a += claim.scale_error * seen;
    }
    const long double exponent = a * u * (1 + 4 * u);
    result.exponent[i] = static_cast<double>(exponent);
    result.underflows[i] = logits.weight[i] < least;
    if (result.underflows[i]) {
      lost += result.term_error + Excess(logits, i, exponent);
    } else {
      weighted += logits.weight[i] * exponent;
      largest = std::max(largest, exponent);
    }
  }
  // e^a - 1 <= a (1 + a) for a <= 1
  result.terms = static_cast<double>(weighted / logits.sum * (1 + 2 * largest) + lost) * kUp;
  result.additions = SumHeight(claim.accumulation, claim.compute, kernel.format, n) * u * kUp;
  if (claim.rescale_step > 0) {
    const std::vector<double> z(logits.z.begin(), logits.z.end());
    result.rescaling = Rescalings(claim, z) * (claim.exp_error + 1) * u * kUp;
  }
  result.claimed = result.SumError() < 1;
  return result;
}

}  // namespace bounds

namespace {

bounds::Errors ErrorsOf(const Kernel& kernel, const Case& row) {
  switch (kernel.operation) {
#define SV_OPERATION(name, operands, parameters, definition) \
  case Operation::name:                                      \
    return bounds::name(kernel, row);
#include "softmax_verify/operations.def"
#undef SV_OPERATION
  }
  return {};
}

// The size of an exact result: 0 for one that is 0, NaN or infinite.
long double Magnitude(const reference::Enclosure& exact) {
  if (exact.kind != reference::Enclosure::Kind::finite) return 0;
  return std::ldexp(static_cast<long double>(exact.head), static_cast<int>(std::max(exact.exponent, -16000L)));
}

long UnitOf(Format format, long double magnitude) {
  const long least = UlpExponent(format, Info(format).emin);
  if (!(magnitude > 0)) return least;
  return std::max(least, UlpExponent(format, std::min<long>(std::ilogb(magnitude), Info(format).emax)));
}

}  // namespace

RowBound ProvedBound(const Kernel& kernel, const Case& row) {
  const bounds::Errors errors = ErrorsOf(kernel, row);
  const std::vector<Format> formats = ResultFormats(row.row());
  const std::vector<reference::Enclosure>& exact = row.exact();
  const bool gradual = kernel.contract.subnormals == Contract::Subnormals::gradual;

  RowBound bound;
  bound.claimed = errors.claimed;
  bound.log = errors.log;
  bound.unit.resize(exact.size());
  if (errors.claimed) bound.ulp.resize(exact.size());
  long double sum = 0;
  bool narrows_any = false;
  for (std::size_t e = 0; e < exact.size(); ++e) {
    const Format format = formats[e];
    const long double y = Magnitude(exact[e]);
    bound.unit[e] = UnitOf(format, errors.magnitude.empty() ? y : std::max(y, errors.magnitude[e]));
    if (!errors.claimed) continue;
    const long double unit = std::ldexp(1.0L, static_cast<int>(bound.unit[e]));
    long double error = errors.absolute[e];
    const bool narrows = Info(format).p < Info(kernel.claim.compute).p;
    // An exact 0 that is computed without error stays one.
    if (narrows && !(error == 0 && y == 0)) {
      narrows_any = true;
      const long double ulp = std::ldexp(1.0L, static_cast<int>(UnitOf(format, y)));
      if (!gradual && y < 2 * SmallestNormal(format)) error += SmallestNormal(format);
      const long double rounding =
          UnitRoundoff(format) * (y + error) + static_cast<long double>(SmallestSubnormal(format)) / 2;
      if (kernel.claim.faithful) {
        error += std::ldexp(1.0L, static_cast<int>(UnitOf(format, y + error)));
      } else {
        error += error <= ulp / 2 ? ulp / 2 : std::max(ulp / 2, rounding);
      }
    }
    if (kernel.claim.correctly_rounded || kernel.claim.value_error > 0) {
      error = std::ldexp(0.5L, static_cast<int>(UnitOf(format, y)));
      if (!kernel.claim.correctly_rounded) error += kernel.claim.value_error * y;  // Theorem 9
    }
    bound.ulp[e] = static_cast<double>(error / unit) * kUp;
    sum += error;
  }
  bound.sum = static_cast<double>(narrows_any ? sum : std::min<long double>(sum, errors.sum)) * kUp;
  return bound;
}

}  // namespace softmax_verify
