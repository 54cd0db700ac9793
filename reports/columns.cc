#include "reports/columns.h"

#include <fmt/format.h>

#include <array>
#include <optional>
#include <stdexcept>

#include "reports/numbers.h"

namespace softmax_verify {
namespace {

using Value = Column::Value;

Value ToValue(const std::string& text) { return text; }
Value ToValue(std::uint64_t count) { return count; }
Value ToValue(double number) { return number; }
Value ToValue(Operation operation) { return std::string(Name(operation)); }
Value ToValue(Format format) { return std::string(Name(format)); }
Value ToValue(Verdict verdict) { return std::string(Name(verdict)); }

template <class Field>
Field Require(const std::optional<Field>& field, const char* what, const Value& name) {
  if (field) return *field;
  throw std::invalid_argument(fmt::format("there is no {} '{}'", what, std::get<std::string>(name)));
}

void FromValue(const Value& value, std::string* text) { *text = std::get<std::string>(value); }
void FromValue(const Value& value, std::uint64_t* count) { *count = std::get<std::uint64_t>(value); }
void FromValue(const Value& value, double* number) { *number = std::get<double>(value); }
void FromValue(const Value& value, Operation* operation) {
  *operation = Require(ParseOperation(std::get<std::string>(value)), "operation", value);
}
void FromValue(const Value& value, Format* format) {
  *format = Require(ParseFormat(std::get<std::string>(value)), "format", value);
}
void FromValue(const Value& value, Verdict* verdict) {
  *verdict = Require(ParseVerdict(std::get<std::string>(value)), "verdict", value);
}

// A column that is a field of the cell: `kField` gives a reference to it.
template <auto kField>
constexpr Column Of(std::string_view name) {
  return {name, [](const Cell& cell) { return ToValue(kField(cell)); },
          [](const Value& value, Cell* cell) { FromValue(value, &kField(*cell)); }};
}
#define SV_FIELD(field) [](auto& cell) -> auto& { return cell.field; }

constexpr Column kColumns[] = {
    Of<SV_FIELD(operation)>("operation"),
    Of<SV_FIELD(algorithm)>("algorithm"),
    Of<SV_FIELD(format)>("format"),
    Of<SV_FIELD(target)>("target"),
    Of<SV_FIELD(family)>("family"),
    Of<SV_FIELD(n)>("n"),
    Of<SV_FIELD(rows)>("rows"),
    Of<SV_FIELD(count)>("count"),
    Of<SV_FIELD(zeros)>("zeros"),
    Of<SV_FIELD(informative)>("informative"),
    Of<SV_FIELD(ulp.max)>("max_ulp"),
    Of<SV_FIELD(ulp.p999)>("p999_ulp"),
    Of<SV_FIELD(ulp.p99)>("p99_ulp"),
    Of<SV_FIELD(ulp.mean)>("mean_ulp"),
    Of<SV_FIELD(ulp.signed_mean)>("signed_mean_ulp"),
    Of<SV_FIELD(ulp.rms)>("rms_ulp"),
    Of<SV_FIELD(correct)>("correct"),
    Of<SV_FIELD(faithful)>("faithful"),
    Of<SV_FIELD(sum_deviation)>("sum_deviation_u"),
    Of<SV_FIELD(sum_bound)>("sum_bound_u"),
    Of<SV_FIELD(inversions)>("inversions"),
    Of<SV_FIELD(bound)>("bound_ulp"),
    Of<SV_FIELD(bound_ratio)>("bound_ratio"),
    Of<SV_FIELD(unclaimed_rows)>("unclaimed_rows"),
    Of<SV_FIELD(failed_rows)>("failed_rows"),
    Of<SV_FIELD(verdict)>("verdict"),
    Of<SV_FIELD(worst.sample)>("worst_sample"),
    Of<SV_FIELD(worst.element)>("worst_element"),
    {"worst_got", [](const Cell& cell) -> Value { return HexFloat(cell.worst.got); },
     [](const Value& value, Cell* cell) {
       cell->worst.got = Require(ParseNumber(Format::f64, std::get<std::string>(value)), "number", value);
     }},
    Of<SV_FIELD(worst.exact)>("worst_exact"),
    Of<SV_FIELD(note)>("note"),
};

}  // namespace

std::span<const Column> Columns() { return kColumns; }

}  // namespace softmax_verify
