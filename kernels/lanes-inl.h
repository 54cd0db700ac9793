// Where lanes meet, for as many rows at once as a vector has lanes.
#if defined(SOFTMAX_VERIFY_KERNELS_LANES_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef SOFTMAX_VERIFY_KERNELS_LANES_INL_H_
#undef SOFTMAX_VERIFY_KERNELS_LANES_INL_H_
#else
#define SOFTMAX_VERIFY_KERNELS_LANES_INL_H_
#endif

#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace softmax_verify {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// A sum and what it has lost.
template <class V>
struct WithLost {
  V sum;
  V lost;
};
// The sum of both, at least 0 (TwoSum: Knuth 1969).
template <class V>
HWY_INLINE WithLost<V> Plus(const WithLost<V>& a, const WithLost<V>& b) {
  const V sum = hn::Add(a.sum, b.sum);
  const V seen = hn::Sub(sum, a.sum);
  const V lost = hn::Add(hn::Sub(a.sum, hn::Sub(sum, seen)), hn::Sub(b.sum, seen));
  return {sum, hn::Add(lost, hn::Add(a.lost, b.lost))};
}

// move(a, b) of vectors, and of both parts.
template <class V, class Move>
HWY_INLINE V Both(const V& a, const V& b, const Move& move) {
  return move(a, b);
}
template <class V, class Move>
HWY_INLINE WithLost<V> Both(const WithLost<V>& a, const WithLost<V>& b, const Move& move) {
  return {move(a.sum, b.sum), move(a.lost, b.lost)};
}

// Lane r is op over the L lanes of row(r), r = 0 .. L - 1, in a balanced tree. op is commutative; a row is a vector or
// WithLost. Its result does not depend on the other rows, nor on r.
template <class D, class Row, class Op>
HWY_INLINE auto ReduceRows(D d, const Row& row, const Op& op) {
#if HWY_TARGET == HWY_SCALAR
  (void)d;
  (void)op;
  return row(0);
#else
  using V = hn::Vec<D>;
  using Value = decltype(row(0));
  constexpr size_t kLanes = hn::MaxLanes(D());
  constexpr size_t kInBlock = 16 / sizeof(hn::TFromD<D>);
  const auto meet = [&](const Value& a, const Value& b, const auto& first, const auto& second) {
    return op(Both(a, b, first), Both(a, b, second));
  };
  // A block holds what the same block of two rows comes to, of f32 twice: {a, b, a, b}.
  const auto two = [&](size_t r) {
    return meet(row(r), row(r + 1), [&](V a, V b) { return hn::InterleaveLower(d, a, b); },
                [&](V a, V b) { return hn::InterleaveUpper(d, a, b); });
  };
  // The same of as many rows as a block has lanes.
  const auto block = [&](size_t r) {
    if constexpr (kInBlock == 2) {
      return two(r);
    } else {
      const hn::Repartition<uint64_t, D> d64;
      const auto pairs = [&](V v) { return hn::BitCast(d64, v); };
      return meet(two(r), two(r + 2),
                  [&](V a, V b) { return hn::BitCast(d, hn::InterleaveLower(d64, pairs(a), pairs(b))); },
                  [&](V a, V b) { return hn::BitCast(d, hn::InterleaveUpper(d64, pairs(a), pairs(b))); });
    }
  };
  if constexpr (kLanes == kInBlock) {
    return block(0);
  } else {
    // Halves of vectors, then the blocks of halves.
    const auto halves = [&](const Value& a, const Value& b) {
      return meet(a, b, [&](V low, V high) { return hn::ConcatLowerLower(d, high, low); },
                  [&](V low, V high) { return hn::ConcatUpperUpper(d, high, low); });
    };
    if constexpr (kLanes == 2 * kInBlock) {
      return halves(block(0), block(kInBlock));
    } else {
      static_assert(kLanes == 4 * kInBlock);
      return meet(halves(block(0), block(2 * kInBlock)), halves(block(kInBlock), block(3 * kInBlock)),
                  [](V even, V odd) { return hn::OddEvenBlocks(odd, hn::SwapAdjacentBlocks(even)); },
                  [](V even, V odd) { return hn::OddEvenBlocks(hn::SwapAdjacentBlocks(odd), even); });
    }
  }
#endif
}

#if HWY_ARCH_X86 && HWY_TARGET <= HWY_AVX3
// v[c], c < L/2, has row c in its lower half and row c + L/2 in its upper one: afterwards lane r of v[c] is column c of row r.
// Applied to that it is its own inverse.
template <class D, class V = hn::Vec<D>>
HWY_INLINE void TransposeHalves(D d, V* HWY_RESTRICT v) {
  constexpr size_t kHalf = hn::MaxLanes(D()) / 2;
  constexpr size_t kInBlock = 16 / sizeof(hn::TFromD<D>);
  static_assert(kHalf == 2 * kInBlock);
  const hn::Repartition<uint64_t, D> d64;
  V t[kHalf];
  // Within blocks of 16 bytes: first lanes, of f32 then pairs of them.
  const auto within = [&](V* block) {
    if constexpr (kInBlock == 2) {
      const V even = hn::InterleaveLower(d, block[0], block[1]);
      block[1] = hn::InterleaveUpper(d, block[0], block[1]);
      block[0] = even;
    } else {
      const auto lower = [&](V a, V b) { return hn::InterleaveLower(d64, hn::BitCast(d64, a), hn::BitCast(d64, b)); };
      const auto upper = [&](V a, V b) { return hn::InterleaveUpper(d64, hn::BitCast(d64, a), hn::BitCast(d64, b)); };
      const V a = hn::InterleaveLower(d, block[0], block[1]);
      const V b = hn::InterleaveUpper(d, block[0], block[1]);
      const V c = hn::InterleaveLower(d, block[2], block[3]);
      const V e = hn::InterleaveUpper(d, block[2], block[3]);
      block[0] = hn::BitCast(d, lower(a, c));
      block[1] = hn::BitCast(d, upper(a, c));
      block[2] = hn::BitCast(d, lower(b, e));
      block[3] = hn::BitCast(d, upper(b, e));
    }
  };
  within(v);
  within(v + kInBlock);
  // Then the blocks of every half.
  for (size_t c = 0; c < kInBlock; ++c) {
    t[c] = hn::OddEvenBlocks(hn::SwapAdjacentBlocks(v[c + kInBlock]), v[c]);
    t[c + kInBlock] = hn::OddEvenBlocks(v[c + kInBlock], hn::SwapAdjacentBlocks(v[c]));
  }
  for (size_t c = 0; c < kHalf; ++c) v[c] = t[c];
}
#endif

}  // namespace HWY_NAMESPACE
}  // namespace softmax_verify
HWY_AFTER_NAMESPACE();

#endif  // per-target include guard
