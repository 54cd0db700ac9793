// What cross_entropy and its gradient share: the coefficients c_k = w_k q_k of a row with its target, where
// q_k = (1 - e) [k is the target] + e / n, e is the label smoothing and w_k = 1 without weights.
#if defined(SOFTMAX_VERIFY_KERNELS_CROSS_ENTROPY_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef SOFTMAX_VERIFY_KERNELS_CROSS_ENTROPY_INL_H_
#undef SOFTMAX_VERIFY_KERNELS_CROSS_ENTROPY_INL_H_
#else
#define SOFTMAX_VERIFY_KERNELS_CROSS_ENTROPY_INL_H_
#endif

#include <cstdint>

#include "hwy/highway.h"
#include "kernels/convert-inl.h"
#include "kernels/exp_sum-inl.h"
#include "kernels/rows.h"

HWY_BEFORE_NAMESPACE();
namespace softmax_verify {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

inline std::int64_t TargetOf(const RowArguments& row) { return *row.at.In<std::int64_t>(Role::targets); }
inline bool IsIgnored(const RowArguments& row) { return TargetOf(row) == row.parameters.ignore_index; }

// x[i] by itself.
template <Format kFormat, class D>
HWY_INLINE hn::TFromD<D> LoadOne(D d, const StorageOf<kFormat>* x, size_t i) {
  return hn::GetLane(LoadUpTo<kFormat>(d, x + i, 0, 1));
}

// Of a row that is not ignored. As a source for SumOf: what the smoothing gives every class, w_k e / n.
template <Format kFormat>
struct Coefficients {
  using T = ComputeOf<kFormat>;

  const StorageOf<kFormat>* weight;
  size_t n;
  size_t target;
  T target_weight;
  T share;  // e / n
  T own;    // what the target has besides: w (1 - e)

  template <class D>
  static HWY_INLINE Coefficients Of(D d, const RowArguments& row) {
    const auto* weight = row.at.In<StorageOf<kFormat>>(Role::weight);
    const auto target = static_cast<size_t>(TargetOf(row));
    const T smoothing = static_cast<T>(row.parameters.label_smoothing);
    const T target_weight = weight == nullptr ? T{1} : LoadOne<kFormat>(d, weight, target);
    return {weight, row.n, target, target_weight, smoothing / static_cast<T>(row.n), target_weight * (T{1} - smoothing)};
  }

  template <class D>
  HWY_INLINE hn::Vec<D> At(D d, size_t i) const {
    hn::Vec<D> shares = hn::Set(d, share);
    if (weight != nullptr) shares = hn::Mul(shares, LoadUpTo<kFormat>(d, weight, i, n));
    return HWY_LIKELY(i + hn::Lanes(d) <= n) ? shares : hn::IfThenElseZero(hn::FirstN(d, n - i), shares);
  }
  // sum_k c_k.
  template <class D>
  HWY_INLINE T Sum(D d) const {
    if (weight == nullptr) return 1;
    if (share == 0) return own;
    return own + hn::GetLane(SumOf(d, *this, 0, n, [](hn::Vec<D>& s, hn::Vec<D> v, size_t) { s = hn::Add(s, v); }));
  }
};

}  // namespace HWY_NAMESPACE
}  // namespace softmax_verify
HWY_AFTER_NAMESPACE();

#endif  // per-target include guard
