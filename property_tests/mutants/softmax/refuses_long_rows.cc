#include "property_tests/specimen.h"

namespace softmax_verify::corpus {
namespace {

struct Mutant {
  template <Format F>
  static Status Run(const void* x, void* y, const Layout& layout, const Parameters& parameters) {
    return layout.axis > 1024 ? Status::invalid_argument : RunRows<Correct, F>(x, y, layout, parameters);
  }
};

}  // namespace

std::vector<Specimen> SV_SPECIMEN() {
  return InEveryFormat<Mutant>({.text = "O57: a launch limit turns into an error for rows of more than 1024 elements"});
}

}  // namespace softmax_verify::corpus
