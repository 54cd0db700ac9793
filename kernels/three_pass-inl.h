// softmax in three passes: the maximum, the terms and their sum, the division. Many rows at a time.
//
//   Shape    x -> y, `count` rows of n logits, ldx and ldy elements apart; y may be x where ldx = ldy.
//   Method   As many rows as a vector has lanes go through each pass together, as far as they fit the L1 cache: the ends of a
//            pass, where lanes meet, are shared between them, and the next rows' maxima are found while a sum is on its way.
//            A row's terms lie between the passes on the stack, or in y; where neither can hold them they are computed
//            twice, to the same bits. Large outputs are stored past the caches.
//   Exact    Rows with |m| < kNear keep their logits as they are; from the others m is subtracted, exactly where it matters: a
//            logit within kFar of m is between m / 2 and 2 m (Sterbenz 1974). Nothing depends on the other rows.
//   Sum      The vectors in pairs, and the pairs in f64; in f64 with what each addition loses (TwoSum). The factor 1 / s is
//            a number of the format and another for what its rounding lost.
#if defined(SOFTMAX_VERIFY_KERNELS_THREE_PASS_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef SOFTMAX_VERIFY_KERNELS_THREE_PASS_INL_H_
#undef SOFTMAX_VERIFY_KERNELS_THREE_PASS_INL_H_
#else
#define SOFTMAX_VERIFY_KERNELS_THREE_PASS_INL_H_
#endif

#include <limits>
#include <type_traits>
#include <utility>

#include "hwy/aligned_allocator.h"
#include "hwy/cache_control.h"
#include "hwy/highway.h"
#include "kernels/double_double-inl.h"
#include "kernels/exp_sum-inl.h"
#include "kernels/lanes-inl.h"
#include "kernels/terms-inl.h"

HWY_BEFORE_NAMESPACE();
namespace softmax_verify {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// Logits from which a row's m is subtracted, and that are scaled, before anything else.
template <Format kFormat, class D>
struct Moved {
  Logits<kFormat> logits;
  hn::Vec<D> m;
  const Shift<D, true>& shift;

  HWY_INLINE hn::Vec<D> At(D d, size_t i) const { return shift(logits.At(d, i), m); }
  HWY_INLINE hn::Vec<D> Whole(D d, size_t i) const { return shift(logits.Whole(d, i), m); }
};

// How a vector of sums, at least 0 each, goes on in more bits: f32 in f64, f64 with what its additions lose.
template <class D>
struct Wide;
template <class D>
  requires std::is_same_v<hn::TFromD<D>, float>
struct Wide<D> {
  using Half = hn::Half<D>;
  using DW = hn::Rebind<double, Half>;
  using Value = hn::Vec<DW>;
  static HWY_INLINE Value Nothing() { return hn::Zero(DW()); }
  static HWY_INLINE Value Of(hn::Vec<D> v) {
    const Value low = hn::PromoteTo(DW(), hn::LowerHalf(Half(), v));
#if HWY_TARGET == HWY_SCALAR
    return low;
#else
    return hn::Add(low, hn::PromoteTo(DW(), hn::UpperHalf(Half(), v)));
#endif
  }
  static HWY_INLINE Value Add(Value a, Value b) { return hn::Add(a, b); }
  static HWY_INLINE Value Times(Value a, double power) { return hn::Mul(a, hn::Set(DW(), power)); }
  // 1 / the sum, rounded to f32, and the rest.
  static HWY_INLINE void Reciprocals(Value sum, float* HWY_RESTRICT high, float* HWY_RESTRICT low) {
    const hn::Rebind<float, DW> narrow;
    const Value reciprocal = hn::Div(hn::Set(DW(), 1.0), sum);
    const auto rounded = hn::DemoteTo(narrow, reciprocal);
    hn::StoreU(rounded, narrow, high);
    hn::StoreU(hn::DemoteTo(narrow, hn::Sub(reciprocal, hn::PromoteTo(DW(), rounded))), narrow, low);
  }
};
template <class D>
  requires std::is_same_v<hn::TFromD<D>, double>
struct Wide<D> {
  using DW = D;
  using Value = WithLost<hn::Vec<D>>;
  static HWY_INLINE Value Nothing() { return {hn::Zero(D()), hn::Zero(D())}; }
  static HWY_INLINE Value Of(hn::Vec<D> v) { return {v, hn::Zero(D())}; }
  static HWY_INLINE Value Add(const Value& a, const Value& b) { return Plus(a, b); }
  static HWY_INLINE Value Times(const Value& a, double power) {
    const hn::Vec<D> factor = hn::Set(D(), power);
    return {hn::Mul(a.sum, factor), hn::Mul(a.lost, factor)};
  }
  static HWY_INLINE void Reciprocals(const Value& sum, double* HWY_RESTRICT high, double* HWY_RESTRICT low) {
    const D d;
    const auto reciprocal = hn::Div(hn::Set(d, 1.0), sum.sum);
    const DoubleDouble<hn::Vec<D>> product = TwoProduct(reciprocal, sum.sum);
    const auto rest = hn::Sub(hn::Sub(hn::Sub(hn::Set(d, 1.0), product.hi), product.lo), hn::Mul(reciprocal, sum.lost));
    hn::StoreU(reciprocal, d, high);
    hn::StoreU(hn::Mul(reciprocal, rest), d, low);
  }
};

// The vectors that are summed in a tree before their sum goes on in more bits. Narrower formats need less.
template <Format kFormat>
constexpr size_t kTree = kComputesInStorage<kFormat> ? 2 : 4;

// Whether y is large enough to go past the caches, and can.
template <Format kFormat, class D>
bool Streams(D, const RowArguments& rows) {
  using S = StorageOf<kFormat>;
  constexpr size_t kLeastBytes = size_t{1} << 24;
  constexpr size_t kVector = hn::MaxLanes(D()) * sizeof(S);
  if (kVector < 16) return false;
  const S* const y = rows.at.Out<S>(Role::y);
  const bool aligned = reinterpret_cast<uintptr_t>(y) % kVector == 0 && rows.ldy * sizeof(S) % kVector == 0;
  return aligned && rows.at.In<S>(Role::x) != y && rows.count * rows.ldy * sizeof(S) >= kLeastBytes;
}
// A whole vector; a NaN has no more bits than a logit's.
template <Format kFormat, bool kStreams, class D, class V = hn::Vec<D>>
HWY_INLINE void StoreWhole(D d, V v, StorageOf<kFormat>* to) {
  if constexpr (kStreams && kComputesInStorage<kFormat>) {
    hn::Stream(v, d, to);
  } else if constexpr (kComputesInStorage<kFormat>) {
    hn::StoreU(v, d, to);
  } else if constexpr (kStreams && hn::MaxLanes(D()) * sizeof(*to) >= 16) {
    hn::Stream(NarrowClean<kFormat>(d, v), hn::Rebind<StorageOf<kFormat>, D>(), to);
  } else {
    hn::StoreU(NarrowClean<kFormat>(d, v), hn::Rebind<StorageOf<kFormat>, D>(), to);
  }
}

template <Format kFormat, class D, class V = hn::Vec<D>>
HWY_INLINE typename Wide<D>::Value SumOfFour(const V* HWY_RESTRICT e) {
  using W = Wide<D>;
  const V a = hn::Add(e[0], e[1]);
  const V b = hn::Add(e[2], e[3]);
  return kTree<kFormat> == 4 ? W::Of(hn::Add(a, b)) : W::Add(W::Of(a), W::Of(b));
}

template <Format kFormat, class D>
class ThreePass {
 protected:
  using S = StorageOf<kFormat>;
  using T = hn::TFromD<D>;
  using V = hn::Vec<D>;
  using W = Wide<D>;
  using DW = typename W::DW;
  static constexpr D d{};
  static constexpr DW dw{};
  static constexpr size_t kWideLanes = hn::MaxLanes(DW());
  static constexpr size_t kLanes = hn::MaxLanes(D());
  // Terms on the stack.
  static constexpr size_t kKept = 4096;
  // Terms of several rows.
  static constexpr size_t kTogether = 2048;
  // Terms for which memory is taken.
  static constexpr size_t kMostKept = size_t{1} << 16;

 public:
  explicit ThreePass(const RowArguments& rows)
      : rows_(rows), shift_(d, rows.scaling), n_(rows.n), x_(rows.at.In<S>(Role::x)), y_(rows.at.Out<S>(Role::y)) {}

  void Run() const {
    if (n_ == 1) {
      RunSingle();
    } else if constexpr (kLanes < hn::MaxLanes(hn::ScalableTag<T>())) {
      RunShort<1>();
    } else {
      switch (hwy::RoundUpTo(n_, kLanes) / kLanes) {
        case 1:
          return RunShort<1>();
        case 2:
          return RunShort<2>();
        case 3:
          return RunShort<3>();
        case 4:
          return RunShort<4>();
        default:
          return RunLong();
      }
    }
  }

 protected:
  // 1, or NaN where the logit is infinite or NaN: exactly, which a product with a rounded reciprocal is not.
  void RunSingle() const {
    for (size_t r = 0; r < rows_.count; ++r) {
      const V logit = LoadUpTo<kFormat>(d, x_ + r * rows_.ldx, 0, 1);
      StoreUpTo<kFormat>(d, hn::MulAdd(logit, hn::Zero(d), hn::Set(d, T{1})), y_ + r * rows_.ldy, 0, 1);
    }
  }

  // What a row's maximum decides: in every lane, or lane by lane for as many rows.
  struct Decision {
    V m;  // that is subtracted first; 0 near 0
    TermsRow<V> terms;
    bool near;  // every |m| < kNear: the logits stay as they are
  };
  HWY_INLINE Decision Decide(V m) const {
    const auto near = hn::Lt(hn::Abs(m), hn::Set(d, TermConstants<T>::kNear));  // not a NaN
    const V moved = is_scaled_ ? m : hn::IfThenZeroElse(near, m);
    return {moved, Terms<D>::For(d, hn::Sub(m, moved)), hn::AllTrue(d, near)};
  }
  // use(logits) of the row at x, close enough to 0.
  template <class Use>
  HWY_INLINE void WithLogits(const S* x, bool near, V m, const Use& use) const {
    if (HWY_LIKELY(near && !is_scaled_)) return use(Logits<kFormat>{x, n_});
    use(Moved<kFormat, D>{{x, n_}, m, shift_});
  }

  // Rows that go through the passes together, as many as a vector has lanes at most.
  struct Span {
    size_t first;
    size_t count;
  };
  // The passes of one group of rows after the other: find_maxima(group), sum(group) keeps the terms and stores the
  // factors, write(group). The next group's maxima are found while this one's factors are on their way.
  template <class Group, class FindMaxima, class Sum, class Write>
  HWY_INLINE void InGroups(size_t size, const FindMaxima& find_maxima, const Sum& sum, const Write& write) const {
    Group groups[2];
    Group* group = &groups[0];
    Group* next = &groups[1];
    const auto begin = [&](size_t first, Group* of) {
      of->first = first;
      of->count = HWY_MIN(size, rows_.count - first);
      if (of->count > 0) find_maxima(*of);
    };
    for (begin(0, group); group->count > 0; std::swap(group, next)) {
      sum(*group);
      begin(group->first + group->count, next);
      write(*group);
    }
  }

  // Rows of kVectors vectors. A row has a lane of what is shared.
  struct ShortGroup : Span {
    HWY_ALIGN T m[kLanes];
    HWY_ALIGN T low[kLanes];
    HWY_ALIGN T magic[kLanes];
    HWY_ALIGN T factor[kLanes];  // 1 / the sum
    HWY_ALIGN T rest[kLanes];    // of it
    bool near;
  };
  template <size_t kVectors>
  HWY_FLATTEN void RunShort() const {
    constexpr size_t kRows = HWY_MIN(HWY_MAX(size_t{4} / kVectors, size_t{1}), kLanes);  // in lockstep
    HWY_ALIGN T kept[kLanes * kVectors * kLanes];
    const size_t ldx = rows_.ldx;
    const auto vector = [](const auto& logits, size_t j) {
      return j + 1 < kVectors ? logits.Whole(d, j * kLanes) : logits.At(d, j * kLanes);
    };
    const auto over = [](const auto& of, const auto& op) {
      auto v = of(0);
      for (size_t j = 1; j < kVectors; ++j) v = op(v, of(j));
      return v;
    };
    const auto larger = [](V a, V b) { return hn::Max(a, b); };
    // use(the number of rows, row); lanes without a row do as the last one.
    const auto with_rows = [](const ShortGroup& group, const auto& use) {
      if (HWY_LIKELY(group.count == kLanes)) return use(kLanes, [](size_t r) { return r; });
      return use(group.count, [&](size_t r) { return HWY_MIN(r, group.count - 1); });
    };
    const auto find_maxima = [&](ShortGroup& group) {
      const S* const x = x_ + group.first * ldx;
      with_rows(group, [&](size_t, const auto& row) {
        const auto largest = [&](size_t r) {
          const Logits<kFormat> logits{x + row(r) * ldx, n_};
          return over([&](size_t j) { return vector(logits, j); }, larger);
        };
        const Decision decision = Decide(ReduceRows(d, largest, larger));
        hn::Store(decision.m, d, group.m);
        hn::Store(decision.terms.low, d, group.low);
        hn::Store(decision.terms.magic, d, group.magic);
        group.near = decision.near;
      });
    };
    const auto sum = [&](ShortGroup& group) {
      const S* const x = x_ + group.first * ldx;
      const auto terms_of = [&](size_t r) { return TermsRow<V>{hn::Set(d, group.low[r]), hn::Set(d, group.magic[r])}; };
      with_rows(group, [&](size_t count, const auto& row) {
        for (size_t r = 0; r < count; r += kRows) {
          V e[kRows * kVectors];
          for (size_t k = 0; k < kRows; ++k) {
            WithLogits(x + row(r + k) * ldx, group.near, hn::Set(d, group.m[r + k]), [&](const auto& logits) {
              for (size_t j = 0; j < kVectors; ++j) e[k * kVectors + j] = vector(logits, j);
            });
          }
          Terms<D>::template Of<kRows * kVectors>(d, [&](size_t j) { return terms_of(r + j / kVectors); }, e);
          for (size_t j = 0; j < kRows * kVectors; ++j) hn::Store(e[j], d, kept + (r * kVectors + j) * kLanes);
        }
        const auto total = [&](size_t r) {
          const T* const terms = kept + row(r) * kVectors * kLanes;
          return over([&](size_t j) { return W::Of(hn::Load(d, terms + j * kLanes)); }, W::Add);
        };
        for (size_t r = 0; r < count; r += kWideLanes) {
          const auto sums = ReduceRows(dw, [&](size_t k) { return total(r + k); }, W::Add);
          W::Reciprocals(sums, group.factor + r, group.rest + r);
        }
      });
    };
    const auto write = [&](const ShortGroup& group) {
      S* const y = y_ + group.first * rows_.ldy;
      with_rows(group, [&](size_t count, const auto&) {
        for (size_t r = 0; r < count; ++r) {
          const V factor = hn::Set(d, group.factor[r]);
          const V rest = hn::Set(d, group.rest[r]);
          const T* const terms = kept + r * kVectors * kLanes;
          S* const to = y + r * rows_.ldy;
          for (size_t j = 0; j + 1 < kVectors; ++j) {
            StoreWhole<kFormat, false>(d, Divided(hn::Load(d, terms + j * kLanes), factor, rest), to + j * kLanes);
          }
          constexpr size_t kLast = (kVectors - 1) * kLanes;
          StoreUpTo<kFormat>(d, Divided(hn::Load(d, terms + kLast), factor, rest), to, kLast, n_);
        }
      });
    };
    InGroups<ShortGroup>(kLanes, find_maxima, sum, write);
  }

  // Rows of more.
  struct LongGroup : Span {
    Decision decision[kLanes];
    typename W::Value sum[kLanes];
    HWY_ALIGN T factor[kLanes + kWideLanes];
    HWY_ALIGN T rest[kLanes + kWideLanes];
  };
  // Where a row's terms are between the passes.
  enum class Keep { apart, in_y, nowhere };

  void RunLong() const {
    const size_t stride = hwy::RoundUpTo(n_, kLanes);
    const bool streams = Streams();
    if (stride <= kKept) {
      HWY_ALIGN T stack[kKept];
      const size_t together = HWY_MIN(kLanes, HWY_MAX(size_t{1}, kTogether / stride));
      RunLong<Keep::apart>(stack, stride, together, streams);
    } else if (const auto memory = TakeMemory(streams && stride <= kMostKept ? stride : 0)) {
      RunLong<Keep::apart>(memory.get(), stride, 1, streams);
    } else if (kComputesInStorage<kFormat> && !streams) {
      RunLong<kComputesInStorage<kFormat> ? Keep::in_y : Keep::nowhere>(nullptr, 0, 1, false);
    } else {
      RunLong<Keep::nowhere>(nullptr, 0, 1, streams);
    }
    if (streams) hwy::FlushStream();
  }

  bool Streams() const { return softmax_verify::HWY_NAMESPACE::Streams<kFormat>(d, rows_); }
  static hwy::AlignedFreeUniquePtr<T[]> TakeMemory(size_t terms) {
    return terms == 0 ? hwy::AlignedFreeUniquePtr<T[]>() : hwy::AllocateAligned<T>(terms);
  }

  template <Keep kKeep>
  HWY_FLATTEN void RunLong(T* HWY_RESTRICT kept, size_t stride, size_t together, bool streams) const {
    const size_t n = n_;
    const auto find_maxima = [&](LongGroup& group) {
      for (size_t r = 0; r < group.count; ++r) {
        group.decision[r] = Decide(hn::MaxOfLanes(d, PartialMax(x_ + (group.first + r) * rows_.ldx)));
      }
    };
    const auto sum = [&](LongGroup& group) {
      for (size_t r = 0; r < group.count; ++r) {
        const Decision& decision = group.decision[r];
        const auto terms = [at = decision.terms](size_t) { return at; };
        const S* const x = x_ + (group.first + r) * rows_.ldx;
        T* const to = kept + r * stride;
        S* const y = y_ + (group.first + r) * rows_.ldy;
        // The row of the next group, or again this one.
        const bool last = group.first + group.count + r >= rows_.count;
        const S* const next = x + (last ? 0 : group.count * rows_.ldx);
        const auto keep = [=](V e, size_t i) {
          if constexpr (kKeep == Keep::apart) {
            hn::Store(e, d, to + i);
            hwy::Prefetch(next + i);
          } else if constexpr (kKeep == Keep::in_y) {
            StoreUpTo<kFormat>(d, e, y, i, n);
          }
        };
        WithLogits(x, decision.near, decision.m, [&](const auto& logits) {
          group.sum[r] = Sum(logits, terms, keep);
        });
      }
      for (size_t r = 0; r < group.count; r += kWideLanes) {
        const auto sum_of = [&](size_t k) { return group.sum[HWY_MIN(r + k, group.count - 1)]; };
        W::Reciprocals(ReduceRows(dw, sum_of, W::Add), group.factor + r, group.rest + r);
      }
    };
    const auto write = [&](const LongGroup& group) {
      for (size_t r = 0; r < group.count; ++r) {
        const V factor = hn::Set(d, group.factor[r]);
        const V rest = hn::Set(d, group.rest[r]);
        S* const y = y_ + (group.first + r) * rows_.ldy;
        if constexpr (kKeep == Keep::apart) {
          const T* const from = kept + r * stride;
          const auto result = [=](size_t i) { return Divided(hn::Load(d, from + i), factor, rest); };
          if (streams) {
            Write<true>(y, result);
          } else {
            Write<false>(y, result);
          }
        } else if constexpr (kKeep == Keep::in_y) {
          Map<kFormat>(d, y, y, n, [=](V e) { return Divided(e, factor, rest); });
        } else {
          const Decision& decision = group.decision[r];
          const auto terms = [at = decision.terms](size_t) { return at; };
          WithLogits(x_ + (group.first + r) * rows_.ldx, decision.near, decision.m, [&](const auto& logits) {
            Sum(logits, terms, [=](V e, size_t i) {
              const V result = Divided(e, factor, rest);
              if (streams && i + kLanes <= n) return StoreWhole<kFormat, true>(d, result, y + i);
              StoreUpTo<kFormat>(d, result, y, i, n);
            });
          });
        }
      }
    };
    InGroups<LongGroup>(together, find_maxima, sum, write);
  }

  HWY_INLINE V PartialMax(const S* row) const {
    V m0 = hn::Set(d, -std::numeric_limits<T>::infinity());
    V m1 = m0;
    V m2 = m0;
    V m3 = m0;
    ForEachVector(d, Logits<kFormat>{row, n_}, 0, n_, m0, m1, m2, m3, [](V& m, V v, size_t) { m = hn::Max(m, v); });
    return hn::Max(hn::Max(m0, m1), hn::Max(m2, m3));
  }

  // The sum of the terms of a row, and keep(e, i) of every vector of them.
  template <class Source, class RowOf, class Keep>
  HWY_INLINE typename W::Value Sum(const Source& logits, const RowOf& row, const Keep& keep) const {
    const size_t n = n_;
    typename W::Value sum = W::Nothing();
    size_t i = 0;
    for (; i + 4 * kLanes <= n; i += 4 * kLanes) {
      V e[4] = {logits.Whole(d, i), logits.Whole(d, i + kLanes), logits.Whole(d, i + 2 * kLanes),
                logits.Whole(d, i + 3 * kLanes)};
      Terms<D>::template Of<4>(d, row, e);
      for (size_t j = 0; j < 4; ++j) keep(e[j], i + j * kLanes);
      sum = W::Add(sum, SumOfFour<kFormat, D>(e));
    }
    if (i == n) return sum;
    for (; i < n; i += kLanes) {
      V e = logits.At(d, i);
      Terms<D>::template Of<1>(d, row, &e);
      keep(e, i);
      sum = W::Add(sum, W::Of(e));
    }
    return sum;
  }
  static HWY_INLINE V Divided(V e, V high, V low) {
    return kComputesInStorage<kFormat> ? hn::MulAdd(e, high, hn::Mul(e, low)) : hn::Mul(e, high);
  }

  template <bool kStreams, class Of>
  HWY_INLINE void Write(S* HWY_RESTRICT to, const Of& of) const {
    const size_t n = n_;
    size_t i = 0;
    for (; i + 4 * kLanes <= n; i += 4 * kLanes) {
      const V v[4] = {of(i), of(i + kLanes), of(i + 2 * kLanes), of(i + 3 * kLanes)};
      for (size_t j = 0; j < 4; ++j) StoreWhole<kFormat, kStreams>(d, v[j], to + i + j * kLanes);
    }
    for (; i + kLanes <= n; i += kLanes) StoreWhole<kFormat, kStreams>(d, of(i), to + i);
    if (i < n) StoreTail<kFormat>(d, of(i), to, i, n);
  }

  const RowArguments& rows_;
  const Shift<D, true> shift_;
  const bool is_scaled_ = !rows_.scaling.identity;
  const size_t n_;
  const S* const x_;
  S* const y_;
};

template <Format kFormat>
Claim ThreePassClaim() {
  Claim claim;
  const bool is_f64 = kFormat == Format::f64;
  claim.accumulation = {is_f64 ? Accumulation::Kind::compensated : Accumulation::Kind::wide, kTree<kFormat>};
  claim.same_terms = true;
  claim.shift_error = 0;
  claim.scale_error = 3;  // the subtraction before it is rounded
  return claim;
}

template <Format kFormat>
void ThreePassRows(const RowArguments& rows) {
  using D = hn::ScalableTag<ComputeOf<kFormat>>;
#if HWY_ARCH_X86 && HWY_TARGET <= HWY_AVX3
  // Half vectors take half the time of whole ones.
  if (rows.n <= hn::MaxLanes(D()) / 2) return ThreePass<kFormat, hn::Half<D>>(rows).Run();
#endif
  ThreePass<kFormat, D>(rows).Run();
}

}  // namespace HWY_NAMESPACE
}  // namespace softmax_verify
HWY_AFTER_NAMESPACE();

#endif  // per-target include guard
