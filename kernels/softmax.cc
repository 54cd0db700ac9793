// softmax: y_i = exp(z_i) / sum_j exp(z_j), z = x * scale / temperature. One contiguous row at a time; kernels/rows.h
// makes every layout of it.
//
//   Error    B_i = u [ (kappa + c_T) |z_i - max z| (1 + share of the row) + 2 theta + h(n) + c_n + R (theta + 1) ]
//            bounds |ln(y_i / exact_i)|, plus 1.5 eta where results are subnormal, plus half an ulp of a 16-bit output.
//            Every term is derived in docs/error_bounds.md and computed for a row by verify/bounds.h from the claims
//            at the end of this file:
//                         kappa  c_n  accumulation            R
//            naive        0      1    4 vectors of lanes      0        only where no exponential over- or underflows
//            three_pass   1      2    4 vectors of lanes      0
//            online       1      2    4 vectors of lanes      maxima found late, per lane, and 1 to merge the lanes
//            blocked      1      2    4 vectors of lanes      maxima found late, per block of 1024, and 1
//            native       1      2    1 vector, in f16/bf16   0        nothing is promised from h 2^-p >= 1 on
//            c_T is 0 without scale and temperature, else 2.
//   Worst    known for n = 2, in ulp of element 1; replayed first by the property tests:
//            three_pass, online, blocked  f32  {0x1.de302p+4, -0x1.72e036p+5}                      64.50 of 82.10 proved
//                                         f64  {0x1.1da2d6fec7908p+5, -0x1.31803cabc143cp+9}      512.46 of 653.28
//            naive                        f32  {0x1.f37722p+3, -0x1.c96e86p+5}                       2.76 of 4.83
//                                         f64  {0x1.1cda3e94046a6p+2, -0x1.5d8c8227d34e2p+9}       2.77 of 5.58
//            16-bit formats: 0.504 (f16) and 0.502 (bf16) at n = 4097; reports/published has every cell's worst row.
//   Special  NaN or +inf in x: every y_i is NaN. x_i = -inf beside a finite logit: y_i = +0. -inf alone: NaN.
//   Source   three_pass: shifted division as in Blanchard, Higham & Higham (2021); online: Milakov & Gimelshein (2018).
#include <limits>
#include <vector>

#include "kernels/rows.h"
#include "kernels/target_kernels.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/softmax.cc"
#include "hwy/foreach_target.h"  // IWYU pragma: keep
#include "hwy/highway.h"
#include "kernels/convert-inl.h"
#include "kernels/exp-inl.h"

HWY_BEFORE_NAMESPACE();
namespace softmax_verify {
namespace HWY_NAMESPACE {
namespace {
namespace hn = hwy::HWY_NAMESPACE;

// The elements of a block of `blocked`: it fits the L1 cache in every format.
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
        after_(hn::Set(d, static_cast<T>(scaling.after))) {}

  HWY_INLINE V operator()(V x, V m) const {
    if constexpr (!kScaled) return hn::Sub(x, m);
    return hn::Mul(hn::Mul(hn::Sub(hn::Mul(x, before_), hn::Mul(m, before_)), factor_), after_);
  }

 private:
  V before_;
  V factor_;
  V after_;
};

// Applies step(accumulator, vector, index) to the row x[begin .. end), vectors dealt in turn to four accumulators.
template <Format kFormat, class D, class V, class Step>
HWY_INLINE void ForEachVector(D d, const StorageOf<kFormat>* x, size_t begin, size_t end, V& a0, V& a1, V& a2, V& a3,
                              Step step) {
  const size_t lanes = hn::Lanes(d);
  const auto deal = [&](V& accumulator, size_t i) {
    if (i < end) step(accumulator, LoadUpTo<kFormat>(d, x, i, end), i);
  };
  for (size_t i = begin; i < end; i += 4 * lanes) {
    deal(a0, i);
    deal(a1, i + lanes);
    deal(a2, i + 2 * lanes);
    deal(a3, i + 3 * lanes);
  }
}

// The maximum of x[begin .. end) and `least`. Where the row holds a NaN the result may be anything: the exponential of
// that element is NaN whatever is subtracted from it, and so are the sum and the row.
template <Format kFormat, class D, class V = hn::Vec<D>>
HWY_INLINE V MaxOf(D d, const StorageOf<kFormat>* x, size_t begin, size_t end, hn::TFromD<D> least) {
  V m0 = hn::Set(d, least);
  V m1 = m0;
  V m2 = m0;
  V m3 = m0;
  ForEachVector<kFormat>(d, x, begin, end, m0, m1, m2, m3, [](V& m, V v, size_t) { m = hn::Max(m, v); });
  return hn::MaxOfLanes(d, hn::Max(hn::Max(m0, m1), hn::Max(m2, m3)));
}

// The sum of exp(x_i - m) over x[begin .. end); store(e, i) may keep the exponentials.
template <Format kFormat, class D, class V, class ShiftBy, class Store>
HWY_INLINE V SumOfExp(D d, const StorageOf<kFormat>* x, size_t begin, size_t end, V m, const ShiftBy& shift,
                      Store store) {
  V s0 = hn::Zero(d);
  V s1 = s0;
  V s2 = s0;
  V s3 = s0;
  ForEachVector<kFormat>(d, x, begin, end, s0, s1, s2, s3, [&](V& s, V v, size_t i) {
    const V e = Exp(d, shift(v, m));
    store(e, i);
    s = hn::Add(s, e);
  });
  return hn::SumOfLanes(d, hn::Add(hn::Add(s0, s1), hn::Add(s2, s3)));
}

// y_i = of(x_i) for a whole row. y may be x.
template <Format kFormat, class D, class Of>
HWY_INLINE void Map(D d, const StorageOf<kFormat>* x, StorageOf<kFormat>* y, size_t n, Of of) {
  const size_t lanes = hn::Lanes(d);
  for (size_t i = 0; i < n; i += lanes) StoreUpTo<kFormat>(d, of(LoadUpTo<kFormat>(d, x, i, n)), y, i, n);
}

// y_i = exp(x_i - m) / s, as a product with 1 / s.
template <Format kFormat, class D, class V, class ShiftBy>
HWY_INLINE void Normalise(D d, const StorageOf<kFormat>* x, StorageOf<kFormat>* y, size_t n, V m, V s,
                          const ShiftBy& shift) {
  const V reciprocal = hn::Div(hn::Set(d, hn::TFromD<D>{1}), s);
  Map<kFormat>(d, x, y, n, [&](V v) { return hn::Mul(Exp(d, shift(v, m)), reciprocal); });
}

// Each algorithm is a struct with one function, Run: x and y are rows of the format's storage type.

struct Naive {
  template <Format kFormat, class D, class ShiftBy>
  static HWY_INLINE void Run(D d, const StorageOf<kFormat>* x, StorageOf<kFormat>* y, size_t n, const ShiftBy& shift) {
    using V = hn::Vec<D>;
    const V zero = hn::Zero(d);
    const V s = SumOfExp<kFormat>(d, x, 0, n, zero, shift, [](V, size_t) {});
    // s - s is NaN where the sum overflowed, or a logit was +inf: then the whole row is NaN.
    const V denominator = hn::Add(s, hn::Sub(s, s));
    Map<kFormat>(d, x, y, n, [&](V v) { return hn::Div(Exp(d, shift(v, zero)), denominator); });
  }
};

struct ThreePass {
  template <Format kFormat, class D, class ShiftBy>
  static HWY_INLINE void Run(D d, const StorageOf<kFormat>* x, StorageOf<kFormat>* y, size_t n, const ShiftBy& shift) {
    using V = hn::Vec<D>;
    using T = hn::TFromD<D>;
    const V m = MaxOf<kFormat>(d, x, 0, n, -std::numeric_limits<T>::infinity());
    if constexpr (kComputesInStorage<kFormat>) {
      const V s =
          SumOfExp<kFormat>(d, x, 0, n, m, shift, [&](V e, size_t i) { StoreUpTo<kFormat>(d, e, y, i, n); });
      const V reciprocal = hn::Div(hn::Set(d, T{1}), s);
      Map<kFormat>(d, y, y, n, [&](V e) { return hn::Mul(e, reciprocal); });
    } else {
      // 16 bits cannot hold the exponentials: they are computed twice, to the same bits.
      const V s = SumOfExp<kFormat>(d, x, 0, n, m, shift, [](V, size_t) {});
      Normalise<kFormat>(d, x, y, n, m, s, shift);
    }
  }
};

struct Online {
  template <Format kFormat, class D, class ShiftBy>
  static HWY_INLINE void Run(D d, const StorageOf<kFormat>* x, StorageOf<kFormat>* y, size_t n, const ShiftBy& shift) {
    using V = hn::Vec<D>;
    const size_t lanes = hn::Lanes(d);
    // The lowest finite number rather than -inf: -inf - -inf would be NaN, and a lane may see nothing but -inf.
    V m = hn::Set(d, std::numeric_limits<hn::TFromD<D>>::lowest());
    V s = hn::Zero(d);
    for (size_t i = 0; i < n; i += 4 * lanes) {
      const V v0 = LoadUpTo<kFormat>(d, x, i, n);
      const V v1 = LoadUpTo<kFormat>(d, x, i + lanes, n);
      const V v2 = LoadUpTo<kFormat>(d, x, i + 2 * lanes, n);
      const V v3 = LoadUpTo<kFormat>(d, x, i + 3 * lanes, n);
      const V larger = hn::Max(m, hn::Max(hn::Max(v0, v1), hn::Max(v2, v3)));
      const V e01 = hn::Add(Exp(d, shift(v0, larger)), Exp(d, shift(v1, larger)));
      const V e23 = hn::Add(Exp(d, shift(v2, larger)), Exp(d, shift(v3, larger)));
      // exp(0) = 1: where the maximum stays, the sum is not rounded once more.
      s = hn::Add(hn::Mul(s, Exp(d, shift(m, larger))), hn::Add(e01, e23));
      m = larger;
    }
    const V largest = hn::MaxOfLanes(d, m);
    s = hn::SumOfLanes(d, hn::Mul(s, Exp(d, shift(m, largest))));
    Normalise<kFormat>(d, x, y, n, largest, s, shift);
  }
};

struct Blocked {
  template <Format kFormat, class D, class ShiftBy>
  static HWY_INLINE void Run(D d, const StorageOf<kFormat>* x, StorageOf<kFormat>* y, size_t n, const ShiftBy& shift) {
    using V = hn::Vec<D>;
    using T = hn::TFromD<D>;
    V m = hn::Set(d, std::numeric_limits<T>::lowest());
    V s = hn::Zero(d);
    for (size_t begin = 0; begin < n; begin += kBlock) {
      const size_t end = HWY_MIN(begin + kBlock, n);
      const V block_m = MaxOf<kFormat>(d, x, begin, end, std::numeric_limits<T>::lowest());
      const V block_s = SumOfExp<kFormat>(d, x, begin, end, block_m, shift, [](V, size_t) {});
      const V larger = hn::Max(m, block_m);
      s = hn::Add(hn::Mul(s, Exp(d, shift(m, larger))), hn::Mul(block_s, Exp(d, shift(block_m, larger))));
      m = larger;
    }
    Normalise<kFormat>(d, x, y, n, m, s, shift);
  }
};

// Accumulates in the storage format, as a kernel without a wider accumulator would.
struct Native {
  template <Format kFormat, class D, class ShiftBy>
  static HWY_INLINE void Run(D d, const StorageOf<kFormat>* x, StorageOf<kFormat>* y, size_t n, const ShiftBy& shift) {
    using V = hn::Vec<D>;
    const size_t lanes = hn::Lanes(d);
    const auto round = [&](V v) { return Half<kFormat>::Widen(d, Half<kFormat>::Round(d, v)); };
    const V m = MaxOf<kFormat>(d, x, 0, n, -std::numeric_limits<hn::TFromD<D>>::infinity());
    V s = hn::Zero(d);
    for (size_t i = 0; i < n; i += lanes) {
      s = round(hn::Add(s, Exp(d, shift(LoadUpTo<kFormat>(d, x, i, n), m))));
    }
    Normalise<kFormat>(d, x, y, n, m, hn::SumOfLanes(d, s), shift);
  }
};

// The row function of an algorithm, on vectors of this target.
template <class Algorithm, Format kFormat>
void Row(const void* x, void* y, size_t n, const Scaling& scaling) {
  const hn::ScalableTag<ComputeOf<kFormat>> d;
  const auto* from = static_cast<const StorageOf<kFormat>*>(x);
  auto* to = static_cast<StorageOf<kFormat>*>(y);
  if (scaling.identity) {
    Algorithm::template Run<kFormat>(d, from, to, n, Shift<decltype(d), false>(d, scaling));
  } else {
    Algorithm::template Run<kFormat>(d, from, to, n, Shift<decltype(d), true>(d, scaling));
  }
}

// The claims: how the file's arithmetic is described to whoever judges it. `lanes` is of one vector of this target.

Claim FourAccumulators(size_t lanes) {
  Claim claim;
  claim.accumulation = {Accumulation::Kind::lanes, 4 * lanes};
  return claim;
}
Claim ThreePassClaim(size_t lanes) {
  Claim claim = FourAccumulators(lanes);
  claim.same_terms = true;
  return claim;
}
Claim NaiveClaim(size_t lanes) {
  Claim claim = ThreePassClaim(lanes);
  claim.shifted = false;
  claim.shift_error = 0;
  claim.normalise_error = 1;
  return claim;
}
Claim OnlineClaim(size_t lanes) {
  Claim claim = FourAccumulators(lanes);
  claim.rescale_step = 4 * lanes;
  claim.rescale_lanes = lanes;
  return claim;
}
Claim BlockedClaim(size_t lanes) {
  Claim claim = FourAccumulators(lanes);
  claim.rescale_step = kBlock;
  return claim;
}
Claim NativeClaim(size_t lanes) {
  Claim claim;
  claim.accumulation = {Accumulation::Kind::native, lanes};
  return claim;
}

template <class Algorithm, Format kFormat>
void Add(const char* algorithm, Claim (*claim_of)(size_t), std::vector<TargetKernel>* kernels) {
  Claim claim = claim_of(hn::Lanes(hn::ScalableTag<ComputeOf<kFormat>>()));
  claim.compute = Info(kFormat).compute;
  claim.exp_error = claim.compute == Format::f64 ? kExpErrorF64 : kExpErrorF32;
  claim.exp_monotone = claim.compute == Format::f32;  // property_tests/exp_test.cc sees every float
  Contract contract;
  contract.all_neg_inf = Contract::AllNegInf::nan;
  contract.pos_inf = Contract::PosInf::nan;
  contract.subnormals = Contract::Subnormals::gradual;
  contract.identical_equal_inputs = true;
  contract.exact_shift = claim.shifted;
  contract.layout_independent = true;
  kernels->push_back({algorithm, kFormat, claim, contract, Over<&Row<Algorithm, kFormat>, kFormat>});
}
template <class Algorithm>
void AddInEveryFormat(const char* algorithm, Claim (*claim_of)(size_t), std::vector<TargetKernel>* kernels) {
#define SV_FORMAT(name, p, emin, emax, bytes, compute) Add<Algorithm, Format::name>(algorithm, claim_of, kernels);
#include "softmax_verify/formats.def"
#undef SV_FORMAT
}

}  // namespace

std::vector<TargetKernel> SoftmaxKernels() {
  std::vector<TargetKernel> kernels;
  AddInEveryFormat<Naive>("naive", NaiveClaim, &kernels);
  AddInEveryFormat<ThreePass>("three_pass", ThreePassClaim, &kernels);
  AddInEveryFormat<Online>("online", OnlineClaim, &kernels);
  AddInEveryFormat<Blocked>("blocked", BlockedClaim, &kernels);
  Add<Native, Format::f16>("native", NativeClaim, &kernels);
  Add<Native, Format::bf16>("native", NativeClaim, &kernels);
  return kernels;
}

}  // namespace HWY_NAMESPACE
}  // namespace softmax_verify
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace softmax_verify {
HWY_EXPORT(SoftmaxKernels);
std::vector<TargetKernel> softmax_kernels() { return HWY_DYNAMIC_DISPATCH(SoftmaxKernels)(); }
}  // namespace softmax_verify
#endif  // HWY_ONCE
