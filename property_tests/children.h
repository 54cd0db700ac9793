// Work in child processes, as many at a time as the machine has cores: kernels may crash, hang, or leave the process
// in a state of their own.
#ifndef SOFTMAX_VERIFY_PROPERTY_TESTS_CHILDREN_H_
#define SOFTMAX_VERIFY_PROPERTY_TESTS_CHILDREN_H_

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "verify/guarded.h"

namespace softmax_verify {

// Text from a child: what `body` returned, or how it ended.
struct Answer {
  bool died = false;
  std::string text;
};
inline Answer Ask(const std::function<std::string()>& body, double seconds) {
  const ChildResult child = RunInChild(
      [&] {
        const std::string text = body();
        return std::vector<unsigned char>(text.begin(), text.end());
      },
      seconds);
  if (child.kind != ChildResult::Kind::returned) return {true, Describe(child, seconds)};
  return {false, std::string(child.bytes.begin(), child.bytes.end())};
}

// task(0) .. task(count - 1), on as many threads as the machine has; the work is in their children.
inline void ForEach(std::size_t count, const std::function<void(std::size_t)>& task) {
  std::atomic<std::size_t> next = 0;
  std::vector<std::thread> threads;
  for (unsigned t = 0; t < std::max(2u, std::thread::hardware_concurrency()); ++t) {
    threads.emplace_back([&] {
      for (std::size_t i; (i = next++) < count;) task(i);
    });
  }
  for (std::thread& thread : threads) thread.join();
}

}  // namespace softmax_verify

#endif  // SOFTMAX_VERIFY_PROPERTY_TESTS_CHILDREN_H_
