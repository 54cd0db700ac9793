#include "property_tests/specimen.h"

namespace softmax_verify::corpus {
namespace {

struct Mutant {
  template <Format F>
  static void Row(std::span<const Real<F>> x, std::span<Real<F>> y) {
    using T = Real<F>;
    static thread_local T lanes[8];
    const T m = Maximum(x);
    for (std::size_t i = 0; i < x.size(); ++i) {
      y[i] = std::exp(x[i] - m);
      lanes[i % 8] = i < 8 ? y[i] : lanes[i % 8] + y[i];
    }
    T sum = 0;
    for (const T lane : lanes) sum += lane;
    for (T& value : y) value /= sum;
  }
};

}  // namespace

std::vector<Specimen> SV_SPECIMEN() {
  return InEveryFormat<Mutant>(
      {.text = "O64: eight partial sums of which short rows set only some; the others keep what the last row "
               "left"});
}

}  // namespace softmax_verify::corpus
