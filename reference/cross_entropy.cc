// cross_entropy: loss = C ln(s) + sum_k c_k d_k with d_k = max z - z_k, s = sum_k exp(-d_k), c_k = w_k q_k, C = sum_k c_k.
//
// No term is negative, so nothing cancels. With a single largest logit ln(s) = log1p(s - 1) keeps its accuracy however
// small it is; then the loss lies above the rational number sum_k c_k d_k, perhaps closer than any precision shows.
//
// prod_i s_i^(a_i) = e^r, with natural numbers a_i and r rational, is an equation between exponentials of distinct
// rationals with positive coefficients: by Lindemann and Weierstrass it holds only where every s_i is 1. So a loss, a sum
// and a mean of them (the C_i are rational) are transcendental unless each row has but one finite logit, or C = 0; then
// they are 0 or infinite.
#include <cmath>

#include "reference/coefficients.h"
#include "reference/interval.h"

namespace softmax_verify::reference {
namespace {

template <class Real>
struct Loss {
  enum class Kind { zero, number, infinite, nan };
  Kind kind = Kind::zero;
  Real value{};
  std::optional<Rational> limit;  // of a number: it lies above. Not in the first turn

  // Of several rows.
  Loss& operator+=(const Loss& other) {
    if (kind == Kind::number && other.kind == Kind::number) {
      limit = limit && other.limit ? std::optional<Rational>(*limit + *other.limit) : std::nullopt;
      value += other.value;
    } else if (other.kind > kind) {
      *this = other;
    }
    return *this;
  }
};

template <class Real>
Loss<Real> LossOf(const Row& row, std::size_t i) {
  using Kind = typename Loss<Real>::Kind;
  if (IsIgnored(row, i)) return {};
  const std::span<const double> x = row.Slice(Role::x, i);
  const std::optional<Logits> logits = Gather(x);
  Loss<Real> loss;
  loss.kind = Kind::nan;
  if (!logits) return loss;

  const std::vector<Logits::Group>& groups = logits->groups;
  const double maximum = groups.front().x;
  const bool smooths = row.parameters.label_smoothing > 0;
  const std::size_t target = TargetOf(row, i);
  // Of the classes that have a coefficient: whether there are any, and whether one of them is at -inf.
  bool any = false;
  bool infinite = false;
  for (std::size_t k = smooths ? 0 : target; k < (smooths ? x.size() : target + 1); ++k) {
    if (WeightOf(row, k) == 0) continue;
    any = true;
    infinite = infinite || std::isinf(x[k]);
  }
  const std::size_t finite = groups.size() - std::isinf(groups.back().x);
  loss.kind = infinite                                                    ? Kind::infinite
              : !any || (finite == 1 && groups.front().count == 1) ? Kind::zero
                                                                          : Kind::number;
  if (loss.kind != Kind::number) return loss;

  const Smoothing<Real> smoothing(row);
  std::vector<Real> weights(groups.size(), Real(0.0));  // of each group's classes, together
  for (std::size_t k = 0; smooths && k < x.size(); ++k) weights[logits->group_of[k]] += Real(WeightOf(row, k));
  Real rest(0.0);    // s without the largest logits
  Real spread(0.0);  // sum_k w_k d_k
  for (std::size_t g = 1; g < finite; ++g) {
    const Real distance = ScaledDistance<Real>(maximum, groups[g].x, row.parameters);
    rest += Exp(Real(-distance)) * Real(static_cast<double>(groups[g].count));
    if (smooths) spread += weights[g] * distance;
  }
  const Real own = smoothing.own * Real(WeightOf(row, target));
  const Real total = smooths ? Real(own + smoothing.share * SumOfWeights<Real>(row)) : own;
  const std::size_t largest = groups.front().count;
  const Real log_sum = largest == 1 ? Log1p(rest) : Log(Real(Real(static_cast<double>(largest)) + rest));
  loss.value = total * log_sum;
  if (!std::isinf(x[target])) loss.value += own * ScaledDistance<Real>(maximum, x[target], row.parameters);
  if (smooths) loss.value += smoothing.share * spread;

  if constexpr (!kFirstTurn<Real>) {
    if (largest > 1) return loss;
    const Smoothing<Rational> exactly(row);
    Rational distances(0);
    for (std::size_t k = 0; smooths && k < x.size(); ++k) {
      if (!std::isinf(x[k])) distances += Rational(WeightOf(row, k)) * (Rational(maximum) - Rational(x[k]));
    }
    distances *= exactly.share;
    if (!std::isinf(x[target])) {
      distances += exactly.own * Rational(WeightOf(row, target)) * (Rational(maximum) - Rational(x[target]));
    }
    loss.limit = distances * Rational(row.parameters.scale) / Rational(row.parameters.temperature);
  }
  return loss;
}

template <class Real>
Result<Real> ToResult(const Loss<Real>& loss) {
  using Kind = typename Loss<Real>::Kind;
  switch (loss.kind) {
    case Kind::zero: return Result<Real>();
    case Kind::infinite: return Infinity<Real>(false);
    case Kind::nan: return NaN<Real>();
    case Kind::number: break;
  }
  Result<Real> result;
  result.value = loss.value;
  if (loss.limit) result.limit = std::make_shared<Limit>(Limit{*loss.limit, Limit::Side::above});
  return result;
}

}  // namespace

template <class Real>
std::vector<Result<Real>> exact::cross_entropy(const Row& row) {
  using Kind = typename Loss<Real>::Kind;
  std::vector<Result<Real>> results;
  if (row.parameters.reduction == Reduction::none) {
    for (std::size_t i = 0; i < row.m; ++i) results.push_back(ToResult(LossOf<Real>(row, i)));
    return results;
  }
  Loss<Real> total;
  for (std::size_t i = 0; i < row.m; ++i) total += LossOf<Real>(row, i);
  const Rational divisor = Divisor(row);
  if (divisor != 0) {
    total.value /= FromRational<Real>(divisor);
    if (total.limit) *total.limit /= divisor;
  } else {
    total.kind = total.kind == Kind::number || total.kind == Kind::infinite ? Kind::infinite : Kind::nan;
  }
  results.push_back(ToResult(total));
  return results;
}

SV_REFERENCE(cross_entropy)

}  // namespace softmax_verify::reference
