#include "property_tests/operation_test.h"

#include <fmt/format.h>
#include <rapidcheck.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <fstream>
#include <numeric>
#include <ostream>

#include "property_tests/generators.h"
#include "property_tests/near_ties.h"
#include "property_tests/trial.h"
#include "reference/reference.h"
#include "verify/case.h"
#include "verify/families.h"
#include "verify/random.h"

namespace softmax_verify {
namespace {

std::string Describe(const Law& law, const Kernel& kernel, const Row& row, std::uint64_t salt,
                     const Violation& violation) {
  return fmt::format("{} breaks {} on {}: {}\n  {}\n  salt {}", kernel.name, law.name, kernel.target, violation.what,
                     ToString(row), salt);
}

// Kernels that are asked the same, and so are tried on the same rows.
std::vector<std::vector<Kernel>> KernelsBySignature(const LawTrials& trials) {
  std::vector<std::vector<Kernel>> groups;
  for (Kernel& kernel : KernelsOf(trials.target, trials.operation)) {
    if (!trials.law.covers(kernel)) continue;
    const auto group = std::find_if(groups.begin(), groups.end(), [&](const std::vector<Kernel>& members) {
      return static_cast<const Signature&>(members.front()) == kernel;
    });
    if (group == groups.end()) {
      groups.push_back({std::move(kernel)});
    } else {
      group->push_back(std::move(kernel));
    }
  }
  return groups;
}

// A line of cases/<operation>.wc is a format, where statistics are kept in another one that too as in f16/f32, and the
// words of a row (ParseRow).
std::vector<Row> ReadCases(Operation operation) {
  std::ifstream file(fmt::format("{}/{}.wc", SV_CASES, Name(operation)));
  std::vector<Row> rows;
  for (std::string line; std::getline(file, line);) {
    line.erase(std::min(line.find('#'), line.size()));
    const std::size_t begin = line.find_first_not_of(' ');
    if (begin == line.npos) continue;
    const std::size_t end = std::min(line.find(' ', begin), line.size());
    const std::string formats = line.substr(begin, end - begin);
    const std::size_t slash = std::min(formats.find('/'), formats.size());
    const Format format = ParseFormat(formats.substr(0, slash)).value();
    const Format statistics =
        slash < formats.size() ? ParseFormat(formats.substr(slash + 1)).value() : Info(format).compute;
    rows.push_back(ParseRow(operation, format, statistics, line.substr(end)));
  }
  return rows;
}

bool IsRepresentable(const Row& row) {
  for (const Operand& operand : Info(row.operation).operands) {
    const Element element = Info(operand.role).element;
    if (operand.output || element == Element::byte || element == Element::index) continue;
    const Format format = element == Element::statistic ? row.statistics : row.format;
    for (const double value : row[operand.role]) {
      if (!softmax_verify::IsRepresentable(format, value)) return false;
    }
  }
  return true;
}

}  // namespace

void PrintTo(const Target& target, std::ostream* out) { *out << target.name; }
void PrintTo(const LawTrials& trials, std::ostream* out) {
  *out << Name(trials.operation) << " " << trials.target.name << " " << trials.law.name;
}
void PrintTo(const KeptRows& kept, std::ostream* out) { *out << Name(kept.operation) << " " << kept.target.name; }

void CheckBitsOfEveryTargetAndOrder(const Target& target, Operation operation) {
  std::vector<Kernel> first;
  for (const Kernel& kernel : KernelsOf(Targets().front(), operation)) {
    if (kernel.claim.correctly_rounded) first.push_back(kernel);
  }
  ASSERT_FALSE(first.empty());
  const std::vector<Kernel> kernels = KernelsOf(target, operation);
  for (const Kernel& there : first) {
    const auto here =
        std::find_if(kernels.begin(), kernels.end(), [&](const Kernel& kernel) { return kernel.name == there.name; });
    ASSERT_NE(here, kernels.end()) << there.name;
    for (const std::size_t n : {1u, 2u, 7u, 64u, 100u, 1000u, 2047u, 2048u, 2049u, 5000u}) {
      for (const double spread : {0.01, 1.0, 10.0, 60.0}) {
        Random random(n, HashOf("bits of every target"));
        Row row{operation, there.format};
        row.statistics = there.statistics;
        for (std::size_t i = 0; i < n; ++i) row.x.push_back(RoundToFormat(row.format, spread * random.Normal()));
        const Values y = CallOne(*here, row);
        EXPECT_EQ(y, CallOne(there, row)) << there.name << " " << n << " " << spread;

        std::vector<std::size_t> order(n);
        std::iota(order.begin(), order.end(), std::size_t{0});
        std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return row.x[a] < row.x[b]; });
        Row sorted = row;
        for (std::size_t k = 0; k < n; ++k) sorted.x[k] = row.x[order[k]];
        const Values of_sorted = CallOne(*here, sorted);
        for (std::size_t k = 0; k < y.size(); ++k) {
          ASSERT_EQ(of_sorted[k], y.size() == n ? y[order[k]] : y[k]) << there.name << " " << n << " " << k;
        }
        EXPECT_TRUE(std::is_sorted(of_sorted.begin(), of_sorted.end())) << there.name << " " << n << " " << spread;
      }
    }
  }
}

void CheckNextToTies(const Target& target, Operation operation) {
  for (const Kernel& kernel : KernelsOf(target, operation)) {
    if (!kernel.claim.correctly_rounded) continue;
    std::vector<Row> rows;
    const auto append = [&](const std::vector<Row>& more) { rows.insert(rows.end(), more.begin(), more.end()); };
    if (operation == Operation::softmax) {
      append(PairsNextToTies(kernel.format));
      append(PowersNextToTies(kernel.format));
    }
    Row like{operation, kernel.format};
    like.statistics = kernel.statistics;
    like.x = {0};
    Random random(1, HashOf("ladders to ties"));
    for (int ladder = 0; ladder < 100; ++ladder) append(LadderToTie(like, random));
    std::size_t near = 0;
    for (const Row& row : rows) {
      EXPECT_EQ(CallOne(kernel, row), reference::Round(row)) << kernel.name << " " << ToString(row);
      const Format format = ResultFormats(row).front();
      const std::vector<reference::Enclosure> exact = reference::Enclose(row);
      near += std::any_of(exact.begin(), exact.end(),
                          [&](const auto& result) { return FromMidpoint(result, format) < 0x1p-4; });
    }
    // Logits of a format narrower than the result's come slowly near it.
    const bool is_narrow = Info(kernel.format).p < Info(ResultFormats(like).front()).p;
    EXPECT_GT(near, rows.size() / (is_narrow ? 8 : 4) * (is_narrow ? 1 : 3)) << kernel.name << ": not next to ties";
  }
}

namespace {

// |y - exact| / ulp(exact), to within 2^-40.
double UlpsOff(double y, const reference::Enclosure& exact, Format format) {
  using Kind = reference::Enclosure::Kind;
  if (exact.kind == Kind::infinite && std::isinf(y) && std::signbit(y) == exact.negative) return 0;
  if (exact.kind != Kind::finite) return exact.kind == Kind::zero && y == 0 ? 0 : HUGE_VAL;
  const int exponent = static_cast<int>(std::max(exact.exponent, -2000L));  // of what is less, it is all the same
  const double size = exact.negative ? -y : y;
  const double off = std::ldexp(size, -exponent) - exact.head - exact.tail;
  return std::ldexp(std::abs(off), exponent - static_cast<int>(UlpExponent(format, exponent)));
}

}  // namespace

void CheckAccurate(const Target& target, Operation operation, double ulp) {
  for (const Kernel& kernel : KernelsOf(target, operation)) {
    if (kernel.algorithm != "accurate") continue;
    for (const Family& family : Families()) {
      if (family.special) continue;
      for (const std::size_t n : {2u, 100u, 2100u}) {
        Random random(n, HashOf(family.name));
        Row row{operation, kernel.format};
        row.statistics = kernel.statistics;
        row.x = family.make(kernel.format, n, random);
        if (random.OneIn(2)) row.parameters.scale = 1.25;
        const std::vector<reference::Enclosure> exact = reference::Enclose(row);
        const Format format = ResultFormats(row).front();
        const Values y = CallOne(kernel, row);
        for (std::size_t i = 0; i < y.size(); ++i) {
          const double largest = Largest(format);
          if (std::abs(exact[i].Approximate()) > largest && std::abs(y[i]) >= largest) continue;
          EXPECT_LE(UlpsOff(y[i], exact[i], format), ulp) << kernel.name << " " << family.name << " " << n << " " << i;
        }
      }
    }
  }
}

std::vector<Kernel> KernelsOf(const Target& target, Operation operation) {
  std::vector<Kernel> kernels;
  for (const Kernel& kernel : KernelsOf(target)) {
    if (kernel.operation == operation) kernels.push_back(kernel);
  }
  return kernels;
}

std::vector<LawTrials> LawTrialsOf(Operation operation) {
  std::vector<LawTrials> all;
  for (const Target& target : Targets()) {
    const std::vector<Kernel> kernels = KernelsOf(target, operation);
    for (const Law& law : Laws()) {
      if (std::any_of(kernels.begin(), kernels.end(), law.covers)) all.push_back({operation, target, law});
    }
  }
  return all;
}

std::vector<KeptRows> KeptRowsOf(Operation operation) {
  std::vector<KeptRows> all;
  for (const Target& target : Targets()) all.push_back({operation, target});
  return all;
}

bool SetTrials(int trials) {
  return setenv("RC_PARAMS", fmt::format("seed=20250501 max_success={}", trials).c_str(), 0) == 0;
}

TEST_P(OperationCases, KeepEveryLaw) {
  const auto& [operation, target] = GetParam();
  const std::vector<Row> rows = ReadCases(operation);
  ASSERT_FALSE(rows.empty());
  for (const Row& kept : rows) {
    ASSERT_TRUE(IsRepresentable(kept)) << ToString(kept);
    const Case row(kept);
    for (const Kernel& kernel : KernelsOf(target, operation)) {
      if (!Takes(kernel, kept)) continue;
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

TEST_P(OperationLaws, HoldOnDrawnRows) {
  const LawTrials& tried = GetParam();
  const Law& law = tried.law;
  for (const std::vector<Kernel>& kernels : KernelsBySignature(tried)) {
    const Signature& signature = kernels.front();
    std::vector<int> informative(kernels.size(), 0);
    int trials = 0;
    const std::string name =
        fmt::format("{}, {}, {}: {}", law.name, Name(signature.format), tried.target.name, law.statement);
    EXPECT_TRUE(rc::check(name, [&] {
      const Sample sample = *AnyRow(signature, law.family);
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

}  // namespace softmax_verify
