#include <fmt/format.h>

#include "reports/columns.h"
#include "reports/render.h"

namespace softmax_verify {
namespace {

struct Field {
  std::string operator()(const std::string& text) const {
    if (text.find_first_of(",\"\n") == std::string::npos) return text;
    std::string quoted = "\"";
    for (const char c : text) {
      quoted += c;
      if (c == '"') quoted += c;
    }
    return quoted + '"';
  }
  std::string operator()(std::uint64_t count) const { return std::to_string(count); }
  std::string operator()(double value) const { return fmt::format("{:.6g}", value); }
};

}  // namespace

std::string RenderCsv(const Record& record) {
  std::string text;
  for (const Column& column : Columns()) text.append(text.empty() ? "" : ",").append(column.name);
  text += '\n';
  for (const Cell& cell : record.cells) {
    const char* separator = "";
    for (const Column& column : Columns()) {
      text.append(separator).append(std::visit(Field(), column.value(cell)));
      separator = ",";
    }
    text += '\n';
  }
  return text;
}

}  // namespace softmax_verify
