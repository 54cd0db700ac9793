// Other people's kernels beside ours, each called through its declaration, in one run on one thread.
//   peers_benchmark PLAN [flags of Google Benchmark]
//   peers_benchmark PLAN --shapes=1024x64,8x1024 [flags of Google Benchmark]
//   peers_benchmark PLAN --load-only    reads every declaration, loads every function, and calls nothing
// PLAN has a line for each function: library, options of `softmax-verify validate`, declaration, with tabs between
// them; or the name of a kernel of ours alone, and it is timed on every target. scripts/report_peers and
// scripts/benchmark write plans. Logits are normal (standard deviation 3), and an item is one of them. Of the operands
// that may be null there is a mask alone.
//
// With --shapes (rows x columns) functions over an axis or a head are left out, and two limits are timed beside the
// others in every format of the plan: `memcpy`, of x to y, in every shape, and `exp@TARGET`, the loading, exponential
// and storing of 2048 elements in the L1 cache (16-bit formats: of f32), with the cheapest exponential of our kernels.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <charconv>
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

#include "benchmarks/exp_pass.h"
#include "kernels/registry.h"
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

struct Plan {
  std::vector<Function> functions;
  std::vector<Kernel> own;
};

std::vector<Kernel> OwnKernels(const std::string& name) {
  std::vector<Kernel> found;
  for (const Target& target : Targets()) {
    for (const Kernel& kernel : KernelsOf(target)) {
      if (kernel.name == name) found.push_back(kernel);
    }
  }
  if (found.empty()) throw std::invalid_argument("no kernel of ours; `softmax-verify list kernels` names them");
  return found;
}

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

Plan ReadPlan(const char* path) {
  std::ifstream file(path);
  if (!file) throw std::invalid_argument(std::string("cannot read '") + path + "'");
  Plan plan;
  for (std::string line; std::getline(file, line);) {
    std::istringstream columns(line);
    std::string library, options, declaration;
    std::getline(std::getline(std::getline(columns, library, '\t'), options, '\t'), declaration);
    try {
      if (line.find('\t') == std::string::npos) {
        for (Kernel& kernel : OwnKernels(line)) plan.own.push_back(std::move(kernel));
      } else {
        plan.functions.push_back(ReadFunction(library, options, declaration));
      }
    } catch (const std::exception& error) {
      throw std::invalid_argument((declaration.empty() ? line : declaration) + ": " + error.what());
    }
  }
  return plan;
}

// "1024x64,8x1024"
std::vector<Layout> ReadShapes(const std::string& text) {
  std::vector<Layout> layouts;
  std::istringstream shapes(text);
  for (std::string shape; std::getline(shapes, shape, ',');) {
    std::size_t rows = 0;
    std::size_t columns = 0;
    const char* const end = shape.data() + shape.size();
    const auto [x, rows_error] = std::from_chars(shape.data(), end, rows);
    const bool has_x = rows_error == std::errc() && x != end && *x == 'x';
    if (!has_x || std::from_chars(x + 1, end, columns).ptr != end || rows == 0 || columns == 0) {
      throw std::invalid_argument("--shapes: '" + shape + "' is not rows and columns, like 1024x64");
    }
    layouts.push_back(Layout::Rows(rows, columns));
  }
  return layouts;
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
  // Pages: where two buffers begin 64 bytes apart in theirs, each load waits for an unrelated store.
  constexpr std::size_t kAlignment = 4096;
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

// The inputs of a call; of those that may be null a mask alone. Large ones repeat themselves: what is drawn is slower than
// what is timed.
Operands DrawInputs(const Signature& signature, const Layout& layout, const Parameters& parameters, Random* random,
                    std::vector<Memory>* memory) {
  constexpr std::size_t kDrawn = std::size_t{1} << 16;
  Operands operands;
  for (const Operand& operand : Info(signature.operation).operands) {
    if (operand.output || !signature.operands.Has(operand.role)) continue;
    if (signature.nullable.Has(operand.role) && operand.role != Role::mask) continue;
    const std::size_t elements = PlaceOf(operand, layout, parameters.reduction).elements;
    const std::size_t width = BytesOf(signature, operand.role);
    unsigned char* const drawn = memory->emplace_back(Allocate(elements * width)).get();
    const bool is_number = Info(operand.role).element == Element::number;
    for (std::size_t i = 0; i < std::min(elements, kDrawn); ++i) {
      const double value = DrawValue(operand.role, layout.axis, random);
      StoreElement(signature, operand.role, drawn, i, is_number ? RoundToFormat(signature.format, value) : value);
    }
    for (std::size_t i = kDrawn; i < elements; i += kDrawn) {
      std::memcpy(drawn + i * width, drawn, std::min(kDrawn, elements - i) * width);
    }
    operands.Set(operand.role, drawn);
  }
  return operands;
}

Calls Prepare(const Function& function, const Layout& layout) {
  const Declaration& declaration = function.declaration;
  const Signature& signature = declaration.signature;
  const auto load = [&function] { return LoadFunction(function.library, function.declaration); };
  const ForeignKernel foreign(load, declaration, function.parameters, Causal::top_left,
                              ForeignClaim(Info(signature.format).compute, {}, 2), {}, {});
  const Kernel& kernel = foreign.kernels().front();
  Random random(1, HashOf(declaration.symbol));
  std::vector<Memory> inputs;
  const Operands operands = DrawInputs(signature, layout, function.parameters, &random, &inputs);
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

void CountItems(benchmark::State& state, const Layout& layout) {
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(layout.outer * layout.axis * layout.inner));
}

void Time(benchmark::State& state, const Function& function, const Layout& layout) {
  const Calls calls = Prepare(function, layout);
  const bool has_status = function.declaration.returns == Declaration::Returns::status;
  if (!calls.Run() && has_status) {
    state.SkipWithError("a status other than 0");
    return;
  }
  for (auto _ : state) benchmark::DoNotOptimize(calls.Run());
  CountItems(state, layout);
}

void TimeOwn(benchmark::State& state, const Kernel& kernel, const Layout& layout) {
  Random random(1, HashOf(kernel.name));
  std::vector<Memory> memory;
  Operands operands = DrawInputs(kernel, layout, {}, &random, &memory);
  for (const Operand& operand : Info(kernel.operation).operands) {
    if (!operand.output || !kernel.operands.Has(operand.role)) continue;
    const std::size_t elements = PlaceOf(operand, layout, Parameters().reduction).elements;
    operands.Set(operand.role, memory.emplace_back(Allocate(elements * BytesOf(kernel, operand.role))).get());
  }
  for (auto _ : state) benchmark::DoNotOptimize(kernel.run(operands, layout, {}));
  CountItems(state, layout);
}

void TimeMemcpy(benchmark::State& state, Format format, const Layout& layout) {
  const std::size_t bytes = layout.outer * layout.axis * static_cast<std::size_t>(Info(format).bytes);
  const Memory x = Allocate(bytes);
  const Memory y = Allocate(bytes);
  for (auto _ : state) {
    std::memcpy(y.get(), x.get(), bytes);
    benchmark::ClobberMemory();
  }
  CountItems(state, layout);
}

void TimeExp(benchmark::State& state, const ExpPass& pass, Format format, const Layout& layout) {
  const bool wide = format == Format::f64;
  const Memory t = Allocate(layout.axis * sizeof(double));
  const Memory y = Allocate(layout.axis * sizeof(double));
  Random random(1, 0);
  for (std::size_t i = 0; i < layout.axis; ++i) {
    const double value = random.Uniform(-20, 0);
    if (wide) reinterpret_cast<double*>(t.get())[i] = value;
    if (!wide) reinterpret_cast<float*>(t.get())[i] = static_cast<float>(value);
  }
  for (auto _ : state) {
    (wide ? pass.f64 : pass.f32)(t.get(), y.get(), layout.axis);
    benchmark::ClobberMemory();
  }
  CountItems(state, layout);
}

template <class Run>
void Register(const Signature& signature, const std::string& what, const Layout& layout, Run run) {
  const std::string name = std::string(Name(signature.operation)) + "/" + std::string(Name(signature.format)) + "/" +
                           what + "/" + NameOf(layout);
  benchmark::RegisterBenchmark(name.c_str(), run);
}

void RegisterLimits(const Signature& signature, const std::vector<Layout>& shapes) {
  const Format format = signature.format;
  for (const Layout& layout : shapes) {
    Register(signature, "memcpy", layout, [=](benchmark::State& state) { TimeMemcpy(state, format, layout); });
  }
  const Layout resident = Layout::Rows(1, 2048);
  for (const ExpPass& pass : ExpPasses()) {
    Register(signature, "exp@" + pass.target, resident,
             [=](benchmark::State& state) { TimeExp(state, pass, format, resident); });
  }
}

int Main(int argc, char** argv) {
  constexpr std::string_view kShapes = "--shapes=";
  if (argc < 2) {
    throw std::invalid_argument(
        "usage: peers_benchmark PLAN [--load-only | [--shapes=1024x64,...] flags of Google Benchmark]");
  }
  const Plan plan = ReadPlan(argv[1]);
  --argc;
  ++argv;
  if (argc == 2 && std::strcmp(argv[1], "--load-only") == 0) {
    for (const Function& function : plan.functions) LoadFunction(function.library, function.declaration);
    std::printf("%zu functions\n", plan.functions.size());
    return 0;
  }
  std::vector<Layout> shapes;
  if (argc >= 2 && std::string_view(argv[1]).starts_with(kShapes)) {
    shapes = ReadShapes(argv[1] + kShapes.size());
    --argc;
    ++argv;
  }
  std::vector<Signature> limited;  // one of each operation and format
  const auto limit = [&](const Signature& signature) {
    const bool is_new = std::none_of(limited.begin(), limited.end(), [&](const Signature& other) {
      return other.operation == signature.operation && other.format == signature.format;
    });
    if (!shapes.empty() && is_new) limited.push_back(signature);
  };
  for (const Function& function : plan.functions) {
    const bool by_rows = function.declaration.form != Declaration::Form::axis &&
                         function.declaration.form != Declaration::Form::head;
    if (!shapes.empty() && !by_rows) continue;
    limit(function.declaration.signature);
    for (const Layout& layout : shapes.empty() ? LayoutsFor(function.declaration) : shapes) {
      Register(function.declaration.signature, function.declaration.symbol, layout,
               [&function, layout](benchmark::State& state) { Time(state, function, layout); });
    }
  }
  for (const Kernel& kernel : plan.own) {
    limit(kernel);
    for (const Layout& layout : shapes.empty() ? std::vector{Layout::Rows(64, 1024), Layout::Rows(1024, 64)} : shapes) {
      Register(kernel, kernel.name + "@" + kernel.target, layout,
               [&kernel, layout](benchmark::State& state) { TimeOwn(state, kernel, layout); });
    }
  }
  for (const Signature& signature : limited) RegisterLimits(signature, shapes);
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
