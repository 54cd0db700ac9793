#include "property_tests/specimen.h"

namespace softmax_verify::corpus {
namespace {

// Halves of a whole number of leaves each, so that the tree is as flat as the claim says.
template <class T>
T PairwiseSum(std::span<const T> terms) {
  if (terms.size() <= 8) {
    T sum = 0;
    for (const T term : terms) sum += term;
    return sum;
  }
  const std::size_t leaves = (terms.size() + 7) / 8;
  const std::size_t middle = (leaves + 1) / 2 * 8;
  return PairwiseSum(terms.first(middle)) + PairwiseSum(terms.subspan(middle));
}

struct Lawful {
  template <Format F>
  static void Row(std::span<const Real<F>> x, std::span<Real<F>> y) {
    using T = Real<F>;
    const T m = Maximum(x);
    for (std::size_t i = 0; i < x.size(); ++i) y[i] = std::exp(x[i] - m);
    const T sum = PairwiseSum(std::span<const T>(y));
    for (T& value : y) value /= sum;
  }
};

}  // namespace

std::vector<Specimen> SV_SPECIMEN() {
  return InEveryFormat<Lawful>({.text = "Halves are summed apart, down to leaves of eight", .claim = [] {
                                  Claim claim = PlainClaim();
                                  claim.accumulation = {Accumulation::Kind::pairwise, 8};
                                  claim.same_terms = true;
                                  claim.normalise_error = 1;
                                  return claim;
                                }()});
}

}  // namespace softmax_verify::corpus
