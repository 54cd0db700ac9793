// The report record: everything a run found out, once. Every renderer (render.h) reads it and adds nothing.
#ifndef SOFTMAX_VERIFY_REPORTS_RECORD_H_
#define SOFTMAX_VERIFY_REPORTS_RECORD_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "softmax_verify/kernel.h"
#include "verify/verdict.h"

namespace softmax_verify {

// Of the JSON document; reports/report.schema.json describes it.
inline constexpr int kSchemaVersion = 3;

// Parameters that somebody asked for; the others are drawn with a row, or standard.
struct GivenParameters {
  Parameters values;
  ParameterSet given;
};

// Where and how the numbers arose. Holds neither time nor thread count: same seed, same bytes.
struct Context {
  std::string commit;  // of the sources; "unknown" outside a git checkout, "-dirty" behind it with local changes
  std::string compiler;
  std::string flags;
  std::vector<std::pair<std::string, std::string>> libraries;  // name, version
  std::string cpu;
  std::vector<std::string> targets;
  std::uint64_t seed = 0;
  std::string effort;  // quick, normal, thorough; or what else decided the number of rows
  GivenParameters parameters;
  std::string input;  // the file of logits, "" when the rows come from the families
};

// Errors of one cell in units in the last place of the exact value. A quantile is the upper edge of a histogram bin:
// at least the true quantile, and at most 1/128 above it.
struct UlpStatistics {
  double max = 0, p999 = 0, p99 = 0, mean = 0, signed_mean = 0, rms = 0;
};

// One result of one row, enough to see it again.
struct Witness {
  std::uint64_t sample = 0;  // DrawRow(unit, sample) is the row; with an input file, its row from 0 on
  std::size_t element = 0;   // of the results, flat (PartsOf)
  double got = 0;
  std::string exact;   // hex digits of the exact value, four more than the format holds
  std::string row;     // ToString: the row, or the beginnings of its operands when one is longer than kWholeRow
  bool whole = false;  // all of the row is there
};
inline constexpr std::size_t kWholeRow = 32;
inline constexpr std::size_t kRowBeginning = 8;

// (operation, algorithm, format, target, family, n) and what came out.
struct Cell {
  std::string kernel;  // operation.algorithm.format
  std::string algorithm;
  std::string target;
  std::string family;
  Operation operation = Operation::softmax;
  Format format = Format::f32;
  std::size_t n = 0;
  std::uint64_t rows = 0;
  std::uint64_t unclaimed_rows = 0;  // nothing is promised for them
  std::uint64_t failed_rows = 0;
  std::uint64_t count = 0;        // results compared
  std::uint64_t zeros = 0;        // results that are 0
  std::uint64_t informative = 0;  // elements where the bound would have rejected a 0
  UlpStatistics ulp;
  double correct = 0;            // share of the elements that are the value nearest to the exact one
  double faithful = 0;           // share that is one of the two values around it
  double sum_deviation = 0;      // max |sum_i y_i - 1| in u; NaN where the exact results are no distributions
  double sum_bound = 0;          // the largest bound proved for it on these rows
  std::uint64_t inversions = 0;  // of distributions: results below that of a smaller logit of their row
  double bound = 0;              // the largest proved error in ulp on these rows, +inf where nothing is proved
  double bound_ratio = 0;        // max error / bound; above 1 exactly when an element failed
  Witness worst;                 // of a failed cell the element farthest beyond its bound, else the largest error
  Verdict verdict = Verdict::skipped;
  std::string note;  // what failed, in one sentence
};

// The results of one class, and the one with the largest error.
struct ErrorBin {
  double from = 0;          // the lower edge of the class; the next one's is the upper
  std::uint64_t count = 0;  // results compared
  double max_ulp = 0;
  double bound = 0;   // the largest error in ulp proved for one of them, +inf where nothing is proved
  std::size_t n = 0;  // length of the row that `worst` is of
  Witness worst;
};

// How the errors of one kernel on one target in one family are distributed, over all lengths. Only what occurs, by
// ascending edges (profile.h).
struct Profile {
  std::string kernel;  // operation.algorithm.format
  std::string algorithm;
  std::string target;
  std::string family;
  Operation operation = Operation::softmax;
  Format format = Format::f32;
  std::vector<std::pair<double, std::uint64_t>> errors;  // by octaves: floor(log2 error), results (Histogram)
  std::vector<ErrorBin> distance;   // by max z - z_i; empty where results do not belong to one logit each
  std::vector<ErrorBin> magnitude;  // by floor(log2 |exact|)
};

// One special row through one kernel on one target.
struct SpecialResult {
  std::string kernel;
  Operation operation = Operation::softmax;
  Format format = Format::f32;
  std::string target;
  std::string row;
  // All results: nan, neg_inf, pos_inf, zero, one_hot, uniform, finite; mixed: NaN or an infinity beside numbers;
  // refused: an error status
  std::string outcome;
  Verdict verdict = Verdict::skipped;  // against the kernel's contract
};

// What the sampling of one kernel on one target is worth.
struct Coverage {
  std::string kernel;
  Operation operation = Operation::softmax;
  Format format = Format::f32;
  std::string target;
  std::uint64_t rows = 0;
  std::uint64_t samples = 0;  // results compared
  std::uint64_t vacuous = 0;  // of them, where a 0 would have passed as well, or nothing was claimed
  std::uint64_t unclaimed_rows = 0;
  std::uint64_t failed_rows = 0;
  double failure_rate_95 = 1;  // Clopper-Pearson: with 95 % confidence no larger share of the claimed rows fails
  bool exhaustive = false;     // every row there is was tried
};

// How many results each precision of the reference had to decide.
struct ReferenceEffort {
  Format format = Format::f32;
  unsigned bits = 0;
  unsigned long long elements = 0;
};

// Logits of an input file that are not values of the format, and were rounded to it.
struct InputRounding {
  Format format = Format::f32;
  std::uint64_t values = 0;
  std::uint64_t changed = 0;
};

struct Record {
  Context context;
  std::vector<Cell> cells;
  std::vector<Profile> profiles;
  std::vector<SpecialResult> special;
  std::vector<Coverage> coverage;
  std::vector<ReferenceEffort> reference;
  std::vector<InputRounding> input;
};

// How many verdicts of each kind, indexed by Verdict.
using VerdictCounts = std::array<std::uint64_t, 5>;
VerdictCounts CountVerdicts(const Record& record);

// FAILED if anything failed; SKIPPED if nothing was compared; MISTRUSTED or UNCLAIMED if nothing passed; else PASSED.
Verdict Overall(const VerdictCounts& counts, bool compared);
Verdict Overall(const Record& record);

// The part of the record that is about one format, about one operation.
Record OfFormat(const Record& record, Format format);
Record OfOperation(const Record& record, Operation operation);
// The formats of the cells, in the order of formats.def, and the operations, in that of operations.def.
std::vector<Format> FormatsOf(const Record& record);
std::vector<Operation> OperationsOf(const Record& record);

// The one-sided 95 % upper bound of Clopper and Pearson on the share that fails, having seen `failed` of `rows`.
// 1 - 0.05^(1/rows), about 3/rows, when none failed; 1 when there are no rows.
double FailureRateBound(std::uint64_t failed, std::uint64_t rows);

// A command line that shows the cell's worst row again: that of the kernel on the target, with the options of the row.
std::string ReproduceCommand(const Record& record, const Cell& cell);
std::string ReproduceOptions(const Record& record, std::string_view family, std::size_t n, const Witness& witness);

}  // namespace softmax_verify

#endif  // SOFTMAX_VERIFY_REPORTS_RECORD_H_
