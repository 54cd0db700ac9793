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
      T larger = std::max(m, Maximum(block));
      if (larger == -kInfinity<T>) larger = 0;
      sum *= m == -kInfinity<T> ? T{0} : std::exp(m - larger);
      for (const T value : block) sum += std::exp(value - larger);
      m = larger;
    }
    for (std::size_t i = 0; i < x.size(); ++i) y[i] = std::exp(x[i] - m) / sum;
  }
};

}  // namespace

std::vector<Specimen> SV_SPECIMEN() {
  return InEveryFormat<Mutant>({.text = "O78: after a first block of -inf the running maximum is 0, and stays so"});
}

}  // namespace softmax_verify::corpus
