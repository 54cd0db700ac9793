#include "property_tests/specimen.h"

namespace softmax_verify::corpus {
namespace {

struct Mutant {
  template <Format F>
  static void Row(std::span<const Real<F>> x, std::span<Real<F>> y) {
    std::vector<Real<F>> rounded(x.begin(), x.end());
    for (Real<F>& value : rounded) value = static_cast<Real<F>>(RoundToFormat(Format::bf16, value));
    ThreePass<Real<F>>(rounded, y);
  }
};

}  // namespace

std::vector<Specimen> SV_SPECIMEN() {
  return InEveryFormat<Mutant>(
      {.text = "The logits, scaled where they are to be scaled, pass through bf16 on their way in"});
}

}  // namespace softmax_verify::corpus
