// The kernels that test the tests: wrong ones that some law must reject, and odd but correct ones that every law must
// accept. The files of mutants/<operation>/ and lawful/<operation>/ are found by their names; each holds one kernel or
// several of a kind, in every format.
#ifndef SOFTMAX_VERIFY_PROPERTY_TESTS_CORPUS_H_
#define SOFTMAX_VERIFY_PROPERTY_TESTS_CORPUS_H_

#include <string>
#include <vector>

#include "softmax_verify/kernel.h"

namespace softmax_verify {

struct Specimen {
  Kernel kernel;           // operation.name.format, the name that of the file unless it has one of its own
  std::string about;       // what is wrong with it and where that was seen, or what is odd about it
  std::string equivalent;  // of a mutant: why it is no mutant in this format; else empty
};

const std::vector<Specimen>& Mutants();
const std::vector<Specimen>& LawfulKernels();

}  // namespace softmax_verify

#endif  // SOFTMAX_VERIFY_PROPERTY_TESTS_CORPUS_H_
