#include "property_tests/specimen.h"

namespace softmax_verify::corpus {
namespace {

struct Mutant {
  template <Format F>
  static void Row(std::span<const Real<F>> x, std::span<Real<F>> y) {
    using T = Real<F>;
    const T m = std::max(T{0}, Maximum(x));
    T sum = 0;
    for (std::size_t i = 0; i < x.size(); ++i) sum += y[i] = std::exp(x[i] - m);
    for (T& value : y) value /= sum;
  }
};

}  // namespace

std::vector<Specimen> SV_SPECIMEN() {
  return InEveryFormat<Mutant>({.text = "O05, O06: the maximum starts at 0, so rows far below 0 lose every term"});
}

}  // namespace softmax_verify::corpus
