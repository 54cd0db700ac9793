// Sums that lose something.
#include <array>

#include "property_tests/specimen.h"

namespace softmax_verify::corpus {
namespace {

// In sixteen lanes, rescaled whenever a lane's maximum grows.
Claim OnlineClaim() {
  Claim claim = PlainClaim();
  claim.rescale_step = 16;
  claim.rescale_lanes = 16;
  return claim;
}

template <class T, class Add>
void AddUp(Problem<T>& p, std::span<const T> z, const Add& add) {
  const T m = Maximum(z);
  T sum = 0;
  for (const T v : z) sum = add(sum, std::exp(v - m));
  for (std::size_t i = 0; i < p.n; ++i) p.Out(Role::y)[i] = (z[i] - m) - std::log(sum);
}

struct Bf16Accumulator {
  template <Format F>
  static void Solve(Problem<Real<F>>& p) {
    using T = Real<F>;
    const std::vector<T> z = p.Logits();
    const std::span<const T> row(z);
    AddUp(p, row, [](T sum, T term) { return static_cast<T>(RoundToFormat(Format::bf16, sum + term)); });
  }
};

struct F16Accumulator {
  template <Format F>
  static void Solve(Problem<Real<F>>& p) {
    using T = Real<F>;
    const std::vector<T> z = p.Logits();
    const std::span<const T> row(z);
    AddUp(p, row, [](T sum, T term) { return static_cast<T>(RoundToFormat(Format::f16, sum + term)); });
  }
};

struct EmptyLanesMerged {
  template <Format F>
  static void Solve(Problem<Real<F>>& p) {
    using T = Real<F>;
    const std::vector<T> z = p.Logits();
    const std::span<const T> row(z);
    const std::span<T> y = p.Out(Role::y);
    constexpr std::size_t kLanes = 16;
    std::array<T, kLanes> maxima, sums{};
    maxima.fill(-kInfinity<T>);
    for (std::size_t i = 0; i < p.n; ++i) {
      T& m = maxima[i % kLanes];
      T& sum = sums[i % kLanes];
      const T larger = std::max(m, z[i]);
      if (larger == -kInfinity<T>) continue;
      sum = sum * std::exp(m - larger) + std::exp(z[i] - larger);
      m = larger;
    }
    for (std::size_t width = kLanes / 2; width > 0; width /= 2) {
      for (std::size_t l = 0; l < width; ++l) {
        const T larger = std::max(maxima[l], maxima[l + width]);
        sums[l] = sums[l] * std::exp(maxima[l] - larger) + sums[l + width] * std::exp(maxima[l + width] - larger);
        maxima[l] = larger;
      }
    }
    for (std::size_t i = 0; i < p.n; ++i) y[i] = (z[i] - maxima[0]) - std::log(sums[0]);
  }
};

struct StartsAtIndex1 {
  template <Format F>
  static void Solve(Problem<Real<F>>& p) {
    using T = Real<F>;
    const std::vector<T> z = p.Logits();
    const std::span<const T> row(z);
    const T m = Maximum(row);
    const T log_sum = p.n > 1 ? LogSum(row.subspan(1), m) : 0;
    for (std::size_t i = 0; i < p.n; ++i) p.Out(Role::y)[i] = (z[i] - m) - log_sum;
  }
};

}  // namespace

std::vector<Specimen> SV_SPECIMEN() {
  constexpr Operation operation = Operation::log_softmax;
  return Join({
      InEveryFormat<Bf16Accumulator>(
          {.text = "O16: the sum is rounded to bf16 after every addition, so it sticks at 256",
           .operation = operation,
           .name = "bf16_accumulator"}),
      InEveryFormat<F16Accumulator>(
          {.text = "O17: the sum is rounded to f16 after every addition, so it sticks at 2048",
           .operation = operation,
           .name = "f16_accumulator"}),
      InEveryFormat<EmptyLanesMerged>(
          {.text = "O42: lanes that saw no logit keep -inf for their maximum, and two of them merged are NaN",
           .claim = OnlineClaim(),
           .operation = operation,
           .name = "empty_lanes_merged"}),
      InEveryFormat<StartsAtIndex1>(
          {.text = "O43: the sum starts at index 1",
           .operation = operation,
           .name = "starts_at_index_1"}),
  });
}

}  // namespace softmax_verify::corpus
