#include "reports/special_rows.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <stdexcept>
#include <string_view>
#include <utility>

#include "reports/rows.h"
#include "verify/bounds.h"
#include "verify/case.h"
#include "verify/ulp.h"

namespace softmax_verify {
namespace {

constexpr double kInf = std::numeric_limits<double>::infinity();
constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
// Past four vectors of 16 lanes, and a multiple of nothing.
constexpr std::size_t kLength = 67;

struct SpecialRow {
  std::string_view name;
  std::vector<double> (*make)(Format);
};

// Multiples of 1/8 within [-4, 4), which every format holds.
std::vector<double> Ordinary() {
  std::vector<double> x(kLength);
  for (std::size_t i = 0; i < kLength; ++i) x[i] = static_cast<double>(i * 29 % 64) / 8 - 4;
  return x;
}
std::vector<double> With(std::initializer_list<std::size_t> positions, double value) {
  std::vector<double> x = Ordinary();
  for (const std::size_t i : positions) x[i] = value;
  return x;
}

constexpr std::array kSpecialRows = {
    SpecialRow{"nan_first", [](Format) { return With({0}, kNaN); }},
    SpecialRow{"nan_middle", [](Format) { return With({kLength / 2}, kNaN); }},
    SpecialRow{"nan_last", [](Format) { return With({kLength - 1}, kNaN); }},
    SpecialRow{"pos_inf", [](Format) { return With({5}, kInf); }},
    SpecialRow{"two_pos_inf",
               [](Format) {
                 return With({5, kLength - 1}, kInf);
               }},
    SpecialRow{"neg_inf_beside_finite",
               [](Format) {
                 return With({0, kLength / 2, kLength - 1}, -kInf);
               }},
    SpecialRow{"all_neg_inf", [](Format) { return std::vector<double>(kLength, -kInf); }},
    SpecialRow{"one_logit", [](Format) { return std::vector<double>{1.5}; }},
    SpecialRow{"all_equal", [](Format) { return std::vector<double>(kLength, 1.5); }},
    SpecialRow{"huge_negative", [](Format format) { return std::vector<double>(kLength, -Largest(format)); }},
};

// The operations that special rows are for, and what may come out in place of NaN.
struct Limits {
  std::string_view operation;
  double nothing;  // where there is nothing but -inf
  bool grows;      // a +inf makes the result +inf; else the infinities share alike what there is to share
};
constexpr std::array kLimits = {
    Limits{"softmax", 0, false},        Limits{"log_softmax", -kInf, false}, Limits{"logsumexp", -kInf, true},
    Limits{"masked_softmax", 0, false}, Limits{"sparsemax", 0, false},       Limits{"entmax15", 0, false},
    Limits{"entmax", 0, false},
};

std::string_view Classify(const std::vector<double>& y) {
  const auto all = [&](auto holds) { return std::all_of(y.begin(), y.end(), holds); };
  if (all([](double v) { return std::isnan(v); })) return "nan";
  if (all([](double v) { return v == kInf; })) return "pos_inf";
  if (all([](double v) { return v == -kInf; })) return "neg_inf";
  if (std::any_of(y.begin(), y.end(), [](double v) { return !std::isfinite(v); })) return "mixed";
  const auto zeros = std::count(y.begin(), y.end(), 0.0);
  if (zeros == std::ssize(y)) return "zero";
  if (zeros + 1 == std::ssize(y) && std::count(y.begin(), y.end(), 1.0) == 1) return "one_hot";
  if (y.size() > 1 && all([&](double v) { return v == y.front(); })) return "uniform";
  return "finite";
}

// The same value, the sign of a zero included.
bool IsSame(double a, double b) { return a == b && std::signbit(a) == std::signbit(b); }

// Within the bound of the row, and +0 where the exact result is 0.
bool IsAccurate(const Case& row, const RowBound& bound, std::size_t i, double got) {
  const reference::Enclosure& exact = row.exact()[i];
  if (exact.kind == reference::Enclosure::Kind::zero) return IsSame(got, 0);
  return MeasureUlp(ResultFormats(row.row())[i], got, exact, bound.unit[i]).low <= bound.ulp[i];
}

// The limit as the infinities grow together: they alone count, equally.
Row LimitOf(Row row) {
  for (double& x : row.x) x = x == kInf ? 0 : -kInf;
  return row;
}

Verdict Judge(const Kernel& kernel, const Limits& limits, const Case& row, const std::vector<double>& y) {
  const std::vector<double>& x = row.row().x;
  const Contract& contract = kernel.contract;
  const auto verdict = [](bool held) { return held ? Verdict::passed : Verdict::failed; };
  const auto all = [&](auto holds) {
    for (std::size_t i = 0; i < y.size(); ++i) {
      if (!holds(i)) return false;
    }
    return true;
  };

  if (std::any_of(x.begin(), x.end(), [](double v) { return std::isnan(v); })) {
    return verdict(all([&](std::size_t i) { return std::isnan(y[i]); }));
  }
  if (std::find(x.begin(), x.end(), kInf) != x.end()) {
    const Case limit(LimitOf(row.row()));
    const RowBound bound = ProvedBound(kernel, limit);
    return verdict(all([&](std::size_t i) {
      if (std::isnan(y[i])) return contract.pos_inf != Contract::PosInf::one_hot;
      if (contract.pos_inf == Contract::PosInf::nan) return false;
      return limits.grows ? y[i] == kInf : IsAccurate(limit, bound, i, y[i]);
    }));
  }
  if (std::all_of(x.begin(), x.end(), [](double v) { return v == -kInf; })) {
    return verdict(all([&](std::size_t i) {
      if (std::isnan(y[i])) return contract.all_neg_inf != Contract::AllNegInf::zero;
      return contract.all_neg_inf != Contract::AllNegInf::nan && IsSame(y[i], limits.nothing);
    }));
  }
  const RowBound bound = ProvedBound(kernel, row);
  if (!bound.claimed) return Verdict::unclaimed;
  if (!all([&](std::size_t i) { return IsAccurate(row, bound, i, y[i]); })) return Verdict::failed;
  const bool all_equal = std::all_of(x.begin(), x.end(), [&](double v) { return v == x.front(); });
  const bool identical = all([&](std::size_t i) { return y[i] == y.front(); });
  return verdict(identical || !all_equal || !contract.identical_equal_inputs);
}

}  // namespace

std::vector<SpecialResult> RunSpecialRows(const Kernel& kernel, const Parameters& parameters) {
  std::vector<SpecialResult> results;
  const auto limits = std::find_if(kLimits.begin(), kLimits.end(),
                                   [&](const Limits& entry) { return entry.operation == Name(kernel.operation); });
  if (limits == kLimits.end() || !NeedsLogitsAlone(kernel)) return results;
  for (const SpecialRow& special : kSpecialRows) {
    Row logits{kernel.operation, kernel.format, special.make(kernel.format), parameters};
    logits.statistics = kernel.statistics;
    const Case row(std::move(logits));
    SpecialResult& result = results.emplace_back();
    result.kernel = kernel.name;
    result.operation = kernel.operation;
    result.format = kernel.format;
    result.target = kernel.target;
    result.row = special.name;
    try {
      const std::vector<double> y = Apply(kernel, row.row());
      result.outcome = Classify(y);
      result.verdict = Judge(kernel, *limits, row, y);
    } catch (const std::runtime_error&) {
      result.outcome = "refused";
      result.verdict = Verdict::failed;
    }
  }
  return results;
}

}  // namespace softmax_verify
