#include "property_tests/specimen.h"

namespace softmax_verify::corpus {
namespace {

struct Mutant {
  template <Format F>
  static Status Run(const void* x, void* y, const Layout& layout, const Parameters& parameters) {
    const Status status = RunRows<Correct, F>(x, y, layout, parameters);
    if (layout.axis % 2 == 0 || layout.axis <= 768 || layout.inner > 1) return status;
    for (std::size_t o = 1; o < layout.outer; ++o) {
      for (std::size_t i = 0; i < layout.axis; ++i) Store(F, y, o * layout.ldy + i, Load(F, y, o * layout.ldy + i) / 2);
    }
    return status;
  }
};

}  // namespace

std::vector<Specimen> SV_SPECIMEN() {
  return InEveryFormat<Mutant>(
      {.text = "O50: where n is odd and above 768, rows after the first are half of what they should be"});
}

}  // namespace softmax_verify::corpus
