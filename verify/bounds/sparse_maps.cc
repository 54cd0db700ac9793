#include "verify/bounds/sparse_maps.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <utility>

namespace softmax_verify::bounds {
namespace {

// Rounds up what a few operations in long double on non-negative numbers give.
constexpr long double kUp = 1 + 0x1p-40L;

bool IsGradual(const Kernel& kernel) { return kernel.contract.subnormals == Contract::Subnormals::gradual; }

// An exact result as a number.
long double ValueOf(const reference::Enclosure& exact) {
  if (exact.kind != reference::Enclosure::Kind::finite) return 0;
  return std::ldexp(static_cast<long double>(exact.head) + exact.tail,
                    static_cast<int>(std::max(exact.exponent, -16000L)));
}

// The logits in w, relative to their maximum, and the exact results; `maximum` becomes |max w|. Whether the row is
// ordinary.
bool Read(const Case& row, long double alpha, SparseMap* map, long double* maximum) {
  const Values& x = row.row().x;
  std::size_t top = x.size();
  for (std::size_t i = 0; i < x.size(); ++i) {
    if (!(x[i] < std::numeric_limits<double>::infinity())) return false;
    if (std::isfinite(x[i]) && (top == x.size() || x[i] > x[top])) top = i;
  }
  if (top == x.size()) return false;
  const Parameters& parameters = row.row().parameters;
  const long double factor = static_cast<long double>(parameters.scale) / parameters.temperature * (alpha - 1);
  *maximum = std::abs(x[top] * factor);
  for (std::size_t i = 0; i < x.size(); ++i) {
    map->distance.push_back((static_cast<long double>(x[top]) - x[i]) * factor);
    map->power.push_back(ValueOf(row.exact()[i]));
  }
  map->threshold = std::pow(map->power[top], alpha - 1);
  return true;
}

// What a kernel may make of a row that takes its threshold from the moments of a support: which of the beginnings of
// the sorted row it may take for the support, and where that moves the threshold (Theorem S3).
class Moments {
 public:
  // off(d): by how much a computed distance of d and less may be off; `outside`: |max w| where that is not subtracted.
  Moments(const SparseMap& map, const Claim& claim, double height, std::function<long double(long double)> off,
          long double outside)
      : distance_(map.distance),
        threshold_(map.threshold),
        u_(UnitRoundoff(claim.compute)),
        height_(height),
        division_(claim.normalise_error),
        off_(std::move(off)),
        outside_(outside) {
    std::sort(distance_.begin(), distance_.end());
  }

  // alpha = 2: the sign of sum_(i <= j) (d_j - d_i) - 1 decides, and T_j = (1 + sum d_i) / j.
  long double OfMeans() const {
    return Widest([&](long double j, long double d, long double sum, long double) {
      const long double error = (height_ + 4 + division_) * u_ * (j * (d + outside_) + 1) + 2 * j * off_(d);
      const long double threshold = (1 + sum) / j;
      return Judgement{j * d - sum - 1, error, threshold,
                       (height_ + 1 + division_) * u_ * (threshold + outside_) + off_(d)};
    });
  }

  // alpha = 1.5: the sign of sum_(i <= j) (d_j - d_i)^2 - 1 decides, and T_j = M + sqrt((1 - S) / j), M the mean of the
  // d_i and S the sum of the (d_i - M)^2.
  long double OfCentredMoments() const {
    return Widest([&](long double j, long double d, long double sum, long double squares) {
      const long double mean = sum / j;
      const long double mean_error = (height_ + division_ + 1) * u_ * (mean + outside_) + 2 * off_(d);
      const long double all = std::max(j * d * d - 2 * d * sum + squares, 0.0L);
      const long double error = (height_ + 6) * u_ * (1 + all) + (2 * (j * d - sum) + j * mean_error) * mean_error;
      const long double centred = std::max(squares - sum * mean, 0.0L);
      const long double square = std::max(1 - centred, 0.0L) / j;
      const long double square_error =
          ((height_ + 4) * std::min(centred, 2.0L) / j + 2 * square) * u_ + mean_error * mean_error;
      const long double root = std::sqrt(square);
      const long double root_error = std::min(square_error / root, std::sqrt(square_error));
      return Judgement{all - 1, error, mean + root, mean_error + root_error + (3 * root + mean + outside_) * u_};
    });
  }

 private:
  // Of the first j elements: positive where the j-th is outside the support, the error of that; T_j and its error.
  struct Judgement {
    long double excess, error, threshold, threshold_error;
  };

  // The largest error of T over the beginnings that may be taken: none shorter than what precedes the first element
  // that may seem outside, none longer than to the last that may seem inside.
  template <class Judge>
  long double Widest(const Judge& judge) const {
    long double sum = 0, squares = 0, widest = 0, before = 0;
    bool all_inside = true;  // so far no element may seem outside
    for (std::size_t i = 0; i < distance_.size() && !std::isinf(distance_[i]); ++i) {
      const long double d = distance_[i];
      sum += d;
      squares += d * d;
      const Judgement of = judge(static_cast<long double>(i + 1), d, sum, squares);
      if (i > 0 && all_inside && of.excess >= -of.error) {
        all_inside = false;
        widest = before;
      }
      before = std::abs(of.threshold - threshold_) + of.threshold_error;
      if (!all_inside && of.excess <= of.error) widest = std::max(widest, before);
    }
    return all_inside ? before : widest;
  }

  std::vector<long double> distance_;  // ascending
  long double threshold_;
  double u_, height_, division_;
  std::function<long double(long double)> off_;
  long double outside_;
};

}  // namespace

PowerArithmetic PowerArithmeticOf(const Kernel& kernel, const Row& row) {
  const double power_error = kernel.claim.power_error;
  switch (kernel.operation) {
    case Operation::entmax:
    case Operation::entmax_backward:
      return {row.parameters.alpha, row.parameters.alpha == 2 ? 0.0 : 1.0, power_error, power_error};
    case Operation::entmax15:
    case Operation::entmax15_backward:
      return {.alpha = 1.5L, .power_error = 2};  // a product, a square root, or a power within an ulp
    default:
      return {};  // sparsemax: the positive parts are the results, and all weights 1
  }
}

long double SparseMap::LogError(long double result, double u) const {
  const long double beta = 1 / (arithmetic.alpha - 1);
  const long double log = result > 0 ? std::abs(std::log(result)) : 0;
  return (beta + arithmetic.power_error + arithmetic.log_power_error * log) * u * (1 + 4 * u) + division;
}

SparseMap AnalyseSparseMap(const Kernel& kernel, const Case& row) {
  const Claim& claim = kernel.claim;
  const double u = UnitRoundoff(claim.compute);
  SparseMap map;
  map.arithmetic = PowerArithmeticOf(kernel, row.row());
  const auto& [alpha, factor_error, power_error, log_power_error] = map.arithmetic;
  long double maximum = 0;
  if (alpha == 1 || !Read(row, alpha, &map, &maximum)) return {};
  const std::size_t n = map.distance.size();
  const auto count = static_cast<double>(n);
  const long double beta = 1 / (alpha - 1);

  // The logits (Lemma S1).
  const bool before = claim.scaled_before_shift || !claim.shifted;
  if (before && maximum > Largest(claim.compute)) return {};
  const double factors = factor_error + (row.row().parameters.Scales() ? claim.scale_error : 0);
  const long double lost = IsGradual(kernel) ? SmallestSubnormal(claim.compute) : 2 * SmallestNormal(claim.compute);
  const auto off = [&](long double d) {
    return (claim.shift_error * d + factors * (before ? 2 * maximum + d : d)) * u * (1 + 4 * u) + (d > 0 ? lost : 0);
  };
  map.off.resize(n);
  long double most_off = 0;
  for (std::size_t i = 0; i < n; ++i) {
    if (std::isinf(map.distance[i])) continue;
    map.off[i] = off(map.distance[i]);
    most_off = std::max(most_off, map.off[i] + std::min(map.At(i), 0.0L));
  }

  // The threshold (Lemma S2, Theorem S3).
  const double height = SumHeight(claim.accumulation, claim.compute, kernel.format, n);
  const long double logs = log_power_error * (std::log(count) + 1) * (1 + 0x1p-10);
  map.powers = static_cast<double>(u * (height + beta + power_error + logs) + count * lost);
  map.residual = map.powers * (1 + 10 * map.powers + 2 * count * u) + 2 * u;
  if (!(map.residual < 0.25L && count * u <= 1)) return {};
  const long double outside = claim.shifted ? 0 : maximum;
  const long double resolution = 4 * u * (map.threshold + most_off + outside);
  long double threshold_error = (map.threshold + most_off) * std::expm1((alpha - 1) * map.residual) + resolution;
  long double apart = resolution;  // from a threshold at which the sum is 1
  if (!claim.same_terms && (alpha == 2 || alpha == 1.5L)) {
    const Moments moments(map, claim, height, off, outside);
    const long double by_moments = alpha == 2 ? moments.OfMeans() : moments.OfCentredMoments();
    threshold_error = std::max(threshold_error, by_moments);
    apart = std::max(apart, by_moments + most_off);
  }
  if (!(most_off + threshold_error < map.threshold)) return {};

  // The results (Theorem S4).
  const auto power = [&](long double t) { return t > 0 ? std::pow(t, beta) : 0; };
  map.reach.resize(n);
  for (std::size_t i = 0; i < n; ++i) {
    if (std::isinf(map.distance[i])) continue;
    const long double evaluation = (map.threshold + map.distance[i]) * 0x1p-58L;  // of this and of the powers below
    map.reach[i] = (map.off[i] + most_off + threshold_error + evaluation) * kUp;
    if (!IsGradual(kernel)) map.reach[i] += 2 * SmallestNormal(claim.compute);
    const long double high = map.At(i) + map.reach[i];
    if (high <= 0) continue;
    const long double from = beta < 1 ? std::max(map.At(i) - map.reach[i], 0.0L) : high;
    map.steps += power(from + apart) - power(from);
  }
  if (!claim.same_terms) map.division = 2 * (map.residual + map.steps) + claim.normalise_error * u;
  map.claimed = map.division < 0.5L;
  return map;
}

Errors SparseMapErrors(const Kernel& kernel, const Case& row) {
  const SparseMap map = AnalyseSparseMap(kernel, row);
  if (!map.claimed) return {};
  const Claim& claim = kernel.claim;
  const double u = UnitRoundoff(claim.compute);
  const long double lambda = SmallestNormal(claim.compute), eta = SmallestSubnormal(claim.compute);
  const long double beta = 1 / (map.arithmetic.alpha - 1);
  const auto power = [&](long double t) { return t > 0 ? std::pow(t, beta) : 0; };
  const std::size_t n = map.distance.size();
  Errors errors;
  errors.claimed = true;
  errors.absolute.resize(n);
  errors.magnitude.assign(n, *std::max_element(map.power.begin(), map.power.end()));
  for (std::size_t i = 0; i < n; ++i) {
    if (std::isinf(map.distance[i])) continue;  // +0, without error
    const long double high = power(map.At(i) + map.reach[i]), low = power(map.At(i) - map.reach[i]);
    if (high == 0) continue;
    const long double most = high * std::exp(map.LogError(high, u)), least = low * std::exp(-map.LogError(low, u));
    errors.absolute[i] = std::max(most - map.power[i], map.power[i] - least) * kUp;
    const bool may_underflow = map.arithmetic.power_error > 0 || !claim.same_terms;  // differences do not
    if (may_underflow && least < 2 * lambda) errors.absolute[i] += IsGradual(kernel) ? 3 * eta : 3 * lambda;
  }
  errors.sum = HUGE_VAL;
  if (claim.same_terms) {
    errors.sum = static_cast<double>(std::expm1(2 * map.residual) + std::exp(map.residual) * map.steps);
  }
  return errors;
}

Errors SparseBackwardErrors(const Kernel& kernel, const Case& row) {
  const Claim& claim = kernel.claim;
  const PowerArithmetic arithmetic = PowerArithmeticOf(kernel, row.row());
  const Values& y = row.row()[Role::y];
  const Values& dy = row.row()[Role::dy];
  const std::size_t n = y.size();
  const double u = UnitRoundoff(claim.compute);
  const long double lambda = SmallestNormal(claim.compute), eta = SmallestSubnormal(claim.compute);
  const bool gradual = IsGradual(kernel);
  const bool native = claim.accumulation.kind == Accumulation::Kind::native;
  const bool weighted = arithmetic.power_error > 0;
  const long double exponent = 2 - arithmetic.alpha;

  std::vector<long double> weight(n, 0), off(n, 0);
  long double weights = 0, weights_off = 0, products = 0, sizes = 0, products_off = 0, most = 0;
  const long double lost = gradual ? eta / 2 : 2 * lambda;  // of a product below the normal range
  const double height = SumHeight(claim.accumulation, claim.compute, kernel.format, n);
  const double sum_error = std::expm1((height + weighted) * u);
  for (std::size_t i = 0; i < n; ++i) {
    if (!std::isfinite(y[i]) || !std::isfinite(dy[i])) return {};
    if (y[i] <= 0) continue;
    if (!gradual && y[i] < lambda) return {};  // in the support or not
    const long double g = std::pow(static_cast<long double>(y[i]), exponent);
    weight[i] = g;
    off[i] = g * std::expm1((arithmetic.power_error + arithmetic.log_power_error * std::abs(std::log(g))) * u);
    if (weighted && g < 2 * lambda) off[i] += gradual ? 2 * eta : 2 * lambda;
    const long double size = std::abs(static_cast<long double>(dy[i]));
    weights += g;
    weights_off += off[i];
    products += g * dy[i];
    sizes += g * size;
    products_off += off[i] * size + (g + off[i]) * size * sum_error + (weighted && size > 0 ? lost : 0);
    if (native) products_off += SmallestSubnormal(kernel.format);
    most = std::max(most, (g + off[i]) * size);
  }
  if (weights == 0) return {};  // 0 / 0
  const long double share_off = weights_off / weights + std::expm1(height * u) * (1 + weights_off / weights);
  if (!(share_off < 0.5L) || !(sum_error < 1)) return {};
  const long double mean = products / weights, magnitude = sizes / weights;
  long double mean_off = (products_off / weights + std::abs(mean) * share_off) / (1 - share_off);
  mean_off += (std::abs(mean) + mean_off) * std::expm1(claim.normalise_error * u) + lost;
  const long double largest = Largest(native ? kernel.format : claim.compute) / 4;
  const long double heaviest = *std::max_element(weight.begin(), weight.end());
  if (!(weights < largest) || !(sizes + products_off < largest) ||
      !(most + heaviest * (magnitude + mean_off) < largest)) {
    return {};
  }

  Errors errors;
  errors.claimed = true;
  errors.absolute.resize(n);
  errors.magnitude.resize(n);
  errors.sum = HUGE_VAL;
  for (std::size_t i = 0; i < n; ++i) {
    if (y[i] <= 0) continue;  // +0, without error
    const long double size = std::abs(static_cast<long double>(dy[i]));
    const long double difference = std::abs(dy[i] - mean);
    const long double g = weight[i] + off[i];
    const long double rounding =
        weighted ? (size + magnitude + mean_off) * std::expm1(3.0L * u) : (difference + mean_off) * u;
    errors.magnitude[i] = weight[i] * (size + magnitude);
    errors.absolute[i] = (off[i] * difference + g * (mean_off + rounding) + (weighted ? 3 * lost : 0)) * kUp;
    if (!gradual) errors.absolute[i] += 2 * lambda;
  }
  return errors;
}

}  // namespace softmax_verify::bounds
