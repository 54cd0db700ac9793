#include "property_tests/near_ties.h"

#include <mpfr.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <utility>

namespace softmax_verify {
namespace {

constexpr std::size_t kLength = 8;    // of the longest row of a ladder, unless that is not near enough
constexpr std::size_t kLongest = 32;
constexpr double kNear = 0x1p-64;
constexpr mpfr_prec_t kBits = 1024;   // more than eight times p

Row RowOf(Format format, Values x) {
  Row row;
  row.format = format;
  row.x = std::move(x);
  return row;
}

}  // namespace

std::vector<Row> PairsNextToTies(Format format) {
  std::vector<Row> rows;
  // d^3 / 48 is less than a sixteenth of 2^-p.
  const double most = std::min(100.0, std::exp2((2.0 * Info(format).p - 4) / 3));
  for (int j = 1; j < most; j += 2) {
    rows.push_back(RowOf(format, {1 + j * 2 * UnitRoundoff(format), 1}));
    rows.push_back(RowOf(format, {-1 - j * 2 * UnitRoundoff(format), -1}));
  }
  return rows;
}

std::vector<Row> PowersNextToTies(Format format) {
  std::vector<Row> rows;
  // d^2 / 2 is less than an eighth of 2^-p for j = 1.
  const int most = std::min(10, (Info(format).p - 2) / 2);
  for (int k = 1; k <= most; ++k) {
    for (int j = 1; j < 8; j += 2) {
      for (const double d : {PowerOf2(k) * UnitRoundoff(format), PowerOf2(k - 1) * UnitRoundoff(format)}) {
        Values x(std::size_t{1} << k, 0.5);
        x[x.size() / 2] += j * d;
        rows.push_back(RowOf(format, std::move(x)));
      }
    }
  }
  return rows;
}

std::vector<Row> LadderToTie(const Row& like, Random& random) {
  const Operation operation = like.operation;
  Row row = like;
  row.x = {0};
  const int p = Info(ResultFormats(row).front()).p;
  // What is added to -+ln s: the distance of a second logit, or the maximum.
  const bool is_softmax = operation == Operation::softmax;
  const double offset =
      is_softmax || random.OneIn(2) ? 0 : RoundToFormat(like.format, random.Uniform(0.01, 0.15));
  const double maximum = operation != Operation::logsumexp ? 0 : random.OneIn(2) ? offset : -offset;
  const double distance = operation == Operation::log_softmax ? offset : 0;

  // The midpoint above this many units of 2^-p, in (1/2, 1), and above ln(1 + e^distance).
  const double units = std::floor(random.Uniform(distance > 0 ? 0.8 : 0.52, 0.98) * PowerOf2(p));
  mpfr_t missing, term, midpoint;
  mpfr_inits2(kBits, missing, term, midpoint, static_cast<mpfr_ptr>(nullptr));
  mpfr_set_d(midpoint, units, MPFR_RNDN);
  mpfr_add_d(midpoint, midpoint, 0.5, MPFR_RNDN);
  mpfr_div_2si(midpoint, midpoint, p, MPFR_RNDN);
  if (is_softmax) {
    mpfr_ui_div(missing, 1, midpoint, MPFR_RNDN);
  } else {
    mpfr_sub_d(missing, midpoint, maximum + distance, MPFR_RNDN);
    mpfr_exp(missing, missing, MPFR_RNDN);
  }
  mpfr_sub_ui(missing, missing, 1, MPFR_RNDN);

  row.x = {maximum};
  std::vector<Row> rows;
  const auto fits = [&](double logit) {
    mpfr_set_d(term, logit, MPFR_RNDN);
    mpfr_sub_d(term, term, maximum, MPFR_RNDN);
    mpfr_exp(term, term, MPFR_RNDN);
    return mpfr_cmp(term, missing) < 0;
  };
  while (row.x.size() < kLength || (row.x.size() < kLongest && mpfr_cmp_d(missing, kNear) > 0)) {
    mpfr_log(term, missing, MPFR_RNDN);
    const double most = std::min(maximum + mpfr_get_d(term, MPFR_RNDN), maximum);
    const bool is_fixed = distance > 0 && row.x.size() == 1;
    double next = is_fixed ? -distance : RoundToFormat(like.format, most);
    while (!fits(next)) next = NextDown(like.format, next);
    mpfr_sub(missing, missing, term, MPFR_RNDN);
    row.x.push_back(next);
    if (!is_fixed) rows.push_back(row);
  }
  mpfr_clears(missing, term, midpoint, static_cast<mpfr_ptr>(nullptr));
  return rows;
}

double FromMidpoint(const reference::Enclosure& exact, Format format) {
  const long double units = std::ldexp(1.0L, Info(format).p - 1);
  const long double head = exact.head * units;
  const long double beyond = std::abs(head - std::floor(head) + exact.tail * units);
  return static_cast<double>(std::abs(beyond - 0.5L));
}

}  // namespace softmax_verify
