// The same gradient in another order.
#include "property_tests/sparse_specimen.h"

namespace softmax_verify::corpus {
namespace {

const auto root = [](auto y) { return std::sqrt(y); };

struct MultipliedOut {
  template <Format F>
  static void Solve(Problem<Real<F>>& p) {
    Backward(p, root, root, [](auto g, auto dy, auto q) { return g * dy - g * q; });
  }
};

struct ByPower {
  template <Format F>
  static void Solve(Problem<Real<F>>& p) {
    using T = Real<F>;
    const auto power = [](T y) { return std::pow(y, T{0.5}); };
    Backward(p, power, power, [](T g, T dy, T q) { return g * (dy - q); });
  }
};

struct Backwards {
  template <Format F>
  static void Solve(Problem<Real<F>>& p) {
    using T = Real<F>;
    const auto y = p[Role::y], dy = p[Role::dy];
    double weights = 0, products = 0;
    for (std::size_t i = p.n; i-- > 0;) {
      const T g = std::isnan(y[i]) ? y[i] : std::sqrt(PositivePart(y[i]));
      weights += static_cast<double>(g);
      if (g != 0) products += static_cast<double>(g) * static_cast<double>(dy[i]);
    }
    const T q = static_cast<T>(products / weights);
    for (std::size_t i = 0; i < p.n; ++i) {
      p.Out(Role::dx)[i] = std::isnan(q) ? q : y[i] > 0 ? std::sqrt(y[i]) * (dy[i] - q) : T{0};
    }
  }
};

About Odd(std::string name, std::string text, Claim claim = SparseClaim()) {
  return AboutSparse(Operation::entmax15_backward, std::move(name), std::move(text), claim);
}

}  // namespace

std::vector<Specimen> SV_SPECIMEN() {
  Claim wide = SparseClaim();
  wide.accumulation = {Accumulation::Kind::wide};
  return Join({
      InEveryFormat<MultipliedOut>(Odd("multiplied_out", "Two products and their difference")),
      InEveryFormat<ByPower>(Odd("by_power", "The square roots are powers")),
      InEveryFormat<Backwards>(Odd("backwards", "Sums in f64, from the end", wide)),
  });
}

}  // namespace softmax_verify::corpus
