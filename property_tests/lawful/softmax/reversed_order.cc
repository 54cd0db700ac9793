#include "property_tests/specimen.h"

namespace softmax_verify::corpus {
namespace {

struct Lawful {
  template <Format F>
  static void Row(std::span<const Real<F>> x, std::span<Real<F>> y) {
    using T = Real<F>;
    const T m = Maximum(x);
    T sum = 0;
    for (std::size_t i = x.size(); i-- > 0;) sum += y[i] = std::exp(x[i] - m);
    for (T& value : y) value /= sum;
  }
};

}  // namespace

std::vector<Specimen> SV_SPECIMEN() {
  return InEveryFormat<Lawful>({.text = "The terms are added from the last to the first", .claim = [] {
                                  Claim claim = PlainClaim();
                                  claim.same_terms = true;
                                  claim.normalise_error = 1;
                                  return claim;
                                }()});
}

}  // namespace softmax_verify::corpus
