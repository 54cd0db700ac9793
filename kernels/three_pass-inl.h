// softmax in three passes: the maximum, the terms and their sum, the division. Many rows at a time.
//
//   Shape    x -> y, `count` rows of n logits, ldx and ldy elements apart; y may be x where ldx = ldy. Where the logits come
//            from is a parameter: StoredRows, or what hides some of them.
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

#include <algorithm>
#include <limits>
#include <type_traits>
#include <utility>

#include "hwy/aligned_allocator.h"
#include "hwy/cache_control.h"
#include "hwy/highway.h"
#include "kernels/double_double-inl.h"
#include "kernels/exp_sum-inl.h"
#include "kernels/lanes-inl.h"
#include "kernels/stream-inl.h"
#include "kernels/terms-inl.h"

HWY_BEFORE_NAMESPACE();
namespace softmax_verify {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// Where the logits of `count` rows come from.
template <Format kFormat>
class StoredRows {
 public:
  // Some are hidden: a row may have nothing to see and is +0 then, and so is what is hidden, beside NaN too. Row r has
  // Hide(d, v, i), which is v but +0 in the lanes i .. that are hidden, and may end before n.
  static constexpr bool kHides = false;
  explicit StoredRows(const RowArguments& rows)
      : is_scaled(!rows.scaling.identity), x_(rows.at.In<StorageOf<kFormat>>(Role::x)), ldx_(rows.ldx), n_(rows.n) {}
  // Row r, a Source (kernels/exp_sum-inl.h); `scale` scales logits.
  template <class ShiftBy>
  HWY_INLINE Logits<kFormat> operator()(size_t r, const ShiftBy& scale) const {
    (void)scale;
    return {x_ + r * ldx_, n_};
  }

  const bool is_scaled;  // they are x, to be scaled

 private:
  const StorageOf<kFormat>* x_;
  size_t ldx_;
  size_t n_;
};

// Logits from which a row's m is subtracted, and that are scaled, before anything else.
template <class Source, class D>
struct Moved {
  const Source& logits;
  hn::Vec<D> m;
  const Shift<D, true>& shift;
  size_t n = logits.n;

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
#if HWY_TARGET != HWY_SCALAR
  // The lanes of a + b from `first` on, a multiple of the lanes of a sum.
  static HWY_INLINE Value Part(hn::Vec<D> a, hn::Vec<D> b, size_t first) {
    const hn::Vec<D> sum = hn::Add(a, b);
    return hn::PromoteTo(DW(), first == 0 ? hn::LowerHalf(Half(), sum) : hn::UpperHalf(Half(), sum));
  }
#endif
  // 1 / the sum, rounded to f32, and the rest; 0 of a sum of 0 where that may be.
  template <bool kMayBeZero>
  static HWY_INLINE void Reciprocals(Value sum, float* HWY_RESTRICT high, float* HWY_RESTRICT low) {
    const hn::Rebind<float, DW> narrow;
    Value reciprocal = hn::Div(hn::Set(DW(), 1.0), sum);
    if constexpr (kMayBeZero) reciprocal = hn::IfThenZeroElse(hn::Eq(sum, hn::Zero(DW())), reciprocal);
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
  static HWY_INLINE Value Part(hn::Vec<D> a, hn::Vec<D> b, size_t) { return Plus(Of(a), Of(b)); }
  template <bool kMayBeZero>
  static HWY_INLINE void Reciprocals(const Value& sum, double* HWY_RESTRICT high, double* HWY_RESTRICT low) {
    const D d;
    auto reciprocal = hn::Div(hn::Set(d, 1.0), sum.sum);
    if constexpr (kMayBeZero) reciprocal = hn::IfThenZeroElse(hn::Eq(sum.sum, hn::Zero(d)), reciprocal);
    const DoubleDouble<hn::Vec<D>> product = TwoProduct(reciprocal, sum.sum);
    const auto rest = hn::Sub(hn::Sub(hn::Sub(hn::Set(d, 1.0), product.hi), product.lo), hn::Mul(reciprocal, sum.lost));
    hn::StoreU(reciprocal, d, high);
    hn::StoreU(hn::Mul(reciprocal, rest), d, low);
  }
};

// The vectors that are summed in a tree before their sum goes on in more bits. Narrower formats need less.
template <Format kFormat>
constexpr size_t kTree = kComputesInStorage<kFormat> ? 2 : 4;

template <Format kFormat, class D, class V = hn::Vec<D>>
HWY_INLINE typename Wide<D>::Value SumOfFour(const V* HWY_RESTRICT e) {
  using W = Wide<D>;
  const V a = hn::Add(e[0], e[1]);
  const V b = hn::Add(e[2], e[3]);
  return kTree<kFormat> == 4 ? W::Of(hn::Add(a, b)) : W::Add(W::Of(a), W::Of(b));
}

// The passes over a row of logits: its maximum, and its terms.
template <Format kFormat, class D, class Rows = StoredRows<kFormat>>
struct RowTerms {
  using T = hn::TFromD<D>;
  using V = hn::Vec<D>;
  using W = Wide<D>;
  static constexpr D d{};
  static constexpr size_t kLanes = hn::MaxLanes(D());

  explicit RowTerms(const RowArguments& of)
      : rows(of), scale(d, of.scaling), shift(d, rows.is_scaled ? of.scaling : Scaling()) {}

  // The logits of row r.
  HWY_INLINE auto operator()(size_t r) const { return rows(r, scale); }

  // What a row's maximum decides: in every lane, or lane by lane for as many rows.
  struct Decision {
    V m;  // that is subtracted first; 0 near 0
    TermsRow<V> terms;
    bool near;  // every |m| < kNear: the logits stay as they are
  };
  HWY_INLINE Decision Decide(V m) const {
    // -inf - -inf would be NaN, and so the row.
    if constexpr (Rows::kHides) m = hn::Max(m, hn::Set(d, std::numeric_limits<T>::lowest()));
    const auto near = hn::Lt(hn::Abs(m), hn::Set(d, TermConstants<T>::kNear));  // not a NaN
    const V moved = rows.is_scaled ? m : hn::IfThenZeroElse(near, m);
    return {moved, Terms<D>::For(d, hn::Sub(m, moved)), hn::AllTrue(d, near)};
  }
  // use(logits) of row r, close enough to 0.
  template <class Use>
  HWY_INLINE void WithLogits(size_t r, bool near, V m, const Use& use) const {
    const auto logits = (*this)(r);
    if (HWY_LIKELY(near && !rows.is_scaled)) return use(logits);
    use(Moved<decltype(logits), D>{logits, m, shift});
  }

  // Of all lanes together it is the maximum; where the row holds a NaN it may be anything.
  template <class Source>
  static HWY_INLINE V PartialMax(const Source& logits) {
    V m0 = hn::Set(d, -std::numeric_limits<T>::infinity());
    V m1 = m0;
    V m2 = m0;
    V m3 = m0;
    ForEachVector(d, logits, 0, logits.n, m0, m1, m2, m3, [](V& m, V v, size_t) { m = hn::Max(m, v); });
    return hn::Max(hn::Max(m0, m1), hn::Max(m2, m3));
  }

  // The sum of the terms of a row, and keep(e, i) of every vector of them.
  template <class Source, class RowOf, class Keep>
  static HWY_INLINE typename W::Value Sum(const Source& logits, const RowOf& row, const Keep& keep) {
    const size_t n = logits.n;
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

  const Rows rows;
  const Shift<D, true> scale;
  const Shift<D, true> shift;  // of what `rows` gives
};

template <Format kFormat, class D, class Rows = StoredRows<kFormat>>
class ThreePass {
 protected:
  using S = StorageOf<kFormat>;
  using T = hn::TFromD<D>;
  using V = hn::Vec<D>;
  using W = Wide<D>;
  using Pass = RowTerms<kFormat, D, Rows>;
  using DW = typename W::DW;
  static constexpr D d{};
  static constexpr DW dw{};
  static constexpr size_t kWideLanes = hn::MaxLanes(DW());
  static constexpr size_t kLanes = hn::MaxLanes(D());
  // Terms on the stack.
  static constexpr size_t kKept = 4096;
  // Terms of several rows.
  static constexpr size_t kTogether = 2304;
  // Terms for which memory is taken.
  static constexpr size_t kMostKept = size_t{1} << 16;

 public:
  explicit ThreePass(const RowArguments& rows)
      : rows_(rows),
        logits_(rows),
        n_(rows.n),
        x_(rows.at.In<S>(Role::x)),
        y_(rows.at.Out<S>(Role::y)) {}

  void Run() const {
    if (n_ == 1 && !Rows::kHides) {
      RunSingle();
    } else if constexpr (kLanes < hn::MaxLanes(hn::ScalableTag<T>())) {
      RunShort<1>();
#if HWY_ARCH_X86 && HWY_TARGET <= HWY_AVX3
    } else if (!Rows::kHides && n_ <= kLanes / 2) {
      RunColumns();
#endif
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

#if HWY_ARCH_X86 && HWY_TARGET <= HWY_AVX3
  // Rows of half a vector at most. Two of them fill one, and transposed, as many as a vector has lanes, nothing is left to meet
  // across lanes. The results of some rows are written while the factors of the next are on their way.
  HWY_FLATTEN void RunColumns() const {
    const size_t whole = n_ == kLanes / 2 ? rows_.count - rows_.count % kLanes : 0;
    Columns columns[2];
    Columns* written = &columns[0];
    Columns* summed = &columns[1];
    for (size_t first = 0; first < rows_.count; first += kLanes) {
      if (first < whole) {
        SumColumns<true>(first, summed);
      } else {
        SumColumns<false>(first, summed);
      }
      if (first > 0) WriteColumns(whole, *written);
      std::swap(written, summed);
    }
    WriteColumns(whole, *written);
  }
  struct Columns {
    HWY_ALIGN T terms[kLanes / 2 * kLanes];
    HWY_ALIGN T factor[kLanes];
    HWY_ALIGN T rest[kLanes];
    size_t first = 0;
  };
  template <bool kWhole>
  HWY_INLINE void SumColumns(size_t first, Columns* HWY_RESTRICT columns) const {
    constexpr size_t kColumns = kLanes / 2;
    const hn::Half<D> half;
    const size_t ldx = rows_.ldx;
    const S* const x = x_ + first * ldx;
    const size_t last = rows_.count - 1 - first;
    const auto load = [&](size_t r) {
      if constexpr (kWhole) return LoadVector<kFormat>(half, x + r * ldx);
      // Lanes without a row do as the last one.
      if constexpr (!kWhole) return LoadUpTo<kFormat>(half, x + HWY_MIN(r, last) * ldx, 0, n_);
    };
    V e[kColumns];
    for (size_t c = 0; c < kColumns; ++c) e[c] = hn::Combine(d, load(c + kColumns), load(c));
    TransposeHalves(d, e);
    const auto decision = logits_.Decide(Tree<kColumns>([&](size_t c) { return e[c]; }, [](V a, V b) { return hn::Max(a, b); }));
    if (!decision.near || logits_.rows.is_scaled) {
      for (V& logit : e) logit = logits_.shift(logit, decision.m);
    }
    const auto terms = [&](size_t) { return decision.terms; };
    for (size_t c = 0; c < kColumns; c += 4) Terms<D>::template Of<4>(d, terms, e + c);
    for (size_t c = 0; c < kColumns; ++c) hn::Store(e[c], d, columns->terms + c * kLanes);
    for (size_t part = 0; part < kLanes; part += kWideLanes) {
      const auto sum = Tree<kColumns / 2>([&](size_t c) { return W::Part(e[2 * c], e[2 * c + 1], part); }, W::Add);
      W::template Reciprocals<false>(sum, columns->factor + part, columns->rest + part);
    }
    columns->first = first;
  }
  HWY_INLINE void WriteColumns(size_t whole, const Columns& columns) const {
    constexpr size_t kColumns = kLanes / 2;
    const hn::Half<D> half;
    const size_t ldy = rows_.ldy;
    S* const y = y_ + columns.first * ldy;
    const V factor = hn::Load(d, columns.factor);
    const V rest = hn::Load(d, columns.rest);
    V v[kColumns];
    for (size_t c = 0; c < kColumns; ++c) v[c] = Divided(hn::Load(d, columns.terms + c * kLanes), factor, rest);
    TransposeHalves(d, v);
    if (columns.first < whole) {
      for (size_t c = 0; c < kColumns; ++c) {
        StoreVector<kFormat>(half, hn::LowerHalf(half, v[c]), y + c * ldy);
        StoreVector<kFormat>(half, hn::UpperHalf(half, v[c]), y + (c + kColumns) * ldy);
      }
      return;
    }
    const size_t count = rows_.count - columns.first;
    for (size_t c = 0; c < kColumns; ++c) {
      if (c < count) StoreUpTo<kFormat>(half, hn::LowerHalf(half, v[c]), y + c * ldy, 0, n_);
      if (c + kColumns < count) StoreUpTo<kFormat>(half, hn::UpperHalf(half, v[c]), y + (c + kColumns) * ldy, 0, n_);
    }
  }
  // op over value(0) .. value(kCount - 1), kCount a power of two.
  template <size_t kCount, class Value, class Op>
  static HWY_INLINE auto Tree(const Value& value, const Op& op) {
    if constexpr (kCount == 1) {
      return value(0);
    } else {
      return op(Tree<kCount / 2>(value, op), Tree<kCount / 2>([&](size_t c) { return value(c + kCount / 2); }, op));
    }
  }
#endif

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
    const bool streams = n_ == kVectors * kLanes && StreamsRows();
    const auto vector = [](const auto& logits, size_t j) {
      return j + 1 < kVectors && !Rows::kHides ? logits.Whole(d, j * kLanes) : logits.At(d, j * kLanes);
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
      with_rows(group, [&](size_t, const auto& row) {
        const auto largest = [&](size_t r) {
          const auto logits = logits_(group.first + row(r));
          return over([&](size_t j) { return vector(logits, j); }, larger);
        };
        const auto decision = logits_.Decide(ReduceRows(d, largest, larger));
        hn::Store(decision.m, d, group.m);
        hn::Store(decision.terms.low, d, group.low);
        hn::Store(decision.terms.magic, d, group.magic);
        group.near = decision.near;
      });
    };
    const auto sum = [&](ShortGroup& group) {
      const auto terms_of = [&](size_t r) { return TermsRow<V>{hn::Set(d, group.low[r]), hn::Set(d, group.magic[r])}; };
      with_rows(group, [&](size_t count, const auto& row) {
        for (size_t r = 0; r < count; r += kRows) {
          V e[kRows * kVectors];
          for (size_t k = 0; k < kRows; ++k) {
            logits_.WithLogits(group.first + row(r + k), group.near, hn::Set(d, group.m[r + k]), [&](const auto& logits) {
              for (size_t j = 0; j < kVectors; ++j) e[k * kVectors + j] = vector(logits, j);
            });
          }
          if (streams) {
            for (size_t k = 0; k < kRows; ++k) {
              const S* const ahead = x_ + HWY_MIN(group.first + r + k + 2 * kLanes, rows_.count - 1) * ldx;
              for (size_t j = 0; j < kVectors; ++j) hwy::Prefetch(ahead + j * kLanes);
            }
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
          W::template Reciprocals<Rows::kHides>(sums, group.factor + r, group.rest + r);
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
          if (HWY_UNLIKELY(WritesNaN(group.factor[r], group.first + r, to))) continue;
          const auto result = [&](size_t j) { return Divided(hn::Load(d, terms + j * kLanes), factor, rest); };
          if (streams) {
            for (size_t j = 0; j < kVectors; ++j) StoreWhole<kFormat, true>(d, result(j), to + j * kLanes);
          } else {
            for (size_t j = 0; j + 1 < kVectors; ++j) StoreWhole<kFormat, false>(d, result(j), to + j * kLanes);
            StoreUpTo<kFormat>(d, result(kVectors - 1), to, (kVectors - 1) * kLanes, n_);
          }
        }
      });
    };
    InGroups<ShortGroup>(kLanes, find_maxima, sum, write);
    if (streams) hwy::FlushStream();
  }

  // Rows of more.
  struct LongGroup : Span {
    typename Pass::Decision decision[kLanes];
    typename W::Value sum[kLanes];
    HWY_ALIGN T factor[kLanes + kWideLanes];
    HWY_ALIGN T rest[kLanes + kWideLanes];
  };
  // Where a row's terms are between the passes.
  enum class Keep { apart, in_y, nowhere };

  void RunLong() const {
    const size_t stride = hwy::RoundUpTo(n_, kLanes);
    const bool streams = StreamsRows();
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

  bool StreamsRows() const { return x_ != y_ && Streams<kFormat>(d, y_, rows_.ldy, rows_.count); }
  static hwy::AlignedFreeUniquePtr<T[]> TakeMemory(size_t terms) {
    return terms == 0 ? hwy::AlignedFreeUniquePtr<T[]>() : hwy::AllocateAligned<T>(terms);
  }

  template <Keep kKeep>
  HWY_FLATTEN void RunLong(T* HWY_RESTRICT kept, size_t stride, size_t together, bool streams) const {
    const auto find_maxima = [&](LongGroup& group) {
      for (size_t r = 0; r < group.count; ++r) {
        group.decision[r] = logits_.Decide(hn::MaxOfLanes(d, Pass::PartialMax(logits_(group.first + r))));
      }
    };
    const auto sum = [&](LongGroup& group) {
      for (size_t r = 0; r < group.count; ++r) {
        const auto& decision = group.decision[r];
        const auto terms = [at = decision.terms](size_t) { return at; };
        const S* const x = x_ + (group.first + r) * rows_.ldx;
        T* const to = kept + r * stride;
        S* const y = y_ + (group.first + r) * rows_.ldy;
        const size_t n = logits_(group.first + r).n;
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
        logits_.WithLogits(group.first + r, decision.near, decision.m, [&](const auto& logits) {
          group.sum[r] = Pass::Sum(logits, terms, keep);
        });
      }
      for (size_t r = 0; r < group.count; r += kWideLanes) {
        const auto sum_of = [&](size_t k) { return group.sum[HWY_MIN(r + k, group.count - 1)]; };
        W::template Reciprocals<Rows::kHides>(ReduceRows(dw, sum_of, W::Add), group.factor + r, group.rest + r);
      }
    };
    const auto write = [&](const LongGroup& group) {
      for (size_t r = 0; r < group.count; ++r) {
        const V factor = hn::Set(d, group.factor[r]);
        const V rest = hn::Set(d, group.rest[r]);
        S* const y = y_ + (group.first + r) * rows_.ldy;
        const size_t n = logits_(group.first + r).n;
        if (HWY_UNLIKELY(WritesNaN(group.factor[r], group.first + r, y))) continue;
        if constexpr (Rows::kHides) std::fill(y + n, y + n_, S{0});
        if constexpr (kKeep == Keep::apart) {
          const T* const from = kept + r * stride;
          const auto result = [=](size_t i) { return Divided(hn::Load(d, from + i), factor, rest); };
          if (streams) {
            WriteRow<kFormat, true>(d, y, n, result, result);
          } else {
            WriteRow<kFormat, false>(d, y, n, result, result);
          }
        } else if constexpr (kKeep == Keep::in_y) {
          Map<kFormat>(d, y, y, n, [=](V e) { return Divided(e, factor, rest); });
        } else {
          const auto& decision = group.decision[r];
          const auto terms = [at = decision.terms](size_t) { return at; };
          logits_.WithLogits(group.first + r, decision.near, decision.m, [&](const auto& logits) {
            Pass::Sum(logits, terms, [=](V e, size_t i) {
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

  // NaN and +0 where the factor of row r, which goes to y, is NaN and some of it is hidden; else false.
  HWY_INLINE bool WritesNaN(T factor, size_t r, S* y) const {
    if constexpr (Rows::kHides) {
      if (factor == factor) return false;
      const auto hidden = logits_(r);
      for (size_t i = 0; i < n_; i += kLanes) StoreUpTo<kFormat>(d, hidden.Hide(d, hn::Set(d, factor), i), y, i, n_);
      return true;
    }
    return false;
  }

  static HWY_INLINE V Divided(V e, V high, V low) {
    return kComputesInStorage<kFormat> ? hn::MulAdd(e, high, hn::Mul(e, low)) : hn::Mul(e, high);
  }

  const RowArguments& rows_;
  const Pass logits_;
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

template <Format kFormat, class Rows = StoredRows<kFormat>>
void ThreePassRows(const RowArguments& rows) {
  using D = hn::ScalableTag<ComputeOf<kFormat>>;
#if HWY_ARCH_X86 && HWY_TARGET <= HWY_AVX3
  // Half vectors take half the time of whole ones.
  if (Rows::kHides && rows.n <= hn::MaxLanes(D()) / 2) return ThreePass<kFormat, hn::Half<D>, Rows>(rows).Run();
#endif
  ThreePass<kFormat, D, Rows>(rows).Run();
}

}  // namespace HWY_NAMESPACE
}  // namespace softmax_verify
HWY_AFTER_NAMESPACE();

#endif  // per-target include guard
