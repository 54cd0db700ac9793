#include "property_tests/specimen.h"

namespace softmax_verify::corpus {
namespace {

struct Mutant {
  template <Format F>
  static Status Run(const void* x, void* y, const Layout& layout, const Parameters& parameters) {
    if (!AreValid<F>(parameters)) return Status::invalid_argument;
    std::vector<double> row(layout.axis), result(layout.axis);
    for (std::size_t r = 0; r < layout.outer * layout.inner; ++r) {
      const std::size_t o = r / layout.inner, i = r % layout.inner;
      for (std::size_t a = 0; a < layout.axis; ++a) {
        row[a] = Load(F, x, o * layout.ldx + a * layout.inner + i) * parameters.scale / parameters.temperature;
      }
      ThreePass<double>(row, result);
      for (std::size_t a = 0; a < layout.axis; ++a) {
        const double nearest = RoundToFormat(F, result[a]);
        Store(F, y, o * layout.ldy + a * layout.inner + i, nearest > result[a] ? NextDown(F, nearest) : nearest);
      }
    }
    return Status::ok;
  }
};

}  // namespace

std::vector<Specimen> SV_SPECIMEN() {
  return InEveryFormat<Mutant>(
      {.text = "Highway 1.0.3 to bf16, and many hand-written stores: the low bits are cut off, not rounded",
       .equivalent = {{Format::f64, "f64 is computed in f64: there are no bits to cut off"}},
       .compute = Format::f64});
}

}  // namespace softmax_verify::corpus
