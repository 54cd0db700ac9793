#include "property_tests/specimen.h"

namespace softmax_verify::corpus {
namespace {

struct Mutant {
  template <Format F>
  static void Row(std::span<const Real<F>> x, std::span<Real<F>> y) {
    using T = Real<F>;
    T m = -kInfinity<T>;
    T sum = 0;
    for (const T value : x) {
      m = value > m ? value : m;
      sum += value == -kInfinity<T> ? T{0} : std::exp(value - m);
    }
    for (std::size_t i = 0; i < x.size(); ++i) y[i] = std::exp(x[i] - m) / sum;
  }
};

}  // namespace

std::vector<Specimen> SV_SPECIMEN() {
  return InEveryFormat<Mutant>({.text = "Online softmax whose sum is not rescaled when the maximum grows"});
}

}  // namespace softmax_verify::corpus
