// Rows of results, stored past the caches where they are not worth a cache's while.
#if defined(SOFTMAX_VERIFY_KERNELS_STREAM_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef SOFTMAX_VERIFY_KERNELS_STREAM_INL_H_
#undef SOFTMAX_VERIFY_KERNELS_STREAM_INL_H_
#else
#define SOFTMAX_VERIFY_KERNELS_STREAM_INL_H_
#endif

#include <cstdint>

#include "hwy/cache_control.h"
#include "hwy/highway.h"
#include "kernels/convert-inl.h"

HWY_BEFORE_NAMESPACE();
namespace softmax_verify {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// Whether `count` rows at y, ld elements apart, go past the caches. Who does it calls hwy::FlushStream() at the end.
template <Format kFormat, class D>
HWY_INLINE bool Streams(D, const StorageOf<kFormat>* y, size_t ld, size_t count) {
  constexpr size_t kBytes = sizeof(StorageOf<kFormat>);
  constexpr size_t kVector = hn::MaxLanes(D()) * kBytes;
  constexpr size_t kStreamed = size_t{1} << 24;
  if (kVector < 16) return false;
  const bool aligned = reinterpret_cast<uintptr_t>(y) % kVector == 0 && ld * kBytes % kVector == 0;
  return aligned && count * ld * kBytes >= kStreamed;
}

// A vector of results; of 16-bit formats such as NarrowClean (kernels/convert-inl.h) takes.
template <Format kFormat, bool kStreams, class D>
HWY_INLINE void StoreWhole(D d, hn::Vec<D> v, StorageOf<kFormat>* to) {
  if constexpr (kStreams && kComputesInStorage<kFormat>) {
    hn::Stream(v, d, to);
  } else if constexpr (kComputesInStorage<kFormat>) {
    hn::StoreU(v, d, to);
  } else if constexpr (kStreams && hn::MaxLanes(D()) * sizeof(StorageOf<kFormat>) >= 16) {
    hn::Stream(NarrowClean<kFormat>(d, v), hn::Rebind<StorageOf<kFormat>, D>(), to);
  } else {
    hn::StoreU(NarrowClean<kFormat>(d, v), hn::Rebind<StorageOf<kFormat>, D>(), to);
  }
}

// A row of n results: of(i) is its lanes i .. where all of them lie within the row, at(i) the last ones. All results of a
// step are computed before any of them is stored.
template <Format kFormat, bool kStreams, class D, class Of, class At>
HWY_INLINE void WriteRow(D d, StorageOf<kFormat>* to, size_t n, const Of& of, const At& at) {
  constexpr size_t kLanes = hn::MaxLanes(D());
  size_t i = 0;
  for (; i + 4 * kLanes <= n; i += 4 * kLanes) {
    const hn::Vec<D> v[4] = {of(i), of(i + kLanes), of(i + 2 * kLanes), of(i + 3 * kLanes)};
    for (size_t j = 0; j < 4; ++j) StoreWhole<kFormat, kStreams>(d, v[j], to + i + j * kLanes);
  }
  for (; i + kLanes <= n; i += kLanes) StoreWhole<kFormat, kStreams>(d, of(i), to + i);
  if (i < n) StoreTail<kFormat>(d, at(i), to, i, n);
}

}  // namespace HWY_NAMESPACE
}  // namespace softmax_verify
HWY_AFTER_NAMESPACE();

#endif  // per-target include guard
