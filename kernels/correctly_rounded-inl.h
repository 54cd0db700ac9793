// softmax of f32, f16 and bf16 rows, every element the value of the format nearest to the exact one, ties to even.
//
//   Shape    x[n] -> y[n], n >= 1; y must not be x (kernels/rows_apart.h sees to that).
//   Error    none but the rounding of the exact result: Theorem R5 of docs/error_bounds.md. So the bits are the same on
//            every target, in every order, batch and layout, and after every exact shift.
//   Method   (1) the arithmetic of kernels/accurate-inl.h with its proved error: an element is done where both ends of
//            its interval round to one value; (2) the others, one in some millions, from double-doubles; (3) what those
//            cannot decide from MPFR, with as many bits as it takes.
//   Special  as in kernels/softmax.cc.
#if defined(SOFTMAX_VERIFY_KERNELS_CORRECTLY_ROUNDED_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef SOFTMAX_VERIFY_KERNELS_CORRECTLY_ROUNDED_INL_H_
#undef SOFTMAX_VERIFY_KERNELS_CORRECTLY_ROUNDED_INL_H_
#else
#define SOFTMAX_VERIFY_KERNELS_CORRECTLY_ROUNDED_INL_H_
#endif

#include <cmath>
#include <optional>

#include "hwy/highway.h"
#include "kernels/accurate-inl.h"
#include "kernels/double_double-inl.h"
#include "kernels/nearest.h"

HWY_BEFORE_NAMESPACE();
namespace softmax_verify {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// Results of elements further than this from the maximum round to 0: e^-d is below half the smallest subnormal number.
constexpr double FarthestResult(Format format) {
  return format == Format::f16 ? 18 : format == Format::bf16 ? 94 : 105;
}

// Of v_i = e_i (1/s) of kernels/accurate-inl.h for d_i <= farthest, relative: Theorem R1.
inline double WideError(double farthest, size_t lanes, size_t n, bool scaled) {
  const double log_n = std::log2(static_cast<double>(n)) * 0.6932 + 0.001;
  const double height = static_cast<double>(kSumBlock / (4 * lanes)) + 6 + std::log2(static_cast<double>(lanes));
  const double shift = (scaled ? 3 : 1) + kWideExpSlope;
  const double roundoffs = 2 * kWideExpError + shift * (farthest + log_n + 1) + height + 6;
  return roundoffs * 0x1p-53 * (1 + 0x1p-20);
}

// e^(z_i - z_m) for logits x_i, e^-400 for what is less.
template <bool kScaled, class D, class V = hn::Vec<D>>
HWY_INLINE DoubleDouble<V> TermInTwo(D d, V x, double maximum, const TwoDoubles& scale) {
  DoubleDouble<V> t = TwoSum(x, hn::Set(d, -maximum));
  if constexpr (kScaled) t = Product(t, DoubleDouble<V>{hn::Set(d, scale.hi), hn::Set(d, scale.lo)});
  const auto far = hn::Not(hn::Ge(t.hi, hn::Set(d, -kFarthest)));  // -inf - m has a NaN for its low part
  const V hi = hn::IfThenElse(far, hn::Set(d, -kFarthest), t.hi);
  return NormalExp(d, DoubleDouble<V>{hi, hn::IfThenZeroElse(far, t.lo)});
}

// Steps (2) and (3), made when the first element needs them.
template <Format kFormat, bool kScaled>
class Undecided {
  using D = hn::ScalableTag<double>;
  using V = hn::Vec<D>;

 public:
  // `error`: of the results that are to be decided, relative.
  Undecided(const RowArguments& row, const StorageOf<kFormat>* x, double maximum, double error)
      : row_(row), logits_{x, row.n}, maximum_(maximum), error_(error) {}

  // Decides the elements i .. of one vector of results.
  HWY_NOINLINE void Decide(size_t i, V v, StorageOf<kFormat>* y) {
    const D d;
    const hn::Rebind<float, D> df;
    const auto low = RoundTo<kFormat>(d, hn::Mul(v, hn::Set(d, 1 - error_)));
    const auto high = RoundTo<kFormat>(d, hn::Mul(v, hn::Set(d, 1 + error_)));
    StoreRounded<kFormat>(d, low, y, i, row_.n);
    if (hn::AllFalse(df, hn::Lt(low, high))) return;  // with NaN there is nothing to decide
    HWY_ALIGN float ends[2][hn::MaxLanes(df)];
    hn::Store(low, df, ends[0]);
    hn::Store(high, df, ends[1]);
    Resolve(i, ends[0], ends[1], y);
  }

 private:
  // Corrects those of the elements i .. of one vector whose `low` and `high` differ.
  void Resolve(size_t i, const float* low, const float* high, StorageOf<kFormat>* y) {
    const D d;
    if (!summed_) Prepare();
    const DoubleDouble<V> quotient =
        Product(Term(i), DoubleDouble<V>{hn::Set(d, reciprocal_.hi), hn::Set(d, reciprocal_.lo)});
    HWY_ALIGN double hi[hn::MaxLanes(D())];
    HWY_ALIGN double lo[hn::MaxLanes(D())];
    hn::Store(quotient.hi, d, hi);
    hn::Store(quotient.lo, d, lo);
    // Theorem R4
    const double error = 0x1p-90 + static_cast<double>(row_.n) * 0x1p-103;
    for (size_t k = 0; k < hn::Lanes(d) && i + k < row_.n; ++k) {
      if (low[k] == high[k]) continue;
      std::optional<double> nearest = NearestWithin(kFormat, hi[k], lo[k], hi[k] * error);
      if (!nearest) {
        if (!exact_) exact_.emplace(kFormat, logits_.x, row_.n, row_.parameters);
        nearest = exact_->Nearest(i + k);
      }
      Store(kFormat, y, i + k, *nearest);
    }
  }

  DoubleDouble<V> Term(size_t i) const {
    const D d;
    return TermInTwo<kScaled>(d, logits_.At(d, i), maximum_, scale_);
  }

  void Prepare() {
    scale_ = ScaleInTwo(row_.parameters);
    reciprocal_ = Reciprocal(SumInTwo(D(), row_.n, [&](size_t i) { return Term(i); }));
    summed_ = true;
  }

  const RowArguments& row_;
  WideLogits<kFormat> logits_;
  double maximum_;
  double error_;
  bool summed_ = false;
  TwoDoubles scale_{};
  DoubleDouble<double> reciprocal_{};  // of the sum
  std::optional<ExactSoftmax> exact_;
};

struct CorrectlyRounded {
  template <Format kFormat, bool kScaled>
  static HWY_INLINE void Run(const RowArguments& row, const StorageOf<kFormat>* x, StorageOf<kFormat>* y) {
    const hn::ScalableTag<double> d;
    using V = hn::Vec<decltype(d)>;
    WithTerms<kFormat, kScaled>(row, x, [&](V m, V s, const auto& terms) {
      const double error = WideError(FarthestResult(kFormat), hn::Lanes(d), row.n, kScaled);
      const Midpoints<kFormat> midpoints(error);
      Undecided<kFormat, kScaled> undecided(row, x, hn::GetLane(m), error);
      StoreResults<kFormat>(
          terms, s, y, row.n, [&](const auto& v, const auto& rounded) { return midpoints.AnyNear(v, rounded); },
          [&](size_t i, V v) { undecided.Decide(i, v, y); });
    });
  }
};

}  // namespace HWY_NAMESPACE
}  // namespace softmax_verify
HWY_AFTER_NAMESPACE();

#endif  // per-target include guard
