// softmax: y_i = exp(d_i) / sum_j exp(d_j) with d_i = (x_i - max x) * scale / temperature.
//
// Shifting first keeps d_i accurate to a few units of the working precision whatever the size of the logits: x_i - max
// x is exact where the two are close, and where they are not its rounding is relative to itself.
//
// By Lindemann and Weierstrass y_i is transcendental unless all finite logits are equal (docs/reference.md), so Ziv's
// loop ends. But the results at the maximum can lie closer below 1 / (number of maxima) than any precision shows.
#include "reference/interval.h"

namespace softmax_verify::reference {

template <class Real>
std::vector<Result<Real>> exact::softmax(const Logits& logits) {
  const std::vector<Logits::Group>& groups = logits.groups;
  const Real scale(logits.parameters.scale);
  const Real temperature(logits.parameters.temperature);
  const Real maximum(groups.front().x);
  std::vector<Result<Real>> results(groups.size());  // of exact zeros
  Real sum(0.0);
  for (std::size_t i = 0; i < groups.size() && std::isfinite(groups[i].x); ++i) {
    Real distance(groups[i].x);
    distance -= maximum;
    if (logits.parameters.scale != 1) distance *= scale;
    if (logits.parameters.temperature != 1) distance /= temperature;
    Real term = Exp(distance);
    results[i].value = term;
    if (groups[i].count > 1) term *= Real(static_cast<double>(groups[i].count));
    sum += term;
  }
  for (Result<Real>& result : results) result.value /= sum;
  const bool alone = groups.size() == 1 || std::isinf(groups[1].x);
  results.front().limit = std::make_shared<Limit>(Limit{Rational(1, groups.front().count), alone});
  return results;
}

SV_REFERENCE(softmax)

}  // namespace softmax_verify::reference
