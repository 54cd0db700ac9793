// What the algorithms of kernels/softmax.cc share that take one row at a time. An algorithm is a struct with one function,
// Run: x and y are rows of the format's storage type.
#if defined(SOFTMAX_VERIFY_KERNELS_SOFTMAX_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef SOFTMAX_VERIFY_KERNELS_SOFTMAX_INL_H_
#undef SOFTMAX_VERIFY_KERNELS_SOFTMAX_INL_H_
#else
#define SOFTMAX_VERIFY_KERNELS_SOFTMAX_INL_H_
#endif

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
