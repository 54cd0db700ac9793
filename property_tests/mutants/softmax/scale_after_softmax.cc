#include "property_tests/specimen.h"

namespace softmax_verify::corpus {
namespace {

struct Mutant {
  template <Format F>
  static Status Run(const void* x, void* y, const Layout& layout, const Parameters& parameters) {
    const Status status = RunRows<Correct, F>(x, y, layout, {1, parameters.temperature});
    if (!IsValid(parameters.scale)) return Status::invalid_argument;
    for (std::size_t o = 0; o < layout.outer; ++o) {
      for (std::size_t i = 0; i < layout.axis * layout.inner; ++i) {
        Store(F, y, o * layout.ldy + i, Load(F, y, o * layout.ldy + i) * parameters.scale);
      }
    }
    return status;
  }
};

}  // namespace

std::vector<Specimen> SV_SPECIMEN() { return InEveryFormat<Mutant>({.text = "O84: softmax(x) * scale"}); }

}  // namespace softmax_verify::corpus
