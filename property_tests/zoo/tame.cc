// Correct kernels of every shape that a declaration can have, as a stranger's library exports them.
#include <algorithm>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <limits>
#include <vector>

namespace {

template <class T>
constexpr T kInfinity = std::numeric_limits<T>::infinity();

template <class T>
void Softmax(const T* x, T* y, std::size_t n, std::size_t step = 1, T factor = 1) {
  T m = -kInfinity<T>;
  for (std::size_t i = 0; i < n; ++i) m = std::max(m, x[i * step] * factor);
  T sum = 0;
  for (std::size_t i = 0; i < n; ++i) sum += y[i * step] = std::exp(x[i * step] * factor - m);
  for (std::size_t i = 0; i < n; ++i) y[i * step] /= sum;
}

template <class T>
T Lse(const T* x, std::size_t n, T* shift) {
  T m = -kInfinity<T>;
  for (std::size_t i = 0; i < n; ++i) m = std::max(m, x[i]);
  T sum = 0;
  for (std::size_t i = 0; i < n; ++i) sum += std::exp(x[i] - m);
  *shift = m;
  return std::log(sum);
}

float FromBf16(std::uint16_t bits) { return std::bit_cast<float>(std::uint32_t{bits} << 16); }
std::uint16_t ToBf16(float value) {
  const auto bits = std::bit_cast<std::uint32_t>(value);
  if (std::isnan(value)) return static_cast<std::uint16_t>(bits >> 16 | 0x40);
  return static_cast<std::uint16_t>((bits + 0x7FFF + (bits >> 16 & 1)) >> 16);
}

}  // namespace

extern "C" {

void tame_softmax(const float* x, float* y, size_t rows, size_t cols) {
  for (std::size_t r = 0; r < rows; ++r) Softmax(x + r * cols, y + r * cols, cols);
}

void tame_softmax_of_one(int n, float* y, const float* x) { Softmax(x, y, static_cast<std::size_t>(n)); }

void tame_softmax_of_seven(const float* x, float* y, int rows, int cols) {
  if (cols != 7) std::abort();
  for (std::size_t r = 0; r < static_cast<std::size_t>(rows); ++r) Softmax(x + 7 * r, y + 7 * r, 7);
}

void tame_softmax_in_place(float* x, size_t ldx, unsigned rows, unsigned cols) {
  for (std::size_t r = 0; r < rows; ++r) Softmax(x + r * ldx, x + r * ldx, cols);
}

int tame_softmax_strided(const float* x, size_t ldx, float* y, size_t ldy, int64_t rows, int64_t cols, float scale) {
  if (!(scale > 0)) return 1;
  for (std::int64_t r = 0; r < rows; ++r) {
    Softmax(x + static_cast<std::size_t>(r) * ldx, y + static_cast<std::size_t>(r) * ldy, static_cast<std::size_t>(cols), 1,
            scale);
  }
  return 0;
}

void tame_softmax_axis(const double* x, double* y, long outer, long axis_len, long inner) {
  for (long o = 0; o < outer; ++o) {
    for (long i = 0; i < inner; ++i) {
      const long at = o * axis_len * inner + i;
      Softmax(x + at, y + at, static_cast<std::size_t>(axis_len), static_cast<std::size_t>(inner));
    }
  }
}

// Its constants have to arrive: otherwise it answers with nothing.
int tame_softmax_bf16(const uint16_t* x, uint16_t* y, size_t rows, size_t cols, double factor, short threads, bool fast,
                      unsigned char kind, const void* context, void* workspace, size_t workspace_bytes) {
  if (factor != 0.125 || threads != -3 || !fast || kind != 200 || context != nullptr) return 1;
  for (std::size_t r = 0; r < rows; ++r) {
    std::vector<float> row(cols);
    for (std::size_t i = 0; i < cols; ++i) row[i] = FromBf16(x[r * cols + i]) * static_cast<float>(factor);
    Softmax(row.data(), row.data(), cols);
    for (std::size_t i = 0; i < cols; ++i) y[r * cols + i] = ToBf16(row[i]);
  }
  auto* const work = static_cast<unsigned char*>(workspace);
  std::fill(work, work + workspace_bytes, static_cast<unsigned char>(rows));
  return 0;
}

void tame_log_softmax(const double* x, double* y, size_t rows, size_t cols) {
  for (std::size_t r = 0; r < rows; ++r) {
    double m;
    const double log_sum = Lse(x + r * cols, cols, &m);
    for (std::size_t i = 0; i < cols; ++i) y[r * cols + i] = (x[r * cols + i] - m) - log_sum;
  }
}

float tame_logsumexp(const float* x, size_t n) {
  float m;
  const float log_sum = Lse(x, n, &m);
  return m + log_sum;
}

void tame_softmax_with_lse(const float* x, float* y, float* lse, size_t rows, size_t cols) {
  tame_softmax(x, y, rows, cols);
  for (std::size_t r = 0; r < rows; ++r) lse[r] = tame_logsumexp(x + r * cols, cols);
}

void tame_masked_softmax(const float* x, const bool* mask, float* y, uint32_t rows, uint32_t cols) {
  for (std::size_t r = 0; r < rows; ++r) {
    std::vector<float> row(cols);
    for (std::size_t i = 0; i < cols; ++i) {
      // A bool that is neither 0 nor 1 would be taken for 0 here.
      row[i] = *reinterpret_cast<const unsigned char*>(mask + r * cols + i) == 1 ? x[r * cols + i] : -kInfinity<float>;
    }
    Softmax(row.data(), y + r * cols, cols);
  }
}

void tame_biased_softmax(const float* x, const float* bias, float* y, int rows, int cols, bool causal) {
  const auto n = static_cast<std::size_t>(cols);
  for (std::size_t r = 0; r < static_cast<std::size_t>(rows); ++r) {
    std::vector<float> row(n, -kInfinity<float>);
    for (std::size_t i = 0; i < n && (!causal || i <= r); ++i) row[i] = x[r * n + i] + bias[r * n + i];
    Softmax(row.data(), y + r * n, n);
  }
}

void tame_softmax_backward(const float* y, float* dy, int rows, int cols) {
  const auto n = static_cast<std::size_t>(cols);
  for (std::size_t r = 0; r < static_cast<std::size_t>(rows); ++r) {
    float dot = 0;
    for (std::size_t i = 0; i < n; ++i) dot += y[r * n + i] * dy[r * n + i];
    for (std::size_t i = 0; i < n; ++i) dy[r * n + i] = y[r * n + i] * (dy[r * n + i] - dot);
  }
}

void tame_cross_entropy(const float* x, const int32_t* targets, float* loss, size_t rows, size_t cols, long ignore_index) {
  for (std::size_t r = 0; r < rows; ++r) {
    if (targets[r] == ignore_index) {
      loss[r] = 0;
      continue;
    }
    float m;
    const float log_sum = Lse(x + r * cols, cols, &m);
    loss[r] = (m - x[r * cols + static_cast<std::size_t>(targets[r])]) + log_sum;
  }
}

void tame_attention(const float* q, const float* k, const float* v, float* out, float* lse, size_t seq_q, size_t seq_k,
                    size_t head_dim, float scale, int causal) {
  for (std::size_t i = 0; i < seq_q; ++i) {
    std::vector<float> scores(seq_k, -kInfinity<float>);
    for (std::size_t j = 0; j < seq_k && (causal == 0 || j <= i); ++j) {
      float dot = 0;
      for (std::size_t c = 0; c < head_dim; ++c) dot += q[i * head_dim + c] * k[j * head_dim + c];
      scores[j] = dot * scale;
    }
    float m;
    const float log_sum = Lse(scores.data(), seq_k, &m);
    lse[i] = m + log_sum;
    Softmax(scores.data(), scores.data(), seq_k);
    for (std::size_t c = 0; c < head_dim; ++c) {
      float sum = 0;
      for (std::size_t j = 0; j < seq_k; ++j) {
        if (scores[j] != 0) sum += scores[j] * v[j * head_dim + c];
      }
      out[i * head_dim + c] = sum;
    }
  }
}
}
