// jacobian: Theorem G3 of docs/error_bounds.md.
#include <cmath>

#include "verify/bounds.h"

namespace softmax_verify::bounds {

Errors jacobian(const Kernel& kernel, const Case& row) {
  const Claim& claim = kernel.claim;
  if (!claim.shifted) return {};
  const Logits& logits = row.logits();
  const Exponentials exponentials = Analyse(kernel, logits, row.row().parameters);
  const Errors softmax = SoftmaxErrors(kernel, exponentials);
  if (!softmax.claimed) return {};
  const std::vector<long double>& off = softmax.absolute;
  const std::size_t n = off.size();
  std::vector<long double> y;
  for (std::size_t j = 0; j < n; ++j) y.push_back(logits.Softmax(j));
  const double u = UnitRoundoff(claim.compute);
  const double height = SumHeight(claim.accumulation, claim.compute, kernel.format, n);
  const double roundings = (height + 3 + claim.normalise_error) * u;
  const double product = std::expm1(u);
  const double diagonal = std::expm1(roundings);
  if (!(diagonal < 1)) return {};
  // What a result loses below the normal range, off the diagonal and on it.
  const bool gradual = kernel.contract.subnormals == Contract::Subnormals::gradual;
  const long double lost = 3 * std::exp(roundings + 2 * exponentials.SumError()) *
                           (gradual ? SmallestSubnormal(claim.compute) / 2.0L : SmallestNormal(claim.compute) * 1.0L);
  const bool native = claim.accumulation.kind == Accumulation::Kind::native;
  const long double lost_by_each = lost + (native ? SmallestSubnormal(kernel.format) : 0);
  long double all = 0;  // W
  for (const long double each : off) all += each;

  Errors errors;
  errors.claimed = true;
  errors.absolute.resize(n * n);
  errors.magnitude.resize(n * n);
  for (std::size_t i = 0; i < n; ++i) {
    const long double most = y[i] + off[i];
    errors.magnitude[i * n + i] = y[i];
    if (most == 0) continue;
    for (std::size_t j = 0; j < n; ++j) {
      const long double other = y[j] + off[j];
      if (i == j) {
        errors.absolute[i * n + i] = off[i] + most * (all + diagonal * (1 + all)) +
                                 static_cast<long double>(n) * lost_by_each;
      } else if (other > 0) {
        errors.absolute[i * n + j] = y[i] * off[j] + off[i] * other + product * most * other + lost;
      }
    }
  }
  errors.sum = HUGE_VAL;
  return errors;
}

}  // namespace softmax_verify::bounds
