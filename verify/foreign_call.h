// A function of a shared library, called through libffi as its declaration says.
#ifndef SOFTMAX_VERIFY_VERIFY_FOREIGN_CALL_H_
#define SOFTMAX_VERIFY_VERIFY_FOREIGN_CALL_H_

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "verify/declaration.h"
#include "verify/sandbox.h"

namespace softmax_verify {

// How a child of the sandbox comes by the function that is declared: called in each child, once. What it throws is a
// LoadError.
using FunctionSource = std::function<Sandbox::Function(const Declaration&)>;

// A word for each argument of a call: the address of a buffer, 0 for null, or the scalar.
std::vector<std::uint64_t> WordsOf(const Declaration& declaration, Sandbox::Buffers buffers,
                                   std::span<const std::uint64_t> scalars);

// Loads the library into this process: for use in a child (Sandbox). The function takes a buffer for each pointer that
// is not always null and a scalar for each argument, both in the order of the arguments: an integer as it is, a boolean
// as 0 or 1, a float or double as the bits of a double. It returns a status as an integer, a value as the bits of a
// double. Throws std::runtime_error, one line that says what would be right, when the library or the symbol is not
// there.
Sandbox::Function LoadFunction(const std::string& library, const Declaration& declaration);

}  // namespace softmax_verify

#endif  // SOFTMAX_VERIFY_VERIFY_FOREIGN_CALL_H_
