// Numbers of about 106 bits as unevaluated sums of two doubles, and the exponential of them, in vectors.
//
//   Exact    TwoSum (Knuth 1969), FastTwoSum for |a| >= |b| (Dekker 1971), TwoProduct, with FMA or by Dekker's
//            splitting (factors below 2^990, products above 2^-960).
//   Error    relative, u = 2^-53: products 8 u^2, sums of numbers of one sign 4 u^2, NormalExp 2^-94,
//            QuickExp 2^-71: Lemmas R2, R3 and F1 of docs/error_bounds.md.
#if defined(SOFTMAX_VERIFY_KERNELS_DOUBLE_DOUBLE_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef SOFTMAX_VERIFY_KERNELS_DOUBLE_DOUBLE_INL_H_
#undef SOFTMAX_VERIFY_KERNELS_DOUBLE_DOUBLE_INL_H_
#else
#define SOFTMAX_VERIFY_KERNELS_DOUBLE_DOUBLE_INL_H_
#endif

#include <cmath>

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
  return FastTwoSum(p.hi, hn::Add(p.lo, hn::MulAdd(a.hi, b.lo, hn::Mul(a.lo, b.hi))));
}
// Both of one sign.
template <class V>
HWY_INLINE DoubleDouble<V> Sum(DoubleDouble<V> a, DoubleDouble<V> b) {
  const DoubleDouble<V> s = TwoSum(a.hi, b.hi);
  return FastTwoSum(s.hi, hn::Add(s.lo, hn::Add(a.lo, b.lo)));
}

// The numbers table[count % 32], of a table aligned to vectors.
template <class D>
HWY_INLINE hn::Vec<D> Lookup(D d, const double* table, hn::Vec<hn::Rebind<uint64_t, D>> count) {
#if HWY_ARCH_X86 && HWY_TARGET <= HWY_AVX3
  // Four registers hold it. (Masked forms with all lanes: GCC 12 warns of the others, GCC bug 105593.)
  const auto from = [&](size_t i) {
    return _mm512_permutex2var_pd(_mm512_load_pd(table + i), count.raw, _mm512_load_pd(table + i + 8));
  };
  const __mmask8 upper = _mm512_test_epi64_mask(count.raw, _mm512_set1_epi64(16));
  return hn::Vec<D>{_mm512_mask_blend_pd(upper, from(0), from(16))};
#else
  const hn::Rebind<uint64_t, D> du;
  const hn::Rebind<int64_t, D> di;
  return hn::GatherIndex(d, table, hn::BitCast(di, hn::And(count, hn::Set(du, uint64_t{31}))));
#endif
}

// t = j ln(2) / 32 + r for -810 <= t <= 0.
constexpr double kStepHigh = 0x1.62e42fefap-6;  // 37 bits, and so has the next: products with j are exact
constexpr double kStepMiddle = 0x1.cf79abc9ep-45;
constexpr double kStepLow = 0x1.d9cc01f97b57ap-84;
template <class D>
struct Steps {
  hn::Vec<D> j;
  hn::Vec<hn::Rebind<uint64_t, D>> count;  // j, moved up by 2^15 * 32 to stay positive

  template <class V>
  HWY_INLINE Steps(D d, V t) {
    const hn::Rebind<uint64_t, D> du;
    // Adding `magic` leaves j in the low bits.
    constexpr double kMagic = 0x1.8p52;
    constexpr uint64_t kMagicBits = 0x4338000000000000u;
    const V shifted = hn::MulAdd(t, hn::Set(d, 0x1.71547652b82fep+5), hn::Set(d, kMagic));
    j = hn::Sub(shifted, hn::Set(d, kMagic));
    count = hn::Sub(hn::BitCast(du, shifted), hn::Set(du, kMagicBits - (uint64_t{1} << 20)));
  }
  // 2^((j mod 32) / 32)
  HWY_INLINE DoubleDouble<hn::Vec<D>> Power(D d) const {
    return {Lookup(d, kPowersOfTwo, count), Lookup(d, kPowersOfTwoLow, count)};
  }
  // 2^(floor(j / 32) + kUp), a normal number
  template <int kUp>
  HWY_INLINE hn::Vec<D> Scale(D d) const {
    const hn::Rebind<uint64_t, D> du;
    constexpr auto kBias = static_cast<uint64_t>(1023 + kUp - (1 << 15));
    return hn::BitCast(d, hn::ShiftLeft<52>(hn::Add(hn::ShiftRight<5>(count), hn::Set(du, kBias))));
  }
};

// 2^kUp e^t, -810 <= t <= 0, where the result and its low part are normal numbers: kUp = 0 for t >= -600, 512 for all.
template <int kUp = 0, class D, class V = hn::Vec<D>>
HWY_INLINE DoubleDouble<V> NormalExp(D d, DoubleDouble<V> t) {
  const auto c = [&](double value) { return hn::Set(d, value); };
  const Steps<D> steps(d, t.hi);
  const V r0 = hn::Sub(t.hi, hn::Mul(steps.j, c(kStepHigh)));                        // exact
  const DoubleDouble<V> r1 = TwoSum(r0, hn::Neg(hn::Mul(steps.j, c(kStepMiddle))));  // exact
  const V r2 = hn::Add(r1.lo, hn::Sub(t.lo, hn::Mul(steps.j, c(kStepLow))));
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
  const DoubleDouble<V> result = Product(p, steps.Power(d));
  const V scale = steps.template Scale<kUp>(d);
  return {hn::Mul(result.hi, scale), hn::Mul(result.lo, scale)};
}

// The same to a relative 2^-71 (Lemma F1), in half the operations. A NaN stays one.
template <int kUp = 0, class D, class V = hn::Vec<D>>
HWY_INLINE DoubleDouble<V> QuickExp(D d, DoubleDouble<V> t) {
  const auto c = [&](double value) { return hn::Set(d, value); };
  const Steps<D> steps(d, t.hi);
  const DoubleDouble<V> power = steps.Power(d);
  const V r0 = hn::NegMulAdd(steps.j, c(kStepHigh), t.hi);  // exact, and r1 + r2 = r0 - j kStepMiddle
  const V r1 = hn::NegMulAdd(steps.j, c(kStepMiddle), r0);
  const V r2 = hn::NegMulAdd(steps.j, c(kStepMiddle), hn::Sub(r0, r1));
  const DoubleDouble<V> r = FastTwoSum(r1, hn::Add(r2, hn::NegMulAdd(steps.j, c(kStepLow), t.lo)));
  // e^r - 1 = r + r^2 / 2 + r^3 (1/6 + ..), the first two without error.
  const DoubleDouble<V> square = TwoProduct(hn::Mul(c(0.5), r.hi), r.hi);
  const DoubleDouble<V> first = FastTwoSum(r.hi, square.hi);
  V tail = hn::MulAdd(c(0x1.a01a01a01a01ap-15), r.hi, c(0x1.a01a01a01a01ap-12));  // 2/8!, 2/7!
  tail = hn::MulAdd(tail, r.hi, c(0x1.6c16c16c16c17p-9));
  tail = hn::MulAdd(tail, r.hi, c(0x1.1111111111111p-6));
  tail = hn::MulAdd(tail, r.hi, c(0x1.5555555555555p-4));
  tail = hn::MulAdd(tail, r.hi, c(0x1.5555555555555p-2));
  const V small = hn::Add(square.lo, hn::Add(first.lo, hn::MulAdd(r.lo, r.hi, r.lo)));
  const V rest = hn::MulAdd(hn::Mul(square.hi, r.hi), tail, small);
  // power (1 + first.hi + rest)
  const DoubleDouble<V> product = TwoProduct(power.hi, first.hi);
  const DoubleDouble<V> sum = FastTwoSum(power.hi, product.hi);
  const V low = hn::Add(hn::Add(sum.lo, product.lo), hn::MulAdd(power.lo, first.hi, power.lo));
  const DoubleDouble<V> result = FastTwoSum(sum.hi, hn::MulAdd(power.hi, rest, low));
  const V scale = steps.template Scale<kUp>(d);
  return {hn::Mul(result.hi, scale), hn::Mul(result.lo, scale)};
}

// 1 / s
inline DoubleDouble<double> Reciprocal(const DoubleDouble<double>& s) {
  const double hi = 1 / s.hi;
  return {hi, (std::fma(-hi, s.hi, 1.0) - hi * s.lo) / s.hi};
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
