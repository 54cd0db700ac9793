#include "reference/reference.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <cmath>
#include <limits>
#include <memory>
#include <numeric>
#include <optional>
#include <type_traits>

#include "reference/interval.h"

namespace softmax_verify::reference {
namespace {

// The turns of Ziv's loop: balls, then MPFI at rising precision. A ball has 128 bits and loses some; what it says is
// certain all the same, and this number only decides who is asked first.
constexpr unsigned kBallBits = 100;
constexpr std::size_t kTurns = 8;
const std::array<unsigned, kTurns>& TurnBits() {
#define SV_BITS(digits10, unused) , static_cast<unsigned>(boost::multiprecision::detail::digits10_2_2(digits10))
  static const std::array<unsigned, kTurns> bits = {kBallBits SV_PRECISIONS(SV_BITS, unused)};
#undef SV_BITS
  return bits;
}

constinit std::array<std::atomic<unsigned long long>, kTurns> effort_spent{};

struct Grouping {
  Logits logits;
  std::vector<std::size_t> group_of;  // group_of[i]: the group of x[i]
};

// Nothing for a row whose results are NaN.
std::optional<Grouping> Group(std::span<const double> x, const Parameters& parameters) {
  const double infinity = std::numeric_limits<double>::infinity();
  if (!std::all_of(x.begin(), x.end(), [&](double logit) { return logit < infinity; })) return std::nullopt;
  if (std::all_of(x.begin(), x.end(), [](double logit) { return std::isinf(logit); })) return std::nullopt;
  std::vector<std::size_t> order(x.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [&](std::size_t i, std::size_t j) { return x[i] > x[j]; });
  Grouping grouping{{{}, parameters}, std::vector<std::size_t>(x.size())};
  std::vector<Logits::Group>& groups = grouping.logits.groups;
  for (const std::size_t i : order) {
    if (groups.empty() || groups.back().x != x[i]) groups.push_back({x[i], 0});
    ++groups.back().count;
    grouping.group_of[i] = groups.size() - 1;
  }
  return grouping;
}

template <class Real>
std::vector<Result<Real>> Evaluate(Operation operation, const Logits& logits) {
  switch (operation) {
#define SV_OPERATION(name, shape, definition) \
  case Operation::name:                       \
    return exact::name<Real>(logits);
#include "softmax_verify/operations.def"
#undef SV_OPERATION
  }
  throw std::logic_error("operation outside operations.def");
}

// Calls use(low, high) with the ends of an enclosure.
template <unsigned digits10, class Use>
auto WithEnds(const Interval<digits10>& value, const Use& use) {
  return use(value.backend().left_data(), value.backend().right_data());
}
template <class Use>
auto WithEnds(const Ball& value, const Use& use) {
  const Ball::Ends ends(value);
  return use(ends.low(), ends.high());
}

// One turn: asks `decide` about every result that has no answer yet. Whether all have one now.
template <class Real, class Answer, class Decide>
bool Turn(std::size_t turn, Operation operation, const Logits& logits, const Decide& decide,
          std::vector<std::optional<Answer>>& answers) {
  const std::vector<Result<Real>> results = Evaluate<Real>(operation, logits);
  answers.resize(results.size());
  unsigned long long decided = 0;
  bool complete = true;
  for (std::size_t i = 0; i < results.size(); ++i) {
    if (answers[i]) continue;
    answers[i] = WithEnds(results[i].value,
                          [&](mpfr_srcptr low, mpfr_srcptr high) { return decide(low, high, results[i].limit.get()); });
    if (answers[i])
      decided += logits.groups[i].count;
    else
      complete = false;
  }
  effort_spent[turn] += decided;
  return complete;
}

// Ziv's loop: raises the precision until `decide(low, high, limit)` gives an answer for every result.
template <class Answer, class Decide>
std::vector<Answer> Ziv(Operation operation, std::span<const double> x, const Parameters& parameters, const Answer& nan,
                        unsigned least_bits, const Decide& decide) {
  CheckParameters(parameters);
  FreeCacheWithThread();
  const std::optional<Grouping> row = Group(x, parameters);
  if (!row) return std::vector<Answer>(x.size(), nan);
  std::vector<std::optional<Answer>> answers;
  std::size_t next = 0;
  const auto turn = [&]<class Real>(std::type_identity<Real>) {
    const std::size_t index = next++;
    return TurnBits()[index] >= least_bits && Turn<Real>(index, operation, row->logits, decide, answers);
  };
#define SV_TURN(digits10, unused) || turn(std::type_identity<Interval<digits10>>())
  if (!(turn(std::type_identity<Ball>()) SV_PRECISIONS(SV_TURN, unused))) {
#undef SV_TURN
    throw Undecided(std::to_string(TurnBits().back()) + " bits do not decide a result of a row of " +
                    std::to_string(x.size()) + " logits");
  }
  std::vector<Answer> results;
  results.reserve(x.size());
  for (const std::size_t group : row->group_of) results.push_back(*answers[group]);
  return results;
}

// The decision on a number in [low, high] for any monotone `decide_end`, which takes one end, or the limit.
template <class Answer, class DecideEnd>
std::optional<Answer> Decide(mpfr_srcptr low, mpfr_srcptr high, const Limit* limit, const DecideEnd& decide_end) {
  const Answer below = decide_end(low);
  if (below == decide_end(high)) return below;
  if (limit == nullptr) return std::nullopt;
  const Answer at_limit = decide_end(*limit);
  if (limit->attained || below == at_limit) return at_limit;
  return std::nullopt;
}

// The integer nearest to a positive `value`, or to the numbers just below it where the limit is not attained.
Integer Nearest(const Rational& value, bool attained) {
  const Integer denominator = boost::multiprecision::denominator(value);
  Integer whole, rest;
  boost::multiprecision::divide_qr(Integer(boost::multiprecision::numerator(value)), denominator, whole, rest);
  const int tie = Integer(2 * rest).compare(denominator);
  if (tie > 0 || (tie == 0 && attained && boost::multiprecision::bit_test(whole, 0))) ++whole;
  return whole;
}

// x * base^exponent.
Rational Scale(const Rational& x, unsigned base, long exponent) {
  const Integer power = boost::multiprecision::pow(Integer(base), static_cast<unsigned>(std::abs(exponent)));
  return exponent >= 0 ? Rational(x * power) : Rational(x / power);
}

// floor(log_base x) of a positive x.
long FloorLog(unsigned base, const Rational& x) {
  long exponent = std::lround(std::log(x.convert_to<double>()) / std::log(base));
  while (Scale(Rational(1), base, exponent) > x) --exponent;
  while (Scale(Rational(1), base, exponent + 1) <= x) ++exponent;
  return exponent;
}

// x * 2^shift, on x's own digits; nothing is copied or rounded. x is neither 0 nor infinite nor NaN.
struct Scaled {
  Scaled(mpfr_srcptr x, long shift) {
    mpfr_custom_init_set(view, mpfr_custom_get_kind(x), mpfr_get_exp(x) + shift, mpfr_get_prec(x),
                         mpfr_custom_get_significand(x));
  }
  mpfr_t view;
};

// An end of an enclosure rounded to nearest even into a format.
struct RoundEnd {
  Format format;

  double operator()(mpfr_srcptr x) const {
    if (mpfr_zero_p(x)) return 0;  // MPFI's zeros have either sign
    if (mpfr_inf_p(x)) return mpfr_get_d(x, MPFR_RNDN);
    const long quantum = UlpExponent(format, mpfr_get_exp(x) - 1);
    MPFR_DECL_INIT(integer, 64);
    mpfr_rint(integer, Scaled(x, -quantum).view, MPFR_RNDN);
    return FromUlps(mpfr_get_d(integer, MPFR_RNDN), quantum);
  }
  double operator()(const Limit& limit) const {
    const long quantum = UlpExponent(format, FloorLog(2, limit.value));
    return FromUlps(Nearest(Scale(limit.value, 2, -quantum), limit.attained).convert_to<double>(), quantum);
  }

 private:
  double FromUlps(double integer, long quantum) const {
    const double value = std::ldexp(integer, static_cast<int>(quantum));
    const double infinity = std::numeric_limits<double>::infinity();
    return std::abs(value) > Largest(format) ? std::copysign(infinity, value) : value;
  }
};

// An end of an enclosure as a decimal number, rounded to nearest even.
struct DigitsOfEnd {
  int digits;

  std::string operator()(mpfr_srcptr x) const {
    if (mpfr_inf_p(x)) return mpfr_sgn(x) < 0 ? "-inf" : "inf";
    if (mpfr_zero_p(x)) return Scientific(std::string(static_cast<std::size_t>(digits), '0'), 0);
    std::string text(static_cast<std::size_t>(digits) + 7, '\0');
    mpfr_exp_t exponent = 0;
    mpfr_get_str(text.data(), &exponent, 10, static_cast<std::size_t>(digits), x, MPFR_RNDN);
    return Scientific(text.c_str(), exponent - 1);
  }
  std::string operator()(const Limit& limit) const {
    const long exponent = FloorLog(10, limit.value);
    const std::string text = Nearest(Scale(limit.value, 10, digits - 1 - exponent), limit.attained).str();
    const bool carried = text.size() > static_cast<std::size_t>(digits);
    return Scientific(text.substr(0, static_cast<std::size_t>(digits)), exponent + carried);
  }

 private:
  // "-1234", 5 -> "-1.234e+05"
  static std::string Scientific(std::string text, long exponent) {
    const std::size_t point = text.find_first_not_of('-') + 1;
    if (text.size() > point) text.insert(point, 1, '.');
    const std::string magnitude = std::to_string(std::abs(exponent));
    return text + (exponent < 0 ? "e-" : "e+") + (magnitude.size() < 2 ? "0" : "") + magnitude;
  }
};

// Whether a number in [low, high] other than 0 is smaller than 2^kTinyExponent: there MPFR may underflow, and low or
// high be 0.
bool IsTiny(mpfr_srcptr low, mpfr_srcptr high) {
  const auto small = [](mpfr_srcptr x) {
    return mpfr_zero_p(x) || (mpfr_regular_p(x) && mpfr_get_exp(x) <= kTinyExponent);
  };
  return small(low) && small(high) && !(mpfr_zero_p(low) && mpfr_zero_p(high));
}

}  // namespace

std::optional<Enclosure> ToEnclosure(mpfr_srcptr low, mpfr_srcptr high, const Limit* limit) {
  using Kind = Enclosure::Kind;
  if (mpfr_equal_p(low, high) && !mpfr_regular_p(low)) {
    return Enclosure{mpfr_zero_p(low) ? Kind::zero : Kind::infinite, mpfr_sgn(low) < 0, 0, 0, 0, 0};
  }
  const bool negative = mpfr_sgn(low) < 0;
  if (IsTiny(low, high)) return Enclosure{Kind::finite, negative, kTinyExponent, 1, 0, 0};
  if (!mpfr_regular_p(low) || !mpfr_regular_p(high) || (mpfr_sgn(high) < 0) != negative) return std::nullopt;
  const mpfr_srcptr inner = negative ? high : low;  // the end nearer to 0
  const mpfr_srcptr outer = negative ? low : high;
  const mpfr_exp_t exponent = mpfr_get_exp(inner) - 1;
  if (mpfr_get_exp(outer) - 1 != exponent) {
    // The ends straddle the power of two 2^(exponent + 1). A limit there settles it: the number is smaller.
    if (limit == nullptr || limit->attained || negative) return std::nullopt;
    MPFR_DECL_INIT(power, 2);
    mpfr_set_ui_2exp(power, 1, exponent + 1, MPFR_RNDN);
    if (mpfr_cmp_q(power, limit->value.backend().data()) < 0) return std::nullopt;
  }
  Scaled least(inner, -exponent);  // in [1, 2)
  Scaled most(outer, -exponent);
  mpfr_abs(least.view, least.view, MPFR_RNDN);
  mpfr_abs(most.view, most.view, MPFR_RNDN);
  MPFR_DECL_INIT(rest, 128);
  const double head = mpfr_get_d(least.view, MPFR_RNDN);
  mpfr_sub_d(rest, least.view, head, MPFR_RNDN);
  const double tail = mpfr_get_d(rest, MPFR_RNDN);
  // Upper bounds of most - (head + tail) and (head + tail) - least: every rounding goes up.
  mpfr_sub_d(rest, most.view, head, MPFR_RNDU);
  mpfr_sub_d(rest, rest, tail, MPFR_RNDU);
  const double above = mpfr_get_d(rest, MPFR_RNDU);
  mpfr_d_sub(rest, head, least.view, MPFR_RNDU);
  mpfr_add_d(rest, rest, tail, MPFR_RNDU);
  const double radius = std::max({above, mpfr_get_d(rest, MPFR_RNDU), 0.0});
  if (radius > 0x1p-90) return std::nullopt;
  return Enclosure{Kind::finite, negative, exponent, head, tail, radius};
}

void CheckParameters(const Parameters& parameters) {
  const auto check = [](const char* name, double value) {
    if (!(value > 0 && std::isfinite(value))) {
      throw std::invalid_argument(std::string(name) + " must be positive and finite, got " + std::to_string(value));
    }
  };
  check("scale", parameters.scale);
  check("temperature", parameters.temperature);
}

void FreeCacheWithThread() {
  struct Cache {
    ~Cache() { mpfr_free_cache2(MPFR_FREE_LOCAL_CACHE); }
  };
  static thread_local Cache cache;
}

double Enclosure::Approximate() const {
  const double sign = negative ? -1 : 1;
  switch (kind) {
    case Kind::nan:
      return std::numeric_limits<double>::quiet_NaN();
    case Kind::zero:
      return 0;
    case Kind::infinite:
      return sign * std::numeric_limits<double>::infinity();
    case Kind::finite:
      break;
  }
  return sign * std::ldexp(head + tail, static_cast<int>(exponent));
}

std::vector<Effort> EffortSpent() {
  std::vector<Effort> efforts;
  for (std::size_t turn = 0; turn < kTurns; ++turn) efforts.push_back({TurnBits()[turn], effort_spent[turn]});
  return efforts;
}

std::vector<Enclosure> Enclose(Operation operation, std::span<const double> x, const Parameters& parameters) {
  return Ziv(operation, x, parameters, Enclosure{}, 0, ToEnclosure);
}

std::vector<double> Round(Operation operation, std::span<const double> x, const Parameters& parameters, Format format) {
  return Ziv(operation, x, parameters, std::numeric_limits<double>::quiet_NaN(), 0,
             [format](mpfr_srcptr low, mpfr_srcptr high, const Limit* limit) {
               return Decide<double>(low, high, limit, RoundEnd{format});
             });
}

std::vector<std::string> Digits(Operation operation, std::span<const double> x, const Parameters& parameters,
                                int digits) {
  if (digits < 1 || digits > kMaxDigits) {
    throw std::invalid_argument("digits must lie in 1.." + std::to_string(kMaxDigits) + ", got " +
                                std::to_string(digits));
  }
  const auto bits = static_cast<unsigned>(digits * 3.33) + 32;
  return Ziv(operation, x, parameters, std::string("nan"), bits,
             [digits](mpfr_srcptr low, mpfr_srcptr high, const Limit* limit) -> std::optional<std::string> {
               if (IsTiny(low, high)) return mpfr_sgn(high) > 0 ? "<1e-161614248" : ">-1e-161614248";
               return Decide<std::string>(low, high, limit, DigitsOfEnd{digits});
             });
}

}  // namespace softmax_verify::reference
