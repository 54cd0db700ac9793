#include "property_tests/specimen.h"

namespace softmax_verify::corpus {
namespace {

struct Mutant {
  template <Format F>
  static Status Run(const void* x, void* y, const Layout& layout, const Parameters& parameters) {
    if (layout.inner == 1) return RunRows<Correct, F>(x, y, layout, parameters);
    return RunRows<Correct, F>(x, y, Layout::Rows(layout.outer * layout.axis, layout.inner), parameters);
  }
};

}  // namespace

std::vector<Specimen> SV_SPECIMEN() {
  return InEveryFormat<Mutant>({.text = "O53, O54: softmax over the innermost axis whatever was asked"});
}

}  // namespace softmax_verify::corpus
