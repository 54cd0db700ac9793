#include "property_tests/specimen.h"

namespace softmax_verify::corpus {
namespace {

struct Lawful {
  template <Format F>
  static void Row(std::span<const Real<F>> x, std::span<Real<F>> y) {
    std::vector<double> wide(x.begin(), x.end()), result(x.size());
    ThreePass<double>(wide, result);
    for (std::size_t i = 0; i < y.size(); ++i) y[i] = static_cast<Real<F>>(RoundToFormat(F, result[i]));
  }
};

}  // namespace

std::vector<Specimen> SV_SPECIMEN() {
  return InEveryFormat<Lawful>({.text = "Every format computed in f64, the result rounded once",
                                // The rows arrive scaled and rounded to f32, hence the scale error in units of f64.
                                .claim =
                                    [] {
                                      Claim claim = PlainClaim();
                                      claim.scale_error = 0x1p31;
                                      claim.same_terms = true;
                                      claim.normalise_error = 1;
                                      return claim;
                                    }(),
                                .compute = Format::f64});
}

}  // namespace softmax_verify::corpus
