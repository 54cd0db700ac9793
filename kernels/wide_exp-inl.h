// e^t for vectors of f64 where a result of fewer than f64's bits is wanted: a little less accurate than exp-inl.h, and cheaper.
//
//   Shape    t[L] -> e^t[L], t <= 0 or NaN; e^-400 for all below -400.
//   Error    |ln(result / e^t)| <= (kWideExpError + kWideExpSlope |t|) u, u = 2^-53: Theorem 3 of docs/error_bounds.md where a
//            target has no lookups in registers, else Lemma R0. NaN stays NaN.
//   Source   e^t = 2^(k/N) e^r with k/N the multiple of 1/N nearest to t log2 e: Tang (1989), N = 16 or 4. The polynomials are
//            minimax (Sollya's fpminimax, supnorm).
#if defined(SOFTMAX_VERIFY_KERNELS_WIDE_EXP_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef SOFTMAX_VERIFY_KERNELS_WIDE_EXP_INL_H_
#undef SOFTMAX_VERIFY_KERNELS_WIDE_EXP_INL_H_
#else
#define SOFTMAX_VERIFY_KERNELS_WIDE_EXP_INL_H_
#endif

#include <array>
#include <bit>
#include <iterator>

#include "hwy/highway.h"
#include "kernels/exp-inl.h"
#include "kernels/terms-inl.h"

HWY_BEFORE_NAMESPACE();
namespace softmax_verify {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// Terms further from the maximum round to 0 in every format narrower than f64.
constexpr double kFarthest = 400;

// (e^r - 1 - r) / r^2 for |r| <= ln(2) / (2 N), highest degree first; N = 2^kTableBits, kPowers[j] = 2^(j/N).
#if HWY_ARCH_X86 && HWY_TARGET <= HWY_AVX3
constexpr int kWideTableBits = 4;
constexpr double kWideTail[] = {0x1.11108d25a126dp-7, 0x1.55573b8c3c7b6p-5, 0x1.555555576ae3dp-3,
                                0x1.fffffffdbfdd4p-2};  // 2^-47.3
constexpr double kWideTable[] = {
    0x1.0000000000000p+0, 0x1.0b5586cf9890fp+0, 0x1.172b83c7d517bp+0, 0x1.2387a6e756238p+0,
    0x1.306fe0a31b715p+0, 0x1.3dea64c123422p+0, 0x1.4bfdad5362a27p+0, 0x1.5ab07dd485429p+0,
    0x1.6a09e667f3bcdp+0, 0x1.7a11473eb0187p+0, 0x1.8ace5422aa0dbp+0, 0x1.9c49182a3f090p+0,
    0x1.ae89f995ad3adp+0, 0x1.c199bdd85529cp+0, 0x1.d5818dcfba487p+0, 0x1.ea4afa2a490dap+0};
constexpr double kWideExpError = 52.3;
constexpr double kWideExpSlope = 0.31;  // ln 2 is one number
#elif HWY_ARCH_X86 && HWY_TARGET == HWY_AVX2
constexpr int kWideTableBits = 2;
constexpr double kWideTail[] = {0x1.a00a99fe0d212p-13, 0x1.6c2e9fda58dfbp-10, 0x1.111112605b43bp-7,
                                0x1.5555548290305p-5,  0x1.5555555544adcp-3,  0x1.0000000004193p-1};  // 2^-50.2
constexpr double kWideTable[] = {0x1.0000000000000p+0, 0x1.306fe0a31b715p+0, 0x1.6a09e667f3bcdp+0, 0x1.ae89f995ad3adp+0};
constexpr double kWideExpError = 9;
constexpr double kWideExpSlope = 0.31;
#else
constexpr int kWideTableBits = 0;
constexpr double kWideExpError = kExpErrorF64;
constexpr double kWideExpSlope = 0;
#endif

#if HWY_ARCH_X86 && HWY_TARGET <= HWY_AVX3
// table[the low four bits of each lane].
HWY_INLINE hn::Vec512<uint64_t> LookUpWide(const uint64_t* table, hn::Vec512<uint64_t> index) {
  return hn::Vec512<uint64_t>{
      _mm512_permutex2var_epi64(_mm512_load_si512(table), index.raw, _mm512_load_si512(table + 8))};
}
#elif HWY_ARCH_X86 && HWY_TARGET == HWY_AVX2
HWY_INLINE hn::Vec256<uint64_t> LookUpWide(const uint64_t* table, hn::Vec256<uint64_t> index) { return LookUp(table, index); }
#endif

template <size_t kCount, class D, class V = hn::Vec<D>>
HWY_INLINE void WideExps(D d, V* HWY_RESTRICT t) {
  using C = ExpConstants<double>;
  const hn::Rebind<uint64_t, D> du;
  constexpr int kShift = C::kFractionBits - kWideTableBits;
  const V magic = hn::Set(d, C::kMagic / (1 << kWideTableBits));
  V steps[kCount];
  V k[kCount];
  for (size_t j = 0; j < kCount; ++j) t[j] = NotBelow(t[j], hn::Set(d, -kFarthest));
  for (size_t j = 0; j < kCount; ++j) steps[j] = hn::MulAdd(t[j], hn::Set(d, C::kLog2E), magic);
  for (size_t j = 0; j < kCount; ++j) k[j] = hn::Sub(steps[j], magic);
  if constexpr (kWideTableBits == 0) {
    // The steps of exp-inl.h, but that 2^k, at least 2^-577, is one addition to the exponent: k stands in the low bits of
    // `steps`, whose high bits the shift drops.
    ReduceAndExp<kCount>(d, t, k);
    for (size_t j = 0; j < kCount; ++j) {
      t[j] = hn::BitCast(d, hn::Add(hn::BitCast(du, t[j]), hn::ShiftLeft<kShift>(hn::BitCast(du, steps[j]))));
    }
  } else {
#if HWY_ARCH_X86 && HWY_TARGET <= HWY_AVX2
    // Entry j less what the shift adds for the bits of j.
    alignas(64) static constexpr auto kPowers = [] {
      std::array<uint64_t, size_t{1} << kWideTableBits> powers{};
      for (size_t j = 0; j < powers.size(); ++j) powers[j] = std::bit_cast<uint64_t>(kWideTable[j]) - (uint64_t{j} << kShift);
      return powers;
    }();
    V q[kCount];
    V square[kCount];
    for (size_t j = 0; j < kCount; ++j) t[j] = hn::NegMulAdd(k[j], hn::Set(d, 0x1.62e42fefa39efp-1), t[j]);
    for (size_t j = 0; j < kCount; ++j) square[j] = hn::Mul(t[j], t[j]);
    for (size_t j = 0; j < kCount; ++j) q[j] = hn::Set(d, kWideTail[0]);
    for (size_t c = 1; c < std::size(kWideTail); ++c) {
      for (size_t j = 0; j < kCount; ++j) q[j] = hn::MulAdd(q[j], t[j], hn::Set(d, kWideTail[c]));
    }
    for (size_t j = 0; j < kCount; ++j) q[j] = hn::MulAdd(square[j], q[j], t[j]);
    for (size_t j = 0; j < kCount; ++j) {
      const auto bits = hn::BitCast(du, steps[j]);
      const V scale = hn::BitCast(d, hn::Add(LookUpWide(kPowers.data(), bits), hn::ShiftLeft<kShift>(bits)));
      t[j] = hn::MulAdd(scale, q[j], scale);
    }
#endif
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace softmax_verify
HWY_AFTER_NAMESPACE();

#endif  // per-target include guard
