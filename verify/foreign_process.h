// A kernel in another process, in whatever language: it is asked in frames through its standard input, and answers
// through its standard output.
//
// All numbers are little-endian. The process writes 8 bytes once it is ready: "SOFTMAX1". Then, until its input ends:
//   it reads  "CALL", uint32 number of arguments, and each argument:
//               char kind, char type, 6 bytes of zero, 8 bytes of value, and of a buffer its contents
//               kind 'i': the value is an integer; 'r': a real number, as a double; 'n': a null pointer
//               kind 'c': a buffer that is only read, the value its number of elements; 'w': one that is written
//               type, as in Python's struct: ?bBhHiIqQ, e f16, f f32, d f64; H bf16 and other 16 bits; B what is void
//   it writes "DONE", 8 bytes of result (a status: an integer; a value: a double; none: anything), and the contents of
//             each buffer of kind 'w', in their order; or
//             "FAIL", uint64 number of bytes, a message in UTF-8: an exception.
#ifndef SOFTMAX_VERIFY_VERIFY_FOREIGN_PROCESS_H_
#define SOFTMAX_VERIFY_VERIFY_FOREIGN_PROCESS_H_

#include <string>

#include "verify/declaration.h"
#include "verify/sandbox.h"

namespace softmax_verify {

// Starts a command, words with quotes as in a shell, as a child of this process, which is itself a child (Sandbox) with
// the same limits: its end is that of the command. The function throws CallFailed where the process ends (crash, exit),
// takes too much memory, closes its output, writes what is no answer, or does not answer; the last line of its standard
// error goes with it. Throws std::runtime_error, one line that says what would be right, when the process does not get
// ready.
Sandbox::Function StartProcess(const std::string& command, const Declaration& declaration,
                               const Sandbox::Limits& limits);

}  // namespace softmax_verify

#endif  // SOFTMAX_VERIFY_VERIFY_FOREIGN_PROCESS_H_
