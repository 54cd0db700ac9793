#include "property_tests/specimen.h"

namespace softmax_verify::corpus {
namespace {

// Rows in T, and what `store` makes of each result.
template <class T, Format F, class Store>
Status RunRowsIn(const void* x, void* y, const Layout& layout, const Parameters& parameters, const Store& store) {
  if (!AreValid<F>(parameters)) return Status::invalid_argument;
  std::vector<T> row(layout.axis), result(layout.axis);
  for (std::size_t r = 0; r < layout.outer * layout.inner; ++r) {
    const std::size_t o = r / layout.inner, i = r % layout.inner;
    for (std::size_t a = 0; a < layout.axis; ++a) {
      const T value = Load(F, x, o * layout.ldx + a * layout.inner + i);
      row[a] = value * static_cast<T>(parameters.scale) / static_cast<T>(parameters.temperature);
    }
    ThreePass<T>(row, result);
    for (std::size_t a = 0; a < layout.axis; ++a) {
      softmax_verify::Store(F, y, o * layout.ldy + a * layout.inner + i, store(result[a]));
    }
  }
  return Status::ok;
}

struct Untested {
  template <Format F>
  static Status Run(const void* x, void* y, const Layout& layout, const Parameters& parameters) {
    return RunRowsIn<double, F>(x, y, layout, parameters, [](double result) { return result; });
  }
};

struct Twice {
  template <Format F>
  static Status Run(const void* x, void* y, const Layout& layout, const Parameters& parameters) {
    return RunRowsIn<long double, F>(x, y, layout, parameters, [](long double result) {
      if (!(result > 0)) return static_cast<double>(result);
      const int unit = std::ilogb(result) - Info(F).p - 7;
      return static_cast<double>(std::ldexp(std::rint(std::ldexp(result, -unit)), unit));
    });
  }
};

Claim RoundsCorrectly() {
  Claim claim = PlainClaim();
  claim.correctly_rounded = true;
  return claim;
}

}  // namespace

std::vector<Specimen> SV_SPECIMEN() {
  return Join({InEveryFormat<Untested>(
                   {.text = "is called so because it is computed in f64: nothing tells where that is too little",
                    .claim = RoundsCorrectly(),
                    .compute = Format::f64,
                    .name = "correctly_rounded_untested"}),
               InEveryFormat<Twice>(
                   {.text = "rounds a long double twice: to eight bits more than the format has, and from there",
                    .claim = RoundsCorrectly(),
                    .compute = Format::f64,
                    .name = "correctly_rounded_twice"})});
}

}  // namespace softmax_verify::corpus
