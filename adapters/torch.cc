// PyTorch's C++ library on the CPU. Tensors are views of the operands; where an operator has an out= form, it writes
// the results itself.
//   masked_softmax     as PyTorch's users write it: masked_fill with -inf, then softmax; and _masked_softmax, which its
//                      transformer layers call (there, true leaves the entry out)
//   attention          eager: matmul, scale, bias, softmax, matmul, one operator after another; sdpa:
//                      _scaled_dot_product_attention, which divides by the root of the depth: vectors are filled up
//                      with zeros to depth 64, so that the scale is 1/8
//   _backward          of softmax and log_softmax the operators that autograd calls, of cross_entropy autograd itself
#include <torch/torch.h>
#include <torch/version.h>

#include <cmath>
#include <limits>
#include <optional>

#include "adapters/adapter.h"

namespace {

using at::Tensor;

template <class Call>
int Run(Call&& call) {
  return softmax_verify::adapters::Run([&] {
    static const bool single_threaded = (at::set_num_threads(1), true);
    static_cast<void>(single_threaded);
    call();
  });
}

std::int64_t Size(std::size_t size) { return static_cast<std::int64_t>(size); }

Tensor View(const void* data, at::IntArrayRef shape, at::ScalarType type) {
  return at::from_blob(const_cast<void*>(data), shape, at::TensorOptions().dtype(type));
}

// A matrix; undefined where there is none.
Tensor Matrix(const void* data, std::size_t rows, std::size_t cols, at::ScalarType type) {
  return data == nullptr ? Tensor() : View(data, {Size(rows), Size(cols)}, type);
}

c10::optional<Tensor> Optional(const Tensor& tensor) {
  return tensor.defined() ? c10::optional<Tensor>(tensor) : c10::nullopt;
}

int Softmax(at::ScalarType type, const void* x, void* y, std::size_t rows, std::size_t cols) {
  return Run([&] {
    const c10::InferenceMode guard;
    Tensor result = Matrix(y, rows, cols, type);
    at::softmax_outf(Matrix(x, rows, cols, type), 1, c10::nullopt, result);
  });
}

int LogSoftmax(at::ScalarType type, const void* x, void* y, std::size_t rows, std::size_t cols) {
  return Run([&] {
    const c10::InferenceMode guard;
    Tensor result = Matrix(y, rows, cols, type);
    at::log_softmax_outf(Matrix(x, rows, cols, type), 1, c10::nullopt, result);
  });
}

int AxisLogSoftmax(at::ScalarType type, const void* x, void* y, std::size_t outer, std::size_t axis_len,
                   std::size_t inner) {
  return Run([&] {
    const c10::InferenceMode guard;
    const std::int64_t shape[] = {Size(outer), Size(axis_len), Size(inner)};
    Tensor result = View(y, shape, type);
    at::log_softmax_outf(View(x, shape, type), 1, c10::nullopt, result);
  });
}

int AxisSoftmax(at::ScalarType type, const void* x, void* y, std::size_t outer, std::size_t axis_len,
                std::size_t inner) {
  return Run([&] {
    const c10::InferenceMode guard;
    const std::int64_t shape[] = {Size(outer), Size(axis_len), Size(inner)};
    Tensor result = View(y, shape, type);
    at::softmax_outf(View(x, shape, type), 1, c10::nullopt, result);
  });
}

int LogSumExp(at::ScalarType type, const void* x, void* lse, std::size_t rows, std::size_t cols) {
  return Run([&] {
    const c10::InferenceMode guard;
    Tensor result = View(lse, {Size(rows)}, type);
    at::logsumexp_outf(Matrix(x, rows, cols, type), {1}, false, result);
  });
}

int SoftmaxBackward(at::ScalarType type, const void* y, const void* dy, void* dx, std::size_t rows, std::size_t cols) {
  return Run([&] {
    const c10::InferenceMode guard;
    Tensor result = Matrix(dx, rows, cols, type);
    at::_softmax_backward_data_outf(Matrix(dy, rows, cols, type), Matrix(y, rows, cols, type), 1, type, result);
  });
}

int LogSoftmaxBackward(at::ScalarType type, const void* y, const void* dy, void* dx, std::size_t rows,
                       std::size_t cols) {
  return Run([&] {
    const c10::InferenceMode guard;
    Tensor result = Matrix(dx, rows, cols, type);
    at::_log_softmax_backward_data_outf(Matrix(dy, rows, cols, type), Matrix(y, rows, cols, type), 1, type, result);
  });
}

int MaskedSoftmax(at::ScalarType type, const void* x, const std::uint8_t* mask, const void* bias, void* y,
                  std::size_t rows, std::size_t cols) {
  return Run([&] {
    const c10::InferenceMode guard;
    Tensor logits = Matrix(x, rows, cols, type);
    if (bias != nullptr) logits = logits + Matrix(bias, rows, cols, type);
    if (mask != nullptr) {
      logits = logits.masked_fill(Matrix(mask, rows, cols, at::kByte) == 0, -std::numeric_limits<double>::infinity());
    }
    Tensor result = Matrix(y, rows, cols, type);
    at::softmax_outf(logits, 1, c10::nullopt, result);
  });
}

int FusedMaskedSoftmax(at::ScalarType type, const void* x, const std::uint8_t* mask, void* y, std::size_t rows,
                       std::size_t cols) {
  return Run([&] {
    const c10::InferenceMode guard;
    const Tensor left_out = Matrix(mask, rows, cols, at::kByte) == 0;
    constexpr std::int64_t kOfThatShape = 2;  // the mask's type: it has the shape of x
    Matrix(y, rows, cols, type).copy_(at::_masked_softmax(Matrix(x, rows, cols, type), left_out, 1, kOfThatShape));
  });
}

// Our reductions are none, sum, mean.
std::int64_t ReductionOf(int reduction) {
  constexpr std::int64_t kReductions[] = {at::Reduction::None, at::Reduction::Sum, at::Reduction::Mean};
  return kReductions[reduction];
}

struct Loss {
  at::ScalarType type;
  const void* x;
  const std::int64_t* targets;
  const void* weight;
  std::size_t rows, cols;
  double label_smoothing;
  std::int64_t ignore_index;
  int reduction;

  Tensor Of(const Tensor& logits) const {
    const Tensor weights = weight == nullptr ? Tensor() : View(weight, {Size(cols)}, type);
    return at::cross_entropy_loss(logits, View(targets, {Size(rows)}, at::kLong), Optional(weights),
                                  ReductionOf(reduction), ignore_index, label_smoothing);
  }
};

int CrossEntropy(const Loss& loss, void* to) {
  return Run([&] {
    if (loss.rows == 0) return;  // PyTorch has a loss of no rows: a C function of no rows touches nothing
    const c10::InferenceMode guard;
    const Tensor result = loss.Of(Matrix(loss.x, loss.rows, loss.cols, loss.type));
    View(to, result.sizes(), loss.type).copy_(result);
  });
}

int CrossEntropyBackward(const Loss& loss, const void* dloss, void* dx) {
  return Run([&] {
    if (loss.rows == 0) return;
    const Tensor logits = Matrix(loss.x, loss.rows, loss.cols, loss.type).detach().requires_grad_();
    const Tensor result = loss.Of(logits);
    const Tensor gradient = dloss == nullptr ? at::ones_like(result) : View(dloss, result.sizes(), loss.type);
    const at::NoGradGuard guard;
    Matrix(dx, loss.rows, loss.cols, loss.type).copy_(torch::autograd::grad({result}, {logits}, {gradient}).front());
  });
}

struct Heads {
  at::ScalarType type;
  const void *q, *k, *v;
  const std::uint8_t* mask;
  const void* bias;
  std::size_t seq_q, seq_k, head_dim;
  bool causal;
};

int EagerAttention(const Heads& heads, double scale, void* out) {
  return Run([&] {
    const c10::InferenceMode guard;
    constexpr double kNothing = -std::numeric_limits<double>::infinity();
    const auto [type, q, k, v, mask, bias, seq_q, seq_k, head_dim, causal] = heads;
    Tensor scores = at::matmul(Matrix(q, seq_q, head_dim, type), Matrix(k, seq_k, head_dim, type).t()) * scale;
    if (bias != nullptr) scores = scores + Matrix(bias, seq_q, seq_k, type);
    if (mask != nullptr) scores = scores.masked_fill(Matrix(mask, seq_q, seq_k, at::kByte) == 0, kNothing);
    if (causal) scores = scores.masked_fill(at::ones_like(scores, at::kBool).triu(1), kNothing);
    Tensor result = Matrix(out, seq_q, head_dim, type);
    at::matmul_outf(at::softmax(scores, 1), Matrix(v, seq_k, head_dim, type), result);
  });
}

int Sdpa(const Heads& heads, void* out) {
  return Run([&] {
    if (heads.seq_q == 0 || heads.seq_k == 0) return;
    const c10::InferenceMode guard;
    const auto [type, q, k, v, mask, bias, seq_q, seq_k, head_dim, causal] = heads;
    constexpr std::int64_t kDepth = 64;
    const auto operand = [depth = Size(head_dim), element = type](const void* data, std::size_t rows) {
      const Tensor view = Matrix(data, rows, static_cast<std::size_t>(depth), element);
      return (depth == kDepth ? view : at::constant_pad_nd(view, {0, kDepth - depth}, 0)).unsqueeze(0);
    };
    const Tensor values = Matrix(v, seq_k, head_dim, type).unsqueeze(0);
    const Tensor bool_mask = mask == nullptr ? Tensor() : Matrix(mask, seq_q, seq_k, at::kByte).unsqueeze(0) != 0;
    const Tensor result = std::get<0>(at::_scaled_dot_product_attention(operand(q, seq_q), operand(k, seq_k), values,
                                                                        Optional(bool_mask), 0.0, false, causal));
    Matrix(out, seq_q, head_dim, type).copy_(result.squeeze(0));
  });
}

}  // namespace

extern "C" {

const char* softmax_verify_adapter_library() { return "PyTorch " TORCH_VERSION; }

int torch_softmax_f32(const float* x, float* y, size_t rows, size_t cols) {
  return Softmax(at::kFloat, x, y, rows, cols);
}
int torch_softmax_f64(const double* x, double* y, size_t rows, size_t cols) {
  return Softmax(at::kDouble, x, y, rows, cols);
}
// validate: --dtype bf16
int torch_softmax_bf16(const uint16_t* x, uint16_t* y, size_t rows, size_t cols) {
  return Softmax(at::kBFloat16, x, y, rows, cols);
}
int torch_softmax_axis_f32(const float* x, float* y, size_t outer, size_t axis_len, size_t inner) {
  return AxisSoftmax(at::kFloat, x, y, outer, axis_len, inner);
}
// validate: --dtype bf16
int torch_softmax_axis_bf16(const uint16_t* x, uint16_t* y, size_t outer, size_t axis_len, size_t inner) {
  return AxisSoftmax(at::kBFloat16, x, y, outer, axis_len, inner);
}
int torch_log_softmax_f32(const float* x, float* y, size_t rows, size_t cols) {
  return LogSoftmax(at::kFloat, x, y, rows, cols);
}
int torch_log_softmax_f64(const double* x, double* y, size_t rows, size_t cols) {
  return LogSoftmax(at::kDouble, x, y, rows, cols);
}
// validate: --dtype bf16
int torch_log_softmax_bf16(const uint16_t* x, uint16_t* y, size_t rows, size_t cols) {
  return LogSoftmax(at::kBFloat16, x, y, rows, cols);
}
int torch_log_softmax_axis_f32(const float* x, float* y, size_t outer, size_t axis_len, size_t inner) {
  return AxisLogSoftmax(at::kFloat, x, y, outer, axis_len, inner);
}
// validate: --dtype bf16
int torch_log_softmax_axis_bf16(const uint16_t* x, uint16_t* y, size_t outer, size_t axis_len, size_t inner) {
  return AxisLogSoftmax(at::kBFloat16, x, y, outer, axis_len, inner);
}
int torch_logsumexp_f32(const float* x, float* lse, size_t rows, size_t cols) {
  return LogSumExp(at::kFloat, x, lse, rows, cols);
}
int torch_logsumexp_f64(const double* x, double* lse, size_t rows, size_t cols) {
  return LogSumExp(at::kDouble, x, lse, rows, cols);
}
// validate: --dtype bf16
int torch_logsumexp_bf16(const uint16_t* x, uint16_t* lse, size_t rows, size_t cols) {
  return LogSumExp(at::kBFloat16, x, lse, rows, cols);
}
int torch_softmax_backward_f32(const float* y, const float* dy, float* dx, size_t rows, size_t cols) {
  return SoftmaxBackward(at::kFloat, y, dy, dx, rows, cols);
}
int torch_softmax_backward_f64(const double* y, const double* dy, double* dx, size_t rows, size_t cols) {
  return SoftmaxBackward(at::kDouble, y, dy, dx, rows, cols);
}
// validate: --dtype bf16
int torch_softmax_backward_bf16(const uint16_t* y, const uint16_t* dy, uint16_t* dx, size_t rows, size_t cols) {
  return SoftmaxBackward(at::kBFloat16, y, dy, dx, rows, cols);
}
int torch_log_softmax_backward_f32(const float* y, const float* dy, float* dx, size_t rows, size_t cols) {
  return LogSoftmaxBackward(at::kFloat, y, dy, dx, rows, cols);
}
int torch_log_softmax_backward_f64(const double* y, const double* dy, double* dx, size_t rows, size_t cols) {
  return LogSoftmaxBackward(at::kDouble, y, dy, dx, rows, cols);
}
// validate: --dtype bf16
int torch_log_softmax_backward_bf16(const uint16_t* y, const uint16_t* dy, uint16_t* dx, size_t rows, size_t cols) {
  return LogSoftmaxBackward(at::kBFloat16, y, dy, dx, rows, cols);
}
int torch_masked_softmax_f32(const float* x, const uint8_t* mask, const float* bias, float* y, size_t rows,
                             size_t cols) {
  return MaskedSoftmax(at::kFloat, x, mask, bias, y, rows, cols);
}
// validate: --dtype bf16
int torch_masked_softmax_bf16(const uint16_t* x, const uint8_t* mask, const uint16_t* bias, uint16_t* y, size_t rows,
                              size_t cols) {
  return MaskedSoftmax(at::kBFloat16, x, mask, bias, y, rows, cols);
}
int torch_fused_masked_softmax_f32(const float* x, const uint8_t* mask, float* y, size_t rows, size_t cols) {
  return FusedMaskedSoftmax(at::kFloat, x, mask, y, rows, cols);
}
int torch_cross_entropy_f32(const float* x, const int64_t* targets, const float* weight, float* loss, size_t rows,
                            size_t cols, double label_smoothing, int64_t ignore_index, int reduction) {
  return CrossEntropy({at::kFloat, x, targets, weight, rows, cols, label_smoothing, ignore_index, reduction}, loss);
}
int torch_cross_entropy_f64(const double* x, const int64_t* targets, const double* weight, double* loss, size_t rows,
                            size_t cols, double label_smoothing, int64_t ignore_index, int reduction) {
  return CrossEntropy({at::kDouble, x, targets, weight, rows, cols, label_smoothing, ignore_index, reduction}, loss);
}
// validate: --dtype bf16
int torch_cross_entropy_bf16(const uint16_t* x, const int64_t* targets, uint16_t* loss, size_t rows, size_t cols,
                             int64_t ignore_index, int reduction) {
  return CrossEntropy({at::kBFloat16, x, targets, nullptr, rows, cols, 0, ignore_index, reduction}, loss);
}
int torch_cross_entropy_backward_f32(const float* x, const int64_t* targets, const float* weight, const float* dloss,
                                     float* dx, size_t rows, size_t cols, double label_smoothing, int64_t ignore_index,
                                     int reduction) {
  return CrossEntropyBackward({at::kFloat, x, targets, weight, rows, cols, label_smoothing, ignore_index, reduction},
                              dloss, dx);
}
int torch_eager_attention_f32(const float* q, const float* k, const float* v, const uint8_t* mask, const float* bias,
                              float* out, size_t seq_q, size_t seq_k, size_t head_dim, float scale, int causal) {
  return EagerAttention({at::kFloat, q, k, v, mask, bias, seq_q, seq_k, head_dim, causal != 0}, scale, out);
}
int torch_eager_attention_f64(const double* q, const double* k, const double* v, const uint8_t* mask,
                              const double* bias, double* out, size_t seq_q, size_t seq_k, size_t head_dim,
                              double scale, int causal) {
  return EagerAttention({at::kDouble, q, k, v, mask, bias, seq_q, seq_k, head_dim, causal != 0}, scale, out);
}
// validate: --dtype bf16
int torch_eager_attention_bf16(const uint16_t* q, const uint16_t* k, const uint16_t* v, uint16_t* out, size_t seq_q,
                               size_t seq_k, size_t head_dim, float scale, int causal) {
  return EagerAttention({at::kBFloat16, q, k, v, nullptr, nullptr, seq_q, seq_k, head_dim, causal != 0}, scale, out);
}
// validate: --scale 0.125
int torch_sdpa_attention_f32(const float* q, const float* k, const float* v, float* out, size_t seq_q, size_t seq_k,
                             size_t head_dim, int causal) {
  return Sdpa({at::kFloat, q, k, v, nullptr, nullptr, seq_q, seq_k, head_dim, causal != 0}, out);
}
// validate: --scale 0.125
int torch_sdpa_masked_attention_f32(const float* q, const float* k, const float* v, const uint8_t* mask, float* out,
                                    size_t seq_q, size_t seq_k, size_t head_dim) {
  return Sdpa({at::kFloat, q, k, v, mask, nullptr, seq_q, seq_k, head_dim, false}, out);
}
// validate: --scale 0.125 --dtype bf16
int torch_sdpa_attention_bf16(const uint16_t* q, const uint16_t* k, const uint16_t* v, uint16_t* out, size_t seq_q,
                              size_t seq_k, size_t head_dim, int causal) {
  return Sdpa({at::kBFloat16, q, k, v, nullptr, nullptr, seq_q, seq_k, head_dim, causal != 0}, out);
}

}  // extern "C"
