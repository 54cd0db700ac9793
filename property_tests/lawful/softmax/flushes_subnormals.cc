#include "property_tests/specimen.h"

namespace softmax_verify::corpus {
namespace {

struct Lawful {
  template <Format F>
  static void Row(std::span<const Real<F>> x, std::span<Real<F>> y) {
    using T = Real<F>;
    const T m = Maximum(x);
    T sum = 0;
    for (std::size_t i = 0; i < x.size(); ++i) {
      y[i] = std::exp(x[i] - m);
      if (y[i] < std::numeric_limits<T>::min()) y[i] = 0;
      sum += y[i];
    }
    for (T& value : y) {
      value /= sum;
      if (value < static_cast<T>(SmallestNormal(F))) value = 0;
    }
  }
};

}  // namespace

std::vector<Specimen> SV_SPECIMEN() {
  return InEveryFormat<Lawful>({.text = "Exponentials and results below the normal range become 0",
                                .contract = {.subnormals = Contract::Subnormals::flush}});
}

}  // namespace softmax_verify::corpus
