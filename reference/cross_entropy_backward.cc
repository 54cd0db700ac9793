// cross_entropy_backward: dx_j = t (C y_j - c_j) with y = softmax(z), c_k = w_k q_k, C = sum_k c_k and t = dloss scale /
// temperature (for a mean: over the sum of weights), as t / s [e_j (C - c_j) - c_j (s - e_j)] with e_j = exp(z_j - max z):
// next to the target's own logit nothing cancels but what the smoothing makes cancel.
//
// Collecting equal logits, t / s sum_g a_g e_g = r, a_g rational, says by Lindemann and Weierstrass that a_g = r count_g /
// t for every group g. Outside the group of j, a_g = -c_j count_g; inside, a_g = C - c_j count_g. With two groups of
// finite logits that is C = 0, when everything is 0. So a result is transcendental unless C = 0, or z_j = -inf, or all
// finite logits are equal; then it is rational. But it can lie closer than any precision shows to what it would be
// without the smaller logits: from below (t > 0) at the largest, where y_j is less than 1 / count, from above elsewhere.
#include <cmath>
#include <map>

#include "reference/coefficients.h"
#include "reference/interval.h"

namespace softmax_verify::reference {
namespace {

// The gradient of one row that is not ignored, element by element.
template <class Real>
class Gradient {
 public:
  Gradient(const Row& row, std::size_t i, const Logits& logits, const Rational& t)
      : row_(row),
        logits_(logits),
        target_(TargetOf(row, i)),
        masked_(std::isinf(logits.groups.back().x)),
        t_(t),
        t_real_(FromRational<Real>(t)),
        smoothing_(row),
        exact_smoothing_(row),
        weights_(SumOfWeights<Real>(row)),
        total_(exact_smoothing_.own * Rational(WeightOf(row, target_)) +
               exact_smoothing_.share * SumOfWeights<Rational>(row)) {
    const auto& groups = logits.groups;
    for (std::size_t g = 0; g < groups.size() - masked_; ++g) {
      terms_.push_back(Exp(ScaledDistance<Real>(groups[g].x, groups.front().x, row.parameters)));
      if (g > 0) rest_ += terms_[g] * Real(static_cast<double>(groups[g].count));
    }
    sum_ = rest_ + Real(static_cast<double>(groups.front().count));
  }

  Result<Real> operator()(std::size_t j) const {
    const std::size_t group = logits_.group_of[j];
    const std::size_t finite = terms_.size();
    if (finite == 1 || group == finite) return Exactly<Real>(WithoutSmaller(j));

    const bool is_target = j == target_;
    const Real w(WeightOf(row_, j));
    const Real of_target = smoothing_.own * Real(WeightOf(row_, target_));
    Real c = smoothing_.share * w;                    // c_j
    Real others = smoothing_.share * (weights_ - w);  // C - c_j
    (is_target ? c : others) += of_target;
    Result<Real> result;
    const Real rest = group == 0 ? Real(rest_ + Real(static_cast<double>(logits_.groups.front().count - 1)))
                                 : Real(sum_ - terms_[group]);
    result.value = t_real_ * (terms_[group] * others - c * rest) / sum_;
    if constexpr (!kFirstTurn<Real>) {
      const bool below = (group == 0) == (t_.sign() > 0);
      const Limit limit{WithoutSmaller(j), below ? Limit::Side::below : Limit::Side::above};
      result.limit = std::make_shared<Limit>(limit);
    }
    return result;
  }

 private:
  // The result if the largest logits were all.
  Rational WithoutSmaller(std::size_t j) const {
    Rational result(0);
    if (logits_.group_of[j] == 0) result = total_ / Rational(static_cast<double>(logits_.groups.front().count));
    result -= exact_smoothing_.share * Rational(WeightOf(row_, j));
    if (j == target_) result -= exact_smoothing_.own * Rational(WeightOf(row_, j));
    return t_ * result;
  }

  const Row& row_;
  const Logits& logits_;
  std::size_t target_;
  bool masked_;  // some logits are -inf
  Rational t_;
  Real t_real_;
  Smoothing<Real> smoothing_;
  Smoothing<Rational> exact_smoothing_;
  Real weights_;    // sum_k w_k
  Rational total_;  // C
  std::vector<Real> terms_;  // e_g
  Real rest_{0.0};           // of the sum, without the largest logits
  Real sum_;
};

}  // namespace

template <class Real>
std::vector<Result<Real>> exact::cross_entropy_backward(const Row& row) {
  const std::size_t n = row.GetShape().n;
  const Parameters& parameters = row.parameters;
  const bool smooths = parameters.label_smoothing > 0;
  const Values& dloss = row[Role::dloss];
  const Rational divisor = Divisor(row);
  std::vector<Result<Real>> results;
  results.reserve(row.m * n);
  for (std::size_t i = 0; i < row.m; ++i) {
    const double upstream = dloss.empty() ? 1 : dloss[parameters.reduction == Reduction::none ? i : 0];
    const std::span<const double> x = row.Slice(Role::x, i);
    const std::optional<Logits> logits = IsIgnored(row, i) ? std::nullopt : Gather(x);
    if (!logits || !std::isfinite(upstream) || divisor == 0) {
      results.insert(results.end(), n, IsIgnored(row, i) ? Result<Real>() : NaN<Real>());
      continue;
    }
    const std::size_t target = TargetOf(row, i);
    bool any = false;  // C > 0
    for (std::size_t k = smooths ? 0 : target; k < (smooths ? n : target + 1); ++k) any = any || WeightOf(row, k) > 0;
    if (!any || upstream == 0) {
      results.insert(results.end(), n, Result<Real>());
      continue;
    }
    const Rational t =
        Rational(upstream) * Rational(parameters.scale) / (Rational(parameters.temperature) * divisor);
    const Gradient<Real> gradient(row, i, *logits, t);
    // What logit and weight determine is computed once.
    std::map<std::pair<std::size_t, double>, std::size_t> known;
    for (std::size_t j = 0; j < n; ++j) {
      const auto key = std::pair(logits->group_of[j], smooths ? WeightOf(row, j) : 0);
      const auto found = j == target ? known.end() : known.find(key);
      if (found != known.end()) {
        results.emplace_back().same_as = found->second;
      } else {
        if (j != target) known.emplace(key, results.size());
        results.push_back(gradient(j));
      }
    }
  }
  return results;
}

SV_REFERENCE(cross_entropy_backward)

}  // namespace softmax_verify::reference
