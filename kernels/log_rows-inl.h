// A row's maximum m and the logarithm of its sum s of exponentials, many rows at a time: the fast kernels of log_softmax and
// logsumexp.
//
//   Method   three_pass: the maxima, then terms of x - m, which is rounded, and their sums. online and blocked: the passes of
//            one_pass-inl.h, where nothing is subtracted; rows far from 0, scaled and short ones as three_pass.
//   Sum      As in three_pass-inl.h, divided by the very term of m: s is 1 where there is nothing else, and never less. It is
//            rounded once in f32 and narrower formats; in f64 its logarithm has what additions and division lost.
//   Shared   One logarithm serves as many rows as a vector has lanes.
//
// Result::Rows stores what follows from m and ln s. Where a row holds NaN or +inf, or nothing but -inf, ln s is NaN.
#if defined(SOFTMAX_VERIFY_KERNELS_LOG_ROWS_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef SOFTMAX_VERIFY_KERNELS_LOG_ROWS_INL_H_
#undef SOFTMAX_VERIFY_KERNELS_LOG_ROWS_INL_H_
#else
#define SOFTMAX_VERIFY_KERNELS_LOG_ROWS_INL_H_
#endif

#include <limits>
#include <type_traits>
#include <vector>

#include "hwy/highway.h"
#include "kernels/double_double-inl.h"
#include "kernels/lanes-inl.h"
#include "kernels/log-inl.h"
#include "kernels/one_pass-inl.h"
#include "kernels/target_kernels.h"
#include "kernels/terms-inl.h"

HWY_BEFORE_NAMESPACE();
namespace softmax_verify {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

enum class LogPasses { three, online, blocked };

template <class Result, Format kFormat, class D, bool kScaled>
class LogRows {
  using S = StorageOf<kFormat>;
  using T = hn::TFromD<D>;
  using V = hn::Vec<D>;
  using W = Wide<D>;
  using DW = typename W::DW;
  using Value = typename W::Value;
  static constexpr D d{};
  static constexpr DW dw{};
  static constexpr size_t kLanes = hn::MaxLanes(D());
  static constexpr size_t kWideLanes = hn::MaxLanes(DW());
  static constexpr size_t kTogether = 8192;

 public:
  explicit LogRows(const RowArguments& rows)
      : rows_(rows), shift_(d, rows.scaling), n_(rows.n), x_(rows.at.In<S>(Role::x)) {}

  template <LogPasses kPasses>
  void Run() const {
    if constexpr (kPasses != LogPasses::three && !kScaled) {
      if (n_ > HWY_MAX(Running<kPasses>::kTaken, 4 * kLanes)) return RunGroups<kPasses, 0>();
    }
    if constexpr (kScaled) return RunGroups<LogPasses::three, 0>();
    if constexpr (kLanes < hn::MaxLanes(hn::ScalableTag<T>())) return RunGroups<LogPasses::three, 1>();
    switch (hwy::RoundUpTo(n_, kLanes) / kLanes) {
      case 1:
        return RunGroups<LogPasses::three, 1>();
      case 2:
        return RunGroups<LogPasses::three, 2>();
      case 3:
        return RunGroups<LogPasses::three, 3>();
      case 4:
        return RunGroups<LogPasses::three, 4>();
      default:
        return RunGroups<LogPasses::three, 0>();
    }
  }

 private:
  template <LogPasses kPasses>
  using Running = RunningSum<kFormat, D, kPasses == LogPasses::blocked>;

  // As many rows as a vector has lanes, lane by lane.
  struct Group {
    size_t first;
    size_t count;
    HWY_ALIGN T m[kLanes];
    HWY_ALIGN T log_sum[kLanes];
    // The ceiling that the terms are relative to, and the logit among them that is the largest.
    HWY_ALIGN T exponent[kLanes];
    HWY_ALIGN T largest[kLanes];
    Value sum[kLanes];

    HWY_INLINE size_t Row(size_t r) const { return HWY_MIN(r, count - 1); }
  };

  // Rows of kVectors vectors, or of any number where that is 0.
  template <LogPasses kPasses, size_t kVectors>
  HWY_FLATTEN void RunGroups() const {
    // As far as they fit the L1 cache.
    const size_t together = kVectors > 0 ? kLanes : HWY_MIN(kLanes, HWY_MAX(size_t{1}, kTogether / n_));
    Group group;
    for (group.first = 0; group.first < rows_.count; group.first += group.count) {
      group.count = HWY_MIN(together, rows_.count - group.first);
      if constexpr (kPasses != LogPasses::three) {
        for (size_t r = 0; r < group.count; ++r) SumInOnePass<kPasses>(r, &group);
        for (size_t r = group.count; r < kLanes; ++r) group.exponent[r] = group.largest[r] = 0;
        V unit = hn::Load(d, group.largest);
        const TermsRow<V> terms = Terms<D>::Below(d, hn::Load(d, group.exponent)).terms;
        Terms<D>::template Of<1>(d, [&](size_t) { return terms; }, &unit);
        LogsOfSums(unit, &group);
      } else {
        if constexpr (kVectors > 0) {
          SumShort<kVectors>(&group);
        } else {
          for (size_t r = 0; r < group.count; ++r) {
            const Logits<kFormat> x = RowOf(group.first + r);
            group.m[r] = hn::GetLane(MaxOf(d, x, 0, n_, std::numeric_limits<T>::lowest()));
            group.sum[r] = Sum(x, hn::Set(d, group.m[r]));
          }
        }
        V unit = hn::Zero(d);
        Terms<D>::template Of<1>(d, [at = Shifted()](size_t) { return at; }, &unit);
        LogsOfSums(unit, &group);
      }
      Result::template Rows<kFormat>(d, rows_, group.first, group.count, group.m, group.log_sum, shift_);
    }
  }
  HWY_INLINE Logits<kFormat> RowOf(size_t r) const { return {x_ + r * rows_.ldx, n_}; }

  // Terms of x - m, in a row with the maximum 0.
  static HWY_INLINE TermsRow<V> Shifted() { return Terms<D>::For(d, hn::Zero(d)); }

  template <size_t kVectors>
  HWY_INLINE void SumShort(Group* group) const {
    constexpr size_t kRows = HWY_MIN(HWY_MAX(size_t{4} / kVectors, size_t{1}), kLanes);  // in lockstep
    const auto vector = [](const auto& logits, size_t j) {
      return j + 1 < kVectors ? logits.Whole(d, j * kLanes) : logits.At(d, j * kLanes);
    };
    const auto larger = [](V a, V b) { return hn::Max(a, b); };
    const auto largest = [&](size_t r) {
      const Logits<kFormat> logits = RowOf(group->first + group->Row(r));
      V m = vector(logits, 0);
      for (size_t j = 1; j < kVectors; ++j) m = hn::Max(m, vector(logits, j));
      return m;
    };
    const V least = hn::Set(d, std::numeric_limits<T>::lowest());
    hn::Store(hn::Max(ReduceRows(d, largest, larger), least), d, group->m);
    const auto row = [at = Shifted()](size_t) { return at; };
    for (size_t r = 0; r < group->count; r += kRows) {
      V e[kRows * kVectors];
      for (size_t k = 0; k < kRows; ++k) {
        const Logits<kFormat> logits = RowOf(group->first + group->Row(r + k));
        const V m = hn::Set(d, group->m[group->Row(r + k)]);
        for (size_t j = 0; j < kVectors; ++j) e[k * kVectors + j] = shift_(vector(logits, j), m);
      }
      Terms<D>::template Of<kRows * kVectors>(d, row, e);
      for (size_t k = 0; k < kRows; ++k) {
        Value sum = W::Of(e[k * kVectors]);
        for (size_t j = 1; j < kVectors; ++j) sum = W::Add(sum, W::Of(e[k * kVectors + j]));
        group->sum[group->Row(r + k)] = sum;
      }
    }
  }

  HWY_INLINE Value Sum(const Logits<kFormat>& logits, V m) const {
    const auto row = [at = Shifted()](size_t) { return at; };
    Value sum = W::Nothing();
    size_t i = 0;
    for (; i + 4 * kLanes <= n_; i += 4 * kLanes) {
      V e[4];
      for (size_t j = 0; j < 4; ++j) e[j] = shift_(logits.Whole(d, i + j * kLanes), m);
      Terms<D>::template Of<4>(d, row, e);
      sum = W::Add(sum, SumOfFour<kTree<kFormat>, D>(e));
    }
    for (; i < n_; i += kLanes) {
      V e = shift_(logits.At(d, i), m);
      Terms<D>::template Of<1>(d, row, &e);
      sum = W::Add(sum, W::Of(e));
    }
    return sum;
  }

  template <LogPasses kPasses>
  HWY_INLINE void SumInOnePass(size_t r, Group* group) const {
    const Logits<kFormat> logits = RowOf(group->first + r);
    Running<kPasses> running(Running<kPasses>::CeilingFor(logits));
    V m = hn::Set(d, std::numeric_limits<T>::lowest());
    const bool near = running.Take(logits, [&](V largest) { m = hn::Max(m, largest); }, [](V, size_t) {});
    if (HWY_LIKELY(near)) {
      group->m[r] = group->largest[r] = hn::GetLane(hn::MaxOfLanes(d, m));
      group->exponent[r] = hn::GetLane(running.ceiling().exponent);
      group->sum[r] = running.sum();
    } else {
      SumFar(logits, r, group);
    }
  }
  HWY_NOINLINE void SumFar(const Logits<kFormat>& logits, size_t r, Group* group) const {
    group->m[r] = hn::GetLane(MaxOf(d, logits, 0, n_, std::numeric_limits<T>::lowest()));
    group->sum[r] = Sum(logits, hn::Set(d, group->m[r]));
    group->exponent[r] = group->largest[r] = 0;
  }

  // The sums of the rows r .. over their lanes.
  HWY_INLINE Value SumsFrom(size_t r, const Group& group) const {
    return ReduceRows(dw, [&](size_t k) { return group.sum[group.Row(r + k)]; }, W::Add);
  }
  // Of the sums of the terms, in units of the terms of 0.
  HWY_INLINE void LogsOfSums(V units, Group* group) const {
    HWY_ALIGN T unit[kLanes];
    hn::Store(units, d, unit);
    for (size_t r = 0; r < group->count; r += kWideLanes) {
      const Value sums = SumsFrom(r, *group);
      if constexpr (std::is_same_v<T, double>) {
        const V by = hn::Load(d, unit);
        const V s = hn::Div(sums.sum, by);
        const DoubleDouble<V> product = TwoProduct(s, by);
        const V rest = hn::Add(hn::Sub(hn::Sub(sums.sum, product.hi), product.lo), sums.lost);
        const V log_sum = LogOfNormal(d, s, hn::Zero(d), hn::Div(rest, sums.sum));
        // NaN where there was nothing to see, and where s is no number.
        const V checked = hn::Add(log_sum, hn::Sub(s, s));
        const V nan = hn::Set(d, std::numeric_limits<T>::quiet_NaN());
        hn::Store(hn::IfThenElse(hn::Lt(hn::Zero(d), s), checked, nan), d, group->log_sum);
      } else {
        const hn::Rebind<float, DW> narrow;
        const auto s = hn::Div(sums, hn::PromoteTo(dw, hn::Load(narrow, unit + r)));
        hn::Store(hn::DemoteTo(narrow, s), narrow, group->log_sum + r);
      }
    }
    if constexpr (std::is_same_v<T, float>) {
      const V log_sum = Log(d, hn::Load(d, group->log_sum));
      // -inf - -inf is NaN: there was nothing to see.
      hn::Store(hn::Add(log_sum, hn::Sub(log_sum, log_sum)), d, group->log_sum);
    }
  }

  const RowArguments& rows_;
  const Shift<D, kScaled> shift_;
  const size_t n_;
  const S* const x_;
};

template <class Result, LogPasses kPasses, Format kFormat>
void LogPassesOfRows(const RowArguments& rows) {
  using D = hn::ScalableTag<ComputeOf<kFormat>>;
  const auto run = [&]<class DV>(DV) {
    if (rows.scaling.identity) return LogRows<Result, kFormat, DV, false>(rows).template Run<kPasses>();
    LogRows<Result, kFormat, DV, true>(rows).template Run<kPasses>();
  };
#if HWY_ARCH_X86 && HWY_TARGET <= HWY_AVX3
  // Half vectors take half the time of whole ones.
  if (rows.n <= hn::MaxLanes(D()) / 2) return run(hn::Half<D>());
#endif
  run(D());
}

// The kernels of an operation in a format.
template <class Result, Format kFormat>
void AddLogKernels(std::vector<TargetKernel>* kernels) {
  Claim claim;
  claim.accumulation = ThreePassClaim<kFormat>().accumulation;
  SetExpClaim(kFormat, &claim);
  const bool is_f64 = kFormat == Format::f64;
  claim.log_error = is_f64 ? kLogErrorF64 : kLogErrorF32;
  const Signature signature = FullSignature(Result::kOperation, kFormat);
  const auto add = [&]<LogPasses kPasses>(const char* algorithm, const Contract& contract) {
    kernels->push_back({algorithm, signature, claim, contract,
                        OverTogether<&LogPassesOfRows<Result, kPasses, kFormat>, Result::kOperation, kFormat>});
  };
  add.template operator()<LogPasses::three>("three_pass", OurContract());
  Contract contract = OurContract();
  contract.exact_shift = false;
  claim.exp_error *= 2;  // Theorem T4: also that of the term of m
  add.template operator()<LogPasses::online>("online", contract);
  add.template operator()<LogPasses::blocked>("blocked", contract);
}
template <class Result>
std::vector<TargetKernel> LogKernels() {
  std::vector<TargetKernel> kernels;
#define SV_FORMAT(name, p, emin, emax, bytes, compute) AddLogKernels<Result, Format::name>(&kernels);
#include "softmax_verify/formats.def"
#undef SV_FORMAT
  return kernels;
}

}  // namespace HWY_NAMESPACE
}  // namespace softmax_verify
HWY_AFTER_NAMESPACE();

#endif  // per-target include guard
