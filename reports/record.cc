#include "reports/record.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/math/distributions/binomial.hpp>
#include <iterator>
#include <type_traits>

#include "reports/numbers.h"

namespace softmax_verify {

VerdictCounts CountVerdicts(const Record& record) {
  VerdictCounts counts{};
  for (const Cell& cell : record.cells) ++counts[static_cast<std::size_t>(cell.verdict)];
  for (const SpecialResult& special : record.special) ++counts[static_cast<std::size_t>(special.verdict)];
  return counts;
}

Verdict Overall(const Record& record) {
  const VerdictCounts counts = CountVerdicts(record);
  const auto any = [&](Verdict verdict) { return counts[static_cast<std::size_t>(verdict)] > 0; };
  const bool compared =
      std::any_of(record.cells.begin(), record.cells.end(), [](const Cell& cell) { return cell.count > 0; });
  if (any(Verdict::failed)) return Verdict::failed;
  if (!compared) return Verdict::skipped;
  if (any(Verdict::passed)) return Verdict::passed;
  return any(Verdict::mistrusted) ? Verdict::mistrusted : Verdict::unclaimed;
}

Record OfFormat(const Record& record, Format format) {
  const auto part = [format](const auto& all) {
    std::remove_cvref_t<decltype(all)> some;
    std::copy_if(all.begin(), all.end(), std::back_inserter(some),
                 [format](const auto& entry) { return entry.format == format; });
    return some;
  };
  return {record.context,        part(record.cells),     part(record.special),
          part(record.coverage), part(record.reference), part(record.input)};
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

double FailureRateBound(std::uint64_t failed, std::uint64_t rows) {
  if (rows == 0 || failed == rows) return 1;
  return boost::math::binomial_distribution<>::find_upper_bound_on_p(static_cast<double>(rows),
                                                                     static_cast<double>(failed), 0.05);
}

std::string ReproduceCommand(const Record& record, const Cell& cell) {
  const Context& context = record.context;
  std::string command = fmt::format("softmax-verify check {} --target {}", cell.kernel, cell.target);
  if (context.parameters.scale != 1) command += " --scale " + HexFloat(context.parameters.scale);
  if (context.parameters.temperature != 1) command += " --temperature " + HexFloat(context.parameters.temperature);
  if (cell.n <= cell.worst.x.size()) return command + " --x=" + HexRow(cell.worst.x);
  if (!context.input.empty())
    return fmt::format("{} --input {} --sample {}", command, context.input, cell.worst.sample);
  return fmt::format("{} --family {} --n {} --sample {} --seed {}", command, cell.family, cell.n, cell.worst.sample,
                     context.seed);
}

}  // namespace softmax_verify
