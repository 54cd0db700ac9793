// The exponential alone: what a softmax in the L1 cache cannot be faster than.
#ifndef SOFTMAX_VERIFY_BENCHMARKS_EXP_PASS_H_
#define SOFTMAX_VERIFY_BENCHMARKS_EXP_PASS_H_

#include <cstddef>
#include <string>
#include <vector>

namespace softmax_verify {

// t[n] -> e^t[n] for t <= 0 and n a multiple of every vector length, on one target.
struct ExpPass {
  using Function = void (*)(const void* t, void* y, std::size_t n);
  std::string target;
  Function f32;
  Function f64;
};

// One a target, best first.
std::vector<ExpPass> ExpPasses();

}  // namespace softmax_verify

#endif  // SOFTMAX_VERIFY_BENCHMARKS_EXP_PASS_H_
