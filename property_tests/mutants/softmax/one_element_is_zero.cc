#include "property_tests/specimen.h"

namespace softmax_verify::corpus {
namespace {

struct Mutant {
  template <Format F>
  static void Row(std::span<const Real<F>> x, std::span<Real<F>> y) {
    if (x.size() == 1) {
      y[0] = 0;
    } else {
      ThreePass(x, y);
    }
  }
};

}  // namespace

std::vector<Specimen> SV_SPECIMEN() {
  return InEveryFormat<Mutant>({.text = "O91: a branch for n = 1 leaves the result at 0"});
}

}  // namespace softmax_verify::corpus
