// exp for whole vectors of f32 or f64, accurate through the subnormal results.
//
//   Shape    t[L] -> e^t[L], any t.
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
  template <class V>
  static HWY_INLINE V Tail(V r) {  // (e^r - 1 - r) / r^2
    const hn::DFromV<V> d;
    V q = hn::Set(d, 0x1.694cd2p-10f);
    q = hn::MulAdd(q, r, hn::Set(d, 0x1.123988p-7f));
    q = hn::MulAdd(q, r, hn::Set(d, 0x1.555a26p-5f));
    q = hn::MulAdd(q, r, hn::Set(d, 0x1.555492p-3f));
    return hn::MulAdd(q, r, hn::Set(d, 0x1.fffffap-2f));
  }
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
  template <class V>
  static HWY_INLINE V Tail(V r) {
    const hn::DFromV<V> d;
    V q = hn::Set(d, 0x1.ad92c81f74ea2p-26);
    q = hn::MulAdd(q, r, hn::Set(d, 0x1.28adf7a9a959ep-22));
    q = hn::MulAdd(q, r, hn::Set(d, 0x1.71df18fbb1812p-19));
    q = hn::MulAdd(q, r, hn::Set(d, 0x1.a0199963c408ap-16));
    q = hn::MulAdd(q, r, hn::Set(d, 0x1.a01a012fec32ap-13));
    q = hn::MulAdd(q, r, hn::Set(d, 0x1.6c16c18475a28p-10));
    q = hn::MulAdd(q, r, hn::Set(d, 0x1.1111111126b37p-7));
    q = hn::MulAdd(q, r, hn::Set(d, 0x1.55555555506cp-5));
    q = hn::MulAdd(q, r, hn::Set(d, 0x1.55555555554fep-3));
    return hn::MulAdd(q, r, hn::Set(d, 0x1.000000000000ap-1));
  }
};
#endif  // HWY_HAVE_FLOAT64

template <class D, class V = hn::Vec<D>>
HWY_INLINE V Exp(D d, V t) {
  using C = ExpConstants<hn::TFromD<D>>;
  using Bits = typename C::Bits;
  const hn::Rebind<Bits, D> du;

  // Comparisons are false for NaN, which therefore passes through; Max and Min would drop it on some targets.
  t = hn::IfThenElse(hn::Lt(t, hn::Set(d, C::kLowest)), hn::Set(d, C::kLowest), t);
  t = hn::IfThenElse(hn::Lt(hn::Set(d, C::kHighest), t), hn::Set(d, C::kHighest), t);

  const V shifted = hn::MulAdd(t, hn::Set(d, C::kLog2E), hn::Set(d, C::kMagic));
  const V k = hn::Sub(shifted, hn::Set(d, C::kMagic));
  V r = hn::NegMulAdd(k, hn::Set(d, C::kLn2High), t);  // exact
  r = hn::NegMulAdd(k, hn::Set(d, C::kLn2Low), r);
  const V p = hn::Add(hn::Set(d, hn::TFromD<D>{1}), hn::MulAdd(hn::Mul(r, r), C::Tail(r), r));

  // 2^k in two factors, since k leaves the exponent range at both ends; only the last product can round.
  // Offsets keep the integers positive, so that the halving shift is a logical one, which every target has.
  constexpr Bits kOffset = 4096;
  const auto twice = hn::Sub(hn::BitCast(du, shifted), hn::Set(du, static_cast<Bits>(C::kMagicBits - kOffset)));
  const auto half = hn::ShiftRight<1>(twice);                // k1 + kOffset / 2
  const auto rest = hn::Sub(twice, half);                    // k2 + kOffset / 2, k1 + k2 = k
  const auto rebias = hn::Set(du, static_cast<Bits>(C::kBias - kOffset / 2));
  const V scale1 = hn::BitCast(d, hn::ShiftLeft<C::kFractionBits>(hn::Add(half, rebias)));
  const V scale2 = hn::BitCast(d, hn::ShiftLeft<C::kFractionBits>(hn::Add(rest, rebias)));
  return hn::Mul(hn::Mul(p, scale1), scale2);
}

}  // namespace HWY_NAMESPACE
}  // namespace softmax_verify
HWY_AFTER_NAMESPACE();

#endif  // per-target include guard
