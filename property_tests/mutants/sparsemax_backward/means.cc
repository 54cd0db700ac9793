// Means of what they are not to be taken of, and gradients where there are none.
#include "property_tests/sparse_specimen.h"

namespace softmax_verify::corpus {
namespace {

// dx_i = of(i, mean) with the mean of the dy_j in the support, or of(i, NaN) in a row with NaN.
template <class T, class InSupport, class Of>
void OnSupport(Problem<T>& p, const InSupport& in_support, const Of& of) {
  const auto y = p[Role::y], dy = p[Role::dy];
  T sum = 0, count = 0;
  for (std::size_t i = 0; i < p.n; ++i) {
    if (std::isnan(y[i])) sum = y[i];
    if (!in_support(i)) continue;
    sum += dy[i];
    ++count;
  }
  const T mean = sum / count;
  for (std::size_t i = 0; i < p.n; ++i) p.Out(Role::dx)[i] = std::isnan(mean) ? mean : of(i, mean);
}

struct MeanOverTheRow {
  template <Format F>
  static void Solve(Problem<Real<F>>& p) {
    using T = Real<F>;
    const auto y = p[Role::y], dy = p[Role::dy];
    OnSupport(
        p, [](std::size_t) { return true; }, [&](std::size_t i, T mean) { return y[i] > 0 ? dy[i] - mean : 0; });
  }
};

struct SumsEverything {
  template <Format F>
  static void Solve(Problem<Real<F>>& p) {
    using T = Real<F>;
    const auto y = p[Role::y], dy = p[Role::dy];
    T sum = 0, count = 0;
    for (std::size_t i = 0; i < p.n; ++i) {
      sum += dy[i];
      count += y[i] > 0;
    }
    for (std::size_t i = 0; i < p.n; ++i) p.Out(Role::dx)[i] = y[i] > 0 ? dy[i] - sum / count : 0;
  }
};

struct SupportIgnored {
  template <Format F>
  static void Solve(Problem<Real<F>>& p) {
    using T = Real<F>;
    const auto y = p[Role::y], dy = p[Role::dy];
    OnSupport(
        p, [&](std::size_t i) { return y[i] > 0; }, [&](std::size_t i, T mean) { return dy[i] - mean; });
  }
};

struct MeanLeftOut {
  template <Format F>
  static void Solve(Problem<Real<F>>& p) {
    using T = Real<F>;
    const auto y = p[Role::y], dy = p[Role::dy];
    OnSupport(
        p, [&](std::size_t i) { return y[i] > 0; }, [&](std::size_t i, T) { return y[i] > 0 ? dy[i] : 0; });
  }
};

struct WeightedByY {
  template <Format F>
  static void Solve(Problem<Real<F>>& p) {
    const auto y = p[Role::y], dy = p[Role::dy];
    Real<F> dot = 0;
    for (std::size_t i = 0; i < p.n; ++i) dot += y[i] * dy[i];
    for (std::size_t i = 0; i < p.n; ++i) p.Out(Role::dx)[i] = y[i] * (dy[i] - dot);
  }
};

struct SmallResultsOutside {
  template <Format F>
  static void Solve(Problem<Real<F>>& p) {
    using T = Real<F>;
    const auto y = p[Role::y], dy = p[Role::dy];
    const auto inside = [&](std::size_t i) { return y[i] > T{0.05}; };
    OnSupport(p, inside, [&](std::size_t i, T mean) { return inside(i) ? dy[i] - mean : 0; });
  }
};

struct MeanInBf16 {
  template <Format F>
  static void Solve(Problem<Real<F>>& p) {
    using T = Real<F>;
    const auto y = p[Role::y], dy = p[Role::dy];
    OnSupport(
        p, [&](std::size_t i) { return y[i] > 0; },
        [&](std::size_t i, T mean) {
          const T rounded = static_cast<T>(RoundToFormat(Format::bf16, static_cast<double>(mean)));
          return y[i] > 0 ? dy[i] - rounded : 0;
        });
  }
};

struct TailLeftOut {
  template <Format F>
  static void Solve(Problem<Real<F>>& p) {
    using T = Real<F>;
    const auto y = p[Role::y], dy = p[Role::dy];
    const std::size_t body = p.n < 8 ? p.n : p.n / 8 * 8;
    OnSupport(
        p, [&](std::size_t i) { return y[i] > 0 && i < body; },
        [&](std::size_t i, T mean) { return y[i] > 0 ? dy[i] - mean : 0; });
  }
};

About Wrong(std::string name, std::string text) {
  return AboutSparse(Operation::sparsemax_backward, std::move(name), std::move(text));
}

}  // namespace

std::vector<Specimen> SV_SPECIMEN() {
  return Join({
      InEveryFormat<MeanOverTheRow>(
          Wrong("mean_over_the_row", "O89: the mean over all entries of dy is subtracted, not that over the support")),
      InEveryFormat<SumsEverything>(
          Wrong("sums_everything", "O89: all entries of dy are summed, and divided by the size of the support")),
      InEveryFormat<SupportIgnored>(Wrong("support_ignored", "O89: entries off the support get a gradient")),
      InEveryFormat<MeanLeftOut>(Wrong("mean_left_out", "O89: the gradient on the support is dy itself")),
      InEveryFormat<WeightedByY>(Wrong("weighted_by_y", "K14: the gradient of softmax")),
      InEveryFormat<SmallResultsOutside>(
          Wrong("small_results_outside", "K14: results below 0.05 are taken to lie off the support")),
      InEveryFormat<MeanInBf16>(Wrong("mean_in_bf16", "O16: the mean is kept in bf16")),
      InEveryFormat<TailLeftOut>(Wrong("tail_left_out", "K08: the last n mod 8 elements have no part in the mean")),
  });
}

}  // namespace softmax_verify::corpus
