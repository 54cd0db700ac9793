// A failure as a C program of its own: the calls that showed it, what came back, and what is due.
#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "reports/numbers.h"
#include "validation/recording.h"
#include "validation/render.h"
#include "verify/ulp.h"

namespace softmax_verify {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

// What the program demands of a result.
enum class Rule { nothing, within, nan, exact, nan_or_exact };
constexpr const char* kRuleNames[] = {"NOTHING", "WITHIN", "IS_NAN", "IS_EXACT", "IS_NAN_OR_EXACT"};

struct Shown {
  const CallRecord* record = nullptr;
  std::vector<const RecordedResult*> results;
  std::vector<Rule> rules;
};

struct Sum {  // of results of one row
  std::size_t call = 0, first = 0, count = 0;
  double exact = 0, bound = 0;
};

// Everything that differs from one program to another.
struct Plan {
  std::vector<Shown> calls;
  Sum sum;
  bool unchanged = false;  // all that can be told is whether the results still are what they were
};

// --- What to show -------------------------------------------------------------------------------------------------

constexpr std::size_t kFewCalls = 4;
constexpr std::size_t kMostCalls = 16;

Rule RuleFor(const RecordedResult& result) {
  using Kind = reference::Enclosure::Kind;
  if (!result.claimed) return Rule::nothing;
  return result.exact.kind == Kind::nan ? Rule::nan : result.exact.kind == Kind::infinite ? Rule::exact : Rule::within;
}

Shown Show(const RecordedCall& call) {
  Shown shown{&call.record, {}, {}};
  for (const RecordedResult& result : call.results) {
    shown.results.push_back(&result);
    shown.rules.push_back(RuleFor(result));
  }
  return shown;
}

// The result that the violation is about.
struct Place {
  std::size_t call, result;
};
std::optional<Place> FindTelling(const std::vector<RecordedCall>& calls, const Violation& violation) {
  for (std::size_t c = calls.size(); c-- > 0;) {
    for (std::size_t i = 0; i < calls[c].results.size(); ++i) {
      const RecordedResult& result = calls[c].results[i];
      const bool same = std::bit_cast<std::uint64_t>(result.got) == std::bit_cast<std::uint64_t>(violation.got) ||
                        (std::isnan(result.got) && std::isnan(violation.got));
      if (result.element == violation.element && same) return Place{c, i};
    }
  }
  return std::nullopt;
}

Plan PlanForLaw(const LawResult& law, const std::vector<RecordedCall>& calls) {
  const Violation& violation = law.counterexample->violation;
  const std::string_view name = law.law->name;
  Plan plan;
  std::vector<std::size_t> chosen;
  for (std::size_t c = 0; c < calls.size(); ++c) {
    const std::vector<RecordedResult>& results = calls[c].results;
    const bool beyond =
        std::any_of(results.begin(), results.end(), [](const RecordedResult& result) { return result.IsBeyond(); });
    if (beyond) chosen.push_back(c);
  }
  // Two calls that have to agree are both shown.
  const auto choose_all = [&] {
    chosen.clear();
    for (std::size_t c = calls.size() - std::min(calls.size(), kMostCalls); c < calls.size(); ++c) chosen.push_back(c);
  };
  if (!chosen.empty()) {
    if (calls.size() <= kFewCalls) choose_all();
    chosen.resize(std::min(chosen.size(), kFewCalls));
    for (const std::size_t c : chosen) plan.calls.push_back(Show(calls[c]));
    return plan;
  }
  // No single result is beyond its bound: the law says more.
  const std::optional<Place> telling = FindTelling(calls, violation);
  const bool wants_nan = name == "nan_propagates" || name == "attention_nan";
  const bool wants_limit = violation.bound == 0 && (violation.exact == 0 || std::isinf(violation.exact)) &&
                           name != "determinism" && name != "equal_inputs";
  if (telling && (wants_nan || wants_limit)) {
    plan.calls.push_back(Show(calls[telling->call]));
    const bool allows_nan = name == "nothing_to_see" && law.kernel->contract.all_neg_inf != Contract::AllNegInf::zero;
    plan.calls.back().rules[telling->result] = wants_nan ? Rule::nan : allows_nan ? Rule::nan_or_exact : Rule::exact;
    return plan;
  }
  if (name == "sum_to_one" && !calls.empty()) {
    plan.calls.push_back(Show(calls.back()));
    plan.sum = {0, 0, calls.back().results.size(), violation.exact, violation.bound};
    return plan;
  }
  choose_all();
  for (const std::size_t c : chosen) plan.calls.push_back(Show(calls[c]));
  plan.unchanged = name != "determinism";
  return plan;
}

Plan PlanForFinding(Misbehaviour kind, const FindingRecord& finding) {
  Plan plan;
  // The others are seen in one call.
  const bool several = kind == Misbehaviour::stale_result || kind == Misbehaviour::not_deterministic;
  const std::size_t count = several ? finding.calls.size() : std::min<std::size_t>(finding.calls.size(), 1);
  for (std::size_t c = finding.calls.size() - count; c < finding.calls.size(); ++c)
    plan.calls.push_back({&finding.calls[c], {}, {}});
  return plan;
}

// --- Words of C ---------------------------------------------------------------------------------------------------

// For a // comment: one line that neither goes on in the next nor holds what a compiler warns of.
std::string Comment(std::string_view text) {
  std::string comment;
  for (const char c : text.substr(0, 2000)) {
    if (c == '?' && comment.ends_with('?')) comment += ' ';
    comment += c == '\n' || c == '\r' ? ' ' : c == '\\' ? '/' : c;
  }
  return comment;
}

std::string Quoted(std::string_view text) {
  std::string quoted = "\"";
  for (const char c : text.substr(0, 1500)) {
    if (c == '"' || c == '\\' || c == '?') quoted += '\\';  // ? for trigraphs
    if (static_cast<unsigned char>(c) < 0x20) {
      quoted += fmt::format("\\{:03o}", static_cast<unsigned char>(c));
    } else {
      quoted += c;
    }
  }
  return quoted + "\"";
}

std::string Constant(double value, std::string_view suffix = "") {
  if (std::isnan(value)) return "NAN";
  if (std::isinf(value)) return value < 0 ? "-INFINITY" : "INFINITY";
  return HexFloat(value) + std::string(suffix);
}

std::string TypeText(const CType& type) {
  switch (type.kind) {
    case CType::Kind::nothing:
      return "void";
    case CType::Kind::boolean:
      return "bool";
    case CType::Kind::floating:
      return type.bytes == 2 ? "uint16_t" : type.bytes == 4 ? "float" : "double";
    case CType::Kind::integer:
      break;
  }
  return type.name;
}

std::string Prototype(const Declaration& declaration) {
  std::string arguments;
  for (const Argument& argument : declaration.arguments) {
    arguments += fmt::format("{}{}{} {}{}", arguments.empty() ? "" : ", ", argument.is_const ? "const " : "",
                             TypeText(argument.type), argument.is_pointer ? "*" : "", argument.name);
  }
  return fmt::format("typedef {} (*Function)({});\n", TypeText(declaration.return_type),
                     arguments.empty() ? "void" : arguments);
}

// The name of an array: that of the argument behind the call's number, which no keyword has.
std::string ArrayName(std::size_t call, const std::string& name) { return fmt::format("call_{}_{}", call + 1, name); }

std::string ArrayOf(std::size_t call, const SandboxBuffer& buffer, const ForeignSlot& slot, const Argument& argument,
                    Format format) {
  const std::size_t count = buffer.contents.size() / slot.callee_bytes;
  const Element element = Info(argument.role).element;
  const bool is_number = element == Element::number || element == Element::statistic;
  const std::size_t bytes = slot.callee_bytes;
  std::string type = TypeText(argument.type);
  if (is_number) type = bytes == 2 ? "uint16_t" : bytes == 4 ? "float" : "double";
  std::string text = fmt::format("static const {} {}[] = {{", type, ArrayName(call, buffer.name));
  const std::size_t in_line = is_number ? 8 : 16;
  for (std::size_t i = 0; i < count; ++i) {
    text += i % in_line == 0 && count > in_line ? "\n    " : i == 0 ? "" : " ";
    if (is_number) {
      const double value = Load(format, buffer.contents.data(), i);
      if (bytes == 2) {
        std::uint16_t bits;
        std::memcpy(&bits, buffer.contents.data() + i * bytes, bytes);
        text += fmt::format("0x{:04x}", bits);
      } else {
        text += Constant(value, bytes == 4 ? "F" : "");
      }
      if (count <= 64) text += fmt::format(" /* {} */", ShortestDecimal(format, value));
    } else {
      std::int64_t value = 0;
      std::memcpy(&value, buffer.contents.data() + i * bytes, bytes);
      if (bytes == 4 && argument.type.is_signed) value = static_cast<std::int32_t>(value);
      text += element == Element::byte && argument.type.kind == CType::Kind::boolean ? (value != 0 ? "true" : "false")
                                                                                     : fmt::format("{}", value);
    }
    if (i + 1 < count) text += ",";
  }
  return text + "};\n";
}

std::string ScalarText(const Argument& argument, std::uint64_t scalar) {
  switch (argument.type.kind) {
    case CType::Kind::floating:
      return Constant(std::bit_cast<double>(scalar), argument.type.bytes == 4 ? "F" : "");
    case CType::Kind::boolean:
      return scalar != 0 ? "true" : "false";
    default:
      break;
  }
  const auto value = static_cast<std::int64_t>(scalar);
  const bool is_int = value == static_cast<std::int32_t>(value) && value > std::numeric_limits<std::int32_t>::min();
  return is_int ? fmt::format("{}", value) : fmt::format("({})0x{:x}ULL", TypeText(argument.type), scalar);
}

std::string ResultRow(const RecordedResult& result, Rule rule) {
  const auto with_infinity = [&](double infinity) {
    return Constant(MeasureUlp(result.format, infinity, result.exact, result.unit).low);
  };
  double value = 0, rest = 0;
  if (result.exact.kind == reference::Enclosure::Kind::finite && result.claimed) {
    const long shift = std::clamp<long>(result.exact.exponent - result.unit, -2000, 2000);
    value = std::ldexp(result.exact.negative ? -result.exact.head : result.exact.head, static_cast<int>(shift));
    rest = std::ldexp(result.exact.negative ? -result.exact.tail : result.exact.tail, static_cast<int>(shift));
  }
  const std::string buffer = result.buffer == RecordedResult::kReturned ? "-1" : fmt::format("{}", result.buffer);
  return fmt::format("    {{{}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}}},\n", Quoted(result.name),
                     Name(result.format), buffer, result.byte, kRuleNames[static_cast<int>(rule)], Constant(result.got),
                     Constant(result.exact.Approximate()), Constant(value), Constant(rest), result.unit,
                     Constant(result.bound), result.claimed ? with_infinity(kInfinity) : "0",
                     result.claimed ? with_infinity(-kInfinity) : "0");
}

// The same inputs at the same alignments.
bool IsSameCall(const ForeignInvocation& a, const ForeignInvocation& b) {
  if (a.scalars != b.scalars || a.buffers.size() != b.buffers.size()) return false;
  for (std::size_t i = 0; i < a.buffers.size(); ++i) {
    const auto is_filled = std::any_of(a.slots.begin(), a.slots.end(), [&](const ForeignSlot& slot) {
      return slot.buffer == i && slot.operand->output;
    });
    if (a.buffers[i].alignment != b.buffers[i].alignment ||
        a.buffers[i].contents.size() != b.buffers[i].contents.size())
      return false;
    if (!is_filled && a.buffers[i].contents != b.buffers[i].contents) return false;
  }
  return true;
}

// Arrays, the call, its buffers and results, and its row in the table of calls.
std::string CallText(const Declaration& declaration, const std::vector<Shown>& calls, std::size_t c,
                     std::string* table) {
  const Shown& shown = calls[c];
  const ForeignInvocation& call = shown.record->call;
  std::string text = fmt::format("\n// Call {}: {}\n", c + 1, Comment(call.text));
  std::string arguments, buffers;
  std::size_t next = 0;
  for (std::size_t a = 0; a < declaration.arguments.size(); ++a) {
    const Argument& argument = declaration.arguments[a];
    arguments += arguments.empty() ? "" : ", ";
    if (!argument.is_pointer) {
      arguments += ScalarText(argument, call.scalars[a]);
      continue;
    }
    if (argument.number) {
      arguments += "NULL";
      continue;
    }
    const std::size_t b = next++;
    arguments += fmt::format("at[{}]", b);
    const SandboxBuffer& buffer = call.buffers[b];
    const auto slot =
        std::find_if(call.slots.begin(), call.slots.end(), [&](const ForeignSlot& each) { return each.buffer == b; });
    const bool is_filled = slot == call.slots.end() || slot->operand->output;
    std::string contents = "NULL";
    if (!is_filled && !buffer.contents.empty()) {
      const Format format = FormatOf(declaration.signature, argument.role);
      text += ArrayOf(c, buffer, *slot, argument, format);
      contents = ArrayName(c, buffer.name);
    }
    std::size_t width = 0, stride = 0, element = 1;
    if (slot != call.slots.end()) {
      element = slot->callee_bytes;
      if (slot->is_output && slot->callee.slice && slot->callee.elements > 0) {
        width = slot->callee.each * slot->callee.inner * element;
        stride = slot->callee.stride * element;
      }
    }
    const bool is_result = slot != call.slots.end() && slot->is_output;
    buffers += fmt::format("    {{{}, {}, {}, {}, {}, {}, {}, {}, {}}},\n", Quoted(buffer.name), contents,
                           buffer.contents.size(), buffer.alignment, element, stride, width, is_result ? 1 : 0,
                           buffer.writable ? 1 : 0);
  }
  const std::string invoke = fmt::format("function({})", arguments);
  text += fmt::format("static double call_{}(void *const *at) {{\n  (void)at;\n", c + 1);
  text += declaration.returns == Declaration::Returns::nothing ? fmt::format("  {};\n  return 0;\n}}\n", invoke)
                                                               : fmt::format("  return (double){};\n}}\n", invoke);
  if (!buffers.empty())
    text += fmt::format("static const struct buffer call_{}_buffers[] = {{\n{}}};\n", c + 1, buffers);
  if (!shown.results.empty()) {
    text += fmt::format("static const struct result call_{}_results[] = {{\n", c + 1);
    for (std::size_t i = 0; i < shown.results.size(); ++i) text += ResultRow(*shown.results[i], shown.rules[i]);
    text += "};\n";
  }
  std::size_t same = c;
  while (same > 0 && !IsSameCall(calls[same - 1].record->call, call)) --same;
  const SandboxOptions& options = shown.record->options;
  const auto or_null = [&](std::size_t count, const char* what) {
    return count == 0 ? std::string("NULL") : fmt::format("call_{}_{}", c + 1, what);
  };
  *table += fmt::format("    {{call_{}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}}},\n", c + 1, Quoted(call.text),
                        or_null(buffers.size(), "buffers"), next, or_null(shown.results.size(), "results"),
                        shown.results.size(), options.place % 16, options.edge == SandboxOptions::Edge::low ? 1 : 0,
                        options.edge == SandboxOptions::Edge::padded ? 1 : 0, static_cast<std::ptrdiff_t>(same) - 1,
                        options.cpu);
  return text;
}

constexpr std::string_view kHead =
#include "validation/program_head.inc"
    ;
constexpr std::string_view kDriver =
#include "validation/program_driver.inc"
    ;

}  // namespace

std::string RenderProgram(const Validation& validation, const Failure& failure, const std::string& file) {
  if (validation.request.library.empty()) return "";
  const Declaration& declaration = validation.declaration;
  Plan plan;
  std::optional<Misbehaviour> kind;
  if (failure.law != nullptr) {
    const auto index = static_cast<std::size_t>(failure.law - validation.laws.data());
    if (index >= validation.calls.size()) return "";
    plan = PlanForLaw(*failure.law, validation.calls[index]);
  } else {
    for (const auto& [found, record] : validation.findings) {
      if (Name(found) != failure.name) continue;
      kind = found;
      plan = PlanForFinding(found, record);
    }
  }
  if (plan.calls.empty()) return "";
  std::string text = fmt::format(
      "// cc -std=c99 -o show {0} -ldl -lm && ./show [LIBRARY]\n"
      "//\n"
      "// {1}: {2}\n",
      std::filesystem::path(file).filename().string(), Comment(failure.name), Comment(failure.what));
  if (failure.law != nullptr) {
    text += fmt::format("// {}\n// {}\n", Comment(failure.law->law->statement),
                        Comment(ToString(failure.law->counterexample->trial.row, kWholeRow)));
  }
  text +=
      "// Exit status: 1 while this happens, 0 once it does not, 2 where the library or the function is not there.\n";
  text += kHead;
  const ValidationRequest& request = validation.request;
  const std::string library =
      std::filesystem::exists(request.library) ? std::filesystem::absolute(request.library).string() : request.library;
  text += fmt::format("\n#ifndef LIBRARY\n#define LIBRARY {}\n#endif\n", Quoted(library));
  text += fmt::format("#define SYMBOL {}\n{}static Function function;\n", Quoted(declaration.symbol),
                      Prototype(declaration));
  std::string table;
  for (std::size_t c = 0; c < plan.calls.size(); ++c) text += CallText(declaration, plan.calls, c, &table);
  text += fmt::format("\nstatic const struct call calls[] = {{\n{}}};\n", table);
  const auto expected = request.expect.find("deterministic");
  const bool deterministic = expected == request.expect.end() || expected->second != "no";
  text += fmt::format(
      "enum {{ CALLS = {}, ROUNDS = 100 }};\n"
      "static const char *const what = {};\n"
      "static const int returns_status = {};\n"
      "static const int deterministic = {};\n"
      "static const int linger_ms = {};           // to wait for late writes\n"
      "static const unsigned gigabytes = {};      // of memory at most; 0: no limit\n"
      "static const int must_change = {};         // the results as they were break the law, as {}\n"
      "static const struct sum sum = {{{}, {}, {}, {}, {}}};\n",
      plan.calls.size(), Quoted(failure.what), declaration.returns == Declaration::Returns::status ? 1 : 0,
      deterministic ? 1 : 0, kind ? 50 : 0, kind == Misbehaviour::out_of_memory ? 4 : 0, plan.unchanged ? 1 : 0,
      failure.law != nullptr ? "'softmax-verify replay' can judge anew" : "no law does", plan.sum.call, plan.sum.first,
      plan.sum.count, Constant(plan.sum.exact), Constant(plan.sum.bound));
  return text + std::string(kDriver);
}

}  // namespace softmax_verify
