#include "validation/sweep.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <memory>
#include <span>
#include <string_view>
#include <utility>

#include "property_tests/trial.h"
#include "reports/tally.h"
#include "verify/draw.h"
#include "verify/families.h"
#include "verify/random.h"

namespace softmax_verify {
namespace {

// Row `index` of the sweep: every length from 1 on, those around powers of two, and beyond 65 536 where rows can be so long.
// Of a kernel for one length as many rows of it. Last a ladder of lengths, for rows of equal logits: a sum in bf16 sticks at
// 256, one in f16 at 2048.
struct SweepPlan {
  std::vector<std::size_t> lengths;
  std::size_t ladder;  // how many of them
};
SweepPlan SweepLengths(const Effort& effort, Operation operation, std::size_t fixed) {
  if (fixed > 0) return {std::vector<std::size_t>(effort.every_length, fixed), 0};
  std::vector<std::size_t> lengths;
  for (std::size_t n = 1; n <= effort.every_length; ++n) lengths.push_back(n);
  for (std::size_t power = 128; power <= effort.longest; power *= 2) {
    for (const std::size_t n : {power - 1, power, power + 1}) {
      if (n > effort.every_length && n <= effort.longest) lengths.push_back(n);
    }
  }
  lengths.push_back(effort.longest);
  const double most = static_cast<double>(effort.longest);
  std::erase_if(lengths, [&](std::size_t n) { return WorkOf(operation, n) > most; });
  const std::size_t without = lengths.size();
  for (std::size_t n = 384; n <= effort.longest && WorkOf(operation, n) <= most; n *= 2) lengths.push_back(n);
  return {lengths, lengths.size() - without};
}

Row SweepRow(const Setting& setting, const Kernel& kernel, std::uint64_t seed, std::size_t index, std::size_t n,
             bool is_constant) {
  Random random(seed, HashOf(fmt::format("sweep.{}.{}", Name(kernel.operation), index)));
  constexpr std::array<std::string_view, 4> kUsual = {"normal_1", "constant", "normal_10", "uniform_10"};
  const std::span<const Family> families = SyntheticFamilies();
  const Family* family = index % 2 == 0 ? FindFamily(kUsual[index / 2 % kUsual.size()])
                                        : &families[index / 2 % families.size()];
  if (family->special) family = FindFamily("normal_1");
  if (is_constant) family = FindFamily("constant");
  Row row = Draw(kernel, *family, n, random, setting.foreign->parameters(), setting.fixed,
                 setting.declaration.fixed_depth);
  setting.UseAlignment(&row);
  return row;
}

// Whether all results of a row are within the standard tolerances of torch.testing.assert_close.
bool MeetsTorchDefaults(const Yardstick& row, const Values& results) {
  constexpr std::array<std::pair<double, double>, 4> kTolerances = {  // rtol, atol, by format
      {{1.3e-6, 1e-5}, {1e-3, 1e-5}, {1.6e-2, 1e-5}, {1e-7, 1e-7}}};
  const std::vector<reference::Enclosure>& exact = row.reference.exact();
  for (std::size_t e = 0; e < results.size(); ++e) {
    const auto [rtol, atol] = kTolerances[static_cast<std::size_t>(row.formats[e])];
    const double expected = exact[e].Approximate();
    if (SameBits(expected, results[e]) || expected == results[e]) continue;
    if (!(std::abs(results[e] - expected) <= atol + rtol * std::abs(expected))) return false;
  }
  return true;
}

}  // namespace

Sweep RunSweep(const Setting& setting, const Kernel& kernel, const Kernel& kept, const Effort& effort, std::uint64_t seed,
               const std::vector<Kernel>& ours) {
  // Results once for each row, so that every class is measured by the same.
  struct Answer {
    std::unique_ptr<Yardstick> row;
    Values results;
  };
  std::vector<Answer> answers;
  Sweep sweep;
  sweep.summary.kernel = Name(kernel.operation);
  const Law& law = *FindLaw("accuracy");
  const auto [lengths, ladder] = SweepLengths(effort, kernel.operation, setting.declaration.fixed_length);
  for (std::size_t index = 0; index < lengths.size(); ++index) {
    Row row = SweepRow(setting, kernel, seed, index, lengths[index], index + ladder >= lengths.size());
    try {
      Values results = CallOne(kernel, row);
      auto yardstick = std::make_unique<Yardstick>(std::move(row), index);
      const std::vector<reference::Enclosure>& exact = yardstick->reference.exact();
      bool is_measured = true;  // as numbers
      for (std::size_t e = 0; e < results.size(); ++e) {
        is_measured &= std::isfinite(results[e]) || !std::isfinite(exact[e].Approximate());
      }
      if (!is_measured && CheckAccuracy(kernel, yardstick->reference, results).kind != Outcome::Kind::broken) {
        ++sweep.summary.not_numbers;
        continue;
      }
      answers.push_back({std::move(yardstick), std::move(results)});
    } catch (const Inexpressible&) {
    } catch (const Interrupted&) {
    }
  }
  Kernel again = kernel;  // answers as it did, whatever memory it is given
  const Answer* current = nullptr;
  again.run = [&](const Operands& operands, const Layout&, const Parameters&) {
    std::size_t next = 0;
    for (const Part& part : PartsOf(current->row->reference.row())) {
      for (std::size_t i = 0; i < part.count; ++i) Store(part.format, operands.Out(part.role), i, current->results[next++]);
    }
    return Status::ok;
  };
  const auto measure = [&](const Accumulation& accumulation) {
    again.claim.accumulation = accumulation;
    again.claim.products = accumulation;
    Tally tally;
    for (const Answer& answer : answers) {
      current = &answer;
      tally.Add(again, *answer.row);
    }
    Cell cell;
    tally.Finish(&cell);
    return cell;
  };
  AccuracySummary& summary = sweep.summary;
  summary.cell = measure(kernel.claim.accumulation);
  summary.rows = answers.size();
  for (const Answer& answer : answers) {
    summary.torch_defaults &= MeetsTorchDefaults(*answer.row, answer.results);
    const std::size_t n = answer.row->reference.row().GetShape().n;
    summary.shortest = summary.shortest == 0 ? n : std::min(summary.shortest, n);
    summary.longest = std::max(summary.longest, n);
  }
  const auto own = std::find_if(ours.begin(), ours.end(), [&](const Kernel& candidate) {
    const bool is_ordinary = candidate.claim.shifted && candidate.claim.accumulation.kind != Accumulation::Kind::native;
    return is_ordinary && candidate.operation == kernel.operation && candidate.format == kernel.format &&
           candidate.statistics == kernel.statistics;
  });
  if (own != ours.end()) {
    Tally tally;
    for (const Answer& answer : answers) tally.Add(*own, *answer.row);
    Cell cell;
    tally.Finish(&cell);
    summary.within_twice_ours = summary.cell.ulp.max <= 2 * cell.ulp.max;
  }
  summary.tightest = "none";
  for (const std::string_view name : {"wide", "compensated", "pairwise", "lanes:16", "lanes", "sequential", "native"}) {
    const bool is_16_bit = Info(kernel.format).bytes == 2;
    if ((name == "wide" && kernel.format == Format::f64) || (name == "native" && !is_16_bit)) continue;
    const Cell cell = measure(ParseAccumulation(name));
    if (cell.verdict == Verdict::failed || cell.count == 0) continue;
    summary.tightest = name;
    break;
  }
  if (summary.cell.verdict != Verdict::failed) return sweep;
  // The first row that breaks it, made simple.
  for (const Answer& answer : answers) {
    if (CheckAccuracy(kernel, answer.row->reference, answer.results).kind != Outcome::Kind::broken) continue;
    const std::vector<Kernel> one = {kernel};
    std::vector<LawResult> results = RunLaws(one, {&law}, [&](const Law&, const Signature&, std::uint64_t) {
      return Trial{answer.row->reference.row(), 0};
    }, 1, 1, effort.budget);
    results.front().kernel = &kept;
    sweep.accuracy = std::move(results.front());
    break;
  }
  return sweep;
}

}  // namespace softmax_verify
