// exp for whole vectors of f32 or f64, accurate through the subnormal results.
//
//   Shape    t[L] -> e^t[L], any t; ExpsOfShifted: several vectors of t <= 0 at once, to the same bits.
//   Error    |ln(result / e^t)| <= theta u where the result is normal, |result - e^t| <= 2 eta where it is subnormal
//            (u the unit roundoff, eta the smallest subnormal). theta = kExpErrorF32 over every one of the 2^32 floats
//            on every x86 target (property_tests/exp_test.cc measures it), theta = kExpErrorF64 by the proof in
//            docs/error_bounds.md ("The exponential").
//   Exact    exp(+-0) = 1; exp(t) <= 1 for t <= 0; exp(-inf) = 0; exp(t) = +inf from overflow on; NaN stays NaN.
//   Source   Cody & Waite (1980) reduction to |r| <= ln(2) / 2, then 1 + (r + r^2 q(r)), q minimax for the relative
//            error by Sollya's fpminimax: 2^-28.18 (f32, degree 6) and 2^-57.86 (f64, degree 11), certified by supnorm.
//   Worst    see docs/operations/softmax.md.
#if defined(SOFTMAX_VERIFY_KERNELS_EXP_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef SOFTMAX_VERIFY_KERNELS_EXP_INL_H_
#undef SOFTMAX_VERIFY_KERNELS_EXP_INL_H_
#else
#define SOFTMAX_VERIFY_KERNELS_EXP_INL_H_
#endif

#include <iterator>

#include "hwy/highway.h"
#include "kernels/exp.h"

HWY_BEFORE_NAMESPACE();
namespace softmax_verify {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// What the algorithm needs to know of a type. magic = 1.5 * 2^(p-1): adding it leaves the nearest integer in the low
// bits of the significand, on every target and without a conversion that NaN would make undefined.
template <typename T>
struct ExpConstants;
template <>
struct ExpConstants<float> {
  using Bits = uint32_t;
  static constexpr float kLowest = -105.0f;  // e^t < eta / 2 already
  static constexpr float kHighest = 90.0f;   // overflows
  static constexpr float kMagic = 0x1.8p23f;
  static constexpr Bits kMagicBits = 0x4B400000u;
  static constexpr float kLog2E = 0x1.715476p0f;
  static constexpr float kLn2High = 0x1.62ep-1f;  // 12 bits: k * kLn2High is exact
  static constexpr float kLn2Low = 0x1.0bfbe8p-15f;
  static constexpr int kFractionBits = 23;
  static constexpr Bits kBias = 127;
  // kMagic with an even number of low bits set, the biased exponent of 2^65, and what undoes that.
  static constexpr float kMagicScale = 0x1.8p23f + 192;
  static constexpr float kUnscale = 0x1p-65f;
  // (e^r - 1 - r) / r^2, highest degree first.
  static constexpr float kTail[] = {0x1.694cd2p-10f, 0x1.123988p-7f, 0x1.555a26p-5f, 0x1.555492p-3f, 0x1.fffffap-2f};
};
#if HWY_HAVE_FLOAT64
template <>
struct ExpConstants<double> {
  using Bits = uint64_t;
  static constexpr double kLowest = -746.0;
  static constexpr double kHighest = 711.0;
  static constexpr double kMagic = 0x1.8p52;
  static constexpr Bits kMagicBits = 0x4338000000000000u;
  static constexpr double kLog2E = 0x1.71547652b82fep0;
  static constexpr double kLn2High = 0x1.62e42fefa38p-1;  // 42 bits
  static constexpr double kLn2Low = 0x1.ef35793c7673p-45;
  static constexpr int kFractionBits = 52;
  static constexpr Bits kBias = 1023;
  static constexpr double kMagicScale = 0x1.8p52 + 1536;  // 2^513
  static constexpr double kUnscale = 0x1p-513;
  static constexpr double kTail[] = {0x1.ad92c81f74ea2p-26, 0x1.28adf7a9a959ep-22, 0x1.71df18fbb1812p-19,
                                     0x1.a0199963c408ap-16, 0x1.a01a012fec32ap-13, 0x1.6c16c18475a28p-10,
                                     0x1.1111111126b37p-7,  0x1.55555555506cp-5,   0x1.55555555554fep-3,
                                     0x1.000000000000ap-1};
};
#endif  // HWY_HAVE_FLOAT64

// The larger of t and `limit`, the smaller of t and `limit`; NaN stays NaN.
template <class V>
HWY_INLINE V NotBelow(V t, V limit) {
#if HWY_ARCH_X86 && HWY_TARGET != HWY_SCALAR && HWY_TARGET != HWY_EMU128
  return hn::Max(limit, t);  // MAXPS: the second operand where either is NaN
#else
  return hn::IfThenElse(hn::Lt(t, limit), limit, t);
#endif
}
template <class V>
HWY_INLINE V NotAbove(V t, V limit) {
#if HWY_ARCH_X86 && HWY_TARGET != HWY_SCALAR && HWY_TARGET != HWY_EMU128
  return hn::Min(limit, t);
#else
  return hn::IfThenElse(hn::Lt(limit, t), limit, t);
#endif
}

// t[j] becomes e^(t[j] - k[j] ln 2), in about [sqrt 1/2, sqrt 2], for t within the clamps and k = rint(t log2 e). Step by
// step for all of them: each step waits for the one before, and processors look ahead only so far.
template <size_t kCount, class D, class V = hn::Vec<D>>
HWY_INLINE void ReduceAndExp(D d, V* HWY_RESTRICT t, const V* HWY_RESTRICT k) {
  using C = ExpConstants<hn::TFromD<D>>;
  V q[kCount];
  for (size_t j = 0; j < kCount; ++j) t[j] = hn::NegMulAdd(k[j], hn::Set(d, C::kLn2High), t[j]);  // exact
  for (size_t j = 0; j < kCount; ++j) t[j] = hn::NegMulAdd(k[j], hn::Set(d, C::kLn2Low), t[j]);
  for (size_t j = 0; j < kCount; ++j) q[j] = hn::Set(d, C::kTail[0]);
  for (size_t c = 1; c < std::size(C::kTail); ++c) {
    for (size_t j = 0; j < kCount; ++j) q[j] = hn::MulAdd(q[j], t[j], hn::Set(d, C::kTail[c]));
  }
  for (size_t j = 0; j < kCount; ++j) q[j] = hn::MulAdd(hn::Mul(t[j], t[j]), q[j], t[j]);
  for (size_t j = 0; j < kCount; ++j) t[j] = hn::Add(hn::Set(d, hn::TFromD<D>{1}), q[j]);
}

// p 2^k for an integer k, rounded once. (All lanes of the masked form: GCC 12 warns of the other, GCC bug 105593.)
#if HWY_ARCH_X86 && HWY_TARGET <= HWY_AVX3
inline constexpr bool kHasScalef = true;
HWY_INLINE hn::Vec512<float> Scalef(hn::Vec512<float> p, hn::Vec512<float> k) {
  return hn::Vec512<float>{_mm512_mask_scalef_ps(p.raw, 0xFFFF, p.raw, k.raw)};
}
HWY_INLINE hn::Vec512<double> Scalef(hn::Vec512<double> p, hn::Vec512<double> k) {
  return hn::Vec512<double>{_mm512_mask_scalef_pd(p.raw, 0xFF, p.raw, k.raw)};
}
#else
inline constexpr bool kHasScalef = false;
#endif

template <class D, class V = hn::Vec<D>>
HWY_INLINE V Exp(D d, V t) {
  using C = ExpConstants<hn::TFromD<D>>;
  t = NotAbove(NotBelow(t, hn::Set(d, C::kLowest)), hn::Set(d, C::kHighest));
  const V shifted = hn::MulAdd(t, hn::Set(d, C::kLog2E), hn::Set(d, C::kMagic));
  const V k = hn::Sub(shifted, hn::Set(d, C::kMagic));
  ReduceAndExp<1>(d, &t, &k);
  if constexpr (kHasScalef) {
    return Scalef(t, k);
  } else {
    // 2^k in two factors, since k leaves the exponent range at both ends; only the last product can round.
    // Offsets keep the integers positive, so that the halving shift is a logical one, which every target has.
    using Bits = typename C::Bits;
    const hn::Rebind<Bits, D> du;
    constexpr Bits kOffset = 4096;
    const auto twice = hn::Sub(hn::BitCast(du, shifted), hn::Set(du, static_cast<Bits>(C::kMagicBits - kOffset)));
    const auto half = hn::ShiftRight<1>(twice);                // k1 + kOffset / 2
    const auto rest = hn::Sub(twice, half);                    // k2 + kOffset / 2, k1 + k2 = k
    const auto rebias = hn::Set(du, static_cast<Bits>(C::kBias - kOffset / 2));
    const V scale1 = hn::BitCast(d, hn::ShiftLeft<C::kFractionBits>(hn::Add(half, rebias)));
    const V scale2 = hn::BitCast(d, hn::ShiftLeft<C::kFractionBits>(hn::Add(rest, rebias)));
    return hn::Mul(hn::Mul(t, scale1), scale2);
  }
}

// Exp(d, t[j]), the same bits, for t[j] <= 0 or NaN: what a shift by the maximum leaves. Anything for t[j] > 0.
template <size_t kCount, class D, class V = hn::Vec<D>>
HWY_INLINE void ExpsOfShifted(D d, V* HWY_RESTRICT t) {
  using C = ExpConstants<hn::TFromD<D>>;
  // Without Scalef: k + 65 (513) lies within the normal exponents, its power of two is a shift, p times that is exact, and
  // only the last product can round, as in Exp. Both magics are multiples of two: ties go to the same k.
  const V magic = hn::Set(d, kHasScalef ? C::kMagic : C::kMagicScale);
  V shifted[kCount];
  V k[kCount];
  for (size_t j = 0; j < kCount; ++j) t[j] = NotBelow(t[j], hn::Set(d, C::kLowest));
  for (size_t j = 0; j < kCount; ++j) shifted[j] = hn::MulAdd(t[j], hn::Set(d, C::kLog2E), magic);
  for (size_t j = 0; j < kCount; ++j) k[j] = hn::Sub(shifted[j], magic);
  ReduceAndExp<kCount>(d, t, k);
  for (size_t j = 0; j < kCount; ++j) {
    if constexpr (kHasScalef) {
      t[j] = Scalef(t[j], k[j]);
    } else {
      const hn::Rebind<typename C::Bits, D> du;
      const V scale = hn::BitCast(d, hn::ShiftLeft<C::kFractionBits>(hn::BitCast(du, shifted[j])));
      t[j] = hn::Mul(hn::Mul(t[j], scale), hn::Set(d, C::kUnscale));
    }
  }
}
template <class D, class V = hn::Vec<D>>
HWY_INLINE V ExpOfShifted(D d, V t) {
  ExpsOfShifted<1>(d, &t);
  return t;
}

}  // namespace HWY_NAMESPACE
}  // namespace softmax_verify
HWY_AFTER_NAMESPACE();

#endif  // per-target include guard
