// include/softmax_verify/kernels.h: every kernel of the registry is exported under its name and computes what the
// registry's kernel computes. That its declarations are those that scripts/make_c_abi writes is a test of its own.
#include "softmax_verify/kernels.h"

#include <dlfcn.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
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

bool HasThreeForms(const Kernel& kernel) {
  return kernel.operands == RoleSet{Role::x, Role::y} &&
         kernel.parameters == ParameterSet{Parameter::scale, Parameter::temperature};
}

TEST(CAbiTest, EveryKernelIsExportedAndThoseOfOneMatrixComputeTheSame) {
  for (const Kernel& kernel : KernelsOf(Targets().front())) {
    const std::string recommended =
        "sv_" + std::string(Name(kernel.operation)) + "_" + std::string(Name(kernel.format));
    EXPECT_NE(Find<void()>(SymbolOf(kernel)), nullptr) << SymbolOf(kernel);
    EXPECT_NE(Find<void()>(recommended), nullptr) << recommended;
    if (!HasThreeForms(kernel)) continue;
    const auto compare = Info(kernel.format).compute == Format::f64 ? &ComparesEqual<double> : &ComparesEqual<float>;
    compare(SymbolOf(kernel), kernel);
    if (kernel.algorithm == "three_pass") compare(recommended, kernel);
  }
}

TEST(CAbiTest, OperandsAndParametersArriveInTheirPlaces) {
  const float x[] = {1, 5, 2, 1, 5, 2};
  const std::uint8_t mask[] = {1, 0, 1, 1, 1, 1};
  const float bias[] = {0, 0, 0, 0, 0, -1};
  float y[6];
  ASSERT_EQ(sv_masked_softmax_f32(x, mask, bias, y, 2, 3, 2.0f, 4.0f, 2), 0);
  // Row 0 of 2 ends at column 1 of 3, where the mask hides the larger logit.
  EXPECT_EQ(y[0], 1);
  EXPECT_EQ(y[1], 0);
  EXPECT_EQ(y[2], 0);
  const double terms[] = {std::exp(0.5), std::exp(2.5), 1};  // x * 2 / 4 + bias
  const double sum = terms[0] + terms[1] + terms[2];
  for (int i = 0; i < 3; ++i) EXPECT_NEAR(y[3 + i], terms[i] / sum, 1e-6);
  EXPECT_EQ(sv_masked_softmax_f32(x, nullptr, nullptr, y, 2, 3, 0.0f, 1.0f, 0), 1);
}

}  // namespace
}  // namespace softmax_verify
