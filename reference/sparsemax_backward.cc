// sparsemax_backward: dx_i = dy_i - mean of the dy_j with y_j > 0, where y_i > 0, else 0. Rational, and computed as
// such where balls do not answer.
#include <algorithm>
#include <cmath>

#include "reference/interval.h"

namespace softmax_verify::reference {

template <class Real>
std::vector<Result<Real>> exact::sparsemax_backward(const Row& row) {
  using Number = std::conditional_t<kFirstTurn<Real>, Real, Rational>;
  const Values& y = row[Role::y];
  const Values& dy = row[Role::dy];
  const auto is_finite = [](double value) { return std::isfinite(value); };
  if (!std::all_of(y.begin(), y.end(), is_finite) || !std::all_of(dy.begin(), dy.end(), is_finite)) {
    return std::vector<Result<Real>>(y.size(), NaN<Real>());
  }
  Number sum(0.0);
  double count = 0;
  for (std::size_t i = 0; i < y.size(); ++i) {
    if (y[i] <= 0) continue;
    sum += Number(dy[i]);
    ++count;
  }
  std::vector<Result<Real>> results(y.size());
  for (std::size_t i = 0; i < y.size(); ++i) {
    if (y[i] <= 0) continue;
    Number value(dy[i]);
    value *= Number(count);
    value -= sum;
    value /= Number(count);
    if constexpr (kFirstTurn<Real>) {
      results[i].value = value;
    } else {
      results[i] = Exactly<Real>(value);
    }
  }
  return results;
}

SV_REFERENCE(sparsemax_backward)

}  // namespace softmax_verify::reference
