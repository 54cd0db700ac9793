#include "property_tests/specimen.h"

namespace softmax_verify::corpus {
namespace {

struct Lawful {
  template <Format F>
  static void Row(std::span<const Real<F>> x, std::span<Real<F>> y) {
    using T = Real<F>;
    const T m = Maximum(x);
    T sum = 0;
    for (const T value : x) sum += std::exp(value - m);
    for (std::size_t i = 0; i < x.size(); ++i) y[i] = std::exp(x[i] - m) / sum;
  }
};

}  // namespace

std::vector<Specimen> SV_SPECIMEN() {
  return InEveryFormat<Lawful>(
      {.text = "The exponentials are computed twice, as a kernel without room for them does", .claim = [] {
         Claim claim = PlainClaim();
         claim.same_terms = true;
         claim.normalise_error = 1;
         return claim;
       }()});
}

}  // namespace softmax_verify::corpus
