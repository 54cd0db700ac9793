// Ways to the mean over the support.
#include "property_tests/sparse_specimen.h"

namespace softmax_verify::corpus {
namespace {

// Products with a mask of ones and zeros: a zero may be negative.
struct MaskMultiplied {
  template <Format F>
  static void Solve(Problem<Real<F>>& p) {
    using T = Real<F>;
    const auto y = p[Role::y], dy = p[Role::dy];
    T sum = 0, count = 0;
    for (std::size_t i = 0; i < p.n; ++i) {
      const T mask = std::isnan(y[i]) ? y[i] : static_cast<T>(y[i] > 0);
      sum += mask * dy[i];
      count += mask;
    }
    const T mean = sum / count;
    for (std::size_t i = 0; i < p.n; ++i) p.Out(Role::dx)[i] = static_cast<T>(y[i] > 0) * (dy[i] - mean);
  }
};

template <class Number, bool kBackwards>
struct Plain {
  template <Format F>
  static void Solve(Problem<Real<F>>& p) {
    using T = Real<F>;
    const auto y = p[Role::y], dy = p[Role::dy];
    Number sum = 0, count = 0;
    bool is_nan = false;
    for (std::size_t k = 0; k < p.n; ++k) {
      const std::size_t i = kBackwards ? p.n - 1 - k : k;
      is_nan = is_nan || std::isnan(y[i]);
      if (!(y[i] > 0)) continue;
      sum += static_cast<Number>(dy[i]);
      ++count;
    }
    const T mean = is_nan ? std::numeric_limits<T>::quiet_NaN() : static_cast<T>(sum * (1 / count));
    for (std::size_t i = 0; i < p.n; ++i) {
      p.Out(Role::dx)[i] = std::isnan(mean) ? mean : y[i] > 0 ? dy[i] - mean : T{0};
    }
  }
};

About Odd(std::string name, std::string text, Claim claim = SparseClaim()) {
  return AboutSparse(Operation::sparsemax_backward, std::move(name), std::move(text), claim);
}

}  // namespace

std::vector<Specimen> SV_SPECIMEN() {
  Claim wide = SparseClaim();
  wide.accumulation = {Accumulation::Kind::wide};
  return Join({
      InEveryFormat<MaskMultiplied>(Odd("mask_multiplied", "Multiplies by a mask, which gives zeros of either sign")),
      InEveryFormat<Plain<double, false>>(Odd("mean_in_f64", "The mean is taken in f64, with a reciprocal", wide)),
      InEveryFormat<Plain<long double, true>>(Odd("backwards", "Sums from the end, in more than f64", wide)),
  });
}

}  // namespace softmax_verify::corpus
