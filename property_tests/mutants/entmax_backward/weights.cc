// Weights that are not y^(2 - alpha), or not where they belong.
#include "property_tests/sparse_specimen.h"

namespace softmax_verify::corpus {
namespace {

const auto gradient = [](auto g, auto dy, auto q) { return g * (dy - q); };

// Of a problem whose alpha is p.parameters.alpha: y^exponent.
template <class T>
auto PowerOfY(double exponent) {
  return [exponent](T y) { return std::pow(y, static_cast<T>(exponent)); };
}

struct AlphaIgnored {
  template <Format F>
  static void Solve(Problem<Real<F>>& p) {
    const auto root = PowerOfY<Real<F>>(0.5);
    Backward(p, root, root, gradient);
  }
};

struct ExponentOfTheMap {
  template <Format F>
  static void Solve(Problem<Real<F>>& p) {
    const auto wrong = PowerOfY<Real<F>>(p.parameters.alpha - 1);
    Backward(p, wrong, wrong, gradient);
  }
};

struct NeverAbove1 {
  template <Format F>
  static void Solve(Problem<Real<F>>& p) {
    const auto wrong = PowerOfY<Real<F>>(std::max(2 - p.parameters.alpha, 0.0));
    Backward(p, wrong, wrong, gradient);
  }
};

struct PlainMean {
  template <Format F>
  static void Solve(Problem<Real<F>>& p) {
    Backward(p, PowerOfY<Real<F>>(0), PowerOfY<Real<F>>(2 - p.parameters.alpha), gradient);
  }
};

struct WeightLeftOut {
  template <Format F>
  static void Solve(Problem<Real<F>>& p) {
    Backward(p, PowerOfY<Real<F>>(2 - p.parameters.alpha), PowerOfY<Real<F>>(0), gradient);
  }
};

struct NotDivided {
  template <Format F>
  static void Solve(Problem<Real<F>>& p) {
    using T = Real<F>;
    const auto power = PowerOfY<T>(2 - p.parameters.alpha);
    T weights = 0;
    for (const T y : p[Role::y]) weights += y > 0 ? power(y) : 0;
    Backward(p, power, power, [&](T g, T dy, T q) { return g * (dy - q * weights); });
  }
};

struct MeanLeftOut {
  template <Format F>
  static void Solve(Problem<Real<F>>& p) {
    const auto power = PowerOfY<Real<F>>(2 - p.parameters.alpha);
    Backward(p, power, power, [](auto g, auto dy, auto) { return g * dy; });
  }
};

struct MeanInBf16 {
  template <Format F>
  static void Solve(Problem<Real<F>>& p) {
    using T = Real<F>;
    const auto power = PowerOfY<T>(2 - p.parameters.alpha);
    Backward(p, power, power, [](T g, T dy, T q) {
      return g * (dy - static_cast<T>(RoundToFormat(Format::bf16, static_cast<double>(q))));
    });
  }
};

About Wrong(std::string name, std::string text) {
  return AboutSparse(Operation::entmax_backward, std::move(name), std::move(text));
}

}  // namespace

std::vector<Specimen> SV_SPECIMEN() {
  return Join({
      InEveryFormat<AlphaIgnored>(Wrong("alpha_ignored", "O90: alpha is accepted and not used")),
      InEveryFormat<ExponentOfTheMap>(Wrong("exponent_of_the_map", "K14: the weights are y^(alpha - 1)")),
      InEveryFormat<NeverAbove1>(Wrong("never_above_1", "K14: for alpha > 2 the weights are those of alpha = 2")),
      InEveryFormat<PlainMean>(Wrong("plain_mean", "O89: the mean over the support is not weighted")),
      InEveryFormat<WeightLeftOut>(Wrong("weight_left_out", "K14: the differences are not weighted")),
      InEveryFormat<NotDivided>(
          Wrong("not_divided", "K14: the sum of the products is not divided by that of the weights")),
      InEveryFormat<MeanLeftOut>(Wrong("mean_left_out", "O89: the mean is not subtracted")),
      InEveryFormat<MeanInBf16>(Wrong("mean_in_bf16", "O16: the mean is kept in bf16")),
  });
}

}  // namespace softmax_verify::corpus
