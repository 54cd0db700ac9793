#include "property_tests/generators.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <ostream>
#include <utility>
#include <vector>

#include "verify/draw.h"
#include "verify/families.h"
#include "verify/shrink.h"

namespace softmax_verify {
namespace {

// `rare`: one of the few rows that may be long.
std::size_t Length(bool rare, Random& random) {
  const auto around = [&](std::size_t edge) { return std::max<std::size_t>(1, edge - 1 + random.Below(3)); };
  switch (random.Below(16)) {
    case 0:
      return 1 + random.Below(4);
    case 1:
    case 2:
    case 3:
      return 1 + random.Below(40);
    case 4:
    case 5:
      return 1 + random.Below(150);
    case 6:
      return 1 + random.Below(600);
    case 7:
      if (rare) return 1 + random.Below(70000);
      return around(random.OneIn(8) ? 4096 : random.OneIn(3) ? 1024 : 256);
    default:
      return around((std::size_t{1} << random.Below(7)) * (1 + random.Below(4)));
  }
}

Sample DrawSample(const Signature& signature, std::string_view preferred, Random& random) {
  const Family* family = random.OneIn(2) ? FindFamily(preferred) : nullptr;
  if (family == nullptr) family = &SyntheticFamilies()[random.Below(SyntheticFamilies().size())];
  const std::size_t n = AnyLength(signature.operation, random);
  return {Draw(signature, *family, n, random), family->name};
}

}  // namespace

std::size_t AnyLength(Operation operation, Random& random) {
  const bool rare = random.OneIn(40);
  const double most = rare ? 70000 : 5000;
  std::size_t n;
  do {
    n = Length(rare, random);
  } while (WorkOf(operation, n) > most);
  return n;
}

rc::Gen<Sample> AnyRow(const Signature& signature, std::string_view family) {
  const auto draw = [=](std::uint64_t seed) {
    Random random(seed, HashOf("row"));
    return DrawSample(signature, family, random);
  };
  const auto simpler = [](const Sample& sample) {
    std::vector<Sample> samples;
    for (Row& row : SimplerRows(sample.row)) samples.push_back({std::move(row), sample.family});
    return rc::seq::fromContainer(std::move(samples));
  };
  return [=](const rc::Random& source, int) {
    rc::Random random = source;
    return rc::shrinkable::shrinkRecur(draw(random.next()), simpler);
  };
}

std::string LengthClass(const Row& row) {
  const std::size_t n = row.GetShape().n;
  return n == 1 ? "n = 1" : n < 16 ? "n < 16" : n < 256 ? "n < 256" : n < 4096 ? "n < 4096" : "n >= 4096";
}

std::string SpreadClass(const Row& row) {
  if (row.x.empty()) return "no logits";
  double least = std::numeric_limits<double>::infinity();
  double most = -least;
  for (const double value : row.x) {
    if (!std::isfinite(value)) return "not finite";
    least = std::min(least, value);
    most = std::max(most, value);
  }
  const double spread = most - least;
  return spread == 0    ? "spread 0"
         : spread < 1   ? "spread < 1"
         : spread < 20  ? "spread < 20"
         : spread < 100 ? "spread < 100"
                        : "spread >= 100";
}

void showValue(const Sample& sample, std::ostream& out) {
  out << sample.family << ", n = " << sample.row.GetShape().n << ", " << ToString(sample.row);
}

}  // namespace softmax_verify
