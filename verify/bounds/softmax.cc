// softmax: Theorems 7, 8 and 10 of docs/error_bounds.md.
#include <algorithm>
#include <cmath>

#include "verify/bounds.h"

namespace softmax_verify::bounds {

namespace {

// Of the exponents z_j - lse, beyond that of z_j - max z: Theorem C3.
double SavedLseError(const Kernel& kernel, const Exponentials& exponentials) {
  const double u = UnitRoundoff(kernel.claim.compute);
  const long double log_sum = std::log(exponentials.logits->sum);
  const long double rounding = UnitRoundoff(kernel.statistics) * std::abs(exponentials.maximum + log_sum) + 0x1p-100L;
  return static_cast<double>((rounding + kernel.claim.shift_error * u * (log_sum + rounding)) * (1 + 0x1p-20));
}

}  // namespace

Errors SoftmaxErrors(const Kernel& kernel, const Exponentials& exponentials) {
  const Claim& claim = kernel.claim;
  const double u = UnitRoundoff(claim.compute);
  double common = exponentials.SumError() + claim.normalise_error * u + 0x1p-100;
  if (exponentials.claimed && claim.saved_lse) common += SavedLseError(kernel, exponentials);
  if (!exponentials.claimed || !(common < 1)) return {};

  const bool gradual = kernel.contract.subnormals == Contract::Subnormals::gradual;
  const long double lambda = SmallestNormal(claim.compute);
  const long double product_error = gradual ? SmallestSubnormal(claim.compute) / 2.0L : lambda;
  const Logits& logits = *exponentials.logits;
  const std::size_t n = logits.z.size();
  Errors errors;
  errors.claimed = true;
  errors.absolute.resize(n);
  errors.log.resize(n);
  long double underflow = 0;  // what products below the normal range add to the sum
  for (std::size_t i = 0; i < n; ++i) {
    errors.log[i] = common + exponentials.exponent[i];
    if (std::isinf(logits.distance[i])) continue;  // +0, without error
    const long double y = logits.Softmax(i);
    const long double lost = (exponentials.underflows[i] ? exponentials.term_error : 0) +
                             (y < 2 * lambda ? product_error + (claim.saved_lse ? exponentials.term_error : 0) : 0);
    errors.absolute[i] = y * ExpMinus1(errors.log[i]) + lost;
    underflow += lost;
  }
  // Where the terms that were summed are the very ones that are divided, their own errors cancel.
  errors.sum = claim.same_terms ? static_cast<double>(
                                      std::expm1(exponentials.additions + claim.normalise_error * u) + underflow)
                                : HUGE_VAL;
  return errors;
}

Errors softmax(const Kernel& kernel, const Case& row) {
  return SoftmaxErrors(kernel, Analyse(kernel, row.logits(), row.row().parameters));
}

}  // namespace softmax_verify::bounds
