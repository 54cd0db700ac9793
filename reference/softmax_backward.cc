// softmax_backward: dx_i = y_i (dy_i - sum_j y_j dy_j).
//
// Of a given y it is a polynomial in the given numbers: rational, and computed as such where balls do not answer.
//
// Of logits: let the groups g = 0, 1, ... of equal logits, the largest first, have m_g elements with terms e_g =
// exp(x_g - x_0) and sums S_g of dy, E = sum_(g > 0) m_g e_g, and centre dy on the mean of group 0:
//
//     dx_i = e_i / (m_0 (m_0 + E)) (A_i - F / (m_0 + E)),  A_i = m_0 dy_i - S_0,
//     F = sum_(g > 0) C_g e_g,  C_g = m_0 S_g - m_g S_0.
//
// A_i and C_g are rational and exact, so that what cancels as the other groups vanish cancels exactly. By Lindemann and
// Weierstrass dx_i is transcendental with two groups or more, unless it is 0: in dx_i (m_0 + E)^2 = r (m_0 + E)^2 the
// exponentials of 2 x_g for the largest and for the least x_g have a coefficient r m_g^2 alone at one end, for x_i is not
// at both. It is 0 when A_i and all C_g are. With one group dx_i = A_i / m_0^2 is rational. Where group 0 has several
// elements and the others are far away, dx_i differs from that number by less than any precision shows; the side on which
// it lies is that of
//
//     dx_i - A_i / m_0^2 = -(m_0 Q + A_i E^2) / (m_0 (m_0 + E))^2,  Q = sum_(g > 0) (C_g + A_i m_g) e_g.
#include <algorithm>
#include <cmath>

#include "reference/interval.h"

namespace softmax_verify::reference {
namespace {

// What is rational: the first turn takes balls for it, to be quick.
template <class Real>
using Exact = std::conditional_t<kFirstTurn<Real>, Real, Rational>;

template <class Real>
Real ToReal(const Exact<Real>& value) {
  if constexpr (kFirstTurn<Real>) {
    return value;
  } else {
    return FromRational<Real>(value);
  }
}

// a b - c d.
template <class Number>
Number Difference(Number a, double b, Number c, double d) {
  a *= Number(b);
  c *= Number(d);
  a -= c;
  return a;
}

template <class Real>
std::vector<Result<Real>> OfProbabilities(const Values& y, const Values& dy) {
  Exact<Real> dot(0.0);
  for (std::size_t j = 0; j < y.size(); ++j) {
    Exact<Real> product(y[j]);
    product *= Exact<Real>(dy[j]);
    dot += product;
  }
  std::vector<Result<Real>> results(y.size());
  for (std::size_t i = 0; i < y.size(); ++i) {
    if (y[i] == 0) continue;
    Exact<Real> value(dy[i]);
    value -= dot;
    value *= Exact<Real>(y[i]);
    if constexpr (kFirstTurn<Real>) {
      results[i].value = value;
    } else {
      results[i] = Exactly<Real>(value);
    }
  }
  return results;
}

// The groups of a row, those of -inf aside.
template <class Real>
struct Groups {
  std::vector<double> x, count;         // x_g, m_g
  std::vector<Exact<Real>> sum;         // S_g
  std::vector<Exact<Real>> centred;     // C_g
  Real Term(std::size_t g, std::size_t origin = 0) const { return Exp(ScaledDistance<Real>(x[g], x[origin], {})); }
};

// sum_(g > 0) c_g e_g = factor e_lead, lead the first g with c_g other than 0, which may lie below the range of
// exponents. The first turn, which cannot tell what is 0, takes 1 for it. None: 0.
template <class Real>
struct Weighted {
  std::size_t lead = 0;
  Real factor{0.0};
};
template <class Real, class Coefficient>
Weighted<Real> WeightedSum(const Groups<Real>& groups, const Coefficient& coefficient) {
  Weighted<Real> sum;
  for (std::size_t g = 1; g < groups.x.size(); ++g) {
    const Exact<Real> c = coefficient(g);
    if constexpr (!kFirstTurn<Real>) {
      if (c == 0) continue;
    }
    if (sum.lead == 0) sum.lead = g;
    Real part = groups.Term(g, sum.lead);
    part *= ToReal<Real>(c);
    sum.factor += part;
  }
  return sum;
}

// The limit for an element of group 0 with A_i = a, where the side can be told.
template <class Real>
std::shared_ptr<const Limit> LimitOf(const Groups<Real>& groups, const Rational& a) {
  const double m0 = groups.count[0];
  Limit limit{a / Rational(m0 * m0)};
  if (groups.x.size() > 1) {
    const Weighted<Real> q = WeightedSum(
        groups, [&](std::size_t g) { return Rational(groups.centred[g] + a * Rational(groups.count[g])); });
    std::optional<int> sign = a.sign();
    if (q.lead > 0) {
      // Over e_lead: m_0 Q and a E^2.
      const Weighted<Real> e = WeightedSum(groups, [&](std::size_t g) { return Rational(groups.count[g]); });
      const Real exponent = ScaledDistance<Real>(groups.x[1], groups.x[0], {}) +
                            ScaledDistance<Real>(groups.x[1], groups.x[q.lead], {});
      sign = Sign(Real(Real(m0) * q.factor + FromRational<Real>(a) * e.factor * e.factor * Exp(exponent)));
    }
    if (!sign || *sign == 0) return nullptr;
    limit.side = *sign > 0 ? Limit::Side::below : Limit::Side::above;
  }
  return std::make_shared<Limit>(limit);
}

// Where no precision sees the other groups beside group 0: e^-5000 < 2^-7213.
constexpr double kFar = 5000;

template <class Real>
std::vector<Result<Real>> OfLogits(const Logits& logits, const Values& dy) {
  Groups<Real> groups;
  for (const Logits::Group& group : logits.groups) {
    if (std::isinf(group.x)) break;
    groups.x.push_back(group.x);
    groups.count.push_back(static_cast<double>(group.count));
  }
  const std::size_t finite = groups.x.size();
  const double m0 = groups.count[0];
  groups.sum.assign(finite, Exact<Real>(0.0));
  for (std::size_t i = 0; i < dy.size(); ++i) {
    if (logits.group_of[i] < finite) groups.sum[logits.group_of[i]] += Exact<Real>(dy[i]);
  }
  for (std::size_t g = 0; g < finite; ++g) {
    groups.centred.push_back(Difference(groups.sum[g], m0, groups.sum[0], groups.count[g]));
  }

  std::vector<Real> share;  // e_g / (m_0 (m_0 + E))
  Real total(m0);           // m_0 + E
  for (std::size_t g = 0; g < finite; ++g) {
    share.push_back(groups.Term(g));
    if (g == 0) continue;
    Real part = share[g];
    part *= Real(groups.count[g]);
    total += part;
  }
  Real divisor = total;
  divisor *= Real(m0);
  for (Real& each : share) each /= divisor;
  const Weighted<Real> f = WeightedSum(groups, [&](std::size_t g) { return groups.centred[g]; });
  Real mean = f.factor;  // F / (m_0 + E)
  mean *= groups.Term(f.lead);
  mean /= total;

  const bool is_far = finite == 1 || groups.x[0] - groups.x[1] > kFar;
  std::vector<Result<Real>> results(dy.size());
  for (std::size_t i = 0; i < dy.size(); ++i) {
    const std::size_t g = logits.group_of[i];
    if (g >= finite) continue;
    const Exact<Real> a = Difference(Exact<Real>(dy[i]), m0, groups.sum[0], 1);
    if constexpr (!kFirstTurn<Real>) {
      if (f.lead == 0 && a == 0) continue;
      if (g == 0 && a != 0 && is_far) results[i].limit = LimitOf(groups, a);
    }
    results[i].value = ToReal<Real>(a);
    results[i].value -= mean;
    results[i].value *= share[g];
  }
  return results;
}

bool AllFinite(const Values& values) {
  return std::all_of(values.begin(), values.end(), [](double v) { return std::isfinite(v); });
}

}  // namespace

template <class Real>
std::vector<Result<Real>> exact::softmax_backward(const Row& row) {
  const Values& dy = row[Role::dy];
  if (AllFinite(dy)) {
    if (row.Has(Role::y)) {
      if (AllFinite(row[Role::y])) return OfProbabilities<Real>(row[Role::y], dy);
    } else if (const std::optional<Logits> logits = Gather(row.x)) {
      return OfLogits<Real>(*logits, dy);
    }
  }
  return std::vector<Result<Real>>(dy.size(), NaN<Real>());
}

SV_REFERENCE(softmax_backward)

}  // namespace softmax_verify::reference
