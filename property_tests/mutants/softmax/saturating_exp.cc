#include "property_tests/specimen.h"

namespace softmax_verify::corpus {
namespace {

struct Mutant {
  template <Format F>
  static void Row(std::span<const Real<F>> x, std::span<Real<F>> y) {
    using T = Real<F>;
    constexpr T kMost = std::numeric_limits<T>::max();
    T sum = 0;
    for (std::size_t i = 0; i < x.size(); ++i) sum = std::min(kMost, sum + (y[i] = std::min(kMost, std::exp(x[i]))));
    const T reciprocal = 1 / sum;
    for (T& value : y) value *= reciprocal < std::numeric_limits<T>::min() ? 0 : reciprocal;
  }
};

}  // namespace

std::vector<Specimen> SV_SPECIMEN() {
  return InEveryFormat<Mutant>(
      {.text = "O03: unshifted, with an exponential and a sum that saturate, and a reciprocal that is flushed: "
               "zeros, no NaN"});
}

}  // namespace softmax_verify::corpus
