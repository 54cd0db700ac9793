#include "property_tests/specimen.h"

namespace softmax_verify::corpus {
namespace {

struct Lawful {
  template <Format F>
  static void Row(std::span<const Real<F>> x, std::span<Real<F>> y) {
    using T = Real<F>;
    const T m = Maximum(x);
    T sum = 0;
    for (std::size_t i = 0; i < x.size(); ++i) {
      sum += y[i] = std::exp2((x[i] - m) * static_cast<T>(1.4426950408889634));
    }
    for (T& value : y) value /= sum;
  }
};

}  // namespace

std::vector<Specimen> SV_SPECIMEN() {
  return InEveryFormat<Lawful>(
      {.text = "2^((x - m) log2 e): the constant and the product cost the exponent two more roundings", .claim = [] {
         Claim claim = PlainClaim();
         claim.shift_error = 3;
         claim.same_terms = true;
         claim.normalise_error = 1;
         return claim;
       }()});
}

}  // namespace softmax_verify::corpus
