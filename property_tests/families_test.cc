// Every family gives values of every format at every length, again and again the same.
#include "verify/families.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <string>

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
    const bool may_be_masked = family.name == "masked";
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
