// A row's maximum m and the logarithm of its sum s of exponentials: what log_softmax and logsumexp are made of.
//
// The ways to them have Of(d, source, shift), which gives both in every lane, Minus, which subtracts both from a logit, and
// SumClaim, which describes the arithmetic. Where the row holds NaN or +inf, or nothing but -inf, ln s is NaN.
#if defined(SOFTMAX_VERIFY_KERNELS_LOG_SUM_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef SOFTMAX_VERIFY_KERNELS_LOG_SUM_INL_H_
#undef SOFTMAX_VERIFY_KERNELS_LOG_SUM_INL_H_
#else
#define SOFTMAX_VERIFY_KERNELS_LOG_SUM_INL_H_
#endif

#include <limits>
#include <vector>

#include "hwy/highway.h"
#include "kernels/exp_sum-inl.h"
#include "kernels/log-inl.h"
#include "kernels/target_kernels.h"

HWY_BEFORE_NAMESPACE();
namespace softmax_verify {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

template <class V>
struct MaxLog {
  V m;
  V log_sum;
};

// ln of the whole sum.
template <class MaxSumBy>
struct LogOfSum {
  template <class D, class Source, class ShiftBy>
  static HWY_INLINE MaxLog<hn::Vec<D>> Of(D d, const Source& source, const ShiftBy& shift) {
    const MaxSum<hn::Vec<D>> part = MaxSumBy::Of(d, source, shift);
    const hn::Vec<D> log_sum = Log(d, part.s);
    // -inf - -inf is NaN: there was nothing to see.
    return {part.m, hn::Add(log_sum, hn::Sub(log_sum, log_sum))};
  }
  // z_i - m - ln s.
  template <class D, class V, class ShiftBy>
  static HWY_INLINE V Minus(D, V v, const MaxLog<V>& of, const ShiftBy& shift) {
    return hn::Sub(shift.Difference(v, of.m), of.log_sum);
  }
  static Claim SumClaim(Format format, size_t lanes) {
    Claim claim = MaxSumBy::SumClaim(lanes);
    SetExpClaim(format, &claim);
    claim.log_error = claim.compute == Format::f64 ? kLogErrorF64 : kLogErrorF32;
    return claim;
  }
};

// A source without one of its elements, which becomes -inf.
template <class Source>
struct AllBut {
  Source source;
  size_t left_out;

  template <class D>
  HWY_INLINE hn::Vec<D> At(D d, size_t i) const {
    const hn::Vec<D> v = source.At(d, i);
    const size_t lane = left_out - i;  // beyond all lanes, or wrapped around, where it is in another vector
    if (HWY_LIKELY(lane >= hn::Lanes(d))) return v;
    using T = hn::TFromD<D>;
    const auto here = hn::Eq(hn::Iota(d, T{0}), hn::Set(d, static_cast<T>(lane)));
    return hn::IfThenElse(here, hn::Set(d, -std::numeric_limits<T>::infinity()), v);
  }
};

// The first position of `value` in the row, n where it has none.
template <class D, class Source>
HWY_INLINE size_t Find(D d, const Source& source, hn::Vec<D> value) {
  for (size_t i = 0; i < source.n; i += hn::Lanes(d)) {
    const intptr_t lane = hn::FindFirstTrue(d, hn::Eq(source.At(d, i), value));
    if (lane >= 0) return i + static_cast<size_t>(lane);
  }
  return source.n;
}

// Whether a source holds nothing but -inf.
template <class D, class Source>
HWY_INLINE bool IsEmpty(D d, const Source& source, size_t n) {
  const auto least = hn::Set(d, -std::numeric_limits<hn::TFromD<D>>::infinity());
  for (size_t i = 0; i < n; i += hn::Lanes(d)) {
    if (!hn::AllTrue(d, hn::Eq(source.At(d, i), least))) return false;
  }
  return true;
}

// The row function of an operation. Result::Store stores what follows from a row's m and ln s.
template <class Result, class LogSumBy, Format kFormat>
void LogRow(const RowArguments& row) {
  const hn::ScalableTag<ComputeOf<kFormat>> d;
  const Logits<kFormat> x{row.at.In<StorageOf<kFormat>>(Role::x), row.n};
  if (row.scaling.identity) {
    const Shift<decltype(d), false> shift(d, row.scaling);
    Result::template Store<LogSumBy, kFormat>(d, x, LogSumBy::Of(d, x, shift), shift, row.at);
  } else {
    const Shift<decltype(d), true> shift(d, row.scaling);
    Result::template Store<LogSumBy, kFormat>(d, x, LogSumBy::Of(d, x, shift), shift, row.at);
  }
}

template <class Result, class LogSumBy, Format kFormat>
void AddLogKernel(const char* algorithm, std::vector<TargetKernel>* kernels) {
  const size_t lanes = hn::Lanes(hn::ScalableTag<ComputeOf<kFormat>>());
  const Claim claim = Result::ClaimOf(LogSumBy::SumClaim(kFormat, lanes));
  kernels->push_back({algorithm, FullSignature(Result::kOperation, kFormat), claim, OurContract(),
                      Over<&LogRow<Result, LogSumBy, kFormat>, Result::kOperation, kFormat>});
}
template <class Result, class LogSumBy>
void AddLogKernels(const char* algorithm, std::vector<TargetKernel>* kernels) {
#define SV_FORMAT(name, p, emin, emax, bytes, compute) AddLogKernel<Result, LogSumBy, Format::name>(algorithm, kernels);
#include "softmax_verify/formats.def"
#undef SV_FORMAT
}
// The kernels of an operation, by every way.
template <class Result>
std::vector<TargetKernel> LogKernels() {
  std::vector<TargetKernel> kernels;
  AddLogKernels<Result, LogOfSum<TwoPasses>>("three_pass", &kernels);
  AddLogKernels<Result, LogOfSum<Online>>("online", &kernels);
  AddLogKernels<Result, LogOfSum<Blocked>>("blocked", &kernels);
  return kernels;
}

}  // namespace HWY_NAMESPACE
}  // namespace softmax_verify
HWY_AFTER_NAMESPACE();

#endif  // per-target include guard
