#include "property_tests/specimen.h"

namespace softmax_verify::corpus {
namespace {

struct Mutant {
  template <Format F>
  static void Row(std::span<const Real<F>> x, std::span<Real<F>> y) {
    using T = Real<F>;
    const T m = Maximum(x);
    T sum = 0;
    for (std::size_t i = 0; i < x.size(); ++i) sum += y[i] = std::exp(x[i] - m);
    int exponent;
    const T significand = std::frexp(1 / sum, &exponent);
    const T reciprocal = std::ldexp(std::floor(significand * 4096) / 4096, exponent);
    for (T& value : y) value *= std::isnan(sum) ? sum : reciprocal;
  }
};

}  // namespace

std::vector<Specimen> SV_SPECIMEN() {
  return InEveryFormat<Mutant>({.text = "The hardware estimate of 1 / sum, 12 bits, without a Newton step"});
}

}  // namespace softmax_verify::corpus
