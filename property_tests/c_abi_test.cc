// include/softmax_verify/kernels.h: every kernel of the registry is declared and exported, under its name, with the
// parameter names that `validate` knows, and computes what the registry's kernel computes.
#include "softmax_verify/kernels.h"

#include <dlfcn.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "kernels/registry.h"
#include "verify/random.h"

namespace softmax_verify {
namespace {

std::string SymbolOf(const Kernel& kernel) {
  std::string symbol = "sv_" + kernel.name;
  std::replace(symbol.begin(), symbol.end(), '.', '_');
  return symbol;
}

template <class Function>
Function* Find(const std::string& symbol) {
  return reinterpret_cast<Function*>(dlsym(RTLD_DEFAULT, symbol.c_str()));
}

// `rows` x `cols` random logits of the format in rows of `stride` elements, as storage.
std::vector<unsigned char> Logits(Format format, std::size_t rows, std::size_t stride) {
  std::vector<unsigned char> bytes(rows * stride * Info(format).bytes);
  Random random(7, HashOf(Name(format)));
  for (std::size_t i = 0; i < rows * stride; ++i) Store(format, bytes.data(), i, RoundToFormat(format, random.Normal()));
  return bytes;
}

Operands Softmax(const void* x, void* y) {
  Operands operands;
  operands.Set(Role::x, x);
  operands.Set(Role::y, y);
  return operands;
}

// The three entry points of `symbol` against `kernel`; C is the type of scale and temperature.
template <class C>
void ComparesEqual(const std::string& symbol, const Kernel& kernel) {
  SCOPED_TRACE(symbol);
  auto* const plain = Find<void(const void*, void*, size_t, size_t)>(symbol);
  auto* const strided = Find<int(const void*, size_t, void*, size_t, size_t, size_t, C)>(symbol + "_strided");
  auto* const axis = Find<int(const void*, void*, size_t, size_t, size_t, C)>(symbol + "_axis");
  ASSERT_TRUE(plain && strided && axis);

  const std::vector<unsigned char> x = Logits(kernel.format, 6, 40);
  std::vector<unsigned char> expected(x.size());
  std::vector<unsigned char> got(x.size());

  const Operands operands = Softmax(x.data(), expected.data());
  kernel.run(operands, Layout::Rows(6, 37), {});
  plain(x.data(), got.data(), 6, 37);
  EXPECT_EQ(got, expected);

  kernel.run(operands, {6, 37, 1, 40, 39, 0}, {.scale = 0.125});
  EXPECT_EQ(strided(x.data(), 40, got.data(), 39, 6, 37, C{0.125}), 0);
  EXPECT_EQ(got, expected);

  kernel.run(operands, Layout::Axis(3, 8, 10), {.temperature = 3});
  EXPECT_EQ(axis(x.data(), got.data(), 3, 8, 10, C{3}), 0);
  EXPECT_EQ(got, expected);

  EXPECT_EQ(strided(x.data(), 36, got.data(), 39, 6, 37, C{1}), 1);
  EXPECT_EQ(strided(x.data(), 40, got.data(), 39, 6, 37, C{0}), 1);
  EXPECT_EQ(axis(x.data(), got.data(), 3, 8, 10, C{-1}), 1);
  EXPECT_EQ(got, expected);
}

TEST(CAbiTest, EveryKernelIsExportedAndComputesTheSame) {
  for (const Kernel& kernel : KernelsOf(Targets().front())) {
    const auto compare = Info(kernel.format).compute == Format::f64 ? &ComparesEqual<double> : &ComparesEqual<float>;
    compare(SymbolOf(kernel), kernel);
    if (kernel.algorithm == "three_pass") {
      compare("sv_" + std::string(Name(kernel.operation)) + "_" + std::string(Name(kernel.format)), kernel);
    }
  }
}

TEST(CAbiTest, EveryKernelIsDeclaredWithRoleNames) {
  std::ifstream file(SOFTMAX_VERIFY_KERNELS_HEADER);
  const std::string header((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  ASSERT_FALSE(header.empty());
  for (const Kernel& kernel : KernelsOf(Targets().front())) {
    const std::string t = kernel.format == Format::f32 ? "float" : kernel.format == Format::f64 ? "double" : "uint16_t";
    const std::string c = kernel.format == Format::f64 ? "double" : "float";
    const std::string s = SymbolOf(kernel);
    for (const std::string& declaration : {
             "void " + s + "(const " + t + "* x, " + t + "* y, size_t rows, size_t cols);",
             "int " + s + "_strided(const " + t + "* x, size_t ldx, " + t + "* y, size_t ldy, size_t rows, size_t cols, " +
                 c + " scale);",
             "int " + s + "_axis(const " + t + "* x, " + t + "* y, size_t outer, size_t axis_len, size_t inner, " + c +
                 " temperature);",
         }) {
      EXPECT_NE(header.find("\n" + declaration + "\n"), std::string::npos) << declaration;
    }
  }
}

}  // namespace
}  // namespace softmax_verify
