#include "reports/sweep.h"

#include <fmt/format.h>
#include <tbb/blocked_range.h>
#include <tbb/global_control.h>
#include <tbb/parallel_for.h>
#include <tbb/parallel_reduce.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <utility>

#include "reference/reference.h"
#include "reports/profile.h"
#include "reports/progress.h"
#include "reports/special_rows.h"
#include "reports/tally.h"
#include "verify/draw.h"

namespace softmax_verify {
namespace {

// The rows of one signature, family and length, for all kernels of the signature.
struct Unit {
  Signature signature;
  const Family* family;  // null: rows of the input
  std::size_t n;
  std::uint64_t rows;
  const std::vector<Kernel>* kernels;

  // Of one row, in exponentials.
  std::uint64_t Work() const { return static_cast<std::uint64_t>(WorkOf(signature.operation, n)) * kernels->size(); }
};

class Sweeper {
 public:
  Sweeper(const SweepOptions& options, Context context) : options_(options) { record_.context = std::move(context); }

  Record Run() {
    const std::size_t threads = options_.threads > 0 ? options_.threads : std::thread::hardware_concurrency();
    const tbb::global_control limit(tbb::global_control::max_allowed_parallelism, std::max<std::size_t>(threads, 1));
    std::vector<std::pair<Format, std::vector<Unit>>> plan;
    std::uint64_t total = 0;
    for (const FormatInfo& info : kFormats) {
      plan.emplace_back(info.format, UnitsOf(info.format));
      for (const Unit& unit : plan.back().second) total += unit.rows * unit.Work();
    }
    Progress progress("exponentials", total);
    for (const auto& [format, units] : plan) {
      if (!units.empty()) RunFormat(format, units, &progress);
    }
    return std::move(record_);
  }

 private:
  // The kernels by their signatures; kept for as long as the sweeper lives.
  std::vector<const std::vector<Kernel>*> GroupsOf(Operation operation, Format format) {
    std::vector<Kernel> wanted;
    std::copy_if(options_.kernels.begin(), options_.kernels.end(), std::back_inserter(wanted),
                 [&](const Kernel& kernel) { return kernel.operation == operation && kernel.format == format; });
    std::vector<const std::vector<Kernel>*> groups;
    for (std::vector<Kernel>& group : BySignature(wanted)) {
      groups.push_back(groups_.emplace_back(std::make_unique<std::vector<Kernel>>(std::move(group))).get());
    }
    return groups;
  }

  bool IsWanted(const Family& family) const {
    if (family.special) return false;
    return options_.families.empty() ||
           std::find(options_.families.begin(), options_.families.end(), &family) != options_.families.end();
  }

  std::vector<Unit> UnitsOf(Format format) {
    std::vector<Unit> units;
    for (const OperationInfo& operation : kOperations) {
      for (const std::vector<Kernel>* kernels : GroupsOf(operation.operation, format)) {
        const Signature& signature = kernels->front();
        if (options_.input) {
          units.push_back({signature, nullptr, options_.input->cols, options_.input->rows, kernels});
          continue;
        }
        for (const Family& family : Families()) {
          if (!IsWanted(family)) continue;
          const std::vector<std::size_t> lengths =
              options_.lengths.empty() ? options_.effort->Lengths(signature.operation, family.lengths) : options_.lengths;
          for (const std::size_t n : lengths) {
            units.push_back({signature, &family, n, options_.effort->Rows(signature.operation, n), kernels});
          }
        }
      }
    }
    if (options_.elements > 0 && !options_.input) SpreadElements(&units);
    return units;
  }

  // About `elements` comparisons, as many for one signature as for another. The rows of a unit are in between as many as
  // give every unit the same number of comparisons, and as many as give it the same work: where the results of long rows
  // cost more they are fewer.
  void SpreadElements(std::vector<Unit>* units) const {
    constexpr std::uint64_t kPilots = 16;  // draws say how many results a row has: shapes vary
    std::vector<double> rows;
    std::map<const std::vector<Kernel>*, double> comparisons;
    for (const Unit& unit : *units) {
      std::size_t results = 0;
      for (std::uint64_t sample = 0; sample < kPilots; ++sample) results += ResultFormats(RowOf(unit, sample)).size();
      const double of_row = static_cast<double>(results * unit.kernels->size()) / kPilots;
      rows.push_back(1 / std::sqrt(of_row * static_cast<double>(unit.Work())));
      comparisons[unit.kernels] += rows.back() * of_row;
    }
    const double wanted = static_cast<double>(options_.elements) / static_cast<double>(comparisons.size());
    for (std::size_t u = 0; u < units->size(); ++u) {
      Unit& unit = (*units)[u];
      unit.rows = static_cast<std::uint64_t>(std::ceil(rows[u] * wanted / comparisons[unit.kernels]));
    }
  }

  Row RowOf(const Unit& unit, std::uint64_t sample) const {
    const Context& context = record_.context;
    return unit.family != nullptr
               ? DrawRow(context.seed, unit.signature, *unit.family, unit.n, sample, context.parameters)
               : InputRow(*options_.input, unit.signature, sample, context.parameters.values);
  }

  // One tally a kernel. The rows are cut and merged in a tree that depends on their number alone, so sums of doubles
  // come out the same on any number of threads.
  std::vector<Tally> Measure(const Unit& unit, Progress* progress) const {
    constexpr double kWorkPerTask = 16384;
    const double grain = std::max(kWorkPerTask / WorkOf(unit.signature.operation, unit.n), 1.0);
    return tbb::parallel_deterministic_reduce(
        tbb::blocked_range<std::uint64_t>(0, unit.rows, static_cast<std::uint64_t>(grain)),
        std::vector<Tally>(unit.kernels->size()),
        [&](const tbb::blocked_range<std::uint64_t>& range, std::vector<Tally> tallies) {
          for (std::uint64_t sample = range.begin(); sample != range.end(); ++sample) {
            const Yardstick row(RowOf(unit, sample), sample);
            for (std::size_t k = 0; k < tallies.size(); ++k) tallies[k].Add((*unit.kernels)[k], row);
            progress->Add(unit.Work());
          }
          return tallies;
        },
        [](std::vector<Tally> tallies, const std::vector<Tally>& later) {
          for (std::size_t k = 0; k < tallies.size(); ++k) tallies[k].Merge(later[k]);
          return tallies;
        });
  }

  void RunFormat(Format format, const std::vector<Unit>& units, Progress* progress) {
    const std::vector<reference::Effort> before = reference::EffortSpent();
    std::vector<std::vector<Outcome>> outcomes(units.size());
    tbb::parallel_for(std::size_t{0}, units.size(),
                      [&](std::size_t u) { outcomes[u] = OutcomesOf(units[u], progress); });
    for (std::vector<Outcome>& part : outcomes) {
      for (Outcome& outcome : part) Append(std::move(outcome));
    }
    for (const reference::Effort& spent : reference::EffortSpent()) {
      const auto earlier = std::find_if(before.begin(), before.end(),
                                        [&](const reference::Effort& effort) { return effort.bits == spent.bits; });
      const unsigned long long elements = spent.elements - (earlier == before.end() ? 0 : earlier->elements);
      if (elements > 0) record_.reference.push_back({format, spent.bits, elements});
    }

    for (const Kernel& kernel : options_.kernels) {
      if (kernel.format != format) continue;
      for (SpecialResult& result : RunSpecialRows(kernel, record_.context.parameters.values)) {
        record_.special.push_back(std::move(result));
      }
      record_.coverage.push_back(CoverageOf(kernel));
    }
    if (options_.input) {
      record_.input.push_back({format, options_.input->values.size(), CountRounded(*options_.input, format)});
    }
  }

  // What one kernel did in a unit.
  struct Outcome {
    Cell cell;
    Profile profile;
  };

  std::vector<Outcome> OutcomesOf(const Unit& unit, Progress* progress) const {
    const std::vector<Tally> tallies = Measure(unit, progress);
    std::vector<Outcome> outcomes(tallies.size());
    for (std::size_t k = 0; k < tallies.size(); ++k) {
      const Kernel& kernel = (*unit.kernels)[k];
      const auto finish = [&](auto* entry) {
        tallies[k].Finish(entry);
        entry->kernel = kernel.name;
        entry->algorithm = kernel.algorithm;
        entry->target = kernel.target;
        entry->operation = kernel.operation;
        entry->format = kernel.format;
        entry->family = unit.family != nullptr ? unit.family->name : "input";
      };
      finish(&outcomes[k].cell);
      finish(&outcomes[k].profile);
      outcomes[k].cell.n = unit.n;
    }
    return outcomes;
  }

  // Cells one by one; profiles over all lengths.
  void Append(Outcome outcome) {
    record_.cells.push_back(std::move(outcome.cell));
    std::vector<Profile>& profiles = record_.profiles;
    const auto known = std::find_if(profiles.rbegin(), profiles.rend(), [&](const Profile& other) {
      return other.family == outcome.profile.family && other.target == outcome.profile.target &&
             other.kernel == outcome.profile.kernel;
    });
    if (known == profiles.rend()) {
      profiles.push_back(std::move(outcome.profile));
    } else {
      Merge(outcome.profile, &*known);
    }
  }

  Coverage CoverageOf(const Kernel& kernel) const {
    Coverage coverage{
        .kernel = kernel.name, .operation = kernel.operation, .format = kernel.format, .target = kernel.target};
    for (const Cell& cell : record_.cells) {
      if (cell.kernel != kernel.name || cell.target != kernel.target) continue;
      coverage.rows += cell.rows;
      coverage.samples += cell.count;
      coverage.vacuous += cell.count - cell.informative;
      coverage.unclaimed_rows += cell.unclaimed_rows;
      coverage.failed_rows += cell.failed_rows;
    }
    coverage.failure_rate_95 = FailureRateBound(coverage.failed_rows, coverage.rows - coverage.unclaimed_rows);
    return coverage;
  }

  const SweepOptions& options_;
  std::vector<std::unique_ptr<std::vector<Kernel>>> groups_;
  Record record_;
};

}  // namespace

Record Sweep(const SweepOptions& options, Context context) { return Sweeper(options, std::move(context)).Run(); }

}  // namespace softmax_verify
