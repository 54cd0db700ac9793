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
  const Claim claim = ForeignClaim(declaration.signature.format, ParseAccumulation("sequential"), 2);
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
        const Family& family = index % 2 == 0 ? *FindFamily(law.family) : Families()[random.Below(Families().size())];
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

struct Wild {
  const char* name;
  std::set<Misbehaviour> kinds;  // those, and no others
  const char* what;              // a part of what is said
  const char* library = SV_WILD;
  std::set<Misbehaviour> also = {};  // may follow from it
};

class WildKernels : public testing::TestWithParam<Wild> {};

const std::vector<Wild>& AllWild() {
  using M = Misbehaviour;
  static const std::vector<Wild> all = {
      {"well_behaved", {}, ""},
      {"null_pointer", {M::crash}, "crashed: SIGSEGV at address 0x0, in no operand"},
      {"aborting", {M::crash}, "crashed: SIGABRT"},
      {"dividing", {M::crash}, "crashed: SIGFPE"},
      {"bottomless", {M::crash}, "crashed: SIGSEGV"},
      {"parricide", {M::crash}, "killed the process that it was started from"},
      {"endless", {M::hang}, "was still running after"},
      {"sleeping", {M::hang}, "was still running after"},
      {"leaving", {M::exit}, "ended the process with status 3"},
      {"throwing", {M::exception}, "threw an exception: eight is too many"},
      {"greedy", {M::out_of_memory}, "threw std::bad_alloc"},
      {"leaking", {M::out_of_memory}, "gave nothing back"},
      {"overreading", {M::out_of_bounds_read}, "of x, which has"},
      {"underreading", {M::out_of_bounds_read}, "read byte -4 of x, in front of it"},
      {"touches_nothing_wrongly", {M::out_of_bounds_read}, "read byte 0 of x, which has 0"},
      {"overwriting", {M::out_of_bounds_write}, "of y, which has"},
      {"gap_filling", {M::out_of_bounds_write}, "of y, in the gap between two rows"},
      {"input_spoiling", {M::input_modified}, "wrote to byte 12 of x, which is only to be read"},
      {"tail_leaving", {M::not_written}, "did not write element"},
      {"half_writing", {M::not_written}, "did not write all of element"},
      {"idle", {M::not_written}, "did not write element 0 of y"},
      {"upward", {M::fp_environment}, "left the rounding mode"},
      {"flushing", {M::fp_environment}, "left the rounding mode"},
      {"trapping", {M::fp_environment}, "left the rounding mode"},
      {"well_behaved", {M::fp_environment, M::not_written}, "changed the floating-point environment while it was loaded",
       SV_WILD_ON_LOAD},
      {"wavering", {M::not_deterministic}, "gave other bits"},
      {"cpu_bound", {M::not_deterministic}, "than elsewhere"},
      {"tiring", {M::not_deterministic}, "gave other bits in call"},
      {"remembering", {M::stale_result}, "answered new content at the same pointers with the results of the old",
       SV_WILD, {M::not_deterministic}},
      {"silencing", {M::stdout_closed}, "closed or replaced standard output"},
      {"closing", {M::stdout_closed}, "closed every file"},
      {"belated", {M::late_write}, "after it had come back", SV_WILD, {M::not_deterministic}},
      {"refusing", {M::status}, "returned 22 for valid arguments; 0 is success"},
      {"copying", {}, ""},
      {"zeroing", {}, ""},
  };
  return all;
}
INSTANTIATE_TEST_SUITE_P(Zoo, WildKernels, testing::ValuesIn(AllWild()),
                         [](const auto& info) { return fmt::format("{}_{}", info.index, info.param.name); });

TEST_P(WildKernels, AreNamedForWhatTheyDo) {
  const Wild& wild = GetParam();
  if (wild.name == std::string_view("cpu_bound") && CpusToTry().size() < 2) GTEST_SKIP() << "there is one CPU";
  const std::string symbol = fmt::format("wild_{}_softmax", wild.name);
  const std::string text =
      symbol == "wild_gap_filling_softmax"
          ? fmt::format("void {}(const float* x, size_t ldx, float* y, size_t ldy, size_t rows, size_t cols)", symbol)
          : fmt::format("{} {}(const float* x, float* y, size_t rows, size_t cols)",
                        symbol == "wild_refusing_softmax" ? "int" : "void", symbol);
  ForeignKernel foreign = MakeForeign(wild.library, {text.c_str()}, Causal::top_left, 2);
  foreign.Load();
  RunProbes(&foreign, {.seed = 1, .count = 30, .deterministic = true, .linger = 0.05, .parameters = {}, .fixed = {}});
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
                          ForeignClaim(declaration.signature.format, {}, 2), {}, {.seconds = 5});
    RunProbes(&foreign, {.seed = 1, .count = 2, .deterministic = false, .linger = 0, .parameters = {}, .fixed = {}});
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
