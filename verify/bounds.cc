#include "verify/bounds.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace softmax_verify {
namespace {

// Everything here is itself computed in double: each quantity is a sum of non-negative terms, good to a relative
// 2^-40 for n <= 2^12 terms a product deep, and this factor rounds it up.
constexpr double kUp = 1 + 0x1p-30;

double CeilDiv(std::size_t a, std::size_t b) { return static_cast<double>((a + b - 1) / b); }
double CeilLog2(double x) { return std::ceil(std::log2(std::max(x, 1.0))); }

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
      return std::min(sequential, 2 + 2 * count * count * u);
    case Accumulation::Kind::wide:
      return compute == Format::f64 ? sequential : std::min(sequential, 1 + sequential * 0x1p-53 / u);
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

double Rescalings(const Claim& claim, std::span<const double> x) {
  if (claim.rescale_step == 0) return 0;
  std::size_t most = 0;
  for (std::size_t lane = 0; lane < std::min(claim.rescale_lanes, x.size()); ++lane) {
    double maximum = -std::numeric_limits<double>::infinity();
    std::size_t records = 0;
    for (std::size_t begin = 0; begin < x.size(); begin += claim.rescale_step) {
      const std::size_t end = std::min(begin + claim.rescale_step, x.size());
      double step_maximum = -std::numeric_limits<double>::infinity();
      for (std::size_t i = begin + lane; i < end; i += claim.rescale_lanes) step_maximum = std::max(step_maximum, x[i]);
      if (step_maximum > maximum) {
        records += maximum > -std::numeric_limits<double>::infinity();  // before the first maximum the sum is 0
        maximum = step_maximum;
      }
    }
    most = std::max(most, records);
  }
  // And once more where partial sums meet: lanes at the end, or a block below the running maximum.
  return static_cast<double>(most + 1);
}

RowBound ProvedBound(const Kernel& kernel, const Case& row) {
  const Claim& claim = kernel.claim;
  const FormatInfo& storage = Info(kernel.format);
  const double u = UnitRoundoff(claim.compute);
  const double lambda = SmallestNormal(claim.compute);
  const bool narrows = storage.p < Info(claim.compute).p;
  const std::vector<double>& x = row.row().x;
  const Parameters& parameters = row.row().parameters;
  const bool scaled = parameters != Parameters{};

  double maximum = -std::numeric_limits<double>::infinity();
  for (const double value : x) {
    if (std::isnan(value) || value == std::numeric_limits<double>::infinity()) return {};
    maximum = std::max(maximum, value);
  }
  if (!std::isfinite(maximum)) return {};

  // 2 * half * scale / temperature, from halves so that differences of logits do not overflow; the result may.
  int scale_exponent, temperature_exponent;
  const double quotient =
      std::frexp(parameters.scale, &scale_exponent) / std::frexp(parameters.temperature, &temperature_exponent) / 2;
  const int exponent = scale_exponent - temperature_exponent + 2;
  const auto scale = [&](double half) { return std::ldexp(half * quotient, exponent); };
  const double z_max = scale(maximum / 2);

  if (!claim.shifted) {
    const double count = static_cast<double>(std::max<std::size_t>(x.size(), 1));
    if (z_max + std::log(count) > std::log(Largest(claim.compute)) - 0.01 || z_max < std::log(lambda) + 1) return {};
  }
  // An unshifted sum may be small, which magnifies absolute errors of its terms.
  const double magnify = claim.shifted ? 1 : std::exp(-z_max);

  // a_j u bounds the error of the exponent of term j, theta included.
  const std::vector<reference::Enclosure>& exact = row.exact();
  std::vector<double> exponent_error(x.size(), 0);
  std::vector<bool> term_underflows(x.size(), false);
  double weighted = 0;
  double largest = 0;
  double lost = 0;  // absolute error of the terms below the normal range
  // In units of eta, whose half no double holds when it is that of f64.
  const bool gradual = kernel.contract.subnormals == Contract::Subnormals::gradual;
  const double eta = SmallestSubnormal(claim.compute);
  const double term_etas = (gradual ? 1 : 2 * (lambda / eta)) * magnify;
  const double product_etas = gradual ? 0.5 : lambda / eta;
  for (std::size_t i = 0; i < x.size(); ++i) {
    if (std::isinf(x[i])) continue;
    const double d = scale(maximum / 2 - x[i] / 2);
    const double z = claim.shifted ? d : std::abs(scale(x[i] / 2));
    double a = claim.exp_error + claim.shift_error * z + (scaled ? claim.scale_error * z : 0);
    if (scaled && claim.scaled_before_shift) a += 2 * claim.scale_error * std::abs(z_max);
    exponent_error[i] = a;
    const double term = std::exp(claim.shifted ? -d : z_max - d);
    term_underflows[i] = term < 2 * lambda;
    if (term_underflows[i]) {
      lost += term_etas * eta;
    } else {
      weighted += exact[i].Approximate() * a;
      largest = std::max(largest, a);
    }
  }
  weighted *= 1 + 2 * u * largest;  // e^a - 1 <= a (1 + a) for a <= 1

  const double height = SumHeight(claim.accumulation, claim.compute, kernel.format, x.size());
  const double rescaling = Rescalings(claim, x) * (claim.exp_error + 1);
  const double common = (weighted + height + rescaling + claim.normalise_error) * u + lost + 0x1p-100;
  if (!(common < 1)) return {};

  RowBound bound;
  bound.claimed = true;
  bound.log.resize(x.size());
  bound.ulp.resize(x.size());
  double sum = 0;
  double spacing_below = 0;  // what products below the normal range add to the sum
  for (std::size_t i = 0; i < x.size(); ++i) {
    bound.log[i] = (common + exponent_error[i] * u) * kUp;
    if (std::isinf(x[i])) continue;  // +0, without error
    // From here on in units of ulp(y_i).
    const long quantum = UlpExponent(kernel.format, std::max(exact[i].exponent, -4000L));
    const double ulp = std::ldexp(1.0, static_cast<int>(quantum));
    const double y = std::ldexp(exact[i].head, static_cast<int>(std::max(exact[i].exponent - quantum, -4000L)));
    double error = y * std::expm1(std::min(bound.log[i], 700.0));
    const bool product_underflows = exact[i].exponent <= Info(claim.compute).emin;
    const double underflow =
        ((term_underflows[i] ? term_etas : 0) + (product_underflows ? product_etas : 0)) * (eta / ulp);
    error += underflow;
    spacing_below += underflow * ulp;
    if (narrows) {
      if (!gradual && exact[i].exponent <= storage.emin) error += SmallestNormal(kernel.format) / ulp;
      const double rounding =
          UnitRoundoff(kernel.format) * (y + error) + SmallestSubnormal(kernel.format) / ulp / 2;
      error += error <= 0.5 ? 0.5 : std::max(0.5, rounding);
    }
    bound.ulp[i] = error * kUp;
    sum += error * ulp;
  }
  // Where the terms that were summed are the very ones that are divided, their own errors cancel.
  if (!narrows && claim.same_terms) {
    sum = std::min(sum, std::expm1((height + claim.normalise_error) * u) + spacing_below);
  }
  bound.sum = sum * kUp;
  return bound;
}

}  // namespace softmax_verify
