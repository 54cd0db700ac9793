// The ratchet: what is worse or stale fails, what is better prints its line.
#include "reports/baseline.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <limits>

#include "reports/render.h"

namespace softmax_verify {
namespace {

using testing::HasSubstr;
using testing::Not;

const RunKey kRun = {{"command", "report"}, {"seed", "1"}, {"effort", "quick"}};

Item Measured(const std::string& what, double max_ulp, Verdict verdict = Verdict::passed) {
  return {.kernel = "softmax.online.f32", .target = "AVX2", .what = what, .verdict = verdict, .max_ulp = max_ulp};
}
Item Law(const std::string& name, Verdict verdict) {
  return {.kernel = "my_softmax", .what = name, .verdict = verdict, .message = "0.5 is not 1", .details = "row"};
}

const std::vector<Item>& Items() {
  static const std::vector<Item> items = {Measured("normal_1", 1.0 / 3), Measured("wide", 0.5),
                                          Measured("naive", std::numeric_limits<double>::infinity(), Verdict::unclaimed),
                                          Law("softmax.order", Verdict::passed), Law("softmax.range", Verdict::failed),
                                          Law("softmax.scale", Verdict::mistrusted)};
  return items;
}

// Written to a file and read again.
Baseline Again(const std::string& text) {
  const std::string path = std::filesystem::path(testing::TempDir()) / "softmax_verify_baseline.json";
  WriteAtomically(path, text);
  return ReadBaselineFile(path);
}

BaselineResult After(const std::function<void(std::vector<Item>*)>& edit) {
  std::vector<Item> items = Items();
  edit(&items);
  return CompareWith(Again(RenderBaseline(BaselineOf(kRun, Items()))), items);
}

std::string ErrorOf(const std::function<void()>& call) {
  try {
    call();
  } catch (const std::invalid_argument& error) {
    EXPECT_EQ(std::string(error.what()).find('\n'), std::string::npos);
    return error.what();
  }
  return "";
}

TEST(Baseline, HoldsWhatWasMeasuredAndWhatFailed) {
  const std::string text = RenderBaseline(BaselineOf(kRun, Items()));
  EXPECT_EQ(text,
            R"({
  "baseline_version": 1,
  "run": {"command":"report","effort":"quick","seed":"1"},
  "allowances": [
    {"kernel":"softmax.online.f32","target":"AVX2","what":"normal_1","verdict":"PASSED","max_ulp":0.333333},
    {"kernel":"softmax.online.f32","target":"AVX2","what":"wide","verdict":"PASSED","max_ulp":0.5},
    {"kernel":"softmax.online.f32","target":"AVX2","what":"naive","verdict":"UNCLAIMED","max_ulp":"inf"},
    {"kernel":"my_softmax","what":"softmax.range","verdict":"FAILED"}
  ]
}
)");
  EXPECT_EQ(RenderBaseline(Again(text)), text);
  EXPECT_EQ(RenderBaseline(Again(RenderBaseline({kRun, {}}))), RenderBaseline({kRun, {}}));
}

TEST(Baseline, WhatIsAllowedPasses) {
  const BaselineResult result = After([](std::vector<Item>*) {});
  EXPECT_FALSE(result.Fails());
  EXPECT_TRUE(result.findings.empty());
  EXPECT_EQ(result.as_allowed, Items().size());
  EXPECT_EQ(RenderText(result, "b.json"), "\nPASSED by the baseline b.json: 6 as allowed\n");
  for (const Item& item : Ratcheted(Items(), result)) EXPECT_NE(item.verdict, Verdict::failed) << item.what;
}

TEST(Baseline, WorseFails) {
  const BaselineResult ulp = After([](auto* items) { (*items)[1].max_ulp = 0.500001; });
  EXPECT_TRUE(ulp.Fails());
  EXPECT_THAT(RenderText(ulp, "b"), HasSubstr("WORSE   softmax.online.f32  AVX2  wide: max_ulp 0.500001, allowed 0.5\n"));
  EXPECT_THAT(RenderText(ulp, "b"), HasSubstr("FAILED by the baseline b: 5 as allowed, 1 WORSE\n"));
  EXPECT_EQ(Ratcheted(Items(), ulp)[1].verdict, Verdict::failed);

  EXPECT_TRUE(After([](auto* items) { (*items)[0].verdict = Verdict::unclaimed; }).Fails());
  EXPECT_TRUE(After([](auto* items) { (*items)[3].verdict = Verdict::failed; }).Fails()) << "not allowed to";
  EXPECT_TRUE(After([](auto* items) { items->push_back(Law("softmax.nan", Verdict::failed)); }).Fails());
  EXPECT_TRUE(After([](auto* items) { (*items)[1].max_ulp = 7, (*items)[1].verdict = Verdict::passed; }).Fails());
  EXPECT_TRUE(After([](auto* items) { (*items)[2].max_ulp = 1, (*items)[2].verdict = Verdict::failed; }).Fails());
}

TEST(Baseline, BetterPrintsTheLineToCommit) {
  const BaselineResult result = After([](auto* items) {
    (*items)[1].max_ulp = 0.25;
    (*items)[4].verdict = Verdict::passed;
  });
  EXPECT_FALSE(result.Fails());
  const std::string text = RenderText(result, "b");
  EXPECT_THAT(text, HasSubstr("better  softmax.online.f32  AVX2  wide: max_ulp 0.25, allowed 0.5\n        {\"kernel\":\"softmax."
                              "online.f32\",\"target\":\"AVX2\",\"what\":\"wide\",\"verdict\":\"PASSED\",\"max_ulp\":0.25}\n"));
  EXPECT_THAT(text, HasSubstr("better  my_softmax  softmax.range: PASSED, allowed FAILED\n        take its line out\n"));
}

TEST(Baseline, StaleFails) {
  const BaselineResult result = After([](auto* items) { items->erase(items->begin()); });
  EXPECT_TRUE(result.Fails());
  EXPECT_THAT(RenderText(result, "b"), HasSubstr("STALE   softmax.online.f32  AVX2  normal_1: is allowed, and this run has "
                                                 "nothing of that name\n        take its line out\n"));
  std::vector<Item> items = Items();
  items.erase(items.begin());
  EXPECT_EQ(Ratcheted(items, result).back().what, "normal_1");
  EXPECT_EQ(Ratcheted(items, result).back().verdict, Verdict::failed);
}

TEST(Baseline, NewPrintsItsLine) {
  const BaselineResult result = After([](auto* items) { items->push_back(Measured("ties", 2)); });
  EXPECT_FALSE(result.Fails());
  EXPECT_THAT(RenderText(result, "b"), HasSubstr("new     softmax.online.f32  AVX2  ties: not in the baseline\n        {"));
}

TEST(Baseline, IsOfRunsAlike) {
  const Baseline baseline = BaselineOf(kRun, Items());
  EXPECT_EQ(ErrorOf([&] { RequireSameRun(baseline, kRun, "b"); }), "");
  RunKey other = kRun;
  other["seed"] = "2";
  EXPECT_THAT(ErrorOf([&] { RequireSameRun(baseline, other, "b"); }),
              HasSubstr("'b' was made with seed '1', and this run is '2'"));
  other = kRun;
  other.erase("effort");
  EXPECT_THAT(ErrorOf([&] { RequireSameRun(baseline, other, "b"); }), HasSubstr("effort 'quick', and this run is without"));
}

TEST(Baseline, SaysWhatIsWrongInOneLine) {
  const auto error_of = [](const std::string& text) { return ErrorOf([&] { Again(text); }); };
  const std::string good = RenderBaseline(BaselineOf(kRun, Items()));
  const auto spoilt = [&](const std::string& from, const std::string& to) {
    std::string text = good;
    text.replace(text.find(from), from.size(), to);
    return error_of(text);
  };
  EXPECT_EQ(error_of(good), "");
  EXPECT_THAT(error_of("{"), HasSubstr("softmax_verify_baseline.json' is no baseline"));
  EXPECT_THAT(error_of("{}"), HasSubstr("wanted is what --write-baseline writes"));
  EXPECT_THAT(spoilt("\"baseline_version\": 1", "\"baseline_version\": 9"), HasSubstr("baseline_version 9"));
  EXPECT_THAT(spoilt("UNCLAIMED", "GREEN"), HasSubstr("no verdict 'GREEN'"));
  EXPECT_THAT(spoilt("max_ulp", "max_upl"), HasSubstr("no \"max_upl\"; an allowance has kernel, target, what, verdict, max_ulp"));
  EXPECT_THAT(spoilt("\"what\":\"wide\"", "\"what\":\"normal_1\""), HasSubstr("two lines are about softmax.online.f32  AVX2  normal_1"));
  EXPECT_THAT(ErrorOf([] { ReadBaselineFile("/nowhere"); }), HasSubstr("cannot read '/nowhere'"));
}

TEST(Items, OfARecordAreTheWorstOfEachFamily) {
  Record record;
  Cell cell;
  cell.kernel = "softmax.online.f32";
  cell.target = "AVX2";
  cell.family = "wide";
  cell.count = 4;
  cell.verdict = Verdict::passed;
  for (const double ulp : {1.0, 3.0, 2.0}) {
    cell.n += 1;
    cell.ulp.max = ulp;
    record.cells.push_back(cell);
  }
  record.cells[1].verdict = Verdict::unclaimed;
  cell.n = 9;
  cell.count = 0;
  cell.verdict = Verdict::skipped;
  record.cells.push_back(cell);
  record.special.push_back({"softmax.online.f32", Operation::softmax, Format::f32, "AVX2", "pos_inf", "zero", Verdict::failed});
  std::vector<Item> items = ItemsOf(record);
  ASSERT_EQ(items.size(), 2u);
  EXPECT_EQ(NameOf(items[0]), "softmax.online.f32  AVX2  wide");
  EXPECT_EQ(items[0].verdict, Verdict::unclaimed);
  EXPECT_EQ(items[0].max_ulp, 3);
  EXPECT_EQ(items[1].message, "gives zero");
  EXPECT_THAT(RenderJUnit("s", items), HasSubstr("<testsuite name=\"s\" tests=\"2\" failures=\"1\" skipped=\"0\">"));
  EXPECT_THAT(RenderJUnit("s", items), HasSubstr("name=\"AVX2 special row pos_inf\"><failure message=\"gives zero\">"));
  EXPECT_THAT(RenderAnnotations("s", items), HasSubstr("::error title=softmax.online.f32  AVX2  special row pos_inf::gives zero\n"));
  EXPECT_THAT(RenderMarkdown("s", items), HasSubstr("| softmax.online.f32  AVX2  special row pos\\_inf | gives zero |\n"));
  items.pop_back();
  EXPECT_EQ(RenderAnnotations("s", items), "::notice title=s::1 UNCLAIMED\n");
  items.assign(12, {.kernel = "k", .what = "w", .verdict = Verdict::failed, .message = "m"});
  EXPECT_THAT(RenderAnnotations("s", items), HasSubstr("::error title=s::and 2 more FAILED\n"));
}

}  // namespace
}  // namespace softmax_verify
