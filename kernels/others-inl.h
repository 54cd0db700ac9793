// Logits without one of the largest: what is left of a sum of exponentials that is written 1 + t.
#if defined(SOFTMAX_VERIFY_KERNELS_OTHERS_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef SOFTMAX_VERIFY_KERNELS_OTHERS_INL_H_
#undef SOFTMAX_VERIFY_KERNELS_OTHERS_INL_H_
#else
#define SOFTMAX_VERIFY_KERNELS_OTHERS_INL_H_
#endif

#include <limits>

#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace softmax_verify {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// A source without one of its elements, which becomes -inf.
template <class Source>
struct AllBut {
  Source source;
  size_t left_out;

  template <class D>
  HWY_INLINE hn::Vec<D> At(D d, size_t i) const {
    const hn::Vec<D> v = source.At(d, i);
    const size_t lane = left_out - i;  // beyond all lanes, or wrapped around, where it is in another vector
    if (HWY_LIKELY(lane >= hn::Lanes(d))) return v;
    using T = hn::TFromD<D>;
    const auto here = hn::Eq(hn::Iota(d, T{0}), hn::Set(d, static_cast<T>(lane)));
    return hn::IfThenElse(here, hn::Set(d, -std::numeric_limits<T>::infinity()), v);
  }
};

// The first position of `value` in the row, n where it has none.
template <class D, class Source>
HWY_INLINE size_t Find(D d, const Source& source, hn::Vec<D> value) {
  for (size_t i = 0; i < source.n; i += hn::Lanes(d)) {
    const intptr_t lane = hn::FindFirstTrue(d, hn::Eq(source.At(d, i), value));
    if (lane >= 0) return i + static_cast<size_t>(lane);
  }
  return source.n;
}

// Whether a source holds nothing but -inf.
template <class D, class Source>
HWY_INLINE bool IsEmpty(D d, const Source& source, size_t n) {
  const auto least = hn::Set(d, -std::numeric_limits<hn::TFromD<D>>::infinity());
  for (size_t i = 0; i < n; i += hn::Lanes(d)) {
    if (!hn::AllTrue(d, hn::Eq(source.At(d, i), least))) return false;
  }
  return true;
}

}  // namespace HWY_NAMESPACE
}  // namespace softmax_verify
HWY_AFTER_NAMESPACE();

#endif  // per-target include guard
