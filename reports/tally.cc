#include "reports/tally.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <numeric>
#include <span>
#include <stdexcept>
#include <utility>

#include "reference/reference.h"
#include "reports/numbers.h"
#include "reports/profile.h"
#include "reports/rows.h"
#include "verify/ulp.h"

namespace softmax_verify {
namespace {

constexpr double kInf = std::numeric_limits<double>::infinity();
constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

// Histogram bins: the exponent and the leading kBinBits of the fraction number them.
constexpr int kBinBits = 7;
constexpr int kLowestExponent = -10;
constexpr int kHighestExponent = 30;
std::uint64_t Prefix(double value) { return std::bit_cast<std::uint64_t>(value) >> (52 - kBinBits); }
const std::uint64_t kFirstPrefix = Prefix(std::ldexp(1.0, kLowestExponent));
const std::uint64_t kBins = Prefix(std::ldexp(1.0, kHighestExponent)) - kFirstPrefix + 2;

// sum y - 1, the 1 subtracted before the sum is rounded (Neumaier's sum).
double SumMinusOne(std::span<const double> y) {
  double sum = -1;
  double correction = 0;
  for (const double value : y) {
    const double next = sum + value;
    correction += std::abs(sum) >= std::abs(value) ? (sum - next) + value : (value - next) + sum;
    sum = next;
  }
  return sum + correction;
}

// max that a NaN on either side loses.
double MaxNumber(double a, double b) { return std::fmax(a, b); }

Witness WitnessOf(const Yardstick& yardstick, const std::vector<double>& y, std::size_t element) {
  return {yardstick.sample,
          element,
          y[element],
          HexExact(yardstick.formats[element], yardstick.reference.exact()[element]),
          yardstick.Text(),
          yardstick.IsWhole()};
}

bool IsDistribution(std::span<const reference::Enclosure> exact) {
  double sum = 0;
  for (const reference::Enclosure& value : exact) {
    const double y = value.Approximate();
    if (!(y >= 0 && y <= 1)) return false;
    sum += y;
  }
  return std::abs(sum - 1) < 1e-9;
}

}  // namespace

Yardstick::Yardstick(Row drawn, std::uint64_t sample)
    : reference(std::move(drawn)), sample(sample), formats(ResultFormats(reference.row())) {
  const Row& row = reference.row();
  n = row.GetShape().n;
  for (const Part& part : PartsOf(row)) {
    if (part.role != Role::y || Info(row.operation).operands.Find(Role::y)->dims != "m,n") continue;
    for (std::size_t i = 0; i < row.m; ++i) {
      const std::size_t begin = part.begin + i * n;
      if (IsDistribution(std::span(reference.exact()).subspan(begin, n))) distributions.push_back(begin);
    }
  }
  if (row.m == 1 && row.x.size() == n && !distributions.empty()) {
    by_size.resize(n);
    std::iota(by_size.begin(), by_size.end(), std::size_t{0});
    std::stable_sort(by_size.begin(), by_size.end(), [&](std::size_t a, std::size_t b) { return row.x[a] < row.x[b]; });
    // A mask or a bias may have another order.
    const auto less = [&](std::size_t a, std::size_t b) {
      return reference.exact()[a].Approximate() < reference.exact()[b].Approximate() * (1 - 1e-12);
    };
    if (!std::is_sorted(by_size.begin(), by_size.end(), less)) by_size.clear();
  }
  distance = DistanceBins(reference);
  magnitude = MagnitudeBins(reference);
}

const std::string& Yardstick::Text() const {
  if (text_.empty()) text_ = ToString(reference.row(), IsWhole() ? kWholeRow : kRowBeginning);
  return text_;
}

bool Yardstick::IsWhole() const {
  const Row& row = reference.row();
  const OperandList& operands = Info(row.operation).operands;
  return std::all_of(operands.begin(), operands.end(), [&](const Operand& operand) {
    return operand.output || row[operand.role].size() <= kWholeRow;
  });
}

void Histogram::Add(double error) {
  if (bins_.empty()) bins_.resize(kBins);
  const std::uint64_t prefix = Prefix(error);  // grows with the error, infinity and NaN last
  ++bins_[prefix < kFirstPrefix ? 0 : std::min(prefix - kFirstPrefix + 1, kBins - 1)];
  ++count_;
}

void Histogram::Merge(const Histogram& other) {
  if (other.bins_.empty()) return;
  if (bins_.empty()) bins_.resize(kBins);
  for (std::size_t i = 0; i < bins_.size(); ++i) bins_[i] += other.bins_[i];
  count_ += other.count_;
}

double Histogram::Quantile(double q) const {
  const double wanted = q * static_cast<double>(count_);
  std::uint64_t seen = 0;
  for (std::size_t i = 0; i < bins_.size(); ++i) {
    seen += bins_[i];
    if (static_cast<double>(seen) < wanted) continue;
    return i + 1 == bins_.size() ? kInf : std::bit_cast<double>((kFirstPrefix + i) << (52 - kBinBits));
  }
  return 0;
}

std::vector<std::pair<double, std::uint64_t>> Histogram::Octaves() const {
  std::vector<std::pair<double, std::uint64_t>> octaves;
  for (std::size_t i = 0; i < bins_.size(); ++i) {
    if (bins_[i] == 0) continue;
    const double exponent = i == 0 ? -kInf : kLowestExponent + static_cast<int>((i - 1) >> kBinBits);
    if (octaves.empty() || octaves.back().first != exponent) octaves.emplace_back(exponent, 0);
    octaves.back().second += bins_[i];
  }
  return octaves;
}

bool Tally::AddElements(const Yardstick& row, const std::vector<double>& y, const RowBound& bound) {
  const std::vector<reference::Enclosure>& exact = row.reference.exact();
  bool within = true;
  std::vector<double> errors;
  errors.reserve(y.size());
  std::vector<double> nearest;  // known where an enclosure does not tell
  for (std::size_t i = 0; i < y.size(); ++i) {
    const UlpError error = MeasureUlp(row.formats[i], y[i], exact[i], bound.unit[i]);
    Rounding rounding = JudgeRounding(row.formats[i], y[i], exact[i]);
    if (rounding.open) {
      if (nearest.empty()) nearest = reference::Round(row.reference.row());
      rounding.correct = y[i] == nearest[i];
    }
    ++count_;
    zeros_ += y[i] == 0;
    correct_ += rounding.correct;
    faithful_ += rounding.faithful;
    histogram_.Add(error.high);
    errors.push_back(error.high);
    error_sum_ += error.high;
    signed_sum_ += error.signed_error;
    square_sum_ += error.high * error.high;
    if (error.high > largest_.value) largest_ = {error.high, WitnessOf(row, y, i), ""};
    if (!bound.claimed) continue;

    informative_ += MeasureUlp(row.formats[i], 0, exact[i], bound.unit[i]).low > bound.ulp[i];
    bound_ = std::max(bound_, bound.ulp[i]);
    // What is certain decides: `low`.
    const double ratio = error.low == 0 || bound.ulp[i] == kInf ? 0 : error.low / bound.ulp[i];
    bound_ratio_ = std::max(bound_ratio_, ratio);
    if (error.low <= bound.ulp[i]) continue;
    within = false;
    if (ratio > farthest_.value) {
      farthest_ = {ratio, WitnessOf(row, y, i),
                   fmt::format("element {}: {:.6g} ulp, proved {:.6g}", i, error.low, bound.ulp[i])};
    }
  }
  AddClasses(row, y, bound, errors, row.distance, &distance_);
  AddClasses(row, y, bound, errors, row.magnitude, &magnitude_);
  return within;
}

void Tally::AddClasses(const Yardstick& row, const std::vector<double>& y, const RowBound& bound,
                       const std::vector<double>& errors, const std::vector<std::uint8_t>& classes,
                       std::vector<ErrorBin>* bins) const {
  bins->resize(std::max(kDistanceBins, kMagnitudeBins));
  std::array<std::size_t, kNoBin> largest;  // of the class in this row
  largest.fill(errors.size());
  for (std::size_t i = 0; i < errors.size(); ++i) {
    if (classes[i] == kNoBin) continue;
    ErrorBin& bin = (*bins)[classes[i]];
    std::size_t& place = largest[classes[i]];
    if (place == errors.size() || errors[i] > errors[place]) place = i;
    ++bin.count;
    bin.bound = std::max(bin.bound, bound.claimed ? bound.ulp[i] : kInf);
  }
  for (std::size_t k = 0; k < bins->size(); ++k) {
    ErrorBin& bin = (*bins)[k];
    const std::size_t place = largest[k];
    if (place == errors.size() || (bin.n > 0 && errors[place] <= bin.max_ulp)) continue;
    bin.max_ulp = errors[place];
    bin.n = row.n;
    bin.worst = WitnessOf(row, y, place);
  }
}

bool Tally::AddSums(const Yardstick& row, const std::vector<double>& y, const RowBound& bound) {
  bool within = true;
  for (const std::size_t begin : row.distributions) {
    const double u = UnitRoundoff(row.formats[begin]);
    const double signed_deviation = SumMinusOne(std::span(y).subspan(begin, row.n));
    const double deviation = std::isnan(signed_deviation) ? kInf : std::abs(signed_deviation);
    sum_deviation_ = MaxNumber(sum_deviation_, deviation / u);
    if (!bound.claimed) continue;
    // bound.sum is proved for a row alone; of several each is off by no more than its results together.
    double proved = bound.sum;
    if (row.reference.row().m > 1) {
      proved = 0;
      for (std::size_t i = begin; i < begin + row.n; ++i) {
        proved += std::ldexp(bound.ulp[i], static_cast<int>(bound.unit[i])) * (1 + 0x1p-30);
      }
    }
    sum_bound_ = std::max(sum_bound_, proved / u);
    if (deviation <= proved) continue;
    within = false;
    if (deviation / proved > farthest_.value) {
      farthest_ = {deviation / proved, WitnessOf(row, y, begin),
                   fmt::format("sum off 1 by {:.6g} u, proved {:.6g} u", deviation / u, proved / u)};
    }
  }
  return within;
}

void Tally::AddOrder(const Yardstick& row, const std::vector<double>& y) {
  const std::vector<double>& x = row.reference.row().x;
  double below = -kInf;  // the largest result of a strictly smaller logit
  double equal = -kInf;  // and of those that equal the current one
  for (std::size_t k = 0; k < row.by_size.size(); ++k) {
    const std::size_t i = row.by_size[k];
    if (k > 0 && x[row.by_size[k - 1]] < x[i]) below = MaxNumber(below, equal);
    inversions_ += y[i] < below;
    equal = MaxNumber(equal, y[i]);
  }
}

void Tally::Add(const Kernel& kernel, const Yardstick& row) {
  std::vector<double> y;
  std::string refusal;
  try {
    y = Apply(kernel, row.reference.row());
  } catch (const std::runtime_error& error) {
    refusal = error.what();
    y.assign(row.reference.exact().size(), kNaN);
  }
  const RowBound bound = ProvedBound(kernel, row.reference);
  ++rows_;
  // Whatever else is promised: a valid row has a result.
  unclaimed_rows_ += !bound.claimed && refusal.empty();
  if (!bound.claimed) bound_ = kInf;
  const bool elements_within = AddElements(row, y, bound);
  const bool sums_within = AddSums(row, y, bound);
  if (!refusal.empty()) farthest_ = {kInf, WitnessOf(row, y, 0), refusal};
  failed_rows_ += !(elements_within && sums_within && refusal.empty());
  AddOrder(row, y);
}

void Tally::Merge(const Tally& later) {
  rows_ += later.rows_;
  failed_rows_ += later.failed_rows_;
  unclaimed_rows_ += later.unclaimed_rows_;
  count_ += later.count_;
  zeros_ += later.zeros_;
  informative_ += later.informative_;
  correct_ += later.correct_;
  faithful_ += later.faithful_;
  inversions_ += later.inversions_;
  histogram_.Merge(later.histogram_);
  error_sum_ += later.error_sum_;
  signed_sum_ += later.signed_sum_;
  square_sum_ += later.square_sum_;
  sum_deviation_ = MaxNumber(sum_deviation_, later.sum_deviation_);
  sum_bound_ = std::max(sum_bound_, later.sum_bound_);
  bound_ = std::max(bound_, later.bound_);
  bound_ratio_ = std::max(bound_ratio_, later.bound_ratio_);
  if (later.largest_.value > largest_.value) largest_ = later.largest_;
  if (later.farthest_.value > farthest_.value) farthest_ = later.farthest_;
  const auto merge = [](const std::vector<ErrorBin>& those, std::vector<ErrorBin>* bins) {
    bins->resize(std::max(those.size(), bins->size()));
    for (std::size_t k = 0; k < those.size(); ++k) softmax_verify::Merge(those[k], &(*bins)[k]);
  };
  merge(later.distance_, &distance_);
  merge(later.magnitude_, &magnitude_);
}

void Tally::Finish(Cell* cell) const {
  const auto count = static_cast<double>(count_);
  const double max = std::max(largest_.value, 0.0);
  cell->rows = rows_;
  cell->unclaimed_rows = unclaimed_rows_;
  cell->failed_rows = failed_rows_;
  cell->count = count_;
  cell->zeros = zeros_;
  cell->informative = informative_;
  if (count_ > 0) {
    cell->ulp = {max,
                 std::min(histogram_.Quantile(0.999), max),
                 std::min(histogram_.Quantile(0.99), max),
                 error_sum_ / count,
                 signed_sum_ / count,
                 std::sqrt(square_sum_ / count)};
    cell->correct = static_cast<double>(correct_) / count;
    cell->faithful = static_cast<double>(faithful_) / count;
  }
  cell->sum_deviation = sum_deviation_;
  cell->sum_bound = sum_bound_;
  cell->inversions = inversions_;
  cell->bound = bound_;
  cell->bound_ratio = bound_ratio_;
  cell->worst = failed_rows_ > 0 ? farthest_.witness : largest_.witness;
  cell->note = failed_rows_ > 0 ? farthest_.note : "";
  cell->verdict = count_ == 0           ? Verdict::skipped
                  : failed_rows_ > 0    ? Verdict::failed
                  : unclaimed_rows_ > 0 ? Verdict::unclaimed
                  // Less than one telling element in two rows: agreement, but on next to nothing.
                  : 2 * informative_ < rows_ ? Verdict::mistrusted
                                             : Verdict::passed;
}

void Tally::Finish(Profile* profile) const {
  profile->errors = histogram_.Octaves();
  profile->distance = distance_;
  Compact(DistanceEdge, &profile->distance);
  profile->magnitude = magnitude_;
  Compact(MagnitudeEdge, &profile->magnitude);
}

}  // namespace softmax_verify
