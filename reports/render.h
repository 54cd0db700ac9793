// The record as text for people and for programs.
#ifndef SOFTMAX_VERIFY_REPORTS_RENDER_H_
#define SOFTMAX_VERIFY_REPORTS_RENDER_H_

#include <string>

#include "reports/record.h"

namespace softmax_verify {

// The whole record, one cell a line, each an array of the values that "columns" names; six significant digits; NaN and
// infinities as strings. Follows reports/report.schema.json.
std::string RenderJson(const Record& record);

// The same cells, one a line, the first line naming the columns (RFC 4180, "\n" at the end of a line).
std::string RenderCsv(const Record& record);

// A short table, one line a kernel, worst over targets, families and lengths; what failed; the verdict.
std::string RenderConsole(const Record& record);

// A report to read, of one format.
std::string RenderMarkdown(const Record& record, Format format);

// The formats side by side, linking to softmax-verify-<format>.md beside it.
std::string RenderIndex(const Record& record);

// Pages to look at in a browser, complete in themselves: one of a format with the whole of its record, and the
// overview, which links to softmax-verify-<format>.html beside it.
std::string RenderHtml(const Record& record, Format format);
std::string RenderHtmlIndex(const Record& record);

// Writes softmax-verify-<format>.json, .csv, .md and .html for every format of the record, index.md and index.html.
// Each file appears complete or not at all. Throws std::system_error.
void WriteReports(const Record& record, const std::string& directory);

// Writes the file through a temporary one beside it. Throws std::system_error.
void WriteAtomically(const std::string& path, const std::string& text);

}  // namespace softmax_verify

#endif  // SOFTMAX_VERIFY_REPORTS_RENDER_H_
