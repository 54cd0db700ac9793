#include "kernels/rows.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <memory>
#include <new>

namespace softmax_verify {
namespace {

bool IsUsable(double factor, Format compute) {
  return factor > 0 && std::isfinite(factor) && IsRepresentable(compute, factor);
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

template <std::size_t kBytes>
Status RunAxis(RowFunction row, const char* x, char* y, const Layout& layout, const Scaling& scaling) {
  // A tile of one cache line of columns, fewer when the axis is long: it should stay in the L2 cache.
  constexpr std::size_t kTileBytes = std::size_t{1} << 19;
  const std::size_t columns =
      std::min(layout.inner, std::clamp<std::size_t>(kTileBytes / (layout.axis * kBytes), 1, 64 / kBytes));
  const std::unique_ptr<char[]> tile(new (std::nothrow) char[columns * layout.axis * kBytes]);
  if (!tile) return Status::out_of_memory;
  for (std::size_t o = 0; o < layout.outer; ++o) {
    for (std::size_t i = 0; i < layout.inner; i += columns) {
      const std::size_t width = std::min(columns, layout.inner - i);
      Gather<kBytes>(x + (o * layout.ldx + i) * kBytes, layout.axis, layout.inner, width, tile.get());
      for (std::size_t c = 0; c < width; ++c) {
        char* const line = tile.get() + c * layout.axis * kBytes;
        row(line, line, layout.axis, scaling);
      }
      Scatter<kBytes>(tile.get(), layout.axis, layout.inner, width, y + (o * layout.ldy + i) * kBytes);
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
  // Beyond +-2 emax - 4 the power of two no longer matters: every nonzero distance scales to something whose
  // exponential is 0, or is exactly 1.
  const int limit = 2 * Info(compute).emax - 4;
  const int exponent = std::clamp(scale_exponent - temperature_exponent, -limit, limit);
  // When distances shrink, x - m itself might overflow: halve first.
  const int halving = exponent < 0 ? 1 : 0;
  scaling.before = halving != 0 ? 0.5 : 1.0;
  scaling.factor = std::ldexp(quotient, exponent / 2);
  scaling.after = std::ldexp(1.0, exponent - exponent / 2 + halving);
  return scaling;
}

Status RunRows(RowFunction row, Format format, const void* x, void* y, const Layout& layout,
               const Parameters& parameters) {
  const FormatInfo& info = Info(format);
  if (!IsUsable(parameters.scale, info.compute) || !IsUsable(parameters.temperature, info.compute)) {
    return Status::invalid_argument;
  }
  const std::size_t slice = layout.axis * layout.inner;
  if (layout.outer == 0 || slice == 0) return Status::ok;
  if (layout.ldx < slice || layout.ldy < slice) return Status::invalid_argument;

  const Scaling scaling = Scaling::From(parameters, info.compute);
  const auto* const from = static_cast<const char*>(x);
  auto* const to = static_cast<char*>(y);
  if (layout.inner == 1) {
    for (std::size_t o = 0; o < layout.outer; ++o) {
      row(from + o * layout.ldx * info.bytes, to + o * layout.ldy * info.bytes, layout.axis, scaling);
    }
    return Status::ok;
  }
  switch (info.bytes) {
    case 2: return RunAxis<2>(row, from, to, layout, scaling);
    case 4: return RunAxis<4>(row, from, to, layout, scaling);
    default: return RunAxis<8>(row, from, to, layout, scaling);
  }
}

}  // namespace softmax_verify
