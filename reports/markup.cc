#include "reports/markup.h"

#include <fmt/format.h>

namespace softmax_verify {
namespace {

// Of a workflow command: its message, or a property, in which ':' and ',' mean something.
std::string EscapedCommand(std::string_view text, bool is_property) {
  std::string escaped;
  for (const char c : text) {
    const bool special = c == '%' || c == '\r' || c == '\n' || (is_property && (c == ':' || c == ','));
    if (special) {
      escaped += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    } else {
      escaped += c;
    }
  }
  return escaped;
}

}  // namespace

std::string EscapedXml(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    switch (c) {
      case '<':
        escaped += "&lt;";
        break;
      case '>':
        escaped += "&gt;";
        break;
      case '&':
        escaped += "&amp;";
        break;
      case '"':
        escaped += "&quot;";
        break;
      default:
        escaped += static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t' ? '?' : c;
    }
  }
  return escaped;
}

std::string EscapedMarkdown(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    if (c == '|' || c == '\\' || c == '`' || c == '*' || c == '_' || c == '[' || c == ']') escaped += '\\';
    if (c == '<') {
      escaped += "&lt;";
    } else {
      escaped += c == '\n' ? ' ' : c;
    }
  }
  return escaped;
}

std::string Annotation(std::string_view level, std::string_view title, std::string_view message) {
  return fmt::format("::{} title={}::{}\n", level, EscapedCommand(title, true), EscapedCommand(message, false));
}

void JUnitSuite::Add(std::string_view group, std::string_view name, std::string_view rest) {
  ++count_;
  cases_ += fmt::format("  <testcase classname=\"{}\" name=\"{}\"{}\n", EscapedXml(group), EscapedXml(name), rest);
}

void JUnitSuite::Pass(std::string_view group, std::string_view name) { Add(group, name, "/>"); }

void JUnitSuite::Fail(std::string_view group, std::string_view name, std::string_view message, std::string_view details) {
  ++failed_;
  Add(group, name,
      fmt::format("><failure message=\"{}\">{}</failure></testcase>", EscapedXml(message), EscapedXml(details)));
}

void JUnitSuite::Skip(std::string_view group, std::string_view name) {
  ++skipped_;
  Add(group, name, "><skipped/></testcase>");
}

std::string JUnitSuite::Text() const {
  return fmt::format(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuite name=\"{}\" tests=\"{}\" failures=\"{}\" "
      "skipped=\"{}\">\n{}</testsuite>\n",
      EscapedXml(name_), count_, failed_, skipped_, cases_);
}

}  // namespace softmax_verify
