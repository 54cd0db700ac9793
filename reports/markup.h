// What text needs before it may stand in XML, Markdown, or a workflow command.
#ifndef SOFTMAX_VERIFY_REPORTS_MARKUP_H_
#define SOFTMAX_VERIFY_REPORTS_MARKUP_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

namespace softmax_verify {

// For text and attributes of XML and HTML.
std::string EscapedXml(std::string_view text);

// In a table of Markdown, and not markup.
std::string EscapedMarkdown(std::string_view text);

// A workflow command of GitHub Actions; `level` is error, warning or notice.
std::string Annotation(std::string_view level, std::string_view title, std::string_view message);

// JUnit XML, what CI servers read: one suite of test cases.
class JUnitSuite {
 public:
  explicit JUnitSuite(std::string name) : name_(std::move(name)) {}

  void Pass(std::string_view group, std::string_view name);
  // `message` in one line; `details` may have several.
  void Fail(std::string_view group, std::string_view name, std::string_view message, std::string_view details = "");
  void Skip(std::string_view group, std::string_view name);
  std::string Text() const;

 private:
  void Add(std::string_view group, std::string_view name, std::string_view rest);

  std::string name_, cases_;
  std::size_t count_ = 0, failed_ = 0, skipped_ = 0;
};

}  // namespace softmax_verify

#endif  // SOFTMAX_VERIFY_REPORTS_MARKUP_H_
