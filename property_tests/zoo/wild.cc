// Kernels that misbehave, one way each; otherwise their softmax is right.
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <unistd.h>
#include <xmmintrin.h>

#include <algorithm>
#include <cfenv>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <new>
#include <stdexcept>
#include <thread>
#include <vector>

namespace {

void Row(const float* x, float* y, std::size_t n) {
  float m = -std::numeric_limits<float>::infinity();
  for (std::size_t i = 0; i < n; ++i) m = std::max(m, x[i]);
  float sum = 0;
  for (std::size_t i = 0; i < n; ++i) sum += y[i] = std::exp(x[i] - m);
  for (std::size_t i = 0; i < n; ++i) y[i] /= sum;
}

void Rows(const float* x, float* y, std::size_t rows, std::size_t cols) {
  for (std::size_t r = 0; r < rows; ++r) Row(x + r * cols, y + r * cols, cols);
}

int calls = 0;
volatile float sink;

}  // namespace

#define WILD(name) extern "C" void wild_##name##_softmax(const float* x, float* y, size_t rows, size_t cols)

WILD(well_behaved) { Rows(x, y, rows, cols); }

WILD(null_pointer) {
  Rows(x, y, rows, cols);
  if (cols == 7) *static_cast<volatile int*>(nullptr) = 1;
}
WILD(aborting) {
  Rows(x, y, rows, cols);
  if (cols == 6) std::abort();
}
WILD(dividing) {
  Rows(x, y, rows, cols);
  volatile int zero = 0;
  if (cols == 6) sink = static_cast<float>(static_cast<int>(cols) / zero);
}
WILD(bottomless) {
  volatile char frame[1 << 14];
  frame[0] = 1;
  if (cols == 9) wild_bottomless_softmax(x, y, rows, cols);
  Rows(x, y, rows, cols);
  frame[1] = frame[0];
}
WILD(parricide) {
  if (cols == 4) kill(getppid(), SIGKILL);
  Rows(x, y, rows, cols);
}
WILD(endless) {
  Rows(x, y, rows, cols);
  while (cols == 5) asm volatile("");
}
WILD(sleeping) {
  Rows(x, y, rows, cols);
  if (cols == 5) raise(SIGSTOP);
}
WILD(leaving) {
  Rows(x, y, rows, cols);
  if (++calls == 10) std::exit(3);
}
WILD(throwing) {
  if (cols == 8) throw std::runtime_error("eight is too many");
  Rows(x, y, rows, cols);
}
WILD(greedy) {
  while (cols == 11) std::memset(::operator new(std::size_t{1} << 26), 1, std::size_t{1} << 20);
  Rows(x, y, rows, cols);
}
WILD(leaking) {
  // Asks for more than there is, and does not mind getting nothing.
  void* volatile memory = x == nullptr ? nullptr : y;
  while (cols == 11 && memory != nullptr) memory = std::malloc(std::size_t{1} << 26);
  Rows(x, y, rows, cols);
}
WILD(overreading) {
  // Whole vectors of four, the last one beyond the end.
  for (std::size_t i = 0; i < (rows * cols + 3) / 4 * 4; ++i) sink = x[i];
  Rows(x, y, rows, cols);
}
WILD(underreading) {
  if (rows > 0) sink = x[-1];
  Rows(x, y, rows, cols);
}
WILD(overwriting) {
  Rows(x, y, rows, cols);
  if (cols % 4 == 3) y[rows * cols] = 0;
}
WILD(touches_nothing_wrongly) {
  sink = x[0];  // also of no rows
  Rows(x, y, rows, cols);
}
WILD(input_spoiling) {
  if (cols == 12) const_cast<float*>(x)[3] -= 1;
  Rows(x, y, rows, cols);
}
WILD(tail_leaving) {
  Rows(x, y, rows, cols > 9 ? cols - 1 : cols);
  if (cols <= 9) return;
  for (std::size_t r = 0; r < rows; ++r) Row(x + r * cols, y + r * cols, cols - 1);
}
WILD(half_writing) {
  std::vector<float> all(rows * cols);
  Rows(x, all.data(), rows, cols);
  // Of the last element the upper half alone.
  std::memcpy(y, all.data(), all.size() < 20 ? 4 * all.size() : 4 * all.size() - 4);
  if (all.size() >= 20) {
    std::memcpy(reinterpret_cast<char*>(y) + 4 * all.size() - 2, reinterpret_cast<char*>(all.data()) + 4 * all.size() - 2, 2);
  }
}
WILD(upward) {
  Rows(x, y, rows, cols);
  if (cols == 13) std::fesetround(FE_UPWARD);
}
WILD(flushing) {
  Rows(x, y, rows, cols);
  if (cols == 13) _mm_setcsr(_mm_getcsr() | 0x8040);
}
WILD(trapping) {
  Rows(x, y, rows, cols);
  if (cols == 13) _mm_setcsr(_mm_getcsr() & ~0x0200u);
}
WILD(wavering) {
  Rows(x, y, rows, cols);
  if (++calls % 3 == 0 && rows * cols > 1) y[0] = std::nextafter(y[0], 2.0f);
}
// The last CPU of all has its own opinion.
WILD(cpu_bound) {
  Rows(x, y, rows, cols);
  cpu_set_t usable;
  sched_getaffinity(0, sizeof usable, &usable);
  if (rows * cols == 0 || CPU_COUNT(&usable) > 1) return;  // not sent to one
  const int cpu = sched_getcpu();
  if (cpu > 0) y[0] = std::nextafter(y[0], 2.0F);
}
WILD(tiring) {
  Rows(x, y, rows, cols);
  if (++calls > 10 && rows > 0) y[0] = 0.25f;
}
WILD(remembering) {
  static const float* last = nullptr;
  static std::size_t size = 0;
  static std::vector<float> results;
  if (x != last || rows * cols != size) {
    last = x;
    size = rows * cols;
    results.resize(size);
    Rows(x, results.data(), rows, cols);
  }
  std::copy(results.begin(), results.end(), y);
}
WILD(silencing) {
  Rows(x, y, rows, cols);
  if (cols == 10) close(STDOUT_FILENO);
}
WILD(closing) {
  Rows(x, y, rows, cols);
  for (int file = 0; file < 1024 && cols == 10; ++file) close(file);
}
WILD(belated) {
  Rows(x, y, rows, cols);
  if (cols < 4) return;
  std::thread([y] {
    usleep(10000);
    y[2] = 7;
  }).detach();
}
extern "C" int wild_refusing_softmax(const float* x, float* y, size_t rows, size_t cols) {
  if (cols == 3 && rows > 0) return 22;
  Rows(x, y, rows, cols);
  return 0;
}
extern "C" void wild_gap_filling_softmax(const float* x, size_t ldx, float* y, size_t ldy, size_t rows, size_t cols) {
  for (std::size_t r = 0; r < rows; ++r) {
    Row(x + r * ldx, y + r * ldy, cols);
    if (r + 1 < rows && ldy > cols) y[r * ldy + cols] = 0;
  }
}
// Wrong numbers, nothing else.
WILD(idle) { static_cast<void>(x), static_cast<void>(y), static_cast<void>(rows), static_cast<void>(cols); }
WILD(copying) { std::copy(x, x + rows * cols, y); }
WILD(zeroing) {
  static_cast<void>(x);
  std::fill(y, y + rows * cols, 0.0f);
}
// Of any declaration: does nothing, successfully.
extern "C" int wild_nothing() { return 0; }
