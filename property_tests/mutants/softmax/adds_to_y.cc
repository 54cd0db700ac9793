#include "property_tests/specimen.h"

namespace softmax_verify::corpus {
namespace {

struct Mutant {
  template <Format F>
  static Status Run(const void* x, void* y, const Layout& layout, const Parameters& parameters) {
    std::vector<double> before(layout.outer * layout.ldy);
    for (std::size_t o = 0; o < layout.outer; ++o) {
      for (std::size_t i = 0; i < layout.axis * layout.inner; ++i) {
        before[o * layout.ldy + i] = Load(F, y, o * layout.ldy + i);
      }
    }
    const Status status = RunRows<Correct, F>(x, y, layout, parameters);
    if (status != Status::ok) return status;
    for (std::size_t o = 0; o < layout.outer; ++o) {
      for (std::size_t i = 0; i < layout.axis * layout.inner; ++i) {
        Store(F, y, o * layout.ldy + i, Load(F, y, o * layout.ldy + i) + before[o * layout.ldy + i]);
      }
    }
    return status;
  }
};

}  // namespace

std::vector<Specimen> SV_SPECIMEN() {
  return InEveryFormat<Mutant>({.text = "y is taken to be cleared: results are added to what it holds"});
}

}  // namespace softmax_verify::corpus
