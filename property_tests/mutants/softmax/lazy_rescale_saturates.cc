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
      if (value > m + 8) {
        sum *= m == -kInfinity<T> ? T{0} : std::exp(m - value);
        m = value;
      }
      sum += value == -kInfinity<T> ? T{0} : std::min(T{448}, std::exp(value - m));
    }
    for (std::size_t i = 0; i < x.size(); ++i) y[i] = std::min(T{448}, std::exp(x[i] - m)) / sum;
  }
};

}  // namespace

std::vector<Specimen> SV_SPECIMEN() {
  return InEveryFormat<Mutant>(
      {.text = "O81: rescaled only when the maximum grows by more than 8, the exponentials meanwhile capped at "
               "448"});
}

}  // namespace softmax_verify::corpus
