// softmax: y_i = exp(d_i) / sum_j exp(d_j) with d_i = (x_i - max x) * scale / temperature.
//
// Shifting first keeps d_i accurate to a few units of the working precision whatever the size of the logits: x_i - max
// x is exact where the two are close, and where they are not its rounding is relative to itself.
//
// By Lindemann and Weierstrass y_i is transcendental unless all finite logits are equal (docs/reference.md), so Ziv's
// loop ends. But the results at the maximum can lie closer below 1 / (number of maxima) than any precision shows.
#include "reference/interval.h"

namespace softmax_verify::reference {
namespace {

template <class Real>
void Append(const Logits& logits, const Parameters& parameters, std::vector<Result<Real>>* results) {
  const std::vector<Logits::Group>& groups = logits.groups;
  const std::vector<std::size_t> first = AppendRow(logits, results);
  const bool masked = std::isinf(groups.back().x);  // its results stay 0
  const std::size_t finite = groups.size() - masked;
  Real sum(0.0);
  for (std::size_t g = 0; g < finite; ++g) {
    Real term = Exp(ScaledDistance<Real>(groups[g].x, groups.front().x, parameters));
    (*results)[first[g]].value = term;
    if (groups[g].count > 1) term *= Real(static_cast<double>(groups[g].count));
    sum += term;
  }
  for (std::size_t g = 0; g < finite; ++g) (*results)[first[g]].value /= sum;
  const Limit limit{Rational(1, groups.front().count), finite == 1 ? Limit::Side::attained : Limit::Side::below};
  (*results)[first.front()].limit = std::make_shared<Limit>(limit);
}

}  // namespace

template <class Real>
std::vector<Result<Real>> exact::softmax(const Row& row) {
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

SV_REFERENCE(softmax)

}  // namespace softmax_verify::reference
