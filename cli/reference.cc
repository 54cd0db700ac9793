// softmax-verify reference: the exact answer for rows on standard input.
#include "reference/reference.h"

#include <fmt/format.h>

#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "cli/common.h"
#include "reports/numbers.h"

namespace softmax_verify::cli {
namespace {

struct Options {
  std::string operation = "softmax";
  std::string format = "f32";
  int digits = 0;
  bool decimal = false;
  ParameterOptions parameters;
  CommonOptions common;
};

std::vector<std::string> Results(const Options& options, const Row& row) {
  if (options.digits > 0) return reference::Digits(row.operation, row.x, row.parameters, options.digits);
  std::vector<std::string> texts;
  for (const double y : reference::Round(row.operation, row.x, row.parameters, row.format)) {
    texts.push_back(options.decimal ? ShortestDecimal(row.format, y) : HexFloat(y));
  }
  return texts;
}

int Reference(const Options& options) {
  const Format format = RequireFormat(options.format);
  Row row{RequireOperation(options.operation), format, {}, ParseParameters(options.parameters, Info(format).compute)};
  // All rows are read before anything is written: wrong input leaves nothing half done.
  std::vector<std::vector<double>> rows;
  for (std::string line; std::getline(std::cin, line);) {
    rows.push_back(ParseLogits(format, line, fmt::format("line {}", rows.size() + 1)));
  }
  if (rows.empty())
    throw std::invalid_argument("no rows on standard input; wanted is one row a line, such as 0.5 1 -2");

  std::string text;
  nlohmann::ordered_json json = nlohmann::ordered_json::array();
  for (std::vector<double>& x : rows) {
    row.x = std::move(x);
    const std::vector<std::string> results = Results(options, row);
    for (std::size_t i = 0; i < results.size(); ++i) text += (i > 0 ? " " : "") + results[i];
    text += "\n";
    std::vector<std::string> logits;
    for (const double value : row.x) logits.push_back(HexFloat(value));
    json.push_back({{"x", logits}, {"result", results}});
  }
  Print(options.common, text, [&] { return json.dump(2) + "\n"; });
  return kPassed;
}

}  // namespace

void AddReference(CLI::App& app, Run* run) {
  const auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand("reference", "The exact answer for rows on standard input");
  command->footer(
      "Reads rows of logits from standard input, one a line: decimal or hex numbers, inf, -inf or nan, separated by\n"
      "blanks or commas. Rounds them to the format, and prints the correctly rounded result of each row on one line.\n"
      "\n"
      "Examples:\n"
      "  echo 0 0 | softmax-verify reference                              0x1p-1 0x1p-1\n"
      "  echo 1,2,3 | softmax-verify reference --format bf16 --decimal\n"
      "  echo 1 2 3 | softmax-verify reference --digits 50");
  command->add_option("--op", options->operation, "The operation")->capture_default_str();
  command->add_option("--format", options->format, "The format of logits and results")->capture_default_str();
  CLI::Option* decimal =
      command->add_flag("--decimal", options->decimal, "Decimals: the shortest that read back, instead of hex floats");
  command->add_option("--digits", options->digits, "So many significant digits of the exact value instead")
      ->check(WholeNumber(1, 1000))
      ->type_name("N")
      ->excludes(decimal);
  AddParameters(command, &options->parameters);
  AddCommonOptions(command, &options->common);
  command->callback([options, run] { *run = [options] { return Reference(*options); }; });
}

}  // namespace softmax_verify::cli
