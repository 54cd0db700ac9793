#include "reports/context.h"

#include <fstream>
#include <string>

#include "reports/build_info.h"
#include "reports/commit.h"

namespace softmax_verify {
namespace {

std::string CpuModel() {
  std::ifstream cpuinfo("/proc/cpuinfo");
  for (std::string line; std::getline(cpuinfo, line);) {
    const std::size_t colon = line.find(": ");
    if (line.starts_with("model name") && colon != std::string::npos) return line.substr(colon + 2);
  }
  return "unknown";
}

}  // namespace

Context BuildContext() {
  Context context;
  context.commit = SOFTMAX_VERIFY_COMMIT;
  context.compiler = SOFTMAX_VERIFY_COMPILER;
  context.flags = SOFTMAX_VERIFY_FLAGS;
  context.libraries = {SOFTMAX_VERIFY_LIBRARIES};
  context.cpu = CpuModel();
  return context;
}

}  // namespace softmax_verify
