#include "reports/table.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>

namespace softmax_verify {
namespace {

std::vector<std::size_t> Widths(const Table& table) {
  std::vector<std::size_t> widths;
  for (std::size_t c = 0; c < table.header.size(); ++c) {
    widths.push_back(table.header[c].size());
    for (const std::vector<std::string>& row : table.rows) widths[c] = std::max(widths[c], row[c].size());
  }
  return widths;
}

std::string Line(const std::vector<std::string>& cells, const std::vector<std::size_t>& widths, const char* separator) {
  std::string line = fmt::format("{:<{}}", cells[0], widths[0]);
  for (std::size_t c = 1; c < cells.size(); ++c) line += fmt::format("{}{:>{}}", separator, cells[c], widths[c]);
  return line;
}

}  // namespace

std::string Aligned(const Table& table) {
  const std::vector<std::size_t> widths = Widths(table);
  std::string text = Line(table.header, widths, "  ") + "\n";
  for (const std::vector<std::string>& row : table.rows) text += Line(row, widths, "  ") + "\n";
  return text;
}

std::string Pipes(const Table& table) {
  const std::vector<std::size_t> widths = Widths(table);
  std::string rule = std::string(widths[0], '-');
  for (std::size_t c = 1; c < widths.size(); ++c) rule += " | " + std::string(widths[c] - 1, '-') + ":";
  std::string text = "| " + Line(table.header, widths, " | ") + " |\n| " + rule + " |\n";
  for (const std::vector<std::string>& row : table.rows) text += "| " + Line(row, widths, " | ") + " |\n";
  return text;
}

}  // namespace softmax_verify
