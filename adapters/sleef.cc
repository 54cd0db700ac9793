// SLEEF: the three passes of adapters/passes.h with its vector functions; SLEEF has no softmax of its own. What comes
// of it is the accuracy of its exp and log, named u10 or u35 for an error below 1.0 or 3.5 ulp.
#include <sleef.h>

#include "adapters/passes.h"

#define SV_TEXT(x) #x
#define SV_VERSION(major, minor, patch) SV_TEXT(major) "." SV_TEXT(minor) "." SV_TEXT(patch)

namespace {

using softmax_verify::adapters::LogSoftmax;
using softmax_verify::adapters::Softmax;

struct F32 : softmax_verify::adapters::F32 {
  static V Exp(V v) { return Sleef_expf8_u10avx2(v); }
  static T Log(T value) { return Sleef_logf_u10(value); }
};

// exp(t) as 2^(t log2 e), by the less accurate of SLEEF's exp2.
struct F32Fast : softmax_verify::adapters::F32 {
  static V Exp(V v) { return Sleef_exp2f8_u35avx2(Mul(v, Set(1.44269504088896340736f))); }
  static T Log(T value) { return Sleef_logf_u35(value); }
};

struct F64 : softmax_verify::adapters::F64 {
  static V Exp(V v) { return Sleef_expd4_u10avx2(v); }
  static T Log(T value) { return Sleef_log_u10(value); }
};

}  // namespace

extern "C" {

const char* softmax_verify_adapter_library() {
  return "SLEEF " SV_VERSION(SLEEF_VERSION_MAJOR, SLEEF_VERSION_MINOR, SLEEF_VERSION_PATCHLEVEL);
}

int sleef_softmax_u10_f32(const float* x, float* y, size_t rows, size_t cols) { return Softmax<F32>(x, y, rows, cols); }
int sleef_softmax_exp2_u35_f32(const float* x, float* y, size_t rows, size_t cols) {
  return Softmax<F32Fast>(x, y, rows, cols);
}
int sleef_softmax_u10_f64(const double* x, double* y, size_t rows, size_t cols) {
  return Softmax<F64>(x, y, rows, cols);
}
int sleef_log_softmax_u10_f32(const float* x, float* y, size_t rows, size_t cols) {
  return LogSoftmax<F32>(x, y, rows, cols);
}
int sleef_log_softmax_exp2_u35_f32(const float* x, float* y, size_t rows, size_t cols) {
  return LogSoftmax<F32Fast>(x, y, rows, cols);
}
int sleef_log_softmax_u10_f64(const double* x, double* y, size_t rows, size_t cols) {
  return LogSoftmax<F64>(x, y, rows, cols);
}

}  // extern "C"
