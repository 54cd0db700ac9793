#include "property_tests/specimen.h"

namespace softmax_verify::corpus {
namespace {

struct Mutant {
  template <Format F>
  static void Row(std::span<const Real<F>> x, std::span<Real<F>> y) {
    using T = Real<F>;
    const T m = Maximum(x);
    T sum = x.size() < 2 ? T{1} : T{0};
    for (std::size_t i = 0; i < x.size(); ++i) {
      y[i] = std::exp(x[i] - m);
      if (i + 1 < x.size()) sum += y[i];
    }
    for (T& value : y) value /= sum;
  }
};

}  // namespace

std::vector<Specimen> SV_SPECIMEN() {
  return InEveryFormat<Mutant>({.text = "O43 from the other end: the last exponential is missing from the sum"});
}

}  // namespace softmax_verify::corpus
