// Numbers as text, and text as numbers: exactly, or rounded once.
#ifndef SOFTMAX_VERIFY_REPORTS_NUMBERS_H_
#define SOFTMAX_VERIFY_REPORTS_NUMBERS_H_

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "reference/reference.h"
#include "softmax_verify/format.h"

namespace softmax_verify {

// The shortest hex float that is the value: 0x1.8p-1, -inf, nan.
std::string HexFloat(double value);
// The same, joined by commas: what --x takes.
std::string HexRow(std::span<const double> x);
// The exact value cut to four hex digits more than the format holds: the error shows in them.
std::string HexExact(Format format, const reference::Enclosure& exact);
// The shortest decimal that ParseNumber reads back as the same value of the format.
std::string ShortestDecimal(Format format, double value);

// The value of the format nearest to the number that the text denotes: one rounding, ties to even. Decimal or hex,
// or a word of inf, -inf, nan. Nothing where the text is no number.
std::optional<double> ParseNumber(Format format, std::string_view text);

}  // namespace softmax_verify

#endif  // SOFTMAX_VERIFY_REPORTS_NUMBERS_H_
