#include "property_tests/specimen.h"

namespace softmax_verify::corpus {
namespace {

struct Mutant {
  template <Format F>
  static void Row(std::span<const Real<F>> x, std::span<Real<F>> y) {
    using T = Real<F>;
    ThreePass(x, y);
    if (Maximum(x) == -kInfinity<T> && x.size() % 4 != 0) std::fill(y.begin(), y.end(), T{0});
  }
};

}  // namespace

std::vector<Specimen> SV_SPECIMEN() {
  return InEveryFormat<Mutant>({.text = "O27: an all -inf row is NaN as promised, but 0 where n is not a multiple of 4",
                                .contract = {.all_neg_inf = Contract::AllNegInf::nan}});
}

}  // namespace softmax_verify::corpus
