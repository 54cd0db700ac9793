#include "property_tests/near_ties.h"

#include <mpfr.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <utility>

namespace softmax_verify {
namespace {

constexpr std::size_t kLongest = 8;
constexpr mpfr_prec_t kBits = 1024;  // more than eight times p

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

std::vector<Row> LadderToTie(Format format, Random& random) {
  const int p = Info(format).p;
  // The midpoint above this many units of 2^-p, in (1/2, 1).
  const double units = std::floor(random.Uniform(0.52, 0.98) * PowerOf2(p));
  mpfr_t missing, term, midpoint;
  mpfr_inits2(kBits, missing, term, midpoint, static_cast<mpfr_ptr>(nullptr));
  mpfr_set_d(midpoint, units, MPFR_RNDN);
  mpfr_add_d(midpoint, midpoint, 0.5, MPFR_RNDN);
  mpfr_div_2si(midpoint, midpoint, p, MPFR_RNDN);
  mpfr_ui_div(missing, 1, midpoint, MPFR_RNDN);
  mpfr_sub_ui(missing, missing, 1, MPFR_RNDN);

  std::vector<Row> rows;
  Values x = {0};
  while (x.size() < kLongest) {
    mpfr_log(term, missing, MPFR_RNDN);
    double next = RoundToFormat(format, mpfr_get_d(term, MPFR_RNDN));
    const auto fits = [&](double candidate) {
      mpfr_set_d(term, candidate, MPFR_RNDN);
      mpfr_exp(term, term, MPFR_RNDN);
      return mpfr_cmp(term, missing) < 0;
    };
    while (!fits(next)) next = RoundToFormat(format, next - std::abs(next) * 1.5 * UnitRoundoff(format));
    mpfr_sub(missing, missing, term, MPFR_RNDN);
    x.push_back(next);
    rows.push_back(RowOf(format, x));
  }
  mpfr_clears(missing, term, midpoint, static_cast<mpfr_ptr>(nullptr));
  return rows;
}

}  // namespace softmax_verify
