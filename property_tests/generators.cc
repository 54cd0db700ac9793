#include "property_tests/generators.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <ostream>
#include <utility>
#include <vector>

#include "verify/families.h"
#include "verify/shrink.h"

namespace softmax_verify {
namespace {

Parameters AnyParameters(Format compute, Random& random) {
  if (!random.OneIn(4)) return {};
  const auto factor = [&] {
    return random.OneIn(3) ? std::ldexp(1.0, 3 - static_cast<int>(random.Below(9)))
                           : RoundToFormat(compute, std::exp(random.Uniform(-3, 2)));
  };
  switch (random.Below(3)) {
    case 0:
      return {factor(), 1};
    case 1:
      return {1, factor()};
    default:
      return {factor(), factor()};
  }
}

// A scale or a temperature that brings the row's spread to where exponentials live, however large or small its logits
// are: differences may overflow before they are scaled, and must not.
Parameters Taming(const std::vector<double>& x, Format compute, Random& random) {
  double least = std::numeric_limits<double>::infinity();
  double most = -least;
  for (const double value : x) {
    if (!std::isfinite(value)) continue;
    least = std::min(least, value);
    most = std::max(most, value);
  }
  const double half_spread = most / 2 - least / 2;
  const double wanted = std::exp(random.Uniform(-3, 5));
  const bool scale = random.OneIn(2);
  const double factor = RoundToFormat(compute, scale ? wanted / half_spread : half_spread / wanted);
  if (!(factor > 0 && std::isfinite(factor))) return {};
  return scale ? Parameters{factor, 1} : Parameters{1, factor};
}

Sample Draw(Operation operation, Format format, std::string_view preferred, Random& random) {
  const Family* family = random.OneIn(2) ? FindFamily(preferred) : nullptr;
  if (family == nullptr) family = &Families()[random.Below(Families().size())];
  const std::size_t n = AnyLength(random);
  const Format compute = Info(format).compute;
  std::vector<double> x = family->make(format, n, random);
  const Parameters parameters = random.OneIn(10) ? Taming(x, compute, random) : AnyParameters(compute, random);
  return {{operation, format, std::move(x), parameters}, family->name};
}

}  // namespace

std::size_t AnyLength(Random& random) {
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
      if (random.OneIn(40)) return 1 + random.Below(70000);
      return around(random.OneIn(8) ? 4096 : random.OneIn(3) ? 1024 : 256);
    default:
      return around((std::size_t{1} << random.Below(7)) * (1 + random.Below(4)));
  }
}

rc::Gen<Sample> AnyRow(Operation operation, Format format, std::string_view family) {
  const auto draw = [=](std::uint64_t seed) {
    Random random(seed, HashOf("row"));
    return Draw(operation, format, family, random);
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
  const std::size_t n = row.x.size();
  return n == 1 ? "n = 1" : n < 16 ? "n < 16" : n < 256 ? "n < 256" : n < 4096 ? "n < 4096" : "n >= 4096";
}

std::string SpreadClass(const Row& row) {
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
  out << sample.family << ", n = " << sample.row.x.size() << ", x = " << ToString(sample.row);
  if (sample.row.parameters != Parameters{}) {
    out << ", scale " << sample.row.parameters.scale << ", temperature " << sample.row.parameters.temperature;
  }
}

}  // namespace softmax_verify
