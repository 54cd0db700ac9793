// Thresholds that are right, and results that are not.
#include "property_tests/sparse_specimen.h"

namespace softmax_verify::corpus {
namespace {

struct TailHasItsOwnThreshold {
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
    // Six bits less than the results have.
    const int places = Info(F).p - 7 - std::ilogb(threshold);
    const T rough = static_cast<T>(std::ldexp(std::round(std::ldexp(threshold, places)), -places));
    for (std::size_t i = 0; i < c.size(); ++i) y[i] = PositivePart(c[i] - (i < c.size() / 8 * 8 ? threshold : rough));
  }
};

struct LeavesSmallValues {
  template <Format F>
  static void Row(std::span<const Real<F>> x, std::span<Real<F>> y) {
    using T = Real<F>;
    const std::vector<T> c = Below(x, y);
    if (c.empty()) return;
    const T threshold = FindSupport(c).Threshold();
    for (std::size_t i = 0; i < c.size(); ++i) {
      const T t = c[i] - threshold;
      y[i] = t > 0 ? t : t > T{-0.25} ? -t / 16 : T{0};
    }
  }
};

struct NotClipped {
  template <Format F>
  static void Row(std::span<const Real<F>> x, std::span<Real<F>> y) {
    using T = Real<F>;
    const std::vector<T> c = Below(x, y);
    if (c.empty()) return;
    const T threshold = FindSupport(c).Threshold();
    for (std::size_t i = 0; i < c.size(); ++i) y[i] = c[i] > -1 ? c[i] - threshold : T{0};
  }
};

struct CutOff {
  template <Format F>
  static void Row(std::span<const Real<F>> x, std::span<Real<F>> y) {
    using T = Real<F>;
    const std::vector<T> c = Below(x, y);
    if (c.empty()) return;
    Subtract(c, FindSupport(c).Threshold(), y);
    for (T& value : y) value = value < T{0.01} ? T{0} : value;
  }
};

About Wrong(std::string name, std::string text, Claim claim = SparseClaim()) {
  return AboutSparse(Operation::sparsemax, std::move(name), std::move(text), claim);
}

}  // namespace

std::vector<Specimen> SV_SPECIMEN() {
  Claim undivided = SparseClaim();
  undivided.same_terms = true;
  return Join({
      InEveryFormat<TailHasItsOwnThreshold>(
          Wrong("tail_has_its_own_threshold", "O21: the last n mod 8 elements are cut at a threshold of six bits less",
                undivided)),
      InEveryFormat<LeavesSmallValues>(
          Wrong("leaves_small_values", "O88: elements just below the threshold get a little nevertheless")),
      InEveryFormat<NotClipped>(Wrong("not_clipped", "K18: negative results are left as they are")),
      InEveryFormat<CutOff>(Wrong("cut_off", "K05: results below 0.01 are taken for 0")),
  });
}

}  // namespace softmax_verify::corpus
