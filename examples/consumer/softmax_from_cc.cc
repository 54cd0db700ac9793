// Softmax of one row in f32 and in bf16, from C++.
#include <softmax_verify/format.h>
#include <softmax_verify/kernels.h>

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <vector>

using softmax_verify::Decode;
using softmax_verify::Encode;
using softmax_verify::Format;

int main() {
  const std::vector<float> x = {1, 2, 3, 4};
  std::vector<float> y(x.size());
  sv_softmax_f32(x.data(), y.data(), 1, x.size());
  std::printf("f32 ");
  for (const float value : y) std::printf(" %.4f", value);

  std::vector<std::uint16_t> x_bf16;
  for (const float value : x) x_bf16.push_back(static_cast<std::uint16_t>(Encode(Format::bf16, value)));
  std::vector<std::uint16_t> y_bf16(x.size());
  sv_softmax_bf16(x_bf16.data(), y_bf16.data(), 1, x.size());
  std::printf("\nbf16");
  for (const std::uint16_t bits : y_bf16) std::printf(" %.4f", Decode(Format::bf16, bits));
  std::printf("\n");
}
