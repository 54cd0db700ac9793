#include "validation/recording.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cstdint>
#include <map>
#include <string>
#include <utility>

#include "property_tests/trial.h"
#include "reports/numbers.h"
#include "verify/place.h"
#include "verify/ulp.h"

namespace softmax_verify {
namespace {

double Element(const Signature& signature, Role role, const void* memory, std::size_t i) {
  switch (Info(role).element) {
    case softmax_verify::Element::byte:
      return static_cast<const unsigned char*>(memory)[i];
    case softmax_verify::Element::index:
      return static_cast<double>(static_cast<const std::int64_t*>(memory)[i]);
    default:
      return Load(FormatOf(signature, role), memory, i);
  }
}

// The rows of a call as a caller holds them: one by one, or all in one where they depend on each other.
std::vector<Row> RowsOf(const Kernel& kernel, const Operands& operands, const Layout& layout,
                        const Parameters& parameters) {
  const std::size_t rows = layout.outer * layout.inner;
  const OperationInfo& info = Info(kernel.operation);
  const auto take = [&](std::size_t first, std::size_t count) {
    Row row;
    row.operation = kernel.operation;
    row.format = kernel.format;
    row.statistics = kernel.statistics;
    row.parameters = parameters;
    row.m = count;
    row.d = layout.depth;
    for (const Operand& operand : info.operands) {
      if (!operands.Has(operand.role)) continue;
      if (operand.output) {
        if (operand.optional) row.outputs.Add(operand.role);
        continue;
      }
      const Place place = PlaceOf(operand, layout, parameters.reduction);
      Values& values = row[operand.role];
      for (std::size_t r = first; r < (place.shared ? first + 1 : first + count); ++r) {
        for (std::size_t e = 0; e < place.each; ++e) {
          values.push_back(Element(kernel, operand.role, operands.In(operand.role), place.Index(r, e)));
        }
      }
    }
    return row;
  };
  std::vector<Row> taken;
  if (rows == 0 || layout.axis == 0) return taken;
  if (!IsRowWise(take(0, 1))) return {take(0, rows)};
  for (std::size_t r = 0; r < rows; ++r) taken.push_back(take(r, 1));
  return taken;
}

// What a row's results are in a record of a call, or of one of the calls, that made them.
void Append(const Kernel& kernel, const Declaration& declaration, const Layout& layout, const Case& row,
            const RowBound& bound, std::size_t index, std::size_t first_row, RecordedCall* call) {
  const std::vector<reference::Enclosure>& exact = row.exact();
  const auto add = [&](const Part& part, std::size_t i, std::size_t buffer, std::size_t byte, double got) {
    const std::size_t e = part.begin + i;
    RecordedResult result{NameOfResult(row.row(), e), part.format, index, e, buffer, byte, got, exact[e]};
    result.claimed = bound.claimed;
    if (bound.claimed) {
      result.unit = std::max(bound.unit[e],
                             UlpExponent(part.format, exact[e].kind == reference::Enclosure::Kind::finite
                                                          ? std::min<long>(exact[e].exponent, Info(part.format).emax)
                                                          : Info(part.format).emin));
      result.bound = bound.ulp[e];
    }
    call->results.push_back(std::move(result));
  };
  const ForeignInvocation& invocation = call->record.call;
  for (const Part& part : PartsOf(row.row())) {
    const Operand& operand = *Info(kernel.operation).operands.Find(part.role);
    const Place place = PlaceOf(operand, layout, row.row().parameters.reduction);
    const auto slot = std::find_if(invocation.slots.begin(), invocation.slots.end(), [&](const ForeignSlot& each) {
      return each.in_place ? declaration.in_place == part.role : each.is_output && each.operand->role == part.role;
    });
    for (std::size_t i = 0; i < part.count; ++i) {
      const std::size_t r = first_row + (place.shared ? 0 : i / place.each);
      const std::size_t e = place.shared ? i : i % place.each;
      if (!place.shared && (r < invocation.first_row || r >= invocation.first_row + invocation.rows)) continue;
      if (slot != invocation.slots.end()) {
        const std::size_t byte = slot->CalleeByte(r - invocation.first_row, e);
        const std::vector<unsigned char>& after = call->record.after[slot->buffer];
        add(part, i, slot->buffer, byte, Load(part.format, after.data(), byte / slot->callee_bytes));
      } else if (declaration.returns == Declaration::Returns::value) {
        add(part, i, RecordedResult::kReturned, 0, std::bit_cast<double>(call->record.value));
      }
    }
  }
}

// Whether a new process gets the same from them.
bool Repeats(ForeignKernel* foreign, const std::vector<RecordedCall>& calls) {
  foreign->Restart();
  for (const RecordedCall& call : calls) {
    ForeignInvocation again = call.record.call;
    try {
      const std::uint64_t value = foreign->Invoke(&again, call.record.options);
      if (!call.record.returned || value != call.record.value) return false;
    } catch (const Interrupted&) {
      if (call.record.returned) return false;
    }
    for (const ForeignSlot& slot : again.slots) {
      if (slot.is_output && again.buffers[slot.buffer].contents != call.record.after[slot.buffer]) return false;
    }
  }
  return true;
}

}  // namespace

double RecordedResult::Error() const { return MeasureUlp(format, got, exact, unit).low; }
bool RecordedResult::IsBeyond() const { return claimed && Error() > bound * kEvaluation; }

std::vector<RecordedCall> RecordLaw(ForeignKernel* foreign, const Kernel& kernel, const Law& law, const Trial& trial) {
  std::vector<RecordedCall> calls;
  Kernel recorded = kernel;
  recorded.run = [&](const Operands& operands, const Layout& layout, const Parameters& parameters) {
    // Before the call: in place, it changes them.
    const std::vector<Row> rows = RowsOf(kernel, operands, layout, parameters);
    std::vector<CallRecord> records;
    foreign->Record(&records);
    const auto keep = [&] {
      foreign->Record(nullptr);
      const std::size_t first = calls.size();
      for (CallRecord& record : records) calls.push_back({std::move(record), {}});
      std::size_t first_row = 0;
      for (std::size_t r = 0; r < rows.size(); first_row += rows[r++].m) {
        const Case row(rows[r]);
        const RowBound bound = Promised(kernel, row);
        for (std::size_t c = first; c < calls.size(); ++c) {
          if (!calls[c].record.returned) continue;
          Append(kernel, foreign->declaration(), layout, row, bound, r, first_row, &calls[c]);
          if (calls[c].record.call.rows == 1 || rows.size() == 1) continue;
          for (RecordedResult& result : calls[c].results) {
            if (result.row == r) result.name = fmt::format("row {}, {}", r, result.name);
          }
        }
      }
    };
    try {
      const Status status = kernel.run(operands, layout, parameters);
      keep();
      return status;
    } catch (const Interrupted&) {
      keep();
      throw;
    } catch (...) {
      foreign->Record(nullptr);
      throw;
    }
  };
  const Outcome outcome = TryLaw(law, recorded, Case(trial.row), trial.salt);
  if (outcome.kind != Outcome::Kind::broken || !Repeats(foreign, calls)) calls.clear();
  return calls;
}

std::string CalledWith(const Kernel& kernel, const std::vector<RecordedCall>& calls, const Row& row) {
  constexpr std::size_t kMostCalls = 3, kMostRows = 3;
  std::string text;
  bool is_the_row = calls.size() == 1;
  for (const RecordedCall& recorded : calls) {
    const ForeignInvocation& call = recorded.record.call;
    std::string operands;
    for (const ForeignSlot& slot : call.slots) {
      const Role role = slot.operand->role;
      const bool is_input = !slot.is_output || slot.in_place;
      if (!is_input || slot.callee.elements == 0 || Info(role).element == Element::index) continue;
      if (slot.callee.each * slot.Rows(call.rows) > kWholeRow) return "";
      const unsigned char* const contents = call.buffers[slot.buffer].contents.data();
      const bool is_byte = Info(role).element == Element::byte;
      const Format format = FormatOf(kernel, role);
      std::string rows;
      for (std::size_t r = 0; r < slot.Rows(call.rows); ++r) {
        std::string values;
        for (std::size_t e = 0; e < slot.callee.each; ++e) {
          const std::size_t at = slot.callee.Index(r, e);
          const std::string value = is_byte ? std::to_string(contents[at]) : ShortestDecimal(format, Load(format, contents, at));
          values += (e == 0 ? "" : ", ") + value;
          const bool has_it = row.Has(role) && r == 0 && e < row[role].size();
          is_the_row = is_the_row && has_it && (is_byte || SameBits(Load(format, contents, at), row[role][e]));
        }
        if (r < kMostRows) rows += fmt::format("{}{{{}}}", r == 0 ? "" : ", ", values);
        if (r == kMostRows) rows += ", ...";
      }
      operands += fmt::format("{}{} = {}", operands.empty() ? "" : "  ", Name(role), rows);
    }
    text += (text.empty() ? "" : "; then ") + operands;
  }
  return is_the_row || calls.size() > kMostCalls ? "" : text;
}

}  // namespace softmax_verify
