// softmax-verify reference: the exact answer for rows on standard input.
#include "reference/reference.h"

#include <fmt/format.h>

#include <algorithm>
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

#include "cli/common.h"
#include "reports/numbers.h"
#include "reports/rows.h"

namespace softmax_verify::cli {
namespace {

using Json = nlohmann::ordered_json;

struct Options {
  std::string operation = "softmax";
  std::string format = "f32";
  std::string statistics;  // "": that of `format`
  int digits = 0;
  bool decimal = false;
  ParameterTexts parameters;
  CommonOptions common;
};

// A line is a row in words; where logits are all that an operation needs, their numbers alone will do.
Row ReadRow(const Signature& signature, ParameterTexts parameters, const std::string& line,
            const std::string& where) {
  const OperationInfo& operation = Info(signature.operation);
  const bool is_bare = line.find('=') == line.npos && NeedsLogitsAlone(signature);
  RowWords words;
  if (is_bare) words["x"] = line;
  std::istringstream stream(is_bare ? "" : line);
  for (std::string word; stream >> word;) {
    const std::size_t equals = word.find('=');
    const std::string name = word.substr(0, equals);
    if (equals == word.npos || words.contains(name)) {
      throw std::invalid_argument(fmt::format("{}: '{}' {}; the operands of {} are {}", where, word,
                                              equals == word.npos ? "is no word like x=1,2,3" : "comes twice",
                                              operation.name, operation.shape));
    }
    const std::string value = word.substr(equals + 1);
    const auto parameter = std::find_if(kParameters.begin(), kParameters.end(),
                                        [&](const ParameterInfo& info) { return info.name == name; });
    if (parameter != kParameters.end()) {
      parameters[parameter->parameter] = value;
    } else {
      words[name] = value;
    }
  }
  if (words.empty()) throw std::invalid_argument(fmt::format("{} is empty; wanted are {}", where, operation.shape));
  const GivenParameters given =
      ParseParameters(parameters, std::string(operation.name), signature.parameters, Info(signature.format).compute);
  return MakeRow(signature, words, given.values,
                 [&](const std::string& name) { return is_bare || name.empty() ? where : where + ", " + name; });
}

std::vector<std::string> Results(const Options& options, const Row& row) {
  if (options.digits > 0) return reference::Digits(row, options.digits);
  const std::vector<Format> formats = ResultFormats(row);
  std::vector<std::string> texts;
  for (const double result : reference::Round(row)) {
    texts.push_back(options.decimal ? ShortestDecimal(formats[texts.size()], result) : HexFloat(result));
  }
  return texts;
}

// The results of one row: those of a single output as they are, several by name.
struct Answer {
  std::string line;
  Json result;
};
Answer AnswerOf(const Row& row, const std::vector<std::string>& results) {
  const std::vector<Part> parts = PartsOf(row);
  Answer answer;
  for (const Part& part : parts) {
    const auto begin = results.begin() + static_cast<std::ptrdiff_t>(part.begin);
    const std::vector<std::string> own(begin, begin + static_cast<std::ptrdiff_t>(part.count));
    if (parts.size() == 1) return {fmt::format("{}\n", fmt::join(own, " ")), own};
    answer.line += fmt::format("{}{}={}", answer.line.empty() ? "" : " ", Name(part.role), fmt::join(own, ","));
    answer.result[std::string(Name(part.role))] = own;
  }
  answer.line += "\n";
  return answer;
}

int Reference(const Options& options) {
  Signature signature = FullSignature(RequireOperation(options.operation), RequireFormat(options.format));
  signature.statistics = options.statistics.empty() ? signature.format : RequireFormat(options.statistics);
  // All rows are read before anything is written: wrong input leaves nothing half done.
  std::vector<Row> rows;
  for (std::string line; std::getline(std::cin, line);) {
    rows.push_back(ReadRow(signature, options.parameters, line, fmt::format("line {}", rows.size() + 1)));
  }
  if (rows.empty()) {
    throw std::invalid_argument(fmt::format("no rows on standard input; wanted is one row a line, such as {}",
                                            NeedsLogitsAlone(signature) ? "0.5 1 -2" : "x=0.5,1 dy=0,1"));
  }

  std::string text;
  Json json = Json::array();
  for (std::size_t r = 0; r < rows.size(); ++r) {
    const Row& row = rows[r];
    try {
      const Answer answer = AnswerOf(row, Results(options, row));
      text += answer.line;
      Json& entry = json.emplace_back();
      for (const Operand& operand : Info(row.operation).operands) {
        if (operand.output || !row.Has(operand.role)) continue;
        Json& values = entry[std::string(Name(operand.role))] = Json::array();
        for (const double value : row[operand.role]) values.push_back(HexFloat(value));
      }
      entry["result"] = answer.result;
    } catch (const std::invalid_argument& error) {
      throw std::invalid_argument(fmt::format("line {}: {}", r + 1, error.what()));
    }
  }
  Print(options.common, text, [&] { return json.dump(2) + "\n"; });
  return kPassed;
}

}  // namespace

void AddReference(CLI::App& app, Run* run) {
  const auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand("reference", "The exact answer for rows on standard input");
  command->footer(
      "Reads rows from standard input, one a line, rounds their numbers to the format, and prints the correctly "
      "rounded\n"
      "results of each row on one line.\n"
      "\n"
      "A row is words, the operands of the operation ('list operations') with their elements joined by commas:\n"
      "  x=1,2,3 dy=0,1,0      and m=2 where they hold two rows, d=4 for vectors of four elements, "
      "label_smoothing=0.1\n"
      "                        and so on for parameters of this row, outputs=lse for an optional result\n"
      "Where logits are all that an operation needs, their numbers will do, separated by blanks or commas. A number "
      "is\n"
      "decimal or hex, inf, -inf or nan. Results are numbers separated by blanks or, where there are several outputs,\n"
      "words: out=... lse=...\n"
      "\n"
      "Examples:\n"
      "  echo 0 0 | softmax-verify reference                              0x1p-1 0x1p-1\n"
      "  echo 1,2,3 | softmax-verify reference --format bf16 --decimal\n"
      "  echo x=1,2 scale=0.5 | softmax-verify reference --digits 50");
  command->add_option("--op", options->operation, "The operation")->type_name("NAME")->capture_default_str();
  command->add_option("--format", options->format, "The format of operands and results")
      ->type_name("NAME")
      ->capture_default_str();
  command
      ->add_option("--statistics", options->statistics,
                   "The format of those that are one number a row, such as lse; default: the same")
      ->type_name("NAME");
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
