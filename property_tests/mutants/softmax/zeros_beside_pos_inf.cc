#include "property_tests/specimen.h"

namespace softmax_verify::corpus {
namespace {

struct Mutant {
  template <Format F>
  static void Row(std::span<const Real<F>> x, std::span<Real<F>> y) {
    using T = Real<F>;
    ThreePass(x, y);
    if (Maximum(x) == kInfinity<T>) std::fill(y.begin(), y.end(), T{0});
  }
};

}  // namespace

std::vector<Specimen> SV_SPECIMEN() { return InEveryFormat<Mutant>({.text = "O26: a row with +inf becomes zeros"}); }

}  // namespace softmax_verify::corpus
