// softmax of a row in three passes, and what the algorithms of kernels/softmax.cc share. An algorithm is a struct with
// one function, Run: x and y are rows of the format's storage type.
#if defined(SOFTMAX_VERIFY_KERNELS_SOFTMAX_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef SOFTMAX_VERIFY_KERNELS_SOFTMAX_INL_H_
#undef SOFTMAX_VERIFY_KERNELS_SOFTMAX_INL_H_
#else
#define SOFTMAX_VERIFY_KERNELS_SOFTMAX_INL_H_
#endif

#include <limits>

#include "hwy/highway.h"
#include "kernels/exp_sum-inl.h"

HWY_BEFORE_NAMESPACE();
namespace softmax_verify {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// y_i = exp(x_i - m) / s, as a product with 1 / s.
template <Format kFormat, class D, class V, class ShiftBy>
HWY_INLINE void Normalise(D d, const StorageOf<kFormat>* x, StorageOf<kFormat>* y, size_t n, const MaxSum<V>& of,
                          const ShiftBy& shift) {
  const V reciprocal = hn::Div(hn::Set(d, hn::TFromD<D>{1}), of.s);
  Map<kFormat>(d, x, y, n, [&](V v) { return hn::Mul(ExpOfShifted(d, shift(v, of.m)), reciprocal); });
}

struct ThreePass {
  // Exponentials of a 16-bit row that are kept in f32, on the stack.
  static constexpr size_t kKept = 4096;

  template <Format kFormat, class D, class ShiftBy>
  static HWY_INLINE void Run(D d, const StorageOf<kFormat>* x, StorageOf<kFormat>* y, size_t n, const ShiftBy& shift) {
    using V = hn::Vec<D>;
    using T = hn::TFromD<D>;
    const Logits<kFormat> logits{x, n};
    const V m = MaxOf(d, logits, 0, n, -std::numeric_limits<T>::infinity());
    const auto reciprocal = [&](V s) { return hn::Div(hn::Set(d, T{1}), s); };
    if constexpr (kComputesInStorage<kFormat>) {
      const V r =
          reciprocal(SumOfExp(d, logits, 0, n, m, shift, [=](V e, size_t i) { StoreUpTo<kFormat>(d, e, y, i, n); }));
      Map<kFormat>(d, y, y, n, [&](V e) { return hn::Mul(e, r); });
    } else if (n <= kKept) {
      HWY_ALIGN T kept[kKept];
      const V r = reciprocal(SumOfExp(d, logits, 0, n, m, shift, [&](V e, size_t i) { hn::Store(e, d, kept + i); }));
      const size_t lanes = hn::Lanes(d);
      size_t i = 0;
      for (; i + lanes <= n; i += lanes) StoreVector<kFormat>(d, hn::Mul(hn::Load(d, kept + i), r), y + i);
      if (i < n) StoreTail<kFormat>(d, hn::Mul(hn::Load(d, kept + i), r), y, i, n);
    } else {
      // Computed twice, to the same bits.
      Normalise<kFormat>(d, x, y, n, MaxSum<V>{m, SumOfExp(d, logits, 0, n, m, shift)}, shift);
    }
  }
};

// The row function of an algorithm, on vectors of this target.
template <class Algorithm, Format kFormat>
void SoftmaxRow(const RowArguments& row) {
  const hn::ScalableTag<ComputeOf<kFormat>> d;
  const auto* x = row.at.In<StorageOf<kFormat>>(Role::x);
  auto* y = row.at.Out<StorageOf<kFormat>>(Role::y);
  if (row.scaling.identity) {
    Algorithm::template Run<kFormat>(d, x, y, row.n, Shift<decltype(d), false>(d, row.scaling));
  } else {
    Algorithm::template Run<kFormat>(d, x, y, row.n, Shift<decltype(d), true>(d, row.scaling));
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace softmax_verify
HWY_AFTER_NAMESPACE();

#endif  // per-target include guard
