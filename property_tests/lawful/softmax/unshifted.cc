#include "property_tests/specimen.h"

namespace softmax_verify::corpus {
namespace {

struct Lawful {
  template <Format F>
  static void Row(std::span<const Real<F>> x, std::span<Real<F>> y) {
    using T = Real<F>;
    T sum = 0;
    for (std::size_t i = 0; i < x.size(); ++i) sum += y[i] = std::exp(x[i]);
    for (T& value : y) value /= sum;
  }
};

}  // namespace

std::vector<Specimen> SV_SPECIMEN() {
  return InEveryFormat<Lawful>(
      {.text = "exp of the raw logits: promises something only where that cannot overflow", .claim = [] {
         Claim claim = PlainClaim();
         claim.shifted = false;
         claim.shift_error = 0;
         claim.same_terms = true;
         claim.normalise_error = 1;
         return claim;
       }()});
}

}  // namespace softmax_verify::corpus
