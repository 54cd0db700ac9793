// RapidCheck generators of rows: every family, the lengths at which kernels change their path, all operands,
// parameters.
#ifndef SOFTMAX_VERIFY_PROPERTY_TESTS_GENERATORS_H_
#define SOFTMAX_VERIFY_PROPERTY_TESTS_GENERATORS_H_

#include <rapidcheck.h>

#include <iosfwd>
#include <string>
#include <string_view>

#include "verify/case.h"
#include "verify/random.h"

namespace softmax_verify {

// A row as drawn, with the name of its family, which shrinking keeps.
struct Sample {
  Row row;
  std::string_view family;
};

// A length: around every vector width from 1 to 64 and its small multiples, up to some hundreds, now and then at the
// edge of a block of 256, 1024 or 4096, rarely up to 70 000; shorter where an operation is much work for its length.
std::size_t AnyLength(Operation operation, Random& random);

// Rows for a signature (verify/draw.h), half of them from the family named, the others from all families. Shrinks
// through SimplerRows.
rc::Gen<Sample> AnyRow(const Signature& signature, std::string_view family);

// Classes for RC_TAG, so that a green run shows what it saw.
std::string LengthClass(const Row& row);
std::string SpreadClass(const Row& row);

// How RapidCheck prints a counterexample.
void showValue(const Sample& sample, std::ostream& out);

}  // namespace softmax_verify

#endif  // SOFTMAX_VERIFY_PROPERTY_TESTS_GENERATORS_H_
