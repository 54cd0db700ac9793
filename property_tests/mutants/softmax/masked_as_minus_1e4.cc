#include "property_tests/specimen.h"

namespace softmax_verify::corpus {
namespace {

struct Mutant {
  template <Format F>
  static void Row(std::span<const Real<F>> x, std::span<Real<F>> y) {
    std::vector<Real<F>> replaced(x.begin(), x.end());
    for (Real<F>& value : replaced) {
      if (value == -kInfinity<Real<F>>) value = -10000;
    }
    ThreePass<Real<F>>(replaced, y);
  }
};

}  // namespace

std::vector<Specimen> SV_SPECIMEN() {
  return InEveryFormat<Mutant>({.text = "O32: -inf is replaced by -10000 and takes part in the maximum"});
}

}  // namespace softmax_verify::corpus
