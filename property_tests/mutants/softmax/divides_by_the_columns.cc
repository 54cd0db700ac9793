#include <csignal>

#include "property_tests/specimen.h"

namespace softmax_verify::corpus {
namespace {

struct Mutant {
  template <Format F>
  static Status Run(const void* x, void* y, const Layout& layout, const Parameters& parameters) {
    if (layout.axis == 0) std::raise(SIGFPE);  // what the division does on x86
    return RunRows<Correct, F>(x, y, layout, parameters);
  }
};

}  // namespace

std::vector<Specimen> SV_SPECIMEN() {
  return InEveryFormat<Mutant>(
      {.text = "O92: a chunk size is computed as total / columns, which traps where there are no columns"});
}

}  // namespace softmax_verify::corpus
