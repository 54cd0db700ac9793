// Many cells in one line.
#ifndef SOFTMAX_VERIFY_REPORTS_SUMMARY_H_
#define SOFTMAX_VERIFY_REPORTS_SUMMARY_H_

#include <functional>
#include <string>
#include <vector>

#include "reports/record.h"

namespace softmax_verify {

struct Summary {
  std::uint64_t rows = 0, count = 0, inversions = 0;
  double max_ulp = 0, bound_ratio = 0;  // the largest
  double sum_deviation = 0;             // the largest, in u; NaN where no cell has one
  double correct = 0, faithful = 0;     // shares of all elements
  double mean = 0, signed_mean = 0;     // over all elements, in ulp
  VerdictCounts verdicts{};
};
Summary Summarise(const Record& record, const std::function<bool(const Cell&)>& includes);

// The distinct values of a field of the cells, in the order of their first appearance.
std::vector<std::string> Distinct(const Record& record, const std::function<std::string(const Cell&)>& field);

// "3 PASSED, 1 FAILED": the verdicts that occur.
std::string ToString(const VerdictCounts& counts);
// A number for people: four significant digits; "-" for NaN.
std::string Short(double value);
// A share in percent; 100 only when it is all, 0 only when it is none.
std::string Percent(double share);
// Of the FAILED cells one for each kernel, family and length: the first target's.
std::vector<const Cell*> DistinctFailures(const Record& record);
// The block that a FAILED cell gets everywhere: what, the row, got, exact, and the command that shows it again.
std::string FailureBlock(const Record& record, const Cell& cell);

}  // namespace softmax_verify

#endif  // SOFTMAX_VERIFY_REPORTS_SUMMARY_H_
