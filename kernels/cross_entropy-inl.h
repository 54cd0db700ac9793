// What cross_entropy and its gradient share: the terms of rows and their sums in one pass, and the coefficients
// c_k = w_k q_k of a row with its target, where q_k = (1 - e) [k is the target] + e / n, e is the label smoothing and
// w_k = 1 without weights.
#if defined(SOFTMAX_VERIFY_KERNELS_CROSS_ENTROPY_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef SOFTMAX_VERIFY_KERNELS_CROSS_ENTROPY_INL_H_
#undef SOFTMAX_VERIFY_KERNELS_CROSS_ENTROPY_INL_H_
#else
#define SOFTMAX_VERIFY_KERNELS_CROSS_ENTROPY_INL_H_
#endif

#include <cmath>
#include <cstdint>
#include <limits>
#include <type_traits>

#include "hwy/cache_control.h"
#include "hwy/highway.h"
#include "kernels/convert-inl.h"
#include "kernels/exp_sum-inl.h"
#include "kernels/lanes-inl.h"
#include "kernels/rows.h"
#include "kernels/three_pass-inl.h"

HWY_BEFORE_NAMESPACE();
namespace softmax_verify {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// Of row r.
inline std::int64_t TargetOf(const RowArguments& rows, size_t r) { return rows.at.In<std::int64_t>(Role::targets)[r]; }
inline bool IsIgnored(const RowArguments& rows, size_t r) { return TargetOf(rows, r) == rows.parameters.ignore_index; }

// x[i] by itself.
template <Format kFormat, class D>
HWY_INLINE hn::TFromD<D> LoadOne(D d, const StorageOf<kFormat>* x, size_t i) {
  if constexpr (kComputesInStorage<kFormat>) return x[i];
  return hn::GetLane(LoadUpTo<kFormat>(d, x + i, 0, 1));
}

// A sum in more bits, as one number. (Where it is infinite, nothing is known of what it lost.)
template <class V>
HWY_INLINE V Total(const V& sum) {
  return sum;
}
template <class V>
HWY_INLINE V Total(const WithLost<V>& sum) {
  const auto infinite = hn::Eq(sum.sum, hn::Set(hn::DFromV<V>(), std::numeric_limits<hn::TFromV<V>>::infinity()));
  return hn::IfThenElse(infinite, sum.sum, hn::Add(sum.sum, sum.lost));
}

// As many numbers as Wide<D> takes at once, in its type, and back, rounded.
template <class D>
HWY_INLINE auto LoadWide(D, const hn::TFromD<D>* from) {
  constexpr typename Wide<D>::DW dw;
  if constexpr (sizeof(hn::TFromD<D>) == sizeof(double)) {
    return hn::LoadU(dw, from);
  } else {
    return hn::PromoteTo(dw, hn::LoadU(hn::Rebind<float, decltype(dw)>(), from));
  }
}
template <class D, class V>
HWY_INLINE void StoreNarrow(D, V v, hn::TFromD<D>* to) {
  constexpr typename Wide<D>::DW dw;
  if constexpr (sizeof(hn::TFromD<D>) == sizeof(double)) {
    hn::StoreU(v, dw, to);
  } else {
    const hn::Rebind<float, typename Wide<D>::DW> narrow;
    hn::StoreU(hn::DemoteTo(narrow, v), narrow, to);
  }
}

// The sum of of(i), the lanes i .. of n numbers that are not negative (0 beyond n), in more bits, rounded once.
template <class D, class Of>
HWY_INLINE hn::TFromD<D> WideSum(D, size_t n, const Of& of) {
  using W = Wide<D>;
  typename W::Value sum = W::Nothing();
  for (size_t i = 0; i < n; i += hn::MaxLanes(D())) sum = W::Add(sum, W::Of(of(i)));
  return static_cast<hn::TFromD<D>>(hn::GetLane(Total(ReduceRow(typename W::DW(), sum, W::Add))));
}

// Logits whose largest is found on the way, in every lane the largest of it.
template <class Source, class V>
struct Watched {
  const Source& logits;
  V* largest;
  size_t n = logits.n;

  template <class D>
  HWY_INLINE V At(D d, size_t i) const {
    return Watch(logits.At(d, i));
  }
  template <class D>
  HWY_INLINE V Whole(D d, size_t i) const {
    return Watch(logits.Whole(d, i));
  }

 private:
  HWY_INLINE V Watch(V v) const {
    *largest = hn::Max(*largest, v);
    return v;
  }
};

// The terms of rows (kernels/terms-inl.h) and their sums, from one pass over the logits: the factor that the terms of a row
// share comes from a guess at its maximum, the largest of its first and last two vectors (what lies between would be
// fetched out of order): Lemma T5. A row whose logits exceed the guess by more than kSlack is done again, with its maximum.
// So are, from the beginning, rows that are scaled or far from 0, whose maximum is subtracted. Rows go together, a lane
// each; nothing depends on the other rows.
template <Format kFormat, class D>
class GuessedTerms {
  using S = StorageOf<kFormat>;
  using T = hn::TFromD<D>;
  using V = hn::Vec<D>;
  using Pass = RowTerms<kFormat, D>;
  using W = Wide<D>;
  static constexpr D d{};
  // Vectors whose terms are summed in a tree before the sum goes on in more bits.
  static constexpr size_t kTreeOfVectors = 4;
  // Bytes by which the logits are fetched before they are read.
  static constexpr size_t kAhead = 2048;
  // No term is above 2^90 (f64: 2^883): sums and their reciprocals stay normal.
  static constexpr T kSlack = sizeof(T) == 4 ? 16 : 256;
  // Elements of rows that go together.
  static constexpr size_t kTogether = 8192;

 public:
  static constexpr size_t kLanes = hn::MaxLanes(D());
  static constexpr size_t kWideLanes = hn::MaxLanes(typename W::DW());

  explicit GuessedTerms(const RowArguments& rows)
      : together(HWY_MIN(kLanes, HWY_MAX(size_t{1}, kTogether / rows.n))),
        logits_(rows),
        n_(rows.n),
        x_(rows.at.In<S>(Role::x)),
        ldx_(rows.ldx) {}

  // Of `count` rows from `first` on, 1 to kLanes; keep(r, e, i) of every vector of terms of row first + r, perhaps twice: the
  // last ones count. Rows with skips(r) are left out.
  template <class Skips, class Keep>
  HWY_INLINE void Run(size_t first, size_t count, const Skips& skips, const Keep& keep) {
    V of_row[kLanes];
    of_row[0] = hn::Zero(d);
    const auto reduce_to = [&](T* to) {
      ReduceRowsTo(d, count, [&](size_t r) { return of_row[r]; }, [](V a, V b) { return hn::Max(a, b); },
                   [](V v) { return v; }, to);
    };
    const bool guesses = !logits_.rows.is_scaled && n_ > 4 * kLanes;
    for (size_t r = 0; r < count; ++r) {
      const auto logits = logits_(first + r);
      of_row[r] = guesses ? Sample(logits) : Pass::PartialMax(logits);
    }
    reduce_to(guess_);
    for (size_t r = 0; guesses && r < count; ++r) {
      const bool near = std::abs(guess_[r]) < TermConstants<T>::kNear - kSlack;  // not a NaN
      if (HWY_UNLIKELY(!near)) guess_[r] = hn::GetLane(hn::MaxOfLanes(d, Pass::PartialMax(logits_(first + r))));
    }
    Take(logits_.Decide(hn::Load(d, guess_)));
    typename W::Value sum[kLanes];
    sum[0] = W::Nothing();
    for (size_t r = 0; r < count; ++r) {
      // The next rows' guesses.
      if (guesses) Sampled([&](size_t i) { hwy::Prefetch(x_ + (first + count + r) * ldx_ + i); });
      of_row[r] = hn::Set(d, -std::numeric_limits<T>::infinity());
      sum[r] = W::Nothing();
      // Once, or twice.
      for (bool guessed = guesses; !skips(r); guessed = false) {
        of_row[r] = SumRow(first, r, keep, &sum[r]);
        const V limit = hn::Set(d, guess_[r] - moved_[r] + kSlack);
        if (HWY_LIKELY(!guessed || hn::AllTrue(d, hn::Le(of_row[r], limit)))) break;
        const auto decision = logits_.Decide(hn::Add(hn::MaxOfLanes(d, of_row[r]), hn::Set(d, moved_[r])));
        moved_[r] = hn::GetLane(decision.m);
        low_[r] = hn::GetLane(decision.terms.low);
        magic_[r] = hn::GetLane(decision.terms.magic);
      }
    }
    reduce_to(largest_);
    ReduceRowsTo(typename W::DW(), count, [&](size_t r) { return sum[r]; }, W::Add,
                 [](const auto& of_rows) { return Total(of_rows); }, totals_);
  }

  // What follows is of the rows that Run has seen; lanes without a row hold anything.

  // The maxima of the logits.
  HWY_INLINE V Maxima() const { return hn::Add(hn::Load(d, largest_), hn::Load(d, moved_)); }
  // Their terms.
  HWY_INLINE V TermsOfMaxima() const {
    const TermsRow<V> terms{hn::Load(d, low_), hn::Load(d, magic_)};
    V e = hn::Load(d, largest_);
    Terms<D>::template Of<1>(d, [&](size_t) { return terms; }, &e);
    return e;
  }
  // The sums of their terms, of kWideLanes rows from row r on.
  HWY_INLINE typename W::Value Sums(size_t r) const {
    const typename W::DW dw;
    const auto sums = hn::LoadU(dw, totals_ + r);
    if constexpr (std::is_same_v<typename W::Value, hn::Vec<typename W::DW>>) {
      return sums;
    } else {
      return {sums, hn::Zero(dw)};
    }
  }
  // The terms of row first + r again, to the same bits: use(e, i).
  template <class Use>
  HWY_INLINE void Again(size_t first, size_t r, const Use& use) const {
    WithTerms(first, r, [&](const auto& logits, const auto& terms) {
      Pass::template Sum<kTreeOfVectors>(logits, terms, use);
    });
  }
  // The one of element i.
  HWY_INLINE T TermOf(size_t first, size_t r, size_t i) const {
    T term = 0;
    WithTerms(first, r, [&](const auto& logits, const auto& terms) {
      V e = logits.At(d, i);
      Terms<D>::template Of<1>(d, terms, &e);
      term = hn::GetLane(e);
    });
    return term;
  }

  // The arithmetic of the sums.
  static void SetSumClaim(Claim* claim) { claim->accumulation.parameter = kTreeOfVectors; }

  // The rows that are best taken together.
  const size_t together;

 private:
  // use(i) of the vectors that the guess is made from.
  template <class Use>
  HWY_INLINE void Sampled(const Use& use) const {
    for (const size_t i : {size_t{0}, kLanes, n_ - 2 * kLanes, n_ - kLanes}) use(i);
  }
  template <class Source>
  HWY_INLINE V Sample(const Source& logits) const {
    V largest = hn::Set(d, -std::numeric_limits<T>::infinity());
    Sampled([&](size_t i) { largest = hn::Max(largest, logits.Whole(d, i)); });
    return largest;
  }
  HWY_INLINE void Take(const typename Pass::Decision& decision) {
    hn::Store(decision.m, d, moved_);
    hn::Store(decision.terms.low, d, low_);
    hn::Store(decision.terms.magic, d, magic_);
  }
  template <class Use>
  HWY_INLINE void WithTerms(size_t first, size_t r, const Use& use) const {
    const TermsRow<V> of_row{hn::Set(d, low_[r]), hn::Set(d, magic_[r])};
    const auto terms = [&](size_t) { return of_row; };
    logits_.WithLogits(first + r, moved_[r] == 0, hn::Set(d, moved_[r]),
                       [&](const auto& logits) { use(logits, terms); });
  }
  template <class Keep>
  HWY_INLINE V SumRow(size_t first, size_t r, const Keep& keep, typename W::Value* sum) const {
    const S* const ahead = x_ + (first + r) * ldx_ + kAhead / sizeof(S);
    V largest = hn::Set(d, -std::numeric_limits<T>::infinity());
    WithTerms(first, r, [&](const auto& logits, const auto& terms) {
      const Watched<std::remove_cvref_t<decltype(logits)>, V> watched{logits, &largest};
      *sum = Pass::template Sum<kTreeOfVectors>(watched, terms, [&](V e, size_t i) {
        keep(r, e, i);
        hwy::Prefetch(ahead + i);
      });
    });
    return largest;
  }

  const Pass logits_;
  const size_t n_;
  const S* const x_;
  const size_t ldx_;

  // By row: the guess; what is subtracted first; what decides the terms; the largest of what is left; the sum.
  HWY_ALIGN T guess_[kLanes] = {};
  HWY_ALIGN T moved_[kLanes] = {};
  HWY_ALIGN T low_[kLanes] = {};
  HWY_ALIGN T magic_[kLanes] = {};
  HWY_ALIGN T largest_[kLanes] = {};
  HWY_ALIGN double totals_[kLanes + kWideLanes] = {};
};

// Of a row that is not ignored. At gives what the smoothing gives every class, w_k e / n.
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
  static HWY_INLINE Coefficients Of(D d, const RowArguments& rows, size_t r) {
    const auto* weight = rows.at.In<StorageOf<kFormat>>(Role::weight);
    const auto target = static_cast<size_t>(TargetOf(rows, r));
    const T smoothing = static_cast<T>(rows.parameters.label_smoothing);
    const T target_weight = weight == nullptr ? T{1} : LoadOne<kFormat>(d, weight, target);
    return {weight, rows.n, target, target_weight, smoothing / static_cast<T>(rows.n), target_weight * (T{1} - smoothing)};
  }

  template <class D>
  HWY_INLINE hn::Vec<D> At(D d, size_t i) const {
    hn::Vec<D> shares = hn::Set(d, share);
    if (weight != nullptr) shares = hn::Mul(shares, LoadUpTo<kFormat>(d, weight, i, n));
    return HWY_LIKELY(i + hn::Lanes(d) <= n) ? shares : hn::IfThenElseZero(hn::FirstN(d, n - i), shares);
  }
  // Of class k alone.
  template <class D>
  HWY_INLINE T ShareOf(D d, size_t k) const {
    return weight == nullptr ? share : share * LoadOne<kFormat>(d, weight, k);
  }
  // sum_k c_k.
  template <class D>
  HWY_INLINE T Sum(D d) const {
    if (weight == nullptr) return 1;
    if (share == 0) return own;
    return own + WideSum(d, n, [&](size_t i) { return At(d, i); });
  }
};

}  // namespace HWY_NAMESPACE
}  // namespace softmax_verify
HWY_AFTER_NAMESPACE();

#endif  // per-target include guard
