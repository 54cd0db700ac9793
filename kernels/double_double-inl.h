// Numbers of about 106 bits as unevaluated sums of two doubles, and the exponential of them, in vectors.
//
//   Exact    TwoSum (Knuth 1969), FastTwoSum for |a| >= |b| (Dekker 1971), TwoProduct, with FMA or by Dekker's
//            splitting (factors below 2^990, products above 2^-960).
//   Error    relative, u = 2^-53: products 8 u^2, sums of numbers of one sign 4 u^2, ExpOfDoubleDouble 2^-94:
//            Lemmas R2 and R3 of docs/error_bounds.md.
#if defined(SOFTMAX_VERIFY_KERNELS_DOUBLE_DOUBLE_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef SOFTMAX_VERIFY_KERNELS_DOUBLE_DOUBLE_INL_H_
#undef SOFTMAX_VERIFY_KERNELS_DOUBLE_DOUBLE_INL_H_
#else
#define SOFTMAX_VERIFY_KERNELS_DOUBLE_DOUBLE_INL_H_
#endif

#include "hwy/highway.h"
#include "kernels/double_double.h"

HWY_BEFORE_NAMESPACE();
namespace softmax_verify {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// hi + lo, |lo| <= ulp(hi) / 2.
template <class V>
struct DoubleDouble {
  V hi;
  V lo;
};

template <class V>
HWY_INLINE DoubleDouble<V> TwoSum(V a, V b) {
  const V sum = hn::Add(a, b);
  const V seen = hn::Sub(sum, a);
  return {sum, hn::Add(hn::Sub(a, hn::Sub(sum, seen)), hn::Sub(b, seen))};
}
template <class V>
HWY_INLINE DoubleDouble<V> FastTwoSum(V a, V b) {
  const V sum = hn::Add(a, b);
  return {sum, hn::Sub(b, hn::Sub(sum, a))};
}
template <class V>
HWY_INLINE DoubleDouble<V> TwoProduct(V a, V b) {
  const V product = hn::Mul(a, b);
#if HWY_NATIVE_FMA
  return {product, hn::MulSub(a, b, product)};
#else
  const V splitter = hn::Set(hn::DFromV<V>(), 0x1p27 + 1);
  const auto high = [&](V v) {
    const V c = hn::Mul(v, splitter);
    return hn::Sub(c, hn::Sub(c, v));
  };
  const V ah = high(a);
  const V bh = high(b);
  const V al = hn::Sub(a, ah);
  const V bl = hn::Sub(b, bh);
  const V rest = hn::Sub(hn::Mul(ah, bh), product);
  return {product, hn::Add(hn::Add(hn::Add(rest, hn::Mul(ah, bl)), hn::Mul(al, bh)), hn::Mul(al, bl))};
#endif
}

template <class V>
HWY_INLINE DoubleDouble<V> Product(DoubleDouble<V> a, DoubleDouble<V> b) {
  const DoubleDouble<V> p = TwoProduct(a.hi, b.hi);
  return FastTwoSum(p.hi, hn::Add(p.lo, hn::Add(hn::Mul(a.hi, b.lo), hn::Mul(a.lo, b.hi))));
}
// Both of one sign.
template <class V>
HWY_INLINE DoubleDouble<V> Sum(DoubleDouble<V> a, DoubleDouble<V> b) {
  const DoubleDouble<V> s = TwoSum(a.hi, b.hi);
  return FastTwoSum(s.hi, hn::Add(s.lo, hn::Add(a.lo, b.lo)));
}

// e^t for -746 <= t <= 0 as a number near 1, in [0.98, 2), times 2^k, k in the low bits of `exponent` (as int64).
template <class D>
struct ScaledExp {
  DoubleDouble<hn::Vec<D>> significand;
  hn::Vec<hn::Rebind<int64_t, D>> exponent;
};
template <class D, class V = hn::Vec<D>>
HWY_INLINE ScaledExp<D> ExpOfDoubleDouble(D d, DoubleDouble<V> t) {
  const hn::Rebind<uint64_t, D> du;
  const hn::Rebind<int64_t, D> di;
  const auto c = [&](double value) { return hn::Set(d, value); };
  // t = j ln(2) / 32 + r; adding `magic` leaves j, moved up by 2^15 * 32 to stay positive, in the low bits.
  constexpr double kMagic = 0x1.8p52;
  constexpr uint64_t kMagicBits = 0x4338000000000000u;
  constexpr uint64_t kOffset = uint64_t{1} << 20;
  const V shifted = hn::MulAdd(t.hi, c(0x1.71547652b82fep+5), c(kMagic));
  const V j = hn::Sub(shifted, c(kMagic));
  const V r0 = hn::Sub(t.hi, hn::Mul(j, c(0x1.62e42fefap-6)));                                  // exact
  const DoubleDouble<V> r1 = TwoSum(r0, hn::Neg(hn::Mul(j, c(0x1.cf79abc9ep-45))));           // exact
  const V r2 = hn::Add(r1.lo, hn::Sub(t.lo, hn::Mul(j, c(0x1.d9cc01f97b57ap-84))));
  const DoubleDouble<V> r = TwoSum(r1.hi, r2);
  // Taylor to degree 11, |r| < 0.0109: what degrees 6 and more give is needed to one double only.
  V tail = hn::MulAdd(c(0x1.ae64567f544e4p-26), r.hi, c(0x1.27e4fb7789f5cp-22));
  tail = hn::MulAdd(tail, r.hi, c(0x1.71de3a556c734p-19));
  tail = hn::MulAdd(tail, r.hi, c(0x1.a01a01a01a01ap-16));
  tail = hn::MulAdd(tail, r.hi, c(0x1.a01a01a01a01ap-13));
  tail = hn::MulAdd(tail, r.hi, c(0x1.6c16c16c16c17p-10));
  const auto plus = [&](double hi, double lo, DoubleDouble<V> rest) {  // hi > 32 |rest|
    const DoubleDouble<V> s = FastTwoSum(c(hi), rest.hi);
    return FastTwoSum(s.hi, hn::Add(s.lo, hn::Add(rest.lo, c(lo))));
  };
  DoubleDouble<V> p = plus(0x1.1111111111111p-7, 0x1.1111111111111p-63, {hn::Mul(tail, r.hi), hn::Zero(d)});
  p = plus(0x1.5555555555555p-5, 0x1.5555555555555p-59, Product(p, r));
  p = plus(0x1.5555555555555p-3, 0x1.5555555555555p-57, Product(p, r));
  p = plus(0.5, 0, Product(p, r));
  p = plus(1, 0, Product(p, r));
  p = plus(1, 0, Product(p, r));
  const auto steps = hn::Sub(hn::BitCast(du, shifted), hn::Set(du, kMagicBits - kOffset));
  const auto index = hn::ShiftLeft<1>(hn::And(steps, hn::Set(du, uint64_t{31})));
  const double* const table = kPowersOfTwo;
  const DoubleDouble<V> power = {hn::GatherIndex(d, table, hn::BitCast(di, index)),
                                 hn::GatherIndex(d, table + 1, hn::BitCast(di, index))};
  const auto k = hn::Sub(hn::ShiftRight<5>(steps), hn::Set(du, kOffset >> 5));
  return {Product(p, power), hn::BitCast(di, k)};
}
// The same for t >= -600, where the result and its low part are normal numbers.
template <class D, class V = hn::Vec<D>>
HWY_INLINE DoubleDouble<V> NormalExp(D d, DoubleDouble<V> t) {
  const hn::Rebind<int64_t, D> di;
  const ScaledExp<D> e = ExpOfDoubleDouble(d, t);
  const V scale = hn::BitCast(d, hn::ShiftLeft<52>(hn::Add(e.exponent, hn::Set(di, int64_t{1023}))));
  return {hn::Mul(e.significand.hi, scale), hn::Mul(e.significand.lo, scale)};
}

// The sum over all lanes, of one sign.
template <class D, class V = hn::Vec<D>>
HWY_INLINE DoubleDouble<double> SumOfLanes(D d, const DoubleDouble<V>& sum) {
  HWY_ALIGN double hi[hn::MaxLanes(D())];
  HWY_ALIGN double lo[hn::MaxLanes(D())];
  hn::Store(sum.hi, d, hi);
  hn::Store(sum.lo, d, lo);
  const hn::CappedTag<double, 1> one;
  using V1 = hn::Vec<decltype(one)>;
  DoubleDouble<V1> total = {hn::Zero(one), hn::Zero(one)};
  for (size_t k = 0; k < hn::Lanes(d); ++k) {
    total = Sum(total, DoubleDouble<V1>{hn::Set(one, hi[k]), hn::Set(one, lo[k])});
  }
  return {hn::GetLane(total.hi), hn::GetLane(total.lo)};
}
// The sum of term(i) over the vectors of a row of n, all of one sign.
template <class D, class Term>
HWY_INLINE DoubleDouble<double> SumInTwo(D d, size_t n, const Term& term) {
  DoubleDouble<hn::Vec<D>> sum = {hn::Zero(d), hn::Zero(d)};
  for (size_t i = 0; i < n; i += hn::Lanes(d)) sum = Sum(sum, term(i));
  return SumOfLanes(d, sum);
}

}  // namespace HWY_NAMESPACE
}  // namespace softmax_verify
HWY_AFTER_NAMESPACE();

#endif  // per-target include guard
