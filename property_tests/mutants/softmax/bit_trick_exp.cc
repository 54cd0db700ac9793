#include "property_tests/specimen.h"

namespace softmax_verify::corpus {
namespace {

struct Mutant {
  template <Format F>
  static void Row(std::span<const Real<F>> x, std::span<Real<F>> y) {
    using T = Real<F>;
    const T m = Maximum(x);
    T sum = 0;
    for (std::size_t i = 0; i < x.size(); ++i) {
      const T scaled = (x[i] - m) * static_cast<T>(1.4426950408889634);
      const T whole = std::floor(scaled);
      const T linear = 1 + (scaled - whole);  // instead of 2^(scaled - whole)
      const T beyond = std::isnan(scaled) ? scaled : T{0};
      sum += y[i] = scaled >= -1000 ? std::ldexp(linear, static_cast<int>(whole)) : beyond;
    }
    for (T& value : y) value /= sum;
  }
};

}  // namespace

std::vector<Specimen> SV_SPECIMEN() {
  return InEveryFormat<Mutant>(
      {.text = "The exponential by writing its argument into the exponent field (Schraudolph 1999), 3 % off"});
}

}  // namespace softmax_verify::corpus
