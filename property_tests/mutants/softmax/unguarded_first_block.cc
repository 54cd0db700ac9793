#include "property_tests/specimen.h"

namespace softmax_verify::corpus {
namespace {

struct Mutant {
  template <Format F>
  static void Row(std::span<const Real<F>> x, std::span<Real<F>> y) {
    using T = Real<F>;
    T m = -kInfinity<T>;
    T sum = 0;
    for (std::size_t begin = 0; begin < x.size(); begin += 16) {
      const auto block = x.subspan(begin, std::min<std::size_t>(16, x.size() - begin));
      const T larger = std::max(m, Maximum(block));
      sum *= std::exp(m - larger);
      for (const T value : block) sum += std::exp(value - larger);
      m = larger;
    }
    for (std::size_t i = 0; i < x.size(); ++i) y[i] = std::exp(x[i] - m) / sum;
  }
};

}  // namespace

std::vector<Specimen> SV_SPECIMEN() {
  return InEveryFormat<Mutant>({.text = "O42, O74, O77: blocks of 16 whose first may be -inf throughout: -inf - -inf"});
}

}  // namespace softmax_verify::corpus
