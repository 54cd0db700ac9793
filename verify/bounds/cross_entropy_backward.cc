// cross_entropy_backward: Theorem C2 of docs/error_bounds.md.
#include <algorithm>
#include <cmath>

#include "verify/bounds.h"
#include "verify/bounds/coefficients.h"

namespace softmax_verify::bounds {

Errors cross_entropy_backward(const Kernel& kernel, const Case& given) {
  const Row& row = given.row();
  const Claim& claim = kernel.claim;
  const double u = UnitRoundoff(claim.compute);
  const std::size_t n = row.GetShape().n;
  const bool gradual = kernel.contract.subnormals == Contract::Subnormals::gradual;
  const long double tiny = gradual ? SmallestSubnormal(claim.compute) : 2.0L * SmallestNormal(claim.compute);
  const Parameters& parameters = row.parameters;
  const long double factor = static_cast<long double>(parameters.scale) / parameters.temperature;
  const long double divisor = parameters.reduction == Reduction::mean ? TotalWeight(row) : 1;

  const double height = SumHeight(claim.accumulation, claim.compute, kernel.format, n);
  const bool sums_weights = parameters.label_smoothing > 0 && row.Has(Role::weight);
  const double leaf = (sums_weights ? height + 8 : 4) * u;  // roundings of C, and of its product with y_j
  const double rounding = std::expm1((static_cast<double>(row.m) + 6) * u);
  if (!(leaf < 1) || !(rounding < 1)) return {};

  Errors errors;
  errors.claimed = true;
  errors.sum = HUGE_VAL;
  errors.absolute.assign(row.m * n, 0);
  errors.magnitude.assign(row.m * n, 0);
  for (std::size_t i = 0; i < row.m; ++i) {
    if (IsIgnored(row, i)) continue;
    const Exponentials exponentials = Analyse(kernel, given.logits(i), parameters);
    const Errors softmax = SoftmaxErrors(kernel, exponentials);
    const Values& dloss = row[Role::dloss];
    const long double upstream =
        dloss.empty() ? 1 : std::abs(dloss[parameters.reduction == Reduction::none ? i : 0]);
    const long double t = upstream * factor / divisor;
    if (!softmax.claimed || !std::isfinite(upstream) || divisor == 0) return {};

    const std::vector<long double> c = CoefficientsOf(row, i);
    long double total = 0;
    for (const long double coefficient : c) {
      if (coefficient != 0 && !(coefficient >= 2.0L * SmallestNormal(claim.compute))) return {};
      total += coefficient;
    }
    const long double greatest = std::max(upstream, 1.0L) * std::max(factor, 1.0L) * std::max(1 / divisor, 1.0L);
    if (!(greatest * (1 + total) < Largest(claim.compute) / 4)) return {};

    // t errs by so much where one of its factors or products is below the normal range.
    const long double lost = tiny * (1 + 1 / divisor) * (1 + factor + upstream);
    for (std::size_t j = 0; j < n; ++j) {
      const long double y = given.logits(i).Softmax(j);
      const long double both = total * y + c[j];
      if ((softmax.absolute[j] == 0 && c[j] == 0) || total == 0 || t == 0) continue;  // 0, without error
      const long double terms =
          total * (softmax.absolute[j] * std::exp(leaf) + y * std::expm1(leaf)) + c[j] * std::expm1(4 * u);
      const long double underflow = 2 * (tiny * (2 + t) + lost * both);
      errors.absolute[i * n + j] = t * (terms * (1 + rounding) + std::abs(total * y - c[j]) * rounding) + underflow;
      errors.magnitude[i * n + j] = t * both;
    }
  }
  return errors;
}

}  // namespace softmax_verify::bounds
