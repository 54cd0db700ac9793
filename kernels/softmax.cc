// softmax: y_i = exp(z_i) / sum_j exp(z_j), z = x * scale / temperature. One contiguous row at a time; kernels/rows.h
// makes every layout of it.
//
//   Error    B_i = u [ (kappa + c_T) |z_i - max z| (1 + share of the row) + 2 theta + h(n) + c_n + R (theta + 1) ]
//            bounds |ln(y_i / exact_i)|, plus 1.5 eta where results are subnormal, plus half an ulp of a 16-bit output.
//            Every term is derived in docs/error_bounds.md and computed for a row by verify/bounds.h from the claims
//            at the end of this file:
//                         kappa  c_n  accumulation            R
//            naive        0      1    4 vectors of lanes      0        only where no exponential over- or underflows
//            three_pass   0      2    wide, of pairs          0        x_i - m is not rounded (terms-inl.h)
//            online       0      2    the same                0        nor are the powers of two that raise its ceiling
//            blocked      0      2    the same                0        the same (one_pass-inl.h)
//            native       1      2    1 vector, in f16/bf16   0        nothing is promised from h 2^-p >= 1 on
//            accurate     1.31   2    blocks of 1024          0        1 without a table; in f64: half an ulp and 2^-19;
//                         f64 in sums of two doubles (accurate_f64-inl.h): half an ulp and 2^-16
//            correctly_rounded: half an ulp (correctly_rounded-inl.h, accurate_f64-inl.h)
//            c_T is 0 without scale and temperature, else 2, of these three 3, which in f64 are compensated.
//   Worst    known for n = 2, in ulp of element 1; replayed first by the property tests:
//            naive                        f32  {0x1.f37722p+3, -0x1.c96e86p+5}                       2.76 of 4.83
//                                         f64  {0x1.1cda3e94046a6p+2, -0x1.5d8c8227d34e2p+9}       2.77 of 5.58
//            16-bit formats: 0.504 (f16) and 0.502 (bf16) at n = 4097; reports/published has every cell's worst row.
//   Special  NaN or +inf in x: every y_i is NaN. x_i = -inf beside a finite logit: y_i = +0. -inf alone: NaN.
//   Source   three_pass: shifted division as in Blanchard, Higham & Higham (2021); online: after Milakov & Gimelshein (2018).
#include <limits>
#include <vector>

#include "kernels/rows.h"
#include "kernels/rows_apart.h"
#include "kernels/target_kernels.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/softmax.cc"
#include "hwy/foreach_target.h"  // IWYU pragma: keep
#include "hwy/highway.h"
#include "kernels/accurate-inl.h"
#include "kernels/accurate_f64-inl.h"
#include "kernels/correctly_rounded-inl.h"
#include "kernels/one_pass-inl.h"
#include "kernels/softmax-inl.h"
#include "kernels/three_pass-inl.h"

HWY_BEFORE_NAMESPACE();
namespace softmax_verify {
namespace HWY_NAMESPACE {
namespace {
namespace hn = hwy::HWY_NAMESPACE;

// The algorithms, as kernels/softmax-inl.h wants them.

struct Naive {
  template <Format kFormat, class D, class ShiftBy>
  static HWY_INLINE void Run(D d, const StorageOf<kFormat>* x, StorageOf<kFormat>* y, size_t n, const ShiftBy& shift) {
    using V = hn::Vec<D>;
    const V zero = hn::Zero(d);
    const V s = SumOf(d, Logits<kFormat>{x, n}, 0, n,
                      [&](V& sum, V v, size_t) { sum = hn::Add(sum, Exp(d, shift(v, zero))); });
    // s - s is NaN where the sum overflowed, or a logit was +inf: then the whole row is NaN.
    const V denominator = hn::Add(s, hn::Sub(s, s));
    Map<kFormat>(d, x, y, n, [&](V v) { return hn::Div(Exp(d, shift(v, zero)), denominator); });
  }
};

// Accumulates in the storage format, as a kernel without a wider accumulator would.
struct Native {
  template <Format kFormat, class D, class ShiftBy>
  static HWY_INLINE void Run(D d, const StorageOf<kFormat>* x, StorageOf<kFormat>* y, size_t n, const ShiftBy& shift) {
    using V = hn::Vec<D>;
    const Logits<kFormat> logits{x, n};
    const auto round = [&](V v) { return Half<kFormat>::Widen(d, Half<kFormat>::Round(d, v)); };
    const V m = MaxOf(d, logits, 0, n, -std::numeric_limits<hn::TFromD<D>>::infinity());
    V s = hn::Zero(d);
    for (size_t i = 0; i < n; i += hn::Lanes(d)) s = round(hn::Add(s, ExpOfShifted(d, shift(logits.At(d, i), m))));
    Normalise<kFormat>(d, x, y, n, MaxSum<V>{m, hn::SumOfLanes(d, s)}, shift);
  }
};

// The claims: how the file's arithmetic is described to whoever judges it. `lanes` is of one vector of this target.

Claim NaiveClaim(size_t lanes) {
  Claim claim = TwoPasses::SumClaim(lanes);
  claim.same_terms = true;
  claim.shifted = false;
  claim.shift_error = 0;
  claim.normalise_error = 1;
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
  SetExpClaim(kFormat, &claim);
  Contract contract = OurContract();
  contract.exact_shift = claim.shifted;
  kernels->push_back({algorithm, FullSignature(Operation::softmax, kFormat), claim, contract,
                      Over<&SoftmaxRow<Algorithm, kFormat>, Operation::softmax, kFormat>});
}
template <RowFunction kRows, Format kFormat>
void AddFast(const char* algorithm, std::vector<TargetKernel>* kernels) {
  Claim claim = ThreePassClaim<kFormat>();
  SetExpClaim(kFormat, &claim);
  Contract contract = OurContract();
  contract.exact_shift = false;
  kernels->push_back({algorithm, FullSignature(Operation::softmax, kFormat), claim, contract,
                      OverTogether<kRows, Operation::softmax, kFormat>});
}
// With more precision than the format has, rounded once.
template <class Once, class Correctly, Format kFormat>
void AddRounded(Claim claim, std::vector<TargetKernel>* kernels) {
  const Signature signature = FullSignature(Operation::softmax, kFormat);
  kernels->push_back({"accurate", signature, claim, OurContract(),
                      Over<&WideRow<Once, kFormat>, Operation::softmax, kFormat>});
  claim.correctly_rounded = true;
  kernels->push_back({"correctly_rounded", signature, claim, OurContract(),
                      OverApart<&WideRow<Correctly, kFormat>, Operation::softmax, kFormat>});
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
#define SV_FORMAT(name, p, emin, emax, bytes, compute)                                   \
  AddFast<&ThreePassRows<Format::name>, Format::name>("three_pass", &kernels);           \
  AddFast<&OnePassRows<Format::name, false>, Format::name>("online", &kernels);          \
  AddFast<&OnePassRows<Format::name, true>, Format::name>("blocked", &kernels);
#include "softmax_verify/formats.def"
#undef SV_FORMAT
  AddRounded<Accurate, CorrectlyRounded, Format::f32>(AccurateClaim(), &kernels);
  AddRounded<Accurate, CorrectlyRounded, Format::f16>(AccurateClaim(), &kernels);
  AddRounded<Accurate, CorrectlyRounded, Format::bf16>(AccurateClaim(), &kernels);
  AddRounded<AccurateF64, CorrectlyRoundedF64, Format::f64>(AccurateF64Claim(), &kernels);
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
