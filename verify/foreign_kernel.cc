#include "verify/foreign_kernel.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstring>
#include <limits>
#include <numbers>
#include <utility>

#include "reference/reference.h"
#include "verify/case.h"

namespace softmax_verify {
namespace {

// From so many calls on that ended beside an operand, there is room around operands, so that something else can be judged.
constexpr std::uint64_t kStraysBeforeRoom = 3;

// Row r of an operand, as the stride of a layout says: those of x and dx have ldx, those of y and dy ldy.
Layout WithStrideOf(const Layout& layout, const Declaration& declaration, Role role) {
  Layout own = layout;
  if (declaration.form != Declaration::Form::rows) return own;
  const bool by_ldx = declaration.Has(Dimension::ldx) && (role == Role::x || role == Role::dx);
  const bool by_ldy = declaration.Has(Dimension::ldy) && (role == Role::y || role == Role::dy);
  own.ldx = own.ldy = by_ldx ? layout.ldx : by_ldy ? layout.ldy : layout.axis;
  return own;
}

// What an operand that the caller has left out stands for.
double NeutralValue(Role role) { return role == Role::mask || role == Role::weight || role == Role::dloss ? 1 : 0; }

// The lse of the forward pass.
const Operand kSavedLse = [] {
  Operand operand = *Info(Operation::logsumexp).operands.Find(Role::lse);
  operand.output = false;
  return operand;
}();

// The correctly rounded lse of `count` rows of x, from `first` on.
void SaveLse(const Kernel& kernel, const Operands& operands, const Layout& layout, const Parameters& parameters,
             std::size_t first, std::size_t count, std::vector<unsigned char>* memory) {
  const Place place = PlaceOf(*Info(kernel.operation).operands.Find(Role::x), layout, Reduction::none);
  Row row;
  row.operation = Operation::logsumexp;
  row.format = kernel.format;
  row.statistics = kernel.statistics;
  row.parameters.scale = parameters.scale;
  row.parameters.temperature = parameters.temperature;
  row.x.resize(layout.axis);
  for (std::size_t r = 0; r < count && layout.axis > 0; ++r) {
    for (std::size_t e = 0; e < row.x.size(); ++e) {
      row.x[e] = Load(kernel.format, operands.In(Role::x), place.Index(first + r, e));
    }
    Store(kernel.statistics, memory->data(), r, reference::Round(row).front());
  }
}

// A logarithm to base 2 as one to base e, rounded to its format.
double FromBase2(Format format, double logarithm) {
  constexpr long double ln_2 = std::numbers::ln2_v<long double>;
  return RoundToFormat(format, static_cast<double>(logarithm * ln_2));
}

bool Fits(const CType& type, std::int64_t value) {
  if (type.kind == CType::Kind::boolean) return value == 0 || value == 1;
  if (type.bytes == 8) return type.is_signed || value >= 0;
  const auto bits = static_cast<int>(8 * type.bytes) - (type.is_signed ? 1 : 0);
  return value < (std::int64_t{1} << bits) && value >= (type.is_signed ? -(std::int64_t{1} << bits) : 0);
}

}  // namespace

Accumulation ParseAccumulation(std::string_view text) {
  constexpr std::array<std::string_view, 6> names = {"sequential", "lanes", "pairwise", "compensated", "wide", "native"};
  constexpr std::array<Accumulation, 6> classes = {{{Accumulation::Kind::sequential, 1},
                                                    {Accumulation::Kind::lanes, 4},
                                                    {Accumulation::Kind::pairwise, 8},
                                                    {Accumulation::Kind::compensated, 1},
                                                    {Accumulation::Kind::wide, 1},
                                                    {Accumulation::Kind::native, 1}}};
  const std::size_t colon = text.find(':');
  const auto name = std::find(names.begin(), names.end(), text.substr(0, colon));
  if (name == names.end()) {
    throw std::invalid_argument(fmt::format("'{}' is no accumulation class; wanted is one of sequential, lanes[:N], "
                                            "pairwise[:LEAF], compensated, wide, native", text));
  }
  Accumulation accumulation = classes[static_cast<std::size_t>(name - names.begin())];
  if (colon != text.npos) {
    const bool takes_number = *name == "lanes" || *name == "pairwise";
    const char* const end = text.data() + text.size();
    const auto [at, error] = std::from_chars(text.data() + colon + 1, end, accumulation.parameter);
    if (!takes_number || error != std::errc() || at != end || accumulation.parameter == 0) {
      throw std::invalid_argument(fmt::format("'{}' is no accumulation class; a number from 1 on goes with lanes and with "
                                              "pairwise, as in lanes:8", text));
    }
  }
  return accumulation;
}

Claim ForeignClaim(Format compute, const Accumulation& accumulation, double exp_ulp) {
  Claim claim;
  claim.compute = compute;
  claim.accumulation = accumulation;
  claim.products = accumulation;
  // K ulp are 2 K u of the result, at most.
  claim.exp_error = -std::log1p(-2 * exp_ulp * UnitRoundoff(claim.compute)) / UnitRoundoff(claim.compute);
  // log2 e and the product with it are rounded, where exp is 2^t.
  claim.shift_error = 3;
  claim.scaled_before_shift = true;
  claim.rescale_step = 1;
  claim.rescale_lanes = 0;
  return claim;
}

ForeignKernel::ForeignKernel(std::function<Sandbox::Function()> load, const Declaration& declaration,
                             const Parameters& parameters, Causal causal, const Claim& claim, const Contract& contract,
                             const Sandbox::Limits& limits)
    : declaration_(declaration), parameters_(parameters), causal_(causal), sandbox_(std::move(load), limits) {
  Kernel kernel;
  static_cast<Signature&>(kernel) = declaration.signature;
  kernel.name = declaration.symbol;
  kernel.claim = claim;
  kernel.claim.saved_lse = declaration.saved_lse.has_value();
  kernel.contract = contract;
  kernels_.push_back(kernel);
  if (declaration.extra_lse) {
    if (parameters.causal != Causal::none) {
      throw std::invalid_argument("the lse beside the results of a causal kernel cannot be judged; leave it out, or null");
    }
    kernel.operation = Operation::logsumexp;
    kernel.statistics = *declaration.extra_lse;
    kernel.operands = {Role::x, Role::lse};
    kernel.parameters = {};
    for (const ParameterInfo& info : kParameters) {
      const bool heeded = Info(Operation::logsumexp).parameters.Has(info.parameter);
      if (heeded && declaration.signature.parameters.Has(info.parameter)) kernel.parameters.Add(info.parameter);
    }
    kernels_.push_back(kernel);
  }
  for (Kernel& each : kernels_) {
    each.run = [this, self = each](const Operands& operands, const Layout& layout, const Parameters& given) {
      return Run(self, operands, layout, given);
    };
  }
}

void ForeignKernel::RequireExpressible(const Kernel& kernel, const Layout& layout, const Parameters& parameters) const {
  using Form = Declaration::Form;
  const bool is_strided = layout.ldx != layout.axis * layout.inner || layout.ldy != layout.axis * layout.inner;
  const bool has_strides = declaration_.Has(Dimension::ldx) || declaration_.Has(Dimension::ldy);
  if ((layout.inner != 1 && declaration_.form != Form::axis) || (is_strided && !has_strides)) throw Inexpressible();
  if (declaration_.form == Form::one_row && parameters.reduction != Reduction::none) throw Inexpressible();
  if (declaration_.fixed_length > 0 && layout.axis != declaration_.fixed_length) throw Inexpressible();
  if (declaration_.fixed_depth > 0 && layout.depth != declaration_.fixed_depth) throw Inexpressible();
  for (const ParameterInfo& info : kParameters) {
    if (!Info(kernel.operation).parameters.Has(info.parameter) || kernel.parameters.Has(info.parameter)) continue;
    if (ParameterText(parameters, info.parameter) != ParameterText(parameters_, info.parameter)) throw Inexpressible();
  }
}

std::uint64_t ForeignKernel::ScalarFor(const Argument& argument, const Layout& layout, const Parameters& parameters) const {
  const auto integer = [&](std::int64_t value) {
    if (!Fits(argument.type, value)) throw Inexpressible();
    return static_cast<std::uint64_t>(value);
  };
  const auto size = [&](std::size_t value) { return integer(static_cast<std::int64_t>(value)); };
  const auto number = [&](double value) {
    if (!IsRepresentable(argument.type.format, value)) throw Inexpressible();
    return std::bit_cast<std::uint64_t>(value);
  };
  if (argument.is_pointer) return 0;
  if (argument.number) {
    return argument.type.kind == CType::Kind::floating ? number(*argument.number) : integer(argument.integer);
  }
  if (argument.use == Argument::Use::dimension) {
    switch (argument.dimension) {
      case Dimension::rows:
      case Dimension::outer:
      case Dimension::seq_q:
        return size(layout.outer);
      case Dimension::cols:
      case Dimension::n:
      case Dimension::axis_len:
      case Dimension::seq_k:
        return size(layout.axis);
      case Dimension::ldx:
        return size(layout.ldx);
      case Dimension::ldy:
        return size(layout.ldy);
      case Dimension::inner:
        return size(layout.inner);
      case Dimension::head_dim:
        return size(layout.depth);
    }
  }
  switch (argument.parameter) {
    case Parameter::scale:
      return number(parameters.scale);
    case Parameter::temperature:
      return number(parameters.temperature);
    case Parameter::alpha:
      return number(parameters.alpha);
    case Parameter::label_smoothing:
      return number(parameters.label_smoothing);
    case Parameter::ignore_index:
      return integer(parameters.ignore_index);
    case Parameter::reduction:
      return integer(static_cast<std::int64_t>(parameters.reduction));
    case Parameter::causal:
      if (parameters.causal != Causal::none && parameters.causal != causal_) throw Inexpressible();
      return integer(parameters.causal != Causal::none);
  }
  return 0;
}

ForeignKernel::Slot ForeignKernel::SlotFor(const Kernel& kernel, const Argument& argument, const Operands& operands,
                                           const Layout& caller, const Layout& callee, Reduction reduction) const {
  const Role role = argument.role;
  const Operand* const declared = Info(declaration_.signature.operation).operands.Find(role);
  Slot slot;
  // An lse that the operation does not have is that of logsumexp.
  slot.operand = declared != nullptr      ? declared
                 : declaration_.saved_lse ? &kSavedLse
                                          : Info(Operation::logsumexp).operands.Find(role);
  const Operand* const asked = Info(kernel.operation).operands.Find(role);
  slot.in_place = declaration_.in_place_of == role;
  slot.is_output = slot.operand->output || slot.in_place;
  slot.caller = PlaceOf(*slot.operand, caller, reduction);
  slot.callee = PlaceOf(*slot.operand, WithStrideOf(callee, declaration_, role), reduction);
  slot.results_place = slot.caller;
  slot.caller_bytes = BytesOf(kernel, role);
  slot.callee_bytes = argument.type.bytes > 0 ? argument.type.bytes : slot.caller_bytes;
  // What all rows share has its size even where there are no rows.
  if (slot.callee.shared && callee.axis > 0) slot.callee.elements = slot.callee.each;
  if (asked == nullptr) {  // not of the operation in question
    slot.caller_bytes = slot.callee_bytes;
    return slot;
  }
  slot.memory = operands.In<unsigned char>(role);
  if (slot.operand->output) slot.results = operands.Out<unsigned char>(role);
  if (slot.in_place) {
    const Operand& output = *Info(declaration_.signature.operation).operands.Find(*declaration_.in_place);
    slot.results = operands.Out<unsigned char>(output.role);
    slot.results_place = PlaceOf(output, caller, reduction);
  }
  return slot;
}

std::size_t ForeignKernel::BytesOfWorkspace(const Argument& argument) const {
  if (argument.use != Argument::Use::workspace) return 0;
  const auto bytes = std::find_if(declaration_.arguments.begin(), declaration_.arguments.end(), [](const Argument& other) {
    return other.use == Argument::Use::workspace_bytes;
  });
  return static_cast<std::size_t>(bytes->integer);
}

std::vector<ForeignKernel::Invocation> ForeignKernel::Assemble(const Kernel& kernel, const Operands& operands,
                                                               const Layout& layout, const Parameters& parameters) const {
  RequireExpressible(kernel, layout, parameters);
  const Parameters& whole = declaration_.signature.parameters.Has(Parameter::reduction) ? parameters : parameters_;
  const Reduction reduction = whole.reduction;
  const std::size_t rows = layout.outer * layout.inner;
  const bool one_by_one = declaration_.form == Declaration::Form::one_row;
  const std::size_t rows_of_call = one_by_one ? 1 : rows;
  std::vector<Invocation> invocations;
  // Of no rows a kernel for matrices is told as well.
  const std::size_t calls = one_by_one ? rows : 1;
  for (std::size_t first = 0; first < calls; ++first) {
    Invocation call;
    call.first_row = first;
    call.rows = rows_of_call;
    const Layout callee = one_by_one ? Layout::Rows(1, layout.axis) : layout;
    call.text = layout.inner != 1   ? fmt::format("[{}, {}, {}]", callee.outer, callee.axis, callee.inner)
                : layout.depth != 0 ? fmt::format("{} queries, {} keys of depth {}", callee.outer, callee.axis, callee.depth)
                : one_by_one        ? fmt::format("n = {}", callee.axis)
                                    : fmt::format("[{}, {}]", callee.outer, callee.axis);
    call.length = callee.axis;
    call.is_strided = callee.ldx != callee.axis * callee.inner || callee.ldy != callee.axis * callee.inner;
    if (rows == 0) call.text += ", which is empty";
    if (call.is_strided) {
      call.text += fmt::format(" with row strides {} and {}", callee.ldx, callee.ldy);
    }
    for (const Argument& argument : declaration_.arguments) {
      call.scalars.push_back(ScalarFor(argument, callee, parameters));
      if (!argument.is_pointer || argument.number) continue;
      SandboxBuffer buffer{argument.name, {}, !argument.is_const, 0};
      if (argument.use != Argument::Use::operand) {
        buffer.contents.assign(BytesOfWorkspace(argument), 0xA5);
        call.buffers.push_back(std::move(buffer));
        continue;
      }
      Slot slot = SlotFor(kernel, argument, operands, layout, callee, reduction);
      slot.buffer = call.buffers.size();
      // Between the rows of inputs there is NaN, between those of outputs what must stay.
      buffer.contents.assign(slot.callee.elements * slot.callee_bytes, slot.is_output ? 0xA5 : 0xFF);
      if (slot.operand == &kSavedLse) {
        SaveLse(kernel, operands, layout, parameters, first, rows_of_call, &buffer.contents);
        call.slots.push_back(slot);
        call.buffers.push_back(std::move(buffer));
        continue;
      }
      const bool narrows = slot.caller_bytes != slot.callee_bytes;
      for (std::size_t r = 0; r < slot.Rows(rows_of_call); ++r) {
        for (std::size_t e = 0; e < slot.callee.each && slot.callee.elements > 0; ++e) {
          unsigned char* const to = buffer.contents.data() + slot.CalleeByte(r, e);
          if (slot.memory == nullptr) {
            if (slot.operand->output) continue;
            const double neutral = NeutralValue(argument.role);
            if (Info(argument.role).element == Element::index) {
              std::memset(to, 0, slot.callee_bytes);
            } else {
              StoreElement(kernel, argument.role, to, 0, neutral);
            }
            continue;
          }
          const unsigned char* const from = slot.memory + slot.caller.Index(first + r, e) * slot.caller_bytes;
          if (narrows) {
            std::int64_t index;
            std::memcpy(&index, from, sizeof index);
            if (!Fits(argument.type, index)) throw Inexpressible();
            std::memcpy(to, &index, slot.callee_bytes);
          } else if (argument.type.kind == CType::Kind::boolean) {
            *to = *from != 0;
          } else {
            std::memcpy(to, from, slot.callee_bytes);
          }
        }
      }
      const auto address = reinterpret_cast<std::uintptr_t>(
          slot.memory == nullptr || slot.callee.elements == 0 ? nullptr
                                                              : slot.memory + slot.caller.Index(first, 0) * slot.caller_bytes);
      buffer.alignment = address / slot.caller_bytes * slot.callee_bytes % 64;
      call.slots.push_back(slot);
      call.buffers.push_back(std::move(buffer));
    }
    invocations.push_back(std::move(call));
  }
  return invocations;
}

std::size_t CallCoverage::EveryLengthTo() const {
  std::size_t n = 0;
  while (lengths.count(n + 1) > 0) ++n;
  return n;
}

void ForeignKernel::Note(const Finding& finding, const std::string& call) {
  FindingRecord& record = findings_[finding.kind];
  if (record.count++ == 0) {
    record.first = finding;
    record.call = call;
    record.calls.assign(last_.begin(), last_.end());
  }
}

std::uint64_t ForeignKernel::Invoke(Invocation* call, const SandboxOptions& options) {
  last_.push_back({*call, options, false, 0, {}});
  if (last_.size() > kLastCalls) last_.pop_front();
  CallRecord& record = last_.back();
  ++coverage_.calls;
  coverage_.lengths.insert(call->length);
  coverage_.rows.insert(call->rows);
  coverage_.strided += call->is_strided;
  for (const Slot& slot : call->slots) coverage_.alignments.set(call->buffers[slot.buffer].alignment);
  if (options.cpu >= 0) coverage_.cpus.insert(options.cpu);
  const Sandbox::Result result = sandbox_.Call(call->buffers, call->scalars, options);
  record.returned = result.returned;
  record.value = result.value;
  for (const SandboxBuffer& buffer : call->buffers) {
    record.after.push_back(buffer.writable ? buffer.contents : std::vector<unsigned char>());
  }
  if (records_ != nullptr) records_->push_back(record);
  for (const Finding& finding : result.findings) {
    Note(finding, call->text);
    const bool strayed = finding.kind == Misbehaviour::out_of_bounds_read ||
                         finding.kind == Misbehaviour::out_of_bounds_write || finding.kind == Misbehaviour::input_modified;
    strays_ += strayed && finding.fatal;
  }
  if (!result.returned) {
    throw Interrupted(result.findings.empty() ? "did not come back" : result.findings.back().what);
  }
  // What lies between rows is none of the kernel's business.
  for (const Slot& slot : call->slots) {
    if (!slot.is_output || !slot.callee.slice || slot.callee.elements == 0) continue;
    const std::size_t width = slot.callee.each * slot.callee.inner;
    if (slot.callee.stride == width) continue;
    const std::vector<unsigned char>& before = record.call.buffers[slot.buffer].contents;
    const std::vector<unsigned char>& after = call->buffers[slot.buffer].contents;
    for (std::size_t i = 0; i < slot.callee.elements; ++i) {
      if (i % slot.callee.stride < width) continue;
      const std::size_t at = i * slot.callee_bytes;
      if (std::memcmp(after.data() + at, before.data() + at, slot.callee_bytes) == 0) continue;
      Note({Misbehaviour::out_of_bounds_write,
            fmt::format("wrote to element {} of {}, in the gap between two rows", i, call->buffers[slot.buffer].name), false},
           call->text);
      break;
    }
  }
  if (declaration_.returns == Declaration::Returns::status && result.value != 0 && call->rows > 0 && !call->is_refusable) {
    const Finding finding{Misbehaviour::status,
                          fmt::format("returned {} for valid arguments; 0 is success", static_cast<std::int64_t>(result.value)),
                          true};
    Note(finding, call->text);
    throw Interrupted(finding.what);
  }
  return result.value;
}

Status ForeignKernel::Run(const Kernel& kernel, const Operands& operands, const Layout& layout, const Parameters& parameters) {
  // The same pointers of the caller become the same pointers here, others mostly others.
  std::uint64_t hash = 0;
  for (const RoleInfo& role : kRoles) hash = 31 * hash + reinterpret_cast<std::uintptr_t>(operands.In(role.role)) / 64;
  SandboxOptions options;
  options.place = static_cast<unsigned>(hash % 3);
  options.poison = 0xFF;
  if (strays_ >= kStraysBeforeRoom) options.edge = SandboxOptions::Edge::padded;
  for (Invocation& call : Assemble(kernel, operands, layout, parameters)) {
    std::map<std::size_t, std::vector<unsigned char>> lent;  // inputs that a write to which would not fault
    for (std::size_t i = 0; i < call.buffers.size() && strays_ >= kStraysBeforeRoom; ++i) {
      if (call.buffers[i].writable) continue;
      lent[i] = call.buffers[i].contents;
      call.buffers[i].writable = true;
    }
    const std::uint64_t value = Invoke(&call, options);
    for (const auto& [i, contents] : lent) {
      if (call.buffers[i].contents == contents) continue;
      Note({Misbehaviour::input_modified, fmt::format("wrote to {}, which is only to be read", call.buffers[i].name), false},
           call.text);
    }
    for (const Slot& slot : call.slots) {
      if (slot.results == nullptr || call.rows == 0) continue;
      const unsigned char* const from = call.buffers[slot.buffer].contents.data();
      const bool converts = slot.operand->role == Role::lse && kernel.claim.base_2_lse;
      for (std::size_t r = 0; r < slot.Rows(call.rows); ++r) {
        for (std::size_t e = 0; e < slot.callee.each && slot.callee.elements > 0; ++e) {
          if (converts) {
            const double logarithm = softmax_verify::Load(kernel.statistics, from, slot.CalleeByte(r, e) / slot.callee_bytes);
            Store(kernel.statistics, slot.results, slot.results_place.Index(call.first_row + r, e),
                  FromBase2(kernel.statistics, logarithm));
            continue;
          }
          std::memcpy(slot.results + slot.results_place.Index(call.first_row + r, e) * slot.callee_bytes,
                      from + slot.CalleeByte(r, e), slot.callee_bytes);
        }
      }
    }
    if (declaration_.returns == Declaration::Returns::value && call.rows == 1 && operands.Has(Role::lse)) {
      const double lse = std::bit_cast<double>(value);
      Store(kernel.statistics, operands.Out(Role::lse), call.first_row,
            kernel.claim.base_2_lse ? FromBase2(kernel.statistics, lse) : lse);
    }
  }
  return Status::ok;
}

void ForeignKernel::Load() {
  const std::size_t n = std::max<std::size_t>(declaration_.fixed_length, 1);
  const std::size_t depth = std::max<std::size_t>(declaration_.fixed_depth, 1);
  const bool is_one_row = declaration_.form == Declaration::Form::one_row;
  const Layout layout = is_one_row ? Layout::Rows(1, n) : Layout::Rows(0, n, depth);
  std::vector<double> zeros(n * depth);
  Operands operands;
  for (const RoleInfo& role : kRoles) operands.Set(role.role, zeros.data());
  try {
    for (Invocation& call : Assemble(kernels_.front(), operands, layout, parameters_)) Invoke(&call, {});
  } catch (const Interrupted&) {
    // Findings are kept.
  }
}

}  // namespace softmax_verify
