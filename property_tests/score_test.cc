// The tests, tested: every mutant is rejected by some law, every lawful kernel accepted by all, every law catches the
// mutant it names with nobody's help.
//
// Each specimen is tried in a child process: mutants may crash, hang, or leave the process in a state of their own.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "property_tests/children.h"
#include "property_tests/corpus.h"
#include "property_tests/laws.h"
#include "verify/draw.h"
#include "verify/families.h"
#include "verify/shrink.h"

namespace softmax_verify {
namespace {

constexpr double kSeconds = 120;

struct PoolRow {
  Case row;
  std::string_view family;
};

// A family of its own, tried by the law of accuracy alone: what it shows is seen there, and it is long.
constexpr std::string_view kPast65536 = "past 65 536";

// Rows of every family with their exact results, computed before any child is forked. Odd lengths above 768 and
// lengths past 65 536 are among them because mutants are known that only these reveal, unless the operation makes them
// too much work.
std::vector<PoolRow> MakePool(const Signature& signature) {
  const std::size_t lengths[] = {1, 2, 3, 5, 8, 9, 15, 17, 20, 31, 33, 40, 64, 65, 100, 129};
  std::vector<PoolRow> pool;
  const auto draw = [&](std::string_view family, std::size_t n) {
    const bool is_longest = n > 65536;
    if (WorkOf(signature.operation, n) > (is_longest ? 70000 : 5000)) return;
    Random random(pool.size(), HashOf(family));
    Row row = Draw(signature, *FindFamily(family), n, random);
    if (is_longest && !row.x.empty()) row.x.back() = RoundToFormat(row.format, row.x.back() + 12);
    pool.push_back({Case(std::move(row)), is_longest ? kPast65536 : family});
    pool.back().row.exact();
  };
  Random choose(1, HashOf(Name(signature.format)));
  for (const Family& family : SyntheticFamilies()) {
    for (int i = 0; i < 4; ++i) draw(family.name, lengths[choose.Below(std::size(lengths))]);
  }
  draw("normal_1", 781);
  draw("normal_1", 1027);
  draw("constant", 300);
  draw("constant", 2500);
  draw("constant", 65540);  // with a peak at the end
  return pool;
}

// The specimens of an operation.
std::vector<const Specimen*> Of(Operation operation, const std::vector<Specimen>& specimens) {
  std::vector<const Specimen*> own;
  for (const Specimen& specimen : specimens) {
    if (specimen.kernel.operation == operation) own.push_back(&specimen);
  }
  return own;
}

// The pools of the operation at hand, of every signature in its corpus; all are made before the first child is.
std::vector<std::pair<Signature, std::vector<PoolRow>>> pools;
void MakePools(Operation operation) {
  pools.clear();
  for (const auto* specimens : {&Mutants(), &LawfulKernels()}) {
    for (const Specimen* specimen : Of(operation, *specimens)) {
      const auto known = [&](const auto& pool) { return pool.first == specimen->kernel; };
      if (std::none_of(pools.begin(), pools.end(), known)) {
        pools.emplace_back(specimen->kernel, MakePool(specimen->kernel));
      }
    }
  }
}
const std::vector<PoolRow>& Pool(const Signature& signature) {
  return std::find_if(pools.begin(), pools.end(), [&](const auto& pool) { return pool.first == signature; })->second;
}

// What came of a kernel under one law: the pool's rows of the law's own family first, then all of them, `rounds` times.
struct Finding {
  bool broken = false;
  std::string what;
  std::size_t shrunk_length = 0;
  std::size_t informative = 0;
};
Finding Try(const Kernel& kernel, const Law& law, std::uint64_t rounds) {
  Finding finding;
  for (std::uint64_t round = 0; round < rounds; ++round) {
    for (const bool own : {true, false}) {
      std::uint64_t salt = round << 32;
      for (const auto& [row, family] : Pool(kernel)) {
        ++salt;
        if ((law.family == family) != own || (family == kPast65536 && law.name != "accuracy")) continue;
        const Outcome outcome = law.check(kernel, row, salt);
        finding.informative += outcome.kind != Outcome::Kind::vacuous;
        if (outcome.kind != Outcome::Kind::broken) continue;
        finding.broken = true;
        finding.what = outcome.violation->what;
        finding.shrunk_length = row.row().GetShape().n;
        if (family == kPast65536) return finding;  // nothing shorter would do
        const Row least = Shrink(
            row.row(),
            [&, salt](const Row& simpler) {
              return law.check(kernel, Case(simpler), salt).kind == Outcome::Kind::broken;
            },
            400);
        finding.shrunk_length = least.GetShape().n;
        return finding;
      }
    }
  }
  return finding;
}

class Score : public testing::TestWithParam<Operation> {
 protected:
  void SetUp() override { MakePools(GetParam()); }
};
INSTANTIATE_TEST_SUITE_P(EveryOperation, Score, testing::ValuesIn([] {
                           std::vector<Operation> operations;
                           for (const OperationInfo& info : kOperations) operations.push_back(info.operation);
                           return operations;
                         }()),
                         [](const auto& info) { return std::string(Name(info.param)); });

TEST_P(Score, EveryMutantIsRejected) {
  const std::vector<const Specimen*> mutants = Of(GetParam(), Mutants());
  std::vector<Answer> answers(mutants.size());
  ForEach(mutants.size(), [&](std::size_t i) {
    answers[i] = Ask([&]() -> std::string {
      for (const Law& law : Laws()) {
        if (!law.covers(mutants[i]->kernel)) continue;
        const Finding finding = Try(mutants[i]->kernel, law, 1);
        if (finding.broken) return fmt::format("{} {}", law.name, finding.shrunk_length);
      }
      return "";
    }, kSeconds);
  });

  std::map<std::string, std::map<Format, std::string>> table;
  std::map<std::string, int> kills;
  std::vector<int> lengths;
  std::size_t rejected = 0;
  std::size_t equivalent = 0;
  for (std::size_t i = 0; i < mutants.size(); ++i) {
    const Kernel& kernel = mutants[i]->kernel;
    std::string& cell = table[kernel.algorithm][kernel.format];
    const std::string law = answers[i].died ? answers[i].text : answers[i].text.substr(0, answers[i].text.find(' '));
    if (!mutants[i]->equivalent.empty()) {
      ++equivalent;
      cell = "(equivalent)";
      EXPECT_TRUE(law.empty()) << kernel.name << " is said to be equivalent (" << mutants[i]->equivalent << ") but "
                               << law;
      continue;
    }
    cell = law.empty() ? "SURVIVES" : law;
    EXPECT_FALSE(law.empty()) << kernel.name << " survives every law: " << mutants[i]->about;
    if (law.empty()) continue;
    ++rejected;
    ++kills[law];
    if (!answers[i].died) lengths.push_back(std::stoi(answers[i].text.substr(law.size())));
  }
  fmt::print("{:32}", "first rejected by");
  for (const FormatInfo& format : kFormats) fmt::print("{:24}", format.name);
  for (const auto& [name, cells] : table) {
    fmt::print("\n{:32}", name);
    for (const auto& [format, cell] : cells) fmt::print("{:24}", cell);
  }
  std::sort(lengths.begin(), lengths.end());
  fmt::print("\n\nlaws that reject first:");
  for (const auto& [law, count] : kills) fmt::print(" {} {}", law, count);
  fmt::print("\nlength of the shrunk counterexamples: median {}, longest {}\n", lengths.at(lengths.size() / 2),
             lengths.back());
  fmt::print("{}: rejected {} of {} mutants ({} more are equivalent to correct kernels in their format)\n",
             Name(GetParam()), rejected, mutants.size() - equivalent, equivalent);
  EXPECT_LE(lengths[lengths.size() / 2], 4);
}

TEST_P(Score, EveryLawfulKernelIsAccepted) {
  const std::vector<const Specimen*> kernels = Of(GetParam(), LawfulKernels());
  std::vector<Answer> answers(kernels.size());
  ForEach(kernels.size(), [&](std::size_t i) {
    answers[i] = Ask([&]() -> std::string {
      std::string complaints;
      for (const Law& law : Laws()) {
        if (!law.covers(kernels[i]->kernel)) continue;
        const Finding finding = Try(kernels[i]->kernel, law, 1);
        if (finding.broken) complaints += fmt::format("\n  {}: {}", law.name, finding.what);
      }
      return complaints;
    }, kSeconds);
  });
  std::size_t accepted = 0;
  for (std::size_t i = 0; i < kernels.size(); ++i) {
    const bool is_accepted = !answers[i].died && answers[i].text.empty();
    EXPECT_TRUE(is_accepted) << kernels[i]->kernel.name << " (" << kernels[i]->about << "): " << answers[i].text;
    accepted += is_accepted;
  }
  fmt::print("{}: accepted {} of {} lawful kernels\n", Name(GetParam()), accepted, kernels.size());
}

// Each law that names a mutant of the operation.
TEST_P(Score, EveryLawCatchesItsMutantAlone) {
  struct Pair {
    const Law* law;
    const Specimen* mutant;
  };
  std::vector<Pair> pairs;
  for (const Law& law : Laws()) {
    if (law.mutant.substr(0, law.mutant.find('.')) != Name(GetParam())) continue;
    const std::size_t before = pairs.size();
    for (const Specimen* mutant : Of(GetParam(), Mutants())) {
      const std::string name = fmt::format("{}.{}", Name(GetParam()), mutant->kernel.algorithm);
      if (name == law.mutant && mutant->equivalent.empty()) pairs.push_back({&law, mutant});
    }
    EXPECT_GT(pairs.size(), before) << law.name << " names " << law.mutant << ", which is no mutant";
  }
  std::vector<Answer> answers(pairs.size());
  ForEach(pairs.size(), [&](std::size_t i) {
    answers[i] = Ask([&]() -> std::string {
      const Finding finding = Try(pairs[i].mutant->kernel, *pairs[i].law, 3);
      return finding.broken ? "caught" : fmt::format("not caught in {} informative trials", finding.informative);
    }, kSeconds);
  });
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    EXPECT_TRUE(!answers[i].died && answers[i].text == "caught")
        << pairs[i].law->name << " on " << pairs[i].mutant->kernel.name << ": " << answers[i].text;
  }
}

TEST(Laws, NameAFamilyAndAProof) {
  std::ifstream file(SV_ERROR_BOUNDS);
  std::set<std::string> headings;
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("#")) headings.insert(line.substr(line.find_first_not_of("# ")));
  }
  std::set<std::string_view> names;
  for (const Law& law : Laws()) {
    EXPECT_TRUE(names.insert(law.name).second) << law.name;
    EXPECT_EQ(FindLaw(law.name), &law);
    EXPECT_FALSE(law.statement.empty()) << law.name;
    EXPECT_TRUE(ParseOperation(law.mutant.substr(0, law.mutant.find('.')))) << law.name << " names " << law.mutant;
    EXPECT_NE(FindFamily(law.family), nullptr) << law.name << " names the family " << law.family;
    EXPECT_TRUE(headings.contains(std::string(law.proof)))
        << law.name << ": docs/error_bounds.md has no heading \"" << law.proof << "\"";
  }
  EXPECT_EQ(FindLaw("no_such_law"), nullptr);
}

TEST(Corpus, IsLargeAndSaysWhatItIs) {
  // Every kernel there once in every format, and enough of them for every operation.
  const auto check = [](const std::vector<Specimen>& specimens, std::size_t least, std::size_t least_of_softmax) {
    std::map<Operation, std::map<std::string, std::set<Format>>> formats;
    for (const Specimen& specimen : specimens) {
      const Kernel& kernel = specimen.kernel;
      EXPECT_FALSE(specimen.about.empty()) << kernel.name;
      EXPECT_TRUE(formats[kernel.operation][kernel.algorithm].insert(kernel.format).second)
          << "two kernels are named " << kernel.name;
    }
    for (const OperationInfo& info : kOperations) {
      EXPECT_GE(formats[info.operation].size(), info.operation == Operation::softmax ? least_of_softmax : least)
          << info.name;
      for (const auto& [name, in] : formats[info.operation]) EXPECT_EQ(in.size(), kFormats.size()) << name;
    }
  };
  check(Mutants(), 6, 24);
  check(LawfulKernels(), 3, 10);
  for (const Specimen& specimen : LawfulKernels()) EXPECT_TRUE(specimen.equivalent.empty()) << specimen.kernel.name;
}

}  // namespace
}  // namespace softmax_verify
