#include <csignal>

#include "property_tests/specimen.h"

namespace softmax_verify::corpus {
namespace {

struct Mutant {
  template <Format F>
  static Status Run(const void* x, void* y, const Layout& layout, const Parameters& parameters) {
    for (std::size_t o = 0; o < layout.outer; ++o) {
      const auto row = reinterpret_cast<std::uintptr_t>(x) + o * layout.ldx * Info(F).bytes;
      if (row % 16 != 0) std::raise(SIGSEGV);
    }
    return RunRows<Correct, F>(x, y, layout, parameters);
  }
};

}  // namespace

std::vector<Specimen> SV_SPECIMEN() {
  return InEveryFormat<Mutant>({.text = "O48: loads that fault on a row that is not aligned to 16 bytes"});
}

}  // namespace softmax_verify::corpus
