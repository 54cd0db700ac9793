#include "property_tests/specimen.h"

namespace softmax_verify::corpus {
namespace {

struct Lawful {
  template <Format F>
  static void Row(std::span<const Real<F>> x, std::span<Real<F>> y) {
    using T = Real<F>;
    const T m = Maximum(x);
    const std::size_t tail = x.size() / 8 * 8;
    T sum = 0;
    for (std::size_t i = 0; i < x.size(); ++i) {
      sum += y[i] = i < tail ? std::exp(x[i] - m)
                             : static_cast<T>(std::exp(static_cast<long double>(x[i]) - static_cast<long double>(m)));
    }
    const T reciprocal = 1 / sum;
    for (std::size_t i = 0; i < x.size(); ++i) y[i] = i < tail ? y[i] * reciprocal : y[i] / sum;
  }
};

}  // namespace

std::vector<Specimen> SV_SPECIMEN() {
  return InEveryFormat<Lawful>(
      {.text = "The last n mod 8 elements go through long double and a division, the others through a "
               "reciprocal",
       .claim = [] {
         Claim claim = PlainClaim();
         claim.same_terms = true;
         return claim;
       }()});
}

}  // namespace softmax_verify::corpus
