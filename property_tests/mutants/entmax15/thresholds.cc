// Thresholds and powers that are wrong.
#include "property_tests/sparse_specimen.h"

namespace softmax_verify::corpus {
namespace {

struct RawMoments {
  template <Format F>
  static void Row(std::span<const Real<F>> x, std::span<Real<F>> y) {
    using T = Real<F>;
    const std::vector<T> c = Halved(Below(x, y));
    if (c.empty()) return;
    T threshold = -1, sum = 0, squares = 0, k = 0;
    for (const T value : Descending(c)) {
      sum += value;
      squares += value * value;
      ++k;
      const T mean = sum / k, spread = k * (squares / k - mean * mean);
      const T at = mean - std::sqrt(PositivePart((1 - spread) / k));
      if (at <= value) threshold = at;
    }
    SquaresAbove(c, threshold, y);
  }
};

// The threshold of the k largest elements.
template <class T>
T ThresholdOf(const std::vector<T>& sorted, std::size_t k) {
  return ByCentredMoments(std::span<const T>(sorted).first(k));
}

struct SupportOfOneLess {
  template <Format F>
  static void Row(std::span<const Real<F>> x, std::span<Real<F>> y) {
    using T = Real<F>;
    const std::vector<T> c = Halved(Below(x, y));
    if (c.empty()) return;
    const std::vector<T> sorted = Descending(c);
    const std::size_t k = SupportBySquares(sorted);
    SquaresAbove(c, ThresholdOf(sorted, k > 1 ? k - 1 : k), y);
  }
};

struct NotHalved {
  template <Format F>
  static void Row(std::span<const Real<F>> x, std::span<Real<F>> y) {
    using T = Real<F>;
    const std::vector<T> c = Below(x, y);
    if (c.empty()) return;
    const std::vector<T> sorted = Descending(c);
    SquaresAbove(c, ThresholdOf(sorted, SupportBySquares(sorted)), y);
  }
};

struct NoShift {
  template <Format F>
  static void Row(std::span<const Real<F>> x, std::span<Real<F>> y) {
    using T = Real<F>;
    const std::vector<T> z = Halved(std::vector<T>(x.begin(), x.end()));
    const std::vector<T> sorted = Descending(z);
    SquaresAbove(z, ThresholdOf(sorted, SupportBySquares(sorted)), y);
  }
};

struct SpreadLeftOut {
  template <Format F>
  static void Row(std::span<const Real<F>> x, std::span<Real<F>> y) {
    using T = Real<F>;
    const std::vector<T> c = Halved(Below(x, y));
    if (c.empty()) return;
    const std::vector<T> sorted = Descending(c);
    const std::size_t k = SupportBySquares(sorted);
    T sum = 0;
    for (std::size_t i = 0; i < k; ++i) sum += sorted[i];
    const auto count = static_cast<T>(k);
    SquaresAbove(c, sum / count - std::sqrt(1 / count), y);
  }
};

struct NotSquared {
  template <Format F>
  static void Row(std::span<const Real<F>> x, std::span<Real<F>> y) {
    using T = Real<F>;
    const std::vector<T> c = Halved(Below(x, y));
    if (c.empty()) return;
    const std::vector<T> sorted = Descending(c);
    Subtract(c, ThresholdOf(sorted, SupportBySquares(sorted)), y);
    Normalise(y);
  }
};

struct EightHalvings {
  template <Format F>
  static void Row(std::span<const Real<F>> x, std::span<Real<F>> y) {
    using T = Real<F>;
    const std::vector<T> c = Halved(Below(x, y));
    if (c.empty()) return;
    const T threshold = Bisect<T>(-1, 0, 8, [&](T at) { return SumOfSquaresAbove(std::span<const T>(c), at); });
    SquaresAbove(c, threshold, y);
    Normalise(y);
  }
};

struct TailLeftOut {
  template <Format F>
  static void Row(std::span<const Real<F>> x, std::span<Real<F>> y) {
    using T = Real<F>;
    const std::vector<T> c = Halved(Below(x, y));
    if (c.empty()) return;
    const std::span<const T> body = std::span<const T>(c).first(c.size() < 8 ? c.size() : c.size() / 8 * 8);
    const T threshold = Bisect<T>(-1, 0, kToTheEnd, [&](T at) { return SumOfSquaresAbove(body, at); });
    SquaresAbove(c, threshold, y);
  }
};

struct NegativeSquared {
  template <Format F>
  static void Row(std::span<const Real<F>> x, std::span<Real<F>> y) {
    using T = Real<F>;
    const std::vector<T> c = Halved(Below(x, y));
    if (c.empty()) return;
    const std::vector<T> sorted = Descending(c);
    const T threshold = ThresholdOf(sorted, SupportBySquares(sorted));
    for (std::size_t i = 0; i < c.size(); ++i) {
      const T t = c[i] - threshold;
      y[i] = t > T{-0.0625} ? t * t : T{0};
    }
  }
};

About Wrong(std::string name, std::string text) {
  return AboutSparse(Operation::entmax15, std::move(name), std::move(text));
}

}  // namespace

std::vector<Specimen> SV_SPECIMEN() {
  return Join({
      InEveryFormat<RawMoments>(Wrong(
          "raw_moments", "K03: the spread is the mean of the squares less the square of the mean, which cancels")),
      InEveryFormat<SupportOfOneLess>(Wrong("support_of_one_less", "K18: the threshold is that of k - 1 elements")),
      InEveryFormat<NotHalved>(Wrong("not_halved", "K17: the logits are not halved")),
      InEveryFormat<NoShift>(Wrong("no_shift", "O87: the maximum is not subtracted")),
      InEveryFormat<SpreadLeftOut>(
          Wrong("spread_left_out", "O85: the threshold is right for equal logits only, or a support of one")),
      InEveryFormat<NotSquared>(Wrong("not_squared", "O86: dividing by the sum hides that the power is missing")),
      InEveryFormat<EightHalvings>(Wrong(
          "eight_halvings", "O86: bisection is left after 8 halvings, and dividing by the sum hides it from the sum")),
      InEveryFormat<TailLeftOut>(
          Wrong("tail_left_out", "K08: the last n mod 8 elements have no part in the threshold")),
      InEveryFormat<NegativeSquared>(
          Wrong("negative_squared", "K18: elements just below the threshold are squared, not cut")),
  });
}

}  // namespace softmax_verify::corpus
