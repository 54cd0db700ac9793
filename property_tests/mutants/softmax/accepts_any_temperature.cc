#include "property_tests/specimen.h"

namespace softmax_verify::corpus {
namespace {

struct Mutant {
  template <Format F>
  static Status Run(const void* x, void* y, const Layout& layout, const Parameters& parameters) {
    if (!IsValid(parameters.scale)) return Status::invalid_argument;
    const double factor = static_cast<Real<F>>(parameters.scale / parameters.temperature);
    return RunRows<Correct, F>(x, y, layout, {IsValid(factor) ? factor : 1, 1});
  }
};

}  // namespace

std::vector<Specimen> SV_SPECIMEN() {
  return InEveryFormat<Mutant>({.text = "O82, O83: a temperature of 0 or NaN is divided by"});
}

}  // namespace softmax_verify::corpus
