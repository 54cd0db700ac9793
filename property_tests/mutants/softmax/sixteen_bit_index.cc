#include "property_tests/specimen.h"

namespace softmax_verify::corpus {
namespace {

struct Mutant {
  template <Format F>
  static void Row(std::span<const Real<F>> x, std::span<Real<F>> y) {
    const std::size_t seen = std::min<std::size_t>(x.size(), 65536);
    std::fill(y.begin(), y.end(), Real<F>{0});
    ThreePass(x.subspan(0, seen), y.subspan(0, seen));
  }
};

}  // namespace

std::vector<Specimen> SV_SPECIMEN() {
  return InEveryFormat<Mutant>({.text = "O58, O59: only the first 65536 elements of a row take part"});
}

}  // namespace softmax_verify::corpus
