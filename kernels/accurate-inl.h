// softmax of f32, f16 and bf16 rows in f64 vectors, rounded once at the end: half an ulp of the format and a little.
//
//   Shape    x[n] -> y[n], n >= 1; y may be x.
//   Error    |ln(v_i / exact_i)| <= B of the f64 value v_i = e_i (1/s) that is rounded to y_i, where y_i is not 0:
//            Theorem R1 of docs/error_bounds.md; B < 2^-43 for n <= 2^24, so that y_i is within 0.50001 ulp.
//   Special  as in kernels/softmax.cc.
#if defined(SOFTMAX_VERIFY_KERNELS_ACCURATE_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef SOFTMAX_VERIFY_KERNELS_ACCURATE_INL_H_
#undef SOFTMAX_VERIFY_KERNELS_ACCURATE_INL_H_
#else
#define SOFTMAX_VERIFY_KERNELS_ACCURATE_INL_H_
#endif

#include <limits>

#include "hwy/highway.h"
#include "kernels/exp_sum-inl.h"

HWY_BEFORE_NAMESPACE();
namespace softmax_verify {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// Exponentials are summed in blocks, and the sums of the blocks with a compensation: the error of the sum does not grow
// with the row.
constexpr size_t kSumBlock = 256;
// Rows up to this length keep their exponentials on the stack; longer ones compute them again, to the same bits.
constexpr size_t kKeptTerms = 2048;
// Terms further from the maximum round to 0 in every format narrower than f64.
constexpr double kFarthest = 400;

// t[j] becomes e^t[j] for t[j] <= 0 or NaN; e^-400 for all below. Otherwise the steps of kernels/exp-inl.h, with their error
// (Theorem 3), but that 2^k, at least 2^-577, is one addition to the exponent.
template <size_t kCount, class D, class V = hn::Vec<D>>
HWY_INLINE void ExpsOfDistances(D d, V* HWY_RESTRICT t) {
  using C = ExpConstants<double>;
  const hn::Rebind<uint64_t, D> du;
  V shifted[kCount];
  V k[kCount];
  for (size_t j = 0; j < kCount; ++j) t[j] = NotBelow(t[j], hn::Set(d, -kFarthest));
  for (size_t j = 0; j < kCount; ++j) shifted[j] = hn::MulAdd(t[j], hn::Set(d, C::kLog2E), hn::Set(d, C::kMagic));
  for (size_t j = 0; j < kCount; ++j) k[j] = hn::Sub(shifted[j], hn::Set(d, C::kMagic));
  ReduceAndExp<kCount>(d, t, k);
  for (size_t j = 0; j < kCount; ++j) {
    // k stands in the low bits of `shifted`, whose high bits the shift drops.
    const auto power = hn::ShiftLeft<C::kFractionBits>(hn::BitCast(du, shifted[j]));
    t[j] = hn::BitCast(d, hn::Add(hn::BitCast(du, t[j]), power));
  }
}

// Logits of a narrower format as f64 vectors, -inf beyond n.
template <Format kFormat>
struct WideLogits {
  const StorageOf<kFormat>* x;
  size_t n;

  template <class D>
  HWY_INLINE hn::Vec<D> At(D d, size_t i) const {
    return hn::PromoteTo(d, LoadUpTo<kFormat>(hn::Rebind<float, D>(), x, i, n));
  }
};

// The maximum as f64 in every lane; as MaxOf, anything where there is a NaN.
template <Format kFormat, class D>
HWY_INLINE hn::Vec<D> WideMax(D d, const StorageOf<kFormat>* x, size_t n) {
  const hn::ScalableTag<float> df;
  const auto m = MaxOf(df, Logits<kFormat>{x, n}, 0, n, -std::numeric_limits<float>::infinity());
  return hn::Set(d, static_cast<double>(hn::GetLane(m)));
}

// The sum over a row of n of what terms.operator()<k>(i, e) puts into e: the k vectors of its terms from element i on, at
// least 0 each. In every lane.
template <class D, class Terms>
HWY_INLINE hn::Vec<D> BlockwiseSum(D d, size_t n, const Terms& terms) {
  using V = hn::Vec<D>;
  const size_t lanes = hn::Lanes(d);
  V sum = hn::Zero(d);
  V lost = hn::Zero(d);
  for (size_t begin = 0; begin < n; begin += kSumBlock) {
    const size_t end = HWY_MIN(begin + kSumBlock, n);
    V s[4] = {hn::Zero(d), hn::Zero(d), hn::Zero(d), hn::Zero(d)};
    V e[4];
    size_t i = begin;
    for (; i + 4 * lanes <= end; i += 4 * lanes) {
      terms.template operator()<4>(i, e);
      for (size_t j = 0; j < 4; ++j) s[j] = hn::Add(s[j], e[j]);
    }
    for (; i < end; i += lanes) {
      terms.template operator()<1>(i, e);
      s[0] = hn::Add(s[0], e[0]);
    }
    const V block = hn::Add(hn::Add(s[0], s[1]), hn::Add(s[2], s[3]));
    const V next = hn::Add(sum, block);  // TwoSum (Knuth 1969)
    const V seen = hn::Sub(next, sum);
    lost = hn::Add(lost, hn::Add(hn::Sub(sum, hn::Sub(next, seen)), hn::Sub(block, seen)));
    sum = next;
  }
  return hn::SumOfLanes(d, hn::Add(sum, lost));
}

// v >= 0 rounded to the nearest value of the format, ties to even, subnormals kept; a NaN stays one.
template <Format kFormat, class D>
HWY_INLINE hn::Vec<hn::Rebind<float, D>> RoundTo(D d, hn::Vec<D> v) {
  const hn::Rebind<float, D> df;
  if constexpr (kFormat == Format::f32) {
    return hn::DemoteTo(df, v);
  } else {
    // Rounded here and nowhere else: by way of f32 it would be twice. 1.5 2^52 ulp(v) added leaves multiples of ulp(v).
    const hn::Rebind<uint64_t, D> du;
    const hn::Vec<D> normal = hn::Max(v, hn::Set(d, PowerOf2(Info(kFormat).emin)));
    const auto power = hn::BitCast(d, hn::And(hn::BitCast(du, normal), hn::Set(du, uint64_t{0x7FF} << 52)));
    const auto magic = hn::Mul(power, hn::Set(d, 1.5 * PowerOf2(53 - Info(kFormat).p)));
    return hn::DemoteTo(df, hn::Sub(hn::Add(v, magic), magic));
  }
}

// Stores a vector of the results from element i on.
template <Format kFormat, class D>
HWY_INLINE void StoreRounded(D, hn::Vec<hn::Rebind<float, D>> v, StorageOf<kFormat>* y, size_t i, size_t n) {
  StoreUpTo<kFormat>(hn::Rebind<float, D>(), v, y, i, n);
}

// normalise(m, s, term) with term(i) the vector of terms from element i on.
template <Format kFormat, bool kScaled, class Normalise>
HWY_INLINE void WithTerms(const RowArguments& row, const StorageOf<kFormat>* x, const Normalise& normalise) {
  const hn::ScalableTag<double> d;
  using V = hn::Vec<decltype(d)>;
  const Shift<decltype(d), kScaled> shift(d, Scaling::From(row.parameters, Format::f64));
  const WideLogits<kFormat> logits{x, row.n};
  const V m = WideMax<kFormat>(d, x, row.n);
  const size_t lanes = hn::Lanes(d);
  const auto terms = [&]<size_t kCount>(size_t i, V* e) {
    for (size_t j = 0; j < kCount; ++j) e[j] = shift(logits.At(d, i + j * lanes), m);
    ExpsOfDistances<kCount>(d, e);
  };
  if (row.n > kKeptTerms) {
    return normalise(m, BlockwiseSum(d, row.n, terms), [&](size_t i) {
      V e[1];
      terms.template operator()<1>(i, e);
      return e[0];
    });
  }
  HWY_ALIGN double kept[kKeptTerms];
  const V s = BlockwiseSum(d, row.n, [&]<size_t kCount>(size_t i, V* e) {
    terms.template operator()<kCount>(i, e);
    for (size_t j = 0; j < kCount; ++j) hn::Store(e[j], d, kept + i + j * lanes);
  });
  normalise(m, s, [&](size_t i) { return hn::Load(d, kept + i); });
}

struct Accurate {
  template <Format kFormat, bool kScaled>
  static HWY_INLINE void Run(const RowArguments& row, const StorageOf<kFormat>* x, StorageOf<kFormat>* y) {
    const hn::ScalableTag<double> d;
    using V = hn::Vec<decltype(d)>;
    WithTerms<kFormat, kScaled>(row, x, [&](V, V s, const auto& term) {
      const V reciprocal = hn::Div(hn::Set(d, 1.0), s);
      for (size_t i = 0; i < row.n; i += hn::Lanes(d)) {
        StoreRounded<kFormat>(d, RoundTo<kFormat>(d, hn::Mul(term(i), reciprocal)), y, i, row.n);
      }
    });
  }
};

// The row function of such an algorithm.
template <class Algorithm, Format kFormat>
void WideRow(const RowArguments& row) {
  const auto* x = row.at.In<StorageOf<kFormat>>(Role::x);
  auto* y = row.at.Out<StorageOf<kFormat>>(Role::y);
  if (row.scaling.identity) {
    Algorithm::template Run<kFormat, false>(row, x, y);
  } else {
    Algorithm::template Run<kFormat, true>(row, x, y);
  }
}

inline Claim AccurateClaim() {
  Claim claim;
  claim.compute = Format::f64;
  claim.accumulation = {Accumulation::Kind::blocks, kSumBlock};
  claim.exp_error = kExpErrorF64;
  claim.same_terms = true;
  return claim;
}

}  // namespace HWY_NAMESPACE
}  // namespace softmax_verify
HWY_AFTER_NAMESPACE();

#endif  // per-target include guard
