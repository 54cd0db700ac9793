#include "property_tests/specimen.h"

namespace softmax_verify::corpus {
namespace {

struct Lawful {
  template <Format F>
  static void Row(std::span<const Real<F>> x, std::span<Real<F>> y) {
    using T = Real<F>;
    const T m = Maximum(x);
    T sum = 0;
    T lost = 0;
    for (std::size_t i = 0; i < x.size(); ++i) {
      const T term = (y[i] = std::exp(x[i] - m)) - lost;
      const T next = sum + term;
      lost = (next - sum) - term;
      sum = next;
    }
    for (T& value : y) value /= sum;
  }
};

}  // namespace

std::vector<Specimen> SV_SPECIMEN() {
  return InEveryFormat<Lawful>({.text = "Kahan: what each addition loses is added to the next term", .claim = [] {
                                  Claim claim = PlainClaim();
                                  claim.accumulation = {Accumulation::Kind::compensated};
                                  claim.same_terms = true;
                                  claim.normalise_error = 1;
                                  return claim;
                                }()});
}

}  // namespace softmax_verify::corpus
