// The terms e^(x_i - m) of a row up to one factor that all of them share, without a rounded subtraction.
//
//   Shape    t[L] -> C 2^(64 - E) e^t[L] (f64: 2^(512 - E)), E the integer nearest to m log2 e, for t <= m and |m| < kNear;
//            0 below m - kFar, where e^(t - m) rounds to 0. What is divided by the sum of such terms loses the factor,
//            and no term is subnormal: only the division rounds results into the subnormal range.
//   Error    |ln(term / (C 2^(64 - E) e^t))| <= theta u, theta as in kernels/exp.h: in f32 over every float within those
//            limits on every x86 target (property_tests/terms_test.cc measures it), in f64 by the proof in
//            docs/error_bounds.md ("The terms of a row"). NaN stays NaN.
//   Order    in f32 t <= t' gives term <= term' (the same test).
//   Source   e^t = 2^(k/N) e^r with k/N the multiple of 1/N nearest to t log2 e: Tang (1989), with a table of N in a
//            register where the target has lookups in registers; N = 1 elsewhere. The polynomials are minimax (Sollya's
//            fpminimax). C is chosen so that C 2^(j/N) is nearly a number of the format for every j: a factor of
//            all terms costs nothing, the rounding of table entries would.
#if defined(SOFTMAX_VERIFY_KERNELS_TERMS_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef SOFTMAX_VERIFY_KERNELS_TERMS_INL_H_
#undef SOFTMAX_VERIFY_KERNELS_TERMS_INL_H_
#else
#define SOFTMAX_VERIFY_KERNELS_TERMS_INL_H_
#endif

#include <array>
#include <bit>
#include <iterator>

#include "hwy/highway.h"
#include "kernels/exp-inl.h"

HWY_BEFORE_NAMESPACE();
namespace softmax_verify {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// N = 2^kTableBits; C = kFactor; kTable[j] = C 2^(j/N); kTail = (e^r - 1 - r) / r^2 for |r| <= ln(2) / (2 N), highest degree first.
template <typename T>
struct TermConstants;
template <>
struct TermConstants<float> {
  static constexpr float kNear = 256.0f;
  static constexpr float kFar = 104.0f;
  static constexpr int kBias = 64;
  static constexpr float kLeastCeiling = -320.0f;
  static constexpr float kMostCeiling = 368.0f;
  static constexpr float kDeep = 128.0f;
  static constexpr float kLn2High = 0x1.62ep-1f;  // 12 bits: 9 + kTableBits more make the product exact
  static constexpr float kLn2Low = 0x1.0bfbe8p-15f;
#if HWY_ARCH_X86 && HWY_TARGET <= HWY_AVX3
  static constexpr int kTableBits = 4;
  static constexpr long double kFactor = 0x1.084921cfd5757p0L;
  static constexpr float kTail[] = {0x1.555762p-3f, 0x1.000148p-1f};  // 2^-27.6
  static constexpr float kTable[] = {
      0x1.084922p+0f, 0x1.13fc92p+0f, 0x1.2034ap+0f, 0x1.2cf72cp+0f, 0x1.3a4a58p+0f, 0x1.48348ap+0f,
      0x1.56bc72p+0f, 0x1.65e90cp+0f, 0x1.75c1a2p+0f, 0x1.864dd2p+0f, 0x1.97959p+0f, 0x1.a9a128p+0f,
      0x1.bc7948p+0f, 0x1.d026fcp+0f, 0x1.e4b3bap+0f, 0x1.fa2962p+0f};  // within 0.261 u
#elif HWY_ARCH_X86 && HWY_TARGET == HWY_AVX2
  static constexpr int kTableBits = 3;
  static constexpr long double kFactor = 0x1.16747bf7df06bp0L;
  static constexpr float kTail[] = {0x1.555a58p-5f, 0x1.555b7cp-3f, 0x1p-1f};  // 2^-31.4
  static constexpr float kTable[] = {
      0x1.16747cp+0f, 0x1.2fa848p+0f, 0x1.4b2404p+0f, 0x1.691c8ap+0f, 0x1.89cb7cp+0f, 0x1.ad6fb4p+0f,
      0x1.d44dbcp+0f, 0x1.feb052p+0f};  // within 0.048 u
#else
  static constexpr int kTableBits = 0;
  static constexpr long double kFactor = 1;
  static constexpr auto& kTail = ExpConstants<float>::kTail;
#endif
};
#if HWY_HAVE_FLOAT64
template <>
struct TermConstants<double> {
  static constexpr double kNear = 1536;
  static constexpr double kFar = 745.5;
  static constexpr int kBias = 512;
  static constexpr double kLeastCeiling = -2176;
  static constexpr double kMostCeiling = 2208;
  static constexpr double kDeep = 768;
  static constexpr double kLn2High = 0x1.62e42fefap-1;  // 36 bits
  static constexpr double kLn2Low = 0x1.cf79abc9e3b3ap-40;
#if HWY_ARCH_X86 && HWY_TARGET <= HWY_AVX3
  static constexpr int kTableBits = 3;
  static constexpr long double kFactor = 0xe.6f985ef0a032faep-3L;
  static constexpr double kTail[] = {0x1.a01f8e6bd598dp-13, 0x1.6c1b70e342357p-10, 0x1.1111110abd4cbp-7,
                                     0x1.5555554e95257p-5,  0x1.55555555555dp-3,   0x1.000000000002ep-1};  // 2^-56.4
  static constexpr double kTable[] = {
      0x1.cdf30bde14066p+0, 0x1.f7c2678dfda72p+0, 0x1.12ad3fea6d5d2p+1, 0x1.2b8981274a961p+1,
      0x1.46a5c60bb232bp+1, 0x1.643630d4d2474p+1, 0x1.84739bafee89ep+1, 0x1.a79c060e45668p+1};  // within 0.050 u
#elif HWY_ARCH_X86 && HWY_TARGET == HWY_AVX2
  static constexpr int kTableBits = 2;
  static constexpr long double kFactor = 0xe.6f985ef0a032faep-3L;
  static constexpr double kTail[] = {0x1.a02cbc076e0acp-16, 0x1.a02d72c76d852p-13, 0x1.6c16c10e1ea24p-10,
                                     0x1.111110c65259ap-7,  0x1.55555555566c8p-5,  0x1.555555555674bp-3,
                                     0x1p-1};  // 2^-56.1
  static constexpr double kTable[] = {
      0x1.cdf30bde14066p+0, 0x1.12ad3fea6d5d2p+1, 0x1.46a5c60bb232bp+1, 0x1.84739bafee89ep+1};  // within 0.050 u
#else
  static constexpr int kTableBits = 0;
  static constexpr long double kFactor = 1;
  static constexpr auto& kTail = ExpConstants<double>::kTail;
#endif
};
#endif  // HWY_HAVE_FLOAT64

// table[the low bits of each lane]. (All lanes of the masked forms: GCC 12 warns of the others, GCC bug 105593.)
#if HWY_ARCH_X86 && HWY_TARGET <= HWY_AVX3
HWY_INLINE hn::Vec512<uint32_t> LookUp(const uint32_t* table, hn::Vec512<uint32_t> index) {
  return hn::Vec512<uint32_t>{_mm512_maskz_permutexvar_epi32(0xFFFF, index.raw, _mm512_load_si512(table))};
}
HWY_INLINE hn::Vec512<uint64_t> LookUp(const uint64_t* table, hn::Vec512<uint64_t> index) {
  return hn::Vec512<uint64_t>{_mm512_maskz_permutexvar_epi64(0xFF, index.raw, _mm512_load_si512(table))};
}
// Of half the size.
HWY_INLINE hn::Vec256<uint32_t> LookUp(const uint32_t* table, hn::Vec256<uint32_t> index) {
  const auto* const halves = reinterpret_cast<const __m256i*>(table);
  return hn::Vec256<uint32_t>{
      _mm256_permutex2var_epi32(_mm256_load_si256(halves), index.raw, _mm256_load_si256(halves + 1))};
}
HWY_INLINE hn::Vec256<uint64_t> LookUp(const uint64_t* table, hn::Vec256<uint64_t> index) {
  const auto* const halves = reinterpret_cast<const __m256i*>(table);
  return hn::Vec256<uint64_t>{
      _mm256_permutex2var_epi64(_mm256_load_si256(halves), index.raw, _mm256_load_si256(halves + 1))};
}
#elif HWY_ARCH_X86 && HWY_TARGET == HWY_AVX2
HWY_INLINE hn::Vec256<uint32_t> LookUp(const uint32_t* table, hn::Vec256<uint32_t> index) {
  const __m256i all = _mm256_load_si256(reinterpret_cast<const __m256i*>(table));
  return hn::Vec256<uint32_t>{_mm256_permutevar8x32_epi32(all, index.raw)};
}
HWY_INLINE hn::Vec256<uint64_t> LookUp(const uint64_t* table, hn::Vec256<uint64_t> index) {
  // Halves 2 j and 2 j + 1.
  const __m256i all = _mm256_load_si256(reinterpret_cast<const __m256i*>(table));
  const __m256i twice = _mm256_slli_epi32(_mm256_shuffle_epi32(index.raw, 0xA0), 1);
  const __m256i halves = _mm256_or_si256(twice, _mm256_set1_epi64x(int64_t{1} << 32));
  return hn::Vec256<uint64_t>{_mm256_permutevar8x32_epi32(all, halves)};
}
#endif

// What a row's m decides. It may stand in every lane, or every lane may be of another row.
template <class V>
struct TermsRow {
  V low;
  V magic;
};

// The same while a row's m is not known yet.
template <class V>
struct TermsCeiling {
  V exponent;  // E
  V limit;     // E ln 2: logits above it need a higher ceiling
  TermsRow<V> terms;
};

template <class D>
class Terms {
  using T = hn::TFromD<D>;
  using V = hn::Vec<D>;
  using C = TermConstants<T>;
  using E = ExpConstants<T>;
  using DU = hn::Rebind<typename E::Bits, D>;
  // Adding it leaves the nearest multiple of 1/N in the low bits of the significand.
  static constexpr T kMagic = E::kMagic / (1 << C::kTableBits);

 public:
  // Both NaN for such an m.
  static HWY_INLINE TermsRow<V> For(D d, V m) {
    const V magic = hn::Set(d, E::kMagic);
    const V k = hn::Sub(hn::MulAdd(m, hn::Set(d, E::kLog2E), magic), magic);
    return {hn::Sub(m, hn::Set(d, C::kFar)), hn::Sub(hn::Set(d, kMagic + C::kBias), k)};
  }
  // For logits that may go on to grow by 11: E is a multiple of 16, 16 to 32 above `largest` log2 e, but at least
  // kLeastCeiling. There are terms up to kMostCeiling. Those of ceilings E < E' are the same but for 2^(E' - E).
  static HWY_INLINE TermsCeiling<V> Above(D d, V largest) {
    const V sixteenth = hn::Floor(hn::Mul(largest, hn::Set(d, E::kLog2E / 16)));
    const V above = hn::Mul(hn::Add(sixteenth, hn::Set(d, T{2})), hn::Set(d, T{16}));
    return Below(d, hn::Max(hn::Set(d, C::kLeastCeiling), above));
  }
  // For a given E.
  static HWY_INLINE TermsCeiling<V> Below(D d, V exponent) {
    const V limit = hn::Mul(exponent, hn::Set(d, C::kLn2High + C::kLn2Low));
    const TermsRow<V> terms{hn::Sub(limit, hn::Set(d, C::kDeep)), hn::Sub(hn::Set(d, kMagic + C::kBias), exponent)};
    return {exponent, limit, terms};
  }

  // t[j] becomes its term, of the row(j). Step by step for all of them: each step waits for the one before, and processors
  // look ahead only so far.
  template <size_t kCount, class RowOf>
  static HWY_INLINE void Of(D d, const RowOf& row, V* HWY_RESTRICT t) {
    const DU du;
    V steps[kCount];
    V k[kCount];
    V q[kCount];
    decltype(hn::Lt(t[0], t[0])) far[kCount];  // false of NaN
    for (size_t j = 0; j < kCount; ++j) far[j] = hn::Lt(t[j], row(j).low);
    for (size_t j = 0; j < kCount; ++j) steps[j] = hn::MulAdd(t[j], hn::Set(d, E::kLog2E), row(j).magic);
    for (size_t j = 0; j < kCount; ++j) k[j] = hn::Sub(steps[j], row(j).magic);
    for (size_t j = 0; j < kCount; ++j) t[j] = hn::NegMulAdd(k[j], hn::Set(d, C::kLn2High), t[j]);  // exact
    for (size_t j = 0; j < kCount; ++j) t[j] = hn::NegMulAdd(k[j], hn::Set(d, C::kLn2Low), t[j]);
    for (size_t j = 0; j < kCount; ++j) q[j] = hn::Set(d, C::kTail[0]);
    for (size_t c = 1; c < std::size(C::kTail); ++c) {
      for (size_t j = 0; j < kCount; ++j) q[j] = hn::MulAdd(q[j], t[j], hn::Set(d, C::kTail[c]));
    }
    for (size_t j = 0; j < kCount; ++j) q[j] = hn::MulAdd(hn::Mul(t[j], t[j]), q[j], t[j]);
    for (size_t j = 0; j < kCount; ++j) {
      const auto bits = hn::BitCast(du, steps[j]);
      auto power = hn::BitCast(du, hn::Set(d, T{1}));
      if constexpr (C::kTableBits > 0) power = LookUp(kPowers.data(), bits);
      const V scale = hn::BitCast(d, hn::Add(power, hn::ShiftLeft<kShift>(bits)));
      t[j] = hn::IfThenZeroElse(far[j], hn::MulAdd(scale, q[j], scale));
    }
  }

 private:
  static constexpr int kShift = E::kFractionBits - C::kTableBits;

  // Entry j less what the shift adds for the bits of j.
  static constexpr auto Powers() {
    std::array<typename E::Bits, size_t{1} << C::kTableBits> powers{};
    if constexpr (C::kTableBits > 0) {
      for (size_t j = 0; j < powers.size(); ++j) {
        powers[j] = std::bit_cast<typename E::Bits>(C::kTable[j]) - (static_cast<typename E::Bits>(j) << kShift);
      }
    }
    return powers;
  }
  alignas(64) static constexpr auto kPowers = Powers();
};

}  // namespace HWY_NAMESPACE
}  // namespace softmax_verify
HWY_AFTER_NAMESPACE();

#endif  // per-target include guard
