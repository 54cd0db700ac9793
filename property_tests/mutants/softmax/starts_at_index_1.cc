#include "property_tests/specimen.h"

namespace softmax_verify::corpus {
namespace {

struct Mutant {
  template <Format F>
  static void Row(std::span<const Real<F>> x, std::span<Real<F>> y) {
    using T = Real<F>;
    const T m = Maximum(x);
    T sum = 0;
    for (std::size_t i = 0; i < x.size(); ++i) y[i] = std::exp(x[i] - m);
    for (std::size_t i = 1; i < x.size(); ++i) sum += y[i];
    for (std::size_t i = 1; i < x.size(); ++i) y[i] /= sum;
  }
};

}  // namespace

std::vector<Specimen> SV_SPECIMEN() {
  return InEveryFormat<Mutant>({.text = "O43: sum and division start at element 1"});
}

}  // namespace softmax_verify::corpus
