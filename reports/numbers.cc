#include "reports/numbers.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cctype>
#include <cfenv>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <limits>

namespace softmax_verify {
namespace {

// strtod and printf of the C library round correctly in the mode of the moment; everything else runs to nearest.
class RoundingMode {
 public:
  explicit RoundingMode(int mode) : saved_(std::fegetround()) { std::fesetround(mode); }
  ~RoundingMode() { std::fesetround(saved_); }
  RoundingMode(const RoundingMode&) = delete;
  RoundingMode& operator=(const RoundingMode&) = delete;

 private:
  int saved_;
};

std::optional<double> ReadDouble(const std::string& text, int mode) {
  const RoundingMode rounding(mode);
  char* end = nullptr;
  const double value = std::strtod(text.c_str(), &end);
  if (end != text.c_str() + text.size()) return std::nullopt;
  return value;
}

std::string PrintDigits(double value, int digits, int mode) {
  const RoundingMode rounding(mode);
  std::array<char, 64> text;
  std::snprintf(text.data(), text.size(), "%.*g", digits, value);
  return text.data();
}

constexpr int kFractionBits = 52;  // of a double, 13 hex digits

// 0x1.<digits> without trailing zeros.
std::string HexSignificand(std::string digits) {
  digits.resize(digits.find_last_not_of('0') + 1);
  return digits.empty() ? "0x1" : "0x1." + digits;
}

}  // namespace

std::string HexFloat(double value) {
  if (std::isnan(value)) return "nan";
  if (std::isinf(value)) return value < 0 ? "-inf" : "inf";
  const std::string sign = std::signbit(value) ? "-" : "";
  if (value == 0) return sign + "0x0p+0";
  // ilogb and the scaling normalise subnormals as well, which "%a" leaves as 0x0.
  const int exponent = std::ilogb(value);
  const double significand = std::scalbn(std::abs(value), -exponent);
  const auto fraction = static_cast<std::uint64_t>(std::ldexp(significand - 1, kFractionBits));
  return fmt::format("{}{}p{:+d}", sign, HexSignificand(fmt::format("{:013x}", fraction)), exponent);
}

std::string HexRow(std::span<const double> x) {
  std::string text;
  for (const double value : x) {
    if (!text.empty()) text += ',';
    text += HexFloat(value);
  }
  return text;
}

std::string HexExact(Format format, const reference::Enclosure& exact) {
  using Kind = reference::Enclosure::Kind;
  const std::string sign = exact.negative ? "-" : "";
  switch (exact.kind) {
    case Kind::nan:
      return "nan";
    case Kind::zero:
      return sign + "0x0p+0";
    case Kind::infinite:
      return sign + "inf";
    case Kind::finite:
      break;
  }
  // head + tail as an integer of kFractionBits and a rest in [0, 1) of its unit.
  double whole = std::ldexp(exact.head - 1, kFractionBits);
  double rest = std::ldexp(exact.tail, kFractionBits);
  whole += std::floor(rest);
  rest -= std::floor(rest);
  whole = std::clamp(whole, 0.0, std::ldexp(1.0, kFractionBits) - 1);
  constexpr int kMore = 4;
  const double more = std::min(std::ldexp(rest, 4 * kMore), std::ldexp(1.0, 4 * kMore) - 1);
  std::string digits =
      fmt::format("{:013x}{:04x}", static_cast<std::uint64_t>(whole), static_cast<std::uint64_t>(more));
  digits.resize(static_cast<std::size_t>((Info(format).p + 2) / 4 + kMore));
  return fmt::format("{}{}p{:+d}", sign, HexSignificand(digits), exact.exponent);
}

std::string ShortestDecimal(Format format, double value) {
  if (!std::isfinite(value)) return HexFloat(value);
  for (int digits = 1; digits < 17; ++digits) {
    // The nearest decimal of so many digits may lie outside a rounding interval that is wider on the other side.
    for (const int mode : {FE_TONEAREST, FE_DOWNWARD, FE_UPWARD}) {
      std::string text = PrintDigits(value, digits, mode);
      if (ParseNumber(format, text) == value) return text;
    }
  }
  return PrintDigits(value, 17, FE_TONEAREST);
}

std::optional<double> ParseNumber(Format format, std::string_view text) {
  const std::string number(text);
  // strtod would skip blanks and take nan(...) and infinity as well; one spelling is enough.
  const std::string_view unsigned_text = text.substr(text.find_first_not_of("+-") == 1 ? 1 : 0);
  if (unsigned_text == "nan") return std::numeric_limits<double>::quiet_NaN();
  if (unsigned_text == "inf") {
    return (text.front() == '-' ? -1 : 1) * std::numeric_limits<double>::infinity();
  }
  if (unsigned_text.empty() ||
      !(std::isdigit(static_cast<unsigned char>(unsigned_text.front())) || unsigned_text.front() == '.')) {
    return std::nullopt;
  }
  if (format == Format::f64) return ReadDouble(number, FE_TONEAREST);
  // Rounding to odd keeps on which side of a midpoint of the narrower format the number lies (Boldo & Melquiond 2008).
  const std::optional<double> down = ReadDouble(number, FE_DOWNWARD);
  const std::optional<double> up = ReadDouble(number, FE_UPWARD);
  if (!down || !up) return std::nullopt;
  const bool down_is_odd = (std::bit_cast<std::uint64_t>(*down) & 1) != 0;
  return RoundToFormat(format, *down == *up || down_is_odd ? *down : *up);
}

}  // namespace softmax_verify
