#include "property_tests/specimen.h"

namespace softmax_verify::corpus {
namespace {

struct Lawful {
  template <Format F>
  static void Row(std::span<const Real<F>> x, std::span<Real<F>> y) {
    using T = Real<F>;
    ThreePass(x, y);
    const auto infinities = std::count(x.begin(), x.end(), kInfinity<T>);
    const bool has_nan = std::any_of(x.begin(), x.end(), [](T value) { return std::isnan(value); });
    if (infinities == 0 || has_nan) return;
    for (std::size_t i = 0; i < x.size(); ++i) y[i] = x[i] == kInfinity<T> ? 1 / static_cast<T>(infinities) : T{0};
  }
};

}  // namespace

std::vector<Specimen> SV_SPECIMEN() {
  return InEveryFormat<Lawful>(
      {.text = "The infinite logits share the row", .contract = {.pos_inf = Contract::PosInf::one_hot}});
}

}  // namespace softmax_verify::corpus
