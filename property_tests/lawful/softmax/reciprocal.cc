#include "property_tests/specimen.h"

namespace softmax_verify::corpus {
namespace {

struct Lawful {
  template <Format F>
  static void Row(std::span<const Real<F>> x, std::span<Real<F>> y) {
    using T = Real<F>;
    const T m = Maximum(x);
    T sum = 0;
    for (std::size_t i = 0; i < x.size(); ++i) sum += y[i] = std::exp(x[i] - m);
    const T reciprocal = 1 / sum;
    for (T& value : y) value *= reciprocal;
  }
};

}  // namespace

std::vector<Specimen> SV_SPECIMEN() {
  return InEveryFormat<Lawful>({.text = "Multiplied by the rounded 1 / sum", .claim = [] {
                                  Claim claim = PlainClaim();
                                  claim.same_terms = true;
                                  return claim;
                                }()});
}

}  // namespace softmax_verify::corpus
