// A verdict as text for people and for programs.
#ifndef SOFTMAX_VERIFY_VALIDATION_RENDER_H_
#define SOFTMAX_VERIFY_VALIDATION_RENDER_H_

#include <string>
#include <string_view>
#include <vector>

#include "reports/items.h"
#include "validation/validation.h"

namespace softmax_verify {

struct Failure {
  std::string name;  // of the law, or of the misbehaviour
  std::string what;
  const LawResult* law = nullptr;
  std::string file;     // that holds it; "": kept in none
  std::string again;    // what shows it again
  std::string program;  // a C program that shows it without this project; "" where there is none
};

// What failed, each written, if `directory` has a name, to a file there, <symbol>.<name>.json, and to a C program,
// <symbol>.<name>.c.
std::vector<Failure> KeepFailures(const Validation& validation, const std::string& directory);

// The C program of a failure: C99 and POSIX, with the calls, their operands and what is due as constants. `file` is its
// name. "" where no call is known that shows it by itself, and where there is no library to load.
std::string RenderProgram(const Validation& validation, const Failure& failure, const std::string& file);

// How the declaration was understood: "softmax in f32, a matrix of rows".
std::string Meaning(const Validation& validation);

// To read: what failed, with its shrunk row; how accurate it is.
std::string RenderText(const Validation& validation, const std::vector<Failure>& failures);

// Everything that is known, for programs.
std::string RenderJson(const Validation& validation, const std::vector<Failure>& failures);

// The same as a page of its own that carries the JSON: nothing from elsewhere; it reads without scripts, which sort.
std::string RenderHtml(const Validation& validation, const std::vector<Failure>& failures);

// The same as Markdown, short: the summary of a job.
std::string RenderMarkdown(const Validation& validation, const std::vector<Failure>& failures);

// Workflow commands of GitHub Actions: an error for each failure, a notice where there is none.
std::string RenderAnnotations(const Validation& validation, const std::vector<Failure>& failures);

// An item for each law, each misbehaviour that a kernel may show, and the accuracy.
std::vector<Item> ItemsOf(const Validation& validation);
// They as test cases: what CI servers read.
std::string RenderJUnit(const Validation& validation);

}  // namespace softmax_verify

#endif  // SOFTMAX_VERIFY_VALIDATION_RENDER_H_
