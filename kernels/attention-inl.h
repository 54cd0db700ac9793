// What attention and its backward share: tiles of queries against blocks of keys, their scores, and weighted sums of
// rows.
//
// Queries, keys and values are unpacked to the type of computation a tile or a block at a time; lanes are keys where
// scores are computed and elements of vectors where rows are summed.
#if defined(SOFTMAX_VERIFY_KERNELS_ATTENTION_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef SOFTMAX_VERIFY_KERNELS_ATTENTION_INL_H_
#undef SOFTMAX_VERIFY_KERNELS_ATTENTION_INL_H_
#else
#define SOFTMAX_VERIFY_KERNELS_ATTENTION_INL_H_
#endif

#include <cstdint>
#include <limits>

#include "hwy/highway.h"
#include "kernels/convert-inl.h"
#include "kernels/mask-inl.h"
#include "kernels/rows.h"
#include "softmax_verify/kernel.h"

HWY_BEFORE_NAMESPACE();
namespace softmax_verify {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// The keys of a block. Sums of products, over the depth as over the keys, are sums of blocks of as many.
constexpr size_t kKeys = 64;
// The queries of a tile: what a block costs to unpack is shared by them.
constexpr size_t kQueries = 64;

// Four vectors fit the keys of a block.
template <class T>
using TileTag = hn::CappedTag<T, kKeys / 4>;

// The operands of one head.
template <Format kFormat>
struct Head {
  using T = StorageOf<kFormat>;
  using C = ComputeOf<kFormat>;

  Head(const Operands& operands, const Layout& layout, const Parameters& parameters)
      : at(operands),
        queries(layout.outer),
        keys(layout.axis),
        depth(layout.depth),
        stride(layout.ldx),
        causal(parameters.causal),
        scale(static_cast<C>(parameters.scale)) {}

  const T* Vector(Role role, size_t i) const { return at.In<T>(role) + i * depth; }
  size_t Visible(size_t query) const { return VisibleColumns(causal, query, queries, keys); }

  const Operands& at;
  const size_t queries;
  const size_t keys;
  const size_t depth;
  const size_t stride;  // of mask and bias
  const Causal causal;
  const C scale;
};

// The depth rounded up to whole vectors.
template <class D>
size_t Padded(D d, size_t depth) {
  return (depth + hn::Lanes(d) - 1) / hn::Lanes(d) * hn::Lanes(d);
}

// `count` stored vectors as rows of `padded` elements. Those beyond the depth are never a result.
template <Format kFormat, class D>
HWY_INLINE void Unpack(D d, const StorageOf<kFormat>* x, size_t count, size_t depth, size_t padded,
                       hn::TFromD<D>* HWY_RESTRICT rows) {
  for (size_t r = 0; r < count; ++r) {
    for (size_t c = 0; c < depth; c += hn::Lanes(d)) {
      hn::Store(LoadUpTo<kFormat>(d, x + r * depth, c, depth), d, rows + r * padded + c);
    }
  }
}

// tile[i][j] = a_i . b_j for rows a_i and the stored vectors b_j of a block; 0 from `count` on. `columns`: memory for
// kKeys by kKeys.
template <Format kFormat, class D, class T = hn::TFromD<D>>
HWY_INLINE void DotProducts(D d, const T* HWY_RESTRICT a, size_t rows, size_t padded, const StorageOf<kFormat>* b,
                            size_t count, size_t depth, T* HWY_RESTRICT columns, T* HWY_RESTRICT tile) {
  const size_t lanes = hn::Lanes(d);
  HWY_ALIGN T buffer[hn::MaxLanes(D())];
  for (size_t begin = 0; begin < depth; begin += kKeys) {
    const size_t end = HWY_MIN(begin + kKeys, depth);
    for (size_t j = 0; j < kKeys; ++j) {
      for (size_t c = begin; c < end; c += lanes) {
        hn::Store(j < count ? LoadUpTo<kFormat>(d, b + j * depth, c, end) : hn::Zero(d), d, buffer);
        for (size_t l = 0; l < HWY_MIN(lanes, end - c); ++l) columns[(c - begin + l) * kKeys + j] = buffer[l];
      }
    }
    for (size_t i = 0; i < rows; ++i) {
      T* HWY_RESTRICT sums = tile + i * kKeys;
      for (size_t j = 0; j < kKeys; j += 4 * lanes) {
        auto s0 = hn::Zero(d);
        auto s1 = s0;
        auto s2 = s0;
        auto s3 = s0;
        for (size_t c = 0; c < end - begin; ++c) {
          const auto factor = hn::Set(d, a[i * padded + begin + c]);
          const T* HWY_RESTRICT column = columns + c * kKeys + j;
          s0 = hn::MulAdd(factor, hn::Load(d, column), s0);
          s1 = hn::MulAdd(factor, hn::Load(d, column + lanes), s1);
          s2 = hn::MulAdd(factor, hn::Load(d, column + 2 * lanes), s2);
          s3 = hn::MulAdd(factor, hn::Load(d, column + 3 * lanes), s3);
        }
        const auto add = [&](auto s, size_t k) {
          hn::Store(begin == 0 ? s : hn::Add(hn::Load(d, sums + j + k), s), d, sums + j + k);
        };
        add(s0, 0);
        add(s1, lanes);
        add(s2, 2 * lanes);
        add(s3, 3 * lanes);
      }
    }
  }
}

// From the dot products of a query with the keys begin .. of a block to its scores: -inf for those that it does not
// see.
template <Format kFormat, class D, class T = hn::TFromD<D>>
HWY_INLINE void Score(D d, const Head<kFormat>& head, size_t query, size_t begin, T* HWY_RESTRICT z) {
  const size_t visible = head.Visible(query);
  const auto hidden = hn::Set(d, -std::numeric_limits<T>::infinity());
  const auto limit = hn::Set(d, static_cast<T>(visible < begin ? 0 : HWY_MIN(visible - begin, kKeys)));
  const auto* bias = head.at.template In<StorageOf<kFormat>>(Role::bias);
  const auto* mask = head.at.template In<uint8_t>(Role::mask);
  for (size_t j = 0; j < kKeys; j += hn::Lanes(d)) {
    auto score = hn::Mul(hn::Load(d, z + j), hn::Set(d, head.scale));
    auto keep = hn::Lt(hn::Iota(d, static_cast<T>(j)), limit);
    if (bias != nullptr) {
      const auto b = LoadUpTo<kFormat>(d, bias + query * head.stride, begin + j, head.keys);
      keep = hn::And(keep, hn::Ne(b, hidden));
      score = hn::Add(score, b);
    }
    if (mask != nullptr) keep = hn::And(keep, KeepMask(d, mask + query * head.stride, begin + j, head.keys));
    hn::Store(hn::IfThenElse(keep, score, hidden), d, z + j);
  }
}

// sum = sum * rescale + sum_i weight(i) * row(i), i < count, over `padded` elements; the new part is added up first.
template <class D, class Weight, class RowOf, class T = hn::TFromD<D>>
HWY_INLINE void AddWeighted(D d, size_t count, Weight weight, RowOf row, size_t padded, T rescale,
                            T* HWY_RESTRICT sum) {
  const size_t lanes = hn::Lanes(d);
  const auto factor = hn::Set(d, rescale);
  const auto add = [&](auto part, size_t c) { hn::Store(hn::MulAdd(hn::Load(d, sum + c), factor, part), d, sum + c); };
  size_t c = 0;
  for (; c + 4 * lanes <= padded; c += 4 * lanes) {
    auto s0 = hn::Zero(d);
    auto s1 = s0;
    auto s2 = s0;
    auto s3 = s0;
    for (size_t i = 0; i < count; ++i) {
      const auto w = hn::Set(d, weight(i));
      const T* HWY_RESTRICT x = row(i) + c;
      s0 = hn::MulAdd(w, hn::Load(d, x), s0);
      s1 = hn::MulAdd(w, hn::Load(d, x + lanes), s1);
      s2 = hn::MulAdd(w, hn::Load(d, x + 2 * lanes), s2);
      s3 = hn::MulAdd(w, hn::Load(d, x + 3 * lanes), s3);
    }
    add(s0, c);
    add(s1, c + lanes);
    add(s2, c + 2 * lanes);
    add(s3, c + 3 * lanes);
  }
  for (; c < padded; c += lanes) {
    auto s = hn::Zero(d);
    for (size_t i = 0; i < count; ++i) s = hn::MulAdd(hn::Set(d, weight(i)), hn::Load(d, row(i) + c), s);
    add(s, c);
  }
}

// What is claimed of sums of products, and of the format that everything is computed in.
inline Claim AttentionClaim() {
  Claim claim;
  claim.accumulation = {Accumulation::Kind::lanes, kKeys};  // a balanced tree over each block, blocks one by one
  claim.products = {Accumulation::Kind::blocks, kKeys};
  claim.scale_error = 1;
  claim.scaled_before_shift = true;
  claim.normalise_error = 1;
  claim.same_terms = true;
  return claim;
}

}  // namespace HWY_NAMESPACE
}  // namespace softmax_verify
HWY_AFTER_NAMESPACE();

#endif  // per-target include guard
