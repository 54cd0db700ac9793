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
    const auto reciprocal = static_cast<T>(RoundToFormat(Format::f16, 1 / sum));
    for (T& value : y) value *= reciprocal;
  }
};

}  // namespace

std::vector<Specimen> SV_SPECIMEN() {
  return InEveryFormat<Mutant>({.text = "O17: a wide sum, but its reciprocal is rounded to f16 before the product"});
}

}  // namespace softmax_verify::corpus
