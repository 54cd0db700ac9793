// softmax with one pass over the logits for maximum and sum together, and one that writes: online and blocked.
//
//   Shape    as three_pass-inl.h.
//   Error    as in kernels/softmax.cc; nothing is rounded where a maximum is found late (Theorem T3, docs/error_bounds.md).
//   Method   Logits are taken four vectors at a time (online) or a block at a time (blocked). Terms are relative to a ceiling
//            E, a multiple of 16 and well above what has been seen (terms-inl.h). What lies above the ceiling raises it, which
//            seldom happens twice in a row, and the sum so far is multiplied by 2^(E - E'): nothing is rounded.
//            Terms are kept as in three_pass; those of a row whose ceiling was raised, and those that nothing can hold,
//            are computed again.
//   Far      Rows with the maximum far from 0, scaled rows and rows of up to four vectors (blocked: of one block) go through
//            three_pass.
#if defined(SOFTMAX_VERIFY_KERNELS_ONE_PASS_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef SOFTMAX_VERIFY_KERNELS_ONE_PASS_INL_H_
#undef SOFTMAX_VERIFY_KERNELS_ONE_PASS_INL_H_
#else
#define SOFTMAX_VERIFY_KERNELS_ONE_PASS_INL_H_
#endif

#include <bit>
#include <cstdint>
#include <limits>

#include "hwy/highway.h"
#include "kernels/stream-inl.h"
#include "kernels/three_pass-inl.h"

HWY_BEFORE_NAMESPACE();
namespace softmax_verify {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// A row's sum, in one pass: relative to a ceiling.
template <Format kFormat, class D, bool kBlocks>
class RunningSum {
  using T = hn::TFromD<D>;
  using V = hn::Vec<D>;
  using W = Wide<D>;
  static constexpr D d{};
  static constexpr size_t kLanes = hn::MaxLanes(D());

 public:
  static constexpr size_t kTaken = kBlocks ? kBlock : 4 * kLanes;  // elements at a time

  // The ceiling to begin a row with.
  static HWY_INLINE TermsCeiling<V> CeilingFor(const Logits<kFormat>& logits) { return Above(LargestOf(logits, 0)); }
  HWY_INLINE explicit RunningSum(const TermsCeiling<V>& ceiling) : at_(ceiling) {}

  // A whole row: see(largest) of what is taken at a time, lane by lane, keep(terms, i) of every vector. false: the row is
  // too far from 0, and what else is known of it may be anything.
  template <class See, class Keep>
  HWY_INLINE bool Take(const Logits<kFormat>& logits, const See& see, const Keep& keep) {
    const auto raise = [&](V v, size_t i) {
      if (kBlocks && i % kTaken != 0) return true;
      const V largest = kBlocks ? LargestOf(logits, i) : v;
      see(largest);
      return Raise(largest);
    };
    bool near = IsNotAbove();
    size_t i = 0;
    for (; near && i + 4 * kLanes <= logits.n; i += 4 * kLanes) {
      V e[4] = {logits.Whole(d, i), logits.Whole(d, i + kLanes), logits.Whole(d, i + 2 * kLanes),
                logits.Whole(d, i + 3 * kLanes)};
      near = raise(hn::Max(hn::Max(e[0], e[1]), hn::Max(e[2], e[3])), i);
      TermsOf<4>(e);
      sum_ = W::Add(sum_, SumOfFour<kTree<kFormat>, D>(e));
      for (size_t j = 0; j < 4; ++j) keep(e[j], i + j * kLanes);
    }
    for (; near && i < logits.n; i += kLanes) {
      V e = logits.At(d, i);
      near = raise(e, i);
      TermsOf<1>(&e);
      sum_ = W::Add(sum_, W::Of(e));
      keep(e, i);
    }
    return near && hn::GetLane(at_.exponent) > TermConstants<T>::kLeastCeiling;
  }

  HWY_INLINE bool WasRaised() const { return raised_; }  // and terms before are relative to a lower one
  HWY_INLINE const TermsCeiling<V>& ceiling() const { return at_; }
  HWY_INLINE const typename W::Value& sum() const { return sum_; }

 private:
  static HWY_INLINE TermsCeiling<V> Above(V largest) { return Terms<D>::Above(d, hn::MaxOfLanes(d, largest)); }
  HWY_INLINE bool IsNotAbove() const { return hn::GetLane(at_.exponent) <= TermConstants<T>::kMostCeiling; }
  // false: too far.
  HWY_INLINE bool Raise(V largest) {
    if (HWY_LIKELY(hn::AllFalse(d, hn::Gt(largest, at_.limit)))) return true;
    const TermsCeiling<V> higher = Above(largest);
    const int by = static_cast<int>(HWY_MIN(hn::GetLane(hn::Sub(higher.exponent, at_.exponent)), T{1022}));
    sum_ = W::Times(sum_, std::bit_cast<double>(static_cast<uint64_t>(1023 - by) << 52));
    at_ = higher;
    raised_ = true;
    return IsNotAbove();
  }
  // Lane by lane, of those that are taken at a time from `begin` on.
  static HWY_INLINE V LargestOf(const Logits<kFormat>& logits, size_t begin) {
    const size_t end = HWY_MIN(begin + kTaken, logits.n);
    V m0 = hn::Set(d, -std::numeric_limits<T>::infinity());
    V m1 = m0;
    V m2 = m0;
    V m3 = m0;
    ForEachVector(d, logits, begin, end, m0, m1, m2, m3, [](V& m, V v, size_t) { m = hn::Max(m, v); });
    return hn::Max(hn::Max(m0, m1), hn::Max(m2, m3));
  }
  template <size_t kCount>
  HWY_INLINE void TermsOf(V* HWY_RESTRICT t) const {
    Terms<D>::template Of<kCount>(d, [at = at_.terms](size_t) { return at; }, t);
  }

  TermsCeiling<V> at_;
  typename W::Value sum_ = W::Nothing();
  bool raised_ = false;
};

template <Format kFormat, class D, bool kBlocks>
class OnePass : ThreePass<kFormat, D> {
  using Base = ThreePass<kFormat, D>;
  using Running = RunningSum<kFormat, D, kBlocks>;
  // Terms for which memory is taken: of 16-bit rows it saves more than its own way through the caches costs.
  static constexpr size_t kMostKept = kComputesInStorage<kFormat> ? Base::kMostKept : size_t{1} << 20;
  // How far ahead rows are fetched that are read from memory twice, in elements.
  static constexpr size_t kAhead = 8192 / sizeof(typename Base::S);
  using typename Base::Keep;
  using typename Base::S;
  using typename Base::T;
  using typename Base::V;
  using typename Base::W;
  using Base::d;
  using Base::dw;
  using Base::kLanes;
  using Base::kWideLanes;
  using Base::n_;
  using Base::rows_;
  using Base::x_;
  using Base::y_;

 public:
  using Base::Base;

  void Run() const {
    if (this->logits_.rows.is_scaled || n_ <= Running::kTaken) return Base::Run();
    const size_t stride = hwy::RoundUpTo(n_, kLanes);
    const bool streams = this->StreamsRows();
    const bool takes = stride <= kMostKept && (streams || !kComputesInStorage<kFormat>);
    if (stride <= Base::kKept) {
      HWY_ALIGN T stack[Base::kKept];
      RunAll<Keep::apart>(stack, stride, HWY_MIN(kLanes, HWY_MAX(size_t{1}, Base::kTogether / stride)), streams);
    } else if (const auto memory = this->TakeMemory(takes ? stride : 0)) {
      RunAll<Keep::apart>(memory.get(), stride, 1, streams);
    } else if (kComputesInStorage<kFormat> && !streams && x_ != y_) {
      RunAll<kComputesInStorage<kFormat> ? Keep::in_y : Keep::nowhere>(nullptr, 0, 1, false);
    } else {
      RunAll<Keep::nowhere>(nullptr, 0, 1, streams);
    }
    if (streams) hwy::FlushStream();
  }

 private:
  struct Group : Base::Span {
    TermsCeiling<V> ceiling[kLanes];
    typename W::Value sum[kLanes];
    bool near[kLanes];
    bool kept[kLanes];
    HWY_ALIGN T factor[kLanes + kWideLanes];
    HWY_ALIGN T rest[kLanes + kWideLanes];
  };

  template <Keep kKeep>
  HWY_FLATTEN void RunAll(T* HWY_RESTRICT kept, size_t stride, size_t together, bool streams) const {
    const size_t n = n_;
    Group group;
    for (group.first = 0; group.first < rows_.count; group.first += group.count) {
      group.count = HWY_MIN(together, rows_.count - group.first);
      for (size_t r = 0; r < group.count; ++r) {
        const Logits<kFormat> logits{x_ + (group.first + r) * rows_.ldx, n};
        group.ceiling[r] = Running::CeilingFor(logits);
      }
      for (size_t r = 0; r < group.count; ++r) {
        T* const to = kept + r * stride;
        S* const y = y_ + (group.first + r) * rows_.ldy;
        // The row of the next group, or again this one.
        const S* const x = x_ + (group.first + r) * rows_.ldx;
        const bool last = group.first + group.count + r >= rows_.count;
        const S* const next = x + (last ? 0 : group.count * rows_.ldx);
        const auto keep = [=](V e, size_t i) {
          if constexpr (kKeep == Keep::apart) {
            hn::Store(e, d, to + i);
            hwy::Prefetch(next + i);
          }
          if constexpr (kKeep == Keep::nowhere) hwy::Prefetch(x + i + kAhead);
          if constexpr (kKeep == Keep::in_y) StoreUpTo<kFormat>(d, e, y, i, n);
        };
        Running running(group.ceiling[r]);
        group.near[r] = running.Take(Logits<kFormat>{x, n}, [](V) {}, keep);
        group.kept[r] = !running.WasRaised();
        group.ceiling[r] = running.ceiling();
        group.sum[r] = running.sum();
      }
      for (size_t r = 0; r < group.count; r += kWideLanes) {
        const auto sum_of = [&](size_t k) { return group.sum[HWY_MIN(r + k, group.count - 1)]; };
        W::template Reciprocals<false>(ReduceRows(dw, sum_of, W::Add), group.factor + r, group.rest + r);
      }
      for (size_t r = 0; r < group.count; ++r) {
        const S* const x = x_ + (group.first + r) * rows_.ldx;
        S* const y = y_ + (group.first + r) * rows_.ldy;
        if (HWY_UNLIKELY(!group.near[r])) {
          RunFar(x, y);
          continue;
        }
        const V factor = hn::Set(d, group.factor[r]);
        const V rest = hn::Set(d, group.rest[r]);
        if (kKeep == Keep::nowhere || !group.kept[r]) {
          const auto terms = [at = group.ceiling[r].terms](size_t) { return at; };
          Base::Pass::Sum(Logits<kFormat>{x, n}, terms, [=](V e, size_t i) {
            hwy::Prefetch(x + i + kAhead);
            const V result = Base::Divided(e, factor, rest);
            if (streams && i + kLanes <= n) return StoreWhole<kFormat, true>(d, result, y + i);
            StoreUpTo<kFormat>(d, result, y, i, n);
          });
        } else if constexpr (kKeep == Keep::apart) {
          const T* const from = kept + r * stride;
          const auto result = [=](size_t i) { return Base::Divided(hn::Load(d, from + i), factor, rest); };
          if (streams) {
            WriteRow<kFormat, true>(d, y, n, result, result);
          } else {
            WriteRow<kFormat, false>(d, y, n, result, result);
          }
        } else if constexpr (kKeep == Keep::in_y) {
          Map<kFormat>(d, y, y, n, [=](V e) { return Base::Divided(e, factor, rest); });
        }
      }
    }
  }

  HWY_NOINLINE void RunFar(const S* x, S* y) const {
    RowArguments row = rows_;
    row.at.Set(Role::x, x);
    row.at.Set(Role::y, y);
    row.count = 1;
    Base(row).Run();
  }
};

template <Format kFormat, bool kBlocks>
void OnePassRows(const RowArguments& rows) {
  using D = hn::ScalableTag<ComputeOf<kFormat>>;
  if (rows.n <= 4 * hn::MaxLanes(D())) return ThreePassRows<kFormat>(rows);
  OnePass<kFormat, D, kBlocks>(rows).Run();
}

}  // namespace HWY_NAMESPACE
}  // namespace softmax_verify
HWY_AFTER_NAMESPACE();

#endif  // per-target include guard
