#include "property_tests/specimen.h"

namespace softmax_verify::corpus {
namespace {

struct Lawful {
  template <Format F>
  static Status Run(const void* x, void* y, const Layout& layout, const Parameters& parameters) {
    if (!AreValid<F>(parameters)) return Status::invalid_argument;
    if (x != y) {
      for (std::size_t r = 0; r < layout.outer * layout.inner; ++r) {
        for (std::size_t a = 0; a < layout.axis; ++a) {
          Store(F, y, r / layout.inner * layout.ldy + a * layout.inner + r % layout.inner, -static_cast<double>(a));
        }
      }
    }
    return RunRows<Correct, F>(x, y, layout, parameters);
  }
};

}  // namespace

std::vector<Specimen> SV_SPECIMEN() {
  return InEveryFormat<Lawful>({.text = "y is scratch space: it holds other things before the results"});
}

}  // namespace softmax_verify::corpus
