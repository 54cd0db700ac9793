// Thresholds that are wrong.
#include "property_tests/sparse_specimen.h"

namespace softmax_verify::corpus {
namespace {

struct SumOfCumulativeSums {
  template <Format F>
  static void Row(std::span<const Real<F>> x, std::span<Real<F>> y) {
    using T = Real<F>;
    const std::vector<T> c = Below(x, y);
    if (c.empty()) return;
    const std::size_t k = FindSupport(c).k;
    const std::vector<T> sorted = Descending(c);
    T sum = 0, sums = 0;
    for (std::size_t i = 0; i < k; ++i) sums += sum += sorted[i];
    Subtract(c, (sums - 1) / static_cast<T>(k), y);
  }
};

struct SupportOfOneLess {
  template <Format F>
  static void Row(std::span<const Real<F>> x, std::span<Real<F>> y) {
    using T = Real<F>;
    const std::vector<T> c = Below(x, y);
    if (c.empty()) return;
    SortedSupport<T> support = FindSupport(c);
    if (support.k > 1) support.sum -= Descending(c)[--support.k];
    Subtract(c, support.Threshold(), y);
  }
};

struct SupportOfOneMore {
  template <Format F>
  static void Row(std::span<const Real<F>> x, std::span<Real<F>> y) {
    using T = Real<F>;
    const std::vector<T> c = Below(x, y);
    if (c.empty()) return;
    SortedSupport<T> support = FindSupport(c);
    const std::vector<T> sorted = Descending(c);
    if (support.k < c.size() && std::isfinite(sorted[support.k])) support.sum += sorted[support.k++];
    Subtract(c, support.Threshold(), y);
  }
};

struct NoShift {
  template <Format F>
  static void Row(std::span<const Real<F>> x, std::span<Real<F>> y) {
    using T = Real<F>;
    const std::vector<T> z(x.begin(), x.end());
    Subtract(z, FindSupport(z).Threshold(), y);
  }
};

struct MeanSubtracted {
  template <Format F>
  static void Row(std::span<const Real<F>> x, std::span<Real<F>> y) {
    using T = Real<F>;
    T mean = 0;
    for (const T value : x) mean += value / static_cast<T>(x.size());
    std::vector<T> c(x.begin(), x.end());
    for (T& value : c) value -= mean;
    Subtract(c, FindSupport(c).Threshold(), y);
  }
};

struct SumsInBf16 {
  template <Format F>
  static void Row(std::span<const Real<F>> x, std::span<Real<F>> y) {
    using T = Real<F>;
    const std::vector<T> c = Below(x, y);
    if (c.empty()) return;
    SortedSupport<T> support;
    T sum = 0;
    std::size_t k = 0;
    for (const T value : Descending(c)) {
      sum = static_cast<T>(RoundToFormat(Format::bf16, static_cast<double>(sum + value)));
      ++k;
      if (1 + static_cast<T>(k) * value > sum) support = {k, sum};
    }
    Subtract(c, support.Threshold(), y);
  }
};

struct DividedByTheColumns {
  template <Format F>
  static void Row(std::span<const Real<F>> x, std::span<Real<F>> y) {
    using T = Real<F>;
    const std::vector<T> c = Below(x, y);
    if (c.empty()) return;
    Subtract(c, (FindSupport(c).sum - 1) / static_cast<T>(c.size()), y);
  }
};

struct TwoSteps {
  template <Format F>
  static void Row(std::span<const Real<F>> x, std::span<Real<F>> y) {
    using T = Real<F>;
    const std::vector<T> c = Below(x, y);
    if (c.empty()) return;
    T threshold = -1;
    for (int step = 0; step < 2; ++step) {
      T sum = 0, count = 0;
      for (const T value : c) {
        if (value <= threshold) continue;
        sum += value;
        ++count;
      }
      threshold = (sum - 1) / count;
    }
    Subtract(c, threshold, y);
  }
};

struct EightHalvings {
  template <Format F>
  static void Row(std::span<const Real<F>> x, std::span<Real<F>> y) {
    using T = Real<F>;
    const std::vector<T> c = Below(x, y);
    if (c.empty()) return;
    const T threshold = Bisect<T>(-1, 0, 8, [&](T at) {
      T sum = 0;
      for (const T value : c) sum += PositivePart(value - at);
      return sum;
    });
    Subtract(c, threshold, y);
    Normalise(y);
  }
};

struct TailLeftOut {
  template <Format F>
  static void Row(std::span<const Real<F>> x, std::span<Real<F>> y) {
    using T = Real<F>;
    const std::vector<T> c = Below(x, y);
    if (c.empty()) return;
    std::vector<T> body(c.begin(), c.begin() + static_cast<std::ptrdiff_t>(c.size() / 8 * 8));
    if (body.empty() || Maximum(std::span<const T>(body)) <= -1) body = c;
    Subtract(c, FindSupport(body).Threshold(), y);
  }
};

About Wrong(std::string name, std::string text) {
  return AboutSparse(Operation::sparsemax, std::move(name), std::move(text));
}

}  // namespace

std::vector<Specimen> SV_SPECIMEN() {
  About no_shift = Wrong("no_shift", "O87: the maximum is not subtracted: at 1e8 the test of the support cannot see 1");
  return Join({
      InEveryFormat<SumOfCumulativeSums>(
          Wrong("sum_of_cumulative_sums",
                "O85: the threshold is built from the sum of the cumulative sums, not the k-th one")),
      InEveryFormat<SupportOfOneLess>(Wrong("support_of_one_less", "K18: the threshold is that of k - 1 elements")),
      InEveryFormat<SupportOfOneMore>(Wrong("support_of_one_more", "K18: the threshold is that of k + 1 elements")),
      InEveryFormat<NoShift>(no_shift),
      InEveryFormat<MeanSubtracted>(
          Wrong("mean_subtracted", "O88: the mean is subtracted for stability; -inf among the logits makes it -inf")),
      InEveryFormat<SumsInBf16>(Wrong("sums_in_bf16", "O16: the cumulative sums are kept in bf16")),
      InEveryFormat<DividedByTheColumns>(
          Wrong("divided_by_the_columns", "O85: the threshold is divided by the length of the row, not the support")),
      InEveryFormat<TwoSteps>(Wrong("two_steps", "K18: an iteration for the threshold that is left after two steps")),
      InEveryFormat<EightHalvings>(Wrong(
          "eight_halvings", "O86: bisection is left after 8 halvings, and dividing by the sum hides it from the sum")),
      InEveryFormat<TailLeftOut>(
          Wrong("tail_left_out", "K08: the last n mod 8 elements have no part in the threshold")),
  });
}

}  // namespace softmax_verify::corpus
