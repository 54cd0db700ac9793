#include "property_tests/specimen.h"

namespace softmax_verify::corpus {
namespace {

struct Lawful {
  template <Format F>
  static void Row(std::span<const Real<F>> x, std::span<Real<F>> y) {
    using T = Real<F>;
    const T m = Maximum(x);
    for (std::size_t i = 0; i < x.size(); ++i) y[i] = std::exp(x[i] - m);
    std::vector<T> terms(y.begin(), y.end());
    std::sort(terms.begin(), terms.end(), [](T a, T b) { return a < b || (!std::isnan(a) && std::isnan(b)); });
    T sum = 0;
    for (const T term : terms) sum += term;
    for (T& value : y) value /= sum;
  }
};

}  // namespace

std::vector<Specimen> SV_SPECIMEN() {
  return InEveryFormat<Lawful>({.text = "The terms are sorted before they are added", .claim = [] {
                                  Claim claim = PlainClaim();
                                  claim.same_terms = true;
                                  claim.normalise_error = 1;
                                  return claim;
                                }()});
}

}  // namespace softmax_verify::corpus
