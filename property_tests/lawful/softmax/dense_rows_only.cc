#include "property_tests/specimen.h"

namespace softmax_verify::corpus {
namespace {

struct Lawful {
  template <Format F>
  static Status Run(const void* x, void* y, const Layout& layout, const Parameters& parameters) {
    const bool dense = layout.inner == 1 && layout.ldx == layout.axis && layout.ldy == layout.axis;
    return dense ? RunRows<Correct, F>(x, y, layout, parameters) : Status::invalid_argument;
  }
};

}  // namespace

std::vector<Specimen> SV_SPECIMEN() {
  return InEveryFormat<Lawful>({.text = "Answers any layout but dense rows with invalid_argument"});
}

}  // namespace softmax_verify::corpus
