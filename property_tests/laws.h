// The laws: each an object with its statement, the proof that its inequality rests on, and the mutants that show its
// teeth. A law tries a kernel on a row; it fails a kernel only for what no kernel of the claimed arithmetic can do.
#ifndef SOFTMAX_VERIFY_PROPERTY_TESTS_LAWS_H_
#define SOFTMAX_VERIFY_PROPERTY_TESTS_LAWS_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "softmax_verify/kernel.h"
#include "verify/case.h"

namespace softmax_verify {

// How a law was broken. got, exact, error and bound are NaN where they mean nothing.
struct Violation {
  std::string what;         // one sentence, numbers in hex
  std::size_t element = 0;  // of the results, flat (PartsOf): the most telling one
  double got;
  double exact;
  double error;
  double bound;
};

// One trial of a law.
struct Outcome {
  enum class Kind { held, broken, vacuous };  // vacuous: the row does not meet the law's hypothesis
  Kind kind = Kind::held;
  std::optional<Violation> violation;  // when broken
};

struct Law {
  std::string_view name;          // snake_case, as the command line knows it
  std::string_view statement;     // one sentence with its inequality
  std::string_view proof;         // where it is proved: a heading of docs/error_bounds.md
  std::string_view family;        // the input family that makes it bite
  std::string_view mutant;        // one that this law catches: operation.name (property_tests/corpus.h)
  bool (*covers)(const Kernel&);  // whether it applies to the kernel's operation, format and contract
  // `salt` makes the law's own choices (shift, permutation, position, alignment) a function of the trial.
  Outcome (*check)(const Kernel&, const Case&, std::uint64_t salt);
};

std::span<const Law> Laws();
const Law* FindLaw(std::string_view name);

}  // namespace softmax_verify

#endif  // SOFTMAX_VERIFY_PROPERTY_TESTS_LAWS_H_
