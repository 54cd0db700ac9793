// Writes the source of the library that exports DoorKernels(): a C function for each kernel and each form.
#include <fmt/format.h>

#include "property_tests/door.h"

int main() {
  using namespace softmax_verify;
  fmt::print(R"(// Written by door_maker.
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <utility>

#include "property_tests/door.h"

using namespace softmax_verify;

static int Run(std::size_t which, std::initializer_list<std::pair<Role, const void*>> given, const Layout& layout,
               const Parameters& parameters) {{
  Operands operands;
  for (const auto& [role, memory] : given) operands.Set(role, memory);
  return static_cast<int>(DoorKernels()[which].kernel.run(operands, layout, parameters));
}}

extern "C" {{
)");
  for (std::size_t which = 0; which < DoorKernels().size(); ++which) {
    for (const DoorFunction& function : FunctionsOf(DoorKernels()[which])) {
      fmt::print("{} {{ return Run({}, {}); }}\n", function.declaration, which, function.call);
    }
  }
  fmt::print("}}\n");
}
