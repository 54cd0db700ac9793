// logsumexp: lse = z_m + ln s, z_m = max x * scale / temperature, s = sum_j e^(z_j - z_m).
//
// Were lse = r algebraic, sum_j e^(z_j) = e^r would be a linear relation between exponentials of algebraic numbers: by
// Lindemann and Weierstrass there is none, unless a single logit is finite, whose z is the result. So the two terms never
// cancel entirely, and Ziv's loop ends. But where the maximum stands alone, lse can lie closer above z_m than any precision
// shows.
#include "reference/interval.h"
#include "reference/log_sum.h"

namespace softmax_verify::reference {

template <class Real>
std::vector<Result<Real>> exact::logsumexp(const Row& row) {
  std::vector<Result<Real>> results;
  for (std::size_t i = 0; i < row.m; ++i) {
    const std::optional<Logits> logits = Gather(row.Slice(Role::x, i));
    if (!logits) {
      results.push_back(NaN<Real>());
      continue;
    }
    const double maximum = logits->groups.front().x;
    const auto scaled = [&] { return ExactScaledDistance(maximum, 0, row.parameters); };
    if (IsAlone(*logits)) {
      results.push_back(Exactly<Real>(scaled()));
    } else {
      const Real value = ScaledDistance<Real>(maximum, 0, row.parameters) + LogSum<Real>(*logits, row.parameters);
      results.push_back(Beside<Real>(scaled, Limit::Side::above, value, *logits));
    }
  }
  return results;
}

SV_REFERENCE(logsumexp)

}  // namespace softmax_verify::reference
