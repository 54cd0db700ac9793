#include "property_tests/specimen.h"

namespace softmax_verify::corpus {
namespace {

struct Lawful {
  template <Format F>
  static void Row(std::span<const Real<F>> x, std::span<Real<F>> y) {
    ThreePass(x, y);
    for (Real<F>& value : y) {
      if (std::isnan(value)) value = std::copysign(std::numeric_limits<Real<F>>::signaling_NaN(), Real<F>{-1});
    }
  }
};

}  // namespace

std::vector<Specimen> SV_SPECIMEN() {
  return InEveryFormat<Lawful>({.text = "NaN results carry a sign and a payload"});
}

}  // namespace softmax_verify::corpus
