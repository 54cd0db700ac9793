// What the sparse maps share: results of the form y_i = p(c_i - tau), p(t) = t^(1 / (alpha - 1)) for t > 0 and 0 for
// t <= 0, of scaled distances c_i <= 0 to the row's maximum, with the threshold tau at which they sum to 1.
//
//   Shape    a row of c -> tau, in [-1, 0); NaN where a c_i is NaN.
//   Error    the sum f of the results is found to be 1 within the rounding of that very sum, or no number of the type
//            is nearer to it: Theorem S3 of docs/error_bounds.md.
//   Source   Newton's method on f^(alpha - 1) - 1, which is convex in tau for alpha <= 2 (a norm of the positive
//            parts): it climbs from the left, and for alpha = 2 it is Michelot's method (1986). Damped until that ends,
//            so that no rounding of a large sum carries it past the solution. For any alpha: between bounds.
#if defined(SOFTMAX_VERIFY_KERNELS_THRESHOLD_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef SOFTMAX_VERIFY_KERNELS_THRESHOLD_INL_H_
#undef SOFTMAX_VERIFY_KERNELS_THRESHOLD_INL_H_
#else
#define SOFTMAX_VERIFY_KERNELS_THRESHOLD_INL_H_
#endif

#include <cmath>
#include <limits>

#include "hwy/highway.h"
#include "kernels/convert-inl.h"
#include "kernels/exp-inl.h"
#include "kernels/exp_sum-inl.h"
#include "kernels/log-inl.h"

HWY_BEFORE_NAMESPACE();
namespace softmax_verify {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// The distances of a row: (z_i - max z) * factor, -inf beyond n. NaN where the row holds a NaN or +inf, or -inf alone.
template <Format kFormat, class D, class ShiftBy>
class Distances {
  using T = hn::TFromD<D>;
  using V = hn::Vec<D>;

 public:
  HWY_INLINE Distances(D d, const StorageOf<kFormat>* x, size_t n, const ShiftBy& shift, T factor)
      : n(n),
        x_(x),
        shift_(shift),
        factor_(hn::Set(d, factor)),
        m_(MaxOf(d, Logits<kFormat>{x, n}, 0, n, -std::numeric_limits<T>::infinity())) {}

  HWY_INLINE V At(D d, size_t i) const { return hn::Mul(shift_(LoadUpTo<kFormat>(d, x_, i, n), m_), factor_); }

  const size_t n;

 private:
  const StorageOf<kFormat>* x_;
  ShiftBy shift_;
  V factor_;
  V m_;
};

// t where it is positive, else +0. NaN stays NaN.
template <class D, class V = hn::Vec<D>>
HWY_INLINE V PositivePart(D d, V t) {
  return hn::IfThenElse(hn::Le(t, hn::Zero(d)), hn::Zero(d), t);
}

// The powers: Of(t) = t^beta of positive parts, beta = 1 / (alpha - 1); Slope(t, Of(t)) = t^(beta - 1), 0 for t = 0;
// and the step of Newton's method, (f - f^(2 - alpha)) / g, where f is the sum of Of and g that of Slope.

// alpha = 2: sparsemax.
struct Linear {
  template <class D, class V = hn::Vec<D>>
  HWY_INLINE V Of(D, V t) const {
    return t;
  }
  template <class D, class V = hn::Vec<D>>
  HWY_INLINE V Slope(D d, V t, V) const {
    return hn::IfThenElseZero(hn::Lt(hn::Zero(d), t), hn::Set(d, hn::TFromD<D>{1}));
  }
  template <typename T>
  HWY_INLINE T Step(T f, T g) const {
    return (f - 1) / g;
  }
};

// alpha = 1.5.
struct Square {
  template <class D, class V = hn::Vec<D>>
  HWY_INLINE V Of(D, V t) const {
    return hn::Mul(t, t);
  }
  template <class D, class V = hn::Vec<D>>
  HWY_INLINE V Slope(D, V t, V) const {
    return t;
  }
  template <typename T>
  HWY_INLINE T Step(T f, T g) const {
    const T root = std::sqrt(f);
    return (f - 1) * root / ((root + 1) * g);  // f - sqrt(f), without cancellation
  }
};

// Any alpha > 1.
template <class D>
class AlphaPower {
  using T = hn::TFromD<D>;
  using V = hn::Vec<D>;

 public:
  HWY_INLINE AlphaPower(D d, T alpha) : less_one_(alpha - 1), beta_(hn::Set(d, 1 / less_one_)) {}

  HWY_INLINE V Of(D d, V t) const { return Exp(d, hn::Mul(Log(d, t), beta_)); }
  HWY_INLINE V Slope(D d, V t, V p) const { return hn::IfThenElseZero(hn::Lt(hn::Zero(d), t), hn::Div(p, t)); }
  HWY_INLINE T Step(T f, T g) const {
    const D d;
    return f * (1 - hn::GetLane(Exp(d, hn::Mul(Log(d, hn::Set(d, f)), hn::Set(d, -less_one_))))) / g;
  }

 private:
  T less_one_;
  V beta_;
};

// The sums of Of and Slope over a row at tau.
template <typename T>
struct PowerSums {
  T f;
  T g;
};
template <class D, class Source, class Power, typename T = hn::TFromD<D>>
HWY_INLINE PowerSums<T> SumPowers(D d, const Source& c, const Power& power, T tau) {
  using V = hn::Vec<D>;
  struct Sums {
    V f, g;
  };
  const V threshold = hn::Set(d, tau);
  Sums s0{hn::Zero(d), hn::Zero(d)};
  Sums s1 = s0;
  Sums s2 = s0;
  Sums s3 = s0;
  ForEachVector(d, c, 0, c.n, s0, s1, s2, s3, [&](Sums& sums, V v, size_t) {
    const V t = PositivePart(d, hn::Sub(v, threshold));
    const V p = power.Of(d, t);
    sums.f = hn::Add(sums.f, p);
    sums.g = hn::Add(sums.g, power.Slope(d, t, p));
  });
  const auto total = [&](V Sums::*of) {
    return hn::GetLane(hn::SumOfLanes(d, hn::Add(hn::Add(s0.*of, s1.*of), hn::Add(s2.*of, s3.*of))));
  };
  return {total(&Sums::f), total(&Sums::g)};
}

// The threshold for alpha <= 2. Every step goes up, so it ends.
template <class D, class Source, class Power, typename T = hn::TFromD<D>>
HWY_INLINE T Climb(D d, const Source& c, const Power& power) {
  // f is off by a factor of at most 1 +- half of this, and so is what a step makes of it.
  const T additions = static_cast<T>(c.n / (4 * hn::Lanes(d)) + 16);
  const T damping = 1 - 2 * additions * std::numeric_limits<T>::epsilon();
  T tau = -1;
  for (;;) {
    const PowerSums<T> sums = SumPowers(d, c, power, tau);
    T next = tau + power.Step(sums.f * damping, sums.g);
    if (!(next > tau)) next = tau + power.Step(sums.f, sums.g);
    if (!(next > tau)) return next < tau ? tau : next;  // next is NaN where f is
    tau = next;
  }
}

// The threshold for any alpha > 1: Newton's steps, a little longer so that they end on the other side, between bounds
// that are halved where three steps have not. Ends where f is 1, or where no number lies between the bounds.
template <class D, class Source, class Power, typename T = hn::TFromD<D>>
HWY_INLINE T Settle(D d, const Source& c, const Power& power) {
  constexpr T kUlp = std::numeric_limits<T>::epsilon();
  T low = -1, high = 0;  // f >= 1, f < 1
  T tau = low;
  T width = high - low;  // when it was last halved
  for (int steps = 0;; ++steps) {
    const PowerSums<T> sums = SumPowers(d, c, power, tau);
    if (sums.f != sums.f) return sums.f;  // NaN
    if (std::abs(sums.f - 1) <= kUlp) return tau;
    (sums.f > 1 ? low : high) = tau;
    if (high - low <= width / 2) {
      width = high - low;
      steps = 0;
    }
    const T least = -tau * kUlp;
    T step = power.Step(sums.f, sums.g) * T{1.0625};
    if (!(std::abs(step) > least)) step = sums.f > 1 ? least : -least;
    T next = tau + step;
    if (steps >= 3 || !(low < next && next < high)) next = low + (high - low) / 2;
    if (!(low < next && next < high)) return low;
    tau = next;
  }
}

// y_i = p(c_i - tau) for a whole row. y may be the row of logits.
template <Format kFormat, class D, class Source, class Power, typename T = hn::TFromD<D>>
HWY_INLINE void StorePowers(D d, const Source& c, const Power& power, T tau, StorageOf<kFormat>* y) {
  const auto threshold = hn::Set(d, tau);
  for (size_t i = 0; i < c.n; i += hn::Lanes(d)) {
    StoreUpTo<kFormat>(d, power.Of(d, PositivePart(d, hn::Sub(c.At(d, i), threshold))), y, i, c.n);
  }
}

// Applies use(distances) to those of a call's row, with `factor` beside its scale and temperature.
template <Format kFormat, class D, class Use, typename T = hn::TFromD<D>>
HWY_INLINE void WithDistances(D d, const RowArguments& row, T factor, const Use& use) {
  const auto* x = row.at.In<StorageOf<kFormat>>(Role::x);
  if (row.scaling.identity) {
    using ShiftBy = Shift<D, false>;
    use(Distances<kFormat, D, ShiftBy>(d, x, row.n, ShiftBy(d, row.scaling), factor));
  } else {
    using ShiftBy = Shift<D, true>;
    use(Distances<kFormat, D, ShiftBy>(d, x, row.n, ShiftBy(d, row.scaling), factor));
  }
}

// The row functions of sparsemax (Linear, factor 1) and entmax15 (Square, factor 1/2).
template <Format kFormat, class Power>
void SparseRow(const RowArguments& row, ComputeOf<kFormat> factor) {
  const hn::ScalableTag<ComputeOf<kFormat>> d;
  auto* y = row.at.Out<StorageOf<kFormat>>(Role::y);
  WithDistances<kFormat>(d, row, factor, [&](const auto& c) {
    const Power power;
    StorePowers<kFormat>(d, c, power, Climb(d, c, power), y);
  });
}

// The row functions of their backward: dx_i = g_i (dy_i - sum_j g_j dy_j / sum_j g_j), where weight(d, y_i) gives g_i
// for y_i > 0; +0 where y_i <= 0, whose dy_i is not looked at. dx may be y or dy.
template <Format kFormat, class Weight>
void SparseBackwardRow(const RowArguments& row, const Weight& weight) {
  using D = hn::ScalableTag<ComputeOf<kFormat>>;
  using V = hn::Vec<D>;
  const D d;
  const V zero = hn::Zero(d);
  const Logits<kFormat> y{row.at.In<StorageOf<kFormat>>(Role::y), row.n};  // -inf beyond n: not in the support
  const Logits<kFormat> dy{row.at.In<StorageOf<kFormat>>(Role::dy), row.n};
  auto* dx = row.at.Out<StorageOf<kFormat>>(Role::dx);
  // 0 off the support, and NaN where y is not finite.
  const auto weight_of = [&](V v) {
    return hn::IfThenElse(hn::Le(v, zero), zero, hn::Add(weight(d, v), hn::Sub(v, v)));
  };
  struct Sums {
    V weights, products;
  };
  Sums s0{zero, zero};
  Sums s1 = s0;
  Sums s2 = s0;
  Sums s3 = s0;
  ForEachVector(d, y, 0, row.n, s0, s1, s2, s3, [&](Sums& sums, V v, size_t i) {
    const V g = weight_of(v);
    sums.weights = hn::Add(sums.weights, g);
    sums.products = hn::Add(sums.products, hn::IfThenElse(hn::Le(v, zero), zero, hn::Mul(g, dy.At(d, i))));
  });
  const auto total = [&](V Sums::*of) {
    return hn::SumOfLanes(d, hn::Add(hn::Add(s0.*of, s1.*of), hn::Add(s2.*of, s3.*of)));
  };
  const V weights = total(&Sums::weights);
  const V products = total(&Sums::products);
  // 0 where nothing is in the support.
  const V mean = hn::IfThenElse(hn::Eq(weights, zero), products, hn::Div(products, weights));
  const V outside = hn::Sub(mean, mean);  // +0; NaN where something in the row is not finite
  for (size_t i = 0; i < row.n; i += hn::Lanes(d)) {
    const V v = y.At(d, i);
    const V inside = hn::Add(hn::Mul(weight(d, v), hn::Sub(dy.At(d, i), mean)), outside);
    StoreUpTo<kFormat>(d, hn::IfThenElse(hn::Le(v, zero), outside, inside), dx, i, row.n);
  }
}

// Weights of the backward, y^(2 - alpha): for alpha = 2, 1 and 1.5, and for any alpha.
struct Equally {
  template <class D, class V = hn::Vec<D>>
  HWY_INLINE V operator()(D d, V) const {
    return hn::Set(d, hn::TFromD<D>{1});
  }
};
struct Itself {
  template <class D, class V = hn::Vec<D>>
  HWY_INLINE V operator()(D, V y) const {
    return y;
  }
};
struct SquareRoot {
  template <class D, class V = hn::Vec<D>>
  HWY_INLINE V operator()(D, V y) const {
    return hn::Sqrt(y);
  }
};
template <class D>
struct AlphaWeight {
  hn::TFromD<D> exponent;
  HWY_INLINE hn::Vec<D> operator()(D d, hn::Vec<D> y) const { return Exp(d, hn::Mul(Log(d, y), hn::Set(d, exponent))); }
};

// What is claimed of the arithmetic: the results are the terms whose sum was found to be 1. A power is the exponential
// of a product of two rounded numbers.
inline Claim ThresholdClaim(Format format, size_t lanes) {
  Claim claim;
  SetExpClaim(format, &claim);
  claim.power_error = (claim.compute == Format::f64 ? kLogErrorF64 : kLogErrorF32) + 2.01;
  claim.accumulation = {Accumulation::Kind::lanes, 4 * lanes};
  claim.same_terms = true;
  return claim;
}

}  // namespace HWY_NAMESPACE
}  // namespace softmax_verify
HWY_AFTER_NAMESPACE();

#endif  // per-target include guard
