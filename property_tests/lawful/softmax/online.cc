#include "property_tests/specimen.h"

namespace softmax_verify::corpus {
namespace {

struct Lawful {
  template <Format F>
  static void Row(std::span<const Real<F>> x, std::span<Real<F>> y) {
    using T = Real<F>;
    T m = -kInfinity<T>;
    T sum = 0;
    for (const T value : x) {
      if (value > m) {
        if (sum != 0) sum *= std::exp(m - value);
        m = value;
      }
      if (value != -kInfinity<T>) sum += std::exp(value - m);
    }
    for (std::size_t i = 0; i < x.size(); ++i) y[i] = std::exp(x[i] - m) / sum;
  }
};

}  // namespace

std::vector<Specimen> SV_SPECIMEN() {
  return InEveryFormat<Lawful>(
      {.text = "One pass for maximum and sum, which is rescaled whenever the maximum grows", .claim = [] {
         Claim claim = PlainClaim();
         claim.normalise_error = 1;
         claim.rescale_step = 1;
         return claim;
       }()});
}

}  // namespace softmax_verify::corpus
