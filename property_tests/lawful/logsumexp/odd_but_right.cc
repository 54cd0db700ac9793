// Other ways to the same sum.
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
Claim UnshiftedClaim() {
  Claim claim = PlainClaim();
  claim.shifted = false;
  claim.shift_error = 0;
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

struct Sequential {
  template <Format F>
  static void Solve(Problem<Real<F>>& p) {
    using T = Real<F>;
    const std::vector<T> z = p.Logits();
    const std::span<const T> row(z);
    const T m = Maximum(row);
    p.Out(Role::lse)[0] = m + LogSum(row, m);
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
    p.Out(Role::lse)[0] = m + static_cast<T>(std::log(sum));
  }
};

struct Online {
  template <Format F>
  static void Solve(Problem<Real<F>>& p) {
    using T = Real<F>;
    const std::vector<T> z = p.Logits();
    const std::span<const T> row(z);
    const auto [m, sum] = OnlineSum(row);
    p.Out(Role::lse)[0] = m + std::log(sum);
  }
};

struct OfOthers {
  template <Format F>
  static void Solve(Problem<Real<F>>& p) {
    using T = Real<F>;
    const std::vector<T> z = p.Logits();
    const std::span<const T> row(z);
    const T m = Maximum(row);
    p.Out(Role::lse)[0] = m + std::log1p(SumOfOthers(row, m));
  }
};

struct Unshifted {
  template <Format F>
  static void Solve(Problem<Real<F>>& p) {
    using T = Real<F>;
    const std::vector<T> z = p.Logits();
    const std::span<const T> row(z);
    p.Out(Role::lse)[0] = LogSum(row, T{0});
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
    p.Out(Role::lse)[0] = static_cast<T>(m + std::log(sum));
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
    p.Out(Role::lse)[0] = !has_nan && std::isinf(m) ? m : m + LogSum(row, m);
  }
};

// The result in the format of the logits, be it 16 bits.
std::vector<Specimen> NarrowResults() {
  const auto about = [](Format format) {
    return About{.text = "The result is stored in the format of the logits",
                 .operation = Operation::logsumexp,
                 .name = "narrow_result",
                 .statistics = format};
  };
  return {
#define SV_FORMAT(name, p, emin, emax, bytes, compute) Make<Sequential, Format::name>(about(Format::name)),
#include "softmax_verify/formats.def"
#undef SV_FORMAT
  };
}

}  // namespace

std::vector<Specimen> SV_SPECIMEN() {
  constexpr Operation operation = Operation::logsumexp;
  return Join({
      NarrowResults(),
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
      InEveryFormat<OfOthers>(
          {.text = "ln(1 + t) of the terms beside the maximum",
           .claim = Log1pClaim(),
           .operation = operation,
           .name = "of_others"}),
      InEveryFormat<Unshifted>(
          {.text = "The exponentials of the logits themselves, promised only where they do not overflow",
           .claim = UnshiftedClaim(),
           .operation = operation,
           .name = "unshifted"}),
      InEveryFormat<ComputesInF64>(
          {.text = "Every format computed in f64, the result rounded once",
           .claim = InF64(),
           .compute = Format::f64,
           .operation = operation,
           .name = "computes_in_f64"}),
      InEveryFormat<LimitsOfSpecialRows>(
          {.text = "+inf beside +inf, -inf for rows of -inf alone",
           .contract = {.all_neg_inf = Contract::AllNegInf::zero, .pos_inf = Contract::PosInf::one_hot},
           .operation = operation,
           .name = "limits_of_special_rows"}),
  });
}

}  // namespace softmax_verify::corpus
