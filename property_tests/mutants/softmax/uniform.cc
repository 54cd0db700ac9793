#include "property_tests/specimen.h"

namespace softmax_verify::corpus {
namespace {

struct Mutant {
  template <Format F>
  static void Row(std::span<const Real<F>> x, std::span<Real<F>> y) {
    std::fill(y.begin(), y.end(), 1 / static_cast<Real<F>>(x.size()));
  }
};

}  // namespace

std::vector<Specimen> SV_SPECIMEN() {
  return InEveryFormat<Mutant>({.text = "Every element gets 1/n: within any absolute tolerance above 1/n"});
}

}  // namespace softmax_verify::corpus
