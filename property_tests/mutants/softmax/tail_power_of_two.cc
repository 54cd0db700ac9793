#include "property_tests/specimen.h"

namespace softmax_verify::corpus {
namespace {

struct Mutant {
  template <Format F>
  static void Row(std::span<const Real<F>> x, std::span<Real<F>> y) {
    using T = Real<F>;
    const T m = Maximum(x);
    const std::size_t tail = x.size() / 8 * 8;
    T sum = 0;
    for (std::size_t i = 0; i < x.size(); ++i) {
      const T t = x[i] - m;
      sum += y[i] = i < tail ? std::exp(t) : std::exp2(std::nearbyint(t * static_cast<T>(1.4426950408889634)));
    }
    for (T& value : y) value /= sum;
  }
};

}  // namespace

std::vector<Specimen> SV_SPECIMEN() {
  return InEveryFormat<Mutant>(
      {.text = "O21: the last n mod 8 elements get a power of two, the polynomial of the fraction being left "
               "out"});
}

}  // namespace softmax_verify::corpus
