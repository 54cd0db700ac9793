// The corpus as strangers would have it: C functions of a shared library, each with the declaration that it goes by.
#ifndef SOFTMAX_VERIFY_PROPERTY_TESTS_DOOR_H_
#define SOFTMAX_VERIFY_PROPERTY_TESTS_DOOR_H_

#include <string>
#include <vector>

#include "softmax_verify/kernel.h"

namespace softmax_verify {

// A kernel that the library has: of Mutants() and LawfulKernels() all, and in every operation and format some that
// answer by accident: one that writes nothing, one that writes zeros, and those that write an input.
struct DoorKernel {
  enum class Kind { mutant, lawful, accident };
  Kind kind = Kind::mutant;
  Kernel kernel;
  std::string equivalent;  // Specimen::equivalent
};
const std::vector<DoorKernel>& DoorKernels();

// A shape of arguments that a C function of the kernel can have.
struct DoorFunction {
  std::string form;         // rows, strided, axis, in_place, head, head_bottom_right
  std::string declaration;  // C
  std::string call;         // C++: the arguments of Kernel::run
  Causal causal = Causal::top_left;  // what a causal argument of 1 means
};
// rows       dense [rows, cols], without what may be null
// strided    with ldx and ldy, where they say all strides that the kernel's Layout has
// axis       dense [outer, axis_len, inner]
// in_place   the first result of the shape of an input takes its place
// head       attention; head_bottom_right aligns its causal limit there, as axis and in_place do
std::vector<DoorFunction> FunctionsOf(const DoorKernel& kernel);

}  // namespace softmax_verify

#endif  // SOFTMAX_VERIFY_PROPERTY_TESTS_DOOR_H_
