// The C ABI of include/softmax_verify/kernels.h: each function finds its kernel of the best target once.
// Written by scripts/make_c_abi.
#include "softmax_verify/kernels.h"

#include <initializer_list>
#include <stdexcept>
#include <string>
#include <utility>

#include "kernels/registry.h"

namespace {

using namespace softmax_verify;

const Kernel& BestKernel(const char* name) {
  for (const Kernel& kernel : KernelsOf(Targets().front())) {
    if (kernel.name == name) return kernel;
  }
  throw std::logic_error(std::string("no kernel ") + name);
}

int Run(const Kernel& kernel, std::initializer_list<std::pair<Role, const void*>> given, const Layout& layout,
        const Parameters& parameters) {
  Operands operands;
  for (const auto& [role, memory] : given) operands.Set(role, memory);
  return static_cast<int>(kernel.run(operands, layout, parameters));
}

}  // namespace

void sv_softmax_f32(const float* x, float* y, size_t rows, size_t cols) {
  static const Kernel& kernel = BestKernel("softmax.three_pass.f32");
  Run(kernel, {{Role::x, x}, {Role::y, y}}, Layout::Rows(rows, cols), {});
}
int sv_softmax_f32_strided(const float* x, size_t ldx, float* y, size_t ldy, size_t rows, size_t cols, float scale) {
  static const Kernel& kernel = BestKernel("softmax.three_pass.f32");
  return Run(kernel, {{Role::x, x}, {Role::y, y}}, {rows, cols, 1, ldx, ldy, 0}, {.scale = scale});
}
int sv_softmax_f32_axis(const float* x, float* y, size_t outer, size_t axis_len, size_t inner, float temperature) {
  static const Kernel& kernel = BestKernel("softmax.three_pass.f32");
  return Run(kernel, {{Role::x, x}, {Role::y, y}}, Layout::Axis(outer, axis_len, inner), {.temperature = temperature});
}
void sv_softmax_f16(const uint16_t* x, uint16_t* y, size_t rows, size_t cols) {
  static const Kernel& kernel = BestKernel("softmax.three_pass.f16");
  Run(kernel, {{Role::x, x}, {Role::y, y}}, Layout::Rows(rows, cols), {});
}
int sv_softmax_f16_strided(const uint16_t* x, size_t ldx, uint16_t* y, size_t ldy, size_t rows, size_t cols, float
    scale) {
  static const Kernel& kernel = BestKernel("softmax.three_pass.f16");
  return Run(kernel, {{Role::x, x}, {Role::y, y}}, {rows, cols, 1, ldx, ldy, 0}, {.scale = scale});
}
int sv_softmax_f16_axis(const uint16_t* x, uint16_t* y, size_t outer, size_t axis_len, size_t inner, float temperature)
    {
  static const Kernel& kernel = BestKernel("softmax.three_pass.f16");
  return Run(kernel, {{Role::x, x}, {Role::y, y}}, Layout::Axis(outer, axis_len, inner), {.temperature = temperature});
}
void sv_softmax_bf16(const uint16_t* x, uint16_t* y, size_t rows, size_t cols) {
  static const Kernel& kernel = BestKernel("softmax.three_pass.bf16");
  Run(kernel, {{Role::x, x}, {Role::y, y}}, Layout::Rows(rows, cols), {});
}
int sv_softmax_bf16_strided(const uint16_t* x, size_t ldx, uint16_t* y, size_t ldy, size_t rows, size_t cols, float
    scale) {
  static const Kernel& kernel = BestKernel("softmax.three_pass.bf16");
  return Run(kernel, {{Role::x, x}, {Role::y, y}}, {rows, cols, 1, ldx, ldy, 0}, {.scale = scale});
}
int sv_softmax_bf16_axis(const uint16_t* x, uint16_t* y, size_t outer, size_t axis_len, size_t inner, float temperature)
    {
  static const Kernel& kernel = BestKernel("softmax.three_pass.bf16");
  return Run(kernel, {{Role::x, x}, {Role::y, y}}, Layout::Axis(outer, axis_len, inner), {.temperature = temperature});
}
void sv_softmax_f64(const double* x, double* y, size_t rows, size_t cols) {
  static const Kernel& kernel = BestKernel("softmax.three_pass.f64");
  Run(kernel, {{Role::x, x}, {Role::y, y}}, Layout::Rows(rows, cols), {});
}
int sv_softmax_f64_strided(const double* x, size_t ldx, double* y, size_t ldy, size_t rows, size_t cols, double scale) {
  static const Kernel& kernel = BestKernel("softmax.three_pass.f64");
  return Run(kernel, {{Role::x, x}, {Role::y, y}}, {rows, cols, 1, ldx, ldy, 0}, {.scale = scale});
}
int sv_softmax_f64_axis(const double* x, double* y, size_t outer, size_t axis_len, size_t inner, double temperature) {
  static const Kernel& kernel = BestKernel("softmax.three_pass.f64");
  return Run(kernel, {{Role::x, x}, {Role::y, y}}, Layout::Axis(outer, axis_len, inner), {.temperature = temperature});
}
void sv_softmax_naive_f32(const float* x, float* y, size_t rows, size_t cols) {
  static const Kernel& kernel = BestKernel("softmax.naive.f32");
  Run(kernel, {{Role::x, x}, {Role::y, y}}, Layout::Rows(rows, cols), {});
}
int sv_softmax_naive_f32_strided(const float* x, size_t ldx, float* y, size_t ldy, size_t rows, size_t cols, float
    scale) {
  static const Kernel& kernel = BestKernel("softmax.naive.f32");
  return Run(kernel, {{Role::x, x}, {Role::y, y}}, {rows, cols, 1, ldx, ldy, 0}, {.scale = scale});
}
int sv_softmax_naive_f32_axis(const float* x, float* y, size_t outer, size_t axis_len, size_t inner, float temperature)
    {
  static const Kernel& kernel = BestKernel("softmax.naive.f32");
  return Run(kernel, {{Role::x, x}, {Role::y, y}}, Layout::Axis(outer, axis_len, inner), {.temperature = temperature});
}
void sv_softmax_naive_f16(const uint16_t* x, uint16_t* y, size_t rows, size_t cols) {
  static const Kernel& kernel = BestKernel("softmax.naive.f16");
  Run(kernel, {{Role::x, x}, {Role::y, y}}, Layout::Rows(rows, cols), {});
}
int sv_softmax_naive_f16_strided(const uint16_t* x, size_t ldx, uint16_t* y, size_t ldy, size_t rows, size_t cols, float
    scale) {
  static const Kernel& kernel = BestKernel("softmax.naive.f16");
  return Run(kernel, {{Role::x, x}, {Role::y, y}}, {rows, cols, 1, ldx, ldy, 0}, {.scale = scale});
}
int sv_softmax_naive_f16_axis(const uint16_t* x, uint16_t* y, size_t outer, size_t axis_len, size_t inner, float
    temperature) {
  static const Kernel& kernel = BestKernel("softmax.naive.f16");
  return Run(kernel, {{Role::x, x}, {Role::y, y}}, Layout::Axis(outer, axis_len, inner), {.temperature = temperature});
}
void sv_softmax_naive_bf16(const uint16_t* x, uint16_t* y, size_t rows, size_t cols) {
  static const Kernel& kernel = BestKernel("softmax.naive.bf16");
  Run(kernel, {{Role::x, x}, {Role::y, y}}, Layout::Rows(rows, cols), {});
}
int sv_softmax_naive_bf16_strided(const uint16_t* x, size_t ldx, uint16_t* y, size_t ldy, size_t rows, size_t cols,
    float scale) {
  static const Kernel& kernel = BestKernel("softmax.naive.bf16");
  return Run(kernel, {{Role::x, x}, {Role::y, y}}, {rows, cols, 1, ldx, ldy, 0}, {.scale = scale});
}
int sv_softmax_naive_bf16_axis(const uint16_t* x, uint16_t* y, size_t outer, size_t axis_len, size_t inner, float
    temperature) {
  static const Kernel& kernel = BestKernel("softmax.naive.bf16");
  return Run(kernel, {{Role::x, x}, {Role::y, y}}, Layout::Axis(outer, axis_len, inner), {.temperature = temperature});
}
void sv_softmax_naive_f64(const double* x, double* y, size_t rows, size_t cols) {
  static const Kernel& kernel = BestKernel("softmax.naive.f64");
  Run(kernel, {{Role::x, x}, {Role::y, y}}, Layout::Rows(rows, cols), {});
}
int sv_softmax_naive_f64_strided(const double* x, size_t ldx, double* y, size_t ldy, size_t rows, size_t cols, double
    scale) {
  static const Kernel& kernel = BestKernel("softmax.naive.f64");
  return Run(kernel, {{Role::x, x}, {Role::y, y}}, {rows, cols, 1, ldx, ldy, 0}, {.scale = scale});
}
int sv_softmax_naive_f64_axis(const double* x, double* y, size_t outer, size_t axis_len, size_t inner, double
    temperature) {
  static const Kernel& kernel = BestKernel("softmax.naive.f64");
  return Run(kernel, {{Role::x, x}, {Role::y, y}}, Layout::Axis(outer, axis_len, inner), {.temperature = temperature});
}
void sv_softmax_three_pass_f32(const float* x, float* y, size_t rows, size_t cols) {
  static const Kernel& kernel = BestKernel("softmax.three_pass.f32");
  Run(kernel, {{Role::x, x}, {Role::y, y}}, Layout::Rows(rows, cols), {});
}
int sv_softmax_three_pass_f32_strided(const float* x, size_t ldx, float* y, size_t ldy, size_t rows, size_t cols, float
    scale) {
  static const Kernel& kernel = BestKernel("softmax.three_pass.f32");
  return Run(kernel, {{Role::x, x}, {Role::y, y}}, {rows, cols, 1, ldx, ldy, 0}, {.scale = scale});
}
int sv_softmax_three_pass_f32_axis(const float* x, float* y, size_t outer, size_t axis_len, size_t inner, float
    temperature) {
  static const Kernel& kernel = BestKernel("softmax.three_pass.f32");
  return Run(kernel, {{Role::x, x}, {Role::y, y}}, Layout::Axis(outer, axis_len, inner), {.temperature = temperature});
}
void sv_softmax_three_pass_f16(const uint16_t* x, uint16_t* y, size_t rows, size_t cols) {
  static const Kernel& kernel = BestKernel("softmax.three_pass.f16");
  Run(kernel, {{Role::x, x}, {Role::y, y}}, Layout::Rows(rows, cols), {});
}
int sv_softmax_three_pass_f16_strided(const uint16_t* x, size_t ldx, uint16_t* y, size_t ldy, size_t rows, size_t cols,
    float scale) {
  static const Kernel& kernel = BestKernel("softmax.three_pass.f16");
  return Run(kernel, {{Role::x, x}, {Role::y, y}}, {rows, cols, 1, ldx, ldy, 0}, {.scale = scale});
}
int sv_softmax_three_pass_f16_axis(const uint16_t* x, uint16_t* y, size_t outer, size_t axis_len, size_t inner, float
    temperature) {
  static const Kernel& kernel = BestKernel("softmax.three_pass.f16");
  return Run(kernel, {{Role::x, x}, {Role::y, y}}, Layout::Axis(outer, axis_len, inner), {.temperature = temperature});
}
void sv_softmax_three_pass_bf16(const uint16_t* x, uint16_t* y, size_t rows, size_t cols) {
  static const Kernel& kernel = BestKernel("softmax.three_pass.bf16");
  Run(kernel, {{Role::x, x}, {Role::y, y}}, Layout::Rows(rows, cols), {});
}
int sv_softmax_three_pass_bf16_strided(const uint16_t* x, size_t ldx, uint16_t* y, size_t ldy, size_t rows, size_t cols,
    float scale) {
  static const Kernel& kernel = BestKernel("softmax.three_pass.bf16");
  return Run(kernel, {{Role::x, x}, {Role::y, y}}, {rows, cols, 1, ldx, ldy, 0}, {.scale = scale});
}
int sv_softmax_three_pass_bf16_axis(const uint16_t* x, uint16_t* y, size_t outer, size_t axis_len, size_t inner, float
    temperature) {
  static const Kernel& kernel = BestKernel("softmax.three_pass.bf16");
  return Run(kernel, {{Role::x, x}, {Role::y, y}}, Layout::Axis(outer, axis_len, inner), {.temperature = temperature});
}
void sv_softmax_three_pass_f64(const double* x, double* y, size_t rows, size_t cols) {
  static const Kernel& kernel = BestKernel("softmax.three_pass.f64");
  Run(kernel, {{Role::x, x}, {Role::y, y}}, Layout::Rows(rows, cols), {});
}
int sv_softmax_three_pass_f64_strided(const double* x, size_t ldx, double* y, size_t ldy, size_t rows, size_t cols,
    double scale) {
  static const Kernel& kernel = BestKernel("softmax.three_pass.f64");
  return Run(kernel, {{Role::x, x}, {Role::y, y}}, {rows, cols, 1, ldx, ldy, 0}, {.scale = scale});
}
int sv_softmax_three_pass_f64_axis(const double* x, double* y, size_t outer, size_t axis_len, size_t inner, double
    temperature) {
  static const Kernel& kernel = BestKernel("softmax.three_pass.f64");
  return Run(kernel, {{Role::x, x}, {Role::y, y}}, Layout::Axis(outer, axis_len, inner), {.temperature = temperature});
}
void sv_softmax_online_f32(const float* x, float* y, size_t rows, size_t cols) {
  static const Kernel& kernel = BestKernel("softmax.online.f32");
  Run(kernel, {{Role::x, x}, {Role::y, y}}, Layout::Rows(rows, cols), {});
}
int sv_softmax_online_f32_strided(const float* x, size_t ldx, float* y, size_t ldy, size_t rows, size_t cols, float
    scale) {
  static const Kernel& kernel = BestKernel("softmax.online.f32");
  return Run(kernel, {{Role::x, x}, {Role::y, y}}, {rows, cols, 1, ldx, ldy, 0}, {.scale = scale});
}
int sv_softmax_online_f32_axis(const float* x, float* y, size_t outer, size_t axis_len, size_t inner, float temperature)
    {
  static const Kernel& kernel = BestKernel("softmax.online.f32");
  return Run(kernel, {{Role::x, x}, {Role::y, y}}, Layout::Axis(outer, axis_len, inner), {.temperature = temperature});
}
void sv_softmax_online_f16(const uint16_t* x, uint16_t* y, size_t rows, size_t cols) {
  static const Kernel& kernel = BestKernel("softmax.online.f16");
  Run(kernel, {{Role::x, x}, {Role::y, y}}, Layout::Rows(rows, cols), {});
}
int sv_softmax_online_f16_strided(const uint16_t* x, size_t ldx, uint16_t* y, size_t ldy, size_t rows, size_t cols,
    float scale) {
  static const Kernel& kernel = BestKernel("softmax.online.f16");
  return Run(kernel, {{Role::x, x}, {Role::y, y}}, {rows, cols, 1, ldx, ldy, 0}, {.scale = scale});
}
int sv_softmax_online_f16_axis(const uint16_t* x, uint16_t* y, size_t outer, size_t axis_len, size_t inner, float
    temperature) {
  static const Kernel& kernel = BestKernel("softmax.online.f16");
  return Run(kernel, {{Role::x, x}, {Role::y, y}}, Layout::Axis(outer, axis_len, inner), {.temperature = temperature});
}
void sv_softmax_online_bf16(const uint16_t* x, uint16_t* y, size_t rows, size_t cols) {
  static const Kernel& kernel = BestKernel("softmax.online.bf16");
  Run(kernel, {{Role::x, x}, {Role::y, y}}, Layout::Rows(rows, cols), {});
}
int sv_softmax_online_bf16_strided(const uint16_t* x, size_t ldx, uint16_t* y, size_t ldy, size_t rows, size_t cols,
    float scale) {
  static const Kernel& kernel = BestKernel("softmax.online.bf16");
  return Run(kernel, {{Role::x, x}, {Role::y, y}}, {rows, cols, 1, ldx, ldy, 0}, {.scale = scale});
}
int sv_softmax_online_bf16_axis(const uint16_t* x, uint16_t* y, size_t outer, size_t axis_len, size_t inner, float
    temperature) {
  static const Kernel& kernel = BestKernel("softmax.online.bf16");
  return Run(kernel, {{Role::x, x}, {Role::y, y}}, Layout::Axis(outer, axis_len, inner), {.temperature = temperature});
}
void sv_softmax_online_f64(const double* x, double* y, size_t rows, size_t cols) {
  static const Kernel& kernel = BestKernel("softmax.online.f64");
  Run(kernel, {{Role::x, x}, {Role::y, y}}, Layout::Rows(rows, cols), {});
}
int sv_softmax_online_f64_strided(const double* x, size_t ldx, double* y, size_t ldy, size_t rows, size_t cols, double
    scale) {
  static const Kernel& kernel = BestKernel("softmax.online.f64");
  return Run(kernel, {{Role::x, x}, {Role::y, y}}, {rows, cols, 1, ldx, ldy, 0}, {.scale = scale});
}
int sv_softmax_online_f64_axis(const double* x, double* y, size_t outer, size_t axis_len, size_t inner, double
    temperature) {
  static const Kernel& kernel = BestKernel("softmax.online.f64");
  return Run(kernel, {{Role::x, x}, {Role::y, y}}, Layout::Axis(outer, axis_len, inner), {.temperature = temperature});
}
void sv_softmax_blocked_f32(const float* x, float* y, size_t rows, size_t cols) {
  static const Kernel& kernel = BestKernel("softmax.blocked.f32");
  Run(kernel, {{Role::x, x}, {Role::y, y}}, Layout::Rows(rows, cols), {});
}
int sv_softmax_blocked_f32_strided(const float* x, size_t ldx, float* y, size_t ldy, size_t rows, size_t cols, float
    scale) {
  static const Kernel& kernel = BestKernel("softmax.blocked.f32");
  return Run(kernel, {{Role::x, x}, {Role::y, y}}, {rows, cols, 1, ldx, ldy, 0}, {.scale = scale});
}
int sv_softmax_blocked_f32_axis(const float* x, float* y, size_t outer, size_t axis_len, size_t inner, float
    temperature) {
  static const Kernel& kernel = BestKernel("softmax.blocked.f32");
  return Run(kernel, {{Role::x, x}, {Role::y, y}}, Layout::Axis(outer, axis_len, inner), {.temperature = temperature});
}
void sv_softmax_blocked_f16(const uint16_t* x, uint16_t* y, size_t rows, size_t cols) {
  static const Kernel& kernel = BestKernel("softmax.blocked.f16");
  Run(kernel, {{Role::x, x}, {Role::y, y}}, Layout::Rows(rows, cols), {});
}
int sv_softmax_blocked_f16_strided(const uint16_t* x, size_t ldx, uint16_t* y, size_t ldy, size_t rows, size_t cols,
    float scale) {
  static const Kernel& kernel = BestKernel("softmax.blocked.f16");
  return Run(kernel, {{Role::x, x}, {Role::y, y}}, {rows, cols, 1, ldx, ldy, 0}, {.scale = scale});
}
int sv_softmax_blocked_f16_axis(const uint16_t* x, uint16_t* y, size_t outer, size_t axis_len, size_t inner, float
    temperature) {
  static const Kernel& kernel = BestKernel("softmax.blocked.f16");
  return Run(kernel, {{Role::x, x}, {Role::y, y}}, Layout::Axis(outer, axis_len, inner), {.temperature = temperature});
}
void sv_softmax_blocked_bf16(const uint16_t* x, uint16_t* y, size_t rows, size_t cols) {
  static const Kernel& kernel = BestKernel("softmax.blocked.bf16");
  Run(kernel, {{Role::x, x}, {Role::y, y}}, Layout::Rows(rows, cols), {});
}
int sv_softmax_blocked_bf16_strided(const uint16_t* x, size_t ldx, uint16_t* y, size_t ldy, size_t rows, size_t cols,
    float scale) {
  static const Kernel& kernel = BestKernel("softmax.blocked.bf16");
  return Run(kernel, {{Role::x, x}, {Role::y, y}}, {rows, cols, 1, ldx, ldy, 0}, {.scale = scale});
}
int sv_softmax_blocked_bf16_axis(const uint16_t* x, uint16_t* y, size_t outer, size_t axis_len, size_t inner, float
    temperature) {
  static const Kernel& kernel = BestKernel("softmax.blocked.bf16");
  return Run(kernel, {{Role::x, x}, {Role::y, y}}, Layout::Axis(outer, axis_len, inner), {.temperature = temperature});
}
void sv_softmax_blocked_f64(const double* x, double* y, size_t rows, size_t cols) {
  static const Kernel& kernel = BestKernel("softmax.blocked.f64");
  Run(kernel, {{Role::x, x}, {Role::y, y}}, Layout::Rows(rows, cols), {});
}
int sv_softmax_blocked_f64_strided(const double* x, size_t ldx, double* y, size_t ldy, size_t rows, size_t cols, double
    scale) {
  static const Kernel& kernel = BestKernel("softmax.blocked.f64");
  return Run(kernel, {{Role::x, x}, {Role::y, y}}, {rows, cols, 1, ldx, ldy, 0}, {.scale = scale});
}
int sv_softmax_blocked_f64_axis(const double* x, double* y, size_t outer, size_t axis_len, size_t inner, double
    temperature) {
  static const Kernel& kernel = BestKernel("softmax.blocked.f64");
  return Run(kernel, {{Role::x, x}, {Role::y, y}}, Layout::Axis(outer, axis_len, inner), {.temperature = temperature});
}
void sv_softmax_native_f16(const uint16_t* x, uint16_t* y, size_t rows, size_t cols) {
  static const Kernel& kernel = BestKernel("softmax.native.f16");
  Run(kernel, {{Role::x, x}, {Role::y, y}}, Layout::Rows(rows, cols), {});
}
int sv_softmax_native_f16_strided(const uint16_t* x, size_t ldx, uint16_t* y, size_t ldy, size_t rows, size_t cols,
    float scale) {
  static const Kernel& kernel = BestKernel("softmax.native.f16");
  return Run(kernel, {{Role::x, x}, {Role::y, y}}, {rows, cols, 1, ldx, ldy, 0}, {.scale = scale});
}
int sv_softmax_native_f16_axis(const uint16_t* x, uint16_t* y, size_t outer, size_t axis_len, size_t inner, float
    temperature) {
  static const Kernel& kernel = BestKernel("softmax.native.f16");
  return Run(kernel, {{Role::x, x}, {Role::y, y}}, Layout::Axis(outer, axis_len, inner), {.temperature = temperature});
}
void sv_softmax_native_bf16(const uint16_t* x, uint16_t* y, size_t rows, size_t cols) {
  static const Kernel& kernel = BestKernel("softmax.native.bf16");
  Run(kernel, {{Role::x, x}, {Role::y, y}}, Layout::Rows(rows, cols), {});
}
int sv_softmax_native_bf16_strided(const uint16_t* x, size_t ldx, uint16_t* y, size_t ldy, size_t rows, size_t cols,
    float scale) {
  static const Kernel& kernel = BestKernel("softmax.native.bf16");
  return Run(kernel, {{Role::x, x}, {Role::y, y}}, {rows, cols, 1, ldx, ldy, 0}, {.scale = scale});
}
int sv_softmax_native_bf16_axis(const uint16_t* x, uint16_t* y, size_t outer, size_t axis_len, size_t inner, float
    temperature) {
  static const Kernel& kernel = BestKernel("softmax.native.bf16");
  return Run(kernel, {{Role::x, x}, {Role::y, y}}, Layout::Axis(outer, axis_len, inner), {.temperature = temperature});
}
int sv_masked_softmax_f32(const float* x, const uint8_t* mask, const float* bias, float* y, size_t rows, size_t cols,
    float scale, float temperature, int causal) {
  static const Kernel& kernel = BestKernel("masked_softmax.three_pass.f32");
  return Run(kernel, {{Role::x, x}, {Role::mask, mask}, {Role::bias, bias}, {Role::y, y}}, Layout::Rows(rows, cols),
      {.scale = scale, .temperature = temperature, .causal = static_cast<Causal>(causal)});
}
int sv_masked_softmax_f16(const uint16_t* x, const uint8_t* mask, const uint16_t* bias, uint16_t* y, size_t rows, size_t
    cols, float scale, float temperature, int causal) {
  static const Kernel& kernel = BestKernel("masked_softmax.three_pass.f16");
  return Run(kernel, {{Role::x, x}, {Role::mask, mask}, {Role::bias, bias}, {Role::y, y}}, Layout::Rows(rows, cols),
      {.scale = scale, .temperature = temperature, .causal = static_cast<Causal>(causal)});
}
int sv_masked_softmax_bf16(const uint16_t* x, const uint8_t* mask, const uint16_t* bias, uint16_t* y, size_t rows,
    size_t cols, float scale, float temperature, int causal) {
  static const Kernel& kernel = BestKernel("masked_softmax.three_pass.bf16");
  return Run(kernel, {{Role::x, x}, {Role::mask, mask}, {Role::bias, bias}, {Role::y, y}}, Layout::Rows(rows, cols),
      {.scale = scale, .temperature = temperature, .causal = static_cast<Causal>(causal)});
}
int sv_masked_softmax_f64(const double* x, const uint8_t* mask, const double* bias, double* y, size_t rows, size_t cols,
    double scale, double temperature, int causal) {
  static const Kernel& kernel = BestKernel("masked_softmax.three_pass.f64");
  return Run(kernel, {{Role::x, x}, {Role::mask, mask}, {Role::bias, bias}, {Role::y, y}}, Layout::Rows(rows, cols),
      {.scale = scale, .temperature = temperature, .causal = static_cast<Causal>(causal)});
}
int sv_masked_softmax_three_pass_f32(const float* x, const uint8_t* mask, const float* bias, float* y, size_t rows,
    size_t cols, float scale, float temperature, int causal) {
  static const Kernel& kernel = BestKernel("masked_softmax.three_pass.f32");
  return Run(kernel, {{Role::x, x}, {Role::mask, mask}, {Role::bias, bias}, {Role::y, y}}, Layout::Rows(rows, cols),
      {.scale = scale, .temperature = temperature, .causal = static_cast<Causal>(causal)});
}
int sv_masked_softmax_three_pass_f16(const uint16_t* x, const uint8_t* mask, const uint16_t* bias, uint16_t* y, size_t
    rows, size_t cols, float scale, float temperature, int causal) {
  static const Kernel& kernel = BestKernel("masked_softmax.three_pass.f16");
  return Run(kernel, {{Role::x, x}, {Role::mask, mask}, {Role::bias, bias}, {Role::y, y}}, Layout::Rows(rows, cols),
      {.scale = scale, .temperature = temperature, .causal = static_cast<Causal>(causal)});
}
int sv_masked_softmax_three_pass_bf16(const uint16_t* x, const uint8_t* mask, const uint16_t* bias, uint16_t* y, size_t
    rows, size_t cols, float scale, float temperature, int causal) {
  static const Kernel& kernel = BestKernel("masked_softmax.three_pass.bf16");
  return Run(kernel, {{Role::x, x}, {Role::mask, mask}, {Role::bias, bias}, {Role::y, y}}, Layout::Rows(rows, cols),
      {.scale = scale, .temperature = temperature, .causal = static_cast<Causal>(causal)});
}
int sv_masked_softmax_three_pass_f64(const double* x, const uint8_t* mask, const double* bias, double* y, size_t rows,
    size_t cols, double scale, double temperature, int causal) {
  static const Kernel& kernel = BestKernel("masked_softmax.three_pass.f64");
  return Run(kernel, {{Role::x, x}, {Role::mask, mask}, {Role::bias, bias}, {Role::y, y}}, Layout::Rows(rows, cols),
      {.scale = scale, .temperature = temperature, .causal = static_cast<Causal>(causal)});
}
int sv_masked_softmax_online_f32(const float* x, const uint8_t* mask, const float* bias, float* y, size_t rows, size_t
    cols, float scale, float temperature, int causal) {
  static const Kernel& kernel = BestKernel("masked_softmax.online.f32");
  return Run(kernel, {{Role::x, x}, {Role::mask, mask}, {Role::bias, bias}, {Role::y, y}}, Layout::Rows(rows, cols),
      {.scale = scale, .temperature = temperature, .causal = static_cast<Causal>(causal)});
}
int sv_masked_softmax_online_f16(const uint16_t* x, const uint8_t* mask, const uint16_t* bias, uint16_t* y, size_t rows,
    size_t cols, float scale, float temperature, int causal) {
  static const Kernel& kernel = BestKernel("masked_softmax.online.f16");
  return Run(kernel, {{Role::x, x}, {Role::mask, mask}, {Role::bias, bias}, {Role::y, y}}, Layout::Rows(rows, cols),
      {.scale = scale, .temperature = temperature, .causal = static_cast<Causal>(causal)});
}
int sv_masked_softmax_online_bf16(const uint16_t* x, const uint8_t* mask, const uint16_t* bias, uint16_t* y, size_t
    rows, size_t cols, float scale, float temperature, int causal) {
  static const Kernel& kernel = BestKernel("masked_softmax.online.bf16");
  return Run(kernel, {{Role::x, x}, {Role::mask, mask}, {Role::bias, bias}, {Role::y, y}}, Layout::Rows(rows, cols),
      {.scale = scale, .temperature = temperature, .causal = static_cast<Causal>(causal)});
}
int sv_masked_softmax_online_f64(const double* x, const uint8_t* mask, const double* bias, double* y, size_t rows,
    size_t cols, double scale, double temperature, int causal) {
  static const Kernel& kernel = BestKernel("masked_softmax.online.f64");
  return Run(kernel, {{Role::x, x}, {Role::mask, mask}, {Role::bias, bias}, {Role::y, y}}, Layout::Rows(rows, cols),
      {.scale = scale, .temperature = temperature, .causal = static_cast<Causal>(causal)});
}
int sv_masked_softmax_blocked_f32(const float* x, const uint8_t* mask, const float* bias, float* y, size_t rows, size_t
    cols, float scale, float temperature, int causal) {
  static const Kernel& kernel = BestKernel("masked_softmax.blocked.f32");
  return Run(kernel, {{Role::x, x}, {Role::mask, mask}, {Role::bias, bias}, {Role::y, y}}, Layout::Rows(rows, cols),
      {.scale = scale, .temperature = temperature, .causal = static_cast<Causal>(causal)});
}
int sv_masked_softmax_blocked_f16(const uint16_t* x, const uint8_t* mask, const uint16_t* bias, uint16_t* y, size_t
    rows, size_t cols, float scale, float temperature, int causal) {
  static const Kernel& kernel = BestKernel("masked_softmax.blocked.f16");
  return Run(kernel, {{Role::x, x}, {Role::mask, mask}, {Role::bias, bias}, {Role::y, y}}, Layout::Rows(rows, cols),
      {.scale = scale, .temperature = temperature, .causal = static_cast<Causal>(causal)});
}
int sv_masked_softmax_blocked_bf16(const uint16_t* x, const uint8_t* mask, const uint16_t* bias, uint16_t* y, size_t
    rows, size_t cols, float scale, float temperature, int causal) {
  static const Kernel& kernel = BestKernel("masked_softmax.blocked.bf16");
  return Run(kernel, {{Role::x, x}, {Role::mask, mask}, {Role::bias, bias}, {Role::y, y}}, Layout::Rows(rows, cols),
      {.scale = scale, .temperature = temperature, .causal = static_cast<Causal>(causal)});
}
int sv_masked_softmax_blocked_f64(const double* x, const uint8_t* mask, const double* bias, double* y, size_t rows,
    size_t cols, double scale, double temperature, int causal) {
  static const Kernel& kernel = BestKernel("masked_softmax.blocked.f64");
  return Run(kernel, {{Role::x, x}, {Role::mask, mask}, {Role::bias, bias}, {Role::y, y}}, Layout::Rows(rows, cols),
      {.scale = scale, .temperature = temperature, .causal = static_cast<Causal>(causal)});
}
