// Every family gives values of every format at every length, again and again the same.
#include "verify/families.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <iterator>
#include <limits>
#include <set>
#include <string>
#include <utility>

namespace softmax_verify {
namespace {

constexpr std::size_t kLengths[] = {0, 1, 2, 3, 7, 8, 9, 64, 257, 1000};

TEST(Families, HaveNamesOfTheirOwnAndSayWhatTheyAreFor) {
  std::set<std::string_view> names;
  for (const Family& family : Families()) {
    EXPECT_TRUE(names.insert(family.name).second) << family.name;
    EXPECT_FALSE(family.description.empty()) << family.name;
    EXPECT_FALSE(family.stresses.empty()) << family.name;
    EXPECT_EQ(FindFamily(family.name), &family);
  }
  EXPECT_EQ(FindFamily("no such family"), nullptr);
}

TEST(Families, GiveRepresentableLogits) {
  for (const Family& family : Families()) {
    const bool may_be_masked = family.name == "masked" || family.name == "scores_causal";
    for (const FormatInfo& format : kFormats) {
      for (const std::size_t n : kLengths) {
        for (std::uint64_t seed = 0; seed < 20; ++seed) {
          Random random(seed, HashOf(family.name));
          const std::vector<double> x = family.make(format.format, n, random);
          ASSERT_EQ(x.size(), n);
          for (const double value : x) {
            ASSERT_TRUE(IsRepresentable(format.format, value)) << family.name << " " << format.name << " " << value;
            if (family.name == "specials") continue;
            ASSERT_TRUE(std::isfinite(value) || (may_be_masked && value < 0)) << family.name << " " << value;
          }
          if (may_be_masked && n > 0) {
            ASSERT_TRUE(std::any_of(x.begin(), x.end(), [](double value) { return std::isfinite(value); }));
          }
        }
      }
    }
  }
}

TEST(Families, DependOnTheSeedAlone) {
  for (const Family& family : Families()) {
    Random once(7, 1), again(7, 1);
    const auto x = family.make(Format::f32, 100, once);
    const auto y = family.make(Format::f32, 100, again);
    EXPECT_TRUE(std::equal(x.begin(), x.end(), y.begin(), [](double a, double b) { return a == b || a != a; }))
        << family.name;
  }
}

// What a seed means to whoever draws from them in turn depends on their number and order.
TEST(Families, SyntheticOnesKeepTheirPlaces) {
  constexpr std::string_view kNames[] = {
      "normal_1",         "normal_10",       "uniform_10",    "wide",         "huge_offset",       "negative_offset",
      "sorted_ascending", "sorted_descending", "constant",    "ties",         "dominant",          "near_overflow",
      "subnormal_results", "exp_edges",      "tiny_differences", "subnormal_logits", "masked",     "grid",
      "ramp",             "alternating",     "attention",     "thresholds",   "vanishing_sum",     "cancelling",
      "specials"};
  ASSERT_EQ(SyntheticFamilies().size(), std::size(kNames));
  for (std::size_t i = 0; i < std::size(kNames); ++i) EXPECT_EQ(SyntheticFamilies()[i].name, kNames[i]);
  EXPECT_GT(Families().size(), std::size(kNames));
}

TEST(Families, RowsOfPracticeAreLikeThem) {
  constexpr std::size_t kLength = 2000;
  for (const FormatInfo& format : kFormats) {
    const auto row = [&](const char* name, std::uint64_t seed) {
      Random random(seed, HashOf(name));
      return FindFamily(name)->make(format.format, kLength, random);
    };
    // The shares of the largest result, and of all below the ten largest.
    const auto shares = [](std::vector<double> x) {
      std::sort(x.begin(), x.end(), std::greater<>());
      double top = 0, sum = 0, tail = 0;
      for (std::size_t i = 0; i < x.size(); ++i) {
        const double term = std::exp(x[i] - x[0]);
        top = std::max(top, term);
        sum += term;
        tail += i < 10 ? 0 : term;
      }
      return std::pair(top / sum, tail / sum);
    };
    double sure = 0, heavy = 0, alone = 0, unmasked = 0;
    for (std::uint64_t seed = 0; seed < 50; ++seed) {
      EXPECT_LT(shares(row("classifier_early", seed)).first, 20.0 / kLength) << format.name;
      sure += shares(row("classifier_late", seed)).first > 0.99;
      heavy += shares(row("vocabulary", seed)).second > 0.1;
      const auto causal = row("scores_causal", seed);
      const auto seen = std::find(causal.begin(), causal.end(), -std::numeric_limits<double>::infinity());
      EXPECT_NE(seen, causal.begin());
      EXPECT_TRUE(std::all_of(seen, causal.end(), [](double x) { return x < 0 && std::isinf(x); }));
      alone += seen - causal.begin() == 1;
      const auto hidden = row("finite_mask", seed);
      EXPECT_LE(*std::min_element(hidden.begin(), hidden.end()), -1e3);
      unmasked += *std::max_element(hidden.begin(), hidden.end()) > -100;
    }
    EXPECT_GT(sure, 10) << format.name;
    EXPECT_GT(heavy, 10) << format.name;
    EXPECT_GT(alone, 3) << format.name;
    EXPECT_GT(unmasked, 30) << format.name;
    EXPECT_LT(unmasked, 50) << "now and then nothing but padding";
  }
}

// What the descriptions promise where a law relies on it.
TEST(Families, DoWhatTheySay) {
  for (const FormatInfo& format : kFormats) {
    const auto row = [&](const char* name, std::uint64_t seed) {
      Random random(seed, HashOf(name));
      return FindFamily(name)->make(format.format, 200, random);
    };
    for (std::uint64_t seed = 0; seed < 50; ++seed) {
      const auto ascending = row("sorted_ascending", seed);
      EXPECT_TRUE(std::is_sorted(ascending.begin(), ascending.end()));
      const auto constant = row("constant", seed);
      EXPECT_EQ(std::set<double>(constant.begin(), constant.end()).size(), 1u);
      const auto ties = row("ties", seed);
      EXPECT_LE(std::set<double>(ties.begin(), ties.end()).size(), 4u);
      const auto below = row("negative_offset", seed);
      EXPECT_LT(*std::max_element(below.begin(), below.end()), -104) << format.name;
      const auto subnormal = row("subnormal_results", seed);
      const double top = *std::max_element(subnormal.begin(), subnormal.end());
      EXPECT_GT(std::count_if(subnormal.begin(), subnormal.end(),
                              [&](double x) { return std::exp(x - top) < SmallestNormal(format.format); }),
                100)
          << format.name;
      const auto huge = row("near_overflow", seed);
      for (const double value : huge) EXPECT_GE(std::abs(value), 0.49 * Largest(format.format));
    }
  }
}

}  // namespace
}  // namespace softmax_verify
