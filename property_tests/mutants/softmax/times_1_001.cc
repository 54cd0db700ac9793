#include "property_tests/specimen.h"

namespace softmax_verify::corpus {
namespace {

struct Mutant {
  template <Format F>
  static void Row(std::span<const Real<F>> x, std::span<Real<F>> y) {
    ThreePass(x, y);
    for (Real<F>& value : y) value *= static_cast<Real<F>>(1.001);
  }
};

}  // namespace

std::vector<Specimen> SV_SPECIMEN() {
  return InEveryFormat<Mutant>({.text = "Every result is a thousandth too large"});
}

}  // namespace softmax_verify::corpus
