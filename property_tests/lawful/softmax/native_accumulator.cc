#include "property_tests/specimen.h"

namespace softmax_verify::corpus {
namespace {

struct Lawful {
  template <Format F>
  static void Row(std::span<const Real<F>> x, std::span<Real<F>> y) {
    using T = Real<F>;
    const T m = Maximum(x);
    T sum = 0;
    for (const T value : x) sum = static_cast<T>(RoundToFormat(F, sum + std::exp(value - m)));
    for (std::size_t i = 0; i < x.size(); ++i) y[i] = std::exp(x[i] - m) / sum;
  }
};

}  // namespace

std::vector<Specimen> SV_SPECIMEN() {
  return InEveryFormat<Lawful>(
      {.text = "The sum is kept in the storage format: 16-bit formats promise nothing from n u = 1 on", .claim = [] {
         Claim claim = PlainClaim();
         claim.accumulation = {Accumulation::Kind::native, 1};
         return claim;
       }()});
}

}  // namespace softmax_verify::corpus
