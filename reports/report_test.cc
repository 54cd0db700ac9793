// The record and its renderings, from sweeps over kernels that are as good or as bad as the test says.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <functional>
#include <limits>
#include <nlohmann/json.hpp>
#include <sstream>
#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validation_results.hpp>
#include <valijson/validator.hpp>

#include "reference/reference.h"
#include "reports/columns.h"
#include "reports/context.h"
#include "reports/numbers.h"
#include "reports/profile.h"
#include "reports/render.h"
#include "reports/special_rows.h"
#include "reports/spoilt_kernel.h"
#include "reports/sweep.h"
#include "reports/tally.h"
#include "verify/draw.h"

namespace softmax_verify {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::Not;

constexpr std::size_t kLengths[] = {1, 5, 40};
constexpr Effort kEffort{"test", kLengths, 80, 4};
const Signature kSoftmaxF32 = FullSignature(Operation::softmax, Format::f32);

Row Logits(Values x) { return {Operation::softmax, Format::f32, std::move(x)}; }

Kernel Perfect(Format format) {
  return Spoilt(format, [](const std::vector<double>&, std::vector<double>*) {});
}
// One result is 1 % too large.
Kernel Wrong(Format format) {
  return Spoilt(format, [](const std::vector<double>&, std::vector<double>* y) { y->back() *= 1.01; });
}

Record SweepOf(const std::vector<Kernel>& kernels, std::size_t threads = 1) {
  SweepOptions options;
  options.kernels = kernels;
  options.effort = &kEffort;
  options.threads = threads;
  Context context = BuildContext();
  context.effort = "test";
  context.seed = 7;
  context.targets = {"TEST"};
  return Sweep(options, context);
}

const Record& GoodRecord() {
  static const Record record = SweepOf({Perfect(Format::f32), Perfect(Format::bf16)});
  return record;
}
const Record& BadRecord() {
  static const Record record = SweepOf({Wrong(Format::f32)});
  return record;
}

// "" or what the schema has against the document.
std::string SchemaErrors(const json& document) {
  std::ifstream file(SOFTMAX_VERIFY_SCHEMA);
  const json text = json::parse(file);
  valijson::Schema schema;
  valijson::SchemaParser().populateSchema(valijson::adapters::NlohmannJsonAdapter(text), schema);
  valijson::ValidationResults results;
  valijson::Validator validator;
  if (validator.validate(schema, valijson::adapters::NlohmannJsonAdapter(document), &results)) return "";
  std::string errors = "rejected";
  for (valijson::ValidationResults::Error error; results.popError(error);)
    errors.append("; ").append(error.description);
  return errors;
}

TEST(ReportTest, PerfectKernelPasses) {
  const Record& record = GoodRecord();
  EXPECT_EQ(Overall(record), Verdict::passed);
  for (const Cell& cell : record.cells) {
    EXPECT_LE(cell.ulp.max, 0.5001) << cell.family;
    EXPECT_EQ(cell.correct, 1) << cell.family;
    EXPECT_EQ(cell.inversions, 0u);
    EXPECT_LE(cell.bound_ratio, 1);
    EXPECT_EQ(cell.count, cell.rows * cell.n);
    EXPECT_LE(cell.ulp.mean, cell.ulp.rms * (1 + 1e-12));
    EXPECT_LE(cell.ulp.p99, cell.ulp.p999);
    EXPECT_LE(cell.ulp.p999, cell.ulp.max);
  }
}

TEST(ReportTest, WrongKernelFailsAndTheWitnessIsSeenAgain) {
  const Record& record = BadRecord();
  EXPECT_EQ(Overall(record), Verdict::failed);
  const auto failed = std::find_if(record.cells.begin(), record.cells.end(),
                                   [](const Cell& cell) { return cell.verdict == Verdict::failed && cell.n == 40; });
  ASSERT_NE(failed, record.cells.end());
  EXPECT_GT(failed->bound_ratio, 1);
  EXPECT_EQ(failed->worst.element, 39u);
  EXPECT_THAT(failed->note, HasSubstr("ulp, proved"));

  const Family& family = *FindFamily(failed->family);
  const Row row = DrawRow(7, kSoftmaxF32, family, 40, failed->worst.sample, {});
  EXPECT_FALSE(failed->worst.whole);
  EXPECT_EQ(failed->worst.row, ToString(row, kRowBeginning));
  EXPECT_EQ(Apply(Wrong(Format::f32), row)[39], failed->worst.got);
  EXPECT_THAT(ReproduceCommand(record, *failed), HasSubstr(" --n 40 --sample "));

  for (const std::string& text : {RenderConsole(record), RenderMarkdown(record, Format::f32)}) {
    EXPECT_THAT(text, HasSubstr("FAILED  softmax.spoilt.f32  TEST"));
    EXPECT_THAT(text, HasSubstr("again: softmax-verify check softmax.spoilt.f32 --target TEST"));
  }
}

TEST(ReportTest, ShortRowsReproduceFromTheirLogits) {
  const Record& record = BadRecord();
  for (const Cell& cell : record.cells) {
    if (cell.n != 5) continue;
    EXPECT_EQ(ReproduceCommand(record, cell),
              fmt::format("softmax-verify check softmax.spoilt.f32 --target TEST --{}", cell.worst.row));
    const Row row = ParseRow(Operation::softmax, Format::f32, Format::f32, cell.worst.row);
    EXPECT_EQ(row, DrawRow(7, kSoftmaxF32, *FindFamily(cell.family), 5, cell.worst.sample, {}));
  }
}

TEST(ReportTest, WordsBecomeOptions) {
  EXPECT_EQ(AsOptions("x=0x1p+0,-inf label_smoothing=0x1p-3"), " --x=0x1p+0,-inf --label-smoothing=0x1p-3");
  GivenParameters parameters;
  parameters.values.temperature = 0.5;
  EXPECT_EQ(AsOptions(parameters), "") << "nothing was given";
  parameters.given.Add(Parameter::temperature);
  parameters.given.Add(Parameter::ignore_index);
  EXPECT_EQ(AsOptions(parameters), " --temperature=0x1p-1 --ignore-index=-100");
}

TEST(ReportTest, RefusedRowsFail) {
  Kernel kernel = Perfect(Format::f32);
  kernel.run = [](const Operands&, const Layout&, const Parameters&) { return Status::out_of_memory; };
  const Record record = SweepOf({kernel});
  for (const Cell& cell : record.cells) EXPECT_EQ(cell.verdict, Verdict::failed) << cell.family;
  for (const SpecialResult& special : record.special) {
    EXPECT_EQ(special.outcome, "refused");
    EXPECT_EQ(special.verdict, Verdict::failed);
  }
}

TEST(ReportTest, NothingComparedIsNotGreen) {
  EXPECT_EQ(Overall(Record{}), Verdict::skipped);
  EXPECT_EQ(Overall(SweepOf({})), Verdict::skipped);
  EXPECT_THAT(RenderConsole(Record{}), HasSubstr("SKIPPED: nothing compared"));
}

TEST(ReportTest, NothingPromisedIsUnclaimedAndNothingTellingMistrusted) {
  const auto cell_of = [](const Kernel& kernel, const std::vector<double>& x) {
    Tally tally;
    tally.Add(kernel, Yardstick(Logits(x), 0));
    Cell cell;
    tally.Finish(&cell);
    return cell;
  };
  Kernel unshifted = Perfect(Format::f32);
  unshifted.claim.shifted = false;  // promised only where exp(x) cannot overflow
  EXPECT_EQ(cell_of(unshifted, {1, 2}).verdict, Verdict::passed);
  EXPECT_EQ(cell_of(unshifted, {1000, 1000}).verdict, Verdict::unclaimed);
  EXPECT_EQ(cell_of(unshifted, {1000, 1000}).unclaimed_rows, 1u);
  Kernel vague = Perfect(Format::f32);
  vague.claim.exp_error = 0.3 * 0x1p24;  // results off by a factor of more than 2: a 0 would pass
  EXPECT_EQ(cell_of(vague, {1, 2}).verdict, Verdict::mistrusted);
  EXPECT_EQ(cell_of(vague, {1, 2}).informative, 0u);
}

TEST(ReportTest, SumsAndInversionsAreMeasured) {
  const Kernel halved = Spoilt(Format::f32, [](const std::vector<double>&, std::vector<double>* y) {
    for (double& value : *y) value /= 2;
  });
  Tally tally;
  tally.Add(halved, Yardstick(Logits({1, 2, 3}), 0));
  Cell cell;
  tally.Finish(&cell);
  EXPECT_NEAR(cell.sum_deviation, 0x1p23, 4);
  EXPECT_LT(cell.sum_bound, 100);
  EXPECT_EQ(cell.verdict, Verdict::failed);

  const Kernel reversed = Spoilt(
      Format::f32, [](const std::vector<double>&, std::vector<double>* y) { std::reverse(y->begin(), y->end()); });
  Tally reversal;
  reversal.Add(reversed, Yardstick(Logits({1, 2, 2, 3}), 0));
  reversal.Finish(&cell);
  EXPECT_EQ(cell.inversions, 3u);

  // Equal logits have no order between them.
  const Kernel unequal =
      Spoilt(Format::f32, [](const std::vector<double>&, std::vector<double>* y) { (*y)[0] *= 1.5; });
  Tally equals;
  equals.Add(unequal, Yardstick(Logits({2, 2, 2}), 0));
  equals.Finish(&cell);
  EXPECT_EQ(cell.inversions, 0u);
}

TEST(ReportTest, AWrongSumFailsWhereEveryElementIsWithinItsBound) {
  Kernel kernel = Spoilt(Format::f32, [](const std::vector<double>&, std::vector<double>* y) {
    for (double& value : *y) value *= 1 + 500 * 0x1p-24;
  });
  kernel.claim.exp_error = 1000;
  kernel.claim.same_terms = true;
  Tally tally;
  tally.Add(kernel, Yardstick(Logits({1, 2, 3}), 0));
  Cell cell;
  tally.Finish(&cell);
  EXPECT_LT(cell.bound_ratio, 1);
  EXPECT_EQ(cell.verdict, Verdict::failed);
  EXPECT_THAT(cell.note, HasSubstr("sum off 1 by 500"));
}

TEST(ReportTest, RowsDifferInEveryPartOfTheirName) {
  const Family& family = *FindFamily("normal_1");
  const Signature signature = FullSignature(Operation::softmax, Format::f64);
  const Row row = DrawRow(1, signature, family, 5, 3, {});
  EXPECT_EQ(row, DrawRow(1, signature, family, 5, 3, {}));
  EXPECT_NE(row, DrawRow(2, signature, family, 5, 3, {}));
  EXPECT_NE(row, DrawRow(1, signature, family, 5, 4, {}));
  EXPECT_NE(row.x, DrawRow(1, signature, *FindFamily("normal_10"), 5, 3, {}).x);
  EXPECT_NE(row.x[0], DrawRow(1, signature, family, 6, 3, {}).x[0]);
}

TEST(ReportTest, ScaleAndTemperatureAreAsGiven) {
  GivenParameters parameters;
  parameters.values.temperature = 0.25;
  parameters.given.Add(Parameter::temperature);
  for (std::uint64_t sample = 0; sample < 100; ++sample) {
    const Row row = DrawRow(1, kSoftmaxF32, *FindFamily("normal_1"), 5, sample, parameters);
    EXPECT_EQ(row.parameters, parameters.values);
  }
}

TEST(ReportTest, EffortIsWork) {
  for (const Effort& effort : Efforts()) {
    for (const OperationInfo& operation : kOperations) {
      const std::vector<std::size_t> lengths = effort.Lengths(operation.operation);
      EXPECT_GE(lengths.size(), 4u) << operation.name;
      for (const std::size_t n : lengths) {
        const std::uint64_t rows = effort.Rows(operation.operation, n);
        EXPECT_GE(rows, 1u);
        EXPECT_LE(static_cast<double>(rows) * WorkOf(operation.operation, n), static_cast<double>(effort.elements));
      }
    }
    EXPECT_EQ(effort.Lengths(Operation::softmax).size(), effort.lengths.size()) << "softmax is the measure";
    const std::vector<std::size_t> more = effort.Lengths(Operation::softmax, FindFamily("vocabulary")->lengths);
    EXPECT_EQ(more.size() - effort.lengths.size(), effort.name == "quick" ? 0u : effort.name == "normal" ? 1u : 3u);
  }
}

// Kernels that take other operands, or heed other parameters, are tried on rows of their own.
TEST(ReportTest, RowsAreDrawnForASignature) {
  Kernel plain = Perfect(Format::f32);
  plain.parameters = {};
  plain.algorithm = "plain";
  plain.name = "softmax.plain.f32";
  const Record record = SweepOf({Perfect(Format::f32), plain});
  EXPECT_EQ(record.cells.size(), 2 * SweepOf({plain}).cells.size());
  EXPECT_EQ(Overall(record), Verdict::passed);
}

TEST(ReportTest, MergedTalliesCountTheSameAsOne) {
  const Kernel kernel = Wrong(Format::f32);
  Tally whole, first, second;
  for (std::uint64_t sample = 0; sample < 8; ++sample) {
    const Yardstick row(DrawRow(1, kSoftmaxF32, Families()[0], 9, sample, {}), sample);
    whole.Add(kernel, row);
    (sample < 4 ? first : second).Add(kernel, row);
  }
  first.Merge(second);
  Cell a, b;
  whole.Finish(&a);
  first.Finish(&b);
  EXPECT_EQ(a.count, b.count);
  EXPECT_EQ(a.ulp.max, b.ulp.max);
  EXPECT_EQ(a.ulp.p99, b.ulp.p99);
  EXPECT_EQ(a.worst.sample, b.worst.sample);
  EXPECT_EQ(a.note, b.note);
  EXPECT_NEAR(a.ulp.mean, b.ulp.mean, 1e-9 * a.ulp.mean);
}

TEST(ReportTest, QuantilesAreTightFromAbove) {
  Histogram histogram;
  for (int i = 1; i <= 1000; ++i) histogram.Add(i * 0.013);
  for (const double q : {0.5, 0.99, 0.999}) {
    const double exact = std::ceil(q * 1000) * 0.013;
    EXPECT_GE(histogram.Quantile(q), exact);
    EXPECT_LE(histogram.Quantile(q), exact * (1 + 1.0 / 128));
  }
  histogram.Add(std::numeric_limits<double>::infinity());
  EXPECT_EQ(histogram.Quantile(1), std::numeric_limits<double>::infinity());
}

TEST(ReportTest, FailureRateBoundIsClopperPearson) {
  EXPECT_EQ(FailureRateBound(0, 0), 1);
  EXPECT_EQ(FailureRateBound(5, 5), 1);
  EXPECT_NEAR(FailureRateBound(0, 100), 1 - std::pow(0.05, 0.01), 1e-12);
  EXPECT_NEAR(FailureRateBound(0, 3000000), 1e-6, 2e-9);
  // Having seen 1 of 20: P(at most 1 of 20) = 0.05 at the bound.
  const double p = FailureRateBound(1, 20);
  EXPECT_NEAR(std::pow(1 - p, 20) + 20 * p * std::pow(1 - p, 19), 0.05, 1e-9);
}

TEST(ReportTest, ThreadsDoNotChangeAByte) {
  const std::vector<Kernel> kernels = {Wrong(Format::f32), Perfect(Format::f16)};
  // The effort of the reference is counted over the process; a sweep reports its own share.
  EXPECT_EQ(RenderJson(SweepOf(kernels, 1)), RenderJson(SweepOf(kernels, 2)));
}

TEST(ReportTest, ElementsAreReachedAndSpread) {
  SweepOptions options;
  options.kernels = {Perfect(Format::f32), Perfect(Format::f32)};
  options.kernels[1].target = "OTHER";
  options.effort = &kEffort;
  options.elements = 40000;
  const Record record = Sweep(options, BuildContext());
  std::uint64_t total = 0;
  for (const Cell& cell : record.cells) total += cell.count;
  EXPECT_GE(total, 40000u);
  EXPECT_LE(total, 50000u);
  EXPECT_EQ(record.coverage.size(), 2u);
  EXPECT_EQ(record.coverage[0].samples + record.coverage[1].samples, total);
}

TEST(ReportTest, SpecialRowsAreJudgedByTheContract) {
  const auto verdict = [](const Kernel& kernel, const std::string& row) {
    for (const SpecialResult& result : RunSpecialRows(kernel, {})) {
      if (result.row == row) return result.verdict;
    }
    return Verdict::skipped;
  };
  Kernel kernel = Perfect(Format::f32);  // the reference: NaN for every +inf and for nothing but -inf
  EXPECT_EQ(verdict(kernel, "all_neg_inf"), Verdict::passed);
  EXPECT_EQ(verdict(kernel, "two_pos_inf"), Verdict::passed);
  EXPECT_EQ(verdict(kernel, "neg_inf_beside_finite"), Verdict::passed);
  kernel.contract.all_neg_inf = Contract::AllNegInf::zero;
  EXPECT_EQ(verdict(kernel, "all_neg_inf"), Verdict::failed);
  kernel.contract.pos_inf = Contract::PosInf::one_hot;
  EXPECT_EQ(verdict(kernel, "pos_inf"), Verdict::failed);

  Kernel limit = Spoilt(Format::f32, [](const std::vector<double>& x, std::vector<double>* y) {
    const auto infinities = std::count(x.begin(), x.end(), std::numeric_limits<double>::infinity());
    if (infinities == 0) return;
    for (std::size_t i = 0; i < x.size(); ++i) (*y)[i] = std::isinf(x[i]) ? 1.0 / static_cast<double>(infinities) : 0;
  });
  limit.contract.pos_inf = Contract::PosInf::one_hot;
  EXPECT_EQ(verdict(limit, "two_pos_inf"), Verdict::passed);
  limit.contract.pos_inf = Contract::PosInf::nan;
  EXPECT_EQ(verdict(limit, "two_pos_inf"), Verdict::failed);

  const Kernel negative_zero = Spoilt(Format::f32, [](const std::vector<double>&, std::vector<double>* y) {
    for (double& value : *y) value = value == 0 ? -0.0 : value;
  });
  EXPECT_EQ(verdict(negative_zero, "neg_inf_beside_finite"), Verdict::failed);
  const Kernel swallows_nan = Spoilt(Format::f32, [](const std::vector<double>&, std::vector<double>* y) {
    for (double& value : *y) value = std::isnan(value) ? 0.5 : value;
  });
  EXPECT_EQ(verdict(swallows_nan, "nan_middle"), Verdict::failed);
}

// The position of a column in a cell.
std::size_t At(std::string_view name) {
  const auto found = std::find_if(Columns().begin(), Columns().end(), [&](const Column& c) { return c.name == name; });
  return static_cast<std::size_t>(found - Columns().begin());
}

TEST(ReportTest, JsonFollowsTheSchema) {
  EXPECT_EQ(SchemaErrors(json::parse(RenderJson(GoodRecord()))), "");
  EXPECT_EQ(SchemaErrors(json::parse(RenderJson(BadRecord()))), "");
  // A record that does not say how much was done is none.
  Record nothing;
  nothing.context = BuildContext();
  EXPECT_THAT(SchemaErrors(json::parse(RenderJson(nothing))), HasSubstr("'effort'"));
}

TEST(ReportTest, ParametersAreNamedWhereGiven) {
  Record record = GoodRecord();
  EXPECT_EQ(json::parse(RenderJson(record))["context"]["parameters"], json::object());
  record.context.parameters.values.scale = 0.5;
  record.context.parameters.given.Add(Parameter::scale);
  const json document = json::parse(RenderJson(record));
  EXPECT_EQ(document["context"]["parameters"], (json{{"scale", "0x1p-1"}}));
  EXPECT_EQ(SchemaErrors(document), "");
  EXPECT_THAT(RenderMarkdown(record, Format::f32), HasSubstr("| scale "));
  for (Cell& cell : record.cells) {
    cell.worst.whole = false;
    EXPECT_THAT(ReproduceCommand(record, cell), HasSubstr(" --scale=0x1p-1 --family "));
  }
}

TEST(ReportTest, SchemaRejectsWhatIsBroken) {
  const json good = json::parse(RenderJson(BadRecord()));
  const auto rejected = [&](const std::function<void(json&)>& spoil) {
    json document = good;
    spoil(document);
    return !SchemaErrors(document).empty();
  };
  EXPECT_FALSE(rejected([](json&) {}));
  EXPECT_TRUE(rejected([](json& d) { d.erase("cells"); }));
  EXPECT_TRUE(rejected([](json& d) { d["schema_version"] = 1; }));
  EXPECT_TRUE(rejected([](json& d) { d["verdict"] = "GREEN"; }));
  EXPECT_TRUE(rejected([](json& d) { d["surprise"] = 1; }));
  EXPECT_TRUE(rejected([](json& d) { d["cells"][0][At("n")] = 0; }));
  EXPECT_TRUE(rejected([](json& d) { d["cells"][0][At("max_ulp")] = "big"; }));
  EXPECT_TRUE(rejected([](json& d) { d["cells"][0][At("max_ulp")] = nullptr; }));
  EXPECT_TRUE(rejected([](json& d) { d["cells"][0][At("correct")] = 1.5; }));
  EXPECT_TRUE(rejected([](json& d) { d["cells"][0][At("worst_got")] = "1.5"; }));
  EXPECT_TRUE(rejected([](json& d) { d["cells"][0].erase(At("bound_ulp")); }));
  EXPECT_TRUE(rejected([](json& d) { d["cells"][0].push_back(1); }));
  EXPECT_TRUE(rejected([](json& d) { d["columns"][0] = "op"; }));
  EXPECT_TRUE(rejected([](json& d) { d["profiles"][0]["magnitude"][0].erase(8); }));
  EXPECT_TRUE(rejected([](json& d) { d["profiles"][0]["errors"][0][1] = -1; }));
  EXPECT_TRUE(rejected([](json& d) { d["rows"][0].erase("options"); }));
  EXPECT_TRUE(rejected([](json& d) { d["special"][0]["outcome"] = "odd"; }));
  EXPECT_TRUE(rejected([](json& d) { d["context"].erase("commit"); }));
  EXPECT_FALSE(rejected([](json& d) { d["cells"][0][At("max_ulp")] = "inf"; }));
}

TEST(ReportTest, NumbersHaveSixDigitsAndWordsForTheRest) {
  Record record = GoodRecord();
  record.cells.resize(1);
  record.cells[0].ulp.max = 1.0 / 3;
  record.cells[0].bound = std::numeric_limits<double>::infinity();
  record.cells[0].sum_deviation = std::numeric_limits<double>::quiet_NaN();
  const json cell = json::parse(RenderJson(record))["cells"][0];
  EXPECT_EQ(cell[At("max_ulp")], 0.333333);
  EXPECT_EQ(cell[At("bound_ulp")], "inf");
  EXPECT_EQ(cell[At("sum_deviation_u")], "nan");
}

TEST(ReportTest, EveryWorstRowIsThereOnce) {
  const json document = json::parse(RenderJson(GoodRecord()));
  std::vector<json> rows;
  for (const json& row : document["rows"]) {
    for (const json& algorithm : row["algorithms"]) {
      rows.push_back({row["operation"], algorithm, row["format"], row["family"], row["n"], row["sample"]});
    }
  }
  for (const json& cell : document["cells"]) {
    const json key = {cell[At("operation")], cell[At("algorithm")], cell[At("format")],
                      cell[At("family")],    cell[At("n")],         cell[At("worst_sample")]};
    EXPECT_EQ(std::count(rows.begin(), rows.end(), key), 1);
  }
  for (const json& profile : document["profiles"]) {
    const std::string kernel = profile["kernel"];
    for (const char* by : {"distance", "magnitude"}) {
      for (const json& bin : profile[by]) {
        const json key = {"softmax", "spoilt", kernel.substr(kernel.rfind('.') + 1), profile["family"], bin[4], bin[5]};
        EXPECT_EQ(std::count(rows.begin(), rows.end(), key), 1) << key;
      }
    }
  }
}

// Sums over a profile are sums over its cells, and the largest error of a class is there.
TEST(ReportTest, ProfilesHoldWhatTheCellsHold) {
  constexpr double kInf = std::numeric_limits<double>::infinity();
  for (const Record* record : {&GoodRecord(), &BadRecord()}) {
    std::uint64_t profiled = 0;
    for (const Profile& profile : record->profiles) {
      std::uint64_t count = 0;
      double max_ulp = 0, bound = 0;
      for (const Cell& cell : record->cells) {
        if (cell.kernel != profile.kernel || cell.target != profile.target || cell.family != profile.family) continue;
        count += cell.count;
        max_ulp = std::max(max_ulp, cell.ulp.max);
        bound = std::max(bound, cell.bound);
      }
      std::uint64_t errors = 0;
      for (const auto& [edge, octave] : profile.errors) errors += octave;
      EXPECT_EQ(errors, count);
      EXPECT_EQ(profile.errors.back().first, max_ulp < 0x1p-10 ? -kInf : std::floor(std::log2(max_ulp)));
      for (const auto* bins : {&profile.distance, &profile.magnitude}) {
        std::uint64_t results = 0;
        double largest = 0, largest_bound = 0;
        for (const ErrorBin& bin : *bins) {
          results += bin.count;
          largest = std::max(largest, bin.max_ulp);
          largest_bound = std::max(largest_bound, bin.bound);
        }
        // Logits of -inf are at no distance; no result is infinite.
        if (bins == &profile.distance && (profile.family == "masked" || profile.family == "scores_causal")) {
          EXPECT_LT(results, count);
          continue;
        }
        EXPECT_EQ(results, count) << profile.family;
        EXPECT_EQ(largest, max_ulp);
        EXPECT_EQ(largest_bound, bound);
      }
      profiled += count;
    }
    std::uint64_t total = 0;
    for (const Cell& cell : record->cells) total += cell.count;
    EXPECT_EQ(profiled, total);
  }
}

TEST(ReportTest, ClassesAreByDistanceAndMagnitude) {
  constexpr double kInf = std::numeric_limits<double>::infinity();
  const auto edges = [](double (*edge)(std::size_t), const std::vector<std::uint8_t>& bins) {
    std::vector<double> found;
    for (const std::uint8_t bin : bins) found.push_back(bin == kNoBin ? -1 : edge(bin));
    return found;
  };
  Row row = Logits({0, 2, 1.9375, 1, -8190, -kInf});
  EXPECT_THAT(edges(DistanceEdge, DistanceBins(Case(row))), testing::ElementsAre(2, 0, 0, 1, 1024, -1));
  row.parameters.temperature = 4;
  EXPECT_THAT(edges(DistanceEdge, DistanceBins(Case(row))), testing::ElementsAre(0.5, 0, 0, 0.25, 1024, -1));
  // y = 1 / (1 + 2^-k): its exponent is -1; the other one's -k.
  const double binade = std::log(2.0);
  EXPECT_THAT(edges(MagnitudeEdge, MagnitudeBins(Case(Logits({0, -5.5 * binade, -kInf})))),
              testing::ElementsAre(-1, -7, -kInf));
  EXPECT_THAT(edges(MagnitudeEdge, MagnitudeBins(Case(Logits({0, -1e6})))),
              testing::ElementsAre(-1, -4095));
  Row sum = Logits({20, 1});
  sum.operation = Operation::logsumexp;
  EXPECT_THAT(edges(MagnitudeEdge, MagnitudeBins(Case(sum))), testing::ElementsAre(4));
  EXPECT_THAT(DistanceBins(Case(sum)), testing::ElementsAre(kNoBin));
  for (std::size_t bin = 1; bin < kMagnitudeBins; ++bin) EXPECT_LT(MagnitudeEdge(bin - 1), MagnitudeEdge(bin));
  for (std::size_t bin = 1; bin < kDistanceBins; ++bin) EXPECT_LT(DistanceEdge(bin - 1), DistanceEdge(bin));
}

TEST(ReportTest, CsvHasALineACell) {
  std::istringstream text(RenderCsv(GoodRecord()));
  std::size_t lines = 0;
  std::ptrdiff_t commas = -1;
  for (std::string line; std::getline(text, line); ++lines) {
    if (commas < 0) commas = std::count(line.begin(), line.end(), ',');
    EXPECT_EQ(std::count(line.begin(), line.end(), ','), commas) << line;
  }
  EXPECT_EQ(lines, GoodRecord().cells.size() + 1);
}

TEST(ReportTest, MarkdownIsAboutOneFormat) {
  const std::string text = RenderMarkdown(GoodRecord(), Format::bf16);
  EXPECT_THAT(text, HasSubstr("# Precision report: bf16\n\n**PASSED**"));
  EXPECT_THAT(text, HasSubstr("Nothing failed."));
  EXPECT_THAT(text, HasSubstr("softmax.spoilt.bf16"));
  EXPECT_THAT(text, Not(HasSubstr("softmax.spoilt.f32")));
  EXPECT_THAT(RenderIndex(GoodRecord()), HasSubstr("[bf16](softmax-verify-bf16.md#softmax)"));
}

// What they show is tested in a browser (html_test.py).
TEST(ReportTest, PagesAskForNothingAndAreNotEndedByTheirData) {
  Record record = BadRecord();
  record.cells[0].note = "</script><script src=elsewhere>";
  for (const std::string& page : {RenderHtml(record, Format::f32), RenderHtmlIndex(record)}) {
    EXPECT_THAT(page, HasSubstr("\\u003c/script>\\u003cscript src=elsewhere>"));
    EXPECT_THAT(page, Not(HasSubstr("<script src")));
    EXPECT_THAT(page, Not(HasSubstr("<link rel=\"stylesheet\"")));
  }
}

TEST(ReportTest, FilesAppearWhole) {
  const std::filesystem::path directory = std::filesystem::path(testing::TempDir()) / "softmax_verify_report_test";
  std::filesystem::remove_all(directory);
  WriteReports(GoodRecord(), directory);
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(directory)) names.push_back(entry.path().filename());
  std::vector<std::string> expected = {"index.md", "index.html"};
  for (const char* format : {"f32", "bf16"}) {
    for (const char* kind : {"json", "csv", "md", "html"}) {
      expected.push_back(fmt::format("softmax-verify-{}.{}", format, kind));
    }
  }
  EXPECT_THAT(names, testing::UnorderedElementsAreArray(expected));
  EXPECT_THROW(WriteAtomically("/nowhere/file", "text"), std::system_error);
  std::filesystem::remove_all(directory);
}

}  // namespace
}  // namespace softmax_verify
