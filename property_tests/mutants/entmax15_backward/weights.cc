// Weights that are not the square roots, or not where they belong.
#include "property_tests/sparse_specimen.h"

namespace softmax_verify::corpus {
namespace {

const auto root = [](auto y) { return std::sqrt(y); };
const auto itself = [](auto y) { return y; };
const auto one = [](auto y) { return decltype(y){1}; };
const auto gradient = [](auto g, auto dy, auto q) { return g * (dy - q); };

struct WeightedByY {
  template <Format F>
  static void Solve(Problem<Real<F>>& p) {
    Backward(p, itself, itself, gradient);
  }
};

struct NotWeighted {
  template <Format F>
  static void Solve(Problem<Real<F>>& p) {
    Backward(p, one, one, gradient);
  }
};

struct PlainMean {
  template <Format F>
  static void Solve(Problem<Real<F>>& p) {
    Backward(p, one, root, gradient);
  }
};

struct WeightLeftOut {
  template <Format F>
  static void Solve(Problem<Real<F>>& p) {
    Backward(p, root, one, gradient);
  }
};

struct NotDivided {
  template <Format F>
  static void Solve(Problem<Real<F>>& p) {
    using T = Real<F>;
    T weights = 0;
    for (const T y : p[Role::y]) weights += std::sqrt(PositivePart(y));
    Backward(p, root, root, [&](T g, T dy, T q) { return g * (dy - q * weights); });
  }
};

struct MeanLeftOut {
  template <Format F>
  static void Solve(Problem<Real<F>>& p) {
    Backward(p, root, root, [](auto g, auto dy, auto) { return g * dy; });
  }
};

struct SmallResultsOutside {
  template <Format F>
  static void Solve(Problem<Real<F>>& p) {
    const auto large = [](auto y) { return y > 0.01 ? std::sqrt(y) : 0; };
    Backward(p, large, large, gradient);
  }
};

struct MeanInBf16 {
  template <Format F>
  static void Solve(Problem<Real<F>>& p) {
    using T = Real<F>;
    Backward(p, root, root, [](T g, T dy, T q) {
      return g * (dy - static_cast<T>(RoundToFormat(Format::bf16, static_cast<double>(q))));
    });
  }
};

About Wrong(std::string name, std::string text) {
  return AboutSparse(Operation::entmax15_backward, std::move(name), std::move(text));
}

}  // namespace

std::vector<Specimen> SV_SPECIMEN() {
  return Join({
      InEveryFormat<WeightedByY>(
          Wrong("weighted_by_y", "K14: the weights are y, as for softmax, not its square roots")),
      InEveryFormat<NotWeighted>(Wrong("not_weighted", "K14: the gradient of sparsemax")),
      InEveryFormat<PlainMean>(Wrong("plain_mean", "O89: the mean over the support is not weighted")),
      InEveryFormat<WeightLeftOut>(Wrong("weight_left_out", "K14: the differences are not weighted")),
      InEveryFormat<NotDivided>(
          Wrong("not_divided", "K14: the sum of the products is not divided by that of the weights")),
      InEveryFormat<MeanLeftOut>(Wrong("mean_left_out", "O89: the mean is not subtracted")),
      InEveryFormat<SmallResultsOutside>(
          Wrong("small_results_outside", "K14: results below 0.01 are taken to lie off the support")),
      InEveryFormat<MeanInBf16>(Wrong("mean_in_bf16", "O16: the mean is kept in bf16")),
  });
}

}  // namespace softmax_verify::corpus
