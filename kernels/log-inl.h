// ln and ln(1 + t) for whole vectors of f32 or f64, with a small relative error everywhere: next to ln(1) = 0 too.
//
//   Shape    Log: x[L] -> ln(x)[L], any x. Log1p: t[L] -> ln(1 + t)[L], t >= 0 or NaN.
//   Error    |result - ln(x)| <= theta u |ln(x)| for every positive x, subnormal or not, and the same for ln(1 + t)
//            (u the unit roundoff). theta = kLogErrorF32 and kLog1pErrorF32 over every float on every x86 target
//            (property_tests/log_test.cc measures it), theta = kLogErrorF64 and kLog1pErrorF64 by the proof in
//            docs/error_bounds.md ("The logarithm").
//   Exact    ln(1) = +0; ln(+-0) = -inf; ln(+inf) = +inf; ln(x) is NaN for x < 0; NaN stays NaN.
//            ln(1 + t) = t for t <= u and for t = +inf. In f32 both are monotone (log_test.cc again).
//   Source   x = 2^k (1 + f), 1 + f in [sqrt(1/2), sqrt(2)), and ln(1 + f) in powers of s = f / (2 + f): K. C. Ng's
//            log.c in FDLIBM (Sun, 1993). New here: k ln(2) + f is kept in two words (Dekker 1971). R minimax for the
//            absolute error by Sollya's fpminimax: 2^-29.19 (f32) and 2^-58.48 (f64), certified by supnorm.
#if defined(SOFTMAX_VERIFY_KERNELS_LOG_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef SOFTMAX_VERIFY_KERNELS_LOG_INL_H_
#undef SOFTMAX_VERIFY_KERNELS_LOG_INL_H_
#else
#define SOFTMAX_VERIFY_KERNELS_LOG_INL_H_
#endif

#include <limits>

#include "hwy/highway.h"
#include "kernels/log.h"

HWY_BEFORE_NAMESPACE();
namespace softmax_verify {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// What the algorithm needs to know of a type. kMagic = 2^(p-1): an integer put into its low bits is added to it.
template <typename T>
struct LogConstants;
template <>
struct LogConstants<float> {
  using Bits = uint32_t;
  static constexpr int kFractionBits = 23;
  static constexpr Bits kOneBits = 0x3F800000u;
  static constexpr Bits kSqrtHalfBits = 0x3F3504F3u;
  static constexpr float kMagic = 0x1p23f;
  static constexpr Bits kMagicBits = 0x4B000000u;
  static constexpr float kBias = 127;
  static constexpr float kLn2High = 0x1.62ep-1f;  // 12 bits: k * kLn2High is exact
  static constexpr float kLn2Low = 0x1.0bfbe8p-15f;
  template <class V>
  static HWY_INLINE V Tail(V z) {  // ln((1 + s) / (1 - s)) / s - 2 where z = s^2
    const hn::DFromV<V> d;
    V r = hn::Set(d, 0x1.31e08p-2f);
    r = hn::MulAdd(r, z, hn::Set(d, 0x1.995ed6p-2f));
    r = hn::MulAdd(r, z, hn::Set(d, 0x1.55557ap-1f));
    return hn::Mul(r, z);
  }
};
#if HWY_HAVE_FLOAT64
template <>
struct LogConstants<double> {
  using Bits = uint64_t;
  static constexpr int kFractionBits = 52;
  static constexpr Bits kOneBits = 0x3FF0000000000000u;
  static constexpr Bits kSqrtHalfBits = 0x3FE6A09E667F3BCDu;
  static constexpr double kMagic = 0x1p52;
  static constexpr Bits kMagicBits = 0x4330000000000000u;
  static constexpr double kBias = 1023;
  static constexpr double kLn2High = 0x1.62e42fefa38p-1;  // 42 bits
  static constexpr double kLn2Low = 0x1.ef35793c7673p-45;
  template <class V>
  static HWY_INLINE V Tail(V z) {
    const hn::DFromV<V> d;
    V r = hn::Set(d, 0x1.2f0387a937e55p-3);
    r = hn::MulAdd(r, z, hn::Set(d, 0x1.39a1eddc0b2dbp-3));
    r = hn::MulAdd(r, z, hn::Set(d, 0x1.74663cbb20014p-3));
    r = hn::MulAdd(r, z, hn::Set(d, 0x1.c71c52153f6acp-3));
    r = hn::MulAdd(r, z, hn::Set(d, 0x1.24924941e04a4p-2));
    r = hn::MulAdd(r, z, hn::Set(d, 0x1.999999997ff27p-2));
    r = hn::MulAdd(r, z, hn::Set(d, 0x1.5555555555592p-1));
    return hn::Mul(r, z);
  }
};
#endif  // HWY_HAVE_FLOAT64

// ln(w) = k ln(2) + f - (h - s inner) for positive normal w, k ln(2) + f the larger part; `lowered` is a small integer.
template <class V>
struct LogParts {
  V k;  // less `lowered`
  V f;
  V h;  // f^2 / 2
  V s;
  V inner;
};
template <class D, class V = hn::Vec<D>>
HWY_INLINE LogParts<V> PartsOfLog(D d, V w, V lowered) {
  using C = LogConstants<hn::TFromD<D>>;
  using Bits = typename C::Bits;
  const hn::Rebind<Bits, D> du;

  // w = 2^k (1 + f). Moving sqrt(1/2) to a power of two lets the exponent field count from there.
  const auto moved = hn::Add(hn::BitCast(du, w), hn::Set(du, static_cast<Bits>(C::kOneBits - C::kSqrtHalfBits)));
  const auto exponent = hn::ShiftRight<C::kFractionBits>(moved);  // k + bias
  const auto fraction = hn::And(moved, hn::Set(du, static_cast<Bits>((Bits{1} << C::kFractionBits) - 1)));
  const V m = hn::BitCast(d, hn::Add(fraction, hn::Set(du, C::kSqrtHalfBits)));
  const V f = hn::Sub(m, hn::Set(d, hn::TFromD<D>{1}));  // exact
  // Without a conversion, which for 64 bits is slow where it is not an instruction.
  const V biased = hn::BitCast(d, hn::Or(exponent, hn::Set(du, C::kMagicBits)));
  const V k = hn::Sub(biased, hn::Add(hn::Set(d, C::kMagic + C::kBias), lowered));

  // ln(1 + f) = f - (h - s (h + R)).
  const V s = hn::Div(f, hn::Add(hn::Set(d, hn::TFromD<D>{2}), f));
  const V h = hn::Mul(hn::Mul(hn::Set(d, hn::TFromD<D>{0.5}), f), f);
  return {k, f, h, s, hn::Add(h, C::Tail(hn::Mul(s, s)))};
}

// ln(w) - lowered ln(2) + correction for positive normal w, where `lowered` is a small integer and |correction| <= u.
template <class D, class V = hn::Vec<D>>
HWY_INLINE V LogOfNormal(D d, V w, V lowered, V correction) {
  using C = LogConstants<hn::TFromD<D>>;
  const LogParts<V> parts = PartsOfLog(d, w, lowered);
  const V low = hn::MulAdd(parts.s, parts.inner, hn::MulAdd(parts.k, hn::Set(d, C::kLn2Low), correction));
  const V curve = hn::Sub(parts.h, low);

  // k ln(2) + f without error: |k ln(2)| > |f| unless k = 0, when the lost part is 0 as well.
  const V high = hn::Mul(parts.k, hn::Set(d, C::kLn2High));  // exact
  const V sum = hn::Add(high, parts.f);
  const V lost = hn::Sub(parts.f, hn::Sub(sum, high));
  return hn::Add(sum, hn::Sub(lost, curve));
}

template <class D, class V = hn::Vec<D>>
HWY_INLINE V Log(D d, V x) {
  using T = hn::TFromD<D>;
  using C = LogConstants<T>;
  const V zero = hn::Zero(d);
  const V infinity = hn::Set(d, std::numeric_limits<T>::infinity());

  const auto subnormal = hn::Lt(x, hn::Set(d, std::numeric_limits<T>::min()));
  const V w = hn::IfThenElse(subnormal, hn::Mul(x, hn::Set(d, 2 * C::kMagic)), x);
  const V lowered = hn::IfThenElseZero(subnormal, hn::Set(d, T{C::kFractionBits + 1}));
  const V y = LogOfNormal(d, w, lowered, zero);

  // Comparisons with NaN are false: it is neither finite nor positive.
  const V pole = hn::IfThenElse(hn::Eq(x, zero), hn::Neg(infinity), hn::Set(d, std::numeric_limits<T>::quiet_NaN()));
  return hn::IfThenElse(hn::Lt(zero, x), hn::IfThenElse(hn::Lt(x, infinity), y, x), pole);
}

// t >= 0.
template <class D, class V = hn::Vec<D>>
HWY_INLINE V Log1p(D d, V t) {
  using T = hn::TFromD<D>;
  const V one = hn::Set(d, T{1});

  // 1 + t = w + c, exactly for w <= 2^p; beyond, 1 is too small to matter. ln(w + c) = ln(w) + c / w - O(u^2).
  const V w = hn::Add(one, t);
  const V c = hn::Sub(t, hn::Sub(w, one));
  const V y = LogOfNormal(d, w, hn::Zero(d), hn::Div(c, w));
  return hn::IfThenElse(hn::Lt(t, hn::Set(d, std::numeric_limits<T>::infinity())), y, t);  // or t is +inf or NaN
}

}  // namespace HWY_NAMESPACE
}  // namespace softmax_verify
HWY_AFTER_NAMESPACE();

#endif  // per-target include guard
