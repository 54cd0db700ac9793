// log_softmax_backward: dx_i = dy_i - e^(y_i) G, G = sum_j dy_j.
//
// G is rational, and computed as such where balls do not answer. e^(y_i) is 0 for y_i = -inf, 1 for y_i = 0, and
// otherwise transcendental (Lindemann), and so is dx_i then, unless G is 0: Ziv's loop ends. But where e^(y_i) is
// small, dx_i can lie closer to dy_i than any precision shows: below it where G is positive, above it where G is
// negative.
#include <algorithm>
#include <cmath>
#include <limits>

#include "reference/interval.h"

namespace softmax_verify::reference {

template <class Real>
std::vector<Result<Real>> exact::log_softmax_backward(const Row& row) {
  using Number = std::conditional_t<kFirstTurn<Real>, Real, Rational>;
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  const Values& y = row[Role::y];
  const Values& dy = row[Role::dy];
  std::vector<Result<Real>> results(dy.size(), NaN<Real>());
  if (!std::all_of(dy.begin(), dy.end(), [](double value) { return std::isfinite(value); })) return results;
  Number total(0.0);  // G
  for (const double value : dy) total += Number(value);
  for (std::size_t i = 0; i < y.size(); ++i) {
    if (!(y[i] < kInfinity)) continue;
    if (y[i] == -kInfinity) {
      results[i] = Exactly<Real>(Rational(dy[i]));
      continue;
    }
    results[i] = {};
    Real taken = Exp(Real(y[i]));
    if constexpr (kFirstTurn<Real>) {
      taken *= total;
    } else {
      if (y[i] == 0 || total == 0) {
        results[i] = Exactly<Real>(y[i] == 0 ? Rational(Rational(dy[i]) - total) : Rational(dy[i]));
        continue;
      }
      taken *= FromRational<Real>(total);
      const Limit limit{Rational(dy[i]), total > 0 ? Limit::Side::below : Limit::Side::above};
      if (dy[i] != 0) results[i].limit = std::make_shared<Limit>(limit);
    }
    results[i].value = Real(dy[i]);
    results[i].value -= taken;
  }
  return results;
}

SV_REFERENCE(log_softmax_backward)

}  // namespace softmax_verify::reference
