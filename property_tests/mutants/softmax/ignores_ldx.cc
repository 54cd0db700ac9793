#include "property_tests/specimen.h"

namespace softmax_verify::corpus {
namespace {

struct Mutant {
  template <Format F>
  static Status Run(const void* x, void* y, const Layout& layout, const Parameters& parameters) {
    Layout dense = layout;
    dense.ldx = layout.axis * layout.inner;
    return RunRows<Correct, F>(x, y, dense, parameters);
  }
};

}  // namespace

std::vector<Specimen> SV_SPECIMEN() {
  return InEveryFormat<Mutant>({.text = "O51, O52: the input is taken to be dense"});
}

}  // namespace softmax_verify::corpus
