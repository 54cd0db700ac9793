#include "property_tests/specimen.h"

namespace softmax_verify::corpus {
namespace {

template <class Sum>
struct Mutant {
  template <Format F>
  static void Solve(Problem<Real<F>>& p) {
    const auto y = p[Role::y], dy = p[Role::dy];
    const Real<F> dot = Sum::Of(p, y, dy);
    for (std::size_t i = 0; i < p.n; ++i) p.Out(Role::dx)[i] = y[i] * (dy[i] - dot);
  }
};

struct InBf16 {
  template <class T>
  static T Of(const Problem<T>&, std::span<const T> y, std::span<const T> dy) {
    T sum = 0;
    for (std::size_t j = 0; j < y.size(); ++j)
      sum = static_cast<T>(RoundToFormat(Format::bf16, static_cast<double>(sum + y[j] * dy[j])));
    return sum;
  }
};

struct WithoutTail {
  template <class T>
  static T Of(const Problem<T>&, std::span<const T> y, std::span<const T> dy) {
    const std::size_t whole = y.size() / 4 * 4;
    return Dot(y.first(whole), dy.first(whole));
  }
};

struct OfFirstRow {
  template <class T>
  static T Of(const Problem<T>& p, std::span<const T> y, std::span<const T> dy) {
    static T first;
    if (p.row == 0) first = Dot(y, dy);
    return first;
  }
};

}  // namespace

std::vector<Specimen> SV_SPECIMEN() {
  return Join({InEveryFormat<Mutant<InBf16>>(AboutSaved("O18: the dot product is accumulated in bf16", "bf16_dot")),
               InEveryFormat<Mutant<WithoutTail>>(
                   AboutSaved("What does not fill a vector of four is missing from the dot product", "tail_of_dot_lost")),
               InEveryFormat<Mutant<OfFirstRow>>(
                   AboutSaved("O71 in another place: the dot product of the first row for all rows", "dot_of_first_row"))});
}

}  // namespace softmax_verify::corpus
