#include "reports/choosing.h"

#include <fmt/format.h>
#include <tbb/global_control.h>
#include <tbb/parallel_for.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <map>
#include <optional>
#include <thread>
#include <utility>

#include "reference/reference.h"
#include "reports/json.h"
#include "reports/progress.h"
#include "reports/rows.h"
#include "reports/summary.h"
#include "reports/sweep.h"
#include "reports/table.h"
#include "verify/bounds.h"
#include "verify/draw.h"
#include "verify/ulp.h"

namespace softmax_verify {
namespace {

constexpr double kInf = std::numeric_limits<double>::infinity();
constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

// --- Rows ---------------------------------------------------------------------------------------------------------

constexpr std::array kSpreads = {1, 2, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128, 256, 1024};
constexpr std::array<std::size_t, 6> kLengths = {2, 16, 128, 1024, 8192, 32768};
constexpr double kResults = 2048;  // of one length and spread, where a row has fewer
constexpr double kMostWork = 2e5;  // of one row: the Jacobian of 1024 logits has a million results

// n logits in [-spread / 2, spread / 2], both ends among them.
Values SpreadLogits(Format format, double spread, std::size_t n, Random& random) {
  Values x(n);
  for (double& logit : x) logit = RoundToFormat(format, random.Uniform(-spread / 2, spread / 2));
  const std::size_t top = random.Below(n);
  x[top] = spread / 2;
  if (n > 1) x[(top + 1 + random.Below(n - 1)) % n] = -spread / 2;
  return x;
}

// Families are plain functions: one for each spread.
template <std::size_t k>
Values OfSpread(Format format, std::size_t n, Random& random) {
  return SpreadLogits(format, kSpreads[k], n, random);
}
template <std::size_t... k>
constexpr std::array<Family, sizeof...(k)> SpreadFamilies(std::index_sequence<k...>) {
  return {Family{"spread", "logits of one spread", "what a spread costs", OfSpread<k>}...};
}
constexpr std::array kSpreadFamilies = SpreadFamilies(std::make_index_sequence<kSpreads.size()>());

Row RowOf(Operation operation, Format format, Values x) {
  Row row;
  row.operation = operation;
  row.format = format;
  row.statistics = Info(format).compute;
  row.x = std::move(x);
  return row;
}

// One query whose scores are such logits, values of one size; of attention_backward with what attention made of them.
Row AttentionRow(const Signature& signature, double spread, std::size_t n, Random& random) {
  constexpr std::size_t kDepth = 8;
  const Format format = signature.format;
  const auto normal = [&](std::size_t count) {
    Values values(count);
    for (double& value : values) value = RoundToFormat(format, random.Normal());
    return values;
  };
  Row row = RowOf(Operation::attention, format, {});
  row.statistics = signature.statistics;
  row.d = kDepth;
  row.outputs.Add(Role::lse);
  row[Role::q] = Values(kDepth, 0);
  row[Role::q][0] = 1;
  row[Role::k] = normal(n * kDepth);
  const Values scores = SpreadLogits(format, spread, n, random);
  for (std::size_t j = 0; j < n; ++j) row[Role::k][j * kDepth] = scores[j];
  row[Role::v] = normal(n * kDepth);
  if (signature.operation == Operation::attention) return row;
  const Values results = reference::Round(row);
  for (const Part& part : PartsOf(row)) {
    const auto begin = results.begin() + static_cast<std::ptrdiff_t>(part.begin);
    row[part.role] = Values(begin, begin + static_cast<std::ptrdiff_t>(part.count));
  }
  row[Role::dout] = normal(kDepth);
  row.operation = signature.operation;
  row.outputs = {};
  return row;
}

// --- What is selected ---------------------------------------------------------------------------------------------

// The kernels of one name: one for each target.
std::vector<const Kernel*> OnTargets(const std::vector<Kernel>& kernels, const std::string& name) {
  std::vector<const Kernel*> found;
  for (const Kernel& kernel : kernels) {
    if (kernel.name == name) found.push_back(&kernel);
  }
  return found;
}
std::string NameIn(std::string_view kernel, Format format) { return fmt::format("{}.{}", kernel, Name(format)); }

// --- Digits -------------------------------------------------------------------------------------------------------

// The error of a result in u, in relation to the exact value or to what cancels; and whether it is below the normal range.
struct Loss {
  double error = 0;
  bool is_small = false;
};
Loss LossOf(Format format, double got, const reference::Enclosure& exact, long unit) {
  const int p = Info(format).p;
  const long least = Info(format).emin;
  const bool finite = exact.kind == reference::Enclosure::Kind::finite;
  if (finite && exact.exponent < least && unit <= least - p + 1) {
    const double relative = got == 0 ? 1 : std::abs(got / exact.Approximate() - (exact.negative ? -1 : 1));
    return {relative / UnitRoundoff(format), true};
  }
  const double error = MeasureUlp(format, got, exact, unit).high;
  // |exact| in units, from 2^(p - 1) on; no more than that where something larger cancels.
  const long own = finite ? UlpExponent(format, exact.exponent) : unit;
  const double size = finite && own >= unit && exact.exponent >= least ? exact.head : 1;
  return {2 * error / size, false};
}

// The losses of kernels of one signature on rows of one length and spread.
std::vector<DigitLoss> MeasureDigits(const std::vector<Kernel>& kernels, std::size_t n, std::size_t spread,
                                     std::uint64_t seed) {
  Signature signature = kernels.front();
  signature.operands.Remove(Role::bias);  // the spread is that of the logits alone
  std::vector<DigitLoss> losses;
  const auto loss_of = [&](const Kernel& kernel) -> DigitLoss& {
    for (DigitLoss& loss : losses) {
      if (loss.kernel == kernel.name) return loss;
    }
    losses.push_back({.kernel = kernel.name,
                      .operation = kernel.operation,
                      .algorithm = kernel.algorithm,
                      .format = kernel.format,
                      .n = n,
                      .spread = static_cast<double>(kSpreads[spread])});
    return losses.back();
  };
  ParameterSet fixed;
  fixed.Add(Parameter::scale);
  fixed.Add(Parameter::temperature);
  const auto rows = static_cast<std::size_t>(std::ceil(kResults / WorkOf(signature.operation, n)));
  for (std::size_t sample = 0; sample < rows; ++sample) {
    Random random(seed, HashOf(fmt::format("digits.{}.{}.{}.{}.{}", Name(signature.operation), Name(signature.format), n,
                                           kSpreads[spread], sample)));
    const Case row(signature.operands.Has(Role::q) ? AttentionRow(signature, kSpreads[spread], n, random)
                                                   : Draw(signature, kSpreadFamilies[spread], n, random, {}, fixed));
    const std::vector<Format> formats = ResultFormats(row.row());
    for (const Kernel& kernel : kernels) {
      DigitLoss& loss = loss_of(kernel);
      if (kernel.target == kernels.front().target) loss.results += formats.size();
      const Values got = Apply(kernel, row.row());
      const RowBound bound = ProvedBound(kernel, row);
      for (std::size_t i = 0; i < got.size(); ++i) {
        const Loss one = LossOf(formats[i], got[i], row.exact()[i], bound.unit[i]);
        double& largest = one.is_small ? loss.range : loss.rounding;
        if (!(one.error <= largest)) largest = std::isnan(one.error) ? kInf : one.error;
      }
    }
  }
  return losses;
}

// --- Logits -------------------------------------------------------------------------------------------------------

LogitLoss MeasureLogits(const std::vector<const Kernel*>& kernels, double spread, std::uint64_t seed) {
  constexpr std::size_t n = 1024;
  constexpr std::size_t rows = 32;
  const Format format = kernels.front()->format;
  LogitLoss loss{.format = format, .n = n, .spread = spread};
  for (std::size_t sample = 0; sample < rows; ++sample) {
    Random random(seed, HashOf(fmt::format("logits.{}.{}", spread, sample)));  // the same of every format
    const Case real(RowOf(Operation::softmax, Format::f64, SpreadLogits(Format::f64, spread, n, random)));
    Values rounded = real.row().x;
    for (double& logit : rounded) logit = RoundToFormat(format, logit);
    const auto top = static_cast<std::size_t>(std::max_element(real.row().x.begin(), real.row().x.end()) -
                                              real.row().x.begin());
    loss.changed += std::count_if(rounded.begin(), rounded.end(), [&](double z) { return z >= rounded[top]; }) > 1;
    const Row row = RowOf(Operation::softmax, format, std::move(rounded));
    for (const Kernel* kernel : kernels) {
      const Values got = Apply(*kernel, row);
      for (std::size_t i = 0; i < n; ++i) {
        if (real.exact()[i].exponent < Info(format).emin) continue;
        loss.error = std::max(loss.error, std::abs(got[i] / real.exact()[i].Approximate() - 1));
      }
    }
  }
  loss.changed /= rows;
  return loss;
}

// --- Sums in the storage format -----------------------------------------------------------------------------------

StalledSum MeasureSum(const Kernel& kernel) {
  constexpr int kOctaves = 17;
  constexpr int kSteps = 64;  // an octave
  StalledSum result{.kernel = kernel.name, .target = kernel.target, .partial_sums = kernel.claim.accumulation.parameter};
  std::size_t last = 0;
  for (int step = 0; step <= kOctaves * kSteps; ++step) {
    const auto n = static_cast<std::size_t>(std::exp2(static_cast<double>(step) / kSteps));
    if (std::exchange(last, n) == n) continue;
    const Values y = Apply(kernel, RowOf(Operation::softmax, kernel.format, Values(n, 1.0)));
    double sum = 0;
    double error = 0;
    for (const double value : y) {
      sum += value;
      error = std::max(error, std::abs(value * static_cast<double>(n) - 1));
    }
    if (result.first_digit == 0 && error > kFirstDigit * UnitRoundoff(kernel.format)) result.first_digit = n;
    if (step % kSteps == 0) result.sums.emplace_back(n, sum);
  }
  return result;
}

// --- Masks --------------------------------------------------------------------------------------------------------

struct Mask {
  const char* name;
  double value;
};
constexpr Mask kMasks[] = {{"-inf", -kInf},
                           {"f32 lowest", -std::numeric_limits<float>::max()},
                           {"-1e9", -1e9},
                           {"-65504", -65504},
                           {"-1e4", -1e4}};

struct Way {
  const char* name;
  bool adds;
  int times;
  double scale;
};
constexpr Way kWays[] = {{"in place", false, 1, 1},
                         {"added", true, 1, 1},
                         {"added twice", true, 2, 1},
                         {"added, then scaled by 1/8", true, 1, 0.125}};

constexpr std::size_t kScores = 64;

double Masked(Format format, double score, double value, const Way& way) {
  for (int k = 0; k < way.times; ++k) score = RoundToFormat(format, way.adds ? score + value : value);
  return score;
}

// What the masked half of the row gets, and the whole row where nothing is kept, by `mask`, which makes a row of scores, of
// which those from `kept` on are masked.
template <typename MaskRow>
void TryMask(const std::vector<const Kernel*>& kernels, const MaskRow& mask, MaskOutcome* outcome) {
  const double most = std::min(0x1p40, Largest(outcome->format));
  outcome->all_safe = true;
  for (double size = 1; size <= most; size *= 2) {
    Values scores(kScores, size);
    std::fill_n(scores.begin(), kScores / 2, -size);
    double leak = 0;
    for (const Kernel* kernel : kernels) {
      const Values y = Apply(*kernel, mask(scores, kScores / 2));
      double sum = 0;
      for (std::size_t i = kScores / 2; i < kScores; ++i) sum += y[i];
      if (!(sum <= leak)) leak = sum;
    }
    if (leak != 0) {
      outcome->all_safe = false;
      outcome->leak = leak;
      break;
    }
    outcome->safe = size;
  }

  Values scores(kScores);
  for (std::size_t i = 0; i < kScores; ++i) scores[i] = static_cast<double>(i) - kScores / 2;
  outcome->empty_least = kInf;
  outcome->empty_most = -kInf;
  for (const Kernel* kernel : kernels) {
    for (const double y : Apply(*kernel, mask(scores, 0))) {
      if (!(y >= outcome->empty_least)) outcome->empty_least = y;
      if (!(y <= outcome->empty_most)) outcome->empty_most = y;
    }
  }
}

void MeasureMasks(const std::vector<Kernel>& kernels, Format format, std::vector<MaskOutcome>* outcomes) {
  if (const auto softmax = OnTargets(kernels, NameIn("softmax.three_pass", format)); !softmax.empty()) {
    for (const Way& way : kWays) {
      for (std::size_t k = 0; k < std::size(kMasks) + 1; ++k) {
        const Mask mask = k < std::size(kMasks) ? kMasks[k] : Mask{"lowest", -Largest(format)};
        MaskOutcome outcome{.format = format, .mask = mask.name, .value = RoundToFormat(format, mask.value), .way = way.name};
        const auto masked = [&](Values scores, std::size_t kept) {
          for (std::size_t i = kept; i < scores.size(); ++i) scores[i] = Masked(format, scores[i], outcome.value, way);
          Row row = RowOf(Operation::softmax, format, std::move(scores));
          row.parameters.scale = way.scale;
          return row;
        };
        TryMask(softmax, masked, &outcome);
        outcomes->push_back(std::move(outcome));
      }
    }
  }
  if (const auto masked = OnTargets(kernels, NameIn("masked_softmax.three_pass", format)); !masked.empty()) {
    MaskOutcome outcome{.format = format, .mask = "mask operand", .value = kNaN, .way = "in place"};
    TryMask(masked,
            [&](Values scores, std::size_t kept) {
              Row row = RowOf(Operation::masked_softmax, format, std::move(scores));
              row[Role::mask] = Values(kScores, 0);
              std::fill_n(row[Role::mask].begin(), kept, 1);
              return row;
            },
            &outcome);
    outcomes->push_back(std::move(outcome));
  }
}

// --- Logarithms ---------------------------------------------------------------------------------------------------

// Relative, of values that may both be 0.
double RelativeError(double got, double exact) { return got == exact ? 0 : std::abs(got / exact - 1); }

LogLoss MeasureLogarithm(const std::vector<const Kernel*>& kernels, double gap) {
  const Kernel& first = *kernels.front();
  const bool composed = first.operation == Operation::softmax;
  LogLoss loss{.format = first.format, .gap = gap};
  loss.way = fmt::format("{}.{}", Name(first.operation), first.algorithm);
  if (composed) loss.way = fmt::format("log({})", loss.way);
  const std::vector<reference::Enclosure> exact =
      reference::Enclose(RowOf(Operation::log_softmax, first.format, {0, -gap}));
  for (const Kernel* kernel : kernels) {
    Values y = Apply(*kernel, RowOf(first.operation, first.format, {0, -gap}));
    if (composed) {
      // In long double, so that rounding to the format is all that happens to the logarithm.
      for (double& value : y) {
        value = RoundToFormat(first.format, static_cast<double>(std::log(static_cast<long double>(value))));
      }
    }
    loss.larger = std::max(loss.larger, RelativeError(y[0], exact[0].Approximate()));
    loss.smaller = std::max(loss.smaller, RelativeError(y[1], exact[1].Approximate()));
  }
  return loss;
}

// --- Vocabularies -------------------------------------------------------------------------------------------------

std::vector<VocabularyLoss> MeasureVocabulary(const ChoosingOptions& options, const Context& context) {
  constexpr std::size_t kRows = 4;
  const Family& family = *FindFamily("vocabulary");
  const std::size_t longest = *std::max_element(family.lengths.begin(), family.lengths.end());
  const Effort effort{"vocabulary", {}, kRows * longest, kRows};
  SweepOptions sweep;
  for (const Kernel& kernel : options.kernels) {
    const auto wanted = {Operation::softmax, Operation::log_softmax, Operation::cross_entropy};
    if (std::count(wanted.begin(), wanted.end(), kernel.operation) > 0) sweep.kernels.push_back(kernel);
  }
  sweep.effort = &effort;
  sweep.families = {&family};
  sweep.lengths.assign(family.lengths.begin(), family.lengths.end());
  sweep.threads = options.threads;
  const Record record = Sweep(sweep, context);
  std::vector<VocabularyLoss> losses;
  for (const std::string& kernel : Distinct(record, [](const Cell& cell) { return cell.kernel; })) {
    for (const std::size_t n : family.lengths) {
      VocabularyLoss loss{.kernel = kernel, .n = n};
      loss.sum_deviation = kNaN;
      std::uint64_t zeros = 0;
      std::uint64_t count = 0;
      for (const Cell& cell : record.cells) {
        if (cell.kernel != kernel || cell.n != n) continue;
        loss.operation = cell.operation;
        loss.algorithm = cell.algorithm;
        loss.format = cell.format;
        loss.rows = cell.rows;
        loss.max_ulp = std::max(loss.max_ulp, cell.ulp.max);
        loss.sum_deviation = std::fmax(loss.sum_deviation, cell.sum_deviation * UnitRoundoff(cell.format));
        zeros += cell.zeros;
        count += cell.count;
      }
      loss.zeros = static_cast<double>(zeros) / static_cast<double>(count);
      losses.push_back(loss);
    }
  }
  return losses;
}

// --- JSON ---------------------------------------------------------------------------------------------------------

// Three significant digits: these are sizes.
Json Short3(double value) {
  return Number(std::isfinite(value) ? std::strtod(fmt::format("{:.3g}", value).c_str(), nullptr) : value);
}

// One line a kernel: of each spread its errors by length, as far as there are any.
Json DigitsJson(const std::vector<DigitLoss>& digits) {
  std::map<std::string, std::size_t> places;
  Json kernels = Json::array();
  for (const DigitLoss& loss : digits) {
    const auto [place, is_new] = places.emplace(loss.kernel, kernels.size());
    if (is_new) {
      kernels.push_back({{"kernel", loss.kernel},
                         {"operation", Name(loss.operation)},
                         {"algorithm", loss.algorithm},
                         {"format", Name(loss.format)},
                         {"results", 0},
                         {"rounding_u", Json::array()},
                         {"range_u", Json::array()}});
    }
    Json& kernel = kernels[place->second];
    kernel["results"] = kernel["results"].get<std::size_t>() + loss.results;
    const auto spread = static_cast<std::size_t>(std::find(kSpreads.begin(), kSpreads.end(), loss.spread) - kSpreads.begin());
    kernel["rounding_u"][spread].push_back(Short3(loss.rounding));
    kernel["range_u"][spread].push_back(Short3(loss.range));
  }
  return kernels;
}

Json ToJson(const LogitLoss& loss) {
  return {{"format", Name(loss.format)},
          {"n", loss.n},
          {"spread", Number(loss.spread)},
          {"relative_error", Short3(loss.error)},
          {"largest_changed", Short3(loss.changed)}};
}

Json ToJson(const StalledSum& sum) {
  Json sums = Json::array();
  for (const auto& [n, value] : sum.sums) sums.push_back({n, Number(value)});
  return {{"kernel", sum.kernel},
          {"target", sum.target},
          {"partial_sums", sum.partial_sums},
          {"first_digit_lost_at_n", sum.first_digit},
          {"sums", std::move(sums)}};
}

Json ToJson(const MaskOutcome& outcome) {
  return {{"format", Name(outcome.format)},
          {"mask", outcome.mask},
          {"value", Number(outcome.value)},
          {"way", outcome.way},
          {"safe_to", Number(outcome.safe)},
          {"all_safe", outcome.all_safe},
          {"leak", Short3(outcome.leak)},
          {"empty_least", Short3(outcome.empty_least)},
          {"empty_most", Short3(outcome.empty_most)}};
}

Json ToJson(const LogLoss& loss) {
  return {{"format", Name(loss.format)},
          {"way", loss.way},
          {"gap", Number(loss.gap)},
          {"larger", Short3(loss.larger)},
          {"smaller", Short3(loss.smaller)}};
}

Json ToJson(const VocabularyLoss& loss) {
  return {{"kernel", loss.kernel},
          {"operation", Name(loss.operation)},
          {"algorithm", loss.algorithm},
          {"format", Name(loss.format)},
          {"n", loss.n},
          {"rows", loss.rows},
          {"max_ulp", Number(loss.max_ulp)},
          {"zeros", Short3(loss.zeros)},
          {"sum_deviation", Short3(loss.sum_deviation)}};
}

template <typename Entry>
Json Array(const std::vector<Entry>& entries) {
  Json array = Json::array();
  for (const Entry& entry : entries) array.push_back(ToJson(entry));
  return array;
}

// "12 (n = 8192)": the least spread at which an error is above 10 u, and the least n at which it is so there.
std::string FirstLost(const std::vector<DigitLoss>& digits, const std::string& kernel, double DigitLoss::*error) {
  const DigitLoss* first = nullptr;
  for (const DigitLoss& loss : digits) {
    if (loss.kernel != kernel || !(loss.*error > kFirstDigit)) continue;
    if (first == nullptr || std::pair(loss.spread, loss.n) < std::pair(first->spread, first->n)) first = &loss;
  }
  return first == nullptr ? "-" : fmt::format("{} (n = {})", first->spread, first->n);
}

}  // namespace

ChoosingRecord MeasureFormats(const ChoosingOptions& options, Context context) {
  const std::size_t threads = options.threads > 0 ? options.threads : std::thread::hardware_concurrency();
  const tbb::global_control limit(tbb::global_control::max_allowed_parallelism, std::max<std::size_t>(threads, 1));
  ChoosingRecord record;
  record.context = std::move(context);
  const std::uint64_t seed = record.context.seed;

  struct Unit {
    const std::vector<Kernel>* kernels;
    std::size_t n;
    std::size_t spread;
    std::vector<DigitLoss> losses = {};
    std::uint64_t Work() const {
      return static_cast<std::uint64_t>(std::max(WorkOf(kernels->front().operation, n), kResults)) * kernels->size();
    }
  };
  const std::vector<std::vector<Kernel>> groups = BySignature(options.kernels);
  std::vector<Unit> units;
  std::uint64_t total = 0;
  for (const std::vector<Kernel>& group : groups) {
    for (std::size_t spread = 0; spread < kSpreads.size(); ++spread) {
      for (const std::size_t n : kLengths) {
        if (WorkOf(group.front().operation, n) > kMostWork) continue;
        total += units.emplace_back(Unit{&group, n, spread}).Work();
      }
    }
  }
  {
    Progress progress("exponentials", total);
    tbb::parallel_for(std::size_t{0}, units.size(), [&](std::size_t u) {
      units[u].losses = MeasureDigits(*units[u].kernels, units[u].n, units[u].spread, seed);
      progress.Add(units[u].Work());
    });
  }
  for (Unit& unit : units) std::move(unit.losses.begin(), unit.losses.end(), std::back_inserter(record.digits));

  for (const Kernel& kernel : options.kernels) {
    if (kernel.operation == Operation::softmax && kernel.claim.accumulation.kind == Accumulation::Kind::native) {
      record.sums.push_back(MeasureSum(kernel));
    }
  }
  for (const FormatInfo& info : kFormats) {
    const auto softmax = OnTargets(options.kernels, NameIn("softmax.three_pass", info.format));
    for (const int spread : kSpreads) {
      // The logits are drawn in f64.
      if (!softmax.empty() && info.format != Format::f64) record.logits.push_back(MeasureLogits(softmax, spread, seed));
    }
    MeasureMasks(options.kernels, info.format, &record.masks);
    for (const char* name : {"softmax.three_pass", "log_softmax.three_pass", "log_softmax.accurate"}) {
      const auto kernels = OnTargets(options.kernels, NameIn(name, info.format));
      for (const int gap : kSpreads) {
        if (!kernels.empty()) record.logarithms.push_back(MeasureLogarithm(kernels, gap));
      }
    }
  }
  record.vocabulary = MeasureVocabulary(options, record.context);
  return record;
}

std::string RenderConsole(const ChoosingRecord& record) {
  Table table{{"kernel", "by rounding, from spread", "by underflow, from spread"}, {}};
  for (const DigitLoss& loss : record.digits) {
    const auto same = [&](const std::vector<std::string>& row) { return row.front() == loss.kernel; };
    if (std::any_of(table.rows.begin(), table.rows.end(), same)) continue;
    table.rows.push_back({loss.kernel, FirstLost(record.digits, loss.kernel, &DigitLoss::rounding),
                          FirstLost(record.digits, loss.kernel, &DigitLoss::range)});
  }
  return "Where the first digit is lost (an error above 10 u, ten times that of correct rounding):\n\n" + Aligned(table) +
         "\n--json has all figures; docs/choosing_a_format.md says what they mean.\n";
}

std::string RenderJson(const ChoosingRecord& record) {
  Json document = {{"schema_version", kSchemaVersion},
                   {"context", ToJson(record.context)},
                   {"first_digit_u", kFirstDigit},
                   {"lengths", kLengths},
                   {"spreads", kSpreads},
                   {"digits", DigitsJson(record.digits)},
                   {"logits", Array(record.logits)},
                   {"sums", Array(record.sums)},
                   {"masks", Array(record.masks)},
                   {"logarithms", Array(record.logarithms)},
                   {"vocabulary", Array(record.vocabulary)}};
  return Lines(document);
}

}  // namespace softmax_verify
