#include "property_tests/specimen.h"

namespace softmax_verify::corpus {
namespace {

struct Mutant {
  template <Format F>
  static Status Run(const void* x, void* y, const Layout& layout, const Parameters& parameters) {
    const Status status = RunRows<Correct, F>(x, y, layout, parameters);
    for (std::size_t o = layout.outer; o-- > 1;) {
      for (std::size_t i = 0; i < layout.axis * layout.inner; ++i) {
        Store(F, y, o * layout.ldy + i, Load(F, y, (o - 1) * layout.ldy + i));
      }
    }
    return status;
  }
};

}  // namespace

std::vector<Specimen> SV_SPECIMEN() {
  return InEveryFormat<Mutant>({.text = "Each row but the first gets the results of the row before"});
}

}  // namespace softmax_verify::corpus
