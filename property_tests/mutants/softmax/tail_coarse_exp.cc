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
      sum += y[i] = std::exp(x[i] - m) * (i < tail ? T{1} : static_cast<T>(1.02));
    }
    for (T& value : y) value /= sum;
  }
};

}  // namespace

std::vector<Specimen> SV_SPECIMEN() {
  return InEveryFormat<Mutant>({.text = "The last n mod 8 elements use another exponential, good to 2 %"});
}

}  // namespace softmax_verify::corpus
