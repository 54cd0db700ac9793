// What the commands share: their common options, and turning words into kernels, rows and parameters.
//
// Everything here throws std::invalid_argument for input that cannot be right: one line that says what would be. main
// prints it and exits with 2.
#ifndef SOFTMAX_VERIFY_CLI_COMMON_H_
#define SOFTMAX_VERIFY_CLI_COMMON_H_

#include <CLI/CLI.hpp>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "reports/baseline.h"
#include "reports/items.h"
#include "reports/record.h"
#include "validation/words.h"
#include "verify/case.h"
#include "verify/families.h"

namespace softmax_verify::cli {

// Exit statuses.
inline constexpr int kPassed = 0;
inline constexpr int kFailed = 1;  // something FAILED, or nothing was compared
inline constexpr int kUsage = 2;
int ExitStatus(Verdict overall);

// Accepts whole numbers in [least, most] alone: CLI11 by itself takes -1 for 2^64 - 1.
CLI::Validator WholeNumber(std::uint64_t least, std::uint64_t most = std::numeric_limits<std::uint64_t>::max());
// Of anything that is counted: more would take years.
inline constexpr std::uint64_t kMost = 1'000'000'000'000;
// Of a row that is drawn.
inline constexpr std::uint64_t kLongestRow = 1 << 24;

// A command adds itself to the application; parsing stores in `*run` what is to be done.
using Run = std::function<int()>;
void AddList(CLI::App& app, Run* run);
void AddCheck(CLI::App& app, Run* run);
void AddReport(CLI::App& app, Run* run);
void AddDiff(CLI::App& app, Run* run);
void AddFormats(CLI::App& app, Run* run);
void AddReference(CLI::App& app, Run* run);
void AddValidate(CLI::App& app, Run* run);
void AddReplay(CLI::App& app, Run* run);

// --seed, --threads, --json.
struct CommonOptions {
  std::uint64_t seed = 1;
  std::size_t threads = 0;
  bool as_json = false;   // --json was given
  std::string json_file;  // "" or "-": standard output
};
void AddCommonOptions(CLI::App* command, CommonOptions* options);
// --json alone.
void AddJson(CLI::App* command, CommonOptions* options);
// The text and the note to standard output; with --json, the document where it was asked for. Where that is standard
// output, the note alone goes to standard error.
void Print(const CommonOptions& options, const std::string& text, const std::function<std::string()>& json,
           const std::string& note = "");

// --junit, --annotations: what CI servers read.
struct CiOptions {
  std::string junit;
  bool annotations = false;
};
void AddCiOptions(CLI::App* command, CiOptions* options);
// The same result in the forms that are wanted: JUnit XML to its file; annotations to standard error, which the runner of
// GitHub Actions reads like standard output; Markdown to the summary of the job, where there is a file for it.
struct CiTexts {
  std::function<std::string()> junit, annotations, markdown;
};
void WriteCi(const CiOptions& options, const CiTexts& texts);

// --baseline, --write-baseline: what a run is allowed (reports/baseline.h).
struct BaselineOptions {
  std::string path, written;
};
void AddBaselineOptions(CLI::App* command, BaselineOptions* options);

// What a run comes to: by its verdict or, with --baseline, by what is allowed.
struct Conclusion {
  int status = kPassed;
  std::string note;         // about the baseline, to read
  std::vector<Item> items;  // as CI servers are to see them
};
class Ratchet {
 public:
  // Reads the baseline: before the work, which would be in vain with one of another run.
  Ratchet(BaselineOptions options, RunKey run);
  // Writes a new one where it is wanted.
  Conclusion Conclude(std::vector<Item> items, Verdict overall) const;

 private:
  BaselineOptions options_;
  RunKey run_;
  std::optional<Baseline> baseline_;
};
// The items of a conclusion as JUnit XML and so on.
CiTexts TextsOf(const std::string& title, const Conclusion& conclusion);

// --kernel, --target, --format, --op.
struct Selection {
  std::vector<std::string> kernels, targets, formats, operations;
};
// `option` names the kernels: "--kernel", or "kernels,--kernel" where they may stand alone.
void AddSelection(CLI::App* command, const std::string& option, Selection* selection);
// Our kernels that fit, in the order of targets; never none.
std::vector<Kernel> Select(const Selection& selection);

// The names of their targets, in the order of their first appearance.
std::vector<std::string> TargetsOf(const std::vector<Kernel>& kernels);
// The family of the name; the error lists what is nearest.
const Family& RequireFamily(std::string_view name);

// --op alone.
void AddOperations(CLI::App* command, std::vector<std::string>* operations);
// Refuses kernels that do not fit, or drops them where the selection names neither kernels nor operations. `what` says
// what they do not fit: "--input holds logits alone".
void RequireFitting(const Selection& selection, const std::string& what, const std::function<bool(const Kernel&)>& fits,
                    std::vector<Kernel>* kernels);

// --scale, --label-smoothing, ...: one for each row of parameters.def.
void AddParameters(CLI::App* command, ParameterTexts* options);
// Refused unless every kernel heeds them, and holds them exactly in the format that it computes in.
GivenParameters ParseParameters(const ParameterTexts& texts, const std::vector<Kernel>& kernels);

// Numbers separated by blanks, or by one comma each, rounded to the format. `where` begins the error: "line 3".
Values ParseNumbers(Format format, std::string_view line, const std::string& where);

// A row in words (ToString), by name: operands, m, d, outputs. Parameters are left to ParameterOptions.
using RowWords = std::map<std::string, std::string>;
// --x, --dy, ..., --m, --d, --outputs: a role that is an input of some operation has an option of its own.
void AddRowWords(CLI::App* command, RowWords* words);
// The row that the words make for a signature, its numbers rounded to their formats. `where(name)` begins an error
// about the word `name`: "--x".
Row MakeRow(const Signature& signature, const RowWords& words, const Parameters& parameters,
            const std::function<std::string(const std::string& name)>& where);

}  // namespace softmax_verify::cli

#endif  // SOFTMAX_VERIFY_CLI_COMMON_H_
