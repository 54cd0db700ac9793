#include "property_tests/specimen.h"

namespace softmax_verify::corpus {
namespace {

struct Mutant {
  template <Format F>
  static void Row(std::span<const Real<F>> x, std::span<Real<F>> y) {
    using T = Real<F>;
    const T m = Maximum(x);
    T sum = 1;
    for (std::size_t i = 0; i < x.size(); ++i) sum += y[i] = std::exp(x[i] - m);
    for (T& value : y) value /= sum;
  }
};

}  // namespace

std::vector<Specimen> SV_SPECIMEN() {
  return InEveryFormat<Mutant>({.text = "\"softmax1\", or an epsilon of 1: the denominator has a term too many"});
}

}  // namespace softmax_verify::corpus
