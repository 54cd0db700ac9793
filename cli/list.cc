// softmax-verify list: what there is.
#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>
#include <vector>

#include "cli/common.h"
#include "kernels/registry.h"
#include "property_tests/laws.h"
#include "reports/table.h"
#include "verify/families.h"

namespace softmax_verify::cli {
namespace {

using Json = nlohmann::ordered_json;

// What is listed by operation is listed for those wanted, all when none is named.
using Operations = std::vector<Operation>;
bool Wants(const Operations& operations, Operation operation) {
  return operations.empty() || std::find(operations.begin(), operations.end(), operation) != operations.end();
}

Json OperationList(const Operations& operations) {
  Json list = Json::array();
  for (const OperationInfo& info : kOperations) {
    if (!Wants(operations, info.operation)) continue;
    Json parameters = Json::array();
    for (const ParameterInfo& parameter : kParameters) {
      if (info.parameters.Has(parameter.parameter)) parameters.push_back(parameter.name);
    }
    list.push_back({{"name", info.name},
                    {"shape", info.shape},
                    {"parameters", std::move(parameters)},
                    {"definition", info.definition}});
  }
  return list;
}

Json FormatList(const Operations&) {
  Json list = Json::array();
  for (const FormatInfo& info : kFormats) {
    list.push_back({{"name", info.name},
                    {"p", info.p},
                    {"emin", info.emin},
                    {"emax", info.emax},
                    {"bytes", info.bytes},
                    {"computes_in", Name(info.compute)}});
  }
  return list;
}

std::string_view Name(Accumulation::Kind kind) {
  constexpr std::string_view names[] = {"sequential", "lanes", "pairwise", "compensated", "wide", "native", "blocks"};
  return names[static_cast<int>(kind)];
}

// One entry a kernel; what is claimed can differ between targets in the number of partial sums.
Json KernelList(const Operations& operations) {
  Json list = Json::array();
  std::vector<std::string> seen;
  for (const Target& target : Targets()) {
    for (const Kernel& kernel : KernelsOf(target)) {
      if (!Wants(operations, kernel.operation)) continue;
      const auto known = std::find(seen.begin(), seen.end(), kernel.name);
      if (known != seen.end()) {
        list[static_cast<std::size_t>(known - seen.begin())]["targets"].push_back(target.name);
        continue;
      }
      seen.push_back(kernel.name);
      Json operands = Json::array();
      for (const RoleInfo& role : kRoles) {
        if (kernel.operands.Has(role.role)) operands.push_back(role.name);
      }
      list.push_back({{"name", kernel.name},
                      {"operation", softmax_verify::Name(kernel.operation)},
                      {"algorithm", kernel.algorithm},
                      {"format", softmax_verify::Name(kernel.format)},
                      {"operands", operands},
                      {"computes_in", softmax_verify::Name(kernel.claim.compute)},
                      {"accumulation", Name(kernel.claim.accumulation.kind)},
                      {"exp_error", kernel.claim.exp_error},
                      {"shifted", kernel.claim.shifted},
                      {"targets", {target.name}}});
    }
  }
  return list;
}

// With the operations of ours that a law covers in some kernel.
Json LawList(const Operations& operations) {
  std::vector<Kernel> kernels;
  for (const Target& target : Targets()) {
    kernels.insert(kernels.end(), KernelsOf(target).begin(), KernelsOf(target).end());
  }
  Json list = Json::array();
  for (const Law& law : Laws()) {
    Json covered = Json::array();
    for (const OperationInfo& info : kOperations) {
      const auto is_covered = [&](const Kernel& kernel) {
        return kernel.operation == info.operation && law.covers(kernel);
      };
      if (Wants(operations, info.operation) && std::any_of(kernels.begin(), kernels.end(), is_covered)) {
        covered.push_back(info.name);
      }
    }
    if (covered.empty()) continue;
    list.push_back(
        {{"name", law.name}, {"statement", law.statement}, {"proof", law.proof}, {"operations", std::move(covered)}});
  }
  return list;
}

Json TargetList(const Operations&) {
  Json list = Json::array();
  for (const Target& target : Targets()) list.push_back({{"name", target.name}, {"vector_bytes", target.vector_bytes}});
  return list;
}

Json FamilyList(const Operations&) {
  Json list = Json::array();
  for (const Family& family : Families()) {
    list.push_back({{"name", family.name}, {"description", family.description}, {"stresses", family.stresses}});
  }
  return list;
}

struct Kind {
  const char* name;
  bool by_operation;
  Json (*list)(const Operations&);
};
constexpr Kind kKinds[] = {{"operations", true, OperationList}, {"kernels", true, KernelList},
                           {"formats", false, FormatList},      {"laws", true, LawList},
                           {"targets", false, TargetList},      {"families", false, FamilyList}};

std::string Cell(const Json& value) {
  if (value.is_string()) return value.get<std::string>();
  if (!value.is_array()) return value.dump();
  std::string text;
  for (const Json& entry : value) text += (text.empty() ? "" : " ") + Cell(entry);
  return text;
}

// Long sentences stand on lines of their own; short facts make a table.
std::string Text(const Json& list) {
  Table table;
  std::string blocks;
  bool long_texts = false;
  for (const Json& entry : list) {
    table.rows.emplace_back();
    table.header.clear();
    for (const auto& [key, value] : entry.items()) {
      table.header.push_back(key);
      table.rows.back().push_back(Cell(value));
      long_texts |= table.rows.back().back().size() > 60;
    }
    blocks += table.rows.back()[0] + "\n";
    for (std::size_t c = 1; c < table.header.size(); ++c) {
      blocks += fmt::format("    {}: {}\n", table.header[c], table.rows.back()[c]);
    }
  }
  return long_texts ? blocks : Aligned(table);
}

}  // namespace

void AddList(CLI::App& app, Run* run) {
  struct Options {
    std::string what;
    std::vector<std::string> operations;
    CommonOptions common;
  };
  const auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand("list", "Show what there is");
  command->footer(
      "Examples:\n"
      "  softmax-verify list operations\n"
      "  softmax-verify list kernels --op softmax");
  std::vector<std::string> names;
  for (const Kind& kind : kKinds) names.emplace_back(kind.name);
  command->add_option("what", options->what, "operations, kernels, formats, laws, targets or families")
      ->required()
      ->check(CLI::IsMember(names));
  AddOperations(command, &options->operations);
  AddCommonOptions(command, &options->common);
  command->callback([options, run] {
    *run = [options] {
      Operations operations;
      for (const std::string& name : options->operations) operations.push_back(RequireOperation(name));
      for (const Kind& kind : kKinds) {
        if (options->what != kind.name) continue;
        if (!operations.empty() && !kind.by_operation) {
          throw std::invalid_argument(
              fmt::format("--op is for lists of operations, kernels and laws; {} are the same for all", kind.name));
        }
        const Json list = kind.list(operations);
        Print(options->common, Text(list), [&] { return list.dump(2) + "\n"; });
      }
      return kPassed;
    };
  });
}

}  // namespace softmax_verify::cli
