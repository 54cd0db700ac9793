// log_softmax_backward: Theorem G2 of docs/error_bounds.md.
#include <algorithm>
#include <cmath>

#include "verify/bounds.h"

namespace softmax_verify::bounds {

Errors log_softmax_backward(const Kernel& kernel, const Case& row) {
  const Claim& claim = kernel.claim;
  const Values& y = row.row()[Role::y];
  const Values& dy = row.row()[Role::dy];
  const std::size_t n = dy.size();
  const double u = UnitRoundoff(claim.compute);
  const double roundings = (SumHeight(claim.accumulation, claim.compute, kernel.format, n) + 2) * u;
  const double relative = std::expm1(roundings);
  if (!(relative < 1)) return {};

  long double total = 0, magnitude = 0, most_dy = 0;  // G, D
  std::size_t terms = 0;                              // of G: those that are not 0
  for (const double value : dy) {
    if (!std::isfinite(value)) return {};
    const long double size = std::abs(static_cast<long double>(value));
    total += value;
    magnitude += size;
    most_dy = std::max(most_dy, size);
    terms += value != 0;
  }

  const bool gradual = kernel.contract.subnormals == Contract::Subnormals::gradual;
  const bool native = claim.accumulation.kind == Accumulation::Kind::native;
  const long double eta = SmallestSubnormal(claim.compute), lambda = SmallestNormal(claim.compute);
  const long double largest = Largest(native ? kernel.format : claim.compute);
  Errors errors;
  errors.absolute.resize(n);
  errors.magnitude.resize(n);
  for (std::size_t i = 0; i < n; ++i) {
    if (!(y[i] < HUGE_VAL)) return {};
    const long double t = y[i], p = std::exp(t), g = std::abs(static_cast<long double>(dy[i]));
    errors.magnitude[i] = g + p * magnitude;
    long double off = 0;  // delta_i
    if (std::isfinite(t)) {
      const long double a = (claim.exp_error + claim.shift_error * std::abs(t)) * u * (1 + 4 * u);
      off = a < 1 ? p * std::expm1(a) : std::exp(t + a);
      if (p < 2 * lambda) off += gradual ? eta : 2 * lambda;
    }
    const long double most = p + off;
    const long double lost = static_cast<long double>(terms) *
                             ((gradual ? eta / 2 : (3 + 2 * most) * lambda) +
                              (native ? (1 + most) * SmallestSubnormal(kernel.format) : 0));
    // Neither the exponential overflows, nor a product, nor a sum.
    if (!(std::max(1.0L, most) * std::max(1.0L, most_dy + magnitude + lost) <= largest / 4)) return {};
    if (most > 0) {
      errors.absolute[i] = off * std::abs(total) + relative * (g + most * magnitude) + lost * (1 + relative);
    } else if (!gradual && g < lambda) {
      errors.absolute[i] = g;
    }
  }
  errors.claimed = true;
  errors.sum = HUGE_VAL;
  return errors;
}

}  // namespace softmax_verify::bounds
