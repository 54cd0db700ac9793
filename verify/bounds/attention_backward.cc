// attention_backward: Theorem A3 of docs/error_bounds.md.
#include <algorithm>
#include <cmath>
#include <limits>

#include "verify/bounds.h"
#include "verify/bounds/scores.h"

namespace softmax_verify::bounds {
namespace {

constexpr long double kInfinity = std::numeric_limits<long double>::infinity();
constexpr long double kUp = 1 + 0x1p-8L;  // what is lost here, in long double

// One result: a sum over the pairs that reach it.
struct Sum {
  long double magnitude = 0;  // of its terms
  long double computed = 0;   // of a kernel's terms
  long double error = 0;      // of these
  long double weights = 0;    // what may meet a vector's element that underflows
  std::size_t terms = 0;
  bool is_open = false;  // nothing is promised

  // A term a b: |a| = `size`, at most `largest` in other magnitudes, with error `off`; b exact.
  void Add(long double largest, long double size, long double off, double b) {
    const long double factor = std::abs(static_cast<long double>(b));
    magnitude += largest * factor;
    computed += (size + off) * factor;
    error += off * factor;
    weights += size + off;
    ++terms;
  }
};

bool AreFinite(const double* a, std::size_t count) {
  return std::all_of(a, a + count, [](double value) { return std::isfinite(value); });
}

}  // namespace

Errors attention_backward(const Kernel& kernel, const Case& of) {
  const Row& row = of.row();
  const Claim& claim = kernel.claim;
  const double u = UnitRoundoff(claim.compute);
  const long double tiny = Tiny(kernel);
  const long double largest = Largest(claim.compute) / 4.0L;
  const std::size_t m = row.m, n = row.GetShape().n, d = row.d;
  const double scaling = row.parameters.Scales() ? claim.scale_error : 0;
  const long double scale = row.parameters.scale;
  const long double most_scale = std::max(scale, 1.0L), least_scale = std::min(scale, 1.0L);
  const Format tile = claim.tile.value_or(claim.compute);
  const bool narrows = Info(tile).p < Info(claim.compute).p;
  const bool gradual = kernel.contract.subnormals == Contract::Subnormals::gradual;
  const long double largest_of_tile = Largest(tile) / 4.0L;
  const long double tile_tiny = gradual ? SmallestSubnormal(tile) : 2 * SmallestNormal(tile);
  const double height_of_depth = SumHeight(claim.products, claim.compute, kernel.format, d);
  const long double products = std::expm1((3 + height_of_depth) * u) + 0x1p-58L * static_cast<long double>(d + 2);

  std::vector<Sum> dq(m * d), dk(n * d), dv(n * d);
  const auto open_scores = [&](std::size_t i, std::size_t j) {
    for (std::size_t c = 0; c < d; ++c) dq[i * d + c].is_open = dk[j * d + c].is_open = true;
  };
  const auto open = [&](std::size_t i, std::size_t j) {
    open_scores(i, j);
    for (std::size_t c = 0; c < d; ++c) dv[j * d + c].is_open = true;
  };
  for (std::size_t i = 0; i < m; ++i) {
    const double* const q = row[Role::q].data() + i * d;
    const double* const dout = row[Role::dout].data() + i * d;
    const double* const out = row[Role::out].data() + i * d;
    const long double lse = row[Role::lse][i];
    const Scores scores = ScoresOf(kernel, row, i);
    const bool sees_nothing = scores.seen == 0 && lse == -kInfinity;
    const bool usable = scores.in_range && (std::isfinite(lse) || sees_nothing);
    const bool are_finite = AreFinite(dout, d) && AreFinite(out, d);
    // Where a query sees nothing, NaN is the other convention.
    if (scores.seen == 0 && kernel.contract.all_neg_inf != Contract::AllNegInf::zero) {
      for (std::size_t c = 0; c < d; ++c) dq[i * d + c].is_open = true;
    }
    long double delta = 0, elements = 0;
    for (std::size_t c = 0; are_finite && c < d; ++c) {
      delta += static_cast<long double>(dout[c]) * out[c];
      elements += 2 * std::abs(static_cast<long double>(dout[c])) + std::abs(out[c]);
    }
    const long double deltas = AbsoluteProducts(dout, out, d);
    for (std::size_t j = 0; j < n; ++j) {
      if (!scores.IsSeen(j) && !scores.weak[j]) continue;
      const double* const k = row[Role::k].data() + j * d;
      const double* const v = row[Role::v].data() + j * d;
      const long double size = AbsoluteProducts(dout, v, d) + deltas;  // S
      const bool fits = are_finite && AreFinite(v, d) && size * most_scale <= largest;
      if (!scores.IsSeen(j)) {
        // A kernel may weigh it with 0.
        if (!(usable && fits && AreFinite(q, d) && AreFinite(k, d))) open(i, j);
        continue;
      }
      if (!usable || !std::isfinite(scores.z[j])) {
        open(i, j);
        continue;
      }
      // p
      const long double x = scores.z[j] - lse;
      const long double z_error = scores.error[j] + 0x1p-60L * std::abs(lse);
      long double a = z_error + (claim.exp_error + claim.shift_error * (std::abs(x) + z_error)) * u;
      if (!claim.scaled_before_shift) a += scaling * (std::abs(x) + std::abs(lse) + z_error) * u;
      const long double p = std::exp(x);
      long double p_error = a < 1 ? p * std::expm1(a) : std::exp(x + a);
      if (std::exp(x - a) < 2 * SmallestNormal(claim.compute)) p_error += tiny;
      long double weight_error = p_error;
      if (narrows) weight_error += UnitRoundoff(tile) * (p + p_error) + tile_tiny;
      if (!((p + weight_error) * most_scale <= largest_of_tile)) {
        open(i, j);
        continue;
      }
      for (std::size_t c = 0; c < d; ++c) {
        if (std::isfinite(dout[c])) {
          dv[j * d + c].Add(p, p, weight_error, dout[c]);
        } else {
          dv[j * d + c].is_open = true;
        }
      }
      // g = p t, t = dout . (v - out)
      if (!fits) {
        open_scores(i, j);
        continue;
      }
      long double dp = 0, g = 0, g_error = 0;
      if (size > 0) {
        long double lost = elements + 2 * static_cast<long double>(d) + 2;
        for (std::size_t c = 0; c < d; ++c) {
          dp += static_cast<long double>(dout[c]) * v[c];
          lost += std::abs(v[c]);
        }
        g = p * std::abs(dp - delta);
        g_error = p_error * std::abs(dp - delta) + (p + p_error) * (products * size + lost * tiny);
        g_error += 3 * tiny / least_scale;
        if (narrows) g_error += UnitRoundoff(tile) * (g + g_error) + tile_tiny / least_scale;
      }
      if (!((p + p_error) * size * most_scale <= largest && (g + g_error) * most_scale <= largest_of_tile)) {
        open_scores(i, j);
        continue;
      }
      for (std::size_t c = 0; c < d; ++c) {
        dq[i * d + c].Add(p * size, g, g_error, k[c]);
        dk[j * d + c].Add(p * size, g, g_error, q[c]);
      }
    }
  }

  Errors errors;
  errors.sum = HUGE_VAL;
  const auto finish = [&](const std::vector<Sum>& sums, std::size_t most_terms, long double factor, double roundings) {
    for (const Sum& sum : sums) {
      errors.magnitude.push_back(sum.is_open ? 0 : sum.magnitude * factor);
      double height = SumHeight(claim.products, claim.compute, kernel.format, most_terms);
      height = std::min(height, static_cast<double>(std::max<std::size_t>(sum.terms, 1) - 1));
      long double error = sum.error + std::expm1((1 + height + roundings) * u) * sum.computed;
      // A sum of zeros is computed without error.
      const long double lost = 2 + (static_cast<long double>(sum.terms) + sum.weights) / std::min(factor, 1.0L);
      if (sum.computed > 0) error += lost * tiny;
      error = error * factor * kUp + (sum.computed > 0 ? tiny : 0);
      // From 100 % on it says nothing, but for what underflows.
      const bool fits = sum.computed * std::max(factor, 1.0L) <= largest &&
                        error <= sum.magnitude * factor + SmallestNormal(claim.compute);
      errors.absolute.push_back(sum.is_open || !fits ? kInfinity : error);
    }
  };
  finish(dq, n, scale, scaling);
  finish(dk, m, scale, scaling);
  finish(dv, m, 1, 0);
  errors.claimed =
      std::any_of(errors.absolute.begin(), errors.absolute.end(), [](long double error) { return error < kInfinity; });
  return errors;
}

}  // namespace softmax_verify::bounds
