// Loading and storing the four formats as vectors of the type they compute in.
//
// Rounding to f16 and bf16 is round-to-nearest-even, subnormals kept, with the same bits on every target: in integer
// arithmetic but for f16 from AVX2 on (Highway's own conversions truncate in places: 1.0.3 does for bf16 everywhere and
// for f16 below AVX2; the hardware's of bf16 flush subnormals). A NaN keeps its sign and upper payload and becomes quiet.
// property_tests/convert_test.cc tries all 2^32 floats.
#if defined(SOFTMAX_VERIFY_KERNELS_CONVERT_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef SOFTMAX_VERIFY_KERNELS_CONVERT_INL_H_
#undef SOFTMAX_VERIFY_KERNELS_CONVERT_INL_H_
#else
#define SOFTMAX_VERIFY_KERNELS_CONVERT_INL_H_
#endif

#include <cstring>
#include <limits>
#include <type_traits>

#include "hwy/highway.h"
#include "softmax_verify/format.h"

HWY_BEFORE_NAMESPACE();
namespace softmax_verify {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// What the low 16 bits of each 32-bit lane hold after rounding, and back.
template <Format kFormat>
struct Half;

template <>
struct Half<Format::bf16> {
  template <class D, class V = hn::Vec<D>, class DU = hn::Rebind<uint32_t, D>>
  static HWY_INLINE hn::Vec<DU> Round(D d, V v) {
    const DU du;
    const auto bits = hn::BitCast(du, v);
    const auto rounded = RoundClean(d, v);
    const auto quiet = hn::Or(hn::ShiftRight<16>(bits), hn::Set(du, 0x40u));
    return hn::IfThenElse(hn::RebindMask(du, hn::IsNaN(v)), quiet, rounded);
  }
  // The same for a v that is no NaN, or a quiet one whose lower half is 0.
  template <class D, class V = hn::Vec<D>, class DU = hn::Rebind<uint32_t, D>>
  static HWY_INLINE hn::Vec<DU> RoundClean(D, V v) {
    const DU du;
    const auto bits = hn::BitCast(du, v);
    const auto lsb = hn::And(hn::ShiftRight<16>(bits), hn::Set(du, 1u));
    return hn::ShiftRight<16>(hn::Add(bits, hn::Add(lsb, hn::Set(du, 0x7FFFu))));
  }
  template <class D, class VU>
  static HWY_INLINE hn::Vec<D> Widen(D d, VU bits) {
    return hn::BitCast(d, hn::ShiftLeft<16>(bits));
  }
};

template <>
struct Half<Format::f16> {
  template <class D, class V = hn::Vec<D>, class DU = hn::Rebind<uint32_t, D>>
  static HWY_INLINE hn::Vec<DU> Round(D d, V v) {
    const DU du;
    const auto bits = hn::BitCast(du, v);
    const auto sign = hn::And(hn::ShiftRight<16>(bits), hn::Set(du, 0x8000u));
    const V magnitude = hn::Abs(v);
    const auto magnitude_bits = hn::BitCast(du, magnitude);
    // Normal: move the exponent bias from 127 to 15 and round away 13 bits; a carry may reach infinity, rightly.
    const auto lsb = hn::And(hn::ShiftRight<13>(bits), hn::Set(du, 1u));
    const auto rebias = hn::Set(du, 0x0FFFu - (112u << 23));
    const auto normal = hn::ShiftRight<13>(hn::Add(magnitude_bits, hn::Add(lsb, rebias)));
    // Below 2^-14 the unit is 2^-24, which is the ulp of 0.5: one addition rounds as wanted.
    const auto subnormal = hn::Sub(hn::BitCast(du, hn::Add(magnitude, hn::Set(d, 0.5f))), hn::Set(du, 0x3F000000u));
    const auto quiet = hn::Or(hn::And(hn::ShiftRight<13>(magnitude_bits), hn::Set(du, 0x3FFu)), hn::Set(du, 0x7E00u));
    auto result = hn::IfThenElse(hn::RebindMask(du, hn::Lt(magnitude, hn::Set(d, 0x1p-14f))), subnormal, normal);
    result = hn::IfThenElse(hn::RebindMask(du, hn::Ge(magnitude, hn::Set(d, 65520.0f))), hn::Set(du, 0x7C00u), result);
    result = hn::IfThenElse(hn::RebindMask(du, hn::IsNaN(v)), quiet, result);
    return hn::Or(sign, result);
  }
  template <class D, class VU>
  static HWY_INLINE hn::Vec<D> Widen(D d, VU bits) {
    const hn::Rebind<uint32_t, D> du;
    const auto sign = hn::ShiftLeft<16>(hn::And(bits, hn::Set(du, 0x8000u)));
    const auto shifted = hn::ShiftLeft<13>(hn::And(bits, hn::Set(du, 0x7FFFu)));
    const auto exponent = hn::And(shifted, hn::Set(du, 0x1Fu << 23));
    const auto normal = hn::Add(shifted, hn::Set(du, 112u << 23));
    const auto infinite = hn::Add(shifted, hn::Set(du, 224u << 23));
    // 0.f * 2^-14 = 1.f * 2^-14 - 2^-14, exactly.
    const auto subnormal = hn::BitCast(du, hn::Sub(hn::BitCast(d, hn::Add(shifted, hn::Set(du, 113u << 23))),
                                                   hn::BitCast(d, hn::Set(du, 113u << 23))));
    auto result = hn::IfThenElse(hn::Eq(exponent, hn::Zero(du)), subnormal, normal);
    result = hn::IfThenElse(hn::Eq(exponent, hn::Set(du, 0x1Fu << 23)), infinite, result);
    return hn::BitCast(d, hn::Or(sign, result));
  }
};

// A format's storage type and the type of its arithmetic.
template <Format kFormat>
struct Element {
  using Storage = uint16_t;
  using Compute = float;
};
template <>
struct Element<Format::f32> {
  using Storage = float;
  using Compute = float;
};
template <>
struct Element<Format::f64> {
  using Storage = double;
  using Compute = double;
};
template <Format kFormat>
using StorageOf = typename Element<kFormat>::Storage;
template <Format kFormat>
using ComputeOf = typename Element<kFormat>::Compute;
template <Format kFormat>
inline constexpr bool kComputesInStorage = std::is_same_v<StorageOf<kFormat>, ComputeOf<kFormat>>;

// Where the hardware converts f16 with the same bits.
#if HWY_ARCH_X86 && HWY_TARGET <= HWY_AVX2 && HWY_TARGET != HWY_SCALAR && !defined(HWY_DISABLE_F16C)
inline constexpr bool kConvertsF16 = true;
#else
inline constexpr bool kConvertsF16 = false;
#endif

// A vector of 16-bit codes as one of f32, and back.
template <Format kFormat, class D, class V16>
HWY_INLINE hn::Vec<D> Widen(D d, V16 codes) {
  if constexpr (kConvertsF16 && kFormat == Format::f16) {
    return hn::PromoteTo(d, hn::BitCast(hn::Rebind<hwy::float16_t, D>(), codes));
  } else {
    return Half<kFormat>::Widen(d, hn::PromoteTo(hn::Rebind<uint32_t, D>(), codes));
  }
}
template <Format kFormat, class D>
HWY_INLINE hn::Vec<hn::Rebind<uint16_t, D>> Narrow(D d, hn::Vec<D> v) {
  const hn::Rebind<uint16_t, D> d16;
  if constexpr (kConvertsF16 && kFormat == Format::f16) {
    return hn::BitCast(d16, hn::DemoteTo(hn::Rebind<hwy::float16_t, D>(), v));
  } else {
    return hn::DemoteTo(d16, hn::BitCast(hn::Rebind<int32_t, D>(), Half<kFormat>::Round(d, v)));
  }
}

// The same for results of arithmetic with logits of the format alone, whose NaNs have no more bits than theirs.
template <Format kFormat, class D>
HWY_INLINE hn::Vec<hn::Rebind<uint16_t, D>> NarrowClean(D d, hn::Vec<D> v) {
  if constexpr (kFormat == Format::bf16) {
    return hn::DemoteTo(hn::Rebind<uint16_t, D>(), hn::BitCast(hn::Rebind<int32_t, D>(), Half<kFormat>::RoundClean(d, v)));
  } else {
    return Narrow<kFormat>(d, v);
  }
}

// One full vector.
template <Format kFormat, class D>
HWY_INLINE hn::Vec<D> LoadVector(D d, const StorageOf<kFormat>* x) {
  if constexpr (kComputesInStorage<kFormat>) {
    return hn::LoadU(d, x);
  } else {
    return Widen<kFormat>(d, hn::LoadU(hn::Rebind<uint16_t, D>(), x));
  }
}
template <Format kFormat, class D>
HWY_INLINE void StoreVector(D d, hn::Vec<D> v, StorageOf<kFormat>* y) {
  if constexpr (kComputesInStorage<kFormat>) {
    hn::StoreU(v, d, y);
  } else {
    hn::StoreU(Narrow<kFormat>(d, v), hn::Rebind<uint16_t, D>(), y);
  }
}

// The part of a row that does not fill a vector: no element beyond it is touched, and every element goes through the
// same instructions. Where a target has masks it uses them; elsewhere it travels through a buffer, out of line, once per
// format: rows end only once.
#if HWY_ARCH_X86 && HWY_TARGET <= HWY_AVX3
template <Format kFormat, class D, class T = ComputeOf<kFormat>>
HWY_INLINE hn::Vec<D> LoadTail(D d, const StorageOf<kFormat>* x, size_t i, size_t n, T pad) {
  if (i >= n) return hn::Set(d, pad);
  const auto inside = hn::FirstN(d, n - i);
  if constexpr (kComputesInStorage<kFormat>) {
    return hn::IfThenElse(inside, hn::MaskedLoad(inside, d, x + i), hn::Set(d, pad));
  } else {
    const hn::Rebind<uint16_t, D> d16;
    const auto codes = hn::MaskedLoad(hn::FirstN(d16, n - i), d16, x + i);
    return hn::IfThenElse(inside, Widen<kFormat>(d, codes), hn::Set(d, pad));
  }
}
template <Format kFormat, class D>
HWY_INLINE void StoreTail(D d, hn::Vec<D> v, StorageOf<kFormat>* y, size_t i, size_t n) {
  if constexpr (kComputesInStorage<kFormat>) {
    hn::BlendedStore(v, hn::FirstN(d, n - i), d, y + i);
  } else {
    const hn::Rebind<uint16_t, D> d16;
    hn::BlendedStore(Narrow<kFormat>(d, v), hn::FirstN(d16, n - i), d16, y + i);
  }
}
#else
template <Format kFormat, class D, class T = ComputeOf<kFormat>>
HWY_NOINLINE hn::Vec<D> LoadTail(D d, const StorageOf<kFormat>* x, size_t i, size_t n, T pad) {
  if (i >= n) return hn::Set(d, pad);
  HWY_ALIGN StorageOf<kFormat> buffer[hn::MaxLanes(D())];
  StoreVector<kFormat>(d, hn::Set(d, pad), buffer);
  std::memcpy(buffer, x + i, (n - i) * sizeof(buffer[0]));
  return LoadVector<kFormat>(d, buffer);
}
template <Format kFormat, class D>
HWY_NOINLINE void StoreTail(D d, hn::Vec<D> v, StorageOf<kFormat>* y, size_t i, size_t n) {
  HWY_ALIGN StorageOf<kFormat> buffer[hn::MaxLanes(D())];
  StoreVector<kFormat>(d, v, buffer);
  std::memcpy(y + i, buffer, (n - i) * sizeof(buffer[0]));
}
#endif

// The elements x[i .. n) that fit a vector; lanes beyond n hold `pad`. The exponential of -inf is 0.
template <Format kFormat, class D, class T = ComputeOf<kFormat>>
HWY_INLINE hn::Vec<D> LoadUpTo(D d, const StorageOf<kFormat>* x, size_t i, size_t n,
                               T pad = -std::numeric_limits<T>::infinity()) {
  if (HWY_LIKELY(i + hn::Lanes(d) <= n)) return LoadVector<kFormat>(d, x + i);
  return LoadTail<kFormat>(d, x, i, n, pad);
}
// The reverse, for i < n.
template <Format kFormat, class D>
HWY_INLINE void StoreUpTo(D d, hn::Vec<D> v, StorageOf<kFormat>* y, size_t i, size_t n) {
  if (HWY_LIKELY(i + hn::Lanes(d) <= n)) return StoreVector<kFormat>(d, v, y + i);
  StoreTail<kFormat>(d, v, y, i, n);
}

}  // namespace HWY_NAMESPACE
}  // namespace softmax_verify
HWY_AFTER_NAMESPACE();

#endif  // per-target include guard
