#include "property_tests/specimen.h"

namespace softmax_verify::corpus {
namespace {

struct Mutant {
  template <Format F>
  static void Row(std::span<const Real<F>> x, std::span<Real<F>> y) {
    using T = Real<F>;
    std::vector<T> row(x.begin(), x.end());
    for (std::size_t i = x.size() / 8 * 8; i < x.size(); ++i) row[i] = std::isnan(row[i]) ? -kInfinity<T> : row[i];
    ThreePass<T>(row, y);
  }
};

}  // namespace

std::vector<Specimen> SV_SPECIMEN() {
  return InEveryFormat<Mutant>({.text = "NaN is looked for in whole vectors of eight only"});
}

}  // namespace softmax_verify::corpus
