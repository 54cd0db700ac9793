// softmax-verify: the command line. One file a command; common.h is what they share.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <exception>
#include <string>
#include <vector>

#include "cli/common.h"

namespace {

using softmax_verify::cli::Run;

int Complain(std::string message) {
  // One line, whatever a library put in.
  for (char& c : message) c = c == '\n' ? ' ' : c;
  fmt::print(stderr, "softmax-verify: {}\n", message);
  return softmax_verify::cli::kUsage;
}

// The options, or the commands, that can stand where an unknown word does.
std::vector<std::string> NamesIn(const CLI::App& app, bool options) {
  std::vector<std::string> names;
  if (options) {
    for (const CLI::Option* option : app.get_options()) names.push_back(option->get_name());
  } else {
    for (const CLI::App* command : app.get_subcommands({})) names.push_back(command->get_name());
  }
  return names;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{"Decides, with proof, how accurate a softmax kernel is.", "softmax-verify"};
  app.footer(
      "Examples:\n"
      "  echo 1 2 3 | softmax-verify reference --format f32     the exact answer, rounded once\n"
      "  softmax-verify check softmax.three_pass.f32            one of our kernels against every law\n"
      "  softmax-verify validate libmine.so 'void my_softmax(const float* x, float* y, size_t rows, size_t cols)'\n"
      "  softmax-verify report --effort quick --out reports     errors in ulp of all kernels, as files\n"
      "\n"
      "Exit status: 0 passed, 1 something FAILED or nothing was compared, 2 the command or its input is wrong.");
  app.require_subcommand(1);
  app.set_version_flag("--version", SOFTMAX_VERIFY_VERSION);
  Run run;
  softmax_verify::cli::AddList(app, &run);
  softmax_verify::cli::AddCheck(app, &run);
  softmax_verify::cli::AddReport(app, &run);
  softmax_verify::cli::AddDiff(app, &run);
  softmax_verify::cli::AddFormats(app, &run);
  softmax_verify::cli::AddReference(app, &run);
  softmax_verify::cli::AddValidate(app, &run);
  softmax_verify::cli::AddReplay(app, &run);
  try {
    app.parse(argc, argv);
    return run();
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == 0) return app.exit(error);  // --help, --version
    const auto chosen = app.get_subcommands();
    const CLI::App& command = chosen.empty() ? app : *chosen[0];
    const std::string help =
        fmt::format("'softmax-verify {}--help' shows what is possible", chosen.empty() ? "" : command.get_name() + " ");
    const std::vector<std::string> unknown = command.remaining();
    if (unknown.empty()) return Complain(fmt::format("{}; {}", error.what(), help));
    const std::string& word = unknown[0];
    const bool is_option = word[0] == '-';
    const char* what = is_option ? "there is no option" : chosen.empty() ? "there is no command" : "nothing expects";
    return Complain(fmt::format("{} '{}'{}; {}", what, word,
                                softmax_verify::DidYouMean(word, NamesIn(command, is_option)), help));
  } catch (const std::exception& error) {
    return Complain(error.what());
  }
}
