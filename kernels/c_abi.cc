// The C ABI of include/softmax_verify/kernels.h: each function finds its kernel of the best target once.
#include <stdexcept>
#include <string>

#include "kernels/registry.h"
#include "softmax_verify/kernels.h"

namespace softmax_verify {
namespace {

const Kernel& BestKernel(const char* name) {
  for (const Kernel& kernel : KernelsOf(Targets().front())) {
    if (kernel.name == name) return kernel;
  }
  throw std::logic_error(std::string("no kernel ") + name);
}

Operands Softmax(const void* x, void* y) {
  Operands operands;
  operands.Set(Role::x, x);
  operands.Set(Role::y, y);
  return operands;
}

}  // namespace
}  // namespace softmax_verify

#define SV_SOFTMAX(function, kernel_name, T, C)                                                                        \
  static const softmax_verify::Kernel& function##_kernel() {                                                           \
    static const softmax_verify::Kernel& kernel = softmax_verify::BestKernel(kernel_name);                             \
    return kernel;                                                                                                     \
  }                                                                                                                    \
  void function(const T* x, T* y, size_t rows, size_t cols) {                                                          \
    function##_kernel().run(softmax_verify::Softmax(x, y), softmax_verify::Layout::Rows(rows, cols), {});              \
  }                                                                                                                    \
  int function##_strided(const T* x, size_t ldx, T* y, size_t ldy, size_t rows, size_t cols, C scale) {                \
    return static_cast<int>(function##_kernel().run(softmax_verify::Softmax(x, y), {rows, cols, 1, ldx, ldy, 0},       \
                                                    {.scale = scale}));                                                \
  }                                                                                                                    \
  int function##_axis(const T* x, T* y, size_t outer, size_t axis_len, size_t inner, C temperature) {                  \
    return static_cast<int>(function##_kernel().run(softmax_verify::Softmax(x, y),                                     \
                                                    softmax_verify::Layout::Axis(outer, axis_len, inner),              \
                                                    {.temperature = temperature}));                                    \
  }

#define SV_SOFTMAX_EVERY_FORMAT(algorithm)                                                            \
  SV_SOFTMAX(sv_softmax_##algorithm##_f32, "softmax." #algorithm ".f32", float, float)                \
  SV_SOFTMAX(sv_softmax_##algorithm##_f16, "softmax." #algorithm ".f16", uint16_t, float)             \
  SV_SOFTMAX(sv_softmax_##algorithm##_bf16, "softmax." #algorithm ".bf16", uint16_t, float)           \
  SV_SOFTMAX(sv_softmax_##algorithm##_f64, "softmax." #algorithm ".f64", double, double)

SV_SOFTMAX(sv_softmax_f32, "softmax.three_pass.f32", float, float)
SV_SOFTMAX(sv_softmax_f16, "softmax.three_pass.f16", uint16_t, float)
SV_SOFTMAX(sv_softmax_bf16, "softmax.three_pass.bf16", uint16_t, float)
SV_SOFTMAX(sv_softmax_f64, "softmax.three_pass.f64", double, double)
SV_SOFTMAX_EVERY_FORMAT(naive)
SV_SOFTMAX_EVERY_FORMAT(three_pass)
SV_SOFTMAX_EVERY_FORMAT(online)
SV_SOFTMAX_EVERY_FORMAT(blocked)
SV_SOFTMAX(sv_softmax_native_f16, "softmax.native.f16", uint16_t, float)
SV_SOFTMAX(sv_softmax_native_bf16, "softmax.native.bf16", uint16_t, float)
