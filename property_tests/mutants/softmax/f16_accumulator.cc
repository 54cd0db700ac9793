#include "property_tests/specimen.h"

namespace softmax_verify::corpus {
namespace {

struct Mutant {
  template <Format F>
  static void Row(std::span<const Real<F>> x, std::span<Real<F>> y) {
    using T = Real<F>;
    const T m = Maximum(x);
    T sum = 0;
    for (std::size_t i = 0; i < x.size(); ++i)
      sum = static_cast<T>(RoundToFormat(Format::f16, sum + (y[i] = std::exp(x[i] - m))));
    for (T& value : y) value /= sum;
  }
};

}  // namespace

std::vector<Specimen> SV_SPECIMEN() {
  return InEveryFormat<Mutant>({.text = "O17: the sum is rounded to f16 after every addition, so it sticks at 2048"});
}

}  // namespace softmax_verify::corpus
