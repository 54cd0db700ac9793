// The same gradient in another order.
#include "property_tests/sparse_specimen.h"

namespace softmax_verify::corpus {
namespace {

struct ByPower {
  template <Format F>
  static void Solve(Problem<Real<F>>& p) {
    using T = Real<F>;
    const auto power = [&](T y) { return std::pow(y, static_cast<T>(2 - p.parameters.alpha)); };
    Backward(p, power, power, [](T g, T dy, T q) { return g * (dy - q); });
  }
};

struct ByLogarithm {
  template <Format F>
  static void Solve(Problem<Real<F>>& p) {
    using T = Real<F>;
    const auto power = [&](T y) { return std::exp(std::log(y) * static_cast<T>(2 - p.parameters.alpha)); };
    Backward(p, power, power, [](T g, T dy, T q) { return g * (dy - q); });
  }
};

struct MultipliedOut {
  template <Format F>
  static void Solve(Problem<Real<F>>& p) {
    using T = Real<F>;
    const auto power = [&](T y) { return std::pow(y, static_cast<T>(2 - p.parameters.alpha)); };
    Backward(p, power, power, [](T g, T dy, T q) { return g * dy - g * q; });
  }
};

About Odd(std::string name, std::string text) {
  return AboutSparse(Operation::entmax_backward, std::move(name), std::move(text));
}

}  // namespace

std::vector<Specimen> SV_SPECIMEN() {
  return Join({
      InEveryFormat<ByPower>(Odd("by_power", "Powers of the C library")),
      InEveryFormat<ByLogarithm>(Odd("by_logarithm", "Powers are exponentials of logarithms")),
      InEveryFormat<MultipliedOut>(Odd("multiplied_out", "Two products and their difference")),
  });
}

}  // namespace softmax_verify::corpus
