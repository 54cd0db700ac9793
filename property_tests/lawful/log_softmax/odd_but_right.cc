// Other ways to the same logarithms.
#include <algorithm>
#include <utility>

#include "property_tests/specimen.h"

namespace softmax_verify::corpus {
namespace {

Claim With(Accumulation accumulation) {
  Claim claim = PlainClaim();
  claim.accumulation = accumulation;
  return claim;
}
Claim OnlineClaim() {
  Claim claim = PlainClaim();
  claim.rescale_step = 1;
  return claim;
}
Claim Log1pClaim() {
  Claim claim = PlainClaim();
  claim.log1p = true;
  return claim;
}
// The rows arrive scaled and rounded to f32, hence the scale error in units of f64.
Claim InF64() {
  Claim claim = PlainClaim();
  claim.scale_error = 0x1p31;
  return claim;
}

// The sum of all terms but one of the largest.
template <class T>
T SumOfOthers(std::span<const T> z, T m) {
  const std::size_t top = static_cast<std::size_t>(std::find(z.begin(), z.end(), m) - z.begin());
  T sum = 0;
  for (std::size_t j = 0; j < z.size(); ++j) {
    if (j != top) sum += std::exp(z[j] - m);
  }
  return sum;
}

// m and sum_j exp(z_j - m) in one pass.
template <class T>
std::pair<T, T> OnlineSum(std::span<const T> z) {
  T m = -kInfinity<T>;
  T sum = 0;
  for (const T v : z) {
    if (v > m) {
      if (sum != 0) sum *= std::exp(m - v);
      m = v;
    }
    if (v != -kInfinity<T>) sum += std::exp(v - m);
  }
  return {m, sum};
}

template <class T>
void Store(Problem<T>& p, std::span<const T> z, T m, T log_sum) {
  for (std::size_t i = 0; i < p.n; ++i) p.Out(Role::y)[i] = (z[i] - m) - log_sum;
}

struct Sequential {
  template <Format F>
  static void Solve(Problem<Real<F>>& p) {
    using T = Real<F>;
    const std::vector<T> z = p.Logits();
    const std::span<const T> row(z);
    const T m = Maximum(row);
    Store(p, row, m, LogSum(row, m));
  }
};

struct WideSumAndLog {
  template <Format F>
  static void Solve(Problem<Real<F>>& p) {
    using T = Real<F>;
    const std::vector<T> z = p.Logits();
    const std::span<const T> row(z);
    const T m = Maximum(row);
    double sum = 0;
    for (const T v : z) sum += std::exp(v - m);
    Store(p, row, m, static_cast<T>(std::log(sum)));
  }
};

struct Online {
  template <Format F>
  static void Solve(Problem<Real<F>>& p) {
    using T = Real<F>;
    const std::vector<T> z = p.Logits();
    const std::span<const T> row(z);
    const auto [m, sum] = OnlineSum(row);
    Store(p, row, m, std::log(sum));
  }
};

struct DistanceFirst {
  template <Format F>
  static void Solve(Problem<Real<F>>& p) {
    using T = Real<F>;
    const std::vector<T> z = p.Logits();
    const std::span<const T> row(z);
    const T m = Maximum(row);
    const T log_sum = std::log1p(SumOfOthers(row, m));
    for (std::size_t i = 0; i < p.n; ++i) p.Out(Role::y)[i] = -((m - z[i]) + log_sum);
  }
};

struct ComputesInF64 {
  template <Format F>
  static void Solve(Problem<Real<F>>& p) {
    using T = Real<F>;
    const std::vector<T> z = p.Logits();
    const std::span<const T> row(z);
    const double m = Maximum(row);
    double sum = 0;
    for (const T v : z) sum += std::exp(v - m);
    for (std::size_t i = 0; i < p.n; ++i) {
      p.Out(Role::y)[i] = static_cast<T>(RoundToFormat(F, (z[i] - m) - std::log(sum)));
    }
  }
};

struct LimitsOfSpecialRows {
  template <Format F>
  static void Solve(Problem<Real<F>>& p) {
    using T = Real<F>;
    const std::vector<T> z = p.Logits();
    const std::span<const T> row(z);
    const T m = Maximum(row);
    const bool has_nan = std::any_of(z.begin(), z.end(), [](T v) { return std::isnan(v); });
    if (has_nan || std::isfinite(m)) return Store(p, row, m, LogSum(row, m));
    const auto share = -std::log(static_cast<T>(std::count(z.begin(), z.end(), m)));
    for (std::size_t i = 0; i < p.n; ++i) p.Out(Role::y)[i] = m > 0 && z[i] == m ? share : -kInfinity<T>;
  }
};

}  // namespace

std::vector<Specimen> SV_SPECIMEN() {
  constexpr Operation operation = Operation::log_softmax;
  return Join({
      InEveryFormat<Sequential>(
          {.text = "One term after the other",
           .operation = operation,
           .name = "sequential"}),
      InEveryFormat<WideSumAndLog>(
          {.text = "The sum, and its logarithm, in f64 whatever the format",
           .claim = With({Accumulation::Kind::wide}),
           .operation = operation,
           .name = "wide_sum_and_log"}),
      InEveryFormat<Online>(
          {.text = "One pass for maximum and sum, which is rescaled whenever the maximum grows",
           .claim = OnlineClaim(),
           .operation = operation,
           .name = "online"}),
      InEveryFormat<DistanceFirst>(
          {.text = "-((m - z) + ln(1 + t)): the distances positive, ln s from the terms beside the maximum",
           .claim = Log1pClaim(),
           .operation = operation,
           .name = "distance_first"}),
      InEveryFormat<ComputesInF64>(
          {.text = "Every format computed in f64, the result rounded once",
           .claim = InF64(),
           .compute = Format::f64,
           .operation = operation,
           .name = "computes_in_f64"}),
      InEveryFormat<LimitsOfSpecialRows>(
          {.text = "-ln k for each of k infinities, -inf beside them, and -inf throughout for rows of -inf alone",
           .contract = {.all_neg_inf = Contract::AllNegInf::zero, .pos_inf = Contract::PosInf::one_hot},
           .operation = operation,
           .name = "limits_of_special_rows"}),
  });
}

}  // namespace softmax_verify::corpus
