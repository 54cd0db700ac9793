// softmax on every target: the laws, and what is promised of our kernels beyond them.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "property_tests/near_ties.h"
#include "property_tests/operation_test.h"
#include "property_tests/trial.h"
#include "reference/reference.h"
#include "verify/random.h"

namespace softmax_verify {
namespace {

SV_TEST_OPERATION(softmax, 200);

class Softmax : public testing::TestWithParam<Target> {};
INSTANTIATE_TEST_SUITE_P(AllTargets, Softmax, testing::ValuesIn(Targets()),
                         [](const auto& info) { return NameOf(info); });

TEST_P(Softmax, OneElementGetsExactlyOne) {
  for (const Kernel& kernel : KernelsOf(GetParam(), Operation::softmax)) {
    for (const double x : {0.0, 1.0, -1.0, 80.0, -80.0, Largest(kernel.format), -Largest(kernel.format)}) {
      if (!kernel.claim.shifted && std::abs(x) > 80) continue;  // exp(x) itself over- or underflows
      Row row;
      row.format = kernel.format;
      row.x = {RoundToFormat(kernel.format, x)};
      EXPECT_EQ(CallOne(kernel, row), Values{1.0}) << kernel.name << " " << x;
    }
  }
}

TEST_P(Softmax, EqualLogitsGetTheRoundedShare) {
  for (const Kernel& kernel : KernelsOf(GetParam(), Operation::softmax)) {
    if (kernel.claim.accumulation.kind == Accumulation::Kind::native || !kernel.claim.shifted) continue;
    for (const std::size_t n : {1u, 2u, 3u, 7u, 16u, 100u, 1000u, 4099u}) {
      Row row;
      row.format = kernel.format;
      row.x = Values(n, 3);
      const double share =
          RoundToFormat(kernel.format, RoundToFormat(kernel.claim.compute, 1 / static_cast<double>(n)));
      if (kernel.contract.exact_shift) {  // the terms are 1, and their sum is n
        EXPECT_EQ(CallOne(kernel, row), Values(n, share)) << kernel.name << " " << n;
      } else {
        const double ulp = std::ldexp(1.0, static_cast<int>(UlpExponent(kernel.format, std::ilogb(share))));
        for (const double y : CallOne(kernel, row)) EXPECT_LE(std::abs(y - share), ulp) << kernel.name << " " << n;
      }
    }
  }
}

// What correct rounding implies: nothing that a result does not depend on changes a bit of it.
TEST_P(Softmax, CorrectlyRoundedHasTheBitsOfEveryTargetAndOrder) {
  CheckBitsOfEveryTargetAndOrder(GetParam(), Operation::softmax);
}

// How far a result lies from the nearest midpoint, in units in its last place.
double FromMidpoint(const reference::Enclosure& exact, Format format) {
  const long double units = std::ldexp(1.0L, Info(format).p - 1);
  const long double head = exact.head * units;
  const long double beyond = std::abs(head - std::floor(head) + exact.tail * units);
  return static_cast<double>(std::abs(beyond - 0.5L));
}

TEST_P(Softmax, CorrectlyRoundedNextToTies) {
  std::size_t tried = 0;
  for (const Kernel& kernel : KernelsOf(GetParam(), Operation::softmax)) {
    if (!kernel.claim.correctly_rounded) continue;
    std::vector<Row> rows = PairsNextToTies(kernel.format);
    const std::vector<Row> powers = PowersNextToTies(kernel.format);
    rows.insert(rows.end(), powers.begin(), powers.end());
    Random random(1, HashOf("ladders to ties"));
    for (int ladder = 0; ladder < 100; ++ladder) {
      const std::vector<Row> ladder_rows = LadderToTie(kernel.format, random);
      rows.insert(rows.end(), ladder_rows.begin(), ladder_rows.end());
    }
    std::size_t near = 0;
    for (const Row& row : rows) {
      EXPECT_EQ(CallOne(kernel, row), reference::Round(row)) << kernel.name << " " << ToString(row);
      const std::vector<reference::Enclosure> exact = reference::Enclose(row);
      near += std::any_of(exact.begin(), exact.end(),
                          [&](const auto& result) { return FromMidpoint(result, kernel.format) < 0x1p-4; });
    }
    EXPECT_GT(near, rows.size() * 3 / 4) << kernel.name << ": not next to ties";
    tried += near;
  }
  EXPECT_GT(tried, 2000u);
  RecordProperty("near_ties", static_cast<int>(tried));
}

}  // namespace
}  // namespace softmax_verify
