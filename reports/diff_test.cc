// Two records side by side: what is found, and what is left to chance.
#include "reports/diff.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <boost/math/distributions/binomial.hpp>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "reports/context.h"
#include "reports/read_json.h"
#include "reports/render.h"
#include "reports/spoilt_kernel.h"
#include "reports/sweep.h"
#include "verify/random.h"
#include "verify/ulp.h"

namespace softmax_verify {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::Not;

constexpr std::size_t kLengths[] = {1, 5, 40};
constexpr Effort kEffort{"test", kLengths, 200, 40};

Record SweepOf(const std::vector<Kernel>& kernels, std::uint64_t seed = 7) {
  SweepOptions options;
  options.kernels = kernels;
  options.effort = &kEffort;
  options.threads = 1;
  Context context = BuildContext();
  context.effort = "test";
  context.seed = seed;
  context.targets = {"TEST"};
  return Sweep(options, context);
}

using Spoiler = std::function<void(const std::vector<double>&, std::vector<double>*)>;

// Right but for half an ulp here and there: what depends on the rows differs from seed to seed.
void Blur(const std::vector<double>& x, std::vector<double>* y) {
  for (std::size_t i = 0; i < y->size(); ++i) {
    if (HashOf(fmt::format("{:a}", x[i])) % 3 == 0 && (*y)[i] > 0) (*y)[i] = NextDown(Format::f32, (*y)[i]);
  }
}
Record Blurred(std::uint64_t seed, Format format = Format::f32) { return SweepOf({Spoilt(format, Blur)}, seed); }

std::uint64_t Count(const RecordDifference& difference, Change change) {
  return difference.counts[static_cast<std::size_t>(change)];
}

TEST(ReadJson, GivesBackWhatWasWritten) {
  Record record = SweepOf({Spoilt(Format::f32, Blur), Spoilt(Format::bf16, [](const auto&, auto* y) { y->back() *= 1.5; })});
  record.context.parameters.values.scale = 0.5;
  record.context.parameters.given.Add(Parameter::scale);
  record.input.push_back({Format::f32, 10, 3});
  record.coverage.front().exhaustive = true;
  record.cells[0].ulp.max = std::numeric_limits<double>::infinity();
  record.cells[0].sum_deviation = std::numeric_limits<double>::quiet_NaN();
  const std::string text = RenderJson(record);
  EXPECT_EQ(RenderJson(ReadJson(text)), text);
}

TEST(ReadJson, SaysWhatIsWrongInOneLine) {
  const json good = json::parse(RenderJson(Blurred(7)));
  const auto error_of = [](const std::string& text) -> std::string {
    try {
      ReadJson(text);
    } catch (const std::invalid_argument& error) {
      EXPECT_EQ(std::string(error.what()).find('\n'), std::string::npos) << error.what();
      return error.what();
    }
    return "read";
  };
  const auto spoilt = [&](const std::function<void(json&)>& spoil) {
    json document = good;
    spoil(document);
    return error_of(document.dump());
  };
  EXPECT_EQ(spoilt([](json&) {}), "read");
  EXPECT_THAT(error_of("{"), HasSubstr("is no JSON"));
  EXPECT_THAT(error_of("[1]"), HasSubstr("is no report record; wanted is what 'softmax-verify report --json FILE'"));
  EXPECT_THAT(error_of(R"({"schema_version": 3, "laws": []})"), HasSubstr("is no report record"));
  EXPECT_THAT(spoilt([](json& d) { d["schema_version"] = 1; }), HasSubstr("has schema_version 1, and this program reads"));
  EXPECT_THAT(spoilt([](json& d) { d["columns"][0] = "op"; }), HasSubstr("\"columns\" are others"));
  EXPECT_THAT(spoilt([](json& d) { d["cells"][2].erase(0); }), HasSubstr("cells[2]: it has 30 entries"));
  EXPECT_THAT(spoilt([](json& d) { d["cells"][1][0] = "sofmax"; }), HasSubstr("cells[1]: operation: there is no operation 'sofmax'"));
  EXPECT_THAT(spoilt([](json& d) { d["cells"][1][10] = "big"; }), HasSubstr("cells[1]: max_ulp: \"big\" is no number"));
  EXPECT_THAT(spoilt([](json& d) { d["cells"][1][6] = -1; }), HasSubstr("cells[1]: rows: -1 is no count"));
  EXPECT_THAT(spoilt([](json& d) { d["special"][0]["kernel"] = "x.y"; }), HasSubstr("special[0]: 'x.y' is no kernel"));
  EXPECT_THAT(spoilt([](json& d) { d["special"][0]["verdict"] = "GREEN"; }), HasSubstr("no verdict 'GREEN'"));
  EXPECT_THAT(spoilt([](json& d) { d["context"].erase("seed"); }), HasSubstr("seed"));
  EXPECT_THAT(spoilt([](json& d) { d["context"]["parameters"]["tempo"] = "1"; }), HasSubstr("no parameter 'tempo'"));
  EXPECT_THAT(spoilt([](json& d) { d["rows"] = json::array(); }), HasSubstr("is missing from \"rows\""));
  EXPECT_THROW(ReadJsonFile("/nowhere.json"), std::invalid_argument);
}

TEST(Diff, SameSeedSameRecord) {
  const Record record = Blurred(7), again = ReadJson(RenderJson(Blurred(7)));
  const RecordDifference difference = Compare(record, again);
  EXPECT_FALSE(difference.IsWorse());
  EXPECT_EQ(difference.other_rows, 0u);
  EXPECT_EQ(Count(difference, Change::unchanged), record.cells.size() + record.special.size());
  EXPECT_THAT(RenderDiff(difference), HasSubstr("NOT WORSE: "));
}

// One ulp more in one result of all is found, and nothing else is.
TEST(Diff, FindsOneUlpInOneCell) {
  const Row row = DrawRow(7, FullSignature(Operation::softmax, Format::f32), *FindFamily("normal_10"), 40, 3, {});
  const Record before = SweepOf({Spoilt(Format::f32, Blur)});
  const Record after = SweepOf({Spoilt(Format::f32, [&](const std::vector<double>& x, std::vector<double>* y) {
    Blur(x, y);
    if (x == row.x) (*y)[17] = NextDown(Format::f32, (*y)[17]);
  })});
  const RecordDifference difference = Compare(before, after);
  ASSERT_EQ(Count(difference, Change::worse), 1u);
  EXPECT_EQ(Count(difference, Change::unchanged) + 1, before.cells.size() + before.special.size());
  const CellDifference& worse = difference.cells.front();
  EXPECT_EQ(worse.after->family, "normal_10");
  EXPECT_EQ(worse.after->n, 40u);
  EXPECT_TRUE(worse.same_rows);
  EXPECT_TRUE(std::any_of(worse.figures.begin(), worse.figures.end(), [](const Figure& figure) {
    return figure.name == "mean_ulp" && figure.change == Change::worse;
  }));

  const std::string text = RenderDiff(difference);
  EXPECT_THAT(text, HasSubstr("WORSE  softmax.spoilt.f32  TEST  normal_10  n=40\n"));
  EXPECT_THAT(text, HasSubstr("WORSE: 1 worse, "));
  const json document = json::parse(RenderDiffJson(difference));
  EXPECT_EQ(document["cells"].size(), 1u);
  EXPECT_EQ(document["cells"][0]["family"], "normal_10");
  EXPECT_EQ(document["worse"], true);
  EXPECT_THAT(RenderDiffMarkdown(difference), HasSubstr("| `softmax.spoilt.f32` | TEST | normal\\_10, n = 40 |"));
  EXPECT_THAT(RenderDiffJUnit(difference), HasSubstr("tests=\"1\" failures=\"1\" skipped=\"0\""));
  EXPECT_THAT(RenderDiffAnnotations(difference), HasSubstr("::error title=softmax.spoilt.f32 on TEST%3A worse::normal_10 n=40: "));

  const RecordDifference back = Compare(after, before);
  EXPECT_FALSE(back.IsWorse());
  EXPECT_EQ(Count(back, Change::better), 1u);
  EXPECT_THAT(RenderDiffJUnit(back), HasSubstr("failures=\"0\""));
  EXPECT_THAT(RenderDiffAnnotations(back), HasSubstr("::notice title=accuracy::1 better, "));
}

TEST(Diff, OtherSeedsAreNoAlarm) {
  std::vector<Record> records;
  for (std::uint64_t seed = 1; seed <= 6; ++seed) records.push_back(Blurred(seed));
  for (const Record& before : records) {
    for (const Record& after : records) {
      if (&before == &after) continue;
      const RecordDifference difference = Compare(before, after);
      EXPECT_EQ(difference.other_rows, before.cells.size());
      EXPECT_EQ(Count(difference, Change::unchanged), before.cells.size() + before.special.size())
          << RenderDiff(difference);
      EXPECT_THAT(RenderDiff(difference), HasSubstr("cells were measured on different rows"));
    }
  }
}

// A cell as a sweep makes it.
Record OneCell(std::uint64_t seed, std::uint64_t rows, double correct, std::uint64_t failed_rows = 0) {
  Record record;
  record.context.seed = seed;
  Cell& cell = record.cells.emplace_back();
  cell.kernel = "softmax.online.f32";
  cell.algorithm = "online";
  cell.target = "AVX2";
  cell.family = "normal_1";
  cell.n = 100;
  cell.rows = rows;
  cell.count = 100 * rows;
  cell.correct = cell.faithful = correct;
  cell.failed_rows = failed_rows;
  cell.verdict = failed_rows > 0 ? Verdict::failed : Verdict::passed;
  return record;
}

TEST(Diff, WhatOtherRowsTell) {
  const auto compare = [](const Record& before, const Record& after) {
    const RecordDifference difference = Compare(before, after);
    EXPECT_EQ(difference.other_rows, 1u);
    return difference.cells.front().change;
  };
  // Shares that no sample of so many rows would show.
  EXPECT_EQ(compare(OneCell(1, 1000, 0.99), OneCell(2, 1000, 0.7)), Change::worse);
  EXPECT_EQ(compare(OneCell(1, 1000, 0.7), OneCell(2, 1000, 0.99)), Change::better);
  EXPECT_EQ(compare(OneCell(1, 1000, 0.6), OneCell(2, 1000, 0.5)), Change::unchanged);
  EXPECT_EQ(compare(OneCell(1, 4, 1), OneCell(2, 4, 0)), Change::unchanged) << "four rows may be of any kind";
  EXPECT_EQ(compare(OneCell(1, 1000, 0.99), OneCell(1, 900, 0.7)), Change::worse) << "one seed, other numbers of rows";
  // A broken bound is proved; an unbroken one is not.
  EXPECT_EQ(compare(OneCell(1, 1000, 0.6), OneCell(2, 1000, 0.6, 1)), Change::worse);
  EXPECT_EQ(compare(OneCell(1, 1000, 0.6, 1), OneCell(2, 1000, 0.6)), Change::unchanged);
  EXPECT_EQ(compare(OneCell(1, 1000, 0.6, 100), OneCell(2, 1000, 0.6)), Change::better);
  EXPECT_EQ(compare(OneCell(1, 1000, 0.6, 100), OneCell(2, 1000, 0.6, 120)), Change::unchanged);
  EXPECT_EQ(compare(OneCell(1, 1000, 0.6, 100), OneCell(2, 1000, 0.6, 300)), Change::worse);
  // Rows of different numbers of results: their shares are no means over rows.
  Record before = OneCell(1, 1000, 0.99), after = OneCell(2, 1000, 0.1);
  after.cells[0].count += 17;
  EXPECT_EQ(compare(before, after), Change::unchanged);
}

TEST(Diff, OnTheSameRowsAnythingWorseIsWorse) {
  const auto change = [](const std::function<void(Cell*)>& edit) {
    const Record before = OneCell(1, 100, 0.5);
    Record after = before;
    edit(&after.cells[0]);
    return Compare(before, after).cells.front().change;
  };
  EXPECT_EQ(change([](Cell*) {}), Change::unchanged);
  EXPECT_EQ(change([](Cell* cell) { cell->ulp.max = 0.5; }), Change::worse);
  EXPECT_EQ(change([](Cell* cell) { cell->ulp.max = std::numeric_limits<double>::infinity(); }), Change::worse);
  EXPECT_EQ(change([](Cell* cell) { cell->correct = 0.51; }), Change::better);
  EXPECT_EQ(change([](Cell* cell) { cell->correct = 0.51, cell->inversions = 1; }), Change::worse);
  EXPECT_EQ(change([](Cell* cell) { cell->ulp.signed_mean = -0.1; }), Change::changed);
  EXPECT_EQ(change([](Cell* cell) { cell->verdict = Verdict::unclaimed; }), Change::worse);
  EXPECT_EQ(change([](Cell* cell) { cell->verdict = Verdict::failed; }), Change::worse);
  EXPECT_EQ(change([](Cell* cell) { cell->bound = 3; }), Change::worse) << "it promises less";
  EXPECT_EQ(change([](Cell* cell) { cell->bound_ratio = 0.3; }), Change::worse);
  EXPECT_EQ(change([](Cell* cell) { cell->ulp.mean = 1e-9; }), Change::worse);
}

TEST(Diff, ShareOfATighterBoundIsNotWorse) {
  Record before = OneCell(1, 100, 0.5), after = before;
  before.cells[0].bound = 10;
  after.cells[0].bound = 5;
  after.cells[0].bound_ratio = 2 * (before.cells[0].bound_ratio = 0.3);
  EXPECT_EQ(Compare(before, after).cells.front().change, Change::better);
}

TEST(Diff, WorstFirst) {
  Record before = OneCell(1, 100, 0.5), after;
  before.cells.resize(4, before.cells[0]);
  for (std::size_t i = 0; i < 4; ++i) before.cells[i].family = fmt::format("family_{}", i);
  after = before;
  after.cells[1].ulp.max = 2;
  after.cells[2].ulp.max = 30;
  after.cells[3].ulp.max = 1;
  after.cells[3].verdict = Verdict::failed;
  std::string order;
  for (const CellDifference& difference : Compare(before, after).cells) order += difference.cell().family.back();
  EXPECT_EQ(order, "3210");
}

TEST(Diff, NewGoneAndSpecialRows) {
  Record before = OneCell(1, 100, 0.5), after = before;
  before.cells.push_back(before.cells[0]);
  before.cells[1].n = 7;
  after.cells.push_back(after.cells[0]);
  after.cells[1].target = "AVX3";
  const SpecialResult special{"softmax.online.f32", Operation::softmax, Format::f32, "AVX2", "nan_first", "nan", Verdict::passed};
  for (Record* record : {&before, &after}) record->special.resize(3, special);
  before.special[1].row = after.special[1].row = "pos_inf";
  after.special[1].outcome = "one_hot";
  before.special[2].row = after.special[2].row = "all_neg_inf";
  after.special[2].outcome = "uniform";
  after.special[2].verdict = Verdict::failed;
  const RecordDifference difference = Compare(before, after);
  EXPECT_EQ(Count(difference, Change::added), 1u);
  EXPECT_EQ(Count(difference, Change::gone), 1u);
  EXPECT_EQ(Count(difference, Change::worse), 1u);
  EXPECT_EQ(Count(difference, Change::changed), 1u);
  EXPECT_EQ(Count(difference, Change::unchanged), 2u);
  const std::string text = RenderDiff(difference);
  EXPECT_THAT(text, HasSubstr("WORSE  softmax.online.f32  AVX2  special row all_neg_inf\n       PASSED nan -> FAILED uniform\n"));
  EXPECT_THAT(text, HasSubstr("changed  softmax.online.f32  AVX2  special row pos_inf: PASSED nan -> PASSED one_hot\n"));
  EXPECT_THAT(text, HasSubstr("new      softmax.online.f32 AVX3 (1)\n"));
  EXPECT_THAT(text, HasSubstr("gone     softmax.online.f32 AVX2 (1)\n"));
  // What was not compared is not there.
  after.cells[0].count = 0;
  after.cells[0].verdict = Verdict::skipped;
  EXPECT_THROW(Compare(before, after), std::invalid_argument) << "no cell in common";
}

TEST(Diff, OneSeedMayHaveOtherRows) {
  Record before = OneCell(1, 100, 0.5), after = OneCell(1, 100, 0.4);
  EXPECT_EQ(Compare(before, after).cells.front().change, Change::worse);
  before.cells[0].worst.row = "x=0x1p+0";
  after.cells[0].worst.row = "x=0x1p+1";
  EXPECT_EQ(Compare(before, after).cells.front().change, Change::unchanged) << "the families draw otherwise";
  after.cells[0].worst.sample = 1;
  EXPECT_EQ(Compare(before, after).cells.front().change, Change::worse) << "no sample in common to tell";
}

TEST(Diff, RefusesWhatCannotBeCompared) {
  const auto error_of = [](const Record& before, const Record& after) -> std::string {
    try {
      Compare(before, after);
    } catch (const std::invalid_argument& error) {
      return error.what();
    }
    return "compared";
  };
  const Record before = OneCell(1, 100, 0.5);
  Record after = before;
  after.context.parameters.given.Add(Parameter::scale);
  EXPECT_THAT(error_of(before, after), HasSubstr("(old: none; new: --scale=0x1p+0)"));
  after = before;
  after.context.input = "x.npy";
  EXPECT_THAT(error_of(before, after), HasSubstr("(old: the families; new: 'x.npy')"));
  Record input = after;
  input.context.seed = 2;
  EXPECT_EQ(error_of(input, after), "compared") << "rows of a file are the same for every seed";
  input.cells[0].rows += 1;
  EXPECT_THAT(error_of(input, after), HasSubstr("different contents of 'x.npy'"));
  after = before;
  after.cells[0].n = 101;
  EXPECT_THAT(error_of(before, after), HasSubstr("no cell in common"));
}

// The probability of at most k hits.
double AtMost(std::uint64_t k, std::uint64_t n, double p) {
  return boost::math::cdf(boost::math::binomial_distribution<>(static_cast<double>(n), p), static_cast<double>(k));
}
double AtLeast(std::uint64_t k, std::uint64_t n, double p) { return k == 0 ? 1 : 1 - AtMost(k - 1, n, p); }

TEST(Sampling, IntervalsMissAsSeldomAsTheySay) {
  for (const double miss : {0.05, 1e-3}) {
    for (const std::uint64_t n : {1u, 7u, 50u}) {
      // Of a coin that falls with probability p: the chance of a sample whose interval misses p, exactly.
      for (const double p : {0.0, 1e-3, 0.1, 0.5, 0.77, 0.99, 1.0}) {
        double rate_misses = 0, mean_misses = 0;
        for (std::uint64_t k = 0; k <= n; ++k) {
          const double probability = boost::math::pdf(boost::math::binomial_distribution<>(static_cast<double>(n), p), static_cast<double>(k));
          const double mean = static_cast<double>(k) / static_cast<double>(n);
          const Interval rate = RateInterval(k, n, miss), interval = MeanInterval(mean, mean, n, miss);
          EXPECT_LE(rate.low, mean);
          EXPECT_GE(rate.high, mean);
          EXPECT_LE(interval.low, rate.low * (1 + 1e-12)) << "Hoeffding's is for all distributions, and wider";
          EXPECT_GE(interval.high, rate.high * (1 - 1e-12));
          if (p < rate.low || p > rate.high) rate_misses += probability;
          if (p < interval.low || p > interval.high) mean_misses += probability;
        }
        EXPECT_LE(rate_misses, miss * (1 + 1e-9)) << n << " " << p;
        EXPECT_LE(mean_misses, miss) << n << " " << p;
      }
    }
  }
}

TEST(Sampling, IntervalsAtTheirEnds) {
  constexpr double kMiss = 1e-9;
  const Interval none = RateInterval(0, 1000, kMiss), all = RateInterval(1000, 1000, kMiss), some = RateInterval(3, 1000, kMiss);
  EXPECT_EQ(none.low, 0);
  EXPECT_EQ(all.high, 1);
  EXPECT_NEAR(AtMost(0, 1000, none.high), kMiss / 2, 1e-15);
  EXPECT_NEAR(AtMost(3, 1000, some.high), kMiss / 2, 1e-15);
  EXPECT_NEAR(AtLeast(3, 1000, some.low), kMiss / 2, 1e-13);
  EXPECT_NEAR(all.low, 1 - none.high, 1e-12);
  EXPECT_EQ(RateInterval(0, 0, kMiss).high, 1);
  // 1000 kl(1, q) = log(2 / miss), kl(1, q) = -log q.
  const Interval mean = MeanInterval(1, 1, 1000, kMiss);
  EXPECT_EQ(mean.high, 1);
  EXPECT_NEAR(mean.low, std::pow(kMiss / 2, 1e-3), 1e-12);
  EXPECT_LT(MeanInterval(0.4, 0.6, 1000, kMiss).low, MeanInterval(0.5, 0.5, 1000, kMiss).low);
  EXPECT_TRUE((Interval{0, 0.2}).IsBelow({0.3, 1}));
  EXPECT_TRUE((Interval{0, 0.3}).Overlaps({0.3, 1}));
}

}  // namespace
}  // namespace softmax_verify
