// oneDNN: softmax_v2, forward and backward, with both of its algorithms. Primitives are created at every call, as in
// its examples; oneDNN keeps the code that it generates for a shape.
#include <omp.h>

#include <oneapi/dnnl/dnnl.hpp>
#include <string>

#include "adapters/adapter.h"

namespace {

using dnnl::memory;
using Type = memory::data_type;
using softmax_verify::adapters::Run;

constexpr dnnl::algorithm kSoftmax = dnnl::algorithm::softmax_accurate;
constexpr dnnl::algorithm kLogSoftmax = dnnl::algorithm::softmax_log;

struct Device {
  Device() { omp_set_num_threads(1); }
  dnnl::engine engine{dnnl::engine::kind::cpu, 0};
  dnnl::stream stream{engine};
};

Device& TheDevice() {
  static Device device;
  return device;
}

memory::desc Matrix(std::size_t rows, std::size_t cols, Type type) {
  return {{static_cast<memory::dim>(rows), static_cast<memory::dim>(cols)}, type, memory::format_tag::ab};
}

dnnl::softmax_v2_forward::primitive_desc ForwardOf(dnnl::prop_kind kind, dnnl::algorithm algorithm,
                                                   const memory::desc& shape) {
  return {{kind, algorithm, shape, shape, 1}, TheDevice().engine};
}

int Forward(dnnl::algorithm algorithm, Type type, const void* x, void* y, std::size_t rows, std::size_t cols) {
  return Run([&] {
    Device& device = TheDevice();
    const memory::desc shape = Matrix(rows, cols, type);
    dnnl::softmax_v2_forward(ForwardOf(dnnl::prop_kind::forward_inference, algorithm, shape))
        .execute(device.stream, {{DNNL_ARG_SRC, {shape, device.engine, const_cast<void*>(x)}},
                                 {DNNL_ARG_DST, {shape, device.engine, y}}});
    device.stream.wait();
  });
}

int Backward(dnnl::algorithm algorithm, Type type, const void* y, const void* dy, void* dx, std::size_t rows,
             std::size_t cols) {
  return Run([&] {
    Device& device = TheDevice();
    const memory::desc shape = Matrix(rows, cols, type);
    const dnnl::softmax_v2_backward::primitive_desc backward(
        {algorithm, shape, shape, shape, 1}, device.engine,
        ForwardOf(dnnl::prop_kind::forward_training, algorithm, shape));
    dnnl::softmax_v2_backward(backward).execute(device.stream,
                                                {{DNNL_ARG_DST, {shape, device.engine, const_cast<void*>(y)}},
                                                 {DNNL_ARG_DIFF_DST, {shape, device.engine, const_cast<void*>(dy)}},
                                                 {DNNL_ARG_DIFF_SRC, {shape, device.engine, dx}}});
    device.stream.wait();
  });
}

}  // namespace

extern "C" {

const char* softmax_verify_adapter_library() {
  static const std::string name = [] {
    const dnnl_version_t& version = *dnnl_version();
    return "oneDNN " + std::to_string(version.major) + "." + std::to_string(version.minor) + "." +
           std::to_string(version.patch);
  }();
  return name.c_str();
}

int onednn_softmax_f32(const float* x, float* y, size_t rows, size_t cols) {
  return Forward(kSoftmax, Type::f32, x, y, rows, cols);
}
// validate: --dtype bf16
int onednn_softmax_bf16(const uint16_t* x, uint16_t* y, size_t rows, size_t cols) {
  return Forward(kSoftmax, Type::bf16, x, y, rows, cols);
}
int onednn_log_softmax_f32(const float* x, float* y, size_t rows, size_t cols) {
  return Forward(kLogSoftmax, Type::f32, x, y, rows, cols);
}
// validate: --dtype bf16
int onednn_log_softmax_bf16(const uint16_t* x, uint16_t* y, size_t rows, size_t cols) {
  return Forward(kLogSoftmax, Type::bf16, x, y, rows, cols);
}
int onednn_softmax_backward_f32(const float* y, const float* dy, float* dx, size_t rows, size_t cols) {
  return Backward(kSoftmax, Type::f32, y, dy, dx, rows, cols);
}
// validate: --dtype bf16
int onednn_softmax_backward_bf16(const uint16_t* y, const uint16_t* dy, uint16_t* dx, size_t rows, size_t cols) {
  return Backward(kSoftmax, Type::bf16, y, dy, dx, rows, cols);
}
int onednn_log_softmax_backward_f32(const float* y, const float* dy, float* dx, size_t rows, size_t cols) {
  return Backward(kLogSoftmax, Type::f32, y, dy, dx, rows, cols);
}
// validate: --dtype bf16
int onednn_log_softmax_backward_bf16(const uint16_t* y, const uint16_t* dy, uint16_t* dx, size_t rows, size_t cols) {
  return Backward(kLogSoftmax, Type::bf16, y, dy, dx, rows, cols);
}

}  // extern "C"
