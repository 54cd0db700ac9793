#include "property_tests/specimen.h"

namespace softmax_verify::corpus {
namespace {

struct Mutant {
  template <Format F>
  static Status Run(const void* x, void* y, const Layout& layout, const Parameters& parameters) {
    Layout dense = layout;
    dense.ldy = layout.axis * layout.inner;
    return RunRows<Correct, F>(x, y, dense, parameters);
  }
};

}  // namespace

std::vector<Specimen> SV_SPECIMEN() { return InEveryFormat<Mutant>({.text = "O57: the output is written densely"}); }

}  // namespace softmax_verify::corpus
