// softmax on every target: each law over every kernel, on rows that RapidCheck draws and shrinks.
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <cmath>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>
#include <tuple>
#include <vector>

#include "kernels/registry.h"
#include "property_tests/generators.h"
#include "property_tests/laws.h"
#include "property_tests/trial.h"

namespace softmax_verify {

// How GoogleTest names a failed instance.
void PrintTo(const Target& target, std::ostream* out) { *out << target.name; }
void PrintTo(const Law& law, std::ostream* out) { *out << law.name; }

namespace {

// The same rows in every run, unless RC_PARAMS asks for others ("seed=...", "max_success=...").
[[maybe_unused]] const int kReproducible = setenv("RC_PARAMS", "seed=20250501 max_success=200", 0);

constexpr Operation kOperation = Operation::softmax;

std::vector<Kernel> KernelsFor(const Target& target, Format format) {
  std::vector<Kernel> kernels;
  for (const Kernel& kernel : KernelsOf(target)) {
    if (kernel.operation == kOperation && kernel.format == format) kernels.push_back(kernel);
  }
  return kernels;
}

std::string Describe(const Law& law, const Kernel& kernel, const Row& row, std::uint64_t salt,
                     const Violation& violation) {
  return fmt::format("{} breaks {} on {}: {}\n  x = {}\n  scale {:a}, temperature {:a}, salt {}", kernel.name, law.name,
                     kernel.target, violation.what, ToString(row), row.parameters.scale, row.parameters.temperature,
                     salt);
}

// --- Drawn rows ---------------------------------------------------------------------------------------------------

using TargetAndLaw = std::tuple<Target, Law>;

class SoftmaxLaws : public testing::TestWithParam<TargetAndLaw> {};

TEST_P(SoftmaxLaws, HoldOnDrawnRows) {
  const auto& [target, law] = GetParam();
  for (const FormatInfo& format : kFormats) {
    std::vector<Kernel> kernels;
    for (Kernel& kernel : KernelsFor(target, format.format)) {
      if (law.covers(kernel)) kernels.push_back(std::move(kernel));
    }
    std::vector<int> informative(kernels.size(), 0);
    int trials = 0;
    const std::string name = fmt::format("{}, {}, {}: {}", law.name, format.name, target.name, law.statement);
    EXPECT_TRUE(rc::check(name, [&, &law = law] {
      const Sample sample = *AnyRow(kOperation, format.format, law.family);
      const auto salt = *rc::gen::noShrink(rc::gen::arbitrary<std::uint64_t>());
      RC_TAG(std::string(sample.family), LengthClass(sample.row), SpreadClass(sample.row));
      const Case row(sample.row);
      ++trials;
      for (std::size_t k = 0; k < kernels.size(); ++k) {
        const Outcome outcome = law.check(kernels[k], row, salt);
        if (outcome.kind == Outcome::Kind::broken) {
          RC_FAIL(Describe(law, kernels[k], sample.row, salt, *outcome.violation));
        }
        informative[k] += outcome.kind == Outcome::Kind::held;
      }
    }));
    // Rows on which nothing was compared prove nothing.
    for (std::size_t k = 0; k < kernels.size(); ++k) {
      EXPECT_GE(informative[k] * 20, trials) << kernels[k].name << ": " << law.name << " said something on only "
                                             << informative[k] << " of " << trials << " rows";
    }
  }
}

INSTANTIATE_TEST_SUITE_P(AllTargets, SoftmaxLaws,
                         testing::Combine(testing::ValuesIn(Targets()),
                                          testing::ValuesIn(std::vector<Law>(Laws().begin(), Laws().end()))),
                         [](const testing::TestParamInfo<TargetAndLaw>& info) {
                           return std::get<0>(info.param).name + "_" + std::string(std::get<1>(info.param).name);
                         });

// --- Kept rows ----------------------------------------------------------------------------------------------------

class SoftmaxOnTarget : public testing::TestWithParam<Target> {};
INSTANTIATE_TEST_SUITE_P(AllTargets, SoftmaxOnTarget, testing::ValuesIn(Targets()),
                         [](const testing::TestParamInfo<Target>& info) { return info.param.name; });

// Worst cases and counterexamples: a line is a format, a scale, a temperature and the logits.
std::vector<Row> KeptRows() {
  std::ifstream file(SV_CASES "/softmax.wc");
  std::vector<Row> rows;
  for (std::string line; std::getline(file, line);) {
    std::istringstream words(line.substr(0, line.find('#')));
    std::string format, word;
    if (!(words >> format)) continue;
    Row row{.operation = kOperation, .format = ParseFormat(format).value(), .x = {}, .parameters = {}};
    std::vector<double> numbers;
    while (words >> word) numbers.push_back(std::strtod(word.c_str(), nullptr));
    row.parameters = {numbers.at(0), numbers.at(1)};
    row.x.assign(numbers.begin() + 2, numbers.end());
    rows.push_back(std::move(row));
  }
  return rows;
}

TEST_P(SoftmaxOnTarget, KeepsEveryLawOnKeptRows) {
  const std::vector<Row> rows = KeptRows();
  ASSERT_FALSE(rows.empty());
  for (const Row& kept : rows) {
    for (const double value : kept.x) ASSERT_TRUE(IsRepresentable(kept.format, value)) << ToString(kept);
    const Case row(kept);
    for (const Kernel& kernel : KernelsFor(GetParam(), kept.format)) {
      for (const Law& law : Laws()) {
        if (!law.covers(kernel)) continue;
        for (std::uint64_t salt = 0; salt < 4; ++salt) {
          const Outcome outcome = law.check(kernel, row, salt);
          EXPECT_NE(outcome.kind, Outcome::Kind::broken) << Describe(law, kernel, kept, salt, *outcome.violation);
        }
      }
    }
  }
}

// --- What DESIGN promises of our kernels beyond the laws ------------------------------------------------------------

TEST_P(SoftmaxOnTarget, OneElementGetsExactlyOne) {
  for (const FormatInfo& format : kFormats) {
    for (const Kernel& kernel : KernelsFor(GetParam(), format.format)) {
      for (const double x : {0.0, 1.0, -1.0, 80.0, -80.0, Largest(format.format), -Largest(format.format)}) {
        if (!kernel.claim.shifted && std::abs(x) > 80) continue;  // exp(x) itself over- or underflows
        const Row row{kOperation, format.format, {RoundToFormat(format.format, x)}, {}};
        EXPECT_EQ(CallOne(kernel, row), Values{1.0}) << kernel.name << " " << x;
      }
    }
  }
}

TEST_P(SoftmaxOnTarget, EqualLogitsGetTheRoundedShare) {
  for (const FormatInfo& format : kFormats) {
    for (const Kernel& kernel : KernelsFor(GetParam(), format.format)) {
      if (kernel.claim.accumulation.kind == Accumulation::Kind::native || !kernel.claim.shifted) continue;
      for (const std::size_t n : {1u, 2u, 3u, 7u, 16u, 100u, 1000u, 4099u}) {
        const Row row{kOperation, format.format, Values(n, 3), {}};
        const double share = RoundToFormat(format.format, RoundToFormat(format.compute, 1 / static_cast<double>(n)));
        EXPECT_EQ(CallOne(kernel, row), Values(n, share)) << kernel.name << " " << n;
      }
    }
  }
}

}  // namespace
}  // namespace softmax_verify
