// cross_entropy_backward: dx_j = t C y_j - t c_j, where c_k = w_k q_k, C = sum_k c_k, y = softmax(z) and t = dloss scale /
// temperature, for a mean over the sum of the targets' weights. Fused: no probabilities are stored.
//
//   Shape    x[n], target, weight[n] (or none: 1), dloss (or none: 1; one for each row, or one in all when reduced) -> dx[n];
//            dx may be x. Weights are finite and not negative.
//   Error    |dx_j - exact_j| <= |t| { (C y_j expm1(B_j + r_C) + c_j expm1(4u)) (1 + r_t) + |C y_j - c_j| r_t } and what
//            underflow adds: B_j that of softmax, r_C = expm1((h + 8) u) with smoothing and weights, else expm1(4u), and
//            r_t = expm1((m + 6) u). Theorem C2 of docs/error_bounds.md; verify/bounds/cross_entropy_backward.cc has it
//            for a row, from the claims at the end of this file.
//   Method   One pass over x: the terms of kernels/terms-inl.h and their sum (kernels/cross_entropy-inl.h); then the gradient.
//   Unit     ulp(max(|dx_j|, |t| (C y_j + c_j))): as y_j approaches c_j / C the terms cancel.
//   Special  An ignored row: +0, whatever it holds. NaN or +inf in x, or -inf alone: the row is NaN. x_j = -inf beside a
//            finite logit: -t c_j. A mean over rows whose targets weigh nothing has no gradient: NaN or infinite.
#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "kernels/rows.h"
#include "kernels/target_kernels.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/cross_entropy_backward.cc"
#include "hwy/foreach_target.h"  // IWYU pragma: keep
#include "hwy/aligned_allocator.h"
#include "hwy/cache_control.h"
#include "hwy/highway.h"
#include "kernels/cross_entropy-inl.h"
#include "kernels/stream-inl.h"

HWY_BEFORE_NAMESPACE();
namespace softmax_verify {
namespace HWY_NAMESPACE {
namespace {
namespace hn = hwy::HWY_NAMESPACE;

// Two passes: the terms and their sum (kernels/cross_entropy-inl.h), and the gradient. The terms lie between them on the
// stack, or in memory that is taken for them; where neither can hold them they are computed again, to the same bits.
template <Format kFormat, class D>
class Gradients {
  using S = StorageOf<kFormat>;
  using T = hn::TFromD<D>;
  using V = hn::Vec<D>;
  using W = Wide<D>;
  static constexpr D d{};
  static constexpr size_t kLanes = hn::MaxLanes(D());
  static constexpr size_t kWideLanes = hn::MaxLanes(typename W::DW());
  // Terms on the stack, and those for which memory is taken.
  static constexpr size_t kKept = 4096;
  static constexpr size_t kMostKept = size_t{1} << 16;

 public:
  explicit Gradients(const RowArguments& rows)
      : rows_(rows), x_(rows.at.In<S>(Role::x)), dx_(rows.at.Out<S>(Role::dx)), terms_(rows) {}

  void Run() {
    const size_t stride = hwy::RoundUpTo(rows_.n, kLanes);
    const bool streams = x_ != dx_ && Streams<kFormat>(d, dx_, rows_.ldy, rows_.count);
    if (stride <= kKept) {
      HWY_ALIGN T stack[kKept];
      Run(stack, stride, HWY_MIN(terms_.together, kKept / stride), streams);
    } else {
      hwy::AlignedFreeUniquePtr<T[]> memory;
      if (streams && stride <= kMostKept) memory = hwy::AllocateAligned<T>(stride);
      Run(memory.get(), stride, 1, streams);
    }
    if (streams) hwy::FlushStream();
  }

 private:
  // kept: of `together` rows, or null.
  HWY_FLATTEN void Run(T* HWY_RESTRICT kept, size_t stride, size_t together, bool streams) {
    HWY_ALIGN T factor[kLanes + kWideLanes];  // 1 / the sum, rounded
    HWY_ALIGN T rest[kLanes + kWideLanes];    // of f64 more than a rounding
    for (size_t first = 0; first < rows_.count; first += together) {
      const size_t count = HWY_MIN(together, rows_.count - first);
      const auto ignored = [&](size_t r) { return IsIgnored(rows_, first + r); };
      terms_.Run(first, count, ignored, [=](size_t r, V e, size_t i) {
        if (kept != nullptr) hn::Store(e, d, kept + r * stride + i);
      });
      for (size_t r = 0; r < count; r += kWideLanes) {
        W::template Reciprocals<false>(terms_.Sums(r, count), factor + r, rest + r);
      }
      for (size_t r = 0; r < count; ++r) {
        if (ignored(r)) {
          std::fill_n(dx_ + (first + r) * rows_.ldy, rows_.n, S{0});
        } else {
          WriteGradient(first, r, factor[r] + rest[r], kept == nullptr ? nullptr : kept + r * stride, streams);
        }
      }
    }
  }

  HWY_INLINE void WriteGradient(size_t first, size_t r, T reciprocal, const T* HWY_RESTRICT kept, bool streams) const {
    const Parameters& parameters = rows_.parameters;
    const auto* const dloss = rows_.at.In<T>(Role::dloss);
    const T upstream =
        dloss == nullptr ? T{1} : dloss[parameters.reduction == Reduction::none ? rows_.row + first + r : 0];
    T t = static_cast<T>(upstream * (parameters.scale / parameters.temperature));
    if (std::isnan(t)) t = std::numeric_limits<T>::quiet_NaN();  // with no more bits than NarrowClean takes
    const auto c = Coefficients<kFormat>::Of(d, rows_, first + r);
    const V weight = hn::Set(d, t * c.Sum(d));
    const V factor = hn::Set(d, reciprocal);
    const V upstreams = hn::Set(d, t);
    // The probability first: its factor is normal.
    const auto gradient = [=](V e, V coefficients) {
      return hn::MulSub(hn::Mul(e, factor), weight, hn::Mul(upstreams, coefficients));
    };
    S* const dx = dx_ + (first + r) * rows_.ldy;
    // The target's comes first: dx may be x.
    const T term = kept == nullptr ? terms_.TermOf(first, r, c.target) : kept[c.target];
    const V of_target = gradient(hn::Set(d, term), hn::Set(d, c.own + c.ShareOf(d, c.target)));
    const auto write = [&](const auto& coefficients) {
      if (kept != nullptr) {
        const auto result = [=](size_t i) { return gradient(hn::Load(d, kept + i), coefficients(i)); };
        if (streams) {
          WriteRow<kFormat, true>(d, dx, rows_.n, result, result);
        } else {
          WriteRow<kFormat, false>(d, dx, rows_.n, result, result);
        }
      } else {
        terms_.Again(first, r, [&](V e, size_t i) {
          const V result = gradient(e, coefficients(i));
          if (streams && i + kLanes <= rows_.n) return StoreWhole<kFormat, true>(d, result, dx + i);
          StoreUpTo<kFormat>(d, result, dx, i, rows_.n);
        });
      }
    };
    if (c.weight == nullptr || c.share == 0) {
      write([share = hn::Set(d, c.share)](size_t) { return share; });
    } else {
      write([c](size_t i) { return c.At(d, i); });
    }
    StoreUpTo<kFormat>(d, of_target, dx + c.target, 0, 1);
  }

  const RowArguments& rows_;
  const S* const x_;
  S* const dx_;
  OnePass<kFormat, D> terms_;
};

template <Format kFormat>
void GradientRows(const RowArguments& rows) {
  using D = hn::ScalableTag<ComputeOf<kFormat>>;
#if HWY_ARCH_X86 && HWY_TARGET <= HWY_AVX3
  // Half vectors take half the time of whole ones.
  if (rows.n <= hn::MaxLanes(D()) / 2) return Gradients<kFormat, hn::Half<D>>(rows).Run();
#endif
  Gradients<kFormat, D>(rows).Run();
}

// The sum of the weights of the targets that are not ignored.
template <Format kFormat>
double TotalWeight(const Operands& operands, size_t rows, std::int64_t ignore_index) {
  const hn::ScalableTag<ComputeOf<kFormat>> d;
  const auto* const targets = operands.In<std::int64_t>(Role::targets);
  const auto* const weight = operands.In<StorageOf<kFormat>>(Role::weight);
  double total = 0;
  for (size_t i = 0; i < rows; ++i) {
    if (targets[i] == ignore_index) continue;
    total += weight == nullptr ? 1 : LoadOne<kFormat>(d, weight, static_cast<size_t>(targets[i]));
  }
  return total;
}

template <Format kFormat>
Status Run(const Operands& operands, const Layout& layout, const Parameters& parameters) {
  using T = ComputeOf<kFormat>;
  static constexpr Signature signature = FullSignature(Operation::cross_entropy_backward, kFormat);
  Operands rows = operands;
  T upstream = 1;
  const bool is_empty = layout.outer * layout.axis * layout.inner == 0;
  if (parameters.reduction == Reduction::mean && !is_empty && IsValidCall(signature, operands, layout, parameters)) {
    // The gradient of a mean is that of a sum with less upstream.
    if (operands.Has(Role::dloss)) upstream = *operands.In<T>(Role::dloss);
    upstream =
        static_cast<T>(upstream / TotalWeight<kFormat>(operands, layout.outer * layout.inner, parameters.ignore_index));
    rows.Set(Role::dloss, &upstream);
  }
  return RunRows(GradientRows<kFormat>, signature, rows, layout, parameters, RowsAtOnce::all);
}

// The claims: how the file's arithmetic is described to whoever judges it.
template <Format kFormat>
void Add(std::vector<TargetKernel>* kernels) {
  Claim claim = ThreePassClaim<kFormat>();
  SetExpClaim(kFormat, &claim);
  Contract contract = OurContract();
  contract.exact_shift = false;
  kernels->push_back({"three_pass", FullSignature(Operation::cross_entropy_backward, kFormat), claim, contract,
                      Run<kFormat>});
}

}  // namespace

std::vector<TargetKernel> CrossEntropyBackwardKernels() {
  std::vector<TargetKernel> kernels;
#define SV_FORMAT(name, p, emin, emax, bytes, compute) Add<Format::name>(&kernels);
#include "softmax_verify/formats.def"
#undef SV_FORMAT
  return kernels;
}

}  // namespace HWY_NAMESPACE
}  // namespace softmax_verify
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace softmax_verify {
HWY_EXPORT(CrossEntropyBackwardKernels);
std::vector<TargetKernel> cross_entropy_backward_kernels() { return HWY_DYNAMIC_DISPATCH(CrossEntropyBackwardKernels)(); }
}  // namespace softmax_verify
#endif  // HWY_ONCE
