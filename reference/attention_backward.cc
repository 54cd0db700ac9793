// attention_backward: p_ij = exp(z_ij - lse_i), g_ij = p_ij (dout_i . v_j - dout_i . out_i); dq_i = scale sum_j g_ij
// k_j, dk_j = scale sum_i g_ij q_i, dv_j = sum_i p_ij dout_i, over the pairs that see each other.
//
// Every result is a sum of e^x c with rational x and c. Gathered by equal x, it is transcendental by Lindemann and
// Weierstrass unless no c but that of x = 0 is left, and then it is that c, 0 too. It can lie closer to that c than any
// precision shows.
//
// Balls answer first, in plain arithmetic; what they do not decide is asked again with rational x and c. A score that
// exceeds lse by more than 2^20 is none of a forward operation: what depends on it is NaN, as is what depends on
// operands that are not finite. dv_j does not depend on out and v.
#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <optional>

#include "reference/interval.h"
#include "reference/scores.h"

namespace softmax_verify::reference {
namespace {

// sum_t a_t b_t, of `count` elements.
template <class Real>
Real Dot(const double* a, const double* b, std::size_t count) {
  Real sum(0.0);
  for (std::size_t t = 0; t < count; ++t) {
    Real product(a[t]);
    product *= Real(b[t]);
    sum += product;
  }
  return sum;
}

bool IsPositive(const Ball& value) { return Sign(value) == 1; }
bool IsPositive(const Rational& value) { return value > 0; }

// The values of a role, 0 in the place of those that are not finite: what these reach is NaN anyway.
Values Finite(Values values) {
  for (double& value : values) value = std::isfinite(value) ? value : 0;
  return values;
}

// The operands by vector, and where the results lie.
struct Operands {
  explicit Operands(const Row& row)
      : row(row),
        m(row.m),
        n(row.GetShape().n),
        d(row.d),
        q(Finite(row[Role::q])),
        k(Finite(row[Role::k])),
        v(Finite(row[Role::v])),
        out(Finite(row[Role::out])),
        dout(Finite(row[Role::dout])) {}

  std::size_t Dq(std::size_t i) const { return i * d; }
  std::size_t Dk(std::size_t j) const { return (m + j) * d; }
  std::size_t Dv(std::size_t j) const { return (m + n + j) * d; }

  // Whether vector i of a role is finite.
  bool IsFinite(Role role, std::size_t i) const {
    const double* const vector = row[role].data() + i * d;
    return std::all_of(vector, vector + d, [](double value) { return std::isfinite(value); });
  }

  const Row& row;
  const std::size_t m, n, d;
  const Values q, k, v, out, dout;
};

// Every pair that sees each other with its x = z_ij - lse_i and its t = dout_i . v_j - dout_i . out_i, in the
// arithmetic of Real. `bad`, of the results: what depends on operands that are not finite.
template <class Real, class Visit>
void ForEachPair(const Operands& of, std::vector<bool>* bad, const Visit& visit) {
  const auto spoil = [&](std::size_t begin) {
    std::fill_n(bad->begin() + static_cast<std::ptrdiff_t>(begin), of.d, true);
  };
  const auto spoil_pair = [&](std::size_t i, std::size_t j) {
    for (const std::size_t begin : {of.Dq(i), of.Dk(j), of.Dv(j)}) spoil(begin);
  };
  for (std::size_t i = 0; i < of.m; ++i) {
    const double lse = of.row[Role::lse][i];
    if (lse == -std::numeric_limits<double>::infinity()) continue;
    const Seen seen = SeenKeys(of.row, i);
    for (const std::size_t j : seen.bad) spoil_pair(i, j);
    const double* const dout = of.dout.data() + i * of.d;
    const bool is_finite = of.IsFinite(Role::dout, i) && of.IsFinite(Role::out, i);
    const Real delta = Dot<Real>(dout, of.out.data() + i * of.d, of.d);
    for (const std::size_t j : seen.keys) {
      if (!std::isfinite(lse)) {
        spoil_pair(i, j);
        continue;
      }
      const Real x = Score<Real>(of.row, i, j) - Real(lse);
      if (IsPositive(Real(x - Real(0x1p20)))) {
        spoil_pair(i, j);
        continue;
      }
      if (!is_finite || !of.IsFinite(Role::v, j)) {
        spoil(of.Dq(i));
        spoil(of.Dk(j));
        for (std::size_t c = 0; c < of.d; ++c) {
          if (!std::isfinite(of.row[Role::dout][i * of.d + c])) (*bad)[of.Dv(j) + c] = true;
        }
      }
      visit(i, j, x, Real(Dot<Real>(dout, of.v.data() + j * of.d, of.d) - delta));
    }
  }
}

std::vector<Result<Ball>> InBalls(const Operands& of, std::vector<bool>* bad) {
  std::vector<Result<Ball>> results(bad->size());
  const Ball scale(of.row.parameters.scale);
  ForEachPair<Ball>(of, bad, [&](std::size_t i, std::size_t j, const Ball& x, const Ball& t) {
    const Ball p = Exp(x);
    const Ball g = scale * p * t;
    for (std::size_t c = 0; c < of.d; ++c) {
      results[of.Dq(i) + c].value += g * Ball(of.k[j * of.d + c]);
      results[of.Dk(j) + c].value += g * Ball(of.q[i * of.d + c]);
      results[of.Dv(j) + c].value += p * Ball(of.dout[i * of.d + c]);
    }
  });
  return results;
}

// Exponents that occur, each with its exponential.
template <class Real>
struct Exponential {
  Rational x;
  Real value;
};

// sum_x e^x c_x, c by the index of x among `exponentials`, which descend.
template <class Real>
Result<Real> SumOf(const std::vector<Exponential<Real>>& exponentials, const std::map<std::size_t, Rational>& c) {
  Rational constant(0);
  std::optional<std::size_t> first;  // of those with x != 0 and c != 0
  const auto sum_of_others = [&](const auto& weight) {
    Real sum(0.0);
    for (const auto& [index, factor] : c) {
      if (exponentials[index].x != 0 && factor != 0) sum += weight(index) * FromRational<Real>(factor);
    }
    return sum;
  };
  for (const auto& [index, factor] : c) {
    if (exponentials[index].x == 0) {
      constant = factor;
    } else if (factor != 0 && !first) {
      first = index;
    }
  }
  if (!first) return Exactly<Real>(constant);
  Real others = sum_of_others([&](std::size_t index) { return exponentials[index].value; });
  std::optional<int> sign = Sign(others);
  if (!sign) {
    // Where all exponentials vanish: relative to the largest of them.
    const Real relative = sum_of_others([&](std::size_t index) {
      return Exp(FromRational<Real>(Rational(exponentials[index].x - exponentials[*first].x)));
    });
    sign = Sign(relative);
    others = exponentials[*first].value * relative;
  }
  Result<Real> result;
  result.value = others;
  if (constant != 0) result.value += FromRational<Real>(constant);
  if (sign && *sign != 0) {
    result.limit = std::make_shared<Limit>(Limit{constant, *sign > 0 ? Limit::Side::above : Limit::Side::below});
  }
  return result;
}

template <class Real>
std::vector<Result<Real>> InRationals(const Operands& of, std::vector<bool>* bad) {
  struct Pair {
    std::size_t i, j;
    Rational x, t;
  };
  std::vector<Pair> pairs;
  std::map<Rational, std::size_t, std::greater<>> index_of;
  ForEachPair<Rational>(of, bad, [&](std::size_t i, std::size_t j, const Rational& x, const Rational& t) {
    pairs.push_back({i, j, x, t});
    index_of.emplace(x, 0);
  });
  std::vector<Exponential<Real>> exponentials;
  for (auto& [x, index] : index_of) {
    index = exponentials.size();
    exponentials.push_back({x, Exp(FromRational<Real>(x))});
  }
  std::vector<std::map<std::size_t, Rational>> coefficients(bad->size());
  const Rational scale(of.row.parameters.scale);
  for (const Pair& pair : pairs) {
    const std::size_t index = index_of[pair.x];
    const Rational g = scale * pair.t;
    for (std::size_t c = 0; c < of.d; ++c) {
      coefficients[of.Dq(pair.i) + c][index] += g * Rational(of.k[pair.j * of.d + c]);
      coefficients[of.Dk(pair.j) + c][index] += g * Rational(of.q[pair.i * of.d + c]);
      coefficients[of.Dv(pair.j) + c][index] += Rational(of.dout[pair.i * of.d + c]);
    }
  }
  std::vector<Result<Real>> results;
  for (const auto& of_result : coefficients) results.push_back(SumOf(exponentials, of_result));
  return results;
}

}  // namespace

template <class Real>
std::vector<Result<Real>> exact::attention_backward(const Row& row) {
  const Operands of(row);
  std::vector<bool> bad((of.m + 2 * of.n) * of.d, false);
  std::vector<Result<Real>> results;
  if constexpr (kFirstTurn<Real>) {
    results = InBalls(of, &bad);
  } else {
    results = InRationals<Real>(of, &bad);
  }
  for (std::size_t e = 0; e < results.size(); ++e) {
    if (bad[e]) results[e] = NaN<Real>();
  }
  return results;
}

SV_REFERENCE(attention_backward)

}  // namespace softmax_verify::reference
