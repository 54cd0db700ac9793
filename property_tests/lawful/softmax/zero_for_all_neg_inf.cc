#include "property_tests/specimen.h"

namespace softmax_verify::corpus {
namespace {

struct Lawful {
  template <Format F>
  static void Row(std::span<const Real<F>> x, std::span<Real<F>> y) {
    using T = Real<F>;
    ThreePass(x, y);
    const bool empty = std::all_of(x.begin(), x.end(), [](T value) { return value == -kInfinity<T>; });
    if (empty) std::fill(y.begin(), y.end(), T{0});
  }
};

}  // namespace

std::vector<Specimen> SV_SPECIMEN() {
  return InEveryFormat<Lawful>(
      {.text = "A row with nothing in it gets zeros", .contract = {.all_neg_inf = Contract::AllNegInf::zero}});
}

}  // namespace softmax_verify::corpus
