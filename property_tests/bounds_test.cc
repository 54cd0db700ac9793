// verify/bounds.cc against arithmetic that is followed step by step.
#include "verify/bounds.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "verify/random.h"

namespace softmax_verify {
namespace {

using Kind = Accumulation::Kind;

// A partial sum, and the most rounded additions that a term in it passed through. Adding to an empty sum is exact.
struct Sum {
  int height = -1;
  void Add(Sum other) {
    if (other.height < 0) return;
    height = height < 0 ? other.height : std::max(height, other.height) + 1;
  }
};
constexpr Sum kTerm{0};

int HeightOfLanes(std::size_t n, std::size_t lanes) {
  std::vector<Sum> sums(lanes);
  for (std::size_t i = 0; i < n; ++i) sums[i % lanes].Add(kTerm);
  for (std::size_t width = lanes; width > 1; width = (width + 1) / 2) {
    for (std::size_t i = 0; i < width / 2; ++i) sums[i].Add(sums[width - 1 - i]);
  }
  return sums[0].height;
}

Sum Pairwise(std::size_t n, std::size_t leaf) {
  Sum sum;
  if (n <= leaf) {
    for (std::size_t i = 0; i < n; ++i) sum.Add(kTerm);
    return sum;
  }
  const std::size_t leaves = (n + leaf - 1) / leaf;
  const std::size_t half = (leaves + 1) / 2 * leaf;
  sum = Pairwise(half, leaf);
  sum.Add(Pairwise(n - half, leaf));
  return sum;
}

TEST(BoundsTest, HeightsCoverTheTreesThatTheyDescribe) {
  for (std::size_t n = 1; n < 700; ++n) {
    EXPECT_EQ(SumHeight({Kind::sequential, 1}, Format::f32, Format::f32, n), static_cast<double>(n - 1));
    for (const std::size_t lanes : {1, 2, 3, 4, 8, 16, 64}) {
      const double height = SumHeight({Kind::lanes, lanes}, Format::f32, Format::f32, n);
      EXPECT_GE(height, HeightOfLanes(n, lanes)) << n << " in " << lanes;
      if (n % lanes == 0) {
        EXPECT_EQ(height, HeightOfLanes(n, lanes)) << n << " in " << lanes;
      }
    }
    for (const std::size_t leaf : {1, 2, 8, 128}) {
      EXPECT_GE(SumHeight({Kind::pairwise, leaf}, Format::f32, Format::f32, n), Pairwise(n, leaf).height) << n;
    }
  }
}

TEST(BoundsTest, AWideSumCostsOneRounding) {
  EXPECT_NEAR(SumHeight({Kind::wide, 1}, Format::f32, Format::f32, 1000), 1 + 999 * 0x1p-29, 1e-12);
  EXPECT_EQ(SumHeight({Kind::wide, 1}, Format::f64, Format::f64, 1000), 999);
}

TEST(BoundsTest, ANativeSumPaysInTheStorageFormat) {
  // 64 additions in one lane, in units of 2^-24: each costs 2^-8 and a little.
  const double height = SumHeight({Kind::native, 1}, Format::f32, Format::bf16, 64);
  EXPECT_GE(height, 64 * 0x1p16);
  EXPECT_LE(height, 64 * 0x1p16 + 65);
}

// Rescalings that really happen to the terms of a row with one running sum per lane.
int CountRescalings(const std::vector<double>& x, std::size_t step, std::size_t lanes) {
  int most = 0;
  for (std::size_t lane = 0; lane < lanes; ++lane) {
    double maximum = -std::numeric_limits<double>::infinity();
    bool empty = true;
    int count = 0;
    for (std::size_t begin = 0; begin < x.size(); begin += step) {
      double larger = maximum;
      bool any = false;
      for (std::size_t i = begin; i < std::min(begin + step, x.size()); ++i) {
        if (i % lanes != lane) continue;
        larger = std::max(larger, x[i]);
        any = true;
      }
      if (any && !empty && larger > maximum) ++count;
      if (any) empty = false;
      maximum = larger;
    }
    const double largest = *std::max_element(x.begin(), x.end());
    if (!empty && maximum < largest) ++count;  // merging the lanes
    most = std::max(most, count);
  }
  return most;
}

TEST(BoundsTest, RescalingsAreCountedOnTheRow) {
  Random random(3, 1);
  for (int trial = 0; trial < 500; ++trial) {
    std::vector<double> x(1 + random.Below(300));
    for (double& value : x) value = random.Normal();
    if (random.OneIn(3)) std::sort(x.begin(), x.end());
    Claim claim;
    for (const auto& [step, lanes] : {std::pair<std::size_t, std::size_t>{16, 4}, {1, 1}, {64, 1}, {64, 16}}) {
      claim.rescale_step = step;
      claim.rescale_lanes = lanes;
      EXPECT_GE(Rescalings(claim, x), CountRescalings(x, step, lanes));
      EXPECT_LE(Rescalings(claim, x), CountRescalings(x, step, lanes) + 1);
    }
  }
  EXPECT_EQ(Rescalings(Claim{}, {}), 0);
}

// The longest chain of elements each larger than the one before it, by trying every end.
std::size_t LongestChain(const std::vector<double>& x) {
  std::vector<std::size_t> longest(x.size(), 1);
  for (std::size_t i = 0; i < x.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      if (x[j] < x[i]) longest[i] = std::max(longest[i], longest[j] + 1);
    }
  }
  return x.empty() ? 0 : *std::max_element(longest.begin(), longest.end());
}

TEST(BoundsTest, UnknownPartialSumsRescaleAsOftenAsAnyCan) {
  Random random(4, 1);
  Claim unknown;
  unknown.rescale_step = 1;
  unknown.rescale_lanes = 0;
  for (int trial = 0; trial < 300; ++trial) {
    std::vector<double> x(1 + random.Below(200));
    for (double& value : x) value = std::round(8 * random.Normal());
    if (random.OneIn(4)) std::sort(x.begin(), x.end());
    const std::vector<double> backwards(x.rbegin(), x.rend());
    const double merges = std::ceil(std::log2(static_cast<double>(x.size())));
    EXPECT_EQ(Rescalings(unknown, x), static_cast<double>(std::max(LongestChain(x), LongestChain(backwards))) + merges);
    Claim known;
    for (const auto& [step, lanes] : {std::pair<std::size_t, std::size_t>{16, 4}, {1, 1}, {64, 1}, {64, 16}, {200, 25}}) {
      known.rescale_step = step;
      known.rescale_lanes = lanes;
      EXPECT_GE(Rescalings(unknown, x), Rescalings(known, x));
    }
    // Elements that may lie a little lower or higher can only be raised more often.
    std::vector<double> low = x, high = x;
    for (double& value : low) value -= random.Uniform(0, 2);
    for (double& value : high) value += random.Uniform(0, 2);
    EXPECT_GE(Rescalings(unknown, low, high), Rescalings(unknown, x));
  }
}

Kernel Claimed(Format format, Claim claim) {
  Kernel kernel;
  kernel.format = format;
  kernel.claim = claim;
  kernel.contract.subnormals = Contract::Subnormals::gradual;
  return kernel;
}

TEST(BoundsTest, TheBoundIsTheFormulaOfTheorem7) {
  // Two logits at distance 1: every term of B by hand.
  Claim claim;
  claim.compute = Format::f32;
  claim.exp_error = 1.5;
  claim.normalise_error = 1;
  const Case row({Operation::softmax, Format::f32, {0, -1}, {}});
  const RowBound bound = ProvedBound(Claimed(Format::f32, claim), row);
  ASSERT_TRUE(bound.claimed);
  const double y = 1 / (1 + std::exp(1));
  const double weighted = (1 - y) * 1.5 + y * 2.5;
  EXPECT_NEAR(bound.log[0] * 0x1p24, 1.5 + weighted + 1 + 1, 1e-4);
  EXPECT_NEAR(bound.log[1] * 0x1p24, 2.5 + weighted + 1 + 1, 1e-4);
  // In ulp of y_1 = 0.2689, whose ulp is 2^-25.
  EXPECT_NEAR(bound.ulp[1], y * bound.log[1] * 0x1p25, 1e-4);
}

TEST(BoundsTest, SixteenBitsAreHalfAnUlpAndALittle) {
  Claim claim;
  const Case row({Operation::softmax, Format::f16, {0, -1, 0.5}, {}});
  const RowBound bound = ProvedBound(Claimed(Format::f16, claim), row);
  for (const double ulp : bound.ulp) {
    EXPECT_GT(ulp, 0.5);
    EXPECT_LT(ulp, 0.51);
  }
}

TEST(BoundsTest, EitherNeighbourIsAnUlpAndALittle) {
  Claim claim;
  claim.faithful = true;
  const Case row({Operation::softmax, Format::f16, {0, -1, 0.5}, {}});
  const Kernel kernel = Claimed(Format::f16, claim);
  for (const double ulp : ProvedBound(kernel, row).ulp) {
    EXPECT_GT(ulp, 1);
    EXPECT_LT(ulp, 1.01);
  }
  EXPECT_EQ(StorageRoundoff(kernel, Format::f16), 0x1p-10);
  EXPECT_EQ(StorageRoundoff(kernel, Format::f32), 0);
}

TEST(BoundsTest, NothingIsPromisedWhereNothingIsProved) {
  const auto claimed = [](Format format, Claim claim, std::vector<double> x) {
    return ProvedBound(Claimed(format, claim), Case({Operation::softmax, format, std::move(x), {}})).claimed;
  };
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  EXPECT_FALSE(claimed(Format::f32, {}, {1, std::nan("")}));
  EXPECT_FALSE(claimed(Format::f32, {}, {1, kInfinity}));
  EXPECT_FALSE(claimed(Format::f32, {}, {-kInfinity, -kInfinity}));
  EXPECT_TRUE(claimed(Format::f32, {}, {1, -kInfinity}));

  Claim unshifted;
  unshifted.shifted = false;
  EXPECT_TRUE(claimed(Format::f32, unshifted, {1, 2}));
  EXPECT_FALSE(claimed(Format::f32, unshifted, {1, 89}));
  EXPECT_FALSE(claimed(Format::f32, unshifted, {-88, -89}));

  Claim native;
  native.accumulation = {Kind::native, 1};
  EXPECT_TRUE(claimed(Format::bf16, native, std::vector<double>(64, 0.0)));
  EXPECT_FALSE(claimed(Format::bf16, native, std::vector<double>(256, 0.0)));
  EXPECT_TRUE(claimed(Format::f16, native, std::vector<double>(256, 0.0)));
}

TEST(BoundsTest, MaskedEntriesAreExact) {
  const Case row({Operation::softmax, Format::f32, {0, -std::numeric_limits<double>::infinity()}, {}});
  EXPECT_EQ(ProvedBound(Claimed(Format::f32, {}), row).ulp[1], 0);
}

TEST(BoundsTest, BelowTheNormalRangeTheBoundIsAbsolute) {
  // e^-100 is subnormal in f32: half an ulp for the exponential, half for the product, and one in between.
  const Case row({Operation::softmax, Format::f32, {0, -100}, {}});
  const RowBound bound = ProvedBound(Claimed(Format::f32, {}), row);
  EXPECT_GT(bound.ulp[1], 1.0);
  EXPECT_LT(bound.ulp[1], 1.6);
}

}  // namespace
}  // namespace softmax_verify
