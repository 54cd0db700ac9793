#include "verify/probes.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "verify/case.h"
#include "verify/draw.h"
#include "verify/families.h"
#include "verify/random.h"

namespace softmax_verify {
namespace {

using Invocation = ForeignKernel::Invocation;
using Slot = ForeignKernel::Slot;
using Bytes = std::vector<unsigned char>;

// A row everywhere in a layout, as a caller holds it.
class Matrix {
 public:
  Matrix(const Signature& signature, const Row& row, const Layout& layout) {
    const std::size_t rows = layout.outer * layout.inner;
    for (const Operand& operand : Info(row.operation).operands) {
      const bool there = operand.output ? signature.operands.Has(operand.role) : row.Has(operand.role);
      if (!there) continue;
      Place place = PlaceOf(operand, layout, row.parameters.reduction);
      if (place.shared) place.elements = place.each;  // even where there are no rows
      Bytes& memory = memory_[operand.role];
      memory.assign(place.elements * BytesOf(signature, operand.role) + 1, 0);
      operands_.Set(operand.role, memory.data());
      if (operand.output) continue;
      for (std::size_t r = 0; r < (place.shared ? 1 : rows) && place.elements > 0; ++r) {
        for (std::size_t e = 0; e < place.each; ++e) {
          const double value = row[operand.role][place.shared ? e : r % row.m * place.each + e];
          StoreElement(signature, operand.role, memory.data(), place.Index(r, e), value);
        }
      }
    }
  }
  const Operands& operands() const { return operands_; }

 private:
  std::map<Role, Bytes> memory_;
  Operands operands_;
};

// The results that a call left, as bytes, one slot after another.
struct Outcome {
  std::vector<Bytes> results;
  std::uint64_t value = 0;

  bool operator==(const Outcome& other) const = default;
};

class Prober {
 public:
  Prober(ForeignKernel* kernel, const ProbeOptions& options)
      : foreign_(*kernel), kernel_(kernel->kernels().front()), options_(options) {}

  void Try(std::uint64_t index) {
    Random random(options_.seed, HashOf(fmt::format("probe {}", index)));
    const std::span<const Family> families = SyntheticFamilies();
    const Family* family = FindFamily(index % 2 == 0 ? "normal_1" : families[index / 2 % families.size()].name);
    if (family->special) family = FindFamily("normal_10");
    const std::size_t n = Length(index, random);
    const Row row = Draw(kernel_, *family, n, random, options_.parameters, options_.fixed, foreign_.declaration().fixed_depth);
    const Row other = Backwards(row);
    const Layout layout = LayoutFor(row, random);
    try {
      Examine(row, other, layout, index, random);
    } catch (const Inexpressible&) {
      // No such call.
    } catch (const Interrupted&) {
      // A finding.
    }
  }

  void TryNothing() {
    const Row row = Plain("nothing", 0);
    Try(row, Layout::Rows(0, row.GetShape().n, row.d), [&](Invocation* call) { foreign_.Invoke(call, {}); });
  }

  void TryEmptyRows(std::uint64_t index) {
    const Row row = Plain("empty rows", index);
    Try(row, Layout::Rows(3, 0, row.d), [&](Invocation* call) {
      call->is_refusable = true;
      foreign_.Invoke(call, {});
    });
  }

  // One argument that is outside its domain.
  void TryBadArgument(std::uint64_t index) {
    constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
    constexpr double kInfinity = std::numeric_limits<double>::infinity();
    Row row = Plain("bad argument", index);
    const auto n = static_cast<double>(row.GetShape().n);
    std::vector<std::pair<std::string, double*>> arguments;
    for (const Parameter parameter :
         {Parameter::scale, Parameter::temperature, Parameter::alpha, Parameter::label_smoothing}) {
      if (kernel_.parameters.Has(parameter)) arguments.emplace_back(Name(parameter), row.parameters.Real(parameter));
    }
    if (kernel_.operands.Has(Role::targets)) arguments.emplace_back("a target", &row[Role::targets].front());
    if (arguments.empty()) return;
    const std::string name = arguments[index % arguments.size()].first;
    double* const value = arguments[index % arguments.size()].second;
    const double numbers[] = {-1, kNaN, kInfinity, name == "alpha" ? 0.5 : name == "label_smoothing" ? 1 : 0};
    const double classes[] = {-1, n, n + 1, 0x1p31, 0x1p32};
    const std::uint64_t which = index / arguments.size();
    *value = name == "a target" ? classes[which % std::size(classes)] : numbers[which % std::size(numbers)];
    if (name == "a target" && *value == static_cast<double>(row.parameters.ignore_index)) return;
    Try(row, LayoutOf(row), [&](Invocation* call) {
      call->is_refusable = true;
      Fill(call, 0xA5);
      const Outcome before = Results(*call, 0);
      const std::uint64_t status = foreign_.Invoke(call, {});
      const std::string what = fmt::format("{} = {:g}", name, *value);
      if (status == 0) {
        foreign_.Note({Misbehaviour::status, fmt::format("returned 0 for {}, which it promised to refuse", what), false},
                      call->text);
      } else if (Results(*call, 0) != before) {
        foreign_.Note({Misbehaviour::status, fmt::format("refused {}, and had written results", what), false},
                      call->text);
      }
    });
  }

 private:
  std::size_t Length(std::uint64_t index, Random& random) const {
    if (foreign_.declaration().fixed_length > 0) return foreign_.declaration().fixed_length;
    if (index % 6 == 5) return 65 + random.Below(300);
    return 1 + (index - index / 6) % 67;
  }

  // Some row.
  Row Plain(std::string_view purpose, std::uint64_t index) const {
    Random random(options_.seed, HashOf(fmt::format("{} {}", purpose, index)));
    const Declaration& declaration = foreign_.declaration();
    const std::size_t n = declaration.fixed_length > 0 ? declaration.fixed_length : 5;
    return Draw(kernel_, *FindFamily("normal_1"), n, random, options_.parameters, options_.fixed, declaration.fixed_depth);
  }
  static Layout LayoutOf(const Row& row) { return Layout::Rows(row.m, row.GetShape().n, row.d); }

  // Each call of `layout` that there is.
  template <class Act>
  void Try(const Row& row, const Layout& layout, const Act& act) {
    try {
      const Matrix matrix(kernel_, row, layout);
      for (Invocation& call : foreign_.Assemble(kernel_, matrix.operands(), layout, row.parameters)) act(&call);
    } catch (const Inexpressible&) {
      // No such call.
    } catch (const Interrupted&) {
      // A finding.
    }
  }

  // Other content of the same shape: numbers in the opposite order.
  static Row Backwards(Row row) {
    for (const Operand& operand : Info(row.operation).operands) {
      if (operand.output || !row.Has(operand.role) || Info(operand.role).element == Element::index) continue;
      std::reverse(row[operand.role].begin(), row[operand.role].end());
    }
    return row;
  }

  Layout LayoutFor(const Row& row, Random& random) const {
    const std::size_t n = row.GetShape().n;
    if (!IsRowWise(row)) return Layout::Rows(row.m, n, row.d);
    const std::size_t rows = random.OneIn(8) ? 5 + random.Below(60) : 1 + random.Below(4);
    const Declaration& declaration = foreign_.declaration();
    if (declaration.form == Declaration::Form::axis) return Layout::Axis(1 + random.Below(3), n, 1 + random.Below(5));
    Layout layout = Layout::Rows(rows, n);
    if (declaration.Has(Dimension::ldx) && random.OneIn(2)) layout.ldx += random.Below(9);
    if (declaration.Has(Dimension::ldy) && random.OneIn(2)) layout.ldy += random.Below(9);
    return layout;
  }

  // Everything about one call, the first where a kernel of one row has several.
  void Examine(const Row& row, const Row& other, const Layout& layout, std::uint64_t index, Random& random) {
    using Edge = SandboxOptions::Edge;
    const Matrix matrix(kernel_, row, layout);
    const std::vector<Invocation> calls = foreign_.Assemble(kernel_, matrix.operands(), layout, row.parameters);
    const Matrix other_matrix(kernel_, other, layout);
    const std::vector<Invocation> others = foreign_.Assemble(kernel_, other_matrix.operands(), layout, row.parameters);
    if (calls.empty()) return;
    const double linger = index % 8 == 0 ? options_.linger : 0;

    const auto high = [&](unsigned place) { return SandboxOptions{.edge = Edge::high, .place = 10 + place, .poison = 0xFF, .linger = 0}; };
    const auto run = [&](const Invocation& call, unsigned char pattern, SandboxOptions where, bool any_alignment) {
      Invocation copy = call;
      for (std::size_t b = 0; b < copy.buffers.size(); ++b) {
        SandboxBuffer& buffer = copy.buffers[b];
        if (StepOf(copy, b) == 0) continue;  // a workspace is aligned for everything
        // At the very edge, or so many elements away from it.
        const std::size_t to_edge = where.edge == Edge::high ? (64 - buffer.contents.size() % 64) % 64 : 0;
        buffer.alignment = to_edge;
        if (any_alignment && random.OneIn(2)) {
          const std::size_t step = StepOf(copy, b);
          buffer.alignment = random.Below(64 / step) * step;
        }
      }
      Fill(&copy, pattern);
      return Results(copy, foreign_.Invoke(&copy, where));
    };
    const Invocation& call = calls.front();
    SandboxOptions lingering = high(0);
    lingering.linger = linger;
    const Outcome first = run(call, 0xA5, lingering, false);
    SandboxOptions low = high(1);
    low.edge = Edge::low;
    low.poison = 0x00;
    const Outcome second = run(call, 0x5A, low, true);
    FindUnwritten(call, first, second);
    if (!options_.deterministic) return;

    // The same pointers, other content; and that at other pointers.
    Outcome before;
    const auto reuse = [&] {
      before = run(call, 0xA5, high(0), false);
      return run(others.front(), 0xA5, high(0), false);
    };
    const Outcome reused = reuse();
    const Outcome fresh = run(others.front(), 0xA5, high(2), false);
    if (!(reused == fresh)) {
      // The old results, every time, where other pointers always give others.
      const bool is_stale = reused == before && reuse() == before && run(others.front(), 0xA5, high(3), false) == fresh &&
                            row.GetShape().n > 1;
      foreign_.Note({is_stale ? Misbehaviour::stale_result : Misbehaviour::not_deterministic,
                     is_stale ? "answered new content at the same pointers with the results of the old"
                              : "gave other bits for the same content at other pointers of the same alignment",
                     false},
                    call.text);
    }
    for (int again = 2; again <= (index == 0 ? 64 : 3); ++again) {
      if (run(call, 0xA5, high(0), false) == first) continue;
      foreign_.Note({Misbehaviour::not_deterministic, fmt::format("gave other bits in call {} than in the first", again), false},
                    call.text);
      return;
    }
    for (const int cpu : cpus_) {
      SandboxOptions there = high(0);
      there.cpu = cpu;
      if (run(call, 0xA5, there, false) == first) continue;
      foreign_.Note({Misbehaviour::not_deterministic, fmt::format("gave other bits on CPU {} than elsewhere", cpu), false}, call.text);
      return;
    }
  }

  // The bytes of an element; 0 of what is no operand.
  static std::size_t StepOf(const Invocation& call, std::size_t buffer) {
    for (const Slot& slot : call.slots) {
      if (slot.buffer == buffer) return slot.callee_bytes;
    }
    return 0;
  }

  // Results hold a pattern before the call, save where they take the place of an input.
  static void Fill(Invocation* call, unsigned char pattern) {
    for (const Slot& slot : call->slots) {
      if (!slot.operand->output) continue;
      Bytes& contents = call->buffers[slot.buffer].contents;
      std::fill(contents.begin(), contents.end(), pattern);
    }
  }

  static Outcome Results(const Invocation& call, std::uint64_t value) {
    Outcome outcome;
    outcome.value = value;
    for (const Slot& slot : call.slots) {
      if (slot.is_output) outcome.results.push_back(call.buffers[slot.buffer].contents);
    }
    return outcome;
  }

  void FindUnwritten(const Invocation& call, const Outcome& first, const Outcome& second) {
    std::size_t which = 0;
    for (const Slot& slot : call.slots) {
      if (!slot.is_output) continue;
      const Bytes& a = first.results[which];
      const Bytes& b = second.results[which++];
      if (slot.in_place || slot.callee.elements == 0) continue;
      for (std::size_t r = 0; r < slot.Rows(call.rows); ++r) {
        for (std::size_t e = 0; e < slot.callee.each; ++e) {
          std::size_t untouched = 0;
          for (std::size_t i = 0; i < slot.callee_bytes; ++i) {
            const std::size_t at = slot.CalleeByte(r, e) + i;
            untouched += a[at] == 0xA5 && b[at] == 0x5A;
          }
          if (untouched == 0) continue;
          foreign_.Note({Misbehaviour::not_written,
                         fmt::format("did not write {}element {} of {}", untouched < slot.callee_bytes ? "all of " : "",
                                     slot.callee.Index(r, e), call.buffers[slot.buffer].name),
                         false},
                        call.text);
          return;
        }
      }
    }
  }

  ForeignKernel& foreign_;
  const Kernel& kernel_;
  const ProbeOptions& options_;
  const std::vector<int> cpus_ = CpusToTry();
};

}  // namespace

void RunProbes(ForeignKernel* kernel, const ProbeOptions& options) {
  Prober prober(kernel, options);
  for (std::uint64_t index = 0; index < options.count; ++index) prober.Try(index);
  prober.TryNothing();
  constexpr std::uint64_t kTimes = 20;  // so that every argument and every reduction has its turns
  for (std::uint64_t index = 0; index < kTimes; ++index) {
    if (options.empty_rows) prober.TryEmptyRows(index);
    if (options.checks_arguments) prober.TryBadArgument(index);
  }
}

}  // namespace softmax_verify
