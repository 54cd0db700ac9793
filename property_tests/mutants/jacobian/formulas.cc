#include "property_tests/specimen.h"

namespace softmax_verify::corpus {
namespace {

// J_ij = of(y_i, y_j, i == j).
template <auto kOf, bool kShifts = true, bool kNormalises = true>
struct Mutant {
  template <Format F>
  static void Solve(Problem<Real<F>>& p) {
    using T = Real<F>;
    const auto x = p[Role::x];
    const T m = kShifts ? Maximum(x) : T{0};
    std::vector<T> y(p.n);
    T sum = 0;
    for (std::size_t i = 0; i < p.n; ++i) sum += y[i] = std::exp(x[i] - m);
    for (T& value : y) value /= kNormalises ? sum : T{1};
    for (std::size_t i = 0; i < p.n; ++i) {
      for (std::size_t j = 0; j < p.n; ++j) p.Out(Role::y)[i * p.n + j] = kOf(y[i], y[j], i == j);
    }
  }
};

constexpr auto kCorrect = [](auto a, auto b, bool diagonal) { return a * ((diagonal ? 1 : 0) - b); };
constexpr auto kSign = [](auto a, auto b, bool diagonal) { return diagonal ? a * (1 - b) : a * b; };
constexpr auto kSquareMissing = [](auto a, auto b, bool diagonal) { return diagonal ? a : -a * b; };
constexpr auto kNoDiagonal = [](auto a, auto b, bool) { return -a * b; };
constexpr auto kZeroDiagonal = [](auto a, auto b, bool diagonal) { return diagonal ? a - b : -a * b; };
constexpr auto kDiagonalAlone = [](auto a, auto b, bool diagonal) { return diagonal ? a * (1 - b) : 0 * a; };
constexpr auto kRowAlone = [](auto a, auto, bool diagonal) { return a * ((diagonal ? 1 : 0) - a); };

template <class S>
std::vector<Specimen> Of(const char* text, const char* name) {
  return InEveryFormat<S>({.text = text, .operation = Operation::jacobian, .name = name});
}

}  // namespace

std::vector<Specimen> SV_SPECIMEN() {
  return Join({Of<Mutant<kSign>>("The sign off the diagonal", "sign"),
               Of<Mutant<kSquareMissing>>("O69: y_i on the diagonal, without its square", "square_missing"),
               Of<Mutant<kNoDiagonal>>("O68: the Kronecker delta is missing", "no_diagonal"),
               Of<Mutant<kZeroDiagonal>>("y_i - y_i on the diagonal", "zero_diagonal"),
               Of<Mutant<kDiagonalAlone>>("O69: the diagonal alone", "diagonal_alone"),
               Of<Mutant<kRowAlone>>("y_i (delta_ij - y_i): the column's probability is never used", "row_alone"),
               Of<Mutant<kCorrect, false>>("O01: the maximum is not subtracted", "no_shift"),
               Of<Mutant<kCorrect, true, false>>("The terms are not divided by their sum", "not_normalised")});
}

}  // namespace softmax_verify::corpus
