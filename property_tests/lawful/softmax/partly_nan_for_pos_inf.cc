#include "property_tests/specimen.h"

namespace softmax_verify::corpus {
namespace {

struct Lawful {
  template <Format F>
  static void Row(std::span<const Real<F>> x, std::span<Real<F>> y) {
    using T = Real<F>;
    ThreePass(x, y);
    const bool has_nan = std::any_of(x.begin(), x.end(), [](T value) { return std::isnan(value); });
    if (has_nan || Maximum(x) != kInfinity<T>) return;
    for (std::size_t i = 0; i < x.size(); ++i) y[i] = x[i] == kInfinity<T> ? std::numeric_limits<T>::quiet_NaN() : T{0};
  }
};

}  // namespace

std::vector<Specimen> SV_SPECIMEN() {
  return InEveryFormat<Lawful>(
      {.text = "NaN at the infinite logits, 0 elsewhere: what inf / inf and finite / inf give"});
}

}  // namespace softmax_verify::corpus
