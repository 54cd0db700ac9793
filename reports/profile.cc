#include "reports/profile.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

namespace softmax_verify {
namespace {

constexpr int kNearest = -3;  // distances below 2^kNearest are one class
constexpr std::size_t kBelowOne = 12;  // classes of e < 0

// Adds entries of `later` to those of equal edge, or in their place among the others.
template <class Entry, class Edge, class Add>
void MergeSorted(const std::vector<Entry>& later, std::vector<Entry>* entries, const Edge& edge, const Add& add) {
  for (const Entry& entry : later) {
    const auto place = std::lower_bound(entries->begin(), entries->end(), entry,
                                        [&](const Entry& a, const Entry& b) { return edge(a) < edge(b); });
    if (place != entries->end() && edge(*place) == edge(entry)) {
      add(entry, &*place);
    } else {
      entries->insert(place, entry);
    }
  }
}

}  // namespace

std::vector<std::uint8_t> DistanceBins(const Case& row) {
  const Row& operands = row.row();
  std::vector<std::uint8_t> bins(row.size(), kNoBin);
  if (operands.x.empty()) return bins;
  const std::size_t n = operands.GetShape().n;
  for (const Operand& operand : Info(operands.operation).operands) {
    if (!operand.output || operand.dims != "m,n") continue;
    for (const Part& part : PartsOf(operands)) {
      if (part.role != operand.role) continue;
      for (std::size_t i = 0; i < part.count; ++i) {
        const Logits& logits = row.logits(i / n);
        if (logits.kind != Logits::Kind::finite) continue;
        const auto distance = static_cast<double>(logits.distance[i % n]);
        if (std::isinf(distance)) continue;
        const int octave = distance < std::ldexp(1.0, kNearest) ? -1 : std::ilogb(distance) - kNearest;
        bins[part.begin + i] = static_cast<std::uint8_t>(std::min<int>(octave + 1, kDistanceBins - 1));
      }
    }
  }
  return bins;
}

double DistanceEdge(std::size_t bin) { return bin == 0 ? 0 : std::ldexp(1.0, kNearest + static_cast<int>(bin) - 1); }

std::vector<std::uint8_t> MagnitudeBins(const Case& row) {
  using Kind = reference::Enclosure::Kind;
  std::vector<std::uint8_t> bins;
  for (const reference::Enclosure& exact : row.exact()) {
    std::size_t bin = kNoBin;
    if (exact.kind == Kind::zero) {
      bin = 0;
    } else if (exact.kind == Kind::finite && exact.exponent < 0) {
      const auto width = static_cast<std::size_t>(std::bit_width(static_cast<unsigned long>(-exact.exponent)));
      bin = kBelowOne + 1 - std::min(width, kBelowOne);
    } else if (exact.kind == Kind::finite) {
      const auto width = static_cast<std::size_t>(std::bit_width(static_cast<unsigned long>(exact.exponent)));
      bin = std::min(kBelowOne + 1 + width, kMagnitudeBins - 1);
    }
    bins.push_back(static_cast<std::uint8_t>(bin));
  }
  return bins;
}

double MagnitudeEdge(std::size_t bin) {
  if (bin == 0) return -std::numeric_limits<double>::infinity();
  if (bin <= kBelowOne) return 1 - std::ldexp(1.0, static_cast<int>(kBelowOne + 1 - bin));
  return bin == kBelowOne + 1 ? 0 : std::ldexp(1.0, static_cast<int>(bin - kBelowOne) - 2);
}

void Compact(double (*edge)(std::size_t), std::vector<ErrorBin>* bins) {
  for (std::size_t bin = 0; bin < bins->size(); ++bin) (*bins)[bin].from = edge(bin);
  std::erase_if(*bins, [](const ErrorBin& bin) { return bin.count == 0; });
}

void Merge(const ErrorBin& later, ErrorBin* bin) {
  if (later.count == 0) return;
  if (bin->count == 0 || later.max_ulp > bin->max_ulp) {
    bin->max_ulp = later.max_ulp;
    bin->n = later.n;
    bin->worst = later.worst;
  }
  bin->count += later.count;
  bin->bound = std::max(bin->bound, later.bound);
}

void Merge(const Profile& later, Profile* profile) {
  const auto edge_of_bin = [](const ErrorBin& bin) { return bin.from; };
  MergeSorted(later.errors, &profile->errors, [](const auto& octave) { return octave.first; },
              [](const auto& octave, auto* sum) { sum->second += octave.second; });
  const auto add = [](const ErrorBin& bin, ErrorBin* sum) { Merge(bin, sum); };
  MergeSorted(later.distance, &profile->distance, edge_of_bin, add);
  MergeSorted(later.magnitude, &profile->magnitude, edge_of_bin, add);
}

}  // namespace softmax_verify
