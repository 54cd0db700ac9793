// entmax: y_i = max(w_i - tau, 0)^beta, w = (alpha - 1) z, beta = 1 / (alpha - 1), with tau such that the results sum
// to 1. alpha = 1, 3/2 and 2 are softmax, entmax15 and sparsemax.
//
// With distances d_g = max w - w_g of the groups of equal logits, T = max w - tau is where f(T) = sum_g m_g (T -
// d_g)_+^beta, which increases, is 1. Newton's method finds it nearly; what is certain of it is that f is below 1 at
// one end of an interval and above 1 at the other, both found in Real's own arithmetic. Results enclose the powers over
// that interval.
//
// Let alpha - 1 = P / 2^r. If the support is one group of m elements, its results are 1 / m. Otherwise, if T is
// rational, so are all results: sum_g m_g t_g^beta = 1 is a sum of positive radicals of rational t_g, and by
// Besicovitch (1940) radicals of different classes are linearly independent over the rationals, so that all of them are
// rational, which is when the t_g are P-th powers. So a rational T is recognised (the simplest fraction in the
// interval, and then tested exactly), once the interval is narrow enough, and the results are computed as rational
// numbers: ties, and elements exactly at the threshold. If T is irrational no element lies exactly there. That a result
// of several groups is a tie then is not excluded, but no row is known where it is.
#include <algorithm>
#include <cmath>
#include <utility>

#include "reference/distances.h"
#include "reference/interval.h"
#include "reference/sparse_backward.h"

namespace softmax_verify::reference {
namespace {

// A number of MPFR's.
class Number {
 public:
  explicit Number(mpfr_prec_t bits) { mpfr_init2(value_, bits); }
  Number(const Number& other) : Number(mpfr_get_prec(other.value_)) { mpfr_set(value_, other.value_, MPFR_RNDN); }
  Number& operator=(const Number&) = delete;
  ~Number() { mpfr_clear(value_); }
  mpfr_ptr get() { return value_; }
  mpfr_srcptr get() const { return value_; }

 private:
  mpfr_t value_;
};

template <unsigned digits10>
Interval<digits10> Between(std::type_identity<Interval<digits10>>, mpfr_srcptr low, mpfr_srcptr high) {
  Interval<digits10> result;
  mpfi_interv_fr(result.backend().data(), low, high);
  return result;
}
Ball Between(std::type_identity<Ball>, mpfr_srcptr low, mpfr_srcptr high) { return Ball(low, high); }

// An enclosure of [low, high].
template <class Real>
Real Between(mpfr_srcptr low, mpfr_srcptr high) {
  return Between(std::type_identity<Real>(), low, high);
}

// Calls use(low, high) with the ends of an enclosure.
template <unsigned digits10, class Use>
void UseEnds(const Interval<digits10>& value, const Use& use) {
  use(value.backend().left_data(), value.backend().right_data());
}
template <class Use>
void UseEnds(const Ball& value, const Use& use) {
  const Ball::Ends ends(value);
  use(ends.low(), ends.high());
}

// Any number of an enclosure, but near its middle.
template <class Real>
void Middle(const Real& value, mpfr_ptr middle) {
  UseEnds(value, [&](mpfr_srcptr low, mpfr_srcptr high) {
    mpfr_add(middle, low, high, MPFR_RNDN);
    mpfr_div_2ui(middle, middle, 1, MPFR_RNDN);
  });
}

template <class Real>
mpfr_prec_t BitsOf() {
  if constexpr (kFirstTurn<Real>) {
    return 128;
  } else {
    return mpfr_get_prec(Real().backend().left_data());
  }
}

// The simplest fraction in [low, high], 0 < low <= high: the first in the tree of Stern and Brocot, by its continued
// fraction.
Rational Simplest(Rational low, Rational high) {
  Integer above = 1, below = 0, above_before = 0, below_before = 1;  // the last convergents
  for (;;) {
    Integer term = numerator(low) / denominator(low);
    const bool is_last = low == term || high >= term + 1;
    if (low != term && is_last) ++term;
    above_before += term * above;
    below_before += term * below;
    if (is_last) return Rational(above_before, below_before);
    swap(above, above_before);
    swap(below, below_before);
    const Rational rest = low - term;
    low = 1 / (high - term);
    high = 1 / rest;
  }
}

// t^(2^roots / power) of a positive rational number, where that is rational and no giant.
std::optional<Rational> RationalPower(const Rational& t, const Dyadic& less_one) {
  if (t == 1) return t;
  const auto power = static_cast<unsigned long>(less_one.numerator);
  if (less_one.roots > 6 || power > 1000) return std::nullopt;
  const auto root = [&](const Integer& value) -> std::optional<Integer> {
    Integer result;
    if (mpz_root(result.backend().data(), value.backend().data(), power) == 0) return std::nullopt;
    return result;
  };
  const std::optional<Integer> above = root(numerator(t)), below = root(denominator(t));
  if (!above || !below) return std::nullopt;
  return Power(Rational(*above, *below), std::int64_t{1} << less_one.roots);
}

// One row, alpha other than 1, 3/2 and 2.
template <class Real>
class Solver {
 public:
  Solver(const Logits& logits, const Parameters& parameters)
      : logits_(logits), parameters_(parameters), less_one_(parameters.alpha - 1), beta_(Real(1.0) / Real(less_one_)) {
    const long double factor = static_cast<long double>(parameters.scale) / parameters.temperature * less_one_;
    for (const Logits::Group& group : logits.groups) {
      const long double d = (static_cast<long double>(logits.groups.front().x) - group.x) * factor;
      if (!(d < 1.001L)) break;
      near_.push_back(d);
      distance_.push_back(-ScaledDistance<Real>(group.x, logits.groups.front().x, parameters) * Real(less_one_));
    }
  }

  void Solve(std::span<const std::size_t> first, std::vector<Result<Real>>* results) {
    const auto set = [&](std::size_t g, Result<Real> result) { (*results)[first[g]] = std::move(result); };
    Number low(BitsOf<Real>() + 32), high(BitsOf<Real>() + 32);
    if (!Enclose(&low, &high)) {
      for (std::size_t g = 0; g < near_.size(); ++g) set(g, Unknown());
      return;
    }
    if constexpr (!kFirstTurn<Real>) {
      if (const std::optional<std::vector<Rational>> exact = Exact(low.get(), high.get())) {
        for (std::size_t g = 0; g < exact->size(); ++g) set(g, Exactly<Real>((*exact)[g]));
        return;
      }
    }
    const Real threshold = Between<Real>(low.get(), high.get());
    std::size_t others = 0;  // groups beside the first that may lie in the support
    for (std::size_t g = 1; g < near_.size(); ++g) others += Sign(threshold - distance_[g]).value_or(1) > 0;
    if (others == 0) return set(0, Exactly<Real>(Rational(1, logits_.groups[0].count)));
    for (std::size_t g = 0; g < near_.size(); ++g) {
      const Real t = threshold - distance_[g];
      const std::optional<int> sign = Sign(t);
      if (sign.value_or(1) <= 0) continue;  // 0
      Result<Real> result;
      result.value = sign ? Exp(beta_ * Log(t)) : UpTo(t);
      set(g, std::move(result));
    }
  }

 private:
  Result<Real> Unknown() const {
    Result<Real> result;
    result.value = Real(1.0) / Real(0.0);
    return result;
  }

  // (t)_+^beta for t of unknown sign: [0, t^beta of the upper end].
  Real UpTo(const Real& t) const {
    Real result;
    UseEnds(t, [&](mpfr_srcptr, mpfr_srcptr top) {
      const Real most = Exp(beta_ * Log(Between<Real>(top, top)));
      Number zero(2);
      mpfr_set_zero(zero.get(), 1);
      UseEnds(most, [&](mpfr_srcptr, mpfr_srcptr high) { result = Between<Real>(zero.get(), high); });
    });
    return result;
  }

  // f(T) - 1 and f'(T).
  struct Residual {
    Real value;
    Real slope;
  };
  Residual At(mpfr_srcptr point) const {
    const Real threshold = Between<Real>(point, point);
    Real sum(-1.0), slope(0.0);
    for (std::size_t g = 0; g < near_.size(); ++g) {
      const Real t = threshold - distance_[g];
      const std::optional<int> sign = Sign(t);
      if (sign.value_or(1) <= 0) continue;
      const Real count(static_cast<double>(logits_.groups[g].count));
      if (!sign) {
        sum += count * UpTo(t);
        continue;
      }
      const Real part = count * Exp(beta_ * Log(t));
      sum += part;
      slope += part / t;
    }
    return {sum, slope * beta_};
  }

  // f(T) and f'(T), approximately.
  template <class Float>
  std::pair<Float, Float> Nearly(Float threshold) const {
    const Float beta = 1 / static_cast<Float>(less_one_);
    Float sum = 0, slope = 0;
    for (std::size_t g = 0; g < near_.size(); ++g) {
      const Float t = threshold - static_cast<Float>(near_[g]);
      if (t <= 0) break;
      const Float part = static_cast<Float>(logits_.groups[g].count) * std::pow(t, beta);
      sum += part;
      slope += beta * part / t;
    }
    return {sum, slope};
  }

  // The threshold to about the precision of long double.
  long double Approximate() const {
    double low = 0, high = 1, threshold = 1;
    for (int step = 0; step < 200; ++step) {
      const auto [sum, slope] = Nearly(threshold);
      if (sum == 1) break;
      (sum > 1 ? high : low) = threshold;
      // Newton's step for f^(alpha - 1), or half way.
      double next = threshold - (sum - std::pow(sum, 1 - less_one_)) / (slope * less_one_);
      const bool is_close = std::abs(next - threshold) < 1e-15 * threshold;
      if (step % 4 == 3 || !(low < next && next < high)) next = low + (high - low) / 2;
      if (is_close || !(low < next && next < high)) break;
      threshold = next;
    }
    const auto [sum, slope] = Nearly<long double>(threshold);
    const long double next = threshold - (sum - 1) / slope;
    return std::abs(next - threshold) < 1e-9L * threshold ? next : threshold;
  }

  // f at the distance of group g is below 1 for certain, so that the group lies in the support.
  bool IsInside(std::size_t g) const {
    bool inside = false;
    UseEnds(distance_[g], [&](mpfr_srcptr, mpfr_srcptr high) { inside = Sign(At(high).value).value_or(1) < 0; });
    return inside;
  }

  // The last group of the support, given the threshold to about 10^-9.
  std::size_t LastInside(long double threshold) const {
    std::size_t last = 0;
    for (std::size_t g = 1; g < near_.size() && near_[g] < threshold * (1 + 1e-8L); ++g) {
      if (near_[g] > threshold * (1 - 1e-8L) && !IsInside(g)) break;
      last = g;
    }
    return last;
  }

  // What Newton's method subtracts from the point. For alpha < 2 f is convex in the threshold. For alpha > 2 powers
  // have infinite slopes where they begin; but with v = t^beta of the last group of the support f is a sum of
  // (alpha - 1)-norms of pairs (v, constant), convex in v, and a step of Newton's method in v takes t to
  // t (1 - beta step / t)^(alpha - 1).
  bool Correction(mpfr_srcptr point, std::size_t last, mpfr_ptr correction) const {
    const Residual values = At(point);
    Middle(values.value / values.slope, correction);
    if (less_one_ > 1 && mpfr_number_p(correction)) {
      Number t(mpfr_get_prec(correction)), ratio(mpfr_get_prec(correction));
      Middle(Between<Real>(point, point) - distance_[last], t.get());
      mpfr_div_d(ratio.get(), correction, less_one_, MPFR_RNDN);
      mpfr_div(ratio.get(), ratio.get(), t.get(), MPFR_RNDN);
      mpfr_neg(ratio.get(), ratio.get(), MPFR_RNDN);
      mpfr_log1p(ratio.get(), ratio.get(), MPFR_RNDN);
      mpfr_mul_d(ratio.get(), ratio.get(), less_one_, MPFR_RNDN);
      mpfr_expm1(ratio.get(), ratio.get(), MPFR_RNDN);
      mpfr_neg(ratio.get(), ratio.get(), MPFR_RNDN);
      mpfr_mul(correction, t.get(), ratio.get(), MPFR_RNDN);
    }
    return mpfr_number_p(correction) && mpfr_cmpabs(correction, point) < 0;
  }

  // Whether the threshold is certain to lie within a relative 2^-width of the point.
  bool IsWithin(mpfr_srcptr point, long width, Number* low, Number* high) const {
    Number size(64);
    mpfr_set(size.get(), point, MPFR_RNDU);
    mpfr_div_2si(size.get(), size.get(), width, MPFR_RNDU);
    mpfr_sub(low->get(), point, size.get(), MPFR_RNDD);
    mpfr_add(high->get(), point, size.get(), MPFR_RNDU);
    return Sign(At(low->get()).value).value_or(1) <= 0 && Sign(At(high->get()).value).value_or(-1) >= 0;
  }

  // An interval that holds the threshold.
  bool Enclose(Number* low, Number* high) const {
    const mpfr_prec_t bits = BitsOf<Real>();
    const long narrow = bits - 16;
    Number point(bits + 32), correction(bits + 32);
    const long double threshold = Approximate();
    mpfr_set_ld(point.get(), threshold, MPFR_RNDN);
    std::size_t last = 0;
    if (less_one_ > 1) {
      last = LastInside(threshold);
      const long double least = threshold * 1e-8L;
      if (threshold - near_[last] < least) {  // from above
        Middle(distance_[last], point.get());
        mpfr_set_ld(correction.get(), least, MPFR_RNDN);
        mpfr_add(point.get(), point.get(), correction.get(), MPFR_RNDN);
      }
    }
    // Until the steps are as small as the arithmetic allows, or get no smaller.
    long before = 0;
    for (int i = 0; i < 200; ++i) {
      if (!Correction(point.get(), last, correction.get())) break;
      mpfr_sub(point.get(), point.get(), correction.get(), MPFR_RNDN);
      if (mpfr_sgn(point.get()) <= 0) return false;
      const long small =
          mpfr_zero_p(correction.get()) ? bits : mpfr_get_exp(point.get()) - mpfr_get_exp(correction.get());
      if (2 * small >= narrow && IsWithin(point.get(), narrow, low, high)) return true;
      if (small >= narrow || (i > 20 && small <= before)) break;
      before = small;
    }
    for (long width = narrow - 12; width > 20; width -= 12) {
      if (IsWithin(point.get(), width, low, high)) return true;
    }
    return false;
  }

  // All results, if the threshold is rational and this precision shows it.
  std::optional<std::vector<Rational>> Exact(mpfr_srcptr low, mpfr_srcptr high) const {
    const auto to_rational = [](mpfr_srcptr x) {
      Rational value;
      mpfr_get_q(value.backend().data(), x);
      return value;
    };
    const Rational threshold = Simplest(to_rational(low), to_rational(high));
    if (2 * msb(denominator(threshold)) > static_cast<unsigned long>(BitsOf<Real>()) - 20) return std::nullopt;
    const Distances distances = DistancesOf(logits_, parameters_, less_one_);
    const Dyadic less_one = DyadicOf(less_one_);
    std::vector<Rational> powers;
    Rational sum = 0;
    for (std::size_t g = 0; g < distances.of_group.size(); ++g) {
      const Rational t = threshold - Rational(distances.of_group[g], distances.one);
      if (t <= 0) break;
      const std::optional<Rational> power = RationalPower(t, less_one);
      if (!power) return std::nullopt;
      powers.push_back(*power);
      sum += *power * static_cast<unsigned long>(logits_.groups[g].count);
    }
    if (sum != 1) return std::nullopt;
    return powers;
  }

  const Logits& logits_;
  const Parameters& parameters_;
  double less_one_;  // alpha - 1, exactly
  Real beta_;
  std::vector<long double> near_;  // approximate distances of the groups that may lie in the support, ascending
  std::vector<Real> distance_;     // enclosures of them
};

}  // namespace

template <class Real>
std::vector<Result<Real>> exact::entmax(const Row& row) {
  if (row.parameters.alpha == 1) return exact::softmax<Real>(row);
  if (row.parameters.alpha == 1.5) return exact::entmax15<Real>(row);
  if (row.parameters.alpha == 2) return exact::sparsemax<Real>(row);
  std::vector<Result<Real>> results;
  results.reserve(row.x.size());
  for (std::size_t i = 0; i < row.m; ++i) {
    const std::span<const double> x = row.Slice(Role::x, i);
    if (const std::optional<Logits> logits = Gather(x)) {
      const std::vector<std::size_t> first = AppendRow(*logits, &results);
      Solver<Real>(*logits, row.parameters).Solve(first, &results);
    } else {
      results.insert(results.end(), x.size(), NaN<Real>());
    }
  }
  return results;
}

SV_REFERENCE(entmax)

}  // namespace softmax_verify::reference
