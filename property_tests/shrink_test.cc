// Shrinking reaches the least row that still fails, and always ends.
#include "verify/shrink.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "verify/families.h"

namespace softmax_verify {
namespace {

Row Drawn(const char* family, std::size_t n, std::uint64_t seed, Format format = Format::f32) {
  Random random(seed, 0);
  Row row;
  row.format = format;
  row.x = FindFamily(family)->make(format, n, random);
  row.parameters.scale = 0.3;
  row.parameters.temperature = 1.5;
  return row;
}

TEST(Shrink, FindsTheLeastRowWithALargeElementFarIn) {
  const auto fails = [](const Row& row) {
    for (std::size_t i = 17; i < row.x.size(); ++i) {
      if (row.x[i] > 100) return true;
    }
    return false;
  };
  std::vector<double> expected(18, 0.0);
  expected[17] = 101;
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    Row row = Drawn("normal_10", 200 + 10 * seed, seed);
    row.x[100] = 1234.5;
    const Row least = Shrink(row, fails);
    EXPECT_EQ(least.x, expected) << ToString(least);
    EXPECT_EQ(least.parameters, Parameters{});
  }
}

TEST(Shrink, FindsTheLeastLength) {
  for (const std::size_t n : {1u, 2u, 33u, 100u, 257u}) {
    const Row least = Shrink(Drawn("normal_1", 3000, n), [&](const Row& row) { return row.x.size() >= n; });
    EXPECT_EQ(least.x, std::vector<double>(n, 0.0));
  }
}

TEST(Shrink, KeepsFractionsThatMatterAndShortensThem) {
  const auto fails = [](const Row& row) {
    return std::any_of(row.x.begin(), row.x.end(), [](double v) { return v != std::floor(v); });
  };
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    const Row least = Shrink(Drawn("normal_1", 50, seed), fails);
    ASSERT_EQ(least.x.size(), 1u);
    double whole;
    EXPECT_EQ(std::abs(std::modf(least.x[0] * 1024, &whole)), 0) << least.x[0];  // few bits
  }
}

TEST(Shrink, RemovesWhatIsNotFiniteUnlessItMatters) {
  const double infinity = std::numeric_limits<double>::infinity();
  Row row = Drawn("normal_1", 40, 1);
  row.x[3] = std::numeric_limits<double>::quiet_NaN();
  row.x[7] = -infinity;
  row.x[9] = infinity;
  const Row least = Shrink(row, [&](const Row& r) { return std::count(r.x.begin(), r.x.end(), -infinity) > 0; });
  EXPECT_EQ(least.x, std::vector<double>{-infinity});
}

TEST(SimplerRows, EndsHoweverGreedilyFollowed) {
  // Any path ends: follow a pseudo-random one.
  for (const FormatInfo& format : kFormats) {
    Row row = Drawn("exp_edges", 20, 5, format.format);
    Random random(1, 1);
    std::size_t steps = 0;
    for (auto simpler = SimplerRows(row); !simpler.empty(); simpler = SimplerRows(row)) {
      for (const Row& candidate : simpler) {
        ASSERT_LE(candidate.x.size(), row.x.size());
        ASSERT_FALSE(candidate == row);
        for (const double value : candidate.x) ASSERT_TRUE(IsRepresentable(format.format, value));
      }
      row = simpler[random.Below(simpler.size())];
      ASSERT_LT(++steps, 100000u);
    }
    EXPECT_EQ(row.x, std::vector<double>{0.0});
    EXPECT_EQ(row.parameters, Parameters{});
  }
}

}  // namespace
}  // namespace softmax_verify
