#include "property_tests/specimen.h"

namespace softmax_verify::corpus {
namespace {

struct Lawful {
  template <Format F>
  static void Row(std::span<const Real<F>> x, std::span<Real<F>> y) {
    using T = Real<F>;
    const T m = Maximum(x);
    T lanes[16] = {};
    for (std::size_t i = 0; i < x.size(); ++i) lanes[i % 16] += y[i] = std::exp(x[i] - m);
    for (std::size_t width = 8; width > 0; width /= 2) {
      for (std::size_t lane = 0; lane < width; ++lane) lanes[lane] += lanes[lane + width];
    }
    for (T& value : y) value /= lanes[0];
  }
};

}  // namespace

std::vector<Specimen> SV_SPECIMEN() {
  return InEveryFormat<Lawful>({.text = "Sixteen partial sums, merged in a tree, as a vector unit does", .claim = [] {
                                  Claim claim = PlainClaim();
                                  claim.accumulation = {Accumulation::Kind::lanes, 16};
                                  claim.same_terms = true;
                                  claim.normalise_error = 1;
                                  return claim;
                                }()});
}

}  // namespace softmax_verify::corpus
