#include "property_tests/specimen.h"

namespace softmax_verify::corpus {
namespace {

struct Mutant {
  template <Format F>
  static Status Run(const void* x, void* y, const Layout& layout, const Parameters& parameters) {
    if (!AreValid<F>(parameters)) return Status::invalid_argument;
    return RunRows<Correct, F>(x, y, layout, {parameters.scale, 1});
  }
};

}  // namespace

std::vector<Specimen> SV_SPECIMEN() {
  return InEveryFormat<Mutant>({.text = "The temperature is accepted and not used"});
}

}  // namespace softmax_verify::corpus
