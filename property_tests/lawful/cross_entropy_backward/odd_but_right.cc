// Other orders of the same arithmetic.
#include "property_tests/loss_specimen.h"

namespace softmax_verify::corpus {
namespace {

struct Distributes : PlainLossGradient {
  template <class T>
  static void Gradient(const LossRow<T>& row, T t, std::span<T> dx) {
    const T m = Maximum(std::span<const T>(row.z));
    const T factor = t * row.SumOfCoefficients() / row.Sum(m);
    for (std::size_t j = 0; j < row.n(); ++j) dx[j] = factor * std::exp(row.z[j] - m) - t * row.Coefficient(j);
  }
};

struct InTwoParts : PlainLossGradient {
  template <class T>
  static void Gradient(const LossRow<T>& row, T t, std::span<T> dx) {
    const T share = row.smoothing / static_cast<T>(row.n());
    T total = 0;
    std::vector<T> coefficients(row.n());
    for (std::size_t k = 0; k < row.n(); ++k) {
      coefficients[k] = share * row.Weight(k);
      if (row.IsTarget(k)) coefficients[k] += (1 - row.smoothing) * row.Weight(k);
      total += coefficients[k];
    }
    const T m = Maximum(std::span<const T>(row.z));
    const T reciprocal = 1 / row.Sum(m);
    for (std::size_t j = 0; j < row.n(); ++j) {
      const T y = std::exp(row.z[j] - m) * reciprocal;
      dx[j] = -(coefficients[j] - total * y) * t;
    }
  }
};

struct LastFirst : PlainLossGradient {
  template <class T>
  static void Gradient(LossRow<T> row, T t, std::span<T> dx) {
    std::reverse(row.z.begin(), row.z.end());
    std::reverse(row.weight.begin(), row.weight.end());
    row.target = static_cast<std::int64_t>(row.n()) - 1 - row.target;
    PlainLossGradient::Gradient(row, t, dx);
    std::reverse(dx.begin(), dx.end());
  }
};

}  // namespace

std::vector<Specimen> SV_SPECIMEN() {
  return Join({
      LossGradient<LossGradientSpecimen<Distributes>>("distributes", "t C / s and t c_j first, then their difference"),
      LossGradient<LossGradientSpecimen<InTwoParts>>(
          "in_two_parts", "c_j of the smoothing's part and the target's, a reciprocal, -(c_j - C y_j) t"),
      LossGradient<LossGradientSpecimen<LastFirst>>("last_first", "Every sum from the last class to the first"),
  });
}

}  // namespace softmax_verify::corpus
