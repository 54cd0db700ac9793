// Byte masks as masks of vectors, and causal limits.
#if defined(SOFTMAX_VERIFY_KERNELS_MASK_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef SOFTMAX_VERIFY_KERNELS_MASK_INL_H_
#undef SOFTMAX_VERIFY_KERNELS_MASK_INL_H_
#else
#define SOFTMAX_VERIFY_KERNELS_MASK_INL_H_
#endif

#include <cstring>

#include "hwy/highway.h"
#include "softmax_verify/operation.h"

HWY_BEFORE_NAMESPACE();
namespace softmax_verify {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// How many leading columns row `row` of `rows` may see.
inline size_t VisibleColumns(Causal causal, size_t row, size_t rows, size_t columns) {
  if (causal == Causal::none) return columns;
  if (causal == Causal::top_left) return HWY_MIN(row + 1, columns);
  return row + 1 + columns < rows ? 0 : HWY_MIN(row + 1 + columns - rows, columns);
}

// The bytes [i, n) that fit a vector, 0 from n on, where nothing is read.
#if HWY_ARCH_X86 && HWY_TARGET <= HWY_AVX3
template <class D8>
HWY_INLINE hn::Vec<D8> LoadBytes(D8 d8, const uint8_t* bytes, size_t i, size_t n) {
  return i < n ? hn::MaskedLoad(hn::FirstN(d8, n - i), d8, bytes + i) : hn::Zero(d8);
}
#else
template <class D8>
HWY_NOINLINE hn::Vec<D8> LoadBytes(D8 d8, const uint8_t* bytes, size_t i, size_t n) {
  HWY_ALIGN uint8_t buffer[hn::MaxLanes(D8()) + 1] = {};
  if (i < n) std::memcpy(buffer, bytes + i, HWY_MIN(n - i, hn::Lanes(d8)));
  return hn::LoadU(d8, buffer);
}
#endif

// The lanes i .. whose byte is not 0; false from n on, where nothing is read.
template <class D>
HWY_INLINE hn::Mask<D> KeepMask(D d, const uint8_t* bytes, size_t i, size_t n) {
  const hn::Rebind<uint8_t, D> d8;
  const auto keep = HWY_LIKELY(i + hn::Lanes(d) <= n) ? hn::LoadU(d8, bytes + i) : LoadBytes(d8, bytes, i, n);
#if HWY_ARCH_X86 && HWY_TARGET <= HWY_AVX3
  // A bit a lane, whatever its size.
  using Bits = decltype(hn::Mask<D>::raw);
  return hn::Mask<D>{static_cast<Bits>(hn::Ne(keep, hn::Zero(d8)).raw)};
#else
  const hn::Rebind<uint32_t, D> d32;
  const auto wide = hn::PromoteTo(d32, keep);
  if constexpr (sizeof(hn::TFromD<D>) == 4) {
    return hn::RebindMask(d, hn::Ne(wide, hn::Zero(d32)));
  } else {
    const hn::Rebind<uint64_t, D> d64;
    return hn::RebindMask(d, hn::Ne(hn::PromoteTo(d64, wide), hn::Zero(d64)));
  }
#endif
}

}  // namespace HWY_NAMESPACE
}  // namespace softmax_verify
HWY_AFTER_NAMESPACE();

#endif  // per-target include guard
