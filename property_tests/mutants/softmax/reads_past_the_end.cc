#include "property_tests/specimen.h"

namespace softmax_verify::corpus {
namespace {

struct Mutant {
  template <Format F>
  static Status Run(const void* x, void* y, const Layout& layout, const Parameters& parameters) {
    const Status status = RunRows<Correct, F>(x, y, layout, parameters);
    const std::size_t elements = layout.outer == 0 ? 0 : (layout.outer - 1) * layout.ldx + layout.axis * layout.inner;
    if (elements > 0) static_cast<void>(static_cast<const volatile char*>(x)[elements * Info(F).bytes]);
    return status;
  }
};

}  // namespace

std::vector<Specimen> SV_SPECIMEN() {
  return InEveryFormat<Mutant>({.text = "O39, O44: the last vector is loaded whole, though it ends beyond the row"});
}

}  // namespace softmax_verify::corpus
