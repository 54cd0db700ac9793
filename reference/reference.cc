#include "reference/reference.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <charconv>
#include <cmath>
#include <limits>
#include <memory>
#include <numeric>
#include <optional>
#include <stdexcept>
#include <type_traits>
#include <utility>

#include "reference/interval.h"

namespace softmax_verify::reference {
namespace {

// The turns of Ziv's loop: balls, then MPFI at rising precision. A ball has 128 bits and loses some; what it says is
// certain all the same, and this number only decides who is asked first.
constexpr unsigned kBallBits = 100;
// From this precision on what cannot be told from a power of two counts as in that power's binade.
constexpr long kPowersOfTwoBits = 1025;
constexpr std::size_t kTurns = 8;
const std::array<unsigned, kTurns>& TurnBits() {
#define SV_BITS(digits10, unused) , static_cast<unsigned>(boost::multiprecision::detail::digits10_2_2(digits10))
  static const std::array<unsigned, kTurns> bits = {kBallBits SV_PRECISIONS(SV_BITS, unused)};
#undef SV_BITS
  return bits;
}

constinit std::array<std::atomic<unsigned long long>, kTurns> effort_spent{};

template <class Real>
std::vector<Result<Real>> Evaluate(const Row& row) {
  switch (row.operation) {
#define SV_OPERATION(name, operands, parameters, definition) \
  case Operation::name:                                      \
    return exact::name<Real>(row);
#include "softmax_verify/operations.def"
#undef SV_OPERATION
  }
  throw std::logic_error("operation outside operations.def");
}

// Calls use(low, high) with the ends of an enclosure. What MPFI has lost (inf - inf) may be anything.
template <unsigned digits10, class Use>
auto WithEnds(const Interval<digits10>& value, const Use& use) {
  const mpfr_srcptr low = value.backend().left_data(), high = value.backend().right_data();
  if (!mpfr_nan_p(low) && !mpfr_nan_p(high)) return use(low, high);
  MPFR_DECL_INIT(least, 2);
  MPFR_DECL_INIT(most, 2);
  mpfr_set_inf(least, -1);
  mpfr_set_inf(most, 1);
  return use(static_cast<mpfr_srcptr>(least), static_cast<mpfr_srcptr>(most));
}
template <class Use>
auto WithEnds(const Ball& value, const Use& use) {
  const Ball::Ends ends(value);
  return use(ends.low(), ends.high());
}

// The answers about results that are no numbers.
template <class Answer>
struct Specials {
  Answer nan, infinity, minus_infinity;
};

// One turn of Ziv's loop: asks decide(i, low, high, limit), or decide(i, rational), about every result that is a number
// and has no answer yet. The first result that has none then, or their number.
template <class Real, class Answer, class Decide>
std::size_t Turn(std::size_t turn, const Row& row, const Specials<Answer>& specials, const Decide& decide,
                 std::vector<std::optional<Answer>>& answers) {
  using Kind = typename Result<Real>::Kind;
  const std::vector<Result<Real>> results = Evaluate<Real>(row);
  answers.resize(results.size());
  unsigned long long decided = 0;
  std::size_t undecided = results.size();
  for (std::size_t i = 0; i < results.size(); ++i) {
    const Result<Real>& result = results[i];
    if (answers[i]) continue;
    if (result.same_as != Result<Real>::kNone) {
      answers[i] = answers[result.same_as];
    } else if (result.kind == Kind::nan) {
      answers[i] = specials.nan;
    } else if (result.kind == Kind::infinite) {
      answers[i] = result.negative ? specials.minus_infinity : specials.infinity;
    } else if (result.limit != nullptr && result.limit->side == Limit::Side::attained) {
      answers[i] = decide(i, result.limit->value);
    } else {
      answers[i] = WithEnds(
          result.value, [&](mpfr_srcptr low, mpfr_srcptr high) { return decide(i, low, high, result.limit.get()); });
    }
    if (answers[i]) {
      ++decided;
    } else {
      undecided = std::min(undecided, i);
    }
  }
  effort_spent[turn] += decided;
  return undecided;
}

// Ziv's loop: raises the precision until there is an answer for every result.
template <class Answer, class Decide>
std::vector<Answer> Ziv(const Row& row, unsigned least_bits, const Specials<Answer>& specials, const Decide& decide) {
  FreeCacheWithThread();
  if (row.GetShape().n == 0) return {};
  std::vector<std::optional<Answer>> answers;
  std::size_t undecided = 0;
  std::size_t next = 0;
  const auto turn = [&]<class Real>(std::type_identity<Real>) {
    const std::size_t index = next++;
    if (TurnBits()[index] < least_bits) return false;
    undecided = Turn<Real>(index, row, specials, decide, answers);
    return undecided == answers.size();
  };
#define SV_TURN(digits10, unused) || turn(std::type_identity<Interval<digits10>>())
  if (!(turn(std::type_identity<Ball>()) SV_PRECISIONS(SV_TURN, unused))) {
#undef SV_TURN
    throw Undecided(std::to_string(TurnBits().back()) + " bits do not decide result " + std::to_string(undecided) +
                    " of " + std::string(Name(row.operation)));
  }
  std::vector<Answer> results;
  results.reserve(answers.size());
  for (std::optional<Answer>& answer : answers) results.push_back(*std::move(answer));
  return results;
}

// The decision on a number in [low, high] for any monotone `decide_end`, which takes one end, or the limit.
template <class DecideEnd>
auto Decide(mpfr_srcptr low, mpfr_srcptr high, const Limit* limit, const DecideEnd& decide_end)
    -> std::optional<decltype(decide_end(low))> {
  const auto below = decide_end(low), above = decide_end(high);
  if (below == above) return above;
  if (limit == nullptr) return std::nullopt;
  const auto at_limit = decide_end(*limit);
  const bool from_above = limit->side == Limit::Side::above;
  if ((from_above ? above : below) == at_limit) return at_limit;
  return std::nullopt;
}

// The size of a limit, and on which side of it lies the size of the result.
Limit SizeOf(const Limit& limit) {
  if (limit.value.sign() >= 0) return limit;
  const Limit::Side sides[] = {Limit::Side::attained, Limit::Side::below, Limit::Side::above};
  return {-limit.value, sides[static_cast<int>(limit.side)]};
}

// The integer nearest to a positive limit, or to the numbers just beside it.
Integer Nearest(const Limit& limit) {
  const Integer denominator = boost::multiprecision::denominator(limit.value);
  Integer whole, rest;
  boost::multiprecision::divide_qr(Integer(boost::multiprecision::numerator(limit.value)), denominator, whole, rest);
  const int tie = Integer(2 * rest).compare(denominator);
  const bool tie_goes_up = limit.side == Limit::Side::above ||
                           (limit.side == Limit::Side::attained && boost::multiprecision::bit_test(whole, 0));
  if (tie > 0 || (tie == 0 && tie_goes_up)) ++whole;
  return whole;
}

// x * base^exponent.
Rational Scale(const Rational& x, unsigned base, long exponent) {
  const Integer power = boost::multiprecision::pow(Integer(base), static_cast<unsigned>(std::abs(exponent)));
  return exponent >= 0 ? Rational(x * power) : Rational(x / power);
}
Limit Scale(const Limit& limit, unsigned base, long exponent) {
  return {Scale(limit.value, base, exponent), limit.side};
}

// floor(log_base x) of a positive x.
long FloorLog(unsigned base, const Rational& x) {
  // Between log2 x - 1 and log2 x + 1.
  const long log2 = static_cast<long>(msb(numerator(x))) - static_cast<long>(msb(denominator(x)));
  long exponent = std::lround(static_cast<double>(log2) / std::log2(base));
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
    if (limit.value.is_zero()) return 0;
    const Limit size = SizeOf(limit);
    const long quantum = UlpExponent(format, FloorLog(2, size.value));
    const double value = FromUlps(Nearest(Scale(size, 2, -quantum)).convert_to<double>(), quantum);
    return limit.value.sign() < 0 ? -value : value;
  }

 private:
  double FromUlps(double integer, long quantum) const {
    const double value = std::ldexp(integer, static_cast<int>(std::min(quantum, 10000L)));
    const double infinity = std::numeric_limits<double>::infinity();
    return std::abs(value) > Largest(format) ? std::copysign(infinity, value) : value;
  }
};

// An end of an enclosure as a decimal number, rounded to nearest even.
struct DigitsOfEnd {
  int digits;

  std::string operator()(mpfr_srcptr x) const {
    if (mpfr_inf_p(x)) return mpfr_sgn(x) < 0 ? "-inf" : "inf";
    if (mpfr_zero_p(x)) return Zero();
    std::string text(static_cast<std::size_t>(digits) + 7, '\0');
    mpfr_exp_t exponent = 0;
    mpfr_get_str(text.data(), &exponent, 10, static_cast<std::size_t>(digits), x, MPFR_RNDN);
    return Scientific(text.c_str(), exponent - 1);
  }
  std::string operator()(const Limit& limit) const {
    if (limit.value.is_zero()) return Zero();
    const Limit size = SizeOf(limit);
    const long exponent = FloorLog(10, size.value);
    const std::string text = Nearest(Scale(size, 10, digits - 1 - exponent)).str();
    const bool carried = text.size() > static_cast<std::size_t>(digits);
    const std::string sign = limit.value.sign() < 0 ? "-" : "";
    return Scientific(sign + text.substr(0, static_cast<std::size_t>(digits)), exponent + carried);
  }

 private:
  std::string Zero() const { return Scientific(std::string(static_cast<std::size_t>(digits), '0'), 0); }
  // "-1234", 5 -> "-1.234e+05"
  static std::string Scientific(std::string text, long exponent) {
    const std::size_t point = text.find_first_not_of('-') + 1;
    if (text.size() > point) text.insert(point, 1, '.');
    const std::string magnitude = std::to_string(std::abs(exponent));
    return text + (exponent < 0 ? "e-" : "e+") + (magnitude.size() < 2 ? "0" : "") + magnitude;
  }
};

// Whether a number in [low, high] other than 0 is smaller than 2^kTinyExponent and of a known sign: there MPFR may
// underflow, and low or high be 0.
bool IsTiny(mpfr_srcptr low, mpfr_srcptr high) {
  const auto small = [](mpfr_srcptr x) {
    return mpfr_zero_p(x) || (mpfr_regular_p(x) && mpfr_get_exp(x) <= kTinyExponent);
  };
  return small(low) && small(high) && mpfr_sgn(low) * mpfr_sgn(high) >= 0 && !(mpfr_zero_p(low) && mpfr_zero_p(high));
}

// The enclosure of +- a number in 2^exponent [least, most]; nothing when that is too wide.
std::optional<Enclosure> Pack(bool negative, long exponent, mpfr_srcptr least, mpfr_srcptr most) {
  MPFR_DECL_INIT(rest, 128);
  const double head = mpfr_get_d(least, MPFR_RNDN);
  mpfr_sub_d(rest, least, head, MPFR_RNDN);
  const double tail = mpfr_get_d(rest, MPFR_RNDN);
  // Upper bounds of most - (head + tail) and (head + tail) - least: every rounding goes up.
  mpfr_sub_d(rest, most, head, MPFR_RNDU);
  mpfr_sub_d(rest, rest, tail, MPFR_RNDU);
  const double above = mpfr_get_d(rest, MPFR_RNDU);
  mpfr_d_sub(rest, head, least, MPFR_RNDU);
  mpfr_add_d(rest, rest, tail, MPFR_RNDU);
  const double radius = std::max({above, mpfr_get_d(rest, MPFR_RNDU), 0.0});
  if (radius > 0x1p-90) return std::nullopt;
  return Enclosure{Enclosure::Kind::finite, negative, exponent, head, tail, radius};
}

// The shortest decimal that reads back.
std::string Text(double value) {
  std::array<char, 32> text;
  return std::string(text.data(), std::to_chars(text.data(), text.data() + text.size(), value).ptr);
}

double ValueOf(const Parameters& parameters, Parameter parameter) {
  switch (parameter) {
#define SV_PARAMETER(name, type, standard, domain, condition) \
  case Parameter::name:                                       \
    return static_cast<double>(parameters.name);
#include "softmax_verify/parameters.def"
#undef SV_PARAMETER
  }
  throw std::logic_error("parameter outside parameters.def");
}

}  // namespace

std::optional<Enclosure> ToEnclosure(mpfr_srcptr low, mpfr_srcptr high, const Limit* limit) {
  using Kind = Enclosure::Kind;
  if (mpfr_zero_p(low) && mpfr_zero_p(high)) return Enclosure{Kind::zero, false, 0, 0, 0, 0};
  if (IsTiny(low, high)) return Enclosure{Kind::finite, mpfr_sgn(low) < 0, kTinyExponent, 1, 0, 0};
  const bool negative = mpfr_sgn(low) < 0;
  if (!mpfr_regular_p(low) || !mpfr_regular_p(high) || (mpfr_sgn(high) < 0) != negative) return std::nullopt;
  const mpfr_srcptr inner = negative ? high : low;  // the end nearer to 0
  const mpfr_srcptr outer = negative ? low : high;
  mpfr_exp_t exponent = mpfr_get_exp(inner) - 1;
  if (mpfr_get_exp(outer) - 1 != exponent) {
    // The ends straddle a power of two (only one, or Pack finds them too far apart): 2^(exponent + 1).
    const bool limited = limit != nullptr && limit->value.sign() == (negative ? -1 : 1);
    const Limit size = limited ? SizeOf(*limit) : Limit{};
    MPFR_DECL_INIT(power, 2);
    mpfr_set_ui_2exp(power, 1, exponent + 1, MPFR_RNDN);
    const int order = mpfr_cmp_q(power, size.value.backend().data());
    const bool is_below = limited && size.side == Limit::Side::below && order >= 0;
    const bool is_above = limited && size.side == Limit::Side::above && order <= 0;
    if (!is_below && !is_above && mpfr_get_prec(low) < kPowersOfTwoBits) return std::nullopt;
    if (!is_below) ++exponent;
  }
  Scaled least(inner, -exponent);
  Scaled most(outer, -exponent);
  mpfr_abs(least.view, least.view, MPFR_RNDN);
  mpfr_abs(most.view, most.view, MPFR_RNDN);
  return Pack(negative, exponent, least.view, most.view);
}

Enclosure ToEnclosure(const Rational& value) {
  if (value.is_zero()) return {Enclosure::Kind::zero, false, 0, 0, 0, 0};
  const Rational size = abs(value);
  const long exponent = FloorLog(2, size);
  const Rational scaled = Scale(size, 2, -exponent);
  MPFR_DECL_INIT(least, 256);
  MPFR_DECL_INIT(most, 256);
  mpfr_set_q(least, scaled.backend().data(), MPFR_RNDD);
  mpfr_set_q(most, scaled.backend().data(), MPFR_RNDU);
  return *Pack(value.sign() < 0, exponent, least, most);
}

std::optional<double> ToFormat(mpfr_srcptr low, mpfr_srcptr high, const Limit* limit, Format format) {
  if (IsTiny(low, high)) return mpfr_sgn(low) < 0 ? -0.0 : 0.0;
  return Decide(low, high, limit, RoundEnd{format});
}
double ToFormat(const Rational& value, Format format) { return RoundEnd{format}(Limit{value}); }

std::optional<std::string> ToDigits(mpfr_srcptr low, mpfr_srcptr high, const Limit* limit, int digits) {
  if (IsTiny(low, high)) return mpfr_sgn(low) < 0 ? ">-1e-161614248" : "<1e-161614248";
  return Decide(low, high, limit, DigitsOfEnd{digits});
}
std::string ToDigits(const Rational& value, int digits) { return DigitsOfEnd{digits}(Limit{value}); }

std::optional<Logits> Gather(std::span<const double> x) {
  const double infinity = std::numeric_limits<double>::infinity();
  if (!std::all_of(x.begin(), x.end(), [&](double logit) { return logit < infinity; })) return std::nullopt;
  if (std::all_of(x.begin(), x.end(), [](double logit) { return std::isinf(logit); })) return std::nullopt;
  std::vector<std::size_t> order(x.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [&](std::size_t i, std::size_t j) { return x[i] > x[j]; });
  Logits logits{{}, std::vector<std::size_t>(x.size())};
  for (const std::size_t i : order) {
    if (logits.groups.empty() || logits.groups.back().x != x[i]) logits.groups.push_back({x[i], 0});
    ++logits.groups.back().count;
    logits.group_of[i] = logits.groups.size() - 1;
  }
  return logits;
}

void CheckRow(const Row& row) {
  const auto reject = [](const std::string& what) { throw std::invalid_argument(what); };
  const OperationInfo& info = Info(row.operation);
  const std::string name(info.name), shape(info.shape);
  for (const ParameterInfo& parameter : kParameters) {
    if (info.parameters.Has(parameter.parameter) && !row.parameters.IsInDomain(parameter.parameter)) {
      reject(std::string(parameter.name) + " must be " + std::string(parameter.domain) + ", got " +
             Text(ValueOf(row.parameters, parameter.parameter)));
    }
  }
  if (row.m == 0) reject(name + " takes rows: m must be at least 1");
  bool deep = false;
  for (const Operand& operand : info.operands) deep = deep || operand.dims.find('d') != operand.dims.npos;
  if (deep && row.d == 0) reject(name + " takes vectors: d must be at least 1");

  const Shape extents = row.GetShape();
  if (extents.n == 0) return;
  if (row.operation == Operation::softmax_backward && row.Has(Role::x) == row.Has(Role::y)) {
    reject(name + " needs either x or y; its operands are " + shape);
  }
  for (const Operand& operand : info.operands) {
    if (operand.output) continue;
    const std::string role(Name(operand.role));
    if (!row.Has(operand.role)) {
      if (!operand.optional) reject(name + " needs " + role + "; its operands are " + shape);
      continue;
    }
    const Values& values = row[operand.role];
    const std::size_t extent = operand.Extent(extents, row.parameters.reduction);
    if (values.size() != extent) {
      reject(role + "[" + std::string(operand.dims) + "] must have " + std::to_string(extent) +
             " elements with m=" + std::to_string(extents.m) + " n=" + std::to_string(extents.n) +
             " d=" + std::to_string(extents.d) + ", got " + std::to_string(values.size()));
    }
    const auto is_whole_below = [](double value, double end) {
      return value >= 0 && value < end && value == std::floor(value);
    };
    for (const double value : values) {
      if (operand.role == Role::weight && !(value >= 0 && std::isfinite(value))) {
        reject("weight must have finite numbers, none negative, got " + Text(value));
      }
    }
    const Element element = Info(operand.role).element;
    if (element != Element::byte && element != Element::index) continue;
    for (const double value : values) {
      if (element == Element::byte && !is_whole_below(value, 256)) {
        reject(role + " must have bytes, whole numbers from 0 to 255, got " + Text(value));
      }
      if (element == Element::index && !is_whole_below(value, static_cast<double>(extents.n)) &&
          value != static_cast<double>(row.parameters.ignore_index)) {
        reject(role + " must have whole numbers from 0 to " + std::to_string(extents.n - 1) + ", or ignore_index " +
               std::to_string(row.parameters.ignore_index) + ", got " + Text(value));
      }
    }
  }
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

std::vector<Enclosure> Enclose(const Row& row) {
  CheckRow(row);
  const auto infinite = [](bool negative) { return Enclosure{Enclosure::Kind::infinite, negative, 0, 0, 0, 0}; };
  return Ziv(row, 0, Specials<Enclosure>{{}, infinite(false), infinite(true)},
             [](std::size_t, const auto&... number) { return ToEnclosure(number...); });
}

std::vector<double> Round(const Row& row) {
  CheckRow(row);
  const double infinity = std::numeric_limits<double>::infinity();
  return Ziv(
      row, 0, Specials<double>{std::numeric_limits<double>::quiet_NaN(), infinity, -infinity},
      [formats = ResultFormats(row)](std::size_t i, const auto&... number) { return ToFormat(number..., formats[i]); });
}

std::vector<std::string> Digits(const Row& row, int digits) {
  CheckRow(row);
  if (digits < 1 || digits > kMaxDigits) {
    throw std::invalid_argument("digits must lie in 1.." + std::to_string(kMaxDigits) + ", got " +
                                std::to_string(digits));
  }
  return Ziv(row, static_cast<unsigned>(digits * 3.33) + 32, Specials<std::string>{"nan", "inf", "-inf"},
             [digits](std::size_t, const auto&... number) { return ToDigits(number..., digits); });
}

}  // namespace softmax_verify::reference
