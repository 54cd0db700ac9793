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
void sv_softmax_accurate_f32(const float* x, float* y, size_t rows, size_t cols) {
  static const Kernel& kernel = BestKernel("softmax.accurate.f32");
  Run(kernel, {{Role::x, x}, {Role::y, y}}, Layout::Rows(rows, cols), {});
}
int sv_softmax_accurate_f32_strided(const float* x, size_t ldx, float* y, size_t ldy, size_t rows, size_t cols, float
    scale) {
  static const Kernel& kernel = BestKernel("softmax.accurate.f32");
  return Run(kernel, {{Role::x, x}, {Role::y, y}}, {rows, cols, 1, ldx, ldy, 0}, {.scale = scale});
}
int sv_softmax_accurate_f32_axis(const float* x, float* y, size_t outer, size_t axis_len, size_t inner, float
    temperature) {
  static const Kernel& kernel = BestKernel("softmax.accurate.f32");
  return Run(kernel, {{Role::x, x}, {Role::y, y}}, Layout::Axis(outer, axis_len, inner), {.temperature = temperature});
}
void sv_softmax_accurate_f16(const uint16_t* x, uint16_t* y, size_t rows, size_t cols) {
  static const Kernel& kernel = BestKernel("softmax.accurate.f16");
  Run(kernel, {{Role::x, x}, {Role::y, y}}, Layout::Rows(rows, cols), {});
}
int sv_softmax_accurate_f16_strided(const uint16_t* x, size_t ldx, uint16_t* y, size_t ldy, size_t rows, size_t cols,
    float scale) {
  static const Kernel& kernel = BestKernel("softmax.accurate.f16");
  return Run(kernel, {{Role::x, x}, {Role::y, y}}, {rows, cols, 1, ldx, ldy, 0}, {.scale = scale});
}
int sv_softmax_accurate_f16_axis(const uint16_t* x, uint16_t* y, size_t outer, size_t axis_len, size_t inner, float
    temperature) {
  static const Kernel& kernel = BestKernel("softmax.accurate.f16");
  return Run(kernel, {{Role::x, x}, {Role::y, y}}, Layout::Axis(outer, axis_len, inner), {.temperature = temperature});
}
void sv_softmax_accurate_bf16(const uint16_t* x, uint16_t* y, size_t rows, size_t cols) {
  static const Kernel& kernel = BestKernel("softmax.accurate.bf16");
  Run(kernel, {{Role::x, x}, {Role::y, y}}, Layout::Rows(rows, cols), {});
}
int sv_softmax_accurate_bf16_strided(const uint16_t* x, size_t ldx, uint16_t* y, size_t ldy, size_t rows, size_t cols,
    float scale) {
  static const Kernel& kernel = BestKernel("softmax.accurate.bf16");
  return Run(kernel, {{Role::x, x}, {Role::y, y}}, {rows, cols, 1, ldx, ldy, 0}, {.scale = scale});
}
int sv_softmax_accurate_bf16_axis(const uint16_t* x, uint16_t* y, size_t outer, size_t axis_len, size_t inner, float
    temperature) {
  static const Kernel& kernel = BestKernel("softmax.accurate.bf16");
  return Run(kernel, {{Role::x, x}, {Role::y, y}}, Layout::Axis(outer, axis_len, inner), {.temperature = temperature});
}
void sv_softmax_accurate_f64(const double* x, double* y, size_t rows, size_t cols) {
  static const Kernel& kernel = BestKernel("softmax.accurate.f64");
  Run(kernel, {{Role::x, x}, {Role::y, y}}, Layout::Rows(rows, cols), {});
}
int sv_softmax_accurate_f64_strided(const double* x, size_t ldx, double* y, size_t ldy, size_t rows, size_t cols, double
    scale) {
  static const Kernel& kernel = BestKernel("softmax.accurate.f64");
  return Run(kernel, {{Role::x, x}, {Role::y, y}}, {rows, cols, 1, ldx, ldy, 0}, {.scale = scale});
}
int sv_softmax_accurate_f64_axis(const double* x, double* y, size_t outer, size_t axis_len, size_t inner, double
    temperature) {
  static const Kernel& kernel = BestKernel("softmax.accurate.f64");
  return Run(kernel, {{Role::x, x}, {Role::y, y}}, Layout::Axis(outer, axis_len, inner), {.temperature = temperature});
}
void sv_softmax_correctly_rounded_f32(const float* x, float* y, size_t rows, size_t cols) {
  static const Kernel& kernel = BestKernel("softmax.correctly_rounded.f32");
  Run(kernel, {{Role::x, x}, {Role::y, y}}, Layout::Rows(rows, cols), {});
}
int sv_softmax_correctly_rounded_f32_strided(const float* x, size_t ldx, float* y, size_t ldy, size_t rows, size_t cols,
    float scale) {
  static const Kernel& kernel = BestKernel("softmax.correctly_rounded.f32");
  return Run(kernel, {{Role::x, x}, {Role::y, y}}, {rows, cols, 1, ldx, ldy, 0}, {.scale = scale});
}
int sv_softmax_correctly_rounded_f32_axis(const float* x, float* y, size_t outer, size_t axis_len, size_t inner, float
    temperature) {
  static const Kernel& kernel = BestKernel("softmax.correctly_rounded.f32");
  return Run(kernel, {{Role::x, x}, {Role::y, y}}, Layout::Axis(outer, axis_len, inner), {.temperature = temperature});
}
void sv_softmax_correctly_rounded_f16(const uint16_t* x, uint16_t* y, size_t rows, size_t cols) {
  static const Kernel& kernel = BestKernel("softmax.correctly_rounded.f16");
  Run(kernel, {{Role::x, x}, {Role::y, y}}, Layout::Rows(rows, cols), {});
}
int sv_softmax_correctly_rounded_f16_strided(const uint16_t* x, size_t ldx, uint16_t* y, size_t ldy, size_t rows, size_t
    cols, float scale) {
  static const Kernel& kernel = BestKernel("softmax.correctly_rounded.f16");
  return Run(kernel, {{Role::x, x}, {Role::y, y}}, {rows, cols, 1, ldx, ldy, 0}, {.scale = scale});
}
int sv_softmax_correctly_rounded_f16_axis(const uint16_t* x, uint16_t* y, size_t outer, size_t axis_len, size_t inner,
    float temperature) {
  static const Kernel& kernel = BestKernel("softmax.correctly_rounded.f16");
  return Run(kernel, {{Role::x, x}, {Role::y, y}}, Layout::Axis(outer, axis_len, inner), {.temperature = temperature});
}
void sv_softmax_correctly_rounded_bf16(const uint16_t* x, uint16_t* y, size_t rows, size_t cols) {
  static const Kernel& kernel = BestKernel("softmax.correctly_rounded.bf16");
  Run(kernel, {{Role::x, x}, {Role::y, y}}, Layout::Rows(rows, cols), {});
}
int sv_softmax_correctly_rounded_bf16_strided(const uint16_t* x, size_t ldx, uint16_t* y, size_t ldy, size_t rows,
    size_t cols, float scale) {
  static const Kernel& kernel = BestKernel("softmax.correctly_rounded.bf16");
  return Run(kernel, {{Role::x, x}, {Role::y, y}}, {rows, cols, 1, ldx, ldy, 0}, {.scale = scale});
}
int sv_softmax_correctly_rounded_bf16_axis(const uint16_t* x, uint16_t* y, size_t outer, size_t axis_len, size_t inner,
    float temperature) {
  static const Kernel& kernel = BestKernel("softmax.correctly_rounded.bf16");
  return Run(kernel, {{Role::x, x}, {Role::y, y}}, Layout::Axis(outer, axis_len, inner), {.temperature = temperature});
}
void sv_softmax_correctly_rounded_f64(const double* x, double* y, size_t rows, size_t cols) {
  static const Kernel& kernel = BestKernel("softmax.correctly_rounded.f64");
  Run(kernel, {{Role::x, x}, {Role::y, y}}, Layout::Rows(rows, cols), {});
}
int sv_softmax_correctly_rounded_f64_strided(const double* x, size_t ldx, double* y, size_t ldy, size_t rows, size_t
    cols, double scale) {
  static const Kernel& kernel = BestKernel("softmax.correctly_rounded.f64");
  return Run(kernel, {{Role::x, x}, {Role::y, y}}, {rows, cols, 1, ldx, ldy, 0}, {.scale = scale});
}
int sv_softmax_correctly_rounded_f64_axis(const double* x, double* y, size_t outer, size_t axis_len, size_t inner,
    double temperature) {
  static const Kernel& kernel = BestKernel("softmax.correctly_rounded.f64");
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
void sv_log_softmax_f32(const float* x, float* y, size_t rows, size_t cols) {
  static const Kernel& kernel = BestKernel("log_softmax.three_pass.f32");
  Run(kernel, {{Role::x, x}, {Role::y, y}}, Layout::Rows(rows, cols), {});
}
int sv_log_softmax_f32_strided(const float* x, size_t ldx, float* y, size_t ldy, size_t rows, size_t cols, float scale)
    {
  static const Kernel& kernel = BestKernel("log_softmax.three_pass.f32");
  return Run(kernel, {{Role::x, x}, {Role::y, y}}, {rows, cols, 1, ldx, ldy, 0}, {.scale = scale});
}
int sv_log_softmax_f32_axis(const float* x, float* y, size_t outer, size_t axis_len, size_t inner, float temperature) {
  static const Kernel& kernel = BestKernel("log_softmax.three_pass.f32");
  return Run(kernel, {{Role::x, x}, {Role::y, y}}, Layout::Axis(outer, axis_len, inner), {.temperature = temperature});
}
void sv_log_softmax_f16(const uint16_t* x, uint16_t* y, size_t rows, size_t cols) {
  static const Kernel& kernel = BestKernel("log_softmax.three_pass.f16");
  Run(kernel, {{Role::x, x}, {Role::y, y}}, Layout::Rows(rows, cols), {});
}
int sv_log_softmax_f16_strided(const uint16_t* x, size_t ldx, uint16_t* y, size_t ldy, size_t rows, size_t cols, float
    scale) {
  static const Kernel& kernel = BestKernel("log_softmax.three_pass.f16");
  return Run(kernel, {{Role::x, x}, {Role::y, y}}, {rows, cols, 1, ldx, ldy, 0}, {.scale = scale});
}
int sv_log_softmax_f16_axis(const uint16_t* x, uint16_t* y, size_t outer, size_t axis_len, size_t inner, float
    temperature) {
  static const Kernel& kernel = BestKernel("log_softmax.three_pass.f16");
  return Run(kernel, {{Role::x, x}, {Role::y, y}}, Layout::Axis(outer, axis_len, inner), {.temperature = temperature});
}
void sv_log_softmax_bf16(const uint16_t* x, uint16_t* y, size_t rows, size_t cols) {
  static const Kernel& kernel = BestKernel("log_softmax.three_pass.bf16");
  Run(kernel, {{Role::x, x}, {Role::y, y}}, Layout::Rows(rows, cols), {});
}
int sv_log_softmax_bf16_strided(const uint16_t* x, size_t ldx, uint16_t* y, size_t ldy, size_t rows, size_t cols, float
    scale) {
  static const Kernel& kernel = BestKernel("log_softmax.three_pass.bf16");
  return Run(kernel, {{Role::x, x}, {Role::y, y}}, {rows, cols, 1, ldx, ldy, 0}, {.scale = scale});
}
int sv_log_softmax_bf16_axis(const uint16_t* x, uint16_t* y, size_t outer, size_t axis_len, size_t inner, float
    temperature) {
  static const Kernel& kernel = BestKernel("log_softmax.three_pass.bf16");
  return Run(kernel, {{Role::x, x}, {Role::y, y}}, Layout::Axis(outer, axis_len, inner), {.temperature = temperature});
}
void sv_log_softmax_f64(const double* x, double* y, size_t rows, size_t cols) {
  static const Kernel& kernel = BestKernel("log_softmax.three_pass.f64");
  Run(kernel, {{Role::x, x}, {Role::y, y}}, Layout::Rows(rows, cols), {});
}
int sv_log_softmax_f64_strided(const double* x, size_t ldx, double* y, size_t ldy, size_t rows, size_t cols, double
    scale) {
  static const Kernel& kernel = BestKernel("log_softmax.three_pass.f64");
  return Run(kernel, {{Role::x, x}, {Role::y, y}}, {rows, cols, 1, ldx, ldy, 0}, {.scale = scale});
}
int sv_log_softmax_f64_axis(const double* x, double* y, size_t outer, size_t axis_len, size_t inner, double temperature)
    {
  static const Kernel& kernel = BestKernel("log_softmax.three_pass.f64");
  return Run(kernel, {{Role::x, x}, {Role::y, y}}, Layout::Axis(outer, axis_len, inner), {.temperature = temperature});
}
void sv_log_softmax_three_pass_f32(const float* x, float* y, size_t rows, size_t cols) {
  static const Kernel& kernel = BestKernel("log_softmax.three_pass.f32");
  Run(kernel, {{Role::x, x}, {Role::y, y}}, Layout::Rows(rows, cols), {});
}
int sv_log_softmax_three_pass_f32_strided(const float* x, size_t ldx, float* y, size_t ldy, size_t rows, size_t cols,
    float scale) {
  static const Kernel& kernel = BestKernel("log_softmax.three_pass.f32");
  return Run(kernel, {{Role::x, x}, {Role::y, y}}, {rows, cols, 1, ldx, ldy, 0}, {.scale = scale});
}
int sv_log_softmax_three_pass_f32_axis(const float* x, float* y, size_t outer, size_t axis_len, size_t inner, float
    temperature) {
  static const Kernel& kernel = BestKernel("log_softmax.three_pass.f32");
  return Run(kernel, {{Role::x, x}, {Role::y, y}}, Layout::Axis(outer, axis_len, inner), {.temperature = temperature});
}
void sv_log_softmax_three_pass_f16(const uint16_t* x, uint16_t* y, size_t rows, size_t cols) {
  static const Kernel& kernel = BestKernel("log_softmax.three_pass.f16");
  Run(kernel, {{Role::x, x}, {Role::y, y}}, Layout::Rows(rows, cols), {});
}
int sv_log_softmax_three_pass_f16_strided(const uint16_t* x, size_t ldx, uint16_t* y, size_t ldy, size_t rows, size_t
    cols, float scale) {
  static const Kernel& kernel = BestKernel("log_softmax.three_pass.f16");
  return Run(kernel, {{Role::x, x}, {Role::y, y}}, {rows, cols, 1, ldx, ldy, 0}, {.scale = scale});
}
int sv_log_softmax_three_pass_f16_axis(const uint16_t* x, uint16_t* y, size_t outer, size_t axis_len, size_t inner,
    float temperature) {
  static const Kernel& kernel = BestKernel("log_softmax.three_pass.f16");
  return Run(kernel, {{Role::x, x}, {Role::y, y}}, Layout::Axis(outer, axis_len, inner), {.temperature = temperature});
}
void sv_log_softmax_three_pass_bf16(const uint16_t* x, uint16_t* y, size_t rows, size_t cols) {
  static const Kernel& kernel = BestKernel("log_softmax.three_pass.bf16");
  Run(kernel, {{Role::x, x}, {Role::y, y}}, Layout::Rows(rows, cols), {});
}
int sv_log_softmax_three_pass_bf16_strided(const uint16_t* x, size_t ldx, uint16_t* y, size_t ldy, size_t rows, size_t
    cols, float scale) {
  static const Kernel& kernel = BestKernel("log_softmax.three_pass.bf16");
  return Run(kernel, {{Role::x, x}, {Role::y, y}}, {rows, cols, 1, ldx, ldy, 0}, {.scale = scale});
}
int sv_log_softmax_three_pass_bf16_axis(const uint16_t* x, uint16_t* y, size_t outer, size_t axis_len, size_t inner,
    float temperature) {
  static const Kernel& kernel = BestKernel("log_softmax.three_pass.bf16");
  return Run(kernel, {{Role::x, x}, {Role::y, y}}, Layout::Axis(outer, axis_len, inner), {.temperature = temperature});
}
void sv_log_softmax_three_pass_f64(const double* x, double* y, size_t rows, size_t cols) {
  static const Kernel& kernel = BestKernel("log_softmax.three_pass.f64");
  Run(kernel, {{Role::x, x}, {Role::y, y}}, Layout::Rows(rows, cols), {});
}
int sv_log_softmax_three_pass_f64_strided(const double* x, size_t ldx, double* y, size_t ldy, size_t rows, size_t cols,
    double scale) {
  static const Kernel& kernel = BestKernel("log_softmax.three_pass.f64");
  return Run(kernel, {{Role::x, x}, {Role::y, y}}, {rows, cols, 1, ldx, ldy, 0}, {.scale = scale});
}
int sv_log_softmax_three_pass_f64_axis(const double* x, double* y, size_t outer, size_t axis_len, size_t inner, double
    temperature) {
  static const Kernel& kernel = BestKernel("log_softmax.three_pass.f64");
  return Run(kernel, {{Role::x, x}, {Role::y, y}}, Layout::Axis(outer, axis_len, inner), {.temperature = temperature});
}
void sv_log_softmax_online_f32(const float* x, float* y, size_t rows, size_t cols) {
  static const Kernel& kernel = BestKernel("log_softmax.online.f32");
  Run(kernel, {{Role::x, x}, {Role::y, y}}, Layout::Rows(rows, cols), {});
}
int sv_log_softmax_online_f32_strided(const float* x, size_t ldx, float* y, size_t ldy, size_t rows, size_t cols, float
    scale) {
  static const Kernel& kernel = BestKernel("log_softmax.online.f32");
  return Run(kernel, {{Role::x, x}, {Role::y, y}}, {rows, cols, 1, ldx, ldy, 0}, {.scale = scale});
}
int sv_log_softmax_online_f32_axis(const float* x, float* y, size_t outer, size_t axis_len, size_t inner, float
    temperature) {
  static const Kernel& kernel = BestKernel("log_softmax.online.f32");
  return Run(kernel, {{Role::x, x}, {Role::y, y}}, Layout::Axis(outer, axis_len, inner), {.temperature = temperature});
}
void sv_log_softmax_online_f16(const uint16_t* x, uint16_t* y, size_t rows, size_t cols) {
  static const Kernel& kernel = BestKernel("log_softmax.online.f16");
  Run(kernel, {{Role::x, x}, {Role::y, y}}, Layout::Rows(rows, cols), {});
}
int sv_log_softmax_online_f16_strided(const uint16_t* x, size_t ldx, uint16_t* y, size_t ldy, size_t rows, size_t cols,
    float scale) {
  static const Kernel& kernel = BestKernel("log_softmax.online.f16");
  return Run(kernel, {{Role::x, x}, {Role::y, y}}, {rows, cols, 1, ldx, ldy, 0}, {.scale = scale});
}
int sv_log_softmax_online_f16_axis(const uint16_t* x, uint16_t* y, size_t outer, size_t axis_len, size_t inner, float
    temperature) {
  static const Kernel& kernel = BestKernel("log_softmax.online.f16");
  return Run(kernel, {{Role::x, x}, {Role::y, y}}, Layout::Axis(outer, axis_len, inner), {.temperature = temperature});
}
void sv_log_softmax_online_bf16(const uint16_t* x, uint16_t* y, size_t rows, size_t cols) {
  static const Kernel& kernel = BestKernel("log_softmax.online.bf16");
  Run(kernel, {{Role::x, x}, {Role::y, y}}, Layout::Rows(rows, cols), {});
}
int sv_log_softmax_online_bf16_strided(const uint16_t* x, size_t ldx, uint16_t* y, size_t ldy, size_t rows, size_t cols,
    float scale) {
  static const Kernel& kernel = BestKernel("log_softmax.online.bf16");
  return Run(kernel, {{Role::x, x}, {Role::y, y}}, {rows, cols, 1, ldx, ldy, 0}, {.scale = scale});
}
int sv_log_softmax_online_bf16_axis(const uint16_t* x, uint16_t* y, size_t outer, size_t axis_len, size_t inner, float
    temperature) {
  static const Kernel& kernel = BestKernel("log_softmax.online.bf16");
  return Run(kernel, {{Role::x, x}, {Role::y, y}}, Layout::Axis(outer, axis_len, inner), {.temperature = temperature});
}
void sv_log_softmax_online_f64(const double* x, double* y, size_t rows, size_t cols) {
  static const Kernel& kernel = BestKernel("log_softmax.online.f64");
  Run(kernel, {{Role::x, x}, {Role::y, y}}, Layout::Rows(rows, cols), {});
}
int sv_log_softmax_online_f64_strided(const double* x, size_t ldx, double* y, size_t ldy, size_t rows, size_t cols,
    double scale) {
  static const Kernel& kernel = BestKernel("log_softmax.online.f64");
  return Run(kernel, {{Role::x, x}, {Role::y, y}}, {rows, cols, 1, ldx, ldy, 0}, {.scale = scale});
}
int sv_log_softmax_online_f64_axis(const double* x, double* y, size_t outer, size_t axis_len, size_t inner, double
    temperature) {
  static const Kernel& kernel = BestKernel("log_softmax.online.f64");
  return Run(kernel, {{Role::x, x}, {Role::y, y}}, Layout::Axis(outer, axis_len, inner), {.temperature = temperature});
}
void sv_log_softmax_blocked_f32(const float* x, float* y, size_t rows, size_t cols) {
  static const Kernel& kernel = BestKernel("log_softmax.blocked.f32");
  Run(kernel, {{Role::x, x}, {Role::y, y}}, Layout::Rows(rows, cols), {});
}
int sv_log_softmax_blocked_f32_strided(const float* x, size_t ldx, float* y, size_t ldy, size_t rows, size_t cols, float
    scale) {
  static const Kernel& kernel = BestKernel("log_softmax.blocked.f32");
  return Run(kernel, {{Role::x, x}, {Role::y, y}}, {rows, cols, 1, ldx, ldy, 0}, {.scale = scale});
}
int sv_log_softmax_blocked_f32_axis(const float* x, float* y, size_t outer, size_t axis_len, size_t inner, float
    temperature) {
  static const Kernel& kernel = BestKernel("log_softmax.blocked.f32");
  return Run(kernel, {{Role::x, x}, {Role::y, y}}, Layout::Axis(outer, axis_len, inner), {.temperature = temperature});
}
void sv_log_softmax_blocked_f16(const uint16_t* x, uint16_t* y, size_t rows, size_t cols) {
  static const Kernel& kernel = BestKernel("log_softmax.blocked.f16");
  Run(kernel, {{Role::x, x}, {Role::y, y}}, Layout::Rows(rows, cols), {});
}
int sv_log_softmax_blocked_f16_strided(const uint16_t* x, size_t ldx, uint16_t* y, size_t ldy, size_t rows, size_t cols,
    float scale) {
  static const Kernel& kernel = BestKernel("log_softmax.blocked.f16");
  return Run(kernel, {{Role::x, x}, {Role::y, y}}, {rows, cols, 1, ldx, ldy, 0}, {.scale = scale});
}
int sv_log_softmax_blocked_f16_axis(const uint16_t* x, uint16_t* y, size_t outer, size_t axis_len, size_t inner, float
    temperature) {
  static const Kernel& kernel = BestKernel("log_softmax.blocked.f16");
  return Run(kernel, {{Role::x, x}, {Role::y, y}}, Layout::Axis(outer, axis_len, inner), {.temperature = temperature});
}
void sv_log_softmax_blocked_bf16(const uint16_t* x, uint16_t* y, size_t rows, size_t cols) {
  static const Kernel& kernel = BestKernel("log_softmax.blocked.bf16");
  Run(kernel, {{Role::x, x}, {Role::y, y}}, Layout::Rows(rows, cols), {});
}
int sv_log_softmax_blocked_bf16_strided(const uint16_t* x, size_t ldx, uint16_t* y, size_t ldy, size_t rows, size_t
    cols, float scale) {
  static const Kernel& kernel = BestKernel("log_softmax.blocked.bf16");
  return Run(kernel, {{Role::x, x}, {Role::y, y}}, {rows, cols, 1, ldx, ldy, 0}, {.scale = scale});
}
int sv_log_softmax_blocked_bf16_axis(const uint16_t* x, uint16_t* y, size_t outer, size_t axis_len, size_t inner, float
    temperature) {
  static const Kernel& kernel = BestKernel("log_softmax.blocked.bf16");
  return Run(kernel, {{Role::x, x}, {Role::y, y}}, Layout::Axis(outer, axis_len, inner), {.temperature = temperature});
}
void sv_log_softmax_blocked_f64(const double* x, double* y, size_t rows, size_t cols) {
  static const Kernel& kernel = BestKernel("log_softmax.blocked.f64");
  Run(kernel, {{Role::x, x}, {Role::y, y}}, Layout::Rows(rows, cols), {});
}
int sv_log_softmax_blocked_f64_strided(const double* x, size_t ldx, double* y, size_t ldy, size_t rows, size_t cols,
    double scale) {
  static const Kernel& kernel = BestKernel("log_softmax.blocked.f64");
  return Run(kernel, {{Role::x, x}, {Role::y, y}}, {rows, cols, 1, ldx, ldy, 0}, {.scale = scale});
}
int sv_log_softmax_blocked_f64_axis(const double* x, double* y, size_t outer, size_t axis_len, size_t inner, double
    temperature) {
  static const Kernel& kernel = BestKernel("log_softmax.blocked.f64");
  return Run(kernel, {{Role::x, x}, {Role::y, y}}, Layout::Axis(outer, axis_len, inner), {.temperature = temperature});
}
void sv_log_softmax_accurate_f32(const float* x, float* y, size_t rows, size_t cols) {
  static const Kernel& kernel = BestKernel("log_softmax.accurate.f32");
  Run(kernel, {{Role::x, x}, {Role::y, y}}, Layout::Rows(rows, cols), {});
}
int sv_log_softmax_accurate_f32_strided(const float* x, size_t ldx, float* y, size_t ldy, size_t rows, size_t cols,
    float scale) {
  static const Kernel& kernel = BestKernel("log_softmax.accurate.f32");
  return Run(kernel, {{Role::x, x}, {Role::y, y}}, {rows, cols, 1, ldx, ldy, 0}, {.scale = scale});
}
int sv_log_softmax_accurate_f32_axis(const float* x, float* y, size_t outer, size_t axis_len, size_t inner, float
    temperature) {
  static const Kernel& kernel = BestKernel("log_softmax.accurate.f32");
  return Run(kernel, {{Role::x, x}, {Role::y, y}}, Layout::Axis(outer, axis_len, inner), {.temperature = temperature});
}
void sv_log_softmax_accurate_f16(const uint16_t* x, uint16_t* y, size_t rows, size_t cols) {
  static const Kernel& kernel = BestKernel("log_softmax.accurate.f16");
  Run(kernel, {{Role::x, x}, {Role::y, y}}, Layout::Rows(rows, cols), {});
}
int sv_log_softmax_accurate_f16_strided(const uint16_t* x, size_t ldx, uint16_t* y, size_t ldy, size_t rows, size_t
    cols, float scale) {
  static const Kernel& kernel = BestKernel("log_softmax.accurate.f16");
  return Run(kernel, {{Role::x, x}, {Role::y, y}}, {rows, cols, 1, ldx, ldy, 0}, {.scale = scale});
}
int sv_log_softmax_accurate_f16_axis(const uint16_t* x, uint16_t* y, size_t outer, size_t axis_len, size_t inner, float
    temperature) {
  static const Kernel& kernel = BestKernel("log_softmax.accurate.f16");
  return Run(kernel, {{Role::x, x}, {Role::y, y}}, Layout::Axis(outer, axis_len, inner), {.temperature = temperature});
}
void sv_log_softmax_accurate_bf16(const uint16_t* x, uint16_t* y, size_t rows, size_t cols) {
  static const Kernel& kernel = BestKernel("log_softmax.accurate.bf16");
  Run(kernel, {{Role::x, x}, {Role::y, y}}, Layout::Rows(rows, cols), {});
}
int sv_log_softmax_accurate_bf16_strided(const uint16_t* x, size_t ldx, uint16_t* y, size_t ldy, size_t rows, size_t
    cols, float scale) {
  static const Kernel& kernel = BestKernel("log_softmax.accurate.bf16");
  return Run(kernel, {{Role::x, x}, {Role::y, y}}, {rows, cols, 1, ldx, ldy, 0}, {.scale = scale});
}
int sv_log_softmax_accurate_bf16_axis(const uint16_t* x, uint16_t* y, size_t outer, size_t axis_len, size_t inner, float
    temperature) {
  static const Kernel& kernel = BestKernel("log_softmax.accurate.bf16");
  return Run(kernel, {{Role::x, x}, {Role::y, y}}, Layout::Axis(outer, axis_len, inner), {.temperature = temperature});
}
void sv_log_softmax_accurate_f64(const double* x, double* y, size_t rows, size_t cols) {
  static const Kernel& kernel = BestKernel("log_softmax.accurate.f64");
  Run(kernel, {{Role::x, x}, {Role::y, y}}, Layout::Rows(rows, cols), {});
}
int sv_log_softmax_accurate_f64_strided(const double* x, size_t ldx, double* y, size_t ldy, size_t rows, size_t cols,
    double scale) {
  static const Kernel& kernel = BestKernel("log_softmax.accurate.f64");
  return Run(kernel, {{Role::x, x}, {Role::y, y}}, {rows, cols, 1, ldx, ldy, 0}, {.scale = scale});
}
int sv_log_softmax_accurate_f64_axis(const double* x, double* y, size_t outer, size_t axis_len, size_t inner, double
    temperature) {
  static const Kernel& kernel = BestKernel("log_softmax.accurate.f64");
  return Run(kernel, {{Role::x, x}, {Role::y, y}}, Layout::Axis(outer, axis_len, inner), {.temperature = temperature});
}
void sv_log_softmax_correctly_rounded_f32(const float* x, float* y, size_t rows, size_t cols) {
  static const Kernel& kernel = BestKernel("log_softmax.correctly_rounded.f32");
  Run(kernel, {{Role::x, x}, {Role::y, y}}, Layout::Rows(rows, cols), {});
}
int sv_log_softmax_correctly_rounded_f32_strided(const float* x, size_t ldx, float* y, size_t ldy, size_t rows, size_t
    cols, float scale) {
  static const Kernel& kernel = BestKernel("log_softmax.correctly_rounded.f32");
  return Run(kernel, {{Role::x, x}, {Role::y, y}}, {rows, cols, 1, ldx, ldy, 0}, {.scale = scale});
}
int sv_log_softmax_correctly_rounded_f32_axis(const float* x, float* y, size_t outer, size_t axis_len, size_t inner,
    float temperature) {
  static const Kernel& kernel = BestKernel("log_softmax.correctly_rounded.f32");
  return Run(kernel, {{Role::x, x}, {Role::y, y}}, Layout::Axis(outer, axis_len, inner), {.temperature = temperature});
}
void sv_log_softmax_correctly_rounded_f16(const uint16_t* x, uint16_t* y, size_t rows, size_t cols) {
  static const Kernel& kernel = BestKernel("log_softmax.correctly_rounded.f16");
  Run(kernel, {{Role::x, x}, {Role::y, y}}, Layout::Rows(rows, cols), {});
}
int sv_log_softmax_correctly_rounded_f16_strided(const uint16_t* x, size_t ldx, uint16_t* y, size_t ldy, size_t rows,
    size_t cols, float scale) {
  static const Kernel& kernel = BestKernel("log_softmax.correctly_rounded.f16");
  return Run(kernel, {{Role::x, x}, {Role::y, y}}, {rows, cols, 1, ldx, ldy, 0}, {.scale = scale});
}
int sv_log_softmax_correctly_rounded_f16_axis(const uint16_t* x, uint16_t* y, size_t outer, size_t axis_len, size_t
    inner, float temperature) {
  static const Kernel& kernel = BestKernel("log_softmax.correctly_rounded.f16");
  return Run(kernel, {{Role::x, x}, {Role::y, y}}, Layout::Axis(outer, axis_len, inner), {.temperature = temperature});
}
void sv_log_softmax_correctly_rounded_bf16(const uint16_t* x, uint16_t* y, size_t rows, size_t cols) {
  static const Kernel& kernel = BestKernel("log_softmax.correctly_rounded.bf16");
  Run(kernel, {{Role::x, x}, {Role::y, y}}, Layout::Rows(rows, cols), {});
}
int sv_log_softmax_correctly_rounded_bf16_strided(const uint16_t* x, size_t ldx, uint16_t* y, size_t ldy, size_t rows,
    size_t cols, float scale) {
  static const Kernel& kernel = BestKernel("log_softmax.correctly_rounded.bf16");
  return Run(kernel, {{Role::x, x}, {Role::y, y}}, {rows, cols, 1, ldx, ldy, 0}, {.scale = scale});
}
int sv_log_softmax_correctly_rounded_bf16_axis(const uint16_t* x, uint16_t* y, size_t outer, size_t axis_len, size_t
    inner, float temperature) {
  static const Kernel& kernel = BestKernel("log_softmax.correctly_rounded.bf16");
  return Run(kernel, {{Role::x, x}, {Role::y, y}}, Layout::Axis(outer, axis_len, inner), {.temperature = temperature});
}
void sv_log_softmax_correctly_rounded_f64(const double* x, double* y, size_t rows, size_t cols) {
  static const Kernel& kernel = BestKernel("log_softmax.correctly_rounded.f64");
  Run(kernel, {{Role::x, x}, {Role::y, y}}, Layout::Rows(rows, cols), {});
}
int sv_log_softmax_correctly_rounded_f64_strided(const double* x, size_t ldx, double* y, size_t ldy, size_t rows, size_t
    cols, double scale) {
  static const Kernel& kernel = BestKernel("log_softmax.correctly_rounded.f64");
  return Run(kernel, {{Role::x, x}, {Role::y, y}}, {rows, cols, 1, ldx, ldy, 0}, {.scale = scale});
}
int sv_log_softmax_correctly_rounded_f64_axis(const double* x, double* y, size_t outer, size_t axis_len, size_t inner,
    double temperature) {
  static const Kernel& kernel = BestKernel("log_softmax.correctly_rounded.f64");
  return Run(kernel, {{Role::x, x}, {Role::y, y}}, Layout::Axis(outer, axis_len, inner), {.temperature = temperature});
}
int sv_logsumexp_f32(const float* x, float* lse, size_t rows, size_t cols, float scale, float temperature) {
  static const Kernel& kernel = BestKernel("logsumexp.three_pass.f32");
  return Run(kernel, {{Role::x, x}, {Role::lse, lse}}, Layout::Rows(rows, cols), {.scale = scale, .temperature =
      temperature});
}
int sv_logsumexp_f16(const uint16_t* x, float* lse, size_t rows, size_t cols, float scale, float temperature) {
  static const Kernel& kernel = BestKernel("logsumexp.three_pass.f16");
  return Run(kernel, {{Role::x, x}, {Role::lse, lse}}, Layout::Rows(rows, cols), {.scale = scale, .temperature =
      temperature});
}
int sv_logsumexp_bf16(const uint16_t* x, float* lse, size_t rows, size_t cols, float scale, float temperature) {
  static const Kernel& kernel = BestKernel("logsumexp.three_pass.bf16");
  return Run(kernel, {{Role::x, x}, {Role::lse, lse}}, Layout::Rows(rows, cols), {.scale = scale, .temperature =
      temperature});
}
int sv_logsumexp_f64(const double* x, double* lse, size_t rows, size_t cols, double scale, double temperature) {
  static const Kernel& kernel = BestKernel("logsumexp.three_pass.f64");
  return Run(kernel, {{Role::x, x}, {Role::lse, lse}}, Layout::Rows(rows, cols), {.scale = scale, .temperature =
      temperature});
}
int sv_logsumexp_three_pass_f32(const float* x, float* lse, size_t rows, size_t cols, float scale, float temperature) {
  static const Kernel& kernel = BestKernel("logsumexp.three_pass.f32");
  return Run(kernel, {{Role::x, x}, {Role::lse, lse}}, Layout::Rows(rows, cols), {.scale = scale, .temperature =
      temperature});
}
int sv_logsumexp_three_pass_f16(const uint16_t* x, float* lse, size_t rows, size_t cols, float scale, float temperature)
    {
  static const Kernel& kernel = BestKernel("logsumexp.three_pass.f16");
  return Run(kernel, {{Role::x, x}, {Role::lse, lse}}, Layout::Rows(rows, cols), {.scale = scale, .temperature =
      temperature});
}
int sv_logsumexp_three_pass_bf16(const uint16_t* x, float* lse, size_t rows, size_t cols, float scale, float
    temperature) {
  static const Kernel& kernel = BestKernel("logsumexp.three_pass.bf16");
  return Run(kernel, {{Role::x, x}, {Role::lse, lse}}, Layout::Rows(rows, cols), {.scale = scale, .temperature =
      temperature});
}
int sv_logsumexp_three_pass_f64(const double* x, double* lse, size_t rows, size_t cols, double scale, double
    temperature) {
  static const Kernel& kernel = BestKernel("logsumexp.three_pass.f64");
  return Run(kernel, {{Role::x, x}, {Role::lse, lse}}, Layout::Rows(rows, cols), {.scale = scale, .temperature =
      temperature});
}
int sv_logsumexp_online_f32(const float* x, float* lse, size_t rows, size_t cols, float scale, float temperature) {
  static const Kernel& kernel = BestKernel("logsumexp.online.f32");
  return Run(kernel, {{Role::x, x}, {Role::lse, lse}}, Layout::Rows(rows, cols), {.scale = scale, .temperature =
      temperature});
}
int sv_logsumexp_online_f16(const uint16_t* x, float* lse, size_t rows, size_t cols, float scale, float temperature) {
  static const Kernel& kernel = BestKernel("logsumexp.online.f16");
  return Run(kernel, {{Role::x, x}, {Role::lse, lse}}, Layout::Rows(rows, cols), {.scale = scale, .temperature =
      temperature});
}
int sv_logsumexp_online_bf16(const uint16_t* x, float* lse, size_t rows, size_t cols, float scale, float temperature) {
  static const Kernel& kernel = BestKernel("logsumexp.online.bf16");
  return Run(kernel, {{Role::x, x}, {Role::lse, lse}}, Layout::Rows(rows, cols), {.scale = scale, .temperature =
      temperature});
}
int sv_logsumexp_online_f64(const double* x, double* lse, size_t rows, size_t cols, double scale, double temperature) {
  static const Kernel& kernel = BestKernel("logsumexp.online.f64");
  return Run(kernel, {{Role::x, x}, {Role::lse, lse}}, Layout::Rows(rows, cols), {.scale = scale, .temperature =
      temperature});
}
int sv_logsumexp_blocked_f32(const float* x, float* lse, size_t rows, size_t cols, float scale, float temperature) {
  static const Kernel& kernel = BestKernel("logsumexp.blocked.f32");
  return Run(kernel, {{Role::x, x}, {Role::lse, lse}}, Layout::Rows(rows, cols), {.scale = scale, .temperature =
      temperature});
}
int sv_logsumexp_blocked_f16(const uint16_t* x, float* lse, size_t rows, size_t cols, float scale, float temperature) {
  static const Kernel& kernel = BestKernel("logsumexp.blocked.f16");
  return Run(kernel, {{Role::x, x}, {Role::lse, lse}}, Layout::Rows(rows, cols), {.scale = scale, .temperature =
      temperature});
}
int sv_logsumexp_blocked_bf16(const uint16_t* x, float* lse, size_t rows, size_t cols, float scale, float temperature) {
  static const Kernel& kernel = BestKernel("logsumexp.blocked.bf16");
  return Run(kernel, {{Role::x, x}, {Role::lse, lse}}, Layout::Rows(rows, cols), {.scale = scale, .temperature =
      temperature});
}
int sv_logsumexp_blocked_f64(const double* x, double* lse, size_t rows, size_t cols, double scale, double temperature) {
  static const Kernel& kernel = BestKernel("logsumexp.blocked.f64");
  return Run(kernel, {{Role::x, x}, {Role::lse, lse}}, Layout::Rows(rows, cols), {.scale = scale, .temperature =
      temperature});
}
int sv_logsumexp_accurate_f32(const float* x, float* lse, size_t rows, size_t cols, float scale, float temperature) {
  static const Kernel& kernel = BestKernel("logsumexp.accurate.f32");
  return Run(kernel, {{Role::x, x}, {Role::lse, lse}}, Layout::Rows(rows, cols), {.scale = scale, .temperature =
      temperature});
}
int sv_logsumexp_accurate_f16(const uint16_t* x, float* lse, size_t rows, size_t cols, float scale, float temperature) {
  static const Kernel& kernel = BestKernel("logsumexp.accurate.f16");
  return Run(kernel, {{Role::x, x}, {Role::lse, lse}}, Layout::Rows(rows, cols), {.scale = scale, .temperature =
      temperature});
}
int sv_logsumexp_accurate_bf16(const uint16_t* x, float* lse, size_t rows, size_t cols, float scale, float temperature)
    {
  static const Kernel& kernel = BestKernel("logsumexp.accurate.bf16");
  return Run(kernel, {{Role::x, x}, {Role::lse, lse}}, Layout::Rows(rows, cols), {.scale = scale, .temperature =
      temperature});
}
int sv_logsumexp_accurate_f64(const double* x, double* lse, size_t rows, size_t cols, double scale, double temperature)
    {
  static const Kernel& kernel = BestKernel("logsumexp.accurate.f64");
  return Run(kernel, {{Role::x, x}, {Role::lse, lse}}, Layout::Rows(rows, cols), {.scale = scale, .temperature =
      temperature});
}
int sv_logsumexp_correctly_rounded_f32(const float* x, float* lse, size_t rows, size_t cols, float scale, float
    temperature) {
  static const Kernel& kernel = BestKernel("logsumexp.correctly_rounded.f32");
  return Run(kernel, {{Role::x, x}, {Role::lse, lse}}, Layout::Rows(rows, cols), {.scale = scale, .temperature =
      temperature});
}
int sv_logsumexp_correctly_rounded_f16(const uint16_t* x, float* lse, size_t rows, size_t cols, float scale, float
    temperature) {
  static const Kernel& kernel = BestKernel("logsumexp.correctly_rounded.f16");
  return Run(kernel, {{Role::x, x}, {Role::lse, lse}}, Layout::Rows(rows, cols), {.scale = scale, .temperature =
      temperature});
}
int sv_logsumexp_correctly_rounded_bf16(const uint16_t* x, float* lse, size_t rows, size_t cols, float scale, float
    temperature) {
  static const Kernel& kernel = BestKernel("logsumexp.correctly_rounded.bf16");
  return Run(kernel, {{Role::x, x}, {Role::lse, lse}}, Layout::Rows(rows, cols), {.scale = scale, .temperature =
      temperature});
}
int sv_logsumexp_correctly_rounded_f64(const double* x, double* lse, size_t rows, size_t cols, double scale, double
    temperature) {
  static const Kernel& kernel = BestKernel("logsumexp.correctly_rounded.f64");
  return Run(kernel, {{Role::x, x}, {Role::lse, lse}}, Layout::Rows(rows, cols), {.scale = scale, .temperature =
      temperature});
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
int sv_softmax_backward_f32(const float* y, const float* dy, float* dx, size_t rows, size_t cols) {
  static const Kernel& kernel = BestKernel("softmax_backward.saved.f32");
  return Run(kernel, {{Role::y, y}, {Role::dy, dy}, {Role::dx, dx}}, Layout::Rows(rows, cols), {});
}
int sv_softmax_backward_f16(const uint16_t* y, const uint16_t* dy, uint16_t* dx, size_t rows, size_t cols) {
  static const Kernel& kernel = BestKernel("softmax_backward.saved.f16");
  return Run(kernel, {{Role::y, y}, {Role::dy, dy}, {Role::dx, dx}}, Layout::Rows(rows, cols), {});
}
int sv_softmax_backward_bf16(const uint16_t* y, const uint16_t* dy, uint16_t* dx, size_t rows, size_t cols) {
  static const Kernel& kernel = BestKernel("softmax_backward.saved.bf16");
  return Run(kernel, {{Role::y, y}, {Role::dy, dy}, {Role::dx, dx}}, Layout::Rows(rows, cols), {});
}
int sv_softmax_backward_f64(const double* y, const double* dy, double* dx, size_t rows, size_t cols) {
  static const Kernel& kernel = BestKernel("softmax_backward.saved.f64");
  return Run(kernel, {{Role::y, y}, {Role::dy, dy}, {Role::dx, dx}}, Layout::Rows(rows, cols), {});
}
int sv_softmax_backward_saved_f32(const float* y, const float* dy, float* dx, size_t rows, size_t cols) {
  static const Kernel& kernel = BestKernel("softmax_backward.saved.f32");
  return Run(kernel, {{Role::y, y}, {Role::dy, dy}, {Role::dx, dx}}, Layout::Rows(rows, cols), {});
}
int sv_softmax_backward_saved_f16(const uint16_t* y, const uint16_t* dy, uint16_t* dx, size_t rows, size_t cols) {
  static const Kernel& kernel = BestKernel("softmax_backward.saved.f16");
  return Run(kernel, {{Role::y, y}, {Role::dy, dy}, {Role::dx, dx}}, Layout::Rows(rows, cols), {});
}
int sv_softmax_backward_saved_bf16(const uint16_t* y, const uint16_t* dy, uint16_t* dx, size_t rows, size_t cols) {
  static const Kernel& kernel = BestKernel("softmax_backward.saved.bf16");
  return Run(kernel, {{Role::y, y}, {Role::dy, dy}, {Role::dx, dx}}, Layout::Rows(rows, cols), {});
}
int sv_softmax_backward_saved_f64(const double* y, const double* dy, double* dx, size_t rows, size_t cols) {
  static const Kernel& kernel = BestKernel("softmax_backward.saved.f64");
  return Run(kernel, {{Role::y, y}, {Role::dy, dy}, {Role::dx, dx}}, Layout::Rows(rows, cols), {});
}
int sv_softmax_backward_recomputed_f32(const float* x, const float* dy, float* dx, size_t rows, size_t cols) {
  static const Kernel& kernel = BestKernel("softmax_backward.recomputed.f32");
  return Run(kernel, {{Role::x, x}, {Role::dy, dy}, {Role::dx, dx}}, Layout::Rows(rows, cols), {});
}
int sv_softmax_backward_recomputed_f16(const uint16_t* x, const uint16_t* dy, uint16_t* dx, size_t rows, size_t cols) {
  static const Kernel& kernel = BestKernel("softmax_backward.recomputed.f16");
  return Run(kernel, {{Role::x, x}, {Role::dy, dy}, {Role::dx, dx}}, Layout::Rows(rows, cols), {});
}
int sv_softmax_backward_recomputed_bf16(const uint16_t* x, const uint16_t* dy, uint16_t* dx, size_t rows, size_t cols) {
  static const Kernel& kernel = BestKernel("softmax_backward.recomputed.bf16");
  return Run(kernel, {{Role::x, x}, {Role::dy, dy}, {Role::dx, dx}}, Layout::Rows(rows, cols), {});
}
int sv_softmax_backward_recomputed_f64(const double* x, const double* dy, double* dx, size_t rows, size_t cols) {
  static const Kernel& kernel = BestKernel("softmax_backward.recomputed.f64");
  return Run(kernel, {{Role::x, x}, {Role::dy, dy}, {Role::dx, dx}}, Layout::Rows(rows, cols), {});
}
int sv_log_softmax_backward_f32(const float* y, const float* dy, float* dx, size_t rows, size_t cols) {
  static const Kernel& kernel = BestKernel("log_softmax_backward.saved.f32");
  return Run(kernel, {{Role::y, y}, {Role::dy, dy}, {Role::dx, dx}}, Layout::Rows(rows, cols), {});
}
int sv_log_softmax_backward_f16(const uint16_t* y, const uint16_t* dy, uint16_t* dx, size_t rows, size_t cols) {
  static const Kernel& kernel = BestKernel("log_softmax_backward.saved.f16");
  return Run(kernel, {{Role::y, y}, {Role::dy, dy}, {Role::dx, dx}}, Layout::Rows(rows, cols), {});
}
int sv_log_softmax_backward_bf16(const uint16_t* y, const uint16_t* dy, uint16_t* dx, size_t rows, size_t cols) {
  static const Kernel& kernel = BestKernel("log_softmax_backward.saved.bf16");
  return Run(kernel, {{Role::y, y}, {Role::dy, dy}, {Role::dx, dx}}, Layout::Rows(rows, cols), {});
}
int sv_log_softmax_backward_f64(const double* y, const double* dy, double* dx, size_t rows, size_t cols) {
  static const Kernel& kernel = BestKernel("log_softmax_backward.saved.f64");
  return Run(kernel, {{Role::y, y}, {Role::dy, dy}, {Role::dx, dx}}, Layout::Rows(rows, cols), {});
}
int sv_log_softmax_backward_saved_f32(const float* y, const float* dy, float* dx, size_t rows, size_t cols) {
  static const Kernel& kernel = BestKernel("log_softmax_backward.saved.f32");
  return Run(kernel, {{Role::y, y}, {Role::dy, dy}, {Role::dx, dx}}, Layout::Rows(rows, cols), {});
}
int sv_log_softmax_backward_saved_f16(const uint16_t* y, const uint16_t* dy, uint16_t* dx, size_t rows, size_t cols) {
  static const Kernel& kernel = BestKernel("log_softmax_backward.saved.f16");
  return Run(kernel, {{Role::y, y}, {Role::dy, dy}, {Role::dx, dx}}, Layout::Rows(rows, cols), {});
}
int sv_log_softmax_backward_saved_bf16(const uint16_t* y, const uint16_t* dy, uint16_t* dx, size_t rows, size_t cols) {
  static const Kernel& kernel = BestKernel("log_softmax_backward.saved.bf16");
  return Run(kernel, {{Role::y, y}, {Role::dy, dy}, {Role::dx, dx}}, Layout::Rows(rows, cols), {});
}
int sv_log_softmax_backward_saved_f64(const double* y, const double* dy, double* dx, size_t rows, size_t cols) {
  static const Kernel& kernel = BestKernel("log_softmax_backward.saved.f64");
  return Run(kernel, {{Role::y, y}, {Role::dy, dy}, {Role::dx, dx}}, Layout::Rows(rows, cols), {});
}
int sv_jacobian_f32(const float* x, float* y, size_t rows, size_t cols) {
  static const Kernel& kernel = BestKernel("jacobian.three_pass.f32");
  return Run(kernel, {{Role::x, x}, {Role::y, y}}, Layout::Rows(rows, cols), {});
}
int sv_jacobian_f16(const uint16_t* x, uint16_t* y, size_t rows, size_t cols) {
  static const Kernel& kernel = BestKernel("jacobian.three_pass.f16");
  return Run(kernel, {{Role::x, x}, {Role::y, y}}, Layout::Rows(rows, cols), {});
}
int sv_jacobian_bf16(const uint16_t* x, uint16_t* y, size_t rows, size_t cols) {
  static const Kernel& kernel = BestKernel("jacobian.three_pass.bf16");
  return Run(kernel, {{Role::x, x}, {Role::y, y}}, Layout::Rows(rows, cols), {});
}
int sv_jacobian_f64(const double* x, double* y, size_t rows, size_t cols) {
  static const Kernel& kernel = BestKernel("jacobian.three_pass.f64");
  return Run(kernel, {{Role::x, x}, {Role::y, y}}, Layout::Rows(rows, cols), {});
}
int sv_jacobian_three_pass_f32(const float* x, float* y, size_t rows, size_t cols) {
  static const Kernel& kernel = BestKernel("jacobian.three_pass.f32");
  return Run(kernel, {{Role::x, x}, {Role::y, y}}, Layout::Rows(rows, cols), {});
}
int sv_jacobian_three_pass_f16(const uint16_t* x, uint16_t* y, size_t rows, size_t cols) {
  static const Kernel& kernel = BestKernel("jacobian.three_pass.f16");
  return Run(kernel, {{Role::x, x}, {Role::y, y}}, Layout::Rows(rows, cols), {});
}
int sv_jacobian_three_pass_bf16(const uint16_t* x, uint16_t* y, size_t rows, size_t cols) {
  static const Kernel& kernel = BestKernel("jacobian.three_pass.bf16");
  return Run(kernel, {{Role::x, x}, {Role::y, y}}, Layout::Rows(rows, cols), {});
}
int sv_jacobian_three_pass_f64(const double* x, double* y, size_t rows, size_t cols) {
  static const Kernel& kernel = BestKernel("jacobian.three_pass.f64");
  return Run(kernel, {{Role::x, x}, {Role::y, y}}, Layout::Rows(rows, cols), {});
}
int sv_cross_entropy_f32(const float* x, const int64_t* targets, const float* weight, float* loss, size_t rows, size_t
    cols, float scale, float temperature, float label_smoothing, int64_t ignore_index, int reduction) {
  static const Kernel& kernel = BestKernel("cross_entropy.three_pass.f32");
  return Run(kernel, {{Role::x, x}, {Role::targets, targets}, {Role::weight, weight}, {Role::loss, loss}},
      Layout::Rows(rows, cols), {.scale = scale, .temperature = temperature, .label_smoothing = label_smoothing,
      .ignore_index = ignore_index, .reduction = static_cast<Reduction>(reduction)});
}
int sv_cross_entropy_f16(const uint16_t* x, const int64_t* targets, const uint16_t* weight, float* loss, size_t rows,
    size_t cols, float scale, float temperature, float label_smoothing, int64_t ignore_index, int reduction) {
  static const Kernel& kernel = BestKernel("cross_entropy.three_pass.f16");
  return Run(kernel, {{Role::x, x}, {Role::targets, targets}, {Role::weight, weight}, {Role::loss, loss}},
      Layout::Rows(rows, cols), {.scale = scale, .temperature = temperature, .label_smoothing = label_smoothing,
      .ignore_index = ignore_index, .reduction = static_cast<Reduction>(reduction)});
}
int sv_cross_entropy_bf16(const uint16_t* x, const int64_t* targets, const uint16_t* weight, float* loss, size_t rows,
    size_t cols, float scale, float temperature, float label_smoothing, int64_t ignore_index, int reduction) {
  static const Kernel& kernel = BestKernel("cross_entropy.three_pass.bf16");
  return Run(kernel, {{Role::x, x}, {Role::targets, targets}, {Role::weight, weight}, {Role::loss, loss}},
      Layout::Rows(rows, cols), {.scale = scale, .temperature = temperature, .label_smoothing = label_smoothing,
      .ignore_index = ignore_index, .reduction = static_cast<Reduction>(reduction)});
}
int sv_cross_entropy_f64(const double* x, const int64_t* targets, const double* weight, double* loss, size_t rows,
    size_t cols, double scale, double temperature, double label_smoothing, int64_t ignore_index, int reduction) {
  static const Kernel& kernel = BestKernel("cross_entropy.three_pass.f64");
  return Run(kernel, {{Role::x, x}, {Role::targets, targets}, {Role::weight, weight}, {Role::loss, loss}},
      Layout::Rows(rows, cols), {.scale = scale, .temperature = temperature, .label_smoothing = label_smoothing,
      .ignore_index = ignore_index, .reduction = static_cast<Reduction>(reduction)});
}
int sv_cross_entropy_three_pass_f32(const float* x, const int64_t* targets, const float* weight, float* loss, size_t
    rows, size_t cols, float scale, float temperature, float label_smoothing, int64_t ignore_index, int reduction) {
  static const Kernel& kernel = BestKernel("cross_entropy.three_pass.f32");
  return Run(kernel, {{Role::x, x}, {Role::targets, targets}, {Role::weight, weight}, {Role::loss, loss}},
      Layout::Rows(rows, cols), {.scale = scale, .temperature = temperature, .label_smoothing = label_smoothing,
      .ignore_index = ignore_index, .reduction = static_cast<Reduction>(reduction)});
}
int sv_cross_entropy_three_pass_f16(const uint16_t* x, const int64_t* targets, const uint16_t* weight, float* loss,
    size_t rows, size_t cols, float scale, float temperature, float label_smoothing, int64_t ignore_index, int
    reduction) {
  static const Kernel& kernel = BestKernel("cross_entropy.three_pass.f16");
  return Run(kernel, {{Role::x, x}, {Role::targets, targets}, {Role::weight, weight}, {Role::loss, loss}},
      Layout::Rows(rows, cols), {.scale = scale, .temperature = temperature, .label_smoothing = label_smoothing,
      .ignore_index = ignore_index, .reduction = static_cast<Reduction>(reduction)});
}
int sv_cross_entropy_three_pass_bf16(const uint16_t* x, const int64_t* targets, const uint16_t* weight, float* loss,
    size_t rows, size_t cols, float scale, float temperature, float label_smoothing, int64_t ignore_index, int
    reduction) {
  static const Kernel& kernel = BestKernel("cross_entropy.three_pass.bf16");
  return Run(kernel, {{Role::x, x}, {Role::targets, targets}, {Role::weight, weight}, {Role::loss, loss}},
      Layout::Rows(rows, cols), {.scale = scale, .temperature = temperature, .label_smoothing = label_smoothing,
      .ignore_index = ignore_index, .reduction = static_cast<Reduction>(reduction)});
}
int sv_cross_entropy_three_pass_f64(const double* x, const int64_t* targets, const double* weight, double* loss, size_t
    rows, size_t cols, double scale, double temperature, double label_smoothing, int64_t ignore_index, int reduction) {
  static const Kernel& kernel = BestKernel("cross_entropy.three_pass.f64");
  return Run(kernel, {{Role::x, x}, {Role::targets, targets}, {Role::weight, weight}, {Role::loss, loss}},
      Layout::Rows(rows, cols), {.scale = scale, .temperature = temperature, .label_smoothing = label_smoothing,
      .ignore_index = ignore_index, .reduction = static_cast<Reduction>(reduction)});
}
int sv_cross_entropy_online_f32(const float* x, const int64_t* targets, const float* weight, float* loss, size_t rows,
    size_t cols, float scale, float temperature, float label_smoothing, int64_t ignore_index, int reduction) {
  static const Kernel& kernel = BestKernel("cross_entropy.online.f32");
  return Run(kernel, {{Role::x, x}, {Role::targets, targets}, {Role::weight, weight}, {Role::loss, loss}},
      Layout::Rows(rows, cols), {.scale = scale, .temperature = temperature, .label_smoothing = label_smoothing,
      .ignore_index = ignore_index, .reduction = static_cast<Reduction>(reduction)});
}
int sv_cross_entropy_online_f16(const uint16_t* x, const int64_t* targets, const uint16_t* weight, float* loss, size_t
    rows, size_t cols, float scale, float temperature, float label_smoothing, int64_t ignore_index, int reduction) {
  static const Kernel& kernel = BestKernel("cross_entropy.online.f16");
  return Run(kernel, {{Role::x, x}, {Role::targets, targets}, {Role::weight, weight}, {Role::loss, loss}},
      Layout::Rows(rows, cols), {.scale = scale, .temperature = temperature, .label_smoothing = label_smoothing,
      .ignore_index = ignore_index, .reduction = static_cast<Reduction>(reduction)});
}
int sv_cross_entropy_online_bf16(const uint16_t* x, const int64_t* targets, const uint16_t* weight, float* loss, size_t
    rows, size_t cols, float scale, float temperature, float label_smoothing, int64_t ignore_index, int reduction) {
  static const Kernel& kernel = BestKernel("cross_entropy.online.bf16");
  return Run(kernel, {{Role::x, x}, {Role::targets, targets}, {Role::weight, weight}, {Role::loss, loss}},
      Layout::Rows(rows, cols), {.scale = scale, .temperature = temperature, .label_smoothing = label_smoothing,
      .ignore_index = ignore_index, .reduction = static_cast<Reduction>(reduction)});
}
int sv_cross_entropy_online_f64(const double* x, const int64_t* targets, const double* weight, double* loss, size_t
    rows, size_t cols, double scale, double temperature, double label_smoothing, int64_t ignore_index, int reduction) {
  static const Kernel& kernel = BestKernel("cross_entropy.online.f64");
  return Run(kernel, {{Role::x, x}, {Role::targets, targets}, {Role::weight, weight}, {Role::loss, loss}},
      Layout::Rows(rows, cols), {.scale = scale, .temperature = temperature, .label_smoothing = label_smoothing,
      .ignore_index = ignore_index, .reduction = static_cast<Reduction>(reduction)});
}
int sv_cross_entropy_backward_f32(const float* x, const int64_t* targets, const float* weight, const float* dloss,
    float* dx, size_t rows, size_t cols, float scale, float temperature, float label_smoothing, int64_t ignore_index,
    int reduction) {
  static const Kernel& kernel = BestKernel("cross_entropy_backward.three_pass.f32");
  return Run(kernel, {{Role::x, x}, {Role::targets, targets}, {Role::weight, weight}, {Role::dloss, dloss}, {Role::dx,
      dx}}, Layout::Rows(rows, cols), {.scale = scale, .temperature = temperature, .label_smoothing = label_smoothing,
      .ignore_index = ignore_index, .reduction = static_cast<Reduction>(reduction)});
}
int sv_cross_entropy_backward_f16(const uint16_t* x, const int64_t* targets, const uint16_t* weight, const float* dloss,
    uint16_t* dx, size_t rows, size_t cols, float scale, float temperature, float label_smoothing, int64_t ignore_index,
    int reduction) {
  static const Kernel& kernel = BestKernel("cross_entropy_backward.three_pass.f16");
  return Run(kernel, {{Role::x, x}, {Role::targets, targets}, {Role::weight, weight}, {Role::dloss, dloss}, {Role::dx,
      dx}}, Layout::Rows(rows, cols), {.scale = scale, .temperature = temperature, .label_smoothing = label_smoothing,
      .ignore_index = ignore_index, .reduction = static_cast<Reduction>(reduction)});
}
int sv_cross_entropy_backward_bf16(const uint16_t* x, const int64_t* targets, const uint16_t* weight, const float*
    dloss, uint16_t* dx, size_t rows, size_t cols, float scale, float temperature, float label_smoothing, int64_t
    ignore_index, int reduction) {
  static const Kernel& kernel = BestKernel("cross_entropy_backward.three_pass.bf16");
  return Run(kernel, {{Role::x, x}, {Role::targets, targets}, {Role::weight, weight}, {Role::dloss, dloss}, {Role::dx,
      dx}}, Layout::Rows(rows, cols), {.scale = scale, .temperature = temperature, .label_smoothing = label_smoothing,
      .ignore_index = ignore_index, .reduction = static_cast<Reduction>(reduction)});
}
int sv_cross_entropy_backward_f64(const double* x, const int64_t* targets, const double* weight, const double* dloss,
    double* dx, size_t rows, size_t cols, double scale, double temperature, double label_smoothing, int64_t
    ignore_index, int reduction) {
  static const Kernel& kernel = BestKernel("cross_entropy_backward.three_pass.f64");
  return Run(kernel, {{Role::x, x}, {Role::targets, targets}, {Role::weight, weight}, {Role::dloss, dloss}, {Role::dx,
      dx}}, Layout::Rows(rows, cols), {.scale = scale, .temperature = temperature, .label_smoothing = label_smoothing,
      .ignore_index = ignore_index, .reduction = static_cast<Reduction>(reduction)});
}
int sv_cross_entropy_backward_three_pass_f32(const float* x, const int64_t* targets, const float* weight, const float*
    dloss, float* dx, size_t rows, size_t cols, float scale, float temperature, float label_smoothing, int64_t
    ignore_index, int reduction) {
  static const Kernel& kernel = BestKernel("cross_entropy_backward.three_pass.f32");
  return Run(kernel, {{Role::x, x}, {Role::targets, targets}, {Role::weight, weight}, {Role::dloss, dloss}, {Role::dx,
      dx}}, Layout::Rows(rows, cols), {.scale = scale, .temperature = temperature, .label_smoothing = label_smoothing,
      .ignore_index = ignore_index, .reduction = static_cast<Reduction>(reduction)});
}
int sv_cross_entropy_backward_three_pass_f16(const uint16_t* x, const int64_t* targets, const uint16_t* weight, const
    float* dloss, uint16_t* dx, size_t rows, size_t cols, float scale, float temperature, float label_smoothing, int64_t
    ignore_index, int reduction) {
  static const Kernel& kernel = BestKernel("cross_entropy_backward.three_pass.f16");
  return Run(kernel, {{Role::x, x}, {Role::targets, targets}, {Role::weight, weight}, {Role::dloss, dloss}, {Role::dx,
      dx}}, Layout::Rows(rows, cols), {.scale = scale, .temperature = temperature, .label_smoothing = label_smoothing,
      .ignore_index = ignore_index, .reduction = static_cast<Reduction>(reduction)});
}
int sv_cross_entropy_backward_three_pass_bf16(const uint16_t* x, const int64_t* targets, const uint16_t* weight, const
    float* dloss, uint16_t* dx, size_t rows, size_t cols, float scale, float temperature, float label_smoothing, int64_t
    ignore_index, int reduction) {
  static const Kernel& kernel = BestKernel("cross_entropy_backward.three_pass.bf16");
  return Run(kernel, {{Role::x, x}, {Role::targets, targets}, {Role::weight, weight}, {Role::dloss, dloss}, {Role::dx,
      dx}}, Layout::Rows(rows, cols), {.scale = scale, .temperature = temperature, .label_smoothing = label_smoothing,
      .ignore_index = ignore_index, .reduction = static_cast<Reduction>(reduction)});
}
int sv_cross_entropy_backward_three_pass_f64(const double* x, const int64_t* targets, const double* weight, const
    double* dloss, double* dx, size_t rows, size_t cols, double scale, double temperature, double label_smoothing,
    int64_t ignore_index, int reduction) {
  static const Kernel& kernel = BestKernel("cross_entropy_backward.three_pass.f64");
  return Run(kernel, {{Role::x, x}, {Role::targets, targets}, {Role::weight, weight}, {Role::dloss, dloss}, {Role::dx,
      dx}}, Layout::Rows(rows, cols), {.scale = scale, .temperature = temperature, .label_smoothing = label_smoothing,
      .ignore_index = ignore_index, .reduction = static_cast<Reduction>(reduction)});
}
void sv_sparsemax_f32(const float* x, float* y, size_t rows, size_t cols) {
  static const Kernel& kernel = BestKernel("sparsemax.newton.f32");
  Run(kernel, {{Role::x, x}, {Role::y, y}}, Layout::Rows(rows, cols), {});
}
int sv_sparsemax_f32_strided(const float* x, size_t ldx, float* y, size_t ldy, size_t rows, size_t cols, float scale) {
  static const Kernel& kernel = BestKernel("sparsemax.newton.f32");
  return Run(kernel, {{Role::x, x}, {Role::y, y}}, {rows, cols, 1, ldx, ldy, 0}, {.scale = scale});
}
int sv_sparsemax_f32_axis(const float* x, float* y, size_t outer, size_t axis_len, size_t inner, float temperature) {
  static const Kernel& kernel = BestKernel("sparsemax.newton.f32");
  return Run(kernel, {{Role::x, x}, {Role::y, y}}, Layout::Axis(outer, axis_len, inner), {.temperature = temperature});
}
void sv_sparsemax_f16(const uint16_t* x, uint16_t* y, size_t rows, size_t cols) {
  static const Kernel& kernel = BestKernel("sparsemax.newton.f16");
  Run(kernel, {{Role::x, x}, {Role::y, y}}, Layout::Rows(rows, cols), {});
}
int sv_sparsemax_f16_strided(const uint16_t* x, size_t ldx, uint16_t* y, size_t ldy, size_t rows, size_t cols, float
    scale) {
  static const Kernel& kernel = BestKernel("sparsemax.newton.f16");
  return Run(kernel, {{Role::x, x}, {Role::y, y}}, {rows, cols, 1, ldx, ldy, 0}, {.scale = scale});
}
int sv_sparsemax_f16_axis(const uint16_t* x, uint16_t* y, size_t outer, size_t axis_len, size_t inner, float
    temperature) {
  static const Kernel& kernel = BestKernel("sparsemax.newton.f16");
  return Run(kernel, {{Role::x, x}, {Role::y, y}}, Layout::Axis(outer, axis_len, inner), {.temperature = temperature});
}
void sv_sparsemax_bf16(const uint16_t* x, uint16_t* y, size_t rows, size_t cols) {
  static const Kernel& kernel = BestKernel("sparsemax.newton.bf16");
  Run(kernel, {{Role::x, x}, {Role::y, y}}, Layout::Rows(rows, cols), {});
}
int sv_sparsemax_bf16_strided(const uint16_t* x, size_t ldx, uint16_t* y, size_t ldy, size_t rows, size_t cols, float
    scale) {
  static const Kernel& kernel = BestKernel("sparsemax.newton.bf16");
  return Run(kernel, {{Role::x, x}, {Role::y, y}}, {rows, cols, 1, ldx, ldy, 0}, {.scale = scale});
}
int sv_sparsemax_bf16_axis(const uint16_t* x, uint16_t* y, size_t outer, size_t axis_len, size_t inner, float
    temperature) {
  static const Kernel& kernel = BestKernel("sparsemax.newton.bf16");
  return Run(kernel, {{Role::x, x}, {Role::y, y}}, Layout::Axis(outer, axis_len, inner), {.temperature = temperature});
}
void sv_sparsemax_f64(const double* x, double* y, size_t rows, size_t cols) {
  static const Kernel& kernel = BestKernel("sparsemax.newton.f64");
  Run(kernel, {{Role::x, x}, {Role::y, y}}, Layout::Rows(rows, cols), {});
}
int sv_sparsemax_f64_strided(const double* x, size_t ldx, double* y, size_t ldy, size_t rows, size_t cols, double scale)
    {
  static const Kernel& kernel = BestKernel("sparsemax.newton.f64");
  return Run(kernel, {{Role::x, x}, {Role::y, y}}, {rows, cols, 1, ldx, ldy, 0}, {.scale = scale});
}
int sv_sparsemax_f64_axis(const double* x, double* y, size_t outer, size_t axis_len, size_t inner, double temperature) {
  static const Kernel& kernel = BestKernel("sparsemax.newton.f64");
  return Run(kernel, {{Role::x, x}, {Role::y, y}}, Layout::Axis(outer, axis_len, inner), {.temperature = temperature});
}
void sv_sparsemax_newton_f32(const float* x, float* y, size_t rows, size_t cols) {
  static const Kernel& kernel = BestKernel("sparsemax.newton.f32");
  Run(kernel, {{Role::x, x}, {Role::y, y}}, Layout::Rows(rows, cols), {});
}
int sv_sparsemax_newton_f32_strided(const float* x, size_t ldx, float* y, size_t ldy, size_t rows, size_t cols, float
    scale) {
  static const Kernel& kernel = BestKernel("sparsemax.newton.f32");
  return Run(kernel, {{Role::x, x}, {Role::y, y}}, {rows, cols, 1, ldx, ldy, 0}, {.scale = scale});
}
int sv_sparsemax_newton_f32_axis(const float* x, float* y, size_t outer, size_t axis_len, size_t inner, float
    temperature) {
  static const Kernel& kernel = BestKernel("sparsemax.newton.f32");
  return Run(kernel, {{Role::x, x}, {Role::y, y}}, Layout::Axis(outer, axis_len, inner), {.temperature = temperature});
}
void sv_sparsemax_newton_f16(const uint16_t* x, uint16_t* y, size_t rows, size_t cols) {
  static const Kernel& kernel = BestKernel("sparsemax.newton.f16");
  Run(kernel, {{Role::x, x}, {Role::y, y}}, Layout::Rows(rows, cols), {});
}
int sv_sparsemax_newton_f16_strided(const uint16_t* x, size_t ldx, uint16_t* y, size_t ldy, size_t rows, size_t cols,
    float scale) {
  static const Kernel& kernel = BestKernel("sparsemax.newton.f16");
  return Run(kernel, {{Role::x, x}, {Role::y, y}}, {rows, cols, 1, ldx, ldy, 0}, {.scale = scale});
}
int sv_sparsemax_newton_f16_axis(const uint16_t* x, uint16_t* y, size_t outer, size_t axis_len, size_t inner, float
    temperature) {
  static const Kernel& kernel = BestKernel("sparsemax.newton.f16");
  return Run(kernel, {{Role::x, x}, {Role::y, y}}, Layout::Axis(outer, axis_len, inner), {.temperature = temperature});
}
void sv_sparsemax_newton_bf16(const uint16_t* x, uint16_t* y, size_t rows, size_t cols) {
  static const Kernel& kernel = BestKernel("sparsemax.newton.bf16");
  Run(kernel, {{Role::x, x}, {Role::y, y}}, Layout::Rows(rows, cols), {});
}
int sv_sparsemax_newton_bf16_strided(const uint16_t* x, size_t ldx, uint16_t* y, size_t ldy, size_t rows, size_t cols,
    float scale) {
  static const Kernel& kernel = BestKernel("sparsemax.newton.bf16");
  return Run(kernel, {{Role::x, x}, {Role::y, y}}, {rows, cols, 1, ldx, ldy, 0}, {.scale = scale});
}
int sv_sparsemax_newton_bf16_axis(const uint16_t* x, uint16_t* y, size_t outer, size_t axis_len, size_t inner, float
    temperature) {
  static const Kernel& kernel = BestKernel("sparsemax.newton.bf16");
  return Run(kernel, {{Role::x, x}, {Role::y, y}}, Layout::Axis(outer, axis_len, inner), {.temperature = temperature});
}
void sv_sparsemax_newton_f64(const double* x, double* y, size_t rows, size_t cols) {
  static const Kernel& kernel = BestKernel("sparsemax.newton.f64");
  Run(kernel, {{Role::x, x}, {Role::y, y}}, Layout::Rows(rows, cols), {});
}
int sv_sparsemax_newton_f64_strided(const double* x, size_t ldx, double* y, size_t ldy, size_t rows, size_t cols, double
    scale) {
  static const Kernel& kernel = BestKernel("sparsemax.newton.f64");
  return Run(kernel, {{Role::x, x}, {Role::y, y}}, {rows, cols, 1, ldx, ldy, 0}, {.scale = scale});
}
int sv_sparsemax_newton_f64_axis(const double* x, double* y, size_t outer, size_t axis_len, size_t inner, double
    temperature) {
  static const Kernel& kernel = BestKernel("sparsemax.newton.f64");
  return Run(kernel, {{Role::x, x}, {Role::y, y}}, Layout::Axis(outer, axis_len, inner), {.temperature = temperature});
}
int sv_sparsemax_backward_f32(const float* y, const float* dy, float* dx, size_t rows, size_t cols) {
  static const Kernel& kernel = BestKernel("sparsemax_backward.saved.f32");
  return Run(kernel, {{Role::y, y}, {Role::dy, dy}, {Role::dx, dx}}, Layout::Rows(rows, cols), {});
}
int sv_sparsemax_backward_f16(const uint16_t* y, const uint16_t* dy, uint16_t* dx, size_t rows, size_t cols) {
  static const Kernel& kernel = BestKernel("sparsemax_backward.saved.f16");
  return Run(kernel, {{Role::y, y}, {Role::dy, dy}, {Role::dx, dx}}, Layout::Rows(rows, cols), {});
}
int sv_sparsemax_backward_bf16(const uint16_t* y, const uint16_t* dy, uint16_t* dx, size_t rows, size_t cols) {
  static const Kernel& kernel = BestKernel("sparsemax_backward.saved.bf16");
  return Run(kernel, {{Role::y, y}, {Role::dy, dy}, {Role::dx, dx}}, Layout::Rows(rows, cols), {});
}
int sv_sparsemax_backward_f64(const double* y, const double* dy, double* dx, size_t rows, size_t cols) {
  static const Kernel& kernel = BestKernel("sparsemax_backward.saved.f64");
  return Run(kernel, {{Role::y, y}, {Role::dy, dy}, {Role::dx, dx}}, Layout::Rows(rows, cols), {});
}
int sv_sparsemax_backward_saved_f32(const float* y, const float* dy, float* dx, size_t rows, size_t cols) {
  static const Kernel& kernel = BestKernel("sparsemax_backward.saved.f32");
  return Run(kernel, {{Role::y, y}, {Role::dy, dy}, {Role::dx, dx}}, Layout::Rows(rows, cols), {});
}
int sv_sparsemax_backward_saved_f16(const uint16_t* y, const uint16_t* dy, uint16_t* dx, size_t rows, size_t cols) {
  static const Kernel& kernel = BestKernel("sparsemax_backward.saved.f16");
  return Run(kernel, {{Role::y, y}, {Role::dy, dy}, {Role::dx, dx}}, Layout::Rows(rows, cols), {});
}
int sv_sparsemax_backward_saved_bf16(const uint16_t* y, const uint16_t* dy, uint16_t* dx, size_t rows, size_t cols) {
  static const Kernel& kernel = BestKernel("sparsemax_backward.saved.bf16");
  return Run(kernel, {{Role::y, y}, {Role::dy, dy}, {Role::dx, dx}}, Layout::Rows(rows, cols), {});
}
int sv_sparsemax_backward_saved_f64(const double* y, const double* dy, double* dx, size_t rows, size_t cols) {
  static const Kernel& kernel = BestKernel("sparsemax_backward.saved.f64");
  return Run(kernel, {{Role::y, y}, {Role::dy, dy}, {Role::dx, dx}}, Layout::Rows(rows, cols), {});
}
void sv_entmax15_f32(const float* x, float* y, size_t rows, size_t cols) {
  static const Kernel& kernel = BestKernel("entmax15.newton.f32");
  Run(kernel, {{Role::x, x}, {Role::y, y}}, Layout::Rows(rows, cols), {});
}
int sv_entmax15_f32_strided(const float* x, size_t ldx, float* y, size_t ldy, size_t rows, size_t cols, float scale) {
  static const Kernel& kernel = BestKernel("entmax15.newton.f32");
  return Run(kernel, {{Role::x, x}, {Role::y, y}}, {rows, cols, 1, ldx, ldy, 0}, {.scale = scale});
}
int sv_entmax15_f32_axis(const float* x, float* y, size_t outer, size_t axis_len, size_t inner, float temperature) {
  static const Kernel& kernel = BestKernel("entmax15.newton.f32");
  return Run(kernel, {{Role::x, x}, {Role::y, y}}, Layout::Axis(outer, axis_len, inner), {.temperature = temperature});
}
void sv_entmax15_f16(const uint16_t* x, uint16_t* y, size_t rows, size_t cols) {
  static const Kernel& kernel = BestKernel("entmax15.newton.f16");
  Run(kernel, {{Role::x, x}, {Role::y, y}}, Layout::Rows(rows, cols), {});
}
int sv_entmax15_f16_strided(const uint16_t* x, size_t ldx, uint16_t* y, size_t ldy, size_t rows, size_t cols, float
    scale) {
  static const Kernel& kernel = BestKernel("entmax15.newton.f16");
  return Run(kernel, {{Role::x, x}, {Role::y, y}}, {rows, cols, 1, ldx, ldy, 0}, {.scale = scale});
}
int sv_entmax15_f16_axis(const uint16_t* x, uint16_t* y, size_t outer, size_t axis_len, size_t inner, float temperature)
    {
  static const Kernel& kernel = BestKernel("entmax15.newton.f16");
  return Run(kernel, {{Role::x, x}, {Role::y, y}}, Layout::Axis(outer, axis_len, inner), {.temperature = temperature});
}
void sv_entmax15_bf16(const uint16_t* x, uint16_t* y, size_t rows, size_t cols) {
  static const Kernel& kernel = BestKernel("entmax15.newton.bf16");
  Run(kernel, {{Role::x, x}, {Role::y, y}}, Layout::Rows(rows, cols), {});
}
int sv_entmax15_bf16_strided(const uint16_t* x, size_t ldx, uint16_t* y, size_t ldy, size_t rows, size_t cols, float
    scale) {
  static const Kernel& kernel = BestKernel("entmax15.newton.bf16");
  return Run(kernel, {{Role::x, x}, {Role::y, y}}, {rows, cols, 1, ldx, ldy, 0}, {.scale = scale});
}
int sv_entmax15_bf16_axis(const uint16_t* x, uint16_t* y, size_t outer, size_t axis_len, size_t inner, float
    temperature) {
  static const Kernel& kernel = BestKernel("entmax15.newton.bf16");
  return Run(kernel, {{Role::x, x}, {Role::y, y}}, Layout::Axis(outer, axis_len, inner), {.temperature = temperature});
}
void sv_entmax15_f64(const double* x, double* y, size_t rows, size_t cols) {
  static const Kernel& kernel = BestKernel("entmax15.newton.f64");
  Run(kernel, {{Role::x, x}, {Role::y, y}}, Layout::Rows(rows, cols), {});
}
int sv_entmax15_f64_strided(const double* x, size_t ldx, double* y, size_t ldy, size_t rows, size_t cols, double scale)
    {
  static const Kernel& kernel = BestKernel("entmax15.newton.f64");
  return Run(kernel, {{Role::x, x}, {Role::y, y}}, {rows, cols, 1, ldx, ldy, 0}, {.scale = scale});
}
int sv_entmax15_f64_axis(const double* x, double* y, size_t outer, size_t axis_len, size_t inner, double temperature) {
  static const Kernel& kernel = BestKernel("entmax15.newton.f64");
  return Run(kernel, {{Role::x, x}, {Role::y, y}}, Layout::Axis(outer, axis_len, inner), {.temperature = temperature});
}
void sv_entmax15_newton_f32(const float* x, float* y, size_t rows, size_t cols) {
  static const Kernel& kernel = BestKernel("entmax15.newton.f32");
  Run(kernel, {{Role::x, x}, {Role::y, y}}, Layout::Rows(rows, cols), {});
}
int sv_entmax15_newton_f32_strided(const float* x, size_t ldx, float* y, size_t ldy, size_t rows, size_t cols, float
    scale) {
  static const Kernel& kernel = BestKernel("entmax15.newton.f32");
  return Run(kernel, {{Role::x, x}, {Role::y, y}}, {rows, cols, 1, ldx, ldy, 0}, {.scale = scale});
}
int sv_entmax15_newton_f32_axis(const float* x, float* y, size_t outer, size_t axis_len, size_t inner, float
    temperature) {
  static const Kernel& kernel = BestKernel("entmax15.newton.f32");
  return Run(kernel, {{Role::x, x}, {Role::y, y}}, Layout::Axis(outer, axis_len, inner), {.temperature = temperature});
}
void sv_entmax15_newton_f16(const uint16_t* x, uint16_t* y, size_t rows, size_t cols) {
  static const Kernel& kernel = BestKernel("entmax15.newton.f16");
  Run(kernel, {{Role::x, x}, {Role::y, y}}, Layout::Rows(rows, cols), {});
}
int sv_entmax15_newton_f16_strided(const uint16_t* x, size_t ldx, uint16_t* y, size_t ldy, size_t rows, size_t cols,
    float scale) {
  static const Kernel& kernel = BestKernel("entmax15.newton.f16");
  return Run(kernel, {{Role::x, x}, {Role::y, y}}, {rows, cols, 1, ldx, ldy, 0}, {.scale = scale});
}
int sv_entmax15_newton_f16_axis(const uint16_t* x, uint16_t* y, size_t outer, size_t axis_len, size_t inner, float
    temperature) {
  static const Kernel& kernel = BestKernel("entmax15.newton.f16");
  return Run(kernel, {{Role::x, x}, {Role::y, y}}, Layout::Axis(outer, axis_len, inner), {.temperature = temperature});
}
void sv_entmax15_newton_bf16(const uint16_t* x, uint16_t* y, size_t rows, size_t cols) {
  static const Kernel& kernel = BestKernel("entmax15.newton.bf16");
  Run(kernel, {{Role::x, x}, {Role::y, y}}, Layout::Rows(rows, cols), {});
}
int sv_entmax15_newton_bf16_strided(const uint16_t* x, size_t ldx, uint16_t* y, size_t ldy, size_t rows, size_t cols,
    float scale) {
  static const Kernel& kernel = BestKernel("entmax15.newton.bf16");
  return Run(kernel, {{Role::x, x}, {Role::y, y}}, {rows, cols, 1, ldx, ldy, 0}, {.scale = scale});
}
int sv_entmax15_newton_bf16_axis(const uint16_t* x, uint16_t* y, size_t outer, size_t axis_len, size_t inner, float
    temperature) {
  static const Kernel& kernel = BestKernel("entmax15.newton.bf16");
  return Run(kernel, {{Role::x, x}, {Role::y, y}}, Layout::Axis(outer, axis_len, inner), {.temperature = temperature});
}
void sv_entmax15_newton_f64(const double* x, double* y, size_t rows, size_t cols) {
  static const Kernel& kernel = BestKernel("entmax15.newton.f64");
  Run(kernel, {{Role::x, x}, {Role::y, y}}, Layout::Rows(rows, cols), {});
}
int sv_entmax15_newton_f64_strided(const double* x, size_t ldx, double* y, size_t ldy, size_t rows, size_t cols, double
    scale) {
  static const Kernel& kernel = BestKernel("entmax15.newton.f64");
  return Run(kernel, {{Role::x, x}, {Role::y, y}}, {rows, cols, 1, ldx, ldy, 0}, {.scale = scale});
}
int sv_entmax15_newton_f64_axis(const double* x, double* y, size_t outer, size_t axis_len, size_t inner, double
    temperature) {
  static const Kernel& kernel = BestKernel("entmax15.newton.f64");
  return Run(kernel, {{Role::x, x}, {Role::y, y}}, Layout::Axis(outer, axis_len, inner), {.temperature = temperature});
}
int sv_entmax15_backward_f32(const float* y, const float* dy, float* dx, size_t rows, size_t cols) {
  static const Kernel& kernel = BestKernel("entmax15_backward.saved.f32");
  return Run(kernel, {{Role::y, y}, {Role::dy, dy}, {Role::dx, dx}}, Layout::Rows(rows, cols), {});
}
int sv_entmax15_backward_f16(const uint16_t* y, const uint16_t* dy, uint16_t* dx, size_t rows, size_t cols) {
  static const Kernel& kernel = BestKernel("entmax15_backward.saved.f16");
  return Run(kernel, {{Role::y, y}, {Role::dy, dy}, {Role::dx, dx}}, Layout::Rows(rows, cols), {});
}
int sv_entmax15_backward_bf16(const uint16_t* y, const uint16_t* dy, uint16_t* dx, size_t rows, size_t cols) {
  static const Kernel& kernel = BestKernel("entmax15_backward.saved.bf16");
  return Run(kernel, {{Role::y, y}, {Role::dy, dy}, {Role::dx, dx}}, Layout::Rows(rows, cols), {});
}
int sv_entmax15_backward_f64(const double* y, const double* dy, double* dx, size_t rows, size_t cols) {
  static const Kernel& kernel = BestKernel("entmax15_backward.saved.f64");
  return Run(kernel, {{Role::y, y}, {Role::dy, dy}, {Role::dx, dx}}, Layout::Rows(rows, cols), {});
}
int sv_entmax15_backward_saved_f32(const float* y, const float* dy, float* dx, size_t rows, size_t cols) {
  static const Kernel& kernel = BestKernel("entmax15_backward.saved.f32");
  return Run(kernel, {{Role::y, y}, {Role::dy, dy}, {Role::dx, dx}}, Layout::Rows(rows, cols), {});
}
int sv_entmax15_backward_saved_f16(const uint16_t* y, const uint16_t* dy, uint16_t* dx, size_t rows, size_t cols) {
  static const Kernel& kernel = BestKernel("entmax15_backward.saved.f16");
  return Run(kernel, {{Role::y, y}, {Role::dy, dy}, {Role::dx, dx}}, Layout::Rows(rows, cols), {});
}
int sv_entmax15_backward_saved_bf16(const uint16_t* y, const uint16_t* dy, uint16_t* dx, size_t rows, size_t cols) {
  static const Kernel& kernel = BestKernel("entmax15_backward.saved.bf16");
  return Run(kernel, {{Role::y, y}, {Role::dy, dy}, {Role::dx, dx}}, Layout::Rows(rows, cols), {});
}
int sv_entmax15_backward_saved_f64(const double* y, const double* dy, double* dx, size_t rows, size_t cols) {
  static const Kernel& kernel = BestKernel("entmax15_backward.saved.f64");
  return Run(kernel, {{Role::y, y}, {Role::dy, dy}, {Role::dx, dx}}, Layout::Rows(rows, cols), {});
}
int sv_entmax_f32(const float* x, float* y, size_t rows, size_t cols, float scale, float temperature, float alpha) {
  static const Kernel& kernel = BestKernel("entmax.settle.f32");
  return Run(kernel, {{Role::x, x}, {Role::y, y}}, Layout::Rows(rows, cols), {.scale = scale, .temperature = temperature,
      .alpha = alpha});
}
int sv_entmax_f16(const uint16_t* x, uint16_t* y, size_t rows, size_t cols, float scale, float temperature, float alpha)
    {
  static const Kernel& kernel = BestKernel("entmax.settle.f16");
  return Run(kernel, {{Role::x, x}, {Role::y, y}}, Layout::Rows(rows, cols), {.scale = scale, .temperature = temperature,
      .alpha = alpha});
}
int sv_entmax_bf16(const uint16_t* x, uint16_t* y, size_t rows, size_t cols, float scale, float temperature, float
    alpha) {
  static const Kernel& kernel = BestKernel("entmax.settle.bf16");
  return Run(kernel, {{Role::x, x}, {Role::y, y}}, Layout::Rows(rows, cols), {.scale = scale, .temperature = temperature,
      .alpha = alpha});
}
int sv_entmax_f64(const double* x, double* y, size_t rows, size_t cols, double scale, double temperature, double alpha)
    {
  static const Kernel& kernel = BestKernel("entmax.settle.f64");
  return Run(kernel, {{Role::x, x}, {Role::y, y}}, Layout::Rows(rows, cols), {.scale = scale, .temperature = temperature,
      .alpha = alpha});
}
int sv_entmax_settle_f32(const float* x, float* y, size_t rows, size_t cols, float scale, float temperature, float
    alpha) {
  static const Kernel& kernel = BestKernel("entmax.settle.f32");
  return Run(kernel, {{Role::x, x}, {Role::y, y}}, Layout::Rows(rows, cols), {.scale = scale, .temperature = temperature,
      .alpha = alpha});
}
int sv_entmax_settle_f16(const uint16_t* x, uint16_t* y, size_t rows, size_t cols, float scale, float temperature, float
    alpha) {
  static const Kernel& kernel = BestKernel("entmax.settle.f16");
  return Run(kernel, {{Role::x, x}, {Role::y, y}}, Layout::Rows(rows, cols), {.scale = scale, .temperature = temperature,
      .alpha = alpha});
}
int sv_entmax_settle_bf16(const uint16_t* x, uint16_t* y, size_t rows, size_t cols, float scale, float temperature,
    float alpha) {
  static const Kernel& kernel = BestKernel("entmax.settle.bf16");
  return Run(kernel, {{Role::x, x}, {Role::y, y}}, Layout::Rows(rows, cols), {.scale = scale, .temperature = temperature,
      .alpha = alpha});
}
int sv_entmax_settle_f64(const double* x, double* y, size_t rows, size_t cols, double scale, double temperature, double
    alpha) {
  static const Kernel& kernel = BestKernel("entmax.settle.f64");
  return Run(kernel, {{Role::x, x}, {Role::y, y}}, Layout::Rows(rows, cols), {.scale = scale, .temperature = temperature,
      .alpha = alpha});
}
int sv_entmax_backward_f32(const float* y, const float* dy, float* dx, size_t rows, size_t cols, float alpha) {
  static const Kernel& kernel = BestKernel("entmax_backward.saved.f32");
  return Run(kernel, {{Role::y, y}, {Role::dy, dy}, {Role::dx, dx}}, Layout::Rows(rows, cols), {.alpha = alpha});
}
int sv_entmax_backward_f16(const uint16_t* y, const uint16_t* dy, uint16_t* dx, size_t rows, size_t cols, float alpha) {
  static const Kernel& kernel = BestKernel("entmax_backward.saved.f16");
  return Run(kernel, {{Role::y, y}, {Role::dy, dy}, {Role::dx, dx}}, Layout::Rows(rows, cols), {.alpha = alpha});
}
int sv_entmax_backward_bf16(const uint16_t* y, const uint16_t* dy, uint16_t* dx, size_t rows, size_t cols, float alpha)
    {
  static const Kernel& kernel = BestKernel("entmax_backward.saved.bf16");
  return Run(kernel, {{Role::y, y}, {Role::dy, dy}, {Role::dx, dx}}, Layout::Rows(rows, cols), {.alpha = alpha});
}
int sv_entmax_backward_f64(const double* y, const double* dy, double* dx, size_t rows, size_t cols, double alpha) {
  static const Kernel& kernel = BestKernel("entmax_backward.saved.f64");
  return Run(kernel, {{Role::y, y}, {Role::dy, dy}, {Role::dx, dx}}, Layout::Rows(rows, cols), {.alpha = alpha});
}
int sv_entmax_backward_saved_f32(const float* y, const float* dy, float* dx, size_t rows, size_t cols, float alpha) {
  static const Kernel& kernel = BestKernel("entmax_backward.saved.f32");
  return Run(kernel, {{Role::y, y}, {Role::dy, dy}, {Role::dx, dx}}, Layout::Rows(rows, cols), {.alpha = alpha});
}
int sv_entmax_backward_saved_f16(const uint16_t* y, const uint16_t* dy, uint16_t* dx, size_t rows, size_t cols, float
    alpha) {
  static const Kernel& kernel = BestKernel("entmax_backward.saved.f16");
  return Run(kernel, {{Role::y, y}, {Role::dy, dy}, {Role::dx, dx}}, Layout::Rows(rows, cols), {.alpha = alpha});
}
int sv_entmax_backward_saved_bf16(const uint16_t* y, const uint16_t* dy, uint16_t* dx, size_t rows, size_t cols, float
    alpha) {
  static const Kernel& kernel = BestKernel("entmax_backward.saved.bf16");
  return Run(kernel, {{Role::y, y}, {Role::dy, dy}, {Role::dx, dx}}, Layout::Rows(rows, cols), {.alpha = alpha});
}
int sv_entmax_backward_saved_f64(const double* y, const double* dy, double* dx, size_t rows, size_t cols, double alpha)
    {
  static const Kernel& kernel = BestKernel("entmax_backward.saved.f64");
  return Run(kernel, {{Role::y, y}, {Role::dy, dy}, {Role::dx, dx}}, Layout::Rows(rows, cols), {.alpha = alpha});
}
int sv_attention_f32(const float* q, const float* k, const float* v, const uint8_t* mask, const float* bias, float* out,
    float* lse, size_t seq_q, size_t seq_k, size_t head_dim, float scale, int causal) {
  static const Kernel& kernel = BestKernel("attention.three_pass.f32");
  return Run(kernel, {{Role::q, q}, {Role::k, k}, {Role::v, v}, {Role::mask, mask}, {Role::bias, bias}, {Role::out, out},
      {Role::lse, lse}}, Layout::Rows(seq_q, seq_k, head_dim), {.scale = scale, .causal = static_cast<Causal>(causal)});
}
int sv_attention_f16(const uint16_t* q, const uint16_t* k, const uint16_t* v, const uint8_t* mask, const uint16_t* bias,
    uint16_t* out, float* lse, size_t seq_q, size_t seq_k, size_t head_dim, float scale, int causal) {
  static const Kernel& kernel = BestKernel("attention.three_pass.f16");
  return Run(kernel, {{Role::q, q}, {Role::k, k}, {Role::v, v}, {Role::mask, mask}, {Role::bias, bias}, {Role::out, out},
      {Role::lse, lse}}, Layout::Rows(seq_q, seq_k, head_dim), {.scale = scale, .causal = static_cast<Causal>(causal)});
}
int sv_attention_bf16(const uint16_t* q, const uint16_t* k, const uint16_t* v, const uint8_t* mask, const uint16_t*
    bias, uint16_t* out, float* lse, size_t seq_q, size_t seq_k, size_t head_dim, float scale, int causal) {
  static const Kernel& kernel = BestKernel("attention.three_pass.bf16");
  return Run(kernel, {{Role::q, q}, {Role::k, k}, {Role::v, v}, {Role::mask, mask}, {Role::bias, bias}, {Role::out, out},
      {Role::lse, lse}}, Layout::Rows(seq_q, seq_k, head_dim), {.scale = scale, .causal = static_cast<Causal>(causal)});
}
int sv_attention_f64(const double* q, const double* k, const double* v, const uint8_t* mask, const double* bias, double*
    out, double* lse, size_t seq_q, size_t seq_k, size_t head_dim, double scale, int causal) {
  static const Kernel& kernel = BestKernel("attention.three_pass.f64");
  return Run(kernel, {{Role::q, q}, {Role::k, k}, {Role::v, v}, {Role::mask, mask}, {Role::bias, bias}, {Role::out, out},
      {Role::lse, lse}}, Layout::Rows(seq_q, seq_k, head_dim), {.scale = scale, .causal = static_cast<Causal>(causal)});
}
int sv_attention_blocked_f32(const float* q, const float* k, const float* v, const uint8_t* mask, const float* bias,
    float* out, float* lse, size_t seq_q, size_t seq_k, size_t head_dim, float scale, int causal) {
  static const Kernel& kernel = BestKernel("attention.blocked.f32");
  return Run(kernel, {{Role::q, q}, {Role::k, k}, {Role::v, v}, {Role::mask, mask}, {Role::bias, bias}, {Role::out, out},
      {Role::lse, lse}}, Layout::Rows(seq_q, seq_k, head_dim), {.scale = scale, .causal = static_cast<Causal>(causal)});
}
int sv_attention_blocked_f16(const uint16_t* q, const uint16_t* k, const uint16_t* v, const uint8_t* mask, const
    uint16_t* bias, uint16_t* out, float* lse, size_t seq_q, size_t seq_k, size_t head_dim, float scale, int causal) {
  static const Kernel& kernel = BestKernel("attention.blocked.f16");
  return Run(kernel, {{Role::q, q}, {Role::k, k}, {Role::v, v}, {Role::mask, mask}, {Role::bias, bias}, {Role::out, out},
      {Role::lse, lse}}, Layout::Rows(seq_q, seq_k, head_dim), {.scale = scale, .causal = static_cast<Causal>(causal)});
}
int sv_attention_blocked_bf16(const uint16_t* q, const uint16_t* k, const uint16_t* v, const uint8_t* mask, const
    uint16_t* bias, uint16_t* out, float* lse, size_t seq_q, size_t seq_k, size_t head_dim, float scale, int causal) {
  static const Kernel& kernel = BestKernel("attention.blocked.bf16");
  return Run(kernel, {{Role::q, q}, {Role::k, k}, {Role::v, v}, {Role::mask, mask}, {Role::bias, bias}, {Role::out, out},
      {Role::lse, lse}}, Layout::Rows(seq_q, seq_k, head_dim), {.scale = scale, .causal = static_cast<Causal>(causal)});
}
int sv_attention_blocked_f64(const double* q, const double* k, const double* v, const uint8_t* mask, const double* bias,
    double* out, double* lse, size_t seq_q, size_t seq_k, size_t head_dim, double scale, int causal) {
  static const Kernel& kernel = BestKernel("attention.blocked.f64");
  return Run(kernel, {{Role::q, q}, {Role::k, k}, {Role::v, v}, {Role::mask, mask}, {Role::bias, bias}, {Role::out, out},
      {Role::lse, lse}}, Layout::Rows(seq_q, seq_k, head_dim), {.scale = scale, .causal = static_cast<Causal>(causal)});
}
int sv_attention_three_pass_f32(const float* q, const float* k, const float* v, const uint8_t* mask, const float* bias,
    float* out, float* lse, size_t seq_q, size_t seq_k, size_t head_dim, float scale, int causal) {
  static const Kernel& kernel = BestKernel("attention.three_pass.f32");
  return Run(kernel, {{Role::q, q}, {Role::k, k}, {Role::v, v}, {Role::mask, mask}, {Role::bias, bias}, {Role::out, out},
      {Role::lse, lse}}, Layout::Rows(seq_q, seq_k, head_dim), {.scale = scale, .causal = static_cast<Causal>(causal)});
}
int sv_attention_three_pass_f16(const uint16_t* q, const uint16_t* k, const uint16_t* v, const uint8_t* mask, const
    uint16_t* bias, uint16_t* out, float* lse, size_t seq_q, size_t seq_k, size_t head_dim, float scale, int causal) {
  static const Kernel& kernel = BestKernel("attention.three_pass.f16");
  return Run(kernel, {{Role::q, q}, {Role::k, k}, {Role::v, v}, {Role::mask, mask}, {Role::bias, bias}, {Role::out, out},
      {Role::lse, lse}}, Layout::Rows(seq_q, seq_k, head_dim), {.scale = scale, .causal = static_cast<Causal>(causal)});
}
int sv_attention_three_pass_bf16(const uint16_t* q, const uint16_t* k, const uint16_t* v, const uint8_t* mask, const
    uint16_t* bias, uint16_t* out, float* lse, size_t seq_q, size_t seq_k, size_t head_dim, float scale, int causal) {
  static const Kernel& kernel = BestKernel("attention.three_pass.bf16");
  return Run(kernel, {{Role::q, q}, {Role::k, k}, {Role::v, v}, {Role::mask, mask}, {Role::bias, bias}, {Role::out, out},
      {Role::lse, lse}}, Layout::Rows(seq_q, seq_k, head_dim), {.scale = scale, .causal = static_cast<Causal>(causal)});
}
int sv_attention_three_pass_f64(const double* q, const double* k, const double* v, const uint8_t* mask, const double*
    bias, double* out, double* lse, size_t seq_q, size_t seq_k, size_t head_dim, double scale, int causal) {
  static const Kernel& kernel = BestKernel("attention.three_pass.f64");
  return Run(kernel, {{Role::q, q}, {Role::k, k}, {Role::v, v}, {Role::mask, mask}, {Role::bias, bias}, {Role::out, out},
      {Role::lse, lse}}, Layout::Rows(seq_q, seq_k, head_dim), {.scale = scale, .causal = static_cast<Causal>(causal)});
}
int sv_attention_backward_f32(const float* q, const float* k, const float* v, const uint8_t* mask, const float* bias,
    const float* out, const float* dout, const float* lse, float* dq, float* dk, float* dv, size_t seq_q, size_t seq_k,
    size_t head_dim, float scale, int causal) {
  static const Kernel& kernel = BestKernel("attention_backward.blocked.f32");
  return Run(kernel, {{Role::q, q}, {Role::k, k}, {Role::v, v}, {Role::mask, mask}, {Role::bias, bias}, {Role::out, out},
      {Role::dout, dout}, {Role::lse, lse}, {Role::dq, dq}, {Role::dk, dk}, {Role::dv, dv}}, Layout::Rows(seq_q, seq_k,
      head_dim), {.scale = scale, .causal = static_cast<Causal>(causal)});
}
int sv_attention_backward_f16(const uint16_t* q, const uint16_t* k, const uint16_t* v, const uint8_t* mask, const
    uint16_t* bias, const uint16_t* out, const uint16_t* dout, const float* lse, uint16_t* dq, uint16_t* dk, uint16_t*
    dv, size_t seq_q, size_t seq_k, size_t head_dim, float scale, int causal) {
  static const Kernel& kernel = BestKernel("attention_backward.blocked.f16");
  return Run(kernel, {{Role::q, q}, {Role::k, k}, {Role::v, v}, {Role::mask, mask}, {Role::bias, bias}, {Role::out, out},
      {Role::dout, dout}, {Role::lse, lse}, {Role::dq, dq}, {Role::dk, dk}, {Role::dv, dv}}, Layout::Rows(seq_q, seq_k,
      head_dim), {.scale = scale, .causal = static_cast<Causal>(causal)});
}
int sv_attention_backward_bf16(const uint16_t* q, const uint16_t* k, const uint16_t* v, const uint8_t* mask, const
    uint16_t* bias, const uint16_t* out, const uint16_t* dout, const float* lse, uint16_t* dq, uint16_t* dk, uint16_t*
    dv, size_t seq_q, size_t seq_k, size_t head_dim, float scale, int causal) {
  static const Kernel& kernel = BestKernel("attention_backward.blocked.bf16");
  return Run(kernel, {{Role::q, q}, {Role::k, k}, {Role::v, v}, {Role::mask, mask}, {Role::bias, bias}, {Role::out, out},
      {Role::dout, dout}, {Role::lse, lse}, {Role::dq, dq}, {Role::dk, dk}, {Role::dv, dv}}, Layout::Rows(seq_q, seq_k,
      head_dim), {.scale = scale, .causal = static_cast<Causal>(causal)});
}
int sv_attention_backward_f64(const double* q, const double* k, const double* v, const uint8_t* mask, const double*
    bias, const double* out, const double* dout, const double* lse, double* dq, double* dk, double* dv, size_t seq_q,
    size_t seq_k, size_t head_dim, double scale, int causal) {
  static const Kernel& kernel = BestKernel("attention_backward.blocked.f64");
  return Run(kernel, {{Role::q, q}, {Role::k, k}, {Role::v, v}, {Role::mask, mask}, {Role::bias, bias}, {Role::out, out},
      {Role::dout, dout}, {Role::lse, lse}, {Role::dq, dq}, {Role::dk, dk}, {Role::dv, dv}}, Layout::Rows(seq_q, seq_k,
      head_dim), {.scale = scale, .causal = static_cast<Causal>(causal)});
}
int sv_attention_backward_blocked_f32(const float* q, const float* k, const float* v, const uint8_t* mask, const float*
    bias, const float* out, const float* dout, const float* lse, float* dq, float* dk, float* dv, size_t seq_q, size_t
    seq_k, size_t head_dim, float scale, int causal) {
  static const Kernel& kernel = BestKernel("attention_backward.blocked.f32");
  return Run(kernel, {{Role::q, q}, {Role::k, k}, {Role::v, v}, {Role::mask, mask}, {Role::bias, bias}, {Role::out, out},
      {Role::dout, dout}, {Role::lse, lse}, {Role::dq, dq}, {Role::dk, dk}, {Role::dv, dv}}, Layout::Rows(seq_q, seq_k,
      head_dim), {.scale = scale, .causal = static_cast<Causal>(causal)});
}
int sv_attention_backward_blocked_f16(const uint16_t* q, const uint16_t* k, const uint16_t* v, const uint8_t* mask,
    const uint16_t* bias, const uint16_t* out, const uint16_t* dout, const float* lse, uint16_t* dq, uint16_t* dk,
    uint16_t* dv, size_t seq_q, size_t seq_k, size_t head_dim, float scale, int causal) {
  static const Kernel& kernel = BestKernel("attention_backward.blocked.f16");
  return Run(kernel, {{Role::q, q}, {Role::k, k}, {Role::v, v}, {Role::mask, mask}, {Role::bias, bias}, {Role::out, out},
      {Role::dout, dout}, {Role::lse, lse}, {Role::dq, dq}, {Role::dk, dk}, {Role::dv, dv}}, Layout::Rows(seq_q, seq_k,
      head_dim), {.scale = scale, .causal = static_cast<Causal>(causal)});
}
int sv_attention_backward_blocked_bf16(const uint16_t* q, const uint16_t* k, const uint16_t* v, const uint8_t* mask,
    const uint16_t* bias, const uint16_t* out, const uint16_t* dout, const float* lse, uint16_t* dq, uint16_t* dk,
    uint16_t* dv, size_t seq_q, size_t seq_k, size_t head_dim, float scale, int causal) {
  static const Kernel& kernel = BestKernel("attention_backward.blocked.bf16");
  return Run(kernel, {{Role::q, q}, {Role::k, k}, {Role::v, v}, {Role::mask, mask}, {Role::bias, bias}, {Role::out, out},
      {Role::dout, dout}, {Role::lse, lse}, {Role::dq, dq}, {Role::dk, dk}, {Role::dv, dv}}, Layout::Rows(seq_q, seq_k,
      head_dim), {.scale = scale, .causal = static_cast<Causal>(causal)});
}
int sv_attention_backward_blocked_f64(const double* q, const double* k, const double* v, const uint8_t* mask, const
    double* bias, const double* out, const double* dout, const double* lse, double* dq, double* dk, double* dv, size_t
    seq_q, size_t seq_k, size_t head_dim, double scale, int causal) {
  static const Kernel& kernel = BestKernel("attention_backward.blocked.f64");
  return Run(kernel, {{Role::q, q}, {Role::k, k}, {Role::v, v}, {Role::mask, mask}, {Role::bias, bias}, {Role::out, out},
      {Role::dout, dout}, {Role::lse, lse}, {Role::dq, dq}, {Role::dk, dk}, {Role::dv, dv}}, Layout::Rows(seq_q, seq_k,
      head_dim), {.scale = scale, .causal = static_cast<Causal>(causal)});
}
