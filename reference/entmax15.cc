// entmax15: y_i = max(z_i / 2 - tau, 0)^2 with tau such that the results sum to 1: algebraic of degree 2 at most.
//
// With distances d_i = (max z - z_i) / 2 in ascending order, the support is the longest beginning of the row in which
// sum_j (d_i - d_j)^2 < 1 over the elements before i. With k elements there, A = sum d_j and B = sum d_j^2,
//
//     y_i = ((a_i + sqrt(D)) / k)^2,  a_i = A - k d_i,  D = k (1 - B) + A^2.
//
// D is rational. If it is the square of a rational number, or a_i = 0, so is y_i, and is computed as such. Otherwise
// y_i is irrational: twice a_i sqrt(D) and a rational number. Where a_i < 0 its sum with sqrt(D) cancels, and the
// quotient of the rational D - a_i^2 > 0 by sqrt(D) - a_i takes its place.
#include "reference/distances.h"
#include "reference/interval.h"

namespace softmax_verify::reference {
namespace {

template <class Real>
Real FromInteger(const Integer& value) {
  return FromRational<Real>(Rational(value));
}

template <class Real>
void Append(const Logits& logits, const Parameters& parameters, std::vector<Result<Real>>* results) {
  const std::vector<std::size_t> first = AppendRow(logits, results);
  const Distances distances = DistancesOf(logits, parameters, 0.5);
  const Integer one = distances.one * distances.one;
  Integer k = 0, sum = 0, squares = 0;  // A and B, in units of 1 / distances.one and its square
  std::size_t support = 0;
  for (const Integer& d : distances.of_group) {
    if (Integer(d * (k * d - 2 * sum) + squares) >= one) break;
    const auto m = static_cast<unsigned long>(logits.groups[support++].count);
    k += m;
    sum += d * m;
    squares += d * d * m;
  }
  const Integer discriminant = k * (one - squares) + sum * sum;
  const Integer root = sqrt(discriminant);
  const bool is_square = root * root == discriminant;
  const Integer denominator = k * distances.one;
  const Real sqrt_of_d = is_square ? Real(0.0) : Sqrt(FromInteger<Real>(discriminant));
  for (std::size_t g = 0; g < support; ++g) {
    Result<Real>& result = (*results)[first[g]];
    const Integer a = sum - k * distances.of_group[g];
    if (is_square) {
      const Rational t(a + root, denominator);
      result = Exactly<Real>(t * t);
    } else if (a == 0) {
      result = Exactly<Real>(Rational(discriminant, denominator * denominator));
    } else {
      Real t = sqrt_of_d;
      t += FromInteger<Real>(abs(a));
      if (a < 0) t = FromInteger<Real>(discriminant - a * a) / t;
      t /= FromInteger<Real>(denominator);
      t *= t;
      result.value = t;
    }
  }
}

}  // namespace

template <class Real>
std::vector<Result<Real>> exact::entmax15(const Row& row) {
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

SV_REFERENCE(entmax15)

}  // namespace softmax_verify::reference
