// Pieces of a verdict in words, which its renderings share.
#ifndef SOFTMAX_VERIFY_VALIDATION_DESCRIBE_H_
#define SOFTMAX_VERIFY_VALIDATION_DESCRIBE_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "validation/validation.h"

namespace softmax_verify {

// "sums in any order in f32, exp within 2 ulp": what is claimed of the kernel.
std::string ClaimText(const Validation& validation);

// "x = {1, 0.5}  mask = {1, 0}": the shortest decimals that read back; "" where an operand is longer than kWholeRow.
std::string DecimalRow(const Row& row);

// "got 0x1p-1 (0.5)   exact 0x1p+0 (1)   error 8.4e+06   bound 7.5"; "" where the violation has no numbers.
std::string NumbersText(const Violation& violation, Format format);
// As many decimal digits as tell the values of the format apart.
constexpr int DigitsOf(Format format) { return format == Format::f64 ? 17 : 9; }
// Whether its error and bound mean anything.
inline bool HasError(const Violation& violation) { return violation.error >= 0; }

// The shrunk row, exactly and in decimals, and its numbers: a line each.
std::string ShrunkText(const Counterexample& counterexample);

// The accuracy: what was measured, what is proved of it, and what else it compares with.
std::vector<std::string> AccuracyLines(const AccuracySummary& summary);
// Beyond --expect max_ulp, in words; "" within.
std::string BeyondMaxUlp(const Validation& validation, const AccuracySummary& summary);

// "2010 calls; every length to 140, the longest 65541; ...".
std::string CoverageText(const CallCoverage& coverage);

struct LawCounts {
  std::size_t held = 0, broken = 0;
  std::vector<std::string> without_case;  // no trial met what they presuppose
  std::uint64_t trials = 0;
};
LawCounts CountLaws(const Validation& validation);

// "21 held, 0 broken; ...".
std::string LawsText(const Validation& validation);

// What was left out by reason: "determinism, order" and "--expect deterministic=no".
std::vector<std::pair<std::string, std::string>> LeftOut(const Validation& validation);

}  // namespace softmax_verify

#endif  // SOFTMAX_VERIFY_VALIDATION_DESCRIBE_H_
