// A ratchet: a small file of what a run is allowed, to be kept beside the sources. docs/baselines.md describes it.
#ifndef SOFTMAX_VERIFY_REPORTS_BASELINE_H_
#define SOFTMAX_VERIFY_REPORTS_BASELINE_H_

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "reports/items.h"

namespace softmax_verify {

// What one item may be.
struct Allowance {
  std::string kernel, target, what;  // of the item
  Verdict verdict = Verdict::passed;
  std::optional<double> max_ulp;     // six digits
};

// What the items depend on besides the kernels: seed, effort and so on, by name.
using RunKey = std::map<std::string, std::string>;

struct Baseline {
  RunKey run;
  std::vector<Allowance> allowances;
};

// Of everything that was measured, and of all else that FAILED.
Baseline BaselineOf(const RunKey& run, const std::vector<Item>& items);
// JSON, an allowance a line.
std::string RenderBaseline(const Baseline& baseline);
// The reverse. Throws std::invalid_argument, one line that names the file.
Baseline ReadBaselineFile(const std::string& path);
// Throws std::invalid_argument, one line, unless the baseline was made by a run like this.
void RequireSameRun(const Baseline& baseline, const RunKey& run, const std::string& path);

// How the items compare with what is allowed.
struct BaselineFinding {
  enum class Kind { worse, stale, better, fresh };  // stale: allowed, and no longer there; fresh: there, and not in the file
  Kind kind;
  Item item;            // what is there; of a stale one the name alone
  std::string message;  // "max_ulp 2.5, allowed 1.5"
  std::string line;     // what belongs into the file instead; "" where nothing does
};
struct BaselineResult {
  std::vector<BaselineFinding> findings;  // by kind
  std::size_t as_allowed = 0;

  bool Fails() const;  // something is worse or stale
};
BaselineResult CompareWith(const Baseline& baseline, const std::vector<Item>& items);

// To read: what is worse or stale, and the lines to commit where something is better or new.
std::string RenderText(const BaselineResult& result, const std::string& path);
// The items as CI servers are to see them: what is allowed has passed, what is worse or stale FAILED.
std::vector<Item> Ratcheted(const std::vector<Item>& items, const BaselineResult& result);

}  // namespace softmax_verify

#endif  // SOFTMAX_VERIFY_REPORTS_BASELINE_H_
