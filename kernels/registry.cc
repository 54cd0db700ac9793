#include "kernels/registry.h"

#include <algorithm>
#include <stdexcept>
#include <string_view>
#include <utility>

#include "kernels/target_kernels.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/registry.cc"
#include "hwy/foreach_target.h"  // IWYU pragma: keep
#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace softmax_verify {
namespace HWY_NAMESPACE {
size_t VectorBytes() { return hwy::HWY_NAMESPACE::Lanes(hwy::HWY_NAMESPACE::ScalableTag<float>()) * sizeof(float); }
}  // namespace HWY_NAMESPACE
}  // namespace softmax_verify
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace softmax_verify {
HWY_EXPORT(VectorBytes);

namespace {

struct TargetTable {
  Target target;
  std::vector<Kernel> kernels;
};

// The only place that touches Highway's global choice of target, once, under the lock of a static's initialisation.
std::vector<TargetTable> BuildTables() {
  std::vector<TargetTable> tables;
  const std::int64_t available = hwy::SupportedTargets() & HWY_TARGETS;
  for (std::int64_t bits = available; bits != 0; bits &= bits - 1) {  // Highway gives better targets lower bits
    const std::int64_t id = bits & -bits;
    hwy::SetSupportedTargetsForTest(id);
    TargetTable table{{hwy::TargetName(id), id, HWY_DYNAMIC_DISPATCH(VectorBytes)()}, {}};
    const auto append = [&](const std::vector<TargetKernel>& kernels) {
      for (const TargetKernel& kernel : kernels) {
        const auto [operation, format] = std::pair(kernel.signature.operation, kernel.signature.format);
        std::string name = std::string(Name(operation)) + "." + kernel.algorithm + "." + std::string(Name(format));
        table.kernels.push_back({kernel.signature, std::move(name), table.target.name, kernel.algorithm, kernel.claim,
                                 kernel.contract, kernel.run});
      }
    };
#define SV_OPERATION(name, operands, parameters, definition) append(name##_kernels());
#include "softmax_verify/operations.def"
#undef SV_OPERATION
    tables.push_back(std::move(table));
  }
  hwy::SetSupportedTargetsForTest(0);
  return tables;
}

const std::vector<TargetTable>& Tables() {
  static const std::vector<TargetTable> tables = BuildTables();
  return tables;
}

}  // namespace

const std::vector<Target>& Targets() {
  static const std::vector<Target> targets = [] {
    std::vector<Target> all;
    for (const TargetTable& table : Tables()) all.push_back(table.target);
    return all;
  }();
  return targets;
}

const std::vector<Kernel>& KernelsOf(const Target& target) {
  for (const TargetTable& table : Tables()) {
    if (table.target.id == target.id) return table.kernels;
  }
  throw std::invalid_argument("unknown target " + target.name);
}

}  // namespace softmax_verify
#endif  // HWY_ONCE
