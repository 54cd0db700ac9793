#include "property_tests/specimen.h"

namespace softmax_verify::corpus {
namespace {

// From logits: terms(x) and what they are divided by.
template <bool kShifts, bool kDividesDot>
struct Mutant {
  template <Format F>
  static void Solve(Problem<Real<F>>& p) {
    using T = Real<F>;
    const auto x = p[Role::x], dy = p[Role::dy];
    const T m = kShifts ? Maximum(x) : T{0};
    T sum = 0, dot = 0;
    std::vector<T> y(p.n);
    for (std::size_t i = 0; i < p.n; ++i) {
      y[i] = std::exp(x[i] - m);
      sum += y[i];
      dot += y[i] * dy[i];
    }
    if (kDividesDot) dot /= sum;
    for (std::size_t i = 0; i < p.n; ++i) p.Out(Role::dx)[i] = y[i] / sum * (dy[i] - dot);
  }
};

About OfLogits(std::string text, std::string name) {
  About about = AboutSaved(std::move(text), std::move(name));
  about.operands = RoleSet{Role::x, Role::dy, Role::dx};
  return about;
}

}  // namespace

std::vector<Specimen> SV_SPECIMEN() {
  return Join({InEveryFormat<Mutant<false, true>>(
                   OfLogits("O01: the maximum is not subtracted when the exponentials are computed again", "no_shift")),
               InEveryFormat<Mutant<true, false>>(
                   OfLogits("The sum of products is not divided by that of the terms", "dot_not_normalised"))});
}

}  // namespace softmax_verify::corpus
