#include "reports/rounding.h"

#include <fmt/format.h>
#include <tbb/blocked_range.h>
#include <tbb/global_control.h>
#include <tbb/parallel_reduce.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <nlohmann/json.hpp>
#include <string_view>
#include <thread>
#include <utility>

#include "reference/reference.h"
#include "reports/numbers.h"
#include "reports/progress.h"
#include "reports/render.h"
#include "reports/table.h"
#include "verify/draw.h"

namespace softmax_verify {
namespace {

// Two, three and four logits, where near ties are worst; around vectors; past what kernels keep of a row.
constexpr std::array<std::size_t, 10> kLengths = {2, 3, 4, 8, 17, 64, 257, 1000, 2049, 4097};
constexpr std::size_t kBlock = 8192;  // elements of the rows that a kernel gets at once

// The same kernel, once for each target.
using OnTargets = std::vector<Kernel>;

// But for the sign of a zero, of which the exact result knows nothing: adding +0 makes -0 +0.
bool SameBits(double a, double b) {
  return std::bit_cast<std::uint64_t>(a + 0.0) == std::bit_cast<std::uint64_t>(b + 0.0);
}

void Merge(RoundingCount* all, const RoundingCount& part) {
  all->rows += part.rows;
  all->scaled_rows += part.scaled_rows;
  all->results += part.results;
  all->zeros += part.zeros;
  all->subnormal += part.subnormal;
  for (std::size_t t = 0; t < all->wrong.size(); ++t) all->wrong[t] += part.wrong[t];
  if (all->first.empty()) all->first = part.first;
}

class Campaign {
 public:
  Campaign(const OnTargets& kernels, const Context& context, std::uint64_t elements, Progress* progress)
      : kernels_(kernels), context_(context), progress_(progress) {
    std::size_t families = 0;
    for (const Family& family : Families()) families += !family.special;
    of_unit_ = elements / (families * kLengths.size()) + 1;
  }

  RoundingCount Run() const {
    RoundingCount count = Nothing();
    for (const Kernel& kernel : kernels_) count.targets.push_back(kernel.target);
    for (const Family& family : Families()) {
      if (family.special) continue;
      for (const std::size_t n : kLengths) Merge(&count, Unit(family, n));
    }
    return count;
  }

 private:
  RoundingCount Nothing() const {
    RoundingCount count;
    count.kernel = kernels_.front().name;
    count.wrong.resize(kernels_.size());
    return count;
  }

  // Blocks of rows, alternately without and with drawn parameters.
  RoundingCount Unit(const Family& family, std::size_t n) const {
    const std::uint64_t rows_of_block = std::max<std::uint64_t>(std::min<std::uint64_t>(kBlock, of_unit_) / n, 1);
    const std::uint64_t blocks = of_unit_ / (rows_of_block * n) + 1;
    return tbb::parallel_deterministic_reduce(
        tbb::blocked_range<std::uint64_t>(0, blocks, 4), Nothing(),
        [&](const tbb::blocked_range<std::uint64_t>& range, RoundingCount count) {
          for (std::uint64_t block = range.begin(); block != range.end(); ++block) {
            Merge(&count, Compare(Draw(family, n, block, rows_of_block)));
          }
          return count;
        },
        [](RoundingCount count, const RoundingCount& later) {
          Merge(&count, later);
          return count;
        });
  }

  std::vector<Row> Draw(const Family& family, std::size_t n, std::uint64_t block, std::uint64_t count) const {
    const Signature& signature = kernels_.front();
    Random random(context_.seed, HashOf(fmt::format("rounding.{}.{}.{}.{}.{}", Name(signature.operation),
                                                    Name(signature.format), family.name, n, block)));
    ParameterSet all;
    for (const ParameterInfo& info : kParameters) all.Add(info.parameter);
    const Row first = softmax_verify::Draw(signature, family, n, random, context_.parameters.values,
                                           block % 2 == 0 ? all : context_.parameters.given);
    std::vector<Row> rows = {first};
    while (rows.size() < count) {
      rows.push_back(softmax_verify::Draw(signature, family, n, random, first.parameters, all));
    }
    return rows;
  }

  RoundingCount Compare(const std::vector<Row>& rows) const {
    RoundingCount count = Nothing();
    const double least = SmallestNormal(kernels_.front().format);
    std::vector<Values> exact;
    for (const Row& row : rows) {
      exact.push_back(reference::Round(row));
      count.results += exact.back().size();
      count.scaled_rows += row.parameters.Scales();
      for (const double y : exact.back()) {
        count.zeros += y == 0;
        count.subnormal += y != 0 && std::abs(y) < least;
      }
    }
    count.rows = rows.size();
    for (std::size_t t = 0; t < kernels_.size(); ++t) {
      const std::vector<Values> got = ApplyBatch(kernels_[t], rows);
      for (std::size_t r = 0; r < rows.size(); ++r) {
        for (std::size_t i = 0; i < exact[r].size(); ++i) {
          if (SameBits(got[r][i], exact[r][i])) continue;
          ++count.wrong[t];
          if (count.first.empty()) {
            count.first = fmt::format("{} on {}, result {}: got {}, nearest {}; {}", kernels_[t].name,
                                      kernels_[t].target, i, HexFloat(got[r][i]), HexFloat(exact[r][i]),
                                      ToString(rows[r], kWhole));
          }
        }
      }
    }
    progress_->Add(count.results);
    return count;
  }

  const OnTargets& kernels_;
  const Context& context_;
  Progress* const progress_;
  std::uint64_t of_unit_;  // results of one family and length
};

std::uint64_t Wrong(const RoundingCount& count) {
  std::uint64_t wrong = 0;
  for (const std::uint64_t of_target : count.wrong) wrong += of_target;
  return wrong;
}

std::string Grouped(std::uint64_t count) {
  std::string text = std::to_string(count);
  for (std::size_t i = text.size(); i > 3; i -= 3) text.insert(i - 3, 1, ' ');
  return text;
}

}  // namespace

Verdict Overall(const RoundingRecord& record) {
  const auto is_wrong = [](const RoundingCount& count) { return Wrong(count) > 0; };
  return std::any_of(record.counts.begin(), record.counts.end(), is_wrong) ? Verdict::failed : Verdict::passed;
}

RoundingRecord CompareRounding(const RoundingOptions& options, Context context) {
  const std::size_t threads = options.threads > 0 ? options.threads : std::thread::hardware_concurrency();
  const tbb::global_control limit(tbb::global_control::max_allowed_parallelism, std::max<std::size_t>(threads, 1));
  std::vector<OnTargets> groups;
  for (const Kernel& kernel : options.kernels) {
    const auto same = std::find_if(groups.begin(), groups.end(),
                                   [&](const OnTargets& group) { return group.front().name == kernel.name; });
    if (same == groups.end()) {
      groups.push_back({kernel});
    } else {
      same->push_back(kernel);
    }
  }
  RoundingRecord record{std::move(context), {}};
  Progress progress("results", options.elements * groups.size());
  for (const OnTargets& kernels : groups) {
    record.counts.push_back(Campaign(kernels, record.context, options.elements, &progress).Run());
  }
  return record;
}

std::string RenderMarkdown(const RoundingRecord& record) {
  Table table{{"kernel", "rows", "results", "of them 0", "subnormal", "instruction sets", "wrong"}, {}};
  std::string failures;
  for (const RoundingCount& count : record.counts) {
    table.rows.push_back({fmt::format("`{}`", count.kernel), Grouped(count.rows), Grouped(count.results),
                          Grouped(count.zeros), Grouped(count.subnormal),
                          fmt::format("{}", fmt::join(count.targets, " ")), Grouped(Wrong(count))});
    if (!count.first.empty()) failures += fmt::format("\nFAILED {}\n", count.first);
  }
  std::string libraries;
  for (const auto& [name, version] : record.context.libraries) libraries += fmt::format(", {} {}", name, version);
  return fmt::format(
      "# Correct rounding, counted\n\n"
      "Every result was compared, bit for bit but for the sign of a zero, and on every instruction set, with the exact one "
      "(MPFR/MPFI enclosures, narrowed until they decide) rounded to nearest, ties to even.\n\n"
      "{}{}\n"
      "Rows of every input family at lengths from {} to {}, drawn independently (those of equal logits repeat); half of "
      "them with a drawn scale or temperature. A result is 0 where the exact one is less than half the smallest "
      "subnormal number.\n\n"
      "{}; {}{}; commit {}; seed {}.\n",
      Pipes(table), failures, kLengths.front(), kLengths.back(), record.context.cpu, record.context.compiler, libraries,
      record.context.commit, record.context.seed);
}

std::string RenderJson(const RoundingRecord& record) {
  using Json = nlohmann::ordered_json;
  Record context;
  context.context = record.context;
  Json counts = Json::array();
  for (const RoundingCount& count : record.counts) {
    Json wrong = Json::object();
    for (std::size_t t = 0; t < count.targets.size(); ++t) wrong[count.targets[t]] = count.wrong[t];
    counts.push_back({{"kernel", count.kernel},
                      {"rows", count.rows},
                      {"scaled_rows", count.scaled_rows},
                      {"results", count.results},
                      {"zeros", count.zeros},
                      {"subnormal", count.subnormal},
                      {"wrong", std::move(wrong)},
                      {"first", count.first}});
  }
  const Json document = {{"schema_version", kSchemaVersion},
                         {"context", Json::parse(RenderJson(context))["context"]},
                         {"correct_rounding", std::move(counts)},
                         {"verdict", Name(Overall(record))}};
  return document.dump(1) + "\n";
}

}  // namespace softmax_verify
