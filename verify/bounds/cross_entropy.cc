// cross_entropy: Theorem C1 of docs/error_bounds.md.
#include <algorithm>
#include <cmath>

#include "verify/bounds.h"
#include "verify/bounds/coefficients.h"

namespace softmax_verify::bounds {
namespace {

// One row, or the sum of several.
struct Loss {
  bool claimed = false;
  long double value = 0;
  long double error = 0;
  long double magnitude = 0;  // C
  long double reach = 0;      // no intermediate result is larger

  Loss& operator+=(const Loss& other) {
    claimed = claimed && other.claimed;
    value += other.value;
    error += other.error;
    magnitude += other.magnitude;
    reach += other.reach;
    return *this;
  }
};

long double Tiny(const Kernel& kernel) {
  const bool gradual = kernel.contract.subnormals == Contract::Subnormals::gradual;
  return gradual ? SmallestSubnormal(kernel.claim.compute) : 2.0L * SmallestNormal(kernel.claim.compute);
}

Loss LossOf(const Kernel& kernel, const Case& given, std::size_t i) {
  const Row& row = given.row();
  Loss loss;
  loss.claimed = true;
  if (IsIgnored(row, i)) return loss;
  const Claim& claim = kernel.claim;
  const double u = UnitRoundoff(claim.compute);
  const std::size_t n = row.GetShape().n;
  const bool smooths = row.parameters.label_smoothing > 0;
  const Exponentials exponentials = Analyse(kernel, given.logits(i), row.parameters);
  const double height = SumHeight(claim.accumulation, claim.compute, kernel.format, n);
  const double rho = std::expm1((smooths ? height + 8 : 6) * u);
  if (!exponentials.claimed || !claim.shifted || !(rho < 1)) return {};

  const double sum_error = exponentials.SumError();
  const long double log_sum = std::log(given.logits(i).sum);
  const long double log_error = sum_error + claim.log_error * u * (log_sum + sum_error);
  const std::vector<long double> c = CoefficientsOf(row, i);
  for (std::size_t k = 0; k < n; ++k) {
    if (c[k] == 0) continue;
    if (!(c[k] >= 2.0L * SmallestNormal(claim.compute))) return {};
    const long double distance = given.logits(i).distance[k];
    // The error of a distance is that of the exponent without the exponential's own.
    long double distance_error = std::max(0.0, exponentials.exponent[k] - claim.exp_error * u);
    if (row.parameters.Scales()) distance_error += 0x1p-100L;
    loss.value += c[k] * (log_sum + distance);
    loss.error += c[k] * (log_error + distance_error);
    loss.magnitude += c[k];
    loss.reach += std::max(1.0L, WeightOf(row, k)) * (log_sum + distance);
  }
  if (std::isinf(loss.value)) {
    // Exactly so: infinity times a positive number stays infinity.
    loss.error = loss.magnitude = loss.reach = 0;
    return loss;
  }
  const long double underflows = (smooths ? static_cast<long double>(n) : 0) + 4 + 5 * loss.magnitude;
  loss.error = (1 + rho) * (loss.error + underflows * Tiny(kernel)) + rho * loss.value;
  return loss;
}

}  // namespace

Errors cross_entropy(const Kernel& kernel, const Case& given) {
  const Row& row = given.row();
  const double u = UnitRoundoff(kernel.claim.compute);
  const auto m = static_cast<double>(row.m);
  std::vector<Loss> losses;
  for (std::size_t i = 0; i < row.m; ++i) losses.push_back(LossOf(kernel, given, i));
  if (row.parameters.reduction != Reduction::none) {
    Loss total = losses.front();
    for (std::size_t i = 1; i < row.m; ++i) total += losses[i];
    const bool mean = row.parameters.reduction == Reduction::mean;
    const long double divisor = mean ? TotalWeight(row) : 1;
    if (divisor == 0) return {};
    const double rho = std::expm1((mean ? 2 * (m - 1) + 3 : m - 1) * u);
    if (!(rho < 1)) return {};
    if (!std::isinf(total.value)) total.error = total.error * (1 + rho) + rho * total.value;
    total.error /= divisor;
    if (mean && total.error > 0) total.error += (m + 1) * Tiny(kernel);
    total.magnitude /= divisor;
    total.reach = std::max(total.reach, total.reach / divisor);
    losses = {total};
  }

  Errors errors;
  errors.claimed = true;
  errors.sum = HUGE_VAL;
  for (const Loss& loss : losses) {
    if (!loss.claimed || !(loss.reach < Largest(kernel.claim.compute) / 2)) return {};
    errors.absolute.push_back(loss.error);
    errors.magnitude.push_back(loss.magnitude);
  }
  return errors;
}

}  // namespace softmax_verify::bounds
