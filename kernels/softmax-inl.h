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
  Map<kFormat>(d, x, y, n, [&](V v) { return hn::Mul(Exp(d, shift(v, of.m)), reciprocal); });
}

struct ThreePass {
  template <Format kFormat, class D, class ShiftBy>
  static HWY_INLINE void Run(D d, const StorageOf<kFormat>* x, StorageOf<kFormat>* y, size_t n, const ShiftBy& shift) {
    using V = hn::Vec<D>;
    if constexpr (kComputesInStorage<kFormat>) {
      const V m = MaxOf(d, Logits<kFormat>{x, n}, 0, n, -std::numeric_limits<hn::TFromD<D>>::infinity());
      const V s =
          SumOfExp(d, Logits<kFormat>{x, n}, 0, n, m, shift, [&](V e, size_t i) { StoreUpTo<kFormat>(d, e, y, i, n); });
      const V reciprocal = hn::Div(hn::Set(d, hn::TFromD<D>{1}), s);
      Map<kFormat>(d, y, y, n, [&](V e) { return hn::Mul(e, reciprocal); });
    } else {
      // 16 bits cannot hold the exponentials: they are computed twice, to the same bits.
      Normalise<kFormat>(d, x, y, n, TwoPasses::Of(d, Logits<kFormat>{x, n}, shift), shift);
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
