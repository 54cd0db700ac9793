#include "reports/columns.h"

#include "reports/numbers.h"

namespace softmax_verify {
namespace {

using Value = std::variant<std::string, std::uint64_t, double>;

constexpr Column kColumns[] = {
    {"operation", [](const Cell& cell) -> Value { return std::string(Name(cell.operation)); }},
    {"algorithm", [](const Cell& cell) -> Value { return cell.algorithm; }},
    {"format", [](const Cell& cell) -> Value { return std::string(Name(cell.format)); }},
    {"target", [](const Cell& cell) -> Value { return cell.target; }},
    {"family", [](const Cell& cell) -> Value { return cell.family; }},
    {"n", [](const Cell& cell) -> Value { return std::uint64_t{cell.n}; }},
    {"rows", [](const Cell& cell) -> Value { return cell.rows; }},
    {"count", [](const Cell& cell) -> Value { return cell.count; }},
    {"zeros", [](const Cell& cell) -> Value { return cell.zeros; }},
    {"informative", [](const Cell& cell) -> Value { return cell.informative; }},
    {"max_ulp", [](const Cell& cell) -> Value { return cell.ulp.max; }},
    {"p999_ulp", [](const Cell& cell) -> Value { return cell.ulp.p999; }},
    {"p99_ulp", [](const Cell& cell) -> Value { return cell.ulp.p99; }},
    {"mean_ulp", [](const Cell& cell) -> Value { return cell.ulp.mean; }},
    {"signed_mean_ulp", [](const Cell& cell) -> Value { return cell.ulp.signed_mean; }},
    {"rms_ulp", [](const Cell& cell) -> Value { return cell.ulp.rms; }},
    {"correct", [](const Cell& cell) -> Value { return cell.correct; }},
    {"faithful", [](const Cell& cell) -> Value { return cell.faithful; }},
    {"sum_deviation_u", [](const Cell& cell) -> Value { return cell.sum_deviation; }},
    {"sum_bound_u", [](const Cell& cell) -> Value { return cell.sum_bound; }},
    {"inversions", [](const Cell& cell) -> Value { return cell.inversions; }},
    {"bound_ulp", [](const Cell& cell) -> Value { return cell.bound; }},
    {"bound_ratio", [](const Cell& cell) -> Value { return cell.bound_ratio; }},
    {"unclaimed_rows", [](const Cell& cell) -> Value { return cell.unclaimed_rows; }},
    {"failed_rows", [](const Cell& cell) -> Value { return cell.failed_rows; }},
    {"verdict", [](const Cell& cell) -> Value { return std::string(Name(cell.verdict)); }},
    {"worst_sample", [](const Cell& cell) -> Value { return cell.worst.sample; }},
    {"worst_element", [](const Cell& cell) -> Value { return std::uint64_t{cell.worst.element}; }},
    {"worst_got", [](const Cell& cell) -> Value { return HexFloat(cell.worst.got); }},
    {"worst_exact", [](const Cell& cell) -> Value { return cell.worst.exact; }},
    {"note", [](const Cell& cell) -> Value { return cell.note; }},
};

}  // namespace

std::span<const Column> Columns() { return kColumns; }

}  // namespace softmax_verify
