// softmax_backward: dx_i = y_i (dy_i - c), c = sum_j y_j dy_j. One contiguous row at a time; kernels/rows.h makes every
// layout of it.
//
//   Shape    saved: y[n], dy[n] -> dx[n]; recomputed: x[n], dy[n] -> dx[n] with y = softmax(x). dx may be any input.
//   Error    Theorem G1 of docs/error_bounds.md: saved is off by at most about (h + 3) u y_i (|dy_i| + C), where
//            C = sum_j y_j |dy_j|; recomputed adds the errors of its probabilities, B_i u y_i |dy_i - c| + y_i sum_j
//            B_j u y_j |dy_j|. Half an ulp of a 16-bit output comes on top. Nothing is promised where sums may overflow.
//   Unit     ulp(max(|dx_i|, y_i (|dy_i| + C))): the two terms cancel, and how far is a matter of the row.
//   Special  A NaN in a row's operands: the row is NaN. y_i = 0, or x_i = -inf beside a finite logit: dx_i is a zero where
//            dy is finite. NaN or +inf in x, or -inf alone: the row is NaN.
//   Source   the transposed Jacobian of softmax, factored: one product per element less than y dy - y c.
#include <limits>
#include <vector>

#include "kernels/rows.h"
#include "kernels/target_kernels.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/softmax_backward.cc"
#include "hwy/foreach_target.h"  // IWYU pragma: keep
#include "hwy/highway.h"
#include "kernels/exp_sum-inl.h"
#include "kernels/lanes-inl.h"
#include "kernels/stream-inl.h"

HWY_BEFORE_NAMESPACE();
namespace softmax_verify {
namespace HWY_NAMESPACE {
namespace {
namespace hn = hwy::HWY_NAMESPACE;

// Rows go together, as many as a vector has lanes, as far as they fit the L1 cache: the ends of their sums, where lanes
// meet, are shared, and on their way while the next rows are summed. Large results are stored past the caches.
template <Format kFormat, class D>
class SavedGradient {
  using S = StorageOf<kFormat>;
  using T = hn::TFromD<D>;
  using V = hn::Vec<D>;
  static constexpr D d{};
  static constexpr size_t kLanes = hn::MaxLanes(D());
  // Elements of rows that go together.
  static constexpr size_t kTogether = 2048;

 public:
  explicit SavedGradient(const RowArguments& rows)
      : rows_(rows),
        y_(rows.at.In<S>(Role::y)),
        dy_(rows.at.In<S>(Role::dy)),
        dx_(rows.at.Out<S>(Role::dx)) {}

  void Run() const {
    if (dx_ != y_ && dx_ != dy_ && Streams<kFormat>(d, dx_, rows_.ldy, rows_.count)) {
      Run<true>();
      hwy::FlushStream();
    } else {
      Run<false>();
    }
  }

 private:
  template <bool kStreams>
  void Run() const {
    const size_t n = rows_.n;
    const size_t together = HWY_MIN(kLanes, HWY_MAX(size_t{1}, kTogether / n));
    V products[kLanes];
    HWY_ALIGN T c[kLanes];
    const auto count_from = [&](size_t first) { return HWY_MIN(together, rows_.count - first); };
    const auto sum = [&](size_t first, size_t count) {
      for (size_t r = 0; r < count; ++r) products[r] = Products((first + r) * rows_.ldx);
    };
    sum(0, count_from(0));
    for (size_t first = 0; first < rows_.count; first += together) {
      const size_t count = count_from(first);
      const auto product = [&](size_t r) { return products[HWY_MIN(r, count - 1)]; };
      hn::Store(ReduceRows(d, product, [](V a, V b) { return hn::Add(a, b); }), d, c);
      if (first + count < rows_.count) sum(first + count, count_from(first + count));
      for (size_t r = 0; r < count; ++r) {
        const Numbers<kFormat> y{y_ + (first + r) * rows_.ldx, n};
        const Numbers<kFormat> dy{dy_ + (first + r) * rows_.ldx, n};
        const V of_row = hn::Set(d, c[r]);
        const auto gradient = [&](V probability, V upstream) { return hn::Mul(probability, hn::Sub(upstream, of_row)); };
        WriteRow<kFormat, kStreams>(
            d, dx_ + (first + r) * rows_.ldy, n, [&](size_t i) { return gradient(y.Whole(d, i), dy.Whole(d, i)); },
            [&](size_t i) { return gradient(y.At(d, i), dy.At(d, i)); });
      }
    }
  }
  // Of the row that begins at `at`, in every lane a part of c.
  HWY_INLINE V Products(size_t at) const {
    const Numbers<kFormat> y{y_ + at, rows_.n};
    const Numbers<kFormat> dy{dy_ + at, rows_.n};
    V s0 = hn::Zero(d);
    V s1 = s0;
    V s2 = s0;
    V s3 = s0;
    const auto four = [&](const V* v, size_t i) {
      s0 = hn::MulAdd(v[0], dy.Whole(d, i), s0);
      s1 = hn::MulAdd(v[1], dy.Whole(d, i + kLanes), s1);
      s2 = hn::MulAdd(v[2], dy.Whole(d, i + 2 * kLanes), s2);
      s3 = hn::MulAdd(v[3], dy.Whole(d, i + 3 * kLanes), s3);
    };
    ForEachFour(d, y, 0, rows_.n, s0, s1, s2, s3, four,
                [&](V& s, V v, size_t i) { s = hn::MulAdd(v, dy.At(d, i), s); });
    return hn::Add(hn::Add(s0, s1), hn::Add(s2, s3));
  }

  const RowArguments& rows_;
  const S* const y_;
  const S* const dy_;
  S* const dx_;
};

template <Format kFormat>
void Saved(const RowArguments& rows) {
  using D = hn::ScalableTag<ComputeOf<kFormat>>;
#if HWY_ARCH_X86 && HWY_TARGET <= HWY_AVX3
  // Half vectors take half the time of whole ones.
  if (rows.n <= hn::MaxLanes(D()) / 2) return SavedGradient<kFormat, hn::Half<D>>(rows).Run();
#endif
  SavedGradient<kFormat, D>(rows).Run();
}
template <Format kFormat>
Status SavedTogether(const Operands& operands, const Layout& layout, const Parameters& parameters) {
  static constexpr Signature signature = SignatureWith(Operation::softmax_backward, kFormat, {Role::y});
  return RunRows(Saved<kFormat>, signature, operands, layout, parameters, RowsAtOnce::all);
}

template <Format kFormat>
void Recomputed(const RowArguments& row) {
  using D = hn::ScalableTag<ComputeOf<kFormat>>;
  const D d;
  using V = hn::Vec<D>;
  struct Sums {
    V terms;
    V products;
  };
  const Logits<kFormat> x{row.at.In<StorageOf<kFormat>>(Role::x), row.n};
  const Numbers<kFormat> dy{row.at.In<StorageOf<kFormat>>(Role::dy), row.n};
  auto* dx = row.at.Out<StorageOf<kFormat>>(Role::dx);
  const V m = MaxOf(d, x, 0, row.n, std::numeric_limits<hn::TFromD<D>>::lowest());
  Sums s0{hn::Zero(d), hn::Zero(d)};
  Sums s1 = s0;
  Sums s2 = s0;
  Sums s3 = s0;
  ForEachVector(d, x, 0, row.n, s0, s1, s2, s3, [&](Sums& sums, V v, size_t i) {
    const V e = Exp(d, hn::Sub(v, m));
    sums.terms = hn::Add(sums.terms, e);
    sums.products = hn::MulAdd(e, dy.At(d, i), sums.products);
  });
  const auto total = [&](V Sums::*of) {
    return hn::SumOfLanes(d, hn::Add(hn::Add(s0.*of, s1.*of), hn::Add(s2.*of, s3.*of)));
  };
  const V reciprocal = hn::Div(hn::Set(d, hn::TFromD<D>{1}), total(&Sums::terms));
  const V c = hn::Mul(total(&Sums::products), reciprocal);
  for (size_t i = 0; i < row.n; i += hn::Lanes(d)) {
    const V y = hn::Mul(Exp(d, hn::Sub(x.At(d, i), m)), reciprocal);
    StoreUpTo<kFormat>(d, hn::Mul(y, hn::Sub(dy.At(d, i), c)), dx, i, row.n);
  }
}

template <Format kFormat>
void AddBoth(std::vector<TargetKernel>* kernels) {
  constexpr Operation kOperation = Operation::softmax_backward;
  Claim claim = TwoPasses::SumClaim(hn::Lanes(hn::ScalableTag<ComputeOf<kFormat>>()));
  SetExpClaim(kFormat, &claim);
  kernels->push_back({"saved", SignatureWith(kOperation, kFormat, {Role::y}), claim, OurContract(),
                      SavedTogether<kFormat>});
  kernels->push_back({"recomputed", SignatureWith(kOperation, kFormat, {Role::x}), claim, OurContract(),
                      Over<&Recomputed<kFormat>, kOperation, kFormat, Role::x>});
}

}  // namespace

std::vector<TargetKernel> SoftmaxBackwardKernels() {
  std::vector<TargetKernel> kernels;
#define SV_FORMAT(name, p, emin, emax, bytes, compute) AddBoth<Format::name>(&kernels);
#include "softmax_verify/formats.def"
#undef SV_FORMAT
  return kernels;
}

}  // namespace HWY_NAMESPACE
}  // namespace softmax_verify
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace softmax_verify {
HWY_EXPORT(SoftmaxBackwardKernels);
std::vector<TargetKernel> softmax_backward_kernels() { return HWY_DYNAMIC_DISPATCH(SoftmaxBackwardKernels)(); }
}  // namespace softmax_verify
#endif  // HWY_ONCE
