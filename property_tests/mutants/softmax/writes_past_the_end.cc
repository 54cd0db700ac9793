#include "property_tests/specimen.h"

namespace softmax_verify::corpus {
namespace {

struct Mutant {
  template <Format F>
  static Status Run(const void* x, void* y, const Layout& layout, const Parameters& parameters) {
    const Status status = RunRows<Correct, F>(x, y, layout, parameters);
    if (status != Status::ok || layout.inner > 1 || layout.outer == 0) return status;
    const std::size_t end = (layout.outer - 1) * layout.ldy + layout.axis;
    for (std::size_t i = layout.axis; i % 4 != 0; ++i) Store(F, y, end + i - layout.axis, 0);
    return status;
  }
};

}  // namespace

std::vector<Specimen> SV_SPECIMEN() {
  return InEveryFormat<Mutant>({.text = "O40: ceil(n / 4) * 4 results are written a row"});
}

}  // namespace softmax_verify::corpus
