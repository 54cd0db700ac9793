#include "property_tests/specimen.h"

namespace softmax_verify::corpus {
namespace {

struct Mutant {
  template <Format F>
  static Status Run(const void* x, void* y, const Layout& layout, const Parameters& parameters) {
    const Status status = RunRows<Correct, F>(x, y, layout, parameters);
    if (status != Status::ok || x == y) return status;
    for (std::size_t o = 0; o < layout.outer; ++o) {
      for (std::size_t i = 0; i < layout.axis * layout.inner; ++i) {
        Store(F, const_cast<void*>(x), o * layout.ldx + i, Load(F, x, o * layout.ldx + i) - 1);
      }
    }
    return status;
  }
};

}  // namespace

std::vector<Specimen> SV_SPECIMEN() {
  return InEveryFormat<Mutant>({.text = "O66: the shifted logits are written back to x"});
}

}  // namespace softmax_verify::corpus
