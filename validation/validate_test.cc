// Callables of this very process, through the header that others use.
#include "softmax_verify/validate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <memory>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

using softmax_verify::KernelVerdict;
using softmax_verify::Validate;
using softmax_verify::ValidateOptions;
using testing::HasSubstr;

constexpr const char* kMatrix = "void softmax(const float* x, float* y, size_t rows, size_t cols)";

ValidateOptions Quick() {
  ValidateOptions options;
  options.effort = "quick";
  return options;
}

template <typename T>
void SoftmaxOf(const T* x, T* y, std::size_t cols, T scale = 1) {
  const T largest = scale * *std::max_element(x, x + cols);
  T sum = 0;
  for (std::size_t i = 0; i < cols; ++i) sum += y[i] = std::exp(scale * x[i] - largest);
  for (std::size_t i = 0; i < cols; ++i) y[i] /= sum;
}

void Softmax(const float* x, float* y, std::size_t rows, std::size_t cols) {
  for (std::size_t r = 0; r < rows; ++r) SoftmaxOf(x + r * cols, y + r * cols, cols);
}
void SoftmaxNoexcept(const float* x, float* y, std::size_t rows, std::size_t cols) noexcept {
  Softmax(x, y, rows, cols);
}

enum class Status : int { fine };

struct Scaled {
  double scale;
  Status operator()(double* x, long n) const {
    const std::vector<double> logits(x, x + n);
    SoftmaxOf(logits.data(), x, logits.size(), scale);
    return Status::fine;
  }
};

struct Bf16 {
  std::uint16_t bits;
};
float FromBf16(Bf16 value) {
  const std::uint32_t bits = std::uint32_t{value.bits} << 16;
  float result;
  std::memcpy(&result, &bits, sizeof result);
  return result;
}
Bf16 ToBf16(float value) {
  std::uint32_t bits;
  std::memcpy(&bits, &value, sizeof bits);
  if (std::isnan(value)) return {0x7FC0};
  return {static_cast<std::uint16_t>((bits + 0x7FFF + (bits >> 16 & 1)) >> 16)};
}

TEST(Validate, TakesWhateverCanBeCalled) {
  const KernelVerdict function = Validate(Softmax, kMatrix, Quick());
  EXPECT_TRUE(function.passed()) << function;
  EXPECT_THAT(function.text(), HasSubstr("\nPASSED\n"));
  EXPECT_THAT(function.json(), HasSubstr("\"verdict\": \"PASSED\""));
  EXPECT_THAT(function.junit(), HasSubstr("failures=\"0\""));

  const KernelVerdict pointer = Validate(&SoftmaxNoexcept, kMatrix, Quick());
  EXPECT_TRUE(pointer.passed()) << pointer;
  const KernelVerdict object =
      Validate(std::function<void(const float*, float*, std::size_t, std::size_t)>(Softmax), kMatrix, Quick());
  EXPECT_TRUE(object.passed()) << object;
  EXPECT_EQ(object.text(), function.text());

  ValidateOptions scaled = Quick();
  scaled.parameters["scale"] = "0.375";
  const KernelVerdict functor = Validate(Scaled{0.375}, "int softmax(double* x, long n)", scaled);
  EXPECT_TRUE(functor.passed()) << functor;
  const KernelVerdict other_scale = Validate(Scaled{0.376}, "int softmax(double* x, long n)", scaled);
  EXPECT_FALSE(other_scale.passed());
}

TEST(Validate, PassesEveryKindOfArgument) {
  ValidateOptions options = Quick();
  options.dtype = "bf16";
  options.roles["in"] = "x";
  const auto kernel = [](const Bf16* in, std::uint16_t* y, int rows, unsigned short cols, float scale, bool fast,
                         const void* context, short threads, void* workspace, std::size_t workspace_bytes) {
    if (!fast || context != nullptr || threads != -3 || workspace_bytes != 4096) return 1;
    std::vector<float> logits(cols), results(cols);
    for (int r = 0; r < rows; ++r) {
      for (std::size_t i = 0; i < cols; ++i) logits[i] = FromBf16(in[r * cols + i]);
      SoftmaxOf(logits.data(), results.data(), cols, scale);
      for (std::size_t i = 0; i < cols; ++i) y[r * cols + i] = ToBf16(results[i]).bits;
    }
    std::memset(workspace, 1, workspace_bytes);
    return 0;
  };
  const KernelVerdict verdict =
      Validate(kernel,
               "int softmax(const uint16_t* in, uint16_t* y, int rows, uint16_t cols, float scale, bool fast = true, "
               "const void* context = nullptr, short threads = -3, void* workspace, size_t workspace_bytes = 4096)",
               options);
  EXPECT_TRUE(verdict.passed()) << verdict;

  const auto logsumexp = [](const double* x, std::size_t n) {
    const double largest = *std::max_element(x, x + n);
    double sum = 0;
    for (std::size_t i = 0; i < n; ++i) sum += std::exp(x[i] - largest);
    return std::isinf(largest) ? largest : largest + std::log(sum);
  };
  const KernelVerdict value = Validate(logsumexp, "double logsumexp(const double* x, size_t n)", Quick());
  EXPECT_TRUE(value.passed()) << value;
}

TEST(Validate, FindsWhatIsWrong) {
  const KernelVerdict zeros =
      Validate([](const float*, float* y, std::size_t rows, std::size_t cols) { std::fill_n(y, rows * cols, 0.0f); },
               kMatrix, Quick());
  EXPECT_FALSE(zeros.passed());
  EXPECT_THAT(zeros.text(), HasSubstr("FAILED  accuracy"));
  EXPECT_THAT(zeros.text(), HasSubstr("again: the same call with the effort quick and the seed 1"));
  EXPECT_THAT(zeros.junit(), HasSubstr("<failure"));
  std::ostringstream printed;
  printed << zeros;
  EXPECT_EQ(printed.str(), zeros.text());

  const auto fails_by = [](const char* kind, auto misbehave) {
    const KernelVerdict verdict = Validate(
        [misbehave](const float* x, float* y, std::size_t rows, std::size_t cols) mutable {
          Softmax(x, y, rows, cols);
          misbehave(y, rows * cols);
        },
        kMatrix, Quick());
    EXPECT_FALSE(verdict.passed()) << kind;
    EXPECT_THAT(verdict.text(), HasSubstr(std::string("FAILED  ") + kind));
  };
  fails_by("crash: crashed: SIGABRT", [](float*, std::size_t) { std::abort(); });
  fails_by("exit: ended the process with status 3", [](float*, std::size_t) { std::exit(3); });
  fails_by("exception: threw an exception: no luck", [](float*, std::size_t) { throw std::runtime_error("no luck"); });
  fails_by("out_of_bounds_write: wrote to byte", [](float* y, std::size_t size) { y[size] = 0; });
  fails_by("not_deterministic", [calls = 0](float* y, std::size_t size) mutable {
    if (++calls > 60 && size > 1) y[1] *= 1.0000002f;
  });
}

TEST(Validate, KeepsItsFailuresWhereItIsTold) {
  const std::filesystem::path directory =
      std::filesystem::path(testing::TempDir()) / ("validate_test." + std::to_string(getpid()));
  ValidateOptions options = Quick();
  options.failures = directory;
  EXPECT_FALSE(Validate([](const float*, float*, std::size_t, std::size_t) {}, kMatrix, options).passed());
  EXPECT_TRUE(std::filesystem::exists(directory / "softmax.not_written.json"));
  std::filesystem::remove_all(directory);
}

std::string Reason(const std::function<void()>& call) {
  try {
    call();
  } catch (const std::invalid_argument& error) {
    return error.what();
  }
  return "nothing was thrown";
}

TEST(Validate, RejectsWhatDoesNotAgree) {
  EXPECT_EQ(Reason([] { Validate(Softmax, "void softmax(const float* x, float* y, size_t n)"); }),
            "the callable takes 4 arguments, the declaration of softmax has 3");
  EXPECT_EQ(Reason([] { Validate(Softmax, "void softmax(const double* x, double* y, size_t rows, size_t cols)"); }),
            "argument 1 of the callable is const float*, where the declaration of softmax has const double* x; let the "
            "two agree");
  EXPECT_EQ(
      Reason([] { Validate([](float*, float*, std::size_t, std::size_t) {}, kMatrix); }),
      "argument 1 of the callable is float*, where the declaration of softmax has const float* x; let the two agree");
  EXPECT_EQ(Reason([] { Validate(Softmax, "void softmax(const float* x, float* y, int rows, size_t cols)"); }),
            "argument 3 of the callable is uint64_t, where the declaration of softmax has int rows; let the two agree");
  EXPECT_EQ(Reason([] { Validate(Softmax, "int softmax(const float* x, float* y, size_t rows, size_t cols)"); }),
            "the callable returns void, where the declaration of softmax has int; let the two agree");
  EXPECT_EQ(Reason([] { Validate([](const Bf16*, Bf16*, int) {}, "void softmax(const float* x, float* y, int n)"); }),
            "argument 1 of the callable is const (a type of 2 bytes)*, where the declaration of softmax has const "
            "float* x; let the two "
            "agree");
  EXPECT_THAT(Reason([] { Validate(Softmax, "void softmax(const float* x, float* z, size_t rows, size_t cols)"); }),
              HasSubstr("'z'"));
  const auto reason_of = [](auto change) {
    ValidateOptions options;
    change(&options);
    return Reason([&] { Validate(Softmax, kMatrix, options); });
  };
  EXPECT_THAT(reason_of([](ValidateOptions* options) { options->effort = "huge"; }),
              HasSubstr("quick, normal or thorough"));
  EXPECT_THAT(reason_of([](ValidateOptions* options) { options->op = "softmx"; }),
              HasSubstr("unknown operation 'softmx'"));
  EXPECT_THAT(reason_of([](ValidateOptions* options) { options->parameters["scal"] = "1"; }),
              HasSubstr("unknown parameter 'scal'"));
  EXPECT_THAT(reason_of([](ValidateOptions* options) { options->exp_ulp = 0; }), HasSubstr("from 0.5 to 1e6"));
}

}  // namespace
