#include "reports/progress.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>
#include <utility>

namespace softmax_verify {

Progress::Progress(std::string unit, std::uint64_t total)
    : visible_(isatty(STDERR_FILENO) == 1), unit_(std::move(unit)), total_(total) {}

Progress::~Progress() {
  if (visible_) fmt::print(stderr, "\r\x1b[K");
}

void Progress::Add(std::uint64_t count) {
  if (!visible_) return;
  const std::scoped_lock lock(mutex_);
  done_ += count;
  const Clock::time_point now = Clock::now();
  if (now - shown_ < std::chrono::milliseconds(200)) return;
  shown_ = now;
  const double seconds = std::chrono::duration<double>(now - start_).count();
  const double rate = static_cast<double>(done_) / seconds;
  fmt::print(stderr, "\r\x1b[K{} of {} {} ({:.0f} %), {:.3g} a second, {:.0f} s left", done_, total_, unit_,
             100.0 * static_cast<double>(done_) / static_cast<double>(total_), rate,
             static_cast<double>(total_ - done_) / rate);
  std::fflush(stderr);
}

}  // namespace softmax_verify
