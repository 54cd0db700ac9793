#include "property_tests/specimen.h"

namespace softmax_verify::corpus {
namespace {

struct Mutant {
  template <Format F>
  static Status Run(const void* x, void* y, const Layout& layout, const Parameters& parameters) {
    const auto address = reinterpret_cast<std::uintptr_t>(x);
    return RunRows<Correct, F>(reinterpret_cast<const void*>(address / 16 * 16), y, layout, parameters);
  }
};

}  // namespace

std::vector<Specimen> SV_SPECIMEN() {
  return InEveryFormat<Mutant>({.text = "O49: the start of each row is rounded down to a 16-byte boundary"});
}

}  // namespace softmax_verify::corpus
