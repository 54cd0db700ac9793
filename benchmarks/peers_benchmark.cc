// Other people's kernels beside ours, each called through its declaration, in one run on one thread.
//   peers_benchmark PLAN [flags of Google Benchmark]
//   peers_benchmark PLAN --load-only    reads every declaration, loads every function, and calls nothing
// PLAN has a line for each function: library, options of `softmax-verify validate`, declaration, with tabs between
// them; scripts/report_peers writes it. Logits are normal (standard deviation 3), and an item is one of them.
#include <benchmark/benchmark.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <memory>
#include <sstream>
#include <span>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "reference/reference.h"
#include "verify/case.h"
#include "verify/declaration.h"
#include "verify/foreign_call.h"
#include "verify/foreign_kernel.h"
#include "verify/place.h"
#include "verify/random.h"

namespace softmax_verify {
namespace {

struct Function {
  Declaration declaration;
  Parameters parameters;
  std::string library;
};

// "--dtype bf16 --scale 0.125"
Function ReadFunction(const std::string& library, const std::string& options, const std::string& declaration) {
  Function function{{}, {}, library};
  DeclarationHints hints;
  std::istringstream words(options);
  for (std::string option, value; words >> option >> value;) {
    if (option == "--dtype") {
      hints.format = ParseFormat(value);
      continue;
    }
    bool known = option == "--exp-ulp";  // what it claims takes no time
    for (const ParameterInfo& info : kParameters) {
      if (option != "--" + std::string(info.name)) continue;
      SetParameter(value, info.parameter, &function.parameters);
      hints.given.Add(info.parameter);
      known = true;
    }
    if (!known) throw std::invalid_argument(option + ": a plan knows --dtype, --exp-ulp and parameters");
  }
  function.declaration = ParseDeclaration(declaration, hints);
  for (const ParameterInfo& info : kParameters) {
    if (hints.given.Has(info.parameter)) function.declaration.signature.parameters.Remove(info.parameter);
  }
  return function;
}

std::vector<Function> ReadPlan(const char* path) {
  std::ifstream file(path);
  if (!file) throw std::invalid_argument(std::string("cannot read '") + path + "'");
  std::vector<Function> functions;
  for (std::string line; std::getline(file, line);) {
    std::istringstream columns(line);
    std::string library, options, declaration;
    std::getline(std::getline(std::getline(columns, library, '\t'), options, '\t'), declaration);
    try {
      functions.push_back(ReadFunction(library, options, declaration));
    } catch (const std::exception& error) {
      throw std::invalid_argument(declaration + ": " + error.what());
    }
  }
  return functions;
}

std::vector<Layout> LayoutsFor(const Declaration& declaration) {
  switch (declaration.form) {
    case Declaration::Form::axis:
      return {Layout::Axis(8, 128, 64)};
    case Declaration::Form::head:
      return {Layout::Rows(128, 128, 64)};
    default:
      return {Layout::Rows(64, 1024), Layout::Rows(1024, 64)};
  }
}

std::string NameOf(const Layout& layout) {
  std::string name = std::to_string(layout.outer);
  name.append("x").append(std::to_string(layout.axis));
  if (layout.inner != 1) name.append("x").append(std::to_string(layout.inner));
  if (layout.depth != 0) name.append("x").append(std::to_string(layout.depth));
  return name;
}

double DrawValue(Role role, std::size_t n, Random* random) {
  switch (role) {
    case Role::mask:
      return random->OneIn(8) ? 0 : 1;
    case Role::targets:
      return static_cast<double>(random->Below(n));
    case Role::y:  // saved results
    case Role::weight:
      return random->Uniform(0.25, 1);
    default:
      return 3 * random->Normal();
  }
}

struct Free {
  void operator()(void* memory) const { std::free(memory); }
};
using Memory = std::unique_ptr<unsigned char, Free>;

Memory Allocate(std::size_t bytes) {
  constexpr std::size_t kAlignment = 64;
  void* const memory = std::aligned_alloc(kAlignment, (bytes / kAlignment + 1) * kAlignment);
  if (memory == nullptr) throw std::bad_alloc();
  std::memset(memory, 0, bytes);
  return Memory(static_cast<unsigned char*>(memory));
}

// The calls for one matrix: one, or for a kernel of one row one each.
struct Calls {
  struct Call {
    std::vector<Memory> memory;
    std::vector<std::span<unsigned char>> buffers;
    std::vector<std::uint64_t> scalars;
  };
  Sandbox::Function function;
  std::vector<Call> calls;

  bool Run() const {
    bool good = true;
    for (const Call& call : calls) good &= function(call.buffers, call.scalars) == 0;
    return good;
  }
};

Calls Prepare(const Function& function, const Layout& layout) {
  const Declaration& declaration = function.declaration;
  const Signature& signature = declaration.signature;
  const auto load = [&function] { return LoadFunction(function.library, function.declaration); };
  const ForeignKernel foreign(load, declaration, function.parameters, Causal::top_left,
                              ForeignClaim(Info(signature.format).compute, {}, 2), {}, {});
  const Kernel& kernel = foreign.kernels().front();
  Random random(1, HashOf(declaration.symbol));
  Operands operands;
  std::vector<Memory> inputs;
  for (const Operand& operand : Info(signature.operation).operands) {
    if (operand.output || !signature.operands.Has(operand.role)) continue;
    const std::size_t elements = PlaceOf(operand, layout, function.parameters.reduction).elements;
    Memory& memory = inputs.emplace_back(Allocate(elements * BytesOf(signature, operand.role)));
    const bool is_number = Info(operand.role).element == Element::number;
    for (std::size_t i = 0; i < elements; ++i) {
      const double value = DrawValue(operand.role, layout.axis, &random);
      StoreElement(signature, operand.role, memory.get(), i,
                   is_number ? RoundToFormat(signature.format, value) : value);
    }
    operands.Set(operand.role, memory.get());
  }
  Calls calls{load(), {}};
  for (ForeignKernel::Invocation& invocation : foreign.Assemble(kernel, operands, layout, function.parameters)) {
    Calls::Call& call = calls.calls.emplace_back();
    call.scalars = std::move(invocation.scalars);
    for (const SandboxBuffer& buffer : invocation.buffers) {
      call.memory.push_back(Allocate(buffer.contents.size()));
      std::memcpy(call.memory.back().get(), buffer.contents.data(), buffer.contents.size());
      call.buffers.emplace_back(call.memory.back().get(), buffer.contents.size());
    }
  }
  return calls;
}

void Time(benchmark::State& state, const Function& function, const Layout& layout) {
  const Calls calls = Prepare(function, layout);
  const bool has_status = function.declaration.returns == Declaration::Returns::status;
  if (!calls.Run() && has_status) {
    state.SkipWithError("a status other than 0");
    return;
  }
  for (auto _ : state) benchmark::DoNotOptimize(calls.Run());
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(layout.outer * layout.axis * layout.inner));
}

int Main(int argc, char** argv) {
  if (argc < 2) throw std::invalid_argument("usage: peers_benchmark PLAN [--load-only | flags of Google Benchmark]");
  const std::vector<Function> functions = ReadPlan(argv[1]);
  if (argc == 3 && std::strcmp(argv[2], "--load-only") == 0) {
    for (const Function& function : functions) LoadFunction(function.library, function.declaration);
    std::printf("%zu functions\n", functions.size());
    return 0;
  }
  for (const Function& function : functions) {
    for (const Layout& layout : LayoutsFor(function.declaration)) {
      benchmark::RegisterBenchmark((function.declaration.symbol + "/" + NameOf(layout)).c_str(),
                                   [&function, layout](benchmark::State& state) { Time(state, function, layout); });
    }
  }
  --argc;
  ++argv;
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}

}  // namespace
}  // namespace softmax_verify

int main(int argc, char** argv) {
  try {
    return softmax_verify::Main(argc, argv);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "peers_benchmark: %s\n", error.what());
    return 2;
  }
}
