// A table of text, aligned for a console or fenced by pipes for Markdown.
#ifndef SOFTMAX_VERIFY_REPORTS_TABLE_H_
#define SOFTMAX_VERIFY_REPORTS_TABLE_H_

#include <string>
#include <vector>

namespace softmax_verify {

struct Table {
  std::vector<std::string> header;
  std::vector<std::vector<std::string>> rows;  // each as long as the header
};

// The first column to the left, the others to the right.
std::string Aligned(const Table& table);
std::string Pipes(const Table& table);

}  // namespace softmax_verify

#endif  // SOFTMAX_VERIFY_REPORTS_TABLE_H_
