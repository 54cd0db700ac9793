#include "reports/record.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/math/distributions/binomial.hpp>
#include <iterator>

#include "reports/rows.h"

namespace softmax_verify {

VerdictCounts CountVerdicts(const Record& record) {
  VerdictCounts counts{};
  for (const Cell& cell : record.cells) ++counts[static_cast<std::size_t>(cell.verdict)];
  for (const SpecialResult& special : record.special) ++counts[static_cast<std::size_t>(special.verdict)];
  return counts;
}

Verdict Overall(const Record& record) {
  return Overall(CountVerdicts(record), std::any_of(record.cells.begin(), record.cells.end(),
                                                    [](const Cell& cell) { return cell.count > 0; }));
}

Verdict Overall(const VerdictCounts& counts, bool compared) {
  const auto any = [&](Verdict verdict) { return counts[static_cast<std::size_t>(verdict)] > 0; };
  if (any(Verdict::failed)) return Verdict::failed;
  if (!compared) return Verdict::skipped;
  if (any(Verdict::passed)) return Verdict::passed;
  return any(Verdict::mistrusted) ? Verdict::mistrusted : Verdict::unclaimed;
}

namespace {

// The entries that the condition holds for.
template <class Entry, class Condition>
std::vector<Entry> Filtered(const std::vector<Entry>& all, const Condition& holds) {
  std::vector<Entry> some;
  std::copy_if(all.begin(), all.end(), std::back_inserter(some), holds);
  return some;
}

}  // namespace

Record OfFormat(const Record& record, Format format) {
  const auto fits = [format](const auto& entry) { return entry.format == format; };
  return {record.context,
          Filtered(record.cells, fits),
          Filtered(record.profiles, fits),
          Filtered(record.special, fits),
          Filtered(record.coverage, fits),
          Filtered(record.reference, fits),
          Filtered(record.input, fits)};
}

Record OfOperation(const Record& record, Operation operation) {
  const auto fits = [operation](const auto& entry) { return entry.operation == operation; };
  return {record.context,
          Filtered(record.cells, fits),
          Filtered(record.profiles, fits),
          Filtered(record.special, fits),
          Filtered(record.coverage, fits),
          record.reference,
          record.input};
}

std::vector<Format> FormatsOf(const Record& record) {
  std::vector<Format> formats;
  for (const FormatInfo& info : kFormats) {
    if (std::any_of(record.cells.begin(), record.cells.end(),
                    [&](const Cell& cell) { return cell.format == info.format; })) {
      formats.push_back(info.format);
    }
  }
  return formats;
}

std::vector<Operation> OperationsOf(const Record& record) {
  std::vector<Operation> operations;
  for (const OperationInfo& info : kOperations) {
    if (std::any_of(record.cells.begin(), record.cells.end(),
                    [&](const Cell& cell) { return cell.operation == info.operation; })) {
      operations.push_back(info.operation);
    }
  }
  return operations;
}

double FailureRateBound(std::uint64_t failed, std::uint64_t rows) {
  if (rows == 0 || failed == rows) return 1;
  return boost::math::binomial_distribution<>::find_upper_bound_on_p(static_cast<double>(rows),
                                                                     static_cast<double>(failed), 0.05);
}

std::string ReproduceCommand(const Record& record, const Cell& cell) {
  return fmt::format("softmax-verify check {} --target {}{}", cell.kernel, cell.target,
                     ReproduceOptions(record, cell.family, cell.n, cell.worst));
}

std::string ReproduceOptions(const Record& record, std::string_view family, std::size_t n, const Witness& witness) {
  const Context& context = record.context;
  if (witness.whole) return AsOptions(witness.row);
  const std::string given = AsOptions(context.parameters);
  if (!context.input.empty()) return fmt::format("{} --input {} --sample {}", given, context.input, witness.sample);
  return fmt::format("{} --family {} --n {} --sample {} --seed {}", given, family, n, witness.sample, context.seed);
}

}  // namespace softmax_verify
