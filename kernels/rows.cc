#include "kernels/rows.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <memory>
#include <new>
#include <span>
#include <type_traits>

namespace softmax_verify {
namespace {

// The operands of a call that have a piece for each row: a slice of the axis, with strides, or one number, or axis^2.
struct RowOperand {
  Role role;
  bool output;
  bool is_slice;
  std::size_t bytes;  // of an element
  char* memory;
  std::size_t stride;  // in elements, from the piece of a row to that of the next (inner = 1)
};
struct RowOperands {
  std::array<RowOperand, OperandList::kMost> all;
  std::size_t count = 0;
  std::span<const RowOperand> Each() const { return {all.data(), count}; }
};
RowOperands Collect(const Signature& signature, const Operands& operands, const Layout& layout) {
  RowOperands collected;
  for (const Operand& operand : Info(signature.operation).operands) {
    const Role role = operand.role;
    if (!signature.operands.Has(role) || !operands.Has(role) || !operand.IsRowWise()) continue;
    const bool is_slice = operand.dims == "m,n";
    const std::size_t dense = operand.Extent({1, layout.axis, layout.depth}, Reduction::none);
    const std::size_t stride = !is_slice ? dense : operand.output ? layout.ldy : layout.ldx;
    collected.all[collected.count++] = {role,
                                        operand.output,
                                        is_slice,
                                        BytesOf(signature, role),
                                        operands.Out<char>(role),
                                        stride};
  }
  return collected;
}

// Copies `columns` columns of an [axis, inner] slice into contiguous rows, and back.
template <std::size_t kBytes>
void Gather(const char* slice, std::size_t axis, std::size_t inner, std::size_t columns, char* rows) {
  for (std::size_t a = 0; a < axis; ++a) {
    for (std::size_t c = 0; c < columns; ++c) {
      std::memcpy(rows + (c * axis + a) * kBytes, slice + (a * inner + c) * kBytes, kBytes);
    }
  }
}
template <std::size_t kBytes>
void Scatter(const char* rows, std::size_t axis, std::size_t inner, std::size_t columns, char* slice) {
  for (std::size_t a = 0; a < axis; ++a) {
    for (std::size_t c = 0; c < columns; ++c) {
      std::memcpy(slice + (a * inner + c) * kBytes, rows + (c * axis + a) * kBytes, kBytes);
    }
  }
}
template <class Copy>
void WithBytes(std::size_t bytes, const Copy& copy) {
  switch (bytes) {
    case 1: return copy(std::integral_constant<std::size_t, 1>());
    case 2: return copy(std::integral_constant<std::size_t, 2>());
    case 4: return copy(std::integral_constant<std::size_t, 4>());
    default: return copy(std::integral_constant<std::size_t, 8>());
  }
}

// Every operand gets a tile of its own, of one cache line of columns of the widest, fewer when the axis is long: the
// tiles together should stay in the L2 cache.
Status RunAxis(RowFunction row, const RowOperands& operands, RowArguments arguments, const Layout& layout,
               RowsAtOnce at_once) {
  constexpr std::size_t kTileBytes = std::size_t{1} << 19;
  std::size_t bytes_per_column = 0;
  std::size_t widest = 1;
  for (const RowOperand& operand : operands.Each()) {
    if (!operand.is_slice) continue;
    bytes_per_column += layout.axis * operand.bytes;
    widest = std::max(widest, operand.bytes);
  }
  const std::size_t columns =
      std::min(layout.inner, std::clamp<std::size_t>(kTileBytes / bytes_per_column, 1, 64 / widest));
  const std::unique_ptr<char[]> tiles(new (std::nothrow) char[columns * bytes_per_column]);
  if (!tiles) return Status::out_of_memory;
  for (std::size_t o = 0; o < layout.outer; ++o) {
    for (std::size_t i = 0; i < layout.inner; i += columns) {
      const std::size_t width = std::min(columns, layout.inner - i);
      // Copies every input's tile in (true) or every output's tile out.
      const auto copy_tiles = [&](bool inward) {
        char* tile = tiles.get();
        for (const RowOperand& operand : operands.Each()) {
          if (!operand.is_slice) continue;
          char* const slice = operand.memory + (o * operand.stride + i) * operand.bytes;
          WithBytes(operand.bytes, [&](auto bytes) {
            if (inward && !operand.output) Gather<bytes>(slice, layout.axis, layout.inner, width, tile);
            if (!inward && operand.output) Scatter<bytes>(tile, layout.axis, layout.inner, width, slice);
          });
          tile += columns * layout.axis * operand.bytes;
        }
      };
      copy_tiles(true);
      arguments.count = at_once == RowsAtOnce::all ? width : 1;
      arguments.ldx = arguments.ldy = layout.axis;
      for (std::size_t c = 0; c < width; c += arguments.count) {
        arguments.row = o * layout.inner + i + c;
        char* tile = tiles.get();
        for (const RowOperand& operand : operands.Each()) {
          if (operand.is_slice) {
            arguments.at.Set(operand.role, tile + c * layout.axis * operand.bytes);
            tile += columns * layout.axis * operand.bytes;
          } else {
            arguments.at.Set(operand.role, operand.memory + arguments.row * operand.bytes);
          }
        }
        row(arguments);
      }
      copy_tiles(false);
    }
  }
  return Status::ok;
}

}  // namespace

Scaling Scaling::From(const Parameters& parameters, Format compute) {
  Scaling scaling;
  scaling.identity = parameters.scale == 1 && parameters.temperature == 1;
  if (scaling.identity) return scaling;
  int scale_exponent;
  int temperature_exponent;
  const double scale = std::frexp(parameters.scale, &scale_exponent);
  const double temperature = std::frexp(parameters.temperature, &temperature_exponent);
  // Exact when the temperature is a power of two; in f64 one rounding, in f32 that of the quotient (innocuous double
  // rounding: 53 >= 2 * 24 + 2).
  const double quotient = RoundToFormat(compute, scale / temperature);
  // Beyond +-2 emax - 4 the power of two no longer matters to exponentials: that of every nonzero distance is 0, or is
  // exactly 1.
  const int limit = 2 * Info(compute).emax - 4;
  const int wanted = scale_exponent - temperature_exponent;
  const int exponent = std::clamp(wanted, -limit, limit);
  // When distances shrink, x - m itself might overflow: halve first.
  const int halving = std::ldexp(quotient, exponent) < 1 ? 1 : 0;
  scaling.before = halving != 0 ? 0.5 : 1.0;
  scaling.factor = std::ldexp(quotient, exponent / 2);
  scaling.after = std::ldexp(1.0, exponent - exponent / 2 + halving);
  scaling.beyond = std::ldexp(1.0, wanted - exponent);
  return scaling;
}

bool IsValidCall(const Signature& signature, const Operands& operands, const Layout& layout,
                 const Parameters& parameters) {
  const Format compute = Info(signature.format).compute;
  for (const ParameterInfo& info : kParameters) {
    if (!signature.parameters.Has(info.parameter)) continue;
    const double* const real = parameters.Real(info.parameter);
    if (!parameters.IsInDomain(info.parameter) || (real != nullptr && !IsRepresentable(compute, *real))) return false;
  }
  const std::size_t slice = layout.axis * layout.inner;
  if (layout.outer == 0 || slice == 0) return true;
  if (layout.ldx < slice || layout.ldy < slice) return false;
  for (const Operand& operand : Info(signature.operation).operands) {
    const bool may_be_null = !signature.operands.Has(operand.role) || signature.nullable.Has(operand.role);
    if (!may_be_null && !operands.Has(operand.role)) return false;
    if (layout.inner > 1 && operand.dims == "m,n,n") return false;
  }
  if (!signature.operands.Has(Role::targets)) return true;
  const std::span<const std::int64_t> targets(operands.In<std::int64_t>(Role::targets), layout.outer * layout.inner);
  return std::all_of(targets.begin(), targets.end(), [&](std::int64_t target) {
    return target == parameters.ignore_index || (target >= 0 && static_cast<std::size_t>(target) < layout.axis);
  });
}

Status RunRows(RowFunction row, const Signature& signature, const Operands& operands, const Layout& layout,
               const Parameters& parameters, RowsAtOnce at_once) {
  if (!IsValidCall(signature, operands, layout, parameters)) return Status::invalid_argument;
  if (layout.outer == 0 || layout.axis * layout.inner == 0) return Status::ok;
  const Scaling scaling = Scaling::From(parameters, Info(signature.format).compute);
  RowArguments arguments{operands, layout.axis, 0, layout.outer * layout.inner, scaling, parameters};
  const RowOperands each = Collect(signature, operands, layout);
  if (layout.inner > 1) return RunAxis(row, each, arguments, layout, at_once);
  arguments.count = at_once == RowsAtOnce::all ? layout.outer : 1;
  arguments.ldx = layout.ldx;
  arguments.ldy = layout.ldy;
  for (; arguments.row < layout.outer; arguments.row += arguments.count) {
    for (const RowOperand& operand : each.Each()) {
      arguments.at.Set(operand.role, operand.memory + arguments.row * operand.stride * operand.bytes);
    }
    row(arguments);
  }
  return Status::ok;
}

}  // namespace softmax_verify
