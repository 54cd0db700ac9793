// jacobian: J_ij = y_i (delta_ij - y_j), y = softmax(x).
//
// With the groups g = 0, 1, ... of equal logits, the largest first, of m_g elements with terms e_g = exp(x_g - x_0),
// and T = sum_g m_g e_g: J_ij = -e_i e_j / T^2 off the diagonal, J_ii = e_i (T - e_i) / T^2. Nothing cancels: T - e_0
// is (m_0 - 1) + sum_(g > 0) m_g e_g, and the other e_i are smaller than e_0.
//
// With two groups or more every J_ij is transcendental: in J_ij T^2 = r T^2 the exponentials of 2 x_g for the largest
// and for the least x_g have a coefficient r m_g^2 alone at one end (Lindemann and Weierstrass), and r is not 0. With
// one it is rational. Where the other groups are far away, no precision tells -1 / T^2 from -1 / m_0^2, which it lies
// above, or (T - 1) / T^2 from (m_0 - 1) / m_0^2, which it lies below: m_0^2 (T - 1) < (m_0 - 1) T^2 for T > m_0 >= 2.
#include <algorithm>
#include <cmath>

#include "reference/interval.h"

namespace softmax_verify::reference {

template <class Real>
std::vector<Result<Real>> exact::jacobian(const Row& row) {
  const std::size_t n = row.x.size();
  const std::optional<Logits> logits = Gather(row.x);
  if (!logits) return std::vector<Result<Real>>(n * n, NaN<Real>());
  const std::vector<Logits::Group>& groups = logits->groups;
  const bool masked = std::isinf(groups.back().x);  // its results stay 0
  const std::size_t finite = groups.size() - masked;
  const auto m0 = static_cast<long>(groups[0].count);

  std::vector<Real> term;
  Real others(static_cast<double>(m0 - 1));  // T - e_0
  for (std::size_t g = 0; g < finite; ++g) {
    term.push_back(Exp(ScaledDistance<Real>(groups[g].x, groups[0].x, {})));
    if (g == 0) continue;
    Real part = term[g];
    part *= Real(static_cast<double>(groups[g].count));
    others += part;
  }
  Real total = others;
  total += Real(1.0);

  // Of group 0 with itself.
  const auto limit_of = [&](const Rational& value, Limit::Side side) {
    return std::make_shared<Limit>(Limit{value, finite == 1 ? Limit::Side::attained : side});
  };
  const auto beside = limit_of(Rational(-1, m0 * m0), Limit::Side::above);
  const auto on_diagonal =
      m0 == 1 && finite > 1 ? nullptr : limit_of(Rational(m0 - 1, m0 * m0), Limit::Side::below);

  std::vector<Result<Real>> results(n * n);
  std::vector<std::size_t> first(2 * finite * finite, Result<Real>::kNone);  // off the diagonal, on it
  for (std::size_t e = 0; e < results.size(); ++e) {
    const bool diagonal = e / n == e % n;
    const std::size_t g = logits->group_of[e / n], h = logits->group_of[e % n];
    if (std::max(g, h) >= finite) continue;
    std::size_t& same = first[(2 * std::min(g, h) + diagonal) * finite + std::max(g, h)];
    results[e].same_as = same;
    if (same != Result<Real>::kNone) continue;
    same = e;
    Real factor = total;
    factor -= term[g];
    if (g == 0) factor = others;
    if (!diagonal) {
      factor = Real(0.0);
      factor -= term[h];
    }
    results[e].value = term[g];
    results[e].value *= factor;
    results[e].value /= total;
    results[e].value /= total;
    if (g == 0 && h == 0) results[e].limit = diagonal ? on_diagonal : beside;
  }
  return results;
}

SV_REFERENCE(jacobian)

}  // namespace softmax_verify::reference
