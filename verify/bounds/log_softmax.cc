// log_softmax: Theorem 12 of docs/error_bounds.md.
#include <algorithm>
#include <cmath>

#include "verify/bounds.h"

namespace softmax_verify::bounds {

Errors log_softmax(const Kernel& kernel, const Case& row) {
  const Claim& claim = kernel.claim;
  const double u = UnitRoundoff(claim.compute);
  const Exponentials exponentials = Analyse(kernel, row.logits(), row.row().parameters);
  Errors errors;
  const std::size_t n = row.row().x.size();
  if (!claim.log1p) errors.magnitude.assign(n, 1);
  if (!exponentials.claimed) return errors;

  const bool gradual = kernel.contract.subnormals == Contract::Subnormals::gradual;
  const long double lambda = SmallestNormal(claim.compute);
  const bool scaled = row.row().parameters.Scales();
  const LogSum log_sum = LogSumOf(kernel, exponentials);
  errors.claimed = true;
  errors.absolute.resize(n);
  for (std::size_t i = 0; i < n; ++i) {
    const long double d = row.logits().distance[i];
    if (std::isinf(d)) continue;  // -inf, without error
    // Of the shift alone: a_i u without the error of the exponential. Nothing is lost where the maximum is subtracted from
    // itself, unless it has been scaled before.
    long double difference = 0;
    if (d > 0 || (scaled && claim.scaled_before_shift)) difference = exponentials.exponent[i] - claim.exp_error * u;
    if (d > 0 && scaled) difference += 0x1p-100L;
    const long double size = d + log_sum.value;
    errors.absolute[i] = (1 + u) * (difference + log_sum.error) + u * size;
    if (!gradual && size < 2 * lambda) errors.absolute[i] += lambda;
  }
  return errors;
}

}  // namespace softmax_verify::bounds
