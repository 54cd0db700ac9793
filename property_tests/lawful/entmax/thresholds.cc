// Ways to the threshold, and through the powers.
#include "property_tests/sparse_specimen.h"

namespace softmax_verify::corpus {
namespace {

struct Bisected {
  template <Format F>
  static void Solve(Problem<Real<F>>& p) {
    using T = Real<F>;
    const std::vector<T> z = p.Logits();
    Alpha<T>(p.parameters.alpha).Row(z, p.Out(Role::y));
  }
};

struct BisectedAndDivided {
  template <Format F>
  static void Solve(Problem<Real<F>>& p) {
    Bisected::Solve<F>(p);
    if (!std::isnan(p.Out(Role::y)[0])) Normalise(p.Out(Role::y));
  }
};

// The exponential of a product with the logarithm in the place of a power.
struct PowersByLogarithms {
  template <Format F>
  static void Solve(Problem<Real<F>>& p) {
    using T = Real<F>;
    const std::vector<T> z = p.Logits();
    const std::span<T> y = p.Out(Role::y);
    const Alpha<T> alpha(p.parameters.alpha);
    if (alpha.is_softmax) return ThreePass(std::span<const T>(z), y);
    const std::vector<T> c = alpha.Distances(z, y);
    if (c.empty()) return;
    const auto power = [&](T t) { return t > 0 ? std::exp(std::log(t) / alpha.factor) : T{0}; };
    const T threshold = Bisect<T>(-1, 0, kToTheEnd, [&](T at) {
      T sum = 0;
      for (const T value : c) sum += power(value - at);
      return sum;
    });
    for (std::size_t i = 0; i < c.size(); ++i) y[i] = power(c[i] - threshold);
  }
};

struct InF64 {
  template <Format F>
  static void Solve(Problem<Real<F>>& p) {
    const std::vector<Real<F>> z = p.Logits();
    const std::vector<double> wide(z.begin(), z.end());
    std::vector<double> y(wide.size());
    Alpha<double>(p.parameters.alpha).Row(wide, y);
    for (std::size_t i = 0; i < y.size(); ++i) p.Out(Role::y)[i] = static_cast<Real<F>>(y[i]);
  }
};

About Odd(std::string name, std::string text, Claim claim = SparseClaim()) {
  return AboutSparse(Operation::entmax, std::move(name), std::move(text), claim);
}

}  // namespace

std::vector<Specimen> SV_SPECIMEN() {
  Claim undivided = SparseClaim(), wide = SparseClaim();
  undivided.same_terms = true;
  wide.accumulation = {Accumulation::Kind::wide};
  return Join({
      InEveryFormat<Bisected>(Odd("bisected", "Halves until no number lies between", undivided)),
      InEveryFormat<BisectedAndDivided>(Odd("bisected_and_divided", "The same, divided by the sum of the results")),
      InEveryFormat<PowersByLogarithms>(
          Odd("powers_by_logarithms", "Powers are exponentials of logarithms", undivided)),
      InEveryFormat<InF64>(Odd("in_f64", "Everything in f64 but the logits and the results", wide)),
  });
}

}  // namespace softmax_verify::corpus
