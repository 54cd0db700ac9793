// attention: out_ic = sum_j p_j v_jc and lse_i = log(sum_j exp(z_j)), z the scores of query i, p their softmax.
//
// Scores are rational numbers. By Lindemann and Weierstrass out_ic is transcendental unless, for every group of keys
// with equal scores, the mean of v_jc over the group is one and the same number, which then is the result. lse is,
// unless a single key is seen: then it is the score. But out_ic can lie closer to the mean over the keys of the largest
// score than any precision shows, and lse closer above the largest score.
//
// Balls answer first, in plain arithmetic; what they do not decide is asked again with rational scores.
#include <algorithm>
#include <map>
#include <numeric>
#include <optional>

#include "reference/interval.h"
#include "reference/scores.h"

namespace softmax_verify::reference {
namespace {

// The scores of one query relative to the largest of them, and the weights of the keys that it sees.
template <class Real>
struct Weights {
  std::size_t top = 0;                // of keys: one of largest score, or, in the first turn, nearly so
  std::vector<Real> e;                // e^(z_j - z_top)
  Real others{0.0};                   // the sum of all but the top's
  std::vector<Rational> z;            // exact; not in the first turn
  std::vector<std::size_t> by_score;  // the indices of z, descending
};

template <class Real>
Weights<Real> WeightsOf(const Row& row, std::size_t i, const std::vector<std::size_t>& keys) {
  Weights<Real> weights;
  weights.e.resize(keys.size());
  std::vector<Real> distance(keys.size());
  if constexpr (kFirstTurn<Real>) {
    for (std::size_t j = 0; j < keys.size(); ++j) distance[j] = Score<Real>(row, i, keys[j]);
    for (std::size_t j = 1; j < keys.size(); ++j) {
      if (Sign(distance[j] - distance[weights.top]) == 1) weights.top = j;
    }
    const Real largest = distance[weights.top];
    for (Real& z : distance) z -= largest;
  } else {
    for (const std::size_t j : keys) weights.z.push_back(Score<Rational>(row, i, j));
    weights.by_score.resize(keys.size());
    std::iota(weights.by_score.begin(), weights.by_score.end(), std::size_t{0});
    std::sort(weights.by_score.begin(), weights.by_score.end(),
              [&](std::size_t a, std::size_t b) { return weights.z[a] > weights.z[b]; });
    weights.top = weights.by_score.front();
    for (std::size_t j = 0; j < keys.size(); ++j) {
      distance[j] = FromRational<Real>(Rational(weights.z[j] - weights.z[weights.top]));
    }
  }
  for (std::size_t j = 0; j < keys.size(); ++j) {
    weights.e[j] = j == weights.top ? Real(1.0) : Exp(distance[j]);
    if (j != weights.top) weights.others += weights.e[j];
  }
  return weights;
}

// sum_j p_j v_j by rational scores: the mean over the keys of the largest score, and what the others add to it. Equal
// to the mean, or on the side that the others' sign tells.
template <class Real>
Result<Real> MeanByGroups(const Weights<Real>& weights, const std::vector<double>& v) {
  const std::vector<std::size_t>& order = weights.by_score;
  const auto end_of_group = [&](std::size_t begin) {
    std::size_t end = begin;
    while (end < order.size() && weights.z[order[end]] == weights.z[order[begin]]) ++end;
    return end;
  };
  const std::size_t top = end_of_group(0);
  Rational mean(0);
  for (std::size_t g = 0; g < top; ++g) mean += Rational(v[order[g]]);
  mean /= Rational(top);
  struct Part {
    std::size_t first;  // of the group
    Rational sum;       // of v_j - mean, not 0
  };
  std::vector<Part> parts;
  for (std::size_t begin = top, end; begin < order.size(); begin = end) {
    end = end_of_group(begin);
    Rational part(0);
    for (std::size_t g = begin; g < end; ++g) part += Rational(v[order[g]]) - mean;
    if (part != 0) parts.push_back({order[begin], part});
  }
  if (parts.empty()) return Exactly<Real>(mean);
  const auto sum_of_parts = [&](const auto& weight) {
    Real sum(0.0);
    for (const Part& part : parts) sum += weight(part.first) * FromRational<Real>(part.sum);
    return sum;
  };
  Real others = sum_of_parts([&](std::size_t j) { return weights.e[j]; });
  std::optional<int> sign = Sign(others);
  if (!sign) {
    // Where all weights vanish: relative to the largest of them.
    const std::size_t first = parts.front().first;
    const Real relative =
        sum_of_parts([&](std::size_t j) { return Exp(FromRational<Real>(Rational(weights.z[j] - weights.z[first]))); });
    sign = Sign(relative);
    others = weights.e[first] * relative;
  }
  Result<Real> result;
  result.value = others / (Real(1.0) + weights.others);
  if (mean != 0) result.value += FromRational<Real>(mean);
  if (sign && *sign != 0) {
    result.limit = std::make_shared<Limit>(Limit{mean, *sign > 0 ? Limit::Side::above : Limit::Side::below});
  }
  return result;
}

// sum_j p_j v_j over the keys that are seen.
template <class Real>
Result<Real> Mean(const Weights<Real>& weights, const std::vector<double>& v) {
  const double infinity = std::numeric_limits<double>::infinity();
  const bool above = std::find(v.begin(), v.end(), infinity) != v.end();
  const bool below = std::find(v.begin(), v.end(), -infinity) != v.end();
  const bool is_nan = std::any_of(v.begin(), v.end(), [](double value) { return std::isnan(value); });
  if (is_nan || (above && below)) return NaN<Real>();
  if (above || below) return Infinity<Real>(below);
  if (std::all_of(v.begin(), v.end(), [&](double value) { return value == v.front(); })) {
    return Exactly<Real>(Rational(v.front()));
  }
  if constexpr (kFirstTurn<Real>) {
    Result<Real> result;
    Real sum(0.0);
    for (std::size_t j = 0; j < v.size(); ++j) sum += weights.e[j] * Real(v[j]);
    result.value = sum / (Real(1.0) + weights.others);
    return result;
  } else {
    return MeanByGroups(weights, v);
  }
}

template <class Real>
Result<Real> LogSumExp(const Row& row, std::size_t i, const std::vector<std::size_t>& keys,
                       const Weights<Real>& weights) {
  if (keys.size() == 1) return Exactly<Real>(Score<Rational>(row, i, keys.front()));
  Result<Real> result;
  result.value = Score<Real>(row, i, keys[weights.top]) + Log1p(weights.others);
  if constexpr (!kFirstTurn<Real>) {
    const Rational& largest = weights.z[weights.top];
    const bool alone = weights.z[weights.by_score[1]] != largest;
    if (alone) result.limit = std::make_shared<Limit>(Limit{largest, Limit::Side::above});
  }
  return result;
}

}  // namespace

template <class Real>
std::vector<Result<Real>> exact::attention(const Row& row) {
  const std::size_t d = row.d;
  const bool with_lse = row.outputs.Has(Role::lse);
  std::vector<Result<Real>> results(row.m * (d + with_lse));
  std::vector<double> column;
  for (std::size_t i = 0; i < row.m; ++i) {
    Result<Real>* const out = results.data() + i * d;
    Result<Real>* const lse = with_lse ? results.data() + row.m * d + i : nullptr;
    const Seen seen = SeenKeys(row, i);
    if (!seen.bad.empty()) {
      std::fill_n(out, d, NaN<Real>());
      if (with_lse) *lse = NaN<Real>();
      continue;
    }
    if (seen.keys.empty()) {
      if (with_lse) *lse = Infinity<Real>(true);
      continue;
    }
    const Weights<Real> weights = WeightsOf<Real>(row, i, seen.keys);
    for (std::size_t c = 0; c < d; ++c) {
      column.clear();
      for (const std::size_t j : seen.keys) column.push_back(row[Role::v][j * d + c]);
      out[c] = Mean(weights, column);
    }
    if (with_lse) *lse = LogSumExp(row, i, seen.keys, weights);
  }
  return results;
}

SV_REFERENCE(attention)

}  // namespace softmax_verify::reference
