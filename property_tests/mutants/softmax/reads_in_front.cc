#include "property_tests/specimen.h"

namespace softmax_verify::corpus {
namespace {

struct Mutant {
  template <Format F>
  static Status Run(const void* x, void* y, const Layout& layout, const Parameters& parameters) {
    const Status status = RunRows<Correct, F>(x, y, layout, parameters);
    if (layout.outer * layout.axis > 0) static_cast<void>(static_cast<const volatile char*>(x)[-1]);
    return status;
  }
};

}  // namespace

std::vector<Specimen> SV_SPECIMEN() {
  return InEveryFormat<Mutant>({.text = "O75: an index of -1 reads the element before the first"});
}

}  // namespace softmax_verify::corpus
