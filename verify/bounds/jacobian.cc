// jacobian: Theorem G3 of docs/error_bounds.md.
#include <cmath>

#include "verify/bounds.h"

namespace softmax_verify::bounds {

Errors jacobian(const Kernel& kernel, const Case& row) {
  const Claim& claim = kernel.claim;
  const Exponentials exponentials = Analyse(kernel, row.row().x, {}, row.row().parameters);
  const Errors softmax = SoftmaxErrors(kernel, exponentials);
  if (!softmax.claimed) return {};
  const std::vector<long double>& y = exponentials.softmax;
  const std::vector<long double>& off = softmax.absolute;
  const std::size_t n = y.size();
  const double u = UnitRoundoff(claim.compute);
  const bool gradual = kernel.contract.subnormals == Contract::Subnormals::gradual;
  // What a product loses below the normal range.
  const long double lost = gradual ? SmallestSubnormal(claim.compute) / 2.0L : SmallestNormal(claim.compute) * 1.0L;
  const double height = SumHeight(claim.accumulation, claim.compute, kernel.format, n);
  const double diagonal = std::expm1((height + 3 + claim.normalise_error) * u);
  const double product = std::expm1(u);
  long double all = 0;
  for (const long double each : off) all += each;

  Errors errors;
  errors.claimed = diagonal < 1;
  if (!errors.claimed) return {};
  errors.absolute.resize(n * n);
  errors.magnitude.resize(n * n);
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = 0; j < n; ++j) {
      long double& error = errors.absolute[i * n + j];
      const long double most = y[i] + off[i];
      if (i == j) {
        errors.magnitude[i * n + i] = y[i];
        if (most > 0) {
          error = off[i] + most * (all + diagonal * (1 + all)) + static_cast<long double>(n + 3) * lost;
        }
      } else {
        const long double other = y[j] + off[j];
        error = y[i] * off[j] + off[i] * other + product * most * other;
        if (most * other > 0) error += 2 * lost;
      }
    }
  }
  errors.sum = HUGE_VAL;
  return errors;
}

}  // namespace softmax_verify::bounds
