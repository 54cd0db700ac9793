// What a format costs: the figures that docs/choosing_a_format.md is written from, by scripts/choosing_a_format.
//
// A digit is a decimal one. A result rounded correctly is off by at most u = 2^-p, relatively; the first digit is lost
// where a result is off by more than 10 u (kFirstDigit). Where an operation cancels, "relatively" is in relation to what
// cancels (docs/ulp.md), except in the section about logarithms.
#ifndef SOFTMAX_VERIFY_REPORTS_CHOOSING_H_
#define SOFTMAX_VERIFY_REPORTS_CHOOSING_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "reports/record.h"
#include "softmax_verify/kernel.h"

namespace softmax_verify {

inline constexpr double kFirstDigit = 10;

struct ChoosingOptions {
  std::vector<Kernel> kernels;
  std::size_t threads = 0;  // 0: as many as the machine has
};

// The largest errors of one kernel, on any target, on rows of n logits of a spread: uniform in [-spread / 2, spread / 2],
// both ends among them.
struct DigitLoss {
  std::string kernel;
  Operation operation = Operation::softmax;
  std::string algorithm = {};
  Format format = Format::f32;
  std::size_t n = 0;
  double spread = 0;
  std::size_t results = 0;  // compared, on each target
  double rounding = 0;      // in u, of results in the normal range of their format
  double range = 0;         // in u, of those below it, which have fewer bits; 1/u where one is 0
};

// softmax.three_pass of real logits that were rounded to the format first, against that of the logits themselves.
struct LogitLoss {
  Format format = Format::f32;
  std::size_t n = 0;
  double spread = 0;
  double error = 0;          // the largest relative error of a result in the normal range
  double changed = 0;        // share of the rows of which the largest result is no longer the only largest
};

// A kernel that adds up in its storage format, on rows of equal logits: every result is 1 / n.
struct StalledSum {
  std::string kernel;
  std::string target;
  std::size_t partial_sums = 0;
  std::size_t first_digit = 0;  // the first n of 64 an octave at which the first digit is lost; 0: none up to the last
  std::vector<std::pair<std::size_t, double>> sums = {};  // n, and what the n results add up to; n = 2^k
};

// Rows of 64 scores of which the second half is masked by a number, or in another way.
struct MaskOutcome {
  Format format = Format::f32;
  std::string mask;     // "-inf", "lowest" (the lowest finite number of the format), "f32 lowest", "-1e4", ...; "mask operand"
  double value = 0;     // of the mask, rounded to the format
  std::string way;      // "in place": instead of the score; "added": score + value, rounded to the format; ...
  // Kept scores are -size, masked ones size before they are masked. The largest size, a power of 2, up to which nothing
  // masked has a result above 0; 0 where there is none, and the largest that was tried where all are well.
  double safe = 0;
  bool all_safe = false;
  double leak = 0;      // what masked scores got together at twice that size
  // A row of nothing but masked scores, of -32 to 32: the least and the largest result; NaN where one is NaN.
  double empty_least = 0, empty_most = 0;
};

// The logarithm of softmax of x = 0, -gap, made in one of several ways: the largest relative errors over all targets, of
// the logarithm of the larger result and of the other.
struct LogLoss {
  Format format = Format::f32;
  std::string way = {};  // a kernel of log_softmax; "log(softmax.three_pass)", the logarithm itself correctly rounded
  double gap = 0;
  double larger = 0;
  double smaller = 0;    // infinite where a kernel gives -inf
};

// A kernel on any target, on rows of the family `vocabulary`.
struct VocabularyLoss {
  std::string kernel;
  Operation operation = Operation::softmax;
  std::string algorithm = {};
  Format format = Format::f32;
  std::size_t n = 0;
  std::uint64_t rows = 0;
  double max_ulp = 0;        // the largest error
  double zeros = 0;          // share of the results that are 0
  double sum_deviation = 0;  // max |sum y - 1|; NaN where results are no distribution
};

struct ChoosingRecord {
  Context context;
  std::vector<DigitLoss> digits;
  std::vector<LogitLoss> logits;
  std::vector<StalledSum> sums;
  std::vector<MaskOutcome> masks;
  std::vector<LogLoss> logarithms;
  std::vector<VocabularyLoss> vocabulary;
};

// Of the kernels that are there: a section without its kernel is empty. The record depends on kernels and seed, not on
// threads. Progress as in Sweep. Throws std::runtime_error where a kernel refuses a row.
ChoosingRecord MeasureFormats(const ChoosingOptions& options, Context context);

// To read: where each kernel loses its first digit. For programs: everything.
std::string RenderConsole(const ChoosingRecord& record);
std::string RenderJson(const ChoosingRecord& record);

}  // namespace softmax_verify

#endif  // SOFTMAX_VERIFY_REPORTS_CHOOSING_H_
