// Other ways to mask.
#include "property_tests/specimen.h"

namespace softmax_verify::corpus {
namespace {

// The kept scores side by side, as a row of their own.
struct Compacted {
  template <Format F>
  static void Solve(Problem<Real<F>>& p) {
    using T = Real<F>;
    const auto z = p.Logits();
    std::vector<T> kept;
    for (std::size_t j = 0; j < p.n; ++j) {
      if (z[j] != -kInfinity<T>) kept.push_back(z[j]);
    }
    std::vector<T> y(kept.size());
    ThreePass(std::span<const T>(kept), std::span<T>(y));
    std::size_t next = 0;
    for (std::size_t j = 0; j < p.n; ++j) p.Out(Role::y)[j] = z[j] != -kInfinity<T> ? y[next++] : 0;
  }
};

// exp(-inf - -inf) is NaN, and nobody minds.
struct NanForNothing {
  template <Format F>
  static void Solve(Problem<Real<F>>& p) {
    const auto z = p.Logits();
    ThreePass(std::span<const Real<F>>(z), p.Out(Role::y));
  }
};

// Exponentials of everything that is finite, times 0 or 1; the sum in double.
struct MultipliedByTheMask {
  template <Format F>
  static void Solve(Problem<Real<F>>& p) {
    using T = Real<F>;
    const auto z = p.Logits();
    const T m = std::max(Maximum(std::span<const T>(z)), std::numeric_limits<T>::lowest());
    double sum = 0;
    const auto y = p.Out(Role::y);
    for (std::size_t j = 0; j < p.n; ++j) {
      y[j] = z[j] == -kInfinity<T> ? 0 : std::exp(z[j] - m);
      sum += static_cast<double>(y[j]);
    }
    for (T& value : y) value = sum == 0 ? 0 : static_cast<T>(static_cast<double>(value) / sum);
  }
};

// One pass for maximum and sum.
struct OnePass {
  template <Format F>
  static void Solve(Problem<Real<F>>& p) {
    using T = Real<F>;
    const auto z = p.Logits();
    T m = -kInfinity<T>, sum = 0;
    for (std::size_t j = 0; j < p.n; ++j) {
      if (z[j] == -kInfinity<T>) continue;
      if (z[j] > m) {
        if (sum != 0) sum *= std::exp(m - z[j]);
        m = z[j];
      }
      sum += std::exp(z[j] - m);
    }
    for (std::size_t j = 0; j < p.n; ++j) p.Out(Role::y)[j] = z[j] == -kInfinity<T> ? 0 : std::exp(z[j] - m) / sum;
  }
};

About Lawful(std::string name, std::string text) {
  return {.text = std::move(text), .operation = Operation::masked_softmax, .name = std::move(name)};
}

}  // namespace

std::vector<Specimen> SV_SPECIMEN() {
  About one_pass = Lawful("one_pass", "one pass for maximum and sum, masked scores passed over");
  one_pass.claim.rescale_step = 1;
  one_pass.claim.normalise_error = 1;
  About multiplied = Lawful("multiplied_by_the_mask", "masked terms are zeros in a sum of doubles");
  multiplied.claim.accumulation = {Accumulation::Kind::wide, 1};
  return Join({
      InEveryFormat<Compacted>(Lawful("compacted", "the kept scores as a row of their own, scattered back")),
      InEveryFormat<NanForNothing>(Lawful("nan_for_nothing", "a row with nothing to see is NaN, as DESIGN allows")),
      InEveryFormat<MultipliedByTheMask>(multiplied),
      InEveryFormat<OnePass>(one_pass),
  });
}

}  // namespace softmax_verify::corpus
