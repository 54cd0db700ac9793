// Pages that stand for themselves: style, scripts and data inside, nothing from elsewhere.
#ifndef SOFTMAX_VERIFY_REPORTS_HTML_PAGE_H_
#define SOFTMAX_VERIFY_REPORTS_HTML_PAGE_H_

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace softmax_verify {

struct HtmlPage {
  std::string title;  // plain text
  std::string kind;   // which page of report.js it is; "": one whose tables are all there
  std::string body;   // HTML, inside <main>
  // JSON documents, each by the id that scripts find it by.
  std::vector<std::pair<std::string, std::string>> data = {};
  bool charts = false;  // whether the chart library comes along
};
std::string Render(const HtmlPage& page);

}  // namespace softmax_verify

#endif  // SOFTMAX_VERIFY_REPORTS_HTML_PAGE_H_
