// Calls that ask a stranger's kernel nothing about numbers: what it does to memory, and whether it answers alike.
#ifndef SOFTMAX_VERIFY_VERIFY_PROBES_H_
#define SOFTMAX_VERIFY_VERIFY_PROBES_H_

#include <cstdint>

#include "softmax_verify/operation.h"
#include "verify/foreign_kernel.h"

namespace softmax_verify {

struct ProbeOptions {
  std::uint64_t seed = 1;
  std::uint64_t count = 40;    // rows that are tried
  bool deterministic = true;   // the same call must give the same bits
  double linger = 0.03;        // seconds to wait for late writes, after every eighth
  Parameters parameters;       // with those that are fixed
  ParameterSet fixed;
};

// Of `count` rows of every length up to some vectors and now and then longer, in one matrix or several rows, in every
// layout that the declaration has, each
//   - with every operand's end at a page that faults, and with its start there, at any alignment of an element;
//   - with results that hold one pattern before the call, and with another: what keeps both was not written;
//   - again with the same pointers, after others with the same pointers and other content; and those at other pointers;
//   - many times, the first and the last alike, and on two CPUs; and on no rows at all.
// What is found is in kernel->findings().
void RunProbes(ForeignKernel* kernel, const ProbeOptions& options);

}  // namespace softmax_verify

#endif  // SOFTMAX_VERIFY_VERIFY_PROBES_H_
