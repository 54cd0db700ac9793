// glibc: the three passes of adapters/passes.h with the vector exp of libmvec, which GCC calls for a loop over exp
// under -ffast-math; its authors allow 4 ulp. And the same loop with the exp of libm, as C has it without that option.
#include <gnu/libc-version.h>

#include <cmath>
#include <string>

#include "adapters/passes.h"

// The vector functions have no header: these are their names in the vector ABI of x86-64.
extern "C" __m256 _ZGVdN8v_expf(__m256);
extern "C" __m256d _ZGVdN4v_exp(__m256d);

namespace {

using softmax_verify::adapters::LogSoftmax;
using softmax_verify::adapters::Softmax;

struct F32 : softmax_verify::adapters::F32 {
  static V Exp(V v) { return _ZGVdN8v_expf(v); }
  static T Log(T value) { return std::log(value); }
};

struct F64 : softmax_verify::adapters::F64 {
  static V Exp(V v) { return _ZGVdN4v_exp(v); }
  static T Log(T value) { return std::log(value); }
};

// Vectors of one number.
struct Scalar {
  using T = float;
  using V = float;
  static constexpr std::size_t kLanes = 1;
  static V Load(const T* from) { return *from; }
  static void Store(T* to, V v) { *to = v; }
  static V Set(T value) { return value; }
  static V Add(V a, V b) { return a + b; }
  static V Sub(V a, V b) { return a - b; }
  static V Div(V a, V b) { return a / b; }
  static V Exp(V v) { return std::exp(v); }
  static T Log(T value) { return std::log(value); }
};

}  // namespace

extern "C" {

const char* softmax_verify_adapter_library() {
  static const std::string name = std::string("glibc ") + gnu_get_libc_version();
  return name.c_str();
}

int glibc_softmax_f32(const float* x, float* y, size_t rows, size_t cols) { return Softmax<Scalar>(x, y, rows, cols); }
int glibc_log_softmax_f32(const float* x, float* y, size_t rows, size_t cols) {
  return LogSoftmax<Scalar>(x, y, rows, cols);
}
// validate: --exp-ulp 4
int libmvec_softmax_f32(const float* x, float* y, size_t rows, size_t cols) { return Softmax<F32>(x, y, rows, cols); }
// validate: --exp-ulp 4
int libmvec_softmax_f64(const double* x, double* y, size_t rows, size_t cols) { return Softmax<F64>(x, y, rows, cols); }
// validate: --exp-ulp 4
int libmvec_log_softmax_f32(const float* x, float* y, size_t rows, size_t cols) {
  return LogSoftmax<F32>(x, y, rows, cols);
}

}  // extern "C"
