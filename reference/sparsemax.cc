// sparsemax: y_i = max(z_i - tau, 0) with tau such that the results sum to 1: rational, and computed as such.
//
// With distances d_i = max z - z_i in ascending order, the support is the longest beginning of the row in which
// sum_j (d_i - d_j) < 1 over the elements before i, and with k elements there y_i = (1 + sum_j d_j - k d_i) / k.
#include "reference/distances.h"
#include "reference/interval.h"

namespace softmax_verify::reference {
namespace {

template <class Real>
void Append(const Logits& logits, const Parameters& parameters, std::vector<Result<Real>>* results) {
  const std::vector<std::size_t> first = AppendRow(logits, results);
  const Distances distances = DistancesOf(logits, parameters, 1);
  Integer count = 0, sum = 0;  // of the elements in the support, of their distances
  std::size_t support = 0;
  for (const Integer& d : distances.of_group) {
    if (Integer(count * d - sum) >= distances.one) break;
    const auto m = static_cast<unsigned long>(logits.groups[support++].count);
    count += m;
    sum += d * m;
  }
  const Integer denominator = count * distances.one;
  for (std::size_t g = 0; g < support; ++g) {
    const Integer numerator = distances.one + sum - count * distances.of_group[g];
    (*results)[first[g]] = Exactly<Real>(Rational(numerator, denominator));
  }
}

}  // namespace

template <class Real>
std::vector<Result<Real>> exact::sparsemax(const Row& row) {
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

SV_REFERENCE(sparsemax)

}  // namespace softmax_verify::reference
