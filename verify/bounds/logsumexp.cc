// logsumexp: Theorem 13 of docs/error_bounds.md.
#include <algorithm>
#include <cmath>

#include "verify/bounds.h"

namespace softmax_verify::bounds {

Errors logsumexp(const Kernel& kernel, const Case& row) {
  const Claim& claim = kernel.claim;
  const double u = UnitRoundoff(claim.compute);
  const long double lambda = SmallestNormal(claim.compute);
  const Exponentials exponentials = Analyse(kernel, row.logits(), row.row().parameters);
  const long double size = std::abs(exponentials.maximum);
  Errors errors;
  errors.magnitude = {claim.log1p ? size : std::max(size, 1.0L)};
  if (!exponentials.claimed) return errors;

  const LogSum log_sum = LogSumOf(kernel, exponentials);
  const long double lse = std::abs(exponentials.maximum + log_sum.value);
  long double error = log_sum.error;
  if (row.row().parameters.Scales()) {
    error += claim.scale_error * u * (1 + 4 * u) * size;
    if (size < lambda / (u * u)) error += 2 * lambda;
  }
  const bool gradual = kernel.contract.subnormals == Contract::Subnormals::gradual;
  if (!gradual && lse < 2 * lambda) error += lambda;
  const long double absolute = (1 + u) * error + u * lse;
  errors.absolute = {absolute + BaseTwoError(kernel, exponentials.maximum, log_sum.value, absolute)};
  errors.claimed = std::isfinite(errors.absolute[0]);
  return errors;
}

}  // namespace softmax_verify::bounds
