// How far a long run is: done of total, rate, time left, on a terminal; silence on a pipe.
#ifndef SOFTMAX_VERIFY_REPORTS_PROGRESS_H_
#define SOFTMAX_VERIFY_REPORTS_PROGRESS_H_

#include <chrono>
#include <cstdint>
#include <mutex>
#include <string>

namespace softmax_verify {

class Progress {
 public:
  // `unit` names what is counted: "elements".
  Progress(std::string unit, std::uint64_t total);
  ~Progress();  // wipes the line
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  void Add(std::uint64_t count);  // from any thread

 private:
  using Clock = std::chrono::steady_clock;

  const bool visible_;  // standard error is a terminal
  const std::string unit_;
  const std::uint64_t total_;
  const Clock::time_point start_ = Clock::now();
  std::mutex mutex_;
  std::uint64_t done_ = 0;
  Clock::time_point shown_ = start_;
};

}  // namespace softmax_verify

#endif  // SOFTMAX_VERIFY_REPORTS_PROGRESS_H_
