// A verdict as text for people and for programs.
#ifndef SOFTMAX_VERIFY_VALIDATION_RENDER_H_
#define SOFTMAX_VERIFY_VALIDATION_RENDER_H_

#include <string>
#include <string_view>
#include <vector>

#include "validation/validation.h"

namespace softmax_verify {

struct Failure {
  std::string name;  // of the law, or of the misbehaviour
  std::string what;
  const LawResult* law = nullptr;
  std::string file;  // that replays it
};

// What failed, each written to a file of `directory` that replays it: <symbol>.<name>.json.
std::vector<Failure> KeepFailures(const Validation& validation, const std::string& directory);

// How the declaration was understood: "softmax in f32, a matrix of rows".
std::string Meaning(const Validation& validation);

// To read: what failed, with its shrunk row; how accurate it is.
std::string RenderText(const Validation& validation, const std::vector<Failure>& failures);

// Everything that is known, for programs.
std::string RenderJson(const Validation& validation, const std::vector<Failure>& failures);

// A test case for each law, each misbehaviour that a kernel may show, and the accuracy: what CI servers read.
std::string RenderJUnit(const Validation& validation);

}  // namespace softmax_verify

#endif  // SOFTMAX_VERIFY_VALIDATION_RENDER_H_
