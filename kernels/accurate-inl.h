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

#include <cmath>
#include <limits>
#include <type_traits>

#include "hwy/highway.h"
#include "kernels/exp_sum-inl.h"
#include "kernels/wide_exp-inl.h"

HWY_BEFORE_NAMESPACE();
namespace softmax_verify {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// Exponentials are summed in blocks, and the sums of the blocks with a compensation: the error of the sum does not grow
// with the row.
constexpr size_t kSumBlock = 1024;
// Rows up to this length keep their terms on the stack; longer ones compute them again, to the same bits.
constexpr size_t kKeptTerms = 4096;

// Logits of a narrower format as f64 vectors, -inf beyond n.
template <Format kFormat>
struct WideLogits {
  const StorageOf<kFormat>* x;
  size_t n;

  template <class D>
  HWY_INLINE hn::Vec<D> At(D d, size_t i) const {
    return hn::PromoteTo(d, LoadUpTo<kFormat>(hn::Rebind<float, D>(), x, i, n));
  }
  template <class D>
  HWY_INLINE hn::Vec<D> Whole(D d, size_t i) const {
    return hn::PromoteTo(d, LoadVector<kFormat>(hn::Rebind<float, D>(), x + i));
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

// Vectors of f64 that make one of f32.
constexpr size_t kHalves = hn::MaxLanes(hn::ScalableTag<float>()) / hn::MaxLanes(hn::ScalableTag<double>());
template <class V>
HWY_INLINE hn::Vec<hn::ScalableTag<float>> Demoted(const V* v) {
  const hn::Rebind<float, hn::DFromV<V>> half;
#if HWY_TARGET == HWY_SCALAR
  return hn::DemoteTo(half, v[0]);
#else
  return hn::Combine(hn::ScalableTag<float>(), hn::DemoteTo(half, v[1]), hn::DemoteTo(half, v[0]));
#endif
}

// normalise(m, s, terms): terms.operator()<k>(i, e) puts into e the k vectors of terms from element i on, i a multiple of
// them.
template <Format kFormat, bool kScaled, class Normalise>
HWY_INLINE void WithTerms(const RowArguments& row, const StorageOf<kFormat>* x, const Normalise& normalise) {
  const hn::ScalableTag<double> d;
  using V = hn::Vec<decltype(d)>;
  const Shift<decltype(d), kScaled> shift(d, Scaling::From(row.parameters, Format::f64));
  const WideLogits<kFormat> logits{x, row.n};
  const V m = WideMax<kFormat>(d, x, row.n);
  const size_t lanes = hn::Lanes(d);
  const auto terms = [&]<size_t kCount>(size_t i, V* e) {
    if (HWY_LIKELY(i + kCount * lanes <= row.n)) {
      for (size_t j = 0; j < kCount; ++j) e[j] = shift(logits.Whole(d, i + j * lanes), m);
    } else {
      for (size_t j = 0; j < kCount; ++j) e[j] = shift(logits.At(d, i + j * lanes), m);
    }
    constexpr size_t kInStep = HWY_MIN(kCount, size_t{4});
    for (size_t j = 0; j < kCount; j += kInStep) WideExps<kInStep>(d, e + j);
  };
  if (row.n > kKeptTerms) return normalise(m, BlockwiseSum(d, row.n, terms), terms);
  HWY_ALIGN double kept[kKeptTerms + hn::MaxLanes(decltype(d)())];
  const V s = BlockwiseSum(d, row.n, [&]<size_t kCount>(size_t i, V* e) {
    terms.template operator()<kCount>(i, e);
    for (size_t j = 0; j < kCount; ++j) hn::Store(e[j], d, kept + i + j * lanes);
  });
  hn::Store(hn::Zero(d), d, kept + hwy::RoundUpTo(row.n, lanes));  // the end of a vector of f32
  normalise(m, s, [&]<size_t kCount>(size_t i, V* e) {
    for (size_t j = 0; j < kCount; ++j) e[j] = hn::Load(d, kept + i + j * lanes);
  });
}

// Whether results may be next to a midpoint of the format, by the bits that rounding to it drops.
//
// f32 results are looked at as f64, off by less than some units in the last place, a power of two that their error
// decides; those of the 16-bit formats rounded to f32, off by less than one and a half (Lemma R1'). Subnormal results have
// other midpoints: those of f32 are always said to be near, those of the 16-bit formats, which are many, get the spacing
// of the least normal number by adding it.
template <Format kFormat>
class Midpoints {
  using T = std::conditional_t<kFormat == Format::f32, double, float>;
  using D = hn::ScalableTag<T>;
  using DF = hn::ScalableTag<float>;
  using U = hwy::MakeUnsigned<T>;
  using DU = hn::Rebind<U, D>;

 public:
  // `error`: of the results, relative.
  explicit Midpoints(double error) {
    const int units = kFormat == Format::f32 ? std::ilogb(error * 0x1p53 + 1) + 1 : 1;
    const U half = U{1} << (kDropped - 1);
    bias_ = hn::Set(DU(), half + (U{1} << units));
    mask_ = hn::Set(DU(), (U{1} << kDropped) - (U{2} << units));
  }
  // Of any of the results v, in f32 `rounded`.
  template <size_t kCount>
  HWY_INLINE bool AnyNear(const hn::Vec<hn::ScalableTag<double>> (&v)[kCount * kHalves],
                          const hn::Vec<DF> (&rounded)[kCount]) const {
    const DF df;
    const auto least = hn::Set(df, kLeast);
    if constexpr (kFormat == Format::f32) {
      auto smallest = rounded[0];
      for (size_t j = 1; j < kCount; ++j) smallest = hn::Min(smallest, rounded[j]);
      auto away = Away(v[0]);
      for (size_t j = 1; j < kCount * kHalves; ++j) away = hn::Min(away, Away(v[j]));
      return !hn::AllFalse(DU(), hn::Eq(away, hn::Zero(DU()))) || !hn::AllFalse(df, hn::Le(smallest, least));
    } else {
      const auto spaced = [&](hn::Vec<DF> r) { return hn::Add(r, hn::IfThenElseZero(hn::Lt(r, least), least)); };
      auto away = Away(spaced(rounded[0]));
      for (size_t j = 1; j < kCount; ++j) away = hn::Min(away, Away(spaced(rounded[j])));
      return !hn::AllFalse(DU(), hn::Eq(away, hn::Zero(DU())));
    }
  }

 private:
  static constexpr int kDropped = (kFormat == Format::f32 ? 53 : 24) - Info(kFormat).p;
  static constexpr float kLeast = kFormat == Format::f16 ? 0x1p-14f : 0x1p-126f;

  // 0 next to a midpoint.
  HWY_INLINE hn::Vec<DU> Away(hn::Vec<D> v) const {
    const DU du;
    return hn::And(hn::Add(hn::BitCast(du, v), bias_), mask_);
  }

  hn::Vec<DU> bias_;
  hn::Vec<DU> mask_;
};

// Terms times 1 / s into y, rounded to the format by way of f32. Where near(v, v as f32) says of a few results that
// this may be wrong, store(i, a vector of v) stores them again.
template <Format kFormat, class Terms, class Near, class Store, class V>
HWY_INLINE void StoreResults(const Terms& terms, V s, StorageOf<kFormat>* y, size_t n, const Near& near,
                             const Store& store) {
  const hn::DFromV<V> d;
  const hn::ScalableTag<float> df;
  const V reciprocal = hn::Div(hn::Set(d, 1.0), s);
  constexpr size_t kLanes = hn::MaxLanes(df);
  const auto results = [&]<size_t kCount>(size_t i) {
    V v[kCount * kHalves];
    hn::Vec<decltype(df)> rounded[kCount];
    terms.template operator()<kCount * kHalves>(i, v);
    for (V& term : v) term = hn::Mul(term, reciprocal);
    for (size_t w = 0; w < kCount; ++w) rounded[w] = Demoted(v + w * kHalves);
    for (size_t w = 0; w < kCount; ++w) StoreUpTo<kFormat>(df, rounded[w], y, i + w * kLanes, n);
    if (HWY_LIKELY(!near(v, rounded))) return;
    for (size_t j = 0; j < kCount * kHalves && i < n; ++j, i += hn::Lanes(d)) store(i, v[j]);
  };
  size_t i = 0;
  for (; i + 4 * kLanes <= n; i += 4 * kLanes) results.template operator()<4>(i);
  for (; i < n; i += kLanes) results.template operator()<1>(i);
}

struct Accurate {
  template <Format kFormat, bool kScaled>
  static HWY_INLINE void Run(const RowArguments& row, const StorageOf<kFormat>* x, StorageOf<kFormat>* y) {
    const hn::ScalableTag<double> d;
    using V = hn::Vec<decltype(d)>;
    WithTerms<kFormat, kScaled>(row, x, [&](V, V s, const auto& terms) {
      const Midpoints<kFormat> midpoints(0);
      const auto near = [&](const auto& v, const auto& rounded) {
        return kFormat != Format::f32 && midpoints.AnyNear(v, rounded);  // f32 has been rounded once
      };
      StoreResults<kFormat>(terms, s, y, row.n, near,
                            [&](size_t i, V v) { StoreOnce<kFormat>(d, v, y, i, row.n); });
    });
  }

 private:
  template <Format kFormat, class D>
  static HWY_NOINLINE void StoreOnce(D d, hn::Vec<D> v, StorageOf<kFormat>* y, size_t i, size_t n) {
    StoreRounded<kFormat>(d, RoundTo<kFormat>(d, v), y, i, n);
  }
};

// The row function of such an algorithm.
template <class Algorithm, Format kFormat>
HWY_FLATTEN void WideRow(const RowArguments& row) {
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
  claim.exp_error = kWideExpError;
  claim.shift_error = 1 + kWideExpSlope;
  claim.same_terms = true;
  claim.value_error = 0x1p-43;
  return claim;
}

}  // namespace HWY_NAMESPACE
}  // namespace softmax_verify
HWY_AFTER_NAMESPACE();

#endif  // per-target include guard
