// Correct rounding, counted: results of kernels that claim it, compared bit for bit with the exact ones rounded.
#ifndef SOFTMAX_VERIFY_REPORTS_ROUNDING_H_
#define SOFTMAX_VERIFY_REPORTS_ROUNDING_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "reports/record.h"
#include "softmax_verify/kernel.h"

namespace softmax_verify {

struct RoundingOptions {
  std::vector<Kernel> kernels;  // all of which claim correct rounding
  std::uint64_t elements = 0;   // exact results for each kernel, at least; every target is compared with each of them
  std::size_t threads = 0;      // 0: as many as the machine has
};

// One kernel, on all its targets.
struct RoundingCount {
  std::string kernel;
  std::vector<std::string> targets;
  std::uint64_t rows = 0;
  std::uint64_t scaled_rows = 0;  // of them, with a scale or a temperature
  std::uint64_t results = 0;      // exact ones, rounded
  std::uint64_t zeros = 0;        // of them, 0
  std::uint64_t subnormal = 0;    // of them, below the normal range, not 0
  std::vector<std::uint64_t> wrong;  // for each target
  std::string first;  // what shows a wrong one again; "" where there is none
};
struct RoundingRecord {
  Context context;
  std::vector<RoundingCount> counts;
};
Verdict Overall(const RoundingRecord& record);

// Rows of every family that is not special at lengths from 2 to 4097, as many results of one as of the other. Half of
// the rows have the scale and the temperature that the context gives, or 1, the other half drawn ones where it gives
// none. The record depends on kernels, elements, and seed and parameters in `context`; not on threads. Progress as in
// Sweep. Throws std::runtime_error where a kernel refuses a row.
RoundingRecord CompareRounding(const RoundingOptions& options, Context context);

// To read, and for programs.
std::string RenderMarkdown(const RoundingRecord& record);
std::string RenderJson(const RoundingRecord& record);

}  // namespace softmax_verify

#endif  // SOFTMAX_VERIFY_REPORTS_ROUNDING_H_
