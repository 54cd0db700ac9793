// log_softmax: y_i = z_i - ln(sum_j exp(z_j)), z = x * scale / temperature. One contiguous row at a time; kernels/rows.h
// makes every layout of it.
//
//   Formula  y_i = (z_i - m) - ln s, m = max z, s = sum_j exp(z_j - m). Never z_i - (m + ln s): a large m would swallow ln s.
//   Error    |y_i - exact_i| <= u |exact_i| + (1 + u) (delta_i + L), plus half an ulp of a 16-bit output: delta_i = (kappa +
//            c_T) u |z_i - m|, L from ln s. Every term is derived in docs/error_bounds.md (Theorems 11 and 12) and computed for
//            a row by verify/bounds/log_softmax.cc from the claims of kernels/log_rows-inl.h:
//                         kappa  L                                   R
//            three_pass   1      S + theta_l u (ln s + S)           0
//            online       1      the same                           0   nothing is rounded where a maximum is found late
//            blocked      1      the same                           0
//            accurate: half an ulp and a little (wide_log-inl.h, log_f64-inl.h)
//            correctly_rounded: half an ulp (the same)
//            S = A + h u + R (theta + 1) u is the error of the sum, as for softmax.
//   Special  NaN or +inf in x: every y_i is NaN. x_i = -inf beside a finite logit: y_i = -inf. -inf alone: NaN. n = 1: +0.
//   Source   shifted form as in Blanchard, Higham & Higham (2021); online: after Milakov & Gimelshein (2018).
#include <vector>

#include "kernels/rows.h"
#include "kernels/target_kernels.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/log_softmax.cc"
#include "hwy/foreach_target.h"  // IWYU pragma: keep
#include "hwy/highway.h"
#include "kernels/log_f64-inl.h"
#include "kernels/log_rows-inl.h"
#include "kernels/stream-inl.h"
#include "kernels/wide_log-inl.h"

HWY_BEFORE_NAMESPACE();
namespace softmax_verify {
namespace HWY_NAMESPACE {
namespace {
namespace hn = hwy::HWY_NAMESPACE;

struct LogSoftmax {
  static constexpr Operation kOperation = Operation::log_softmax;

  template <Format kFormat, class D, class ShiftBy>
  static HWY_INLINE void Rows(D d, const RowArguments& rows, size_t first, size_t count, const hn::TFromD<D>* m,
                              const hn::TFromD<D>* log_sum, const ShiftBy& shift) {
    using S = StorageOf<kFormat>;
    const S* const x = rows.at.In<S>(Role::x);
    S* const y = rows.at.Out<S>(Role::y);
    const bool streams = x != y && Streams<kFormat>(d, y, rows.ldy, rows.count);
    for (size_t r = first; r < first + count; ++r) {
      const Logits<kFormat> logits{x + r * rows.ldx, rows.n};
      S* const to = y + r * rows.ldy;
      const auto largest = hn::Set(d, m[r - first]);
      const auto log = hn::Set(d, log_sum[r - first]);
      const auto of = [&](hn::Vec<D> v) { return hn::Sub(shift.Difference(v, largest), log); };
      const auto last = [&](size_t i) { return of(logits.At(d, i)); };
      if (streams) {
        // With the next row on its way.
        const S* const next = r + 1 < rows.count ? logits.x + rows.ldx : logits.x;
        const auto whole = [&](size_t i) {
          hwy::Prefetch(next + i);
          return of(logits.Whole(d, i));
        };
        WriteRow<kFormat, true>(d, to, rows.n, whole, last);
      } else {
        WriteRow<kFormat, false>(d, to, rows.n, [&](size_t i) { return of(logits.Whole(d, i)); }, last);
      }
    }
    if (streams) hwy::FlushStream();
  }
};

}  // namespace

std::vector<TargetKernel> LogSoftmaxKernels() {
  std::vector<TargetKernel> kernels = LogKernels<LogSoftmax>();
  AddWideLogKernels<WideLogSoftmax, Format::f32>(&kernels);
  AddWideLogKernels<WideLogSoftmax, Format::f16>(&kernels);
  AddWideLogKernels<WideLogSoftmax, Format::bf16>(&kernels);
  AddLogKernelsF64<LogSoftmaxF64>(&kernels);
  return kernels;
}

}  // namespace HWY_NAMESPACE
}  // namespace softmax_verify
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace softmax_verify {
HWY_EXPORT(LogSoftmaxKernels);
std::vector<TargetKernel> log_softmax_kernels() { return HWY_DYNAMIC_DISPATCH(LogSoftmaxKernels)(); }
}  // namespace softmax_verify
#endif  // HWY_ONCE
