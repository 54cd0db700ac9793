// What a run judged, item by item, however it came about: what CI servers show, and what a baseline allows.
#ifndef SOFTMAX_VERIFY_REPORTS_ITEMS_H_
#define SOFTMAX_VERIFY_REPORTS_ITEMS_H_

#include <optional>
#include <string>
#include <vector>

#include "reports/record.h"

namespace softmax_verify {

struct Item {
  std::string kernel = "";   // operation.algorithm.format, or the symbol of somebody's function
  std::string target = "";   // "" where there is one alone
  std::string what = "";     // unique with the two: an input family, a law, a special row, a misbehaviour
  Verdict verdict = Verdict::skipped;
  std::optional<double> max_ulp = {};  // where errors were measured: the largest
  std::string message = "";  // of what FAILED: what happened, in one line
  std::string details = "";  // and how to see it again
};

// "softmax.online.f32  AVX2  normal_1"
std::string NameOf(const Item& item);

// Of a report: an item for each kernel, target and family, the worst of all lengths, and one for each special row.
std::vector<Item> ItemsOf(const Record& record);

// A test case an item; what was not compared, or agreed on too little to mean much, is skipped.
std::string RenderJUnit(const std::string& suite, const std::vector<Item>& items);
// Workflow commands of GitHub Actions: an error for each of the first items that FAILED, a notice where none did.
std::string RenderAnnotations(const std::string& title, const std::vector<Item>& items);
// A table of what FAILED, for the summary of a job.
std::string RenderMarkdown(const std::string& title, const std::vector<Item>& items);

}  // namespace softmax_verify

#endif  // SOFTMAX_VERIFY_REPORTS_ITEMS_H_
