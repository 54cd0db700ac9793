// softmax_backward: Theorem G1 of docs/error_bounds.md.
#include <algorithm>
#include <cmath>

#include "verify/bounds.h"

namespace softmax_verify::bounds {

Errors softmax_backward(const Kernel& kernel, const Case& row) {
  const Claim& claim = kernel.claim;
  const Values& dy = row.row()[Role::dy];
  const std::size_t n = dy.size();
  const double u = UnitRoundoff(claim.compute);
  const bool native = claim.accumulation.kind == Accumulation::Kind::native;

  // The probabilities, and by how much those of the kernel are off.
  std::vector<long double> y, off(n, 0);
  double roundings = SumHeight(claim.accumulation, claim.compute, kernel.format, n) + 3;
  double rescaling = 0;   // of the numerator of c
  long double scale = 1;  // of that numerator
  if (row.row().Has(Role::y)) {
    y.assign(row.row()[Role::y].begin(), row.row()[Role::y].end());
  } else {
    const Logits& logits = row.logits();
    const Exponentials exponentials = Analyse(kernel, logits, row.row().parameters);
    const Errors errors = SoftmaxErrors(kernel, exponentials);
    if (!errors.claimed) return {};
    for (std::size_t j = 0; j < n; ++j) y.push_back(logits.Softmax(j));
    off = errors.absolute;
    roundings += claim.normalise_error;
    rescaling = exponentials.rescaling;
    scale = claim.shifted ? logits.sum : logits.sum * std::exp(exponentials.maximum);
  }
  const double relative = std::expm1(roundings * u + rescaling);
  if (!(relative < 1)) return {};

  const bool gradual = kernel.contract.subnormals == Contract::Subnormals::gradual;
  const long double lambda = SmallestNormal(claim.compute);
  // What a product loses below the normal range, or a sum that is flushed.
  const auto lost = [&](std::size_t j) {
    return gradual ? SmallestSubnormal(claim.compute) / 2.0L : (2 + std::abs(y[j])) * lambda;
  };
  long double c = 0, magnitude = 0;               // C
  long double most_magnitude = 0, c_error = 0;    // C of the kernel's probabilities; all errors but the relative one
  long double most_y = 1, most_dy = 0;
  for (std::size_t j = 0; j < n; ++j) {
    const long double g = std::abs(static_cast<long double>(dy[j]));
    if (!std::isfinite(dy[j]) || !std::isfinite(y[j])) return {};
    // Saved probabilities that are read as zeros.
    if (!gradual && std::abs(y[j]) < lambda) off[j] = std::max(off[j], std::abs(y[j]));
    const long double most = std::abs(y[j]) + off[j];
    c += y[j] * dy[j];
    magnitude += std::abs(y[j]) * g;
    most_magnitude += most * g;
    c_error += off[j] * g;
    if (most * g > 0) c_error += lost(j) * (1 + relative) / std::min(scale, 1.0L);
    if (native) c_error += SmallestSubnormal(kernel.format);
    most_y = std::max(most_y, most);
    most_dy = std::max(most_dy, g);
  }
  const long double greatest = std::max(scale, most_y) * (most_dy + most_magnitude + c_error);
  if (!(greatest <= Largest(native ? kernel.format : claim.compute) / 4)) return {};

  Errors errors;
  errors.claimed = true;
  errors.absolute.resize(n);
  errors.magnitude.resize(n);
  for (std::size_t i = 0; i < n; ++i) {
    const long double g = std::abs(static_cast<long double>(dy[i]));
    const long double most = std::abs(y[i]) + off[i];
    errors.magnitude[i] = std::abs(y[i]) * (g + magnitude);
    errors.absolute[i] = off[i] * std::abs(dy[i] - c) + most * (relative * (g + most_magnitude) + c_error);
    if (most * (g + magnitude) > 0) errors.absolute[i] += 3 * lost(i);
  }
  errors.sum = HUGE_VAL;
  return errors;
}

}  // namespace softmax_verify::bounds
