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

// The lanes i .. whose byte is not 0; false from n on, where nothing is read.
template <class D>
HWY_INLINE hn::Mask<D> KeepMask(D d, const uint8_t* bytes, size_t i, size_t n) {
  const hn::Rebind<uint8_t, D> d8;
  const hn::Rebind<uint32_t, D> d32;
  HWY_ALIGN uint8_t buffer[hn::MaxLanes(D()) + 1] = {};
  if (HWY_UNLIKELY(i + hn::Lanes(d) > n)) {
    if (i < n) std::memcpy(buffer, bytes + i, n - i);
    bytes = buffer;
  } else {
    bytes += i;
  }
  const auto wide = hn::PromoteTo(d32, hn::LoadU(d8, bytes));
  if constexpr (sizeof(hn::TFromD<D>) == 4) {
    return hn::RebindMask(d, hn::Ne(wide, hn::Zero(d32)));
  } else {
    const hn::Rebind<uint64_t, D> d64;
    return hn::RebindMask(d, hn::Ne(hn::PromoteTo(d64, wide), hn::Zero(d64)));
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace softmax_verify
HWY_AFTER_NAMESPACE();

#endif  // per-target include guard
