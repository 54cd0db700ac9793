#include "reports/sampling.h"

#include <boost/math/distributions/binomial.hpp>
#include <cmath>

namespace softmax_verify {
namespace {

// p log(p / q) + (1 - p) log((1 - p) / (1 - q)): the divergence of a coin p from a coin q.
double Divergence(double p, double q) {
  const auto term = [](double a, double b) { return a == 0 ? 0 : a * std::log(a / b); };
  return term(p, q) + term(1 - p, 1 - q);
}

// The q between `p` and `end` at which the divergence from p, which grows on the way, reaches `most`; `end` where it does
// not. Bisection keeps the side beyond, so that rounding widens the interval.
double FarthestMean(double p, double end, double most) {
  if (Divergence(p, end) <= most) return end;
  double within = p, beyond = end;
  for (int i = 0; i < 60; ++i) {
    const double middle = within + (beyond - within) / 2;
    (Divergence(p, middle) <= most ? within : beyond) = middle;
  }
  return beyond;
}

}  // namespace

Interval RateInterval(std::uint64_t hits, std::uint64_t trials, double miss) {
  if (trials == 0) return {};
  using Binomial = boost::math::binomial_distribution<>;
  const auto n = static_cast<double>(trials), k = static_cast<double>(hits);
  return {hits == 0 ? 0 : Binomial::find_lower_bound_on_p(n, k, miss / 2),
          hits == trials ? 1 : Binomial::find_upper_bound_on_p(n, k, miss / 2)};
}

Interval MeanInterval(double low, double high, std::uint64_t count, double miss) {
  if (count == 0) return {};
  const double most = std::log(2 / miss) / static_cast<double>(count);
  return {FarthestMean(low, 0, most), FarthestMean(high, 1, most)};
}

}  // namespace softmax_verify
