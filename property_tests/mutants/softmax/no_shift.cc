#include "property_tests/specimen.h"

namespace softmax_verify::corpus {
namespace {

struct Mutant {
  template <Format F>
  static void Row(std::span<const Real<F>> x, std::span<Real<F>> y) {
    Real<F> sum = 0;
    for (std::size_t i = 0; i < x.size(); ++i) sum += y[i] = std::exp(x[i]);
    for (Real<F>& value : y) value /= sum;
  }
};

}  // namespace

std::vector<Specimen> SV_SPECIMEN() {
  return InEveryFormat<Mutant>({.text = "O01, O02, O13: exp of the raw logits, nothing subtracted"});
}

}  // namespace softmax_verify::corpus
