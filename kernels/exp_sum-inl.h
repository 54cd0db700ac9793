// What the kernels of this family share: a row's maximum m and its sum of exponentials s, in one pass, two, or by blocks.
//
// A pair (m, s) stands for s e^m. Pairs of parts of a row merge in any order (Merge): that is the whole of online,
// blocked and split computations. Where the logits come from is a parameter:
//   struct Source { V At(D d, size_t i) const; size_t n; };   lanes i .. of the row, -inf beyond n
// (and V Whole(D d, size_t i), where it is cheaper, for vectors that lie within the row altogether)
// and how they are scaled and shifted another: Shift.
#if defined(SOFTMAX_VERIFY_KERNELS_EXP_SUM_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef SOFTMAX_VERIFY_KERNELS_EXP_SUM_INL_H_
#undef SOFTMAX_VERIFY_KERNELS_EXP_SUM_INL_H_
#else
#define SOFTMAX_VERIFY_KERNELS_EXP_SUM_INL_H_
#endif

#include <limits>

#include "hwy/highway.h"
#include "kernels/convert-inl.h"
#include "kernels/exp-inl.h"
#include "kernels/rows.h"
#include "softmax_verify/kernel.h"

HWY_BEFORE_NAMESPACE();
namespace softmax_verify {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// The elements of a block of `Blocked`: it fits the L1 cache in every format.
constexpr size_t kBlock = 1024;

// z_i - z_m for logits x_i and m: one rounding without scaling, two with.
template <class D, bool kScaled>
class Shift {
  using T = hn::TFromD<D>;
  using V = hn::Vec<D>;

 public:
  HWY_INLINE Shift(D d, const Scaling& scaling)
      : before_(hn::Set(d, static_cast<T>(scaling.before))),
        factor_(hn::Set(d, static_cast<T>(scaling.factor))),
        after_(hn::Set(d, static_cast<T>(scaling.after))),
        beyond_(hn::Set(d, static_cast<T>(scaling.beyond))) {}

  HWY_INLINE V operator()(V x, V m) const {
    if constexpr (!kScaled) return hn::Sub(x, m);
    return hn::Mul(hn::Mul(hn::Sub(hn::Mul(x, before_), hn::Mul(m, before_)), factor_), after_);
  }

  // The same where it is a result, not the exponent of one.
  HWY_INLINE V Difference(V x, V m) const { return Beyond((*this)(x, m)); }
  // z_i itself.
  HWY_INLINE V Scaled(V x) const {
    if constexpr (!kScaled) return x;
    return Beyond(hn::Mul(hn::Mul(hn::Mul(x, before_), factor_), after_));
  }

 private:
  HWY_INLINE V Beyond(V v) const {
    if constexpr (!kScaled) return v;
    return hn::Mul(v, beyond_);
  }

  V before_;
  V factor_;
  V after_;
  V beyond_;
};

// A row of stored logits.
template <Format kFormat>
struct Logits {
  const StorageOf<kFormat>* x;
  size_t n;

  template <class D>
  HWY_INLINE hn::Vec<D> At(D d, size_t i) const {
    return LoadUpTo<kFormat>(d, x, i, n);
  }
  template <class D>
  HWY_INLINE hn::Vec<D> Whole(D d, size_t i) const {
    return LoadVector<kFormat>(d, x + i);
  }
};

// A row of stored numbers to be added up, 0 beyond n.
template <Format kFormat>
struct Numbers {
  const StorageOf<kFormat>* x;
  size_t n;

  template <class D>
  HWY_INLINE hn::Vec<D> At(D d, size_t i) const {
    return LoadUpTo<kFormat>(d, x, i, n, 0);
  }
  template <class D>
  HWY_INLINE hn::Vec<D> Whole(D d, size_t i) const {
    return LoadVector<kFormat>(d, x + i);
  }
};

// Deals the vectors of the elements [begin, end) in turn to four accumulators: four(v, i), v an array of the four vectors
// from i on, while there are four, and step(accumulator, vector, index) for each of the rest. `end` is that of the row
// or a multiple of all vectors' lengths behind `begin`.
template <class D, class Source, class V, class Four, class Step>
HWY_INLINE void ForEachFour(D d, const Source& source, size_t begin, size_t end, V& a0, V& a1, V& a2, V& a3, Four four,
                            Step step) {
  const size_t lanes = hn::Lanes(d);
  const auto whole = [&](size_t i) {
    if constexpr (requires { source.Whole(d, i); }) return source.Whole(d, i);
    return source.At(d, i);
  };
  size_t i = begin;
  for (; i + 4 * lanes <= end; i += 4 * lanes) {
    const hn::Vec<D> v[4] = {whole(i), whole(i + lanes), whole(i + 2 * lanes), whole(i + 3 * lanes)};
    four(v, i);
  }
  if (i < end) step(a0, source.At(d, i), i);
  if (i + lanes < end) step(a1, source.At(d, i + lanes), i + lanes);
  if (i + 2 * lanes < end) step(a2, source.At(d, i + 2 * lanes), i + 2 * lanes);
  if (i + 3 * lanes < end) step(a3, source.At(d, i + 3 * lanes), i + 3 * lanes);
}
// The same with step(accumulator, vector, index) for every vector.
template <class D, class Source, class V, class Step>
HWY_INLINE void ForEachVector(D d, const Source& source, size_t begin, size_t end, V& a0, V& a1, V& a2, V& a3,
                              Step step) {
  const size_t lanes = hn::Lanes(d);
  const auto four = [&](const hn::Vec<D>* v, size_t i) {
    step(a0, v[0], i);
    step(a1, v[1], i + lanes);
    step(a2, v[2], i + 2 * lanes);
    step(a3, v[3], i + 3 * lanes);
  };
  ForEachFour(d, source, begin, end, a0, a1, a2, a3, four, step);
}

// The maximum of the logits [begin, end) and `least`. Where the row holds a NaN the result may be anything: the
// exponential of that element is NaN whatever is subtracted from it, and so are the sum and the row.
template <class D, class Source, class V = hn::Vec<D>>
HWY_INLINE V MaxOf(D d, const Source& source, size_t begin, size_t end, hn::TFromD<D> least) {
  V m0 = hn::Set(d, least);
  V m1 = m0;
  V m2 = m0;
  V m3 = m0;
  ForEachVector(d, source, begin, end, m0, m1, m2, m3, [](V& m, V v, size_t) { m = hn::Max(m, v); });
  return hn::MaxOfLanes(d, hn::Max(hn::Max(m0, m1), hn::Max(m2, m3)));
}

// The sum over [begin, end) of what add(sum, vector, index) adds for each vector.
template <class D, class Source, class Add, class V = hn::Vec<D>>
HWY_INLINE V SumOf(D d, const Source& source, size_t begin, size_t end, Add add) {
  V s0 = hn::Zero(d);
  V s1 = s0;
  V s2 = s0;
  V s3 = s0;
  ForEachVector(d, source, begin, end, s0, s1, s2, s3, add);
  return hn::SumOfLanes(d, hn::Add(hn::Add(s0, s1), hn::Add(s2, s3)));
}

// The sum of exp(z_i - z_m) over [begin, end), for m no less than any x_i there; keep(e, i) may keep the exponentials.
template <class D, class Source, class V, class ShiftBy, class Keep>
HWY_INLINE V SumOfExp(D d, const Source& source, size_t begin, size_t end, V m, const ShiftBy& shift, Keep keep) {
  const size_t lanes = hn::Lanes(d);
  V s0 = hn::Zero(d);
  V s1 = s0;
  V s2 = s0;
  V s3 = s0;
  const auto four = [&](const V* v, size_t i) {
    V e[4] = {shift(v[0], m), shift(v[1], m), shift(v[2], m), shift(v[3], m)};
    ExpsOfShifted<4>(d, e);
    for (size_t j = 0; j < 4; ++j) keep(e[j], i + j * lanes);
    s0 = hn::Add(s0, e[0]);
    s1 = hn::Add(s1, e[1]);
    s2 = hn::Add(s2, e[2]);
    s3 = hn::Add(s3, e[3]);
  };
  ForEachFour(d, source, begin, end, s0, s1, s2, s3, four, [&](V& s, V v, size_t i) {
    const V e = ExpOfShifted(d, shift(v, m));
    keep(e, i);
    s = hn::Add(s, e);
  });
  return hn::SumOfLanes(d, hn::Add(hn::Add(s0, s1), hn::Add(s2, s3)));
}
template <class D, class Source, class V, class ShiftBy>
HWY_INLINE V SumOfExp(D d, const Source& source, size_t begin, size_t end, V m, const ShiftBy& shift) {
  return SumOfExp(d, source, begin, end, m, shift, [](V, size_t) {});
}

// s e^m, of one part of a row in each lane, or of one part in all lanes.
template <class V>
struct MaxSum {
  V m;
  V s;
};

// Nothing yet. The lowest finite number rather than -inf: -inf - -inf would be NaN, and a part may see nothing but -inf.
template <class D>
HWY_INLINE MaxSum<hn::Vec<D>> NothingYet(D d) {
  return {hn::Set(d, std::numeric_limits<hn::TFromD<D>>::lowest()), hn::Zero(d)};
}

// Two parts as one. exp(0) = 1: the sum of the larger maximum is not rounded once more.
template <class D, class V, class ShiftBy>
HWY_INLINE MaxSum<V> Merge(D d, const MaxSum<V>& a, const MaxSum<V>& b, const ShiftBy& shift) {
  const V m = hn::Max(a.m, b.m);
  return {m, hn::Add(hn::Mul(a.s, ExpOfShifted(d, shift(a.m, m))), hn::Mul(b.s, ExpOfShifted(d, shift(b.m, m))))};
}

// The ways to a whole row's m and s: Of gives them in every lane, SumClaim describes the arithmetic. Where there is
// nothing to see, -inf alone or nothing at all, m is the lowest finite number and s = 0.

// The maximum first, then the sum: no rescaling.
struct TwoPasses {
  template <class D, class Source, class ShiftBy>
  static HWY_INLINE MaxSum<hn::Vec<D>> Of(D d, const Source& source, const ShiftBy& shift) {
    const hn::Vec<D> m = MaxOf(d, source, 0, source.n, std::numeric_limits<hn::TFromD<D>>::lowest());
    return {m, SumOfExp(d, source, 0, source.n, m, shift)};
  }
  static Claim SumClaim(size_t lanes) {
    Claim claim;
    claim.accumulation = {Accumulation::Kind::lanes, 4 * lanes};
    return claim;
  }
};

// A running maximum and sum in every lane, rescaled whenever the maximum grows (Milakov & Gimelshein 2018).
struct Online {
  template <class D, class Source, class ShiftBy>
  static HWY_INLINE MaxSum<hn::Vec<D>> Of(D d, const Source& source, const ShiftBy& shift) {
    using V = hn::Vec<D>;
    const size_t lanes = hn::Lanes(d);
    MaxSum<V> part = NothingYet(d);
    for (size_t i = 0; i < source.n; i += 4 * lanes) {
      const V v0 = source.At(d, i);
      const V v1 = source.At(d, i + lanes);
      const V v2 = source.At(d, i + 2 * lanes);
      const V v3 = source.At(d, i + 3 * lanes);
      const V larger = hn::Max(part.m, hn::Max(hn::Max(v0, v1), hn::Max(v2, v3)));
      const V e01 = hn::Add(ExpOfShifted(d, shift(v0, larger)), ExpOfShifted(d, shift(v1, larger)));
      const V e23 = hn::Add(ExpOfShifted(d, shift(v2, larger)), ExpOfShifted(d, shift(v3, larger)));
      // exp(0) = 1: where the maximum stays, the sum is not rounded once more.
      part = {larger, hn::Add(hn::Mul(part.s, ExpOfShifted(d, shift(part.m, larger))), hn::Add(e01, e23))};
    }
    const V largest = hn::MaxOfLanes(d, part.m);
    return {largest, hn::SumOfLanes(d, hn::Mul(part.s, ExpOfShifted(d, shift(part.m, largest))))};
  }
  static Claim SumClaim(size_t lanes) {
    Claim claim = TwoPasses::SumClaim(lanes);
    claim.rescale_step = 4 * lanes;
    claim.rescale_lanes = lanes;
    return claim;
  }
};

// Blocks in two passes each, merged as they come.
struct Blocked {
  template <class D, class Source, class ShiftBy>
  static HWY_INLINE MaxSum<hn::Vec<D>> Of(D d, const Source& source, const ShiftBy& shift) {
    using V = hn::Vec<D>;
    MaxSum<V> part = NothingYet(d);
    for (size_t begin = 0; begin < source.n; begin += kBlock) {
      const size_t end = HWY_MIN(begin + kBlock, source.n);
      const V m = MaxOf(d, source, begin, end, std::numeric_limits<hn::TFromD<D>>::lowest());
      part = Merge(d, part, MaxSum<V>{m, SumOfExp(d, source, begin, end, m, shift)}, shift);
    }
    return part;
  }
  static Claim SumClaim(size_t lanes) {
    Claim claim = TwoPasses::SumClaim(lanes);
    claim.rescale_step = kBlock;
    return claim;
  }
};

// What is claimed of the exponential, and of the format that everything is computed in.
inline void SetExpClaim(Format format, Claim* claim) {
  claim->compute = Info(format).compute;
  claim->exp_error = claim->compute == Format::f64 ? kExpErrorF64 : kExpErrorF32;
  claim->exp_monotone = claim->compute == Format::f32;  // property_tests/exp_test.cc sees every float
}

// What our kernels do on special rows (docs/operations), and the identities that they promise bit for bit.
inline Contract OurContract() {
  Contract contract;
  contract.all_neg_inf = Contract::AllNegInf::nan;
  contract.pos_inf = Contract::PosInf::nan;
  contract.subnormals = Contract::Subnormals::gradual;
  contract.identical_equal_inputs = true;
  contract.exact_shift = true;
  contract.layout_independent = true;
  return contract;
}

// y_i = of(x_i) for a whole row. y may be x.
template <Format kFormat, class D, class Of>
HWY_INLINE void Map(D d, const StorageOf<kFormat>* x, StorageOf<kFormat>* y, size_t n, Of of) {
  const size_t lanes = hn::Lanes(d);
  size_t i = 0;
  for (; i + 4 * lanes <= n; i += 4 * lanes) {
    const hn::Vec<D> v0 = LoadVector<kFormat>(d, x + i);
    const hn::Vec<D> v1 = LoadVector<kFormat>(d, x + i + lanes);
    const hn::Vec<D> v2 = LoadVector<kFormat>(d, x + i + 2 * lanes);
    const hn::Vec<D> v3 = LoadVector<kFormat>(d, x + i + 3 * lanes);
    StoreVector<kFormat>(d, of(v0), y + i);
    StoreVector<kFormat>(d, of(v1), y + i + lanes);
    StoreVector<kFormat>(d, of(v2), y + i + 2 * lanes);
    StoreVector<kFormat>(d, of(v3), y + i + 3 * lanes);
  }
  for (; i < n; i += lanes) StoreUpTo<kFormat>(d, of(LoadUpTo<kFormat>(d, x, i, n)), y, i, n);
}

}  // namespace HWY_NAMESPACE
}  // namespace softmax_verify
HWY_AFTER_NAMESPACE();

#endif  // per-target include guard
