// What the adapters share. An adapter makes plain C functions of a library's softmax family, so that it goes through
// the same door as anybody's kernel: every function between `extern "C" {` and the end of the file can be pasted into
// `softmax-verify validate` as it stands, with the options of the line `// validate: ...` above it.
//
// An adapter hands over pointers and shapes. It keeps nothing between calls but what the library's users keep (an
// engine, a network loaded for a shape), runs one thread, and does no arithmetic of its own unless the file says whose
// it is.
#ifndef SOFTMAX_VERIFY_ADAPTERS_ADAPTER_H_
#define SOFTMAX_VERIFY_ADAPTERS_ADAPTER_H_

#include <cstddef>
#include <cstdint>

namespace softmax_verify::adapters {

// The status of a call: 0, or 1 where the library has thrown.
template <class Call>
int Run(Call&& call) {
  try {
    call();
    return 0;
  } catch (...) {
    return 1;
  }
}

}  // namespace softmax_verify::adapters

// The library and its version, for people.
extern "C" const char* softmax_verify_adapter_library();

#endif  // SOFTMAX_VERIFY_ADAPTERS_ADAPTER_H_
