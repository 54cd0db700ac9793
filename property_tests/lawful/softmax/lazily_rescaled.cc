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
      if (value > m + 10 || (m == -kInfinity<T> && value > m)) {
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
      {.text = "The shift follows the maximum only when it has fallen behind by more than 10, so exponentials "
               "reach e^10",
       .claim = [] {
         Claim claim = PlainClaim();
         claim.exp_error += 10;  // u |x - m| beyond u |d|, since m is up to 10 below the maximum
         claim.normalise_error = 1;
         claim.rescale_step = 1;
         return claim;
       }()});
}

}  // namespace softmax_verify::corpus
