#include "property_tests/specimen.h"

namespace softmax_verify::corpus {
namespace {

// dx_i = of(y_i, dy_i, c, G): c the dot product, G the sum of dy.
template <auto kOf>
struct Mutant {
  template <Format F>
  static void Solve(Problem<Real<F>>& p) {
    using T = Real<F>;
    const auto y = p[Role::y], dy = p[Role::dy];
    const T dot = Dot(y, dy);
    T total = 0;
    for (const T value : dy) total += value;
    for (std::size_t i = 0; i < p.n; ++i) p.Out(Role::dx)[i] = kOf(y[i], dy[i], dot, total);
  }
};

constexpr auto kNoDot = [](auto y, auto dy, auto, auto) { return y * dy; };
constexpr auto kDiagonal = [](auto y, auto dy, auto, auto) { return y * (1 - y) * dy; };
constexpr auto kQuadratic = [](auto y, auto dy, auto dot, auto) { return y * (dy - dot) * dy; };
constexpr auto kSumOfDy = [](auto y, auto dy, auto, auto total) { return y * (dy - total); };
constexpr auto kSign = [](auto y, auto dy, auto dot, auto) { return y * (dy + dot); };
constexpr auto kWithoutY = [](auto, auto dy, auto dot, auto) { return dy - dot; };

}  // namespace

std::vector<Specimen> SV_SPECIMEN() {
  return Join({InEveryFormat<Mutant<kNoDot>>(AboutSaved("O69: the diagonal without its own square: y dy", "no_dot")),
               InEveryFormat<Mutant<kDiagonal>>(AboutSaved("O69: the diagonal of the Jacobian alone", "diagonal_alone")),
               InEveryFormat<Mutant<kQuadratic>>(AboutSaved("O69: multiplied by dy once more", "quadratic")),
               InEveryFormat<Mutant<kSumOfDy>>(
                   AboutSaved("O67 the other way round: the sum of dy, as in log-softmax", "sum_of_dy")),
               InEveryFormat<Mutant<kSign>>(AboutSaved("The sign of the off-diagonal of the Jacobian", "dot_added")),
               InEveryFormat<Mutant<kWithoutY>>(AboutSaved("O67: y is left out in front, dy - y dy", "without_y"))});
}

}  // namespace softmax_verify::corpus
