#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "property_tests/law_checks.h"
#include "property_tests/trial.h"
#include "verify/mask.h"
#include "verify/random.h"

namespace softmax_verify::checks {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

// The row with a byte mask, whatever it had: about one entry in three is shut out, not all in any row.
Row WithMask(const Row& row, Random& random) {
  Row masked = row;
  const std::size_t n = row.GetShape().n;
  Values& mask = masked[Role::mask];
  if (mask.empty()) {
    mask.assign(row.m * n, 1);
    for (double& keep : mask) keep = random.OneIn(3) ? 0 : 1;
    for (std::size_t i = 0; i < row.m; ++i) mask[i * n + random.Below(n)] = 1;
  }
  return masked;
}

// Whether row i of a Row sees a score that is not -inf.
bool SeesSomething(const Row& row, std::size_t i) {
  const std::vector<bool> keep = KeptColumns(row, i);
  const auto x = row.Slice(Role::x, i), bias = row.Slice(Role::bias, i);
  for (std::size_t j = 0; j < keep.size(); ++j) {
    if (keep[j] && x[j] != -kInfinity && (bias.empty() || bias[j] != -kInfinity)) return true;
  }
  return false;
}

}  // namespace

Outcome MaskExactness(const Kernel& kernel, const Case& of, std::uint64_t salt) {
  Random random(salt, HashOf("mask_exactness"));
  const std::size_t n = of.row().GetShape().n;
  if (n == 0) return Vacuous();
  const Row row = kernel.operands.Has(Role::mask) ? WithMask(of.row(), random) : of.row();
  const Case masked(row);
  if (!Promised(kernel, masked).claimed) return Vacuous();
  const Values y = CallOne(kernel, row);
  bool some = false;
  for (std::size_t i = 0; i < row.m; ++i) {
    if (!SeesSomething(row, i)) continue;  // Law: nothing_to_see
    const std::vector<bool> keep = KeptColumns(row, i);
    for (std::size_t j = 0; j < n; ++j) {
      if (keep[j]) continue;
      some = true;
      const double got = y[i * n + j];
      if (!SameBits(got, 0.0)) {
        return Broken(fmt::format("{}: a masked entry gets {:a}, not +0", NameOfResult(row, i * n + j), got),
                      i * n + j, got, 0, std::abs(got), 0);
      }
    }
  }
  return some ? Held() : Vacuous();
}

Outcome MaskNonInterference(const Kernel& kernel, const Case& of, std::uint64_t salt) {
  Random random(salt, HashOf("mask_non_interference"));
  const std::size_t n = of.row().GetShape().n;
  if (n == 0) return Vacuous();
  const Row row = kernel.operands.Has(Role::mask) ? WithMask(of.row(), random) : of.row();
  Row changed = row;
  const double poison[] = {kNaN, kInfinity, -kInfinity, Largest(row.format), -Largest(row.format), 1e4};
  const double value = poison[random.Below(6)];
  bool some = false;
  for (std::size_t i = 0; i < row.m; ++i) {
    const std::vector<bool> keep = KeptColumns(row, i);
    for (std::size_t j = 0; j < n; ++j) {
      if (keep[j]) continue;
      some = true;
      changed.x[i * n + j] = RoundToFormat(row.format, value);
    }
  }
  const Case before(row);
  if (!some || !Promised(kernel, before).claimed) return Vacuous();
  return CheckSame(kernel, before, CallOne(kernel, row), CallOne(kernel, changed), kernel.contract.layout_independent,
                   fmt::format("with {:a} under the mask", value));
}

Outcome NothingToSee(const Kernel& kernel, const Case& of, std::uint64_t salt) {
  Random random(salt, HashOf("nothing_to_see"));
  const std::size_t n = of.row().GetShape().n;
  if (n == 0) return Vacuous();
  Row row = of.row();
  const bool by_mask = kernel.operands.Has(Role::mask) && random.OneIn(2);
  if (by_mask) {
    row[Role::mask].assign(row.m * n, 0);
  } else {
    row.x.assign(row.m * n, -kInfinity);
  }
  const Values y = CallOne(kernel, row);
  for (std::size_t e = 0; e < y.size(); ++e) {
    if (SameBits(y[e], 0.0) || (std::isnan(y[e]) && kernel.contract.all_neg_inf != Contract::AllNegInf::zero)) continue;
    return Broken(fmt::format("{} is {:a} in a row with nothing to see", NameOfResult(row, e), y[e]), e, y[e], 0,
                  std::abs(y[e]), 0);
  }
  return Held();
}

Outcome MaskedIsCompacted(const Kernel& kernel, const Case& of, std::uint64_t salt) {
  Random random(salt, HashOf("masked_is_compacted"));
  if (of.row().m != 1 || of.row().GetShape().n == 0) return Vacuous();
  const Row row = kernel.operands.Has(Role::mask) ? WithMask(of.row(), random) : of.row();
  const std::vector<bool> keep = KeptColumns(row, 0);
  std::vector<std::size_t> kept;
  for (std::size_t j = 0; j < keep.size(); ++j) {
    if (keep[j]) kept.push_back(j);
  }
  if (kept.empty() || kept.size() == keep.size() || !SeesSomething(row, 0)) return Vacuous();
  Row compact = WithColumns(row, kept);
  compact.parameters.causal = Causal::none;
  const Case whole(row), part(compact);
  RowBound whole_bound = Promised(kernel, whole);
  const RowBound part_bound = Promised(kernel, part);
  if (!whole_bound.claimed || !part_bound.claimed) return Vacuous();
  const Values y = CallOne(kernel, row);
  Values matched;
  std::vector<double> ulp;
  for (const std::size_t j : kept) {
    matched.push_back(y[j]);
    ulp.push_back(whole_bound.ulp[j]);
  }
  whole_bound.ulp = std::move(ulp);
  whole_bound.unit = part_bound.unit;
  return CheckWithinBoth(compact, CallOne(kernel, compact), part_bound, matched, whole_bound,
                         "among masked entries");
}

Outcome CausalIsAMask(const Kernel& kernel, const Case& of, std::uint64_t salt) {
  if (of.row().GetShape().n == 0) return Vacuous();
  Random random(salt, HashOf("causal_is_a_mask"));
  Row causal = of.row();
  if (causal.parameters.causal == Causal::none) {
    causal.parameters.causal = random.OneIn(2) ? Causal::top_left : Causal::bottom_right;
  }
  const std::size_t n = causal.GetShape().n;
  Row masked = causal;
  masked[Role::mask].resize(causal.m * n);
  masked.parameters.causal = Causal::none;
  for (std::size_t i = 0; i < causal.m; ++i) {
    const std::vector<bool> keep = KeptColumns(causal, i);
    for (std::size_t j = 0; j < n; ++j) masked[Role::mask][i * n + j] = keep[j] ? 1 : 0;
  }
  const Case row(causal);
  const RowBound bound = Promised(kernel, row);
  if (!bound.claimed) return Vacuous();
  return CheckWithinBoth(causal, CallOne(kernel, causal), bound, CallOne(kernel, masked), bound,
                         "with the causal limit as a byte mask");
}

}  // namespace softmax_verify::checks
