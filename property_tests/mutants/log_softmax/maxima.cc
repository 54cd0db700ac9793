// Maxima that are none.
#include "property_tests/specimen.h"

namespace softmax_verify::corpus {
namespace {

// z_i - m - ln(sum_j exp(z_j - m)) for whatever m.
template <class T>
void Shifted(Problem<T>& p, std::span<const T> z, T m) {
  const T log_sum = LogSum(z, m);
  for (std::size_t i = 0; i < p.n; ++i) p.Out(Role::y)[i] = (z[i] - m) - log_sum;
}

struct StartsAtSmallestNormal {
  template <Format F>
  static void Solve(Problem<Real<F>>& p) {
    using T = Real<F>;
    const std::vector<T> z = p.Logits();
    const std::span<const T> row(z);
    const T m = std::max(std::numeric_limits<T>::min(), Maximum(row));
    Shifted(p, row, m);
  }
};

struct PivotOfTheFirstHalf {
  template <Format F>
  static void Solve(Problem<Real<F>>& p) {
    using T = Real<F>;
    const std::vector<T> z = p.Logits();
    const std::span<const T> row(z);
    Shifted(p, row, Maximum(row.first((p.n + 1) / 2)));
  }
};

struct NoShift {
  template <Format F>
  static void Solve(Problem<Real<F>>& p) {
    using T = Real<F>;
    const std::vector<T> z = p.Logits();
    const std::span<const T> row(z);
    Shifted(p, row, T{0});
  }
};

}  // namespace

std::vector<Specimen> SV_SPECIMEN() {
  constexpr Operation operation = Operation::log_softmax;
  return Join({
      InEveryFormat<StartsAtSmallestNormal>(
          {.text = "O04: the maximum starts at the smallest positive number instead of the lowest",
           .operation = operation,
           .name = "starts_at_smallest_normal"}),
      InEveryFormat<PivotOfTheFirstHalf>(
          {.text = "O09: the first half of the row is stored twice, so that the maximum is that of the first half",
           .operation = operation,
           .name = "pivot_of_the_first_half"}),
      InEveryFormat<NoShift>(
          {.text = "O13: the exponentials of the logits themselves, which overflow",
           .operation = operation,
           .name = "no_shift"}),
  });
}

}  // namespace softmax_verify::corpus
