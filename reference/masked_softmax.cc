// masked_softmax: softmax over the kept entries of each row, exactly 0 elsewhere; all 0 where nothing is to be seen.
//
// Without a bias the kept logits are a row of softmax. With one, z_i - z_j is rational, so Lindemann and Weierstrass say
// the same: a result is transcendental unless all kept z are equal, and the largest results may lie closer below
// 1 / (number of maxima) than any precision shows. Which z are equal is decided in rationals, once balls have not
// answered.
#include <algorithm>
#include <cmath>

#include "reference/interval.h"

namespace softmax_verify::reference {
namespace {

// The columns that row i may see.
std::size_t CausalLimit(const Row& row, std::size_t i, std::size_t n) {
  switch (row.parameters.causal) {
    case Causal::none: return n;
    case Causal::top_left: return std::min(i + 1, n);
    case Causal::bottom_right: return i + 1 + n < row.m ? 0 : std::min(i + 1 + n - row.m, n);
  }
  return n;
}

// z as an exact number.
Rational Exact(double x, double bias, const Parameters& parameters) {
  return Rational(x) * Rational(parameters.scale) / Rational(parameters.temperature) + Rational(bias);
}

template <class Real>
std::vector<Result<Real>> Biased(const std::vector<double>& x, const std::vector<double>& bias,
                                 const Parameters& parameters) {
  std::vector<Result<Real>> results(x.size());
  std::size_t top = 0;
  const auto below = [&](std::size_t i, std::size_t j) {
    const double zi = x[i] * parameters.scale / parameters.temperature + bias[i];
    const double zj = x[j] * parameters.scale / parameters.temperature + bias[j];
    return zi < zj;
  };
  // The largest z but for a rounding: any origin near it will do.
  for (std::size_t i = 1; i < x.size(); ++i) {
    if (below(top, i)) top = i;
  }
  Real sum(0.0);
  for (std::size_t i = 0; i < x.size(); ++i) {
    Real z = ScaledDistance<Real>(x[i], x[top], parameters);
    z += Real(bias[i]);
    z -= Real(bias[top]);
    results[i].value = Exp(z);
    sum += results[i].value;
  }
  for (Result<Real>& result : results) result.value /= sum;
  if constexpr (!kFirstTurn<Real>) {
    std::vector<Rational> exact;
    for (std::size_t i = 0; i < x.size(); ++i) exact.push_back(Exact(x[i], bias[i], parameters));
    const Rational largest = *std::max_element(exact.begin(), exact.end());
    const auto count = std::count(exact.begin(), exact.end(), largest);
    const bool alone = static_cast<std::size_t>(count) == x.size();
    const auto limit = std::make_shared<Limit>(
        Limit{Rational(1, static_cast<long>(count)), alone ? Limit::Side::attained : Limit::Side::below});
    for (std::size_t i = 0; i < x.size(); ++i) {
      if (exact[i] == largest) results[i].limit = limit;
    }
  }
  return results;
}

}  // namespace

template <class Real>
std::vector<Result<Real>> exact::masked_softmax(const Row& row) {
  const std::size_t n = row.GetShape().n;
  std::vector<Result<Real>> results(row.m * n);  // of exact zeros
  for (std::size_t i = 0; i < row.m; ++i) {
    const auto x = row.Slice(Role::x, i), mask = row.Slice(Role::mask, i), bias = row.Slice(Role::bias, i);
    Row kept{Operation::softmax, row.format, {}, row.parameters};
    std::vector<double> kept_bias;
    std::vector<std::size_t> columns;
    bool is_nan = false;
    for (std::size_t j = 0; j < CausalLimit(row, i, n); ++j) {
      if (!mask.empty() && mask[j] == 0) continue;
      const double b = bias.empty() ? 0 : bias[j];
      // NaN, +inf, or infinities that meet.
      is_nan |= !(x[j] + b < HUGE_VAL) && !(std::isfinite(x[j]) && std::isfinite(b));
      columns.push_back(j);
      if (std::isinf(x[j]) || std::isinf(b)) continue;
      kept.x.push_back(x[j]);
      kept_bias.push_back(b);
    }
    if (is_nan) {
      for (const std::size_t j : columns) results[i * n + j] = NaN<Real>();
      continue;
    }
    if (kept.x.empty()) continue;
    const std::vector<Result<Real>> of_kept =
        bias.empty() ? exact::softmax<Real>(kept) : Biased<Real>(kept.x, kept_bias, row.parameters);
    std::vector<std::size_t> place;  // of kept result k among all
    for (const std::size_t j : columns) {
      if (std::isinf(x[j]) || (!bias.empty() && std::isinf(bias[j]))) continue;
      Result<Real> result = of_kept[place.size()];
      place.push_back(i * n + j);
      if (result.same_as != Result<Real>::kNone) result.same_as = place[result.same_as];
      results[place.back()] = std::move(result);
    }
  }
  return results;
}

SV_REFERENCE(masked_softmax)

}  // namespace softmax_verify::reference
