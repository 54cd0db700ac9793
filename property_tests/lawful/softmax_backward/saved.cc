#include "property_tests/specimen.h"

namespace softmax_verify::corpus {
namespace {

struct Expanded {
  template <Format F>
  static void Solve(Problem<Real<F>>& p) {
    const auto y = p[Role::y], dy = p[Role::dy];
    const Real<F> dot = Dot(y, dy);
    for (std::size_t i = 0; i < p.n; ++i) p.Out(Role::dx)[i] = y[i] * dy[i] - y[i] * dot;
  }
};

struct JacobianRows {
  template <Format F>
  static void Solve(Problem<Real<F>>& p) {
    using T = Real<F>;
    const auto y = p[Role::y], dy = p[Role::dy];
    for (std::size_t i = 0; i < p.n; ++i) {
      T sum = 0;
      for (std::size_t j = 0; j < p.n; ++j) sum += (static_cast<T>(i == j) - y[j]) * dy[j];
      p.Out(Role::dx)[i] = y[i] * sum;
    }
  }
};

struct WideDot {
  template <Format F>
  static void Solve(Problem<Real<F>>& p) {
    using T = Real<F>;
    const auto y = p[Role::y], dy = p[Role::dy];
    double dot = 0;
    for (std::size_t j = 0; j < p.n; ++j) dot += static_cast<double>(y[j]) * static_cast<double>(dy[j]);
    for (std::size_t i = 0; i < p.n; ++i) p.Out(Role::dx)[i] = y[i] * (dy[i] - static_cast<T>(dot));
  }
};

struct BackwardsInLanes {
  template <Format F>
  static void Solve(Problem<Real<F>>& p) {
    using T = Real<F>;
    const auto y = p[Role::y], dy = p[Role::dy];
    T lanes[4] = {};
    for (std::size_t j = p.n; j-- > 0;) lanes[j % 4] = std::fma(y[j], dy[j], lanes[j % 4]);
    const T dot = (lanes[0] + lanes[1]) + (lanes[2] + lanes[3]);
    for (std::size_t i = 0; i < p.n; ++i) p.Out(Role::dx)[i] = y[i] * (dy[i] - dot);
  }
};

About With(Accumulation accumulation, std::string text, std::string name) {
  About about = AboutSaved(std::move(text), std::move(name));
  about.claim.accumulation = accumulation;
  return about;
}

}  // namespace

std::vector<Specimen> SV_SPECIMEN() {
  return Join({InEveryFormat<Expanded>(AboutSaved("y dy - y c: two products instead of one", "expanded")),
               InEveryFormat<JacobianRows>(AboutSaved("The Jacobian row by row, never factored", "jacobian_rows")),
               InEveryFormat<WideDot>(With({Accumulation::Kind::wide, 1}, "The dot product in f64", "wide_dot")),
               InEveryFormat<BackwardsInLanes>(
                   With({Accumulation::Kind::lanes, 4}, "The dot product fused, in four lanes, from the end", "lanes"))});
}

}  // namespace softmax_verify::corpus
