// Ways to the threshold.
#include "property_tests/sparse_specimen.h"

namespace softmax_verify::corpus {
namespace {

struct Sorted {
  template <Format F>
  static void Row(std::span<const Real<F>> x, std::span<Real<F>> y) {
    using T = Real<F>;
    const std::vector<T> c = Below(x, y);
    if (!c.empty()) Subtract(c, FindSupport(c).Threshold(), y);
  }
};

template <class T>
T PairwiseSum(std::span<const T> terms) {
  if (terms.size() <= 8) {
    T sum = 0;
    for (const T term : terms) sum += term;
    return sum;
  }
  const std::size_t leaves = (terms.size() + 7) / 8;
  const std::size_t middle = (leaves + 1) / 2 * 8;
  return PairwiseSum(terms.first(middle)) + PairwiseSum(terms.subspan(middle));
}

struct SortedPairwise {
  template <Format F>
  static void Row(std::span<const Real<F>> x, std::span<Real<F>> y) {
    using T = Real<F>;
    const std::vector<T> c = Below(x, y);
    if (c.empty()) return;
    const std::vector<T> sorted = Descending(c);
    T threshold = -1;
    for (std::size_t k = 1; k <= sorted.size() && sorted[k - 1] > -1; ++k) {
      const T sum = PairwiseSum(std::span<const T>(sorted).first(k));
      if (1 + static_cast<T>(k) * sorted[k - 1] > sum) threshold = (sum - 1) / static_cast<T>(k);
    }
    Subtract(c, threshold, y);
  }
};

struct SortedInF64 {
  template <Format F>
  static void Row(std::span<const Real<F>> x, std::span<Real<F>> y) {
    using T = Real<F>;
    const std::vector<T> c = Below(x, y);
    if (!c.empty()) Subtract(c, FindSupport<T, double>(c).Threshold(), y);
  }
};

struct Unshifted {
  template <Format F>
  static void Row(std::span<const Real<F>> x, std::span<Real<F>> y) {
    using T = Real<F>;
    if (Below(x, y).empty()) return;
    const std::vector<T> z(x.begin(), x.end());
    const SortedSupport<T> support = FindSupport(z);
    // Where the logits are so large that 1 is nothing beside them.
    Subtract(z, support.k > 0 ? support.Threshold() : Maximum(x) - 1, y);
  }
};

struct Michelot {
  template <Format F>
  static void Row(std::span<const Real<F>> x, std::span<Real<F>> y) {
    using T = Real<F>;
    const std::vector<T> c = Below(x, y);
    if (c.empty()) return;
    T threshold = -1;
    std::size_t count = c.size() + 1, before;
    do {
      before = count;
      count = 0;
      T sum = 0;
      for (const T value : c) {
        if (value <= threshold) continue;
        sum += value;
        ++count;
      }
      threshold = (sum - 1) / static_cast<T>(count);
    } while (count < before);
    Subtract(c, threshold, y);
  }
};

struct BisectedAndDivided {
  template <Format F>
  static void Row(std::span<const Real<F>> x, std::span<Real<F>> y) {
    using T = Real<F>;
    const std::vector<T> c = Below(x, y);
    if (c.empty()) return;
    const T threshold = Bisect<T>(-1, 0, kToTheEnd, [&](T at) {
      T sum = 0;
      for (const T value : c) sum += PositivePart(value - at);
      return sum;
    });
    Subtract(c, threshold, y);
    Normalise(y);
  }
};

About Odd(std::string name, std::string text, Claim claim = SparseClaim()) {
  return AboutSparse(Operation::sparsemax, std::move(name), std::move(text), claim);
}

}  // namespace

std::vector<Specimen> SV_SPECIMEN() {
  Claim pairwise = SparseClaim(), wide = SparseClaim(), unshifted = SparseClaim();
  pairwise.accumulation = {Accumulation::Kind::pairwise, 8};
  wide.accumulation = {Accumulation::Kind::wide};
  unshifted.shifted = false;
  unshifted.shift_error = 0;
  return Join({
      InEveryFormat<Sorted>(Odd("sorted", "Sorts the logits and cuts where the cumulative sums say")),
      InEveryFormat<SortedPairwise>(Odd("sorted_pairwise", "The same with pairwise sums", pairwise)),
      InEveryFormat<SortedInF64>(Odd("sorted_in_f64", "The same with sums in f64", wide)),
      InEveryFormat<Unshifted>(Odd("unshifted", "Sorts the logits as they are, and says so", unshifted)),
      InEveryFormat<Michelot>(Odd("michelot", "Drops what lies below the mean's threshold until nothing does")),
      InEveryFormat<BisectedAndDivided>(
          Odd("bisected_and_divided", "Halves until no number lies between, and divides by the sum")),
  });
}

}  // namespace softmax_verify::corpus
