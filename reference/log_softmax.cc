// log_softmax: y_i = -(d_i + ln s), d_i = (max x - x_i) * scale / temperature, s = sum_j e^(-d_j). Both terms are positive:
// nothing cancels.
//
// Were y_i = -r algebraic, sum_j e^(z_j) = e^(z_i + r) would be a linear relation between exponentials of algebraic numbers:
// by Lindemann and Weierstrass there is none, unless a single logit is finite, whose y is 0. So Ziv's loop ends. But where
// the maximum stands alone, y_i can lie closer below -d_i than any precision shows.
#include "reference/interval.h"
#include "reference/log_sum.h"

namespace softmax_verify::reference {
namespace {

template <class Real>
void Append(const Logits& logits, const Parameters& parameters, std::vector<Result<Real>>* results) {
  const std::vector<Logits::Group>& groups = logits.groups;
  const std::vector<std::size_t> first = AppendRow(logits, results);
  const double maximum = groups.front().x;
  const Real log_sum = LogSum<Real>(logits, parameters);
  for (std::size_t g = 0; g < groups.size(); ++g) {
    const double x = groups[g].x;
    Result<Real>& result = (*results)[first[g]];
    if (std::isinf(x)) {
      result = Infinity<Real>(true);
    } else if (!IsAlone(logits)) {  // else it stays 0
      const auto limit = [&] { return ExactScaledDistance(x, maximum, parameters); };
      result = Beside<Real>(limit, Limit::Side::below, ScaledDistance<Real>(x, maximum, parameters) - log_sum, logits);
    }
  }
}

}  // namespace

template <class Real>
std::vector<Result<Real>> exact::log_softmax(const Row& row) {
  std::vector<Result<Real>> results;
  results.reserve(row.x.size());
  for (std::size_t i = 0; i < row.m; ++i) {
    const std::span<const double> x = row.Slice(Role::x, i);
    if (const std::optional<Logits> logits = Gather(x)) {
      Append(*logits, row.parameters, &results);
    } else {
      results.insert(results.end(), x.size(), NaN<Real>());
    }
  }
  return results;
}

SV_REFERENCE(log_softmax)

}  // namespace softmax_verify::reference
