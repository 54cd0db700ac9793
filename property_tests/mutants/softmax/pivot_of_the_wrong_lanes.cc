#include "property_tests/specimen.h"

namespace softmax_verify::corpus {
namespace {

struct Mutant {
  template <Format F>
  static void Row(std::span<const Real<F>> x, std::span<Real<F>> y) {
    using T = Real<F>;
    std::vector<T> pivot(x.size());
    T sum = 0;
    const T m = Maximum(x);
    for (std::size_t i = 0; i < x.size(); ++i) {
      const std::size_t group = i / 8 * 8;
      pivot[i] = i % 8 < 4 ? m : Maximum(x.subspan(group, 4));
      sum += y[i] = std::exp(x[i] - pivot[i]) * std::exp(pivot[i] - m);
    }
    for (T& value : y) value /= sum;
  }
};

}  // namespace

std::vector<Specimen> SV_SPECIMEN() {
  return InEveryFormat<Mutant>(
      {.text = "O09: every second group of four elements is shifted by the maximum of the group before"});
}

}  // namespace softmax_verify::corpus
