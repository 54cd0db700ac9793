#include "reports/html_page.h"

#include <fmt/format.h>

#include "reports/markup.h"

namespace softmax_verify {

// Embedded files (CMakeLists.txt).
namespace html {
extern const std::string_view kStyle, kScript, kChartLibrary;
}  // namespace html

namespace {

// JSON inside a script element: where a tag could end it, its first character is written as an escape.
std::string Inside(std::string_view json) {
  std::string text;
  text.reserve(json.size());
  for (const char c : json) {
    if (c == '<') {
      text += "\\u003c";
    } else {
      text.push_back(c);
    }
  }
  return text;
}

}  // namespace

std::string Render(const HtmlPage& page) {
  std::string text = fmt::format(
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" "
      "content=\"width=device-width, initial-scale=1\">\n<title>{}</title>\n<link rel=\"icon\" href=\"data:,\">\n"
      "<style>\n{}</style>\n</head>\n<body data-page=\"{}\">\n<a class=\"skip\" href=\"#main\">To the content</a>\n"
      "<main id=\"main\" tabindex=\"-1\">\n{}</main>\n",
      EscapedXml(page.title), html::kStyle, page.kind, page.body);
  for (const auto& [id, json] : page.data) {
    text += fmt::format("<script type=\"application/json\" id=\"{}\">{}</script>\n", id, Inside(json));
  }
  if (page.charts) text += fmt::format("<script>{}</script>\n", html::kChartLibrary);
  text += fmt::format("<script>\n{}</script>\n</body>\n</html>\n", html::kScript);
  return text;
}

}  // namespace softmax_verify
