// Ways to the threshold.
#include "property_tests/sparse_specimen.h"

namespace softmax_verify::corpus {
namespace {

struct Sorted {
  template <Format F>
  static void Row(std::span<const Real<F>> x, std::span<Real<F>> y) {
    using T = Real<F>;
    const std::vector<T> c = Halved(Below(x, y));
    if (c.empty()) return;
    const std::vector<T> sorted = Descending(c);
    SquaresAbove(c, ByCentredMoments(std::span<const T>(sorted).first(SupportBySquares(sorted))), y);
  }
};

struct SortedInF64 {
  template <Format F>
  static void Row(std::span<const Real<F>> x, std::span<Real<F>> y) {
    using T = Real<F>;
    const std::vector<T> c = Halved(Below(x, y));
    if (c.empty()) return;
    const std::vector<double> sorted = Descending(std::vector<double>(c.begin(), c.end()));
    const double threshold = ByCentredMoments(std::span<const double>(sorted).first(SupportBySquares(sorted)));
    SquaresAbove(c, static_cast<T>(threshold), y);
  }
};

struct Bisected {
  template <Format F>
  static void Row(std::span<const Real<F>> x, std::span<Real<F>> y) {
    using T = Real<F>;
    const std::vector<T> c = Halved(Below(x, y));
    if (c.empty()) return;
    const auto sum_of = [&](T at) { return SumOfSquaresAbove(std::span<const T>(c), at); };
    SquaresAbove(c, Bisect<T>(-1, 0, kToTheEnd, sum_of), y);
  }
};

struct BisectedAndDivided {
  template <Format F>
  static void Row(std::span<const Real<F>> x, std::span<Real<F>> y) {
    Bisected::Row<F>(x, y);
    if (!y.empty() && !std::isnan(y[0])) Normalise(y);
  }
};

About Odd(std::string name, std::string text, Claim claim = SparseClaim()) {
  return AboutSparse(Operation::entmax15, std::move(name), std::move(text), claim);
}

}  // namespace

std::vector<Specimen> SV_SPECIMEN() {
  Claim wide = SparseClaim(), undivided = SparseClaim();
  wide.accumulation = {Accumulation::Kind::wide};
  undivided.same_terms = true;
  return Join({
      InEveryFormat<Sorted>(Odd("sorted", "Sorts the logits, and centres the squares of the support on their mean")),
      InEveryFormat<SortedInF64>(Odd("sorted_in_f64", "The same in f64", wide)),
      InEveryFormat<Bisected>(Odd("bisected", "Halves until no number lies between", undivided)),
      InEveryFormat<BisectedAndDivided>(Odd("bisected_and_divided", "The same, divided by the sum of the results")),
  });
}

}  // namespace softmax_verify::corpus
