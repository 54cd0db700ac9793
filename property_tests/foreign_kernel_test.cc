// Strangers' kernels through their declarations: correct ones keep every law and raise no finding, whatever the shape of
// their arguments.
#include "verify/foreign_kernel.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <fstream>
#include <set>
#include <string>
#include <vector>

#include "property_tests/laws.h"
#include "property_tests/zoo.h"
#include "verify/draw.h"
#include "verify/families.h"
#include "verify/foreign_call.h"
#include "verify/probes.h"

namespace softmax_verify {
namespace {

struct Tame {
  const char* text;
  DeclarationHints hints = {};
  Parameters parameters = {};
  bool base_2_lse = false;
};

ForeignKernel MakeForeign(const char* library, const Tame& tame, Causal causal = Causal::top_left,
                          double seconds = 5) {
  const Declaration declaration = ParseDeclaration(tame.text, tame.hints);
  Parameters parameters = tame.parameters;
  for (const ParameterInfo& info : kParameters) {
    if (declaration.constant.Has(info.parameter)) {
      SetParameter(ParameterText(declaration.constants, info.parameter), info.parameter, &parameters);
    }
  }
  Claim claim = ForeignClaim(Info(declaration.signature.format).compute, ParseAccumulation("sequential"), 2);
  claim.base_2_lse = tame.base_2_lse;
  return ForeignKernel([library = std::string(library), declaration] { return LoadFunction(library, declaration); },
                       declaration, parameters, causal, claim, {}, {.seconds = seconds, .bytes = std::uint64_t{1} << 31});
}

DeclarationHints Dtype(Format format) { return {.operation = {}, .format = format, .roles = {}, .given = {}}; }

const std::vector<Tame>& TameKernels() {
  static const std::vector<Tame> all = {
      {"void tame_softmax(const float* x, float* y, size_t rows, size_t cols)"},
      {"void tame_softmax_of_one(int n, float* y, const float* x)"},
      {"void tame_softmax_of_seven(const float* x, float* y, int rows, int cols = 7)"},
      {"void tame_softmax_in_place(float* x, size_t ldx, unsigned rows, unsigned cols)"},
      {"int tame_softmax_strided(const float* x, size_t ldx, float* y, size_t ldy, int64_t rows, int64_t cols, float scale)"},
      {"int tame_softmax_strided(const float* x, size_t ldx, float* y, size_t ldy, int64_t rows, int64_t cols, float scale = 0.3f)"},
      {"void tame_softmax_axis(const double* x, double* y, long outer, long axis_len, long inner)"},
      {"int tame_softmax_bf16(const uint16_t* x, uint16_t* y, size_t rows, size_t cols, double scale = 0.125, short threads = -3, "
       "bool fast = true, unsigned char kind = 200, const void* context = nullptr, void* workspace, size_t workspace_bytes = 77)",
       Dtype(Format::bf16)},
      {"int tame_softmax_bf16(const __bf16* x, __bf16* y, size_t rows, size_t cols, double scale = 0.125, short threads = -3, "
       "bool fast = true, unsigned char kind = 200, const void* context = nullptr, void* workspace, size_t workspace_bytes = 0)"},
      {"void tame_log_softmax(const double* x, double* y, size_t rows, size_t cols)"},
      {"float tame_logsumexp(const float* x, size_t n)"},
      {"void tame_softmax_with_lse(const float* x, float* y, float* lse, size_t rows, size_t cols)"},
      {"void tame_masked_softmax(const float* x, const bool* mask, float* y, uint32_t rows, uint32_t cols)"},
      {"void tame_biased_softmax(const float* x, const float* bias, float* y, int rows, int cols, bool causal)"},
      {"void tame_biased_softmax(const float* x, const float* bias, float* y, int rows, int cols, bool causal = true)"},
      {"void tame_cross_entropy_backward(const float* x, const float* lse, const int32_t* targets, const float* dy, float* dx, "
       "int rows, int cols, int ignore_index)"},
      {"float tame_logsumexp_to_base_2(const float* x, size_t n)", {}, {}, true},
      {"void tame_softmax_backward(const float* y, float* dy, int rows, int cols)"},
      {"void tame_cross_entropy(const float* x, const int32_t* targets, float* loss, size_t rows, size_t cols, long ignore_index)"},
      {"void tame_attention(const float* q, const float* k, const float* v, float* out, float* lse, size_t seq_q, size_t seq_k, "
       "size_t head_dim, float scale, int causal)"},
      {"void tame_attention(const float* q, const float* k, const float* v, float* out, float* lse, size_t seq_q, size_t seq_k, "
       "size_t head_dim, float scale = 0.125f, int causal = 0)"},
      {"void tame_attention(const float* q, const float* k, const float* v, float* out, float* lse, size_t seq_q, size_t seq_k, "
       "size_t head_dim = 24, float scale = 0.2041241452f, int causal = 0)"},
  };
  return all;
}

class Foreign : public testing::TestWithParam<Tame> {};
INSTANTIATE_TEST_SUITE_P(Tame, Foreign, testing::ValuesIn(TameKernels()),
                         [](const auto& info) {
                           const std::string text = info.param.text;
                           const std::size_t begin = text.find("tame_");
                           return fmt::format("{}_{}", info.index, text.substr(begin, text.find('(') - begin));
                         });

// What the sandbox sees to by itself, and what needs a declaration that says so.
bool IsForStrangers(const Law& law) {
  static const std::set<std::string_view> others = {"memory_contract", "fp_environment", "in_place"};
  return !others.contains(law.name);
}

TEST_P(Foreign, KeepsEveryLaw) {
  ForeignKernel foreign = MakeForeign(SV_TAME, GetParam());
  foreign.Load();
  ParameterSet fixed;
  for (const ParameterInfo& info : kParameters) fixed.Add(info.parameter);
  for (const Kernel& kernel : foreign.kernels()) {
    std::size_t held = 0, laws = 0;
    for (const Law& law : Laws()) {
      if (!law.covers(kernel) || !IsForStrangers(law)) continue;
      ++laws;
      for (std::uint64_t index = 0; index < 6; ++index) {
        Random random(index, HashOf(law.name));
        const Family& family = index % 2 == 0 ? *FindFamily(law.family) : SyntheticFamilies()[random.Below(SyntheticFamilies().size())];
        ParameterSet constant = fixed;
        for (const ParameterInfo& info : kParameters) {
          if (kernel.parameters.Has(info.parameter)) constant.Remove(info.parameter);
        }
        const Declaration& declaration = foreign.declaration();
        const std::size_t n = declaration.fixed_length > 0 ? declaration.fixed_length : 1 + random.Below(40);
        Row row = Draw(kernel, family, n, random, foreign.parameters(), constant, declaration.fixed_depth);
        try {
          const Outcome outcome = law.check(kernel, Case(row), random.Bits());
          held += outcome.kind == Outcome::Kind::held;
          if (outcome.kind == Outcome::Kind::broken) {
            ADD_FAILURE() << kernel.name << " " << law.name << ": " << outcome.violation->what << "\n  " << ToString(row);
          }
        } catch (const Inexpressible&) {
        }
      }
    }
    EXPECT_GT(laws, 8u);
    EXPECT_GT(held, 2 * laws) << "of " << laws << " laws";
  }
  ProbeOptions probes;
  probes.count = 24;
  probes.parameters = foreign.parameters();
  probes.fixed = fixed;
  RunProbes(&foreign, probes);
  for (const auto& [kind, record] : foreign.findings()) {
    ADD_FAILURE() << Name(kind) << ": " << record.first.what << ", " << record.call << " (" << record.count << ")";
  }
}

class WildKernels : public testing::TestWithParam<Wild> {};
INSTANTIATE_TEST_SUITE_P(Zoo, WildKernels, testing::ValuesIn(AllWild()),
                         [](const auto& info) { return fmt::format("{}_{}", info.index, info.param.name); });

TEST_P(WildKernels, AreNamedForWhatTheyDo) {
  const Wild& wild = GetParam();
  if (!CanShow(wild)) GTEST_SKIP() << "there is one CPU";
  const std::string text = DeclarationOf(wild);
  ForeignKernel foreign = MakeForeign(wild.on_load ? SV_WILD_ON_LOAD : SV_WILD, {text.c_str()}, Causal::top_left, 2);
  foreign.Load();
  ProbeOptions probes;
  probes.count = 30;
  probes.linger = 0.05;
  RunProbes(&foreign, probes);
  std::set<Misbehaviour> kinds;
  std::string said;
  for (const auto& [kind, record] : foreign.findings()) {
    if (!wild.also.contains(kind)) kinds.insert(kind);
    said += fmt::format("{}: {}; ", Name(kind), record.first.what);
  }
  EXPECT_EQ(kinds, wild.kinds) << said;
  EXPECT_NE(said.find(wild.what), std::string::npos) << said;
}

// A kernel that writes nothing is seen in every operation and format: every declaration of our own header, with the
// symbol of a function that does nothing.
TEST(Foreign, WritingNothingIsSeenEverywhere) {
  std::ifstream header(SV_KERNELS_H);
  std::size_t seen = 0;
  for (std::string line; std::getline(header, line);) {
    if (line.find(" sv_") == line.npos || line.front() == ' ' || line.front() == '/') continue;
    DeclarationHints hints;
    for (const Format format : {Format::f16, Format::bf16}) {
      if (line.find(fmt::format("_{}", Name(format))) != line.npos) hints.format = format;
    }
    Declaration declaration = ParseDeclaration(line, hints);
    declaration.symbol = "wild_nothing";
    ForeignKernel foreign([declaration] { return LoadFunction(SV_WILD, declaration); }, declaration, {}, Causal::top_left,
                          ForeignClaim(Info(declaration.signature.format).compute, {}, 2), {}, {.seconds = 5});
    ProbeOptions probes;
    probes.count = 2;
    probes.deterministic = false;
    probes.linger = 0;
    RunProbes(&foreign, probes);
    EXPECT_TRUE(foreign.findings().contains(Misbehaviour::not_written)) << line;
    ++seen;
  }
  EXPECT_GE(seen, 200u);
}

TEST(Foreign, SaysWhatCannotBeLoaded) {
  const auto complaint = [](const char* library, const char* text) -> std::string {
    try {
      MakeForeign(library, {text}).Load();
    } catch (const LoadError& error) {
      return error.what();
    }
    return "";
  };
  const char* const tame = "void tame_softmax(const float* x, float* y, size_t rows, size_t cols)";
  EXPECT_NE(complaint("no_such_library.so", tame).find("cannot load the library 'no_such_library.so': "), std::string::npos);
  EXPECT_NE(complaint(SV_KERNELS_H, tame).find("invalid ELF header"), std::string::npos) << complaint(SV_KERNELS_H, tame);
  const std::string missing = complaint(SV_TAME, "void no_such_softmax(const float* x, float* y, size_t rows, size_t cols)");
  EXPECT_NE(missing.find("has no symbol 'no_such_softmax'; 'nm -D --defined-only"), std::string::npos) << missing;
  EXPECT_EQ(missing.find('\n'), std::string::npos);
}

TEST(Foreign, ClassesOfAccumulationAreRead) {
  const auto equal = [](std::string_view text, Accumulation::Kind kind, std::size_t parameter) {
    const Accumulation accumulation = ParseAccumulation(text);
    return accumulation.kind == kind && accumulation.parameter == parameter;
  };
  using Kind = Accumulation::Kind;
  EXPECT_TRUE(equal("sequential", Kind::sequential, 1));
  EXPECT_TRUE(equal("lanes", Kind::lanes, 4));
  EXPECT_TRUE(equal("lanes:16", Kind::lanes, 16));
  EXPECT_TRUE(equal("pairwise", Kind::pairwise, 8));
  EXPECT_TRUE(equal("pairwise:128", Kind::pairwise, 128));
  EXPECT_TRUE(equal("wide", Kind::wide, 1));
  for (const char* wrong : {"", "kahan", "lanes:", "lanes:0", "lanes:x", "wide:3", "lanes:4x"}) {
    EXPECT_THROW(ParseAccumulation(wrong), std::invalid_argument) << wrong;
  }
}

}  // namespace
}  // namespace softmax_verify
