// The backward of the sparse maps: dx_i = g_i (dy_i - q), q = sum_j g_j dy_j / sum_j g_j, with g_j = y_j^exponent for
// y_j > 0, else 0.
//
// Let the exponent be P / 2^r with r as small as can be. The g_j are radicals; say that two belong to one class if
// their quotient is rational, which it is where y_i / y_j is the 2^r-th power of a rational number. By the theorem of
// Besicovitch (1940) positive radicals of different classes are linearly independent over the rationals. With one
// radical rho_c of each class c, g_j = s_j rho_c and the rational sums W_c = sum s_j and P_c = sum s_j dy_j over it,
// q = sum_c rho_c P_c / sum_c rho_c W_c.
//
// q is rational only if all P_c / W_c are equal, and then it is that number. If so, dx_i is a rational multiple of g_i,
// and computed as such; it is rational if g_i is, or where dy_i = q.
//
// Otherwise no dx_i of the support is 0, and dx_i = v, rational, says that
//
//     sum_c s_i rho_i rho_c (dy_i W_c - P_c) = v sum_c rho_c W_c.
//
// The products rho_i rho_c are radicals of different classes too, and no W_c is 0. So multiplication by rho_i takes the
// class of each rho_c to that of some rho_d, rho_i rho_c = k_c rho_d, one to one, and s_i k_c (dy_i W_c - P_c) / W_d is
// v for every c. y = (1, 1/2, 1/2) with dy = (0, 1, 0) for square roots: q = 1 - sqrt(2)/2, but dx_2 = 1/2.
#ifndef SOFTMAX_VERIFY_REFERENCE_SPARSE_BACKWARD_H_
#define SOFTMAX_VERIFY_REFERENCE_SPARSE_BACKWARD_H_

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "reference/interval.h"

namespace softmax_verify::reference {

// A number as numerator / 2^roots, the numerator odd or roots = 0.
struct Dyadic {
  std::int64_t numerator = 0;
  unsigned roots = 0;
};
Dyadic DyadicOf(double value);

// The 2^roots-th root of a positive rational number, where that is rational.
std::optional<Rational> RationalRoot(const Rational& value, unsigned roots);
// base^exponent of a rational number that is not 0.
Rational Power(const Rational& base, std::int64_t exponent);

// The radicals y_j^exponent of positive numbers, gathered into classes: y_j^exponent = share[j] * (that of the class).
struct Radicals {
  std::vector<std::size_t> class_of;
  std::vector<Rational> share;
  std::vector<double> first;                   // the first y of each class, of which the class has the radical
  std::vector<std::optional<Rational>> exact;  // that radical, where it is rational
};
Radicals RadicalsOf(std::span<const double> y, const Dyadic& exponent);

// What multiplication by the radical of class `own` makes of them all, where each becomes one of them times a rational
// number: class c becomes times[c] * (that of class to[c]).
struct Exchange {
  std::vector<std::size_t> to;
  std::vector<Rational> times;
};
std::optional<Exchange> MultipliedBy(const Radicals& radicals, std::size_t own, const Dyadic& exponent);

// y^exponent for y > 0.
template <class Real>
Real PowerOf(double y, double exponent) {
  if (exponent == 0) return Real(1.0);
  if (exponent == 0.5) return Sqrt(Real(y));
  if (exponent == 1) return Real(y);
  return Exp(Log(Real(y)) * Real(exponent));
}

// The results for one row of finite numbers.
template <class Real>
std::vector<Result<Real>> SparseBackward(std::span<const double> y, std::span<const double> dy, double exponent) {
  std::vector<Result<Real>> results(y.size());  // of exact zeros
  std::vector<std::size_t> support;
  for (std::size_t i = 0; i < y.size(); ++i) {
    if (y[i] > 0) support.push_back(i);
  }
  const auto is_like_first = [&](std::size_t i) { return dy[i] == dy[support.front()]; };
  if (std::all_of(support.begin(), support.end(), is_like_first)) return results;

  if constexpr (kFirstTurn<Real>) {
    std::vector<Real> weight;
    Real weights(0.0), products(0.0);
    for (const std::size_t i : support) {
      weight.push_back(PowerOf<Real>(y[i], exponent));
      weights += weight.back();
      products += weight.back() * Real(dy[i]);
    }
    for (std::size_t s = 0; s < support.size(); ++s) {
      results[support[s]].value = weight[s] * (Real(dy[support[s]]) * weights - products) / weights;
    }
  } else {
    std::vector<double> positive;
    for (const std::size_t i : support) positive.push_back(y[i]);
    const Dyadic dyadic = DyadicOf(exponent);
    const Radicals radicals = RadicalsOf(positive, dyadic);
    const std::size_t classes = radicals.first.size();
    std::vector<Rational> weights(classes, 0), products(classes, 0);
    for (std::size_t s = 0; s < support.size(); ++s) {
      weights[radicals.class_of[s]] += radicals.share[s];
      products[radicals.class_of[s]] += radicals.share[s] * Rational(dy[support[s]]);
    }
    const Rational mean = products[0] / weights[0];
    bool is_rational = true;
    std::vector<Real> radical;
    Real total(0.0);
    for (std::size_t c = 0; c < classes; ++c) {
      is_rational = is_rational && products[c] == mean * weights[c];
      radical.push_back(PowerOf<Real>(radicals.first[c], exponent));
      total += radical[c] * FromRational<Real>(weights[c]);
    }
    std::vector<std::optional<Exchange>> exchange(classes);
    for (std::size_t c = 0; c < classes && !is_rational; ++c) exchange[c] = MultipliedBy(radicals, c, dyadic);
    for (std::size_t s = 0; s < support.size(); ++s) {
      const Rational size(dy[support[s]]);
      const std::size_t own = radicals.class_of[s];
      Result<Real>& result = results[support[s]];
      if (is_rational) {
        const Rational times = radicals.share[s] * (size - mean);
        if (radicals.exact[own] || times == 0) {
          result = Exactly<Real>(times == 0 ? times : times * *radicals.exact[own]);
        } else {
          result.value = radical[own] * FromRational<Real>(times);
        }
        continue;
      }
      if (exchange[own]) {
        const auto candidate = [&](std::size_t c) {
          const auto& [to, times] = *exchange[own];
          return Rational(radicals.share[s] * times[c] * (size * weights[c] - products[c]) / weights[to[c]]);
        };
        const Rational value = candidate(0);
        std::size_t agreeing = 1;
        while (agreeing < classes && candidate(agreeing) == value) ++agreeing;
        if (agreeing == classes) {
          result = Exactly<Real>(value);
          continue;
        }
      }
      // dy_i G - sum g dy, class by class: what cancels within one cancels exactly.
      Real difference(0.0);
      for (std::size_t c = 0; c < classes; ++c) {
        difference += radical[c] * FromRational<Real>(size * weights[c] - products[c]);
      }
      result.value = radical[own] * FromRational<Real>(radicals.share[s]) * difference / total;
    }
  }
  return results;
}

// The same for all rows of a problem; NaN for those with a number that is not finite.
template <class Real>
std::vector<Result<Real>> SparseBackwardOfRows(const Row& row, double exponent) {
  std::vector<Result<Real>> results;
  for (std::size_t i = 0; i < row.m; ++i) {
    const std::span<const double> y = row.Slice(Role::y, i), dy = row.Slice(Role::dy, i);
    const auto is_finite = [](double value) { return std::isfinite(value); };
    if (std::all_of(y.begin(), y.end(), is_finite) && std::all_of(dy.begin(), dy.end(), is_finite)) {
      const std::vector<Result<Real>> of_row = SparseBackward<Real>(y, dy, exponent);
      results.insert(results.end(), of_row.begin(), of_row.end());
    } else {
      results.insert(results.end(), y.size(), NaN<Real>());
    }
  }
  return results;
}

}  // namespace softmax_verify::reference

#endif  // SOFTMAX_VERIFY_REFERENCE_SPARSE_BACKWARD_H_
