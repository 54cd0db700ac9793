// The formats of formats.def: their constants, their storage bits, and rounding into them.
//
// Every value of every format is exactly a double, so rows travel as doubles wherever speed does not matter, and
// only the buffers handed to a kernel hold storage bits. The conversions here are written from p, emin and emax
// alone: a new format is a row of formats.def. They assume round-to-nearest, the mode in which everything runs.
#ifndef SOFTMAX_VERIFY_FORMAT_H_
#define SOFTMAX_VERIFY_FORMAT_H_

#include <array>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <optional>
#include <string_view>

namespace softmax_verify {

enum class Format {
#define SV_FORMAT(name, p, emin, emax, bytes, compute) name,
#include "softmax_verify/formats.def"
#undef SV_FORMAT
};

struct FormatInfo {
  Format format;
  std::string_view name;
  int p;              // bits of the significand, the leading one included
  int emin, emax;     // exponents of the smallest and the largest normal binade
  std::size_t bytes;  // of storage
  Format compute;     // what our kernels calculate in between loading and storing
};

inline constexpr std::array kFormats = {
#define SV_FORMAT(name, p, emin, emax, bytes, compute) \
  FormatInfo{Format::name, #name, p, emin, emax, bytes, Format::compute},
#include "softmax_verify/formats.def"
#undef SV_FORMAT
};

constexpr const FormatInfo& Info(Format format) { return kFormats[static_cast<std::size_t>(format)]; }
constexpr std::string_view Name(Format format) { return Info(format).name; }

constexpr std::optional<Format> ParseFormat(std::string_view name) {
  for (const FormatInfo& info : kFormats) {
    if (info.name == name) return info.format;
  }
  return std::nullopt;
}

// 2^exponent, a normal double.
inline double PowerOf2(int exponent) { return std::bit_cast<double>(static_cast<std::uint64_t>(exponent + 1023) << 52); }

// u = 2^-p: the relative error of one rounding to nearest is below u.
inline double UnitRoundoff(Format format) { return PowerOf2(-Info(format).p); }
inline double SmallestNormal(Format format) { return PowerOf2(Info(format).emin); }
inline double SmallestSubnormal(Format format) { return std::ldexp(1.0, Info(format).emin - Info(format).p + 1); }
inline double Largest(Format format) { return (2.0 - PowerOf2(1 - Info(format).p)) * PowerOf2(Info(format).emax); }

// The exponent of the unit in the last place of a value with floor(log2 |value|) = exponent (docs/ulp.md).
inline long UlpExponent(Format format, long exponent) {
  const FormatInfo& info = Info(format);
  return (exponent < info.emin ? info.emin : exponent) - info.p + 1;
}

// The value of the format nearest to `value`, ties to even, gradual below the normal range, infinite from the
// midpoint above the largest value on.
inline double RoundToFormat(Format format, double value) {
  if (format == Format::f64 || value == 0 || !std::isfinite(value)) return value;
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  const int exponent = static_cast<int>(std::bit_cast<std::uint64_t>(value) >> 52 & 0x7ff) - 1023;
  if (exponent > Info(format).emax) return std::copysign(kInfinity, value);
  // Sums with so large a number are multiples of the wanted ulp.
  const double shifter = 1.5 * PowerOf2(static_cast<int>(UlpExponent(format, exponent)) + 52);
  const double rounded = (value + shifter) - shifter;
  return std::copysign(std::abs(rounded) > Largest(format) ? kInfinity : rounded, value);
}

inline bool IsRepresentable(Format format, double value) {
  return std::isnan(value) || RoundToFormat(format, value) == value;
}

// The value behind storage bits. Every NaN decodes to a NaN.
inline double Decode(Format format, std::uint64_t bits) {
  if (format == Format::f64) return std::bit_cast<double>(bits);
  const FormatInfo& info = Info(format);
  const int fraction_bits = info.p - 1;
  const int exponent_mask = 2 * info.emax + 1;
  const std::uint64_t fraction = bits & ((std::uint64_t{1} << fraction_bits) - 1);
  const int biased = static_cast<int>(bits >> fraction_bits) & exponent_mask;
  const double sign = (bits >> (8 * info.bytes - 1)) & 1 ? -1.0 : 1.0;
  if (biased == exponent_mask) {
    return fraction != 0 ? std::numeric_limits<double>::quiet_NaN() : sign * std::numeric_limits<double>::infinity();
  }
  if (biased == 0) return sign * static_cast<double>(fraction) * SmallestSubnormal(format);
  return sign * std::bit_cast<double>(static_cast<std::uint64_t>(biased - info.emax + 1023) << 52 |
                                      fraction << (52 - fraction_bits));
}

// The storage bits of `value` rounded to the format; a NaN becomes the quiet NaN of its sign.
inline std::uint64_t Encode(Format format, double value) {
  if (format == Format::f64) return std::bit_cast<std::uint64_t>(value);
  const FormatInfo& info = Info(format);
  const int fraction_bits = info.p - 1;
  const std::uint64_t sign = std::uint64_t{std::signbit(value)} << (8 * info.bytes - 1);
  const std::uint64_t infinity = static_cast<std::uint64_t>(2 * info.emax + 1) << fraction_bits;
  if (std::isnan(value)) return sign | infinity | (std::uint64_t{1} << (fraction_bits - 1));
  const double magnitude = std::abs(RoundToFormat(format, value));
  if (std::isinf(magnitude)) return sign | infinity;
  if (magnitude < SmallestNormal(format)) {
    return sign | static_cast<std::uint64_t>(magnitude * PowerOf2(fraction_bits - info.emin));
  }
  // The same fields, narrower: the exponent's bias is emax instead of 1023.
  const std::uint64_t fields = std::bit_cast<std::uint64_t>(magnitude) >> (52 - fraction_bits);
  return sign | (fields - (static_cast<std::uint64_t>(1023 - info.emax) << fraction_bits));
}

// Element i of a buffer of the format's storage type. Little-endian, as every supported machine is.
inline double Load(Format format, const void* buffer, std::size_t i) {
  const std::size_t bytes = Info(format).bytes;
  std::uint64_t bits = 0;
  std::memcpy(&bits, static_cast<const char*>(buffer) + i * bytes, bytes);
  return Decode(format, bits);
}
inline void Store(Format format, void* buffer, std::size_t i, double value) {
  const std::size_t bytes = Info(format).bytes;
  const std::uint64_t bits = Encode(format, value);
  std::memcpy(static_cast<char*>(buffer) + i * bytes, &bits, bytes);
}

// The neighbours of a finite value of the format.
inline double NextUp(Format format, double value) {
  if (format == Format::f64) return std::nextafter(value, std::numeric_limits<double>::infinity());
  if (value == 0) return SmallestSubnormal(format);
  const std::uint64_t sign_bit = std::uint64_t{1} << (8 * Info(format).bytes - 1);
  const std::uint64_t bits = Encode(format, value);
  return Decode(format, bits & sign_bit ? bits - 1 : bits + 1);
}
inline double NextDown(Format format, double value) { return -NextUp(format, -value); }

}  // namespace softmax_verify

#endif  // SOFTMAX_VERIFY_FORMAT_H_
