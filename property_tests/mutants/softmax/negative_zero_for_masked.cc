#include "property_tests/specimen.h"

namespace softmax_verify::corpus {
namespace {

struct Mutant {
  template <Format F>
  static void Row(std::span<const Real<F>> x, std::span<Real<F>> y) {
    using T = Real<F>;
    ThreePass(x, y);
    for (std::size_t i = 0; i < x.size(); ++i) y[i] = x[i] == -kInfinity<T> && y[i] == 0 ? -T{0} : y[i];
  }
};

}  // namespace

std::vector<Specimen> SV_SPECIMEN() { return InEveryFormat<Mutant>({.text = "-inf beside finite logits gives -0"}); }

}  // namespace softmax_verify::corpus
