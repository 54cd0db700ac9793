#include "property_tests/specimen.h"

namespace softmax_verify::corpus {
namespace {

struct Mutant {
  template <Format F>
  static void Row(std::span<const Real<F>> x, std::span<Real<F>> y) {
    using T = Real<F>;
    const T m = Maximum(x);
    T sum = 0;
    for (const T value : x) sum += std::exp(value - m);
    const T lse = m + std::log(sum);
    for (std::size_t i = 0; i < x.size(); ++i) y[i] = std::exp(x[i] - lse);
  }
};

}  // namespace

std::vector<Specimen> SV_SPECIMEN() {
  return InEveryFormat<Mutant>(
      {.text = "Division-free: exp(x - logsumexp), which rounds at the magnitude of the logits, not of their "
               "distances",
       .contract = {.exact_shift = true}});
}

}  // namespace softmax_verify::corpus
