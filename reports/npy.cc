#include "reports/npy.h"

#include <fmt/format.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <fstream>
#include <istream>
#include <iterator>
#include <regex>
#include <stdexcept>

#include "softmax_verify/format.h"

namespace softmax_verify {
namespace {

constexpr std::string_view kWanted = "wanted is a float16, float32 or float64 array of 1 or 2 dimensions";

[[noreturn]] void Reject(const std::string& what) { throw std::invalid_argument(what); }

// The text of the dictionary behind the magic string, the version and the length.
std::string ReadHeader(std::istream& file) {
  std::array<char, 8> start{};
  if (!file.read(start.data(), start.size()) || std::memcmp(start.data(), "\x93NUMPY", 6) != 0) {
    Reject(fmt::format("is not a .npy file; {}, as numpy.save writes it", kWanted));
  }
  const int version = start[6];
  if (version < 1 || version > 3) Reject(fmt::format("has .npy version {}; known are 1 to 3", version));
  const std::size_t length_bytes = version == 1 ? 2 : 4;
  std::uint32_t length = 0;
  file.read(reinterpret_cast<char*>(&length), static_cast<std::streamsize>(length_bytes));
  constexpr std::uint32_t kMaxHeader = 1 << 20;  // numpy writes some hundred bytes
  std::string header(file && length <= kMaxHeader ? length : 0, '\0');
  if (header.empty() || !file.read(header.data(), length)) Reject("ends within its header; the file is truncated");
  return header;
}

std::string Field(const std::string& header, const char* pattern, const char* name) {
  std::smatch match;
  if (!std::regex_search(header, match, std::regex(pattern))) {
    Reject(fmt::format("has no readable '{}' in its header; {}", name, kWanted));
  }
  return match[1];
}

Format ParseDtype(const std::string& header) {
  std::smatch match;
  if (!std::regex_search(header, match, std::regex("'descr':\\s*'([^']*)'"))) {
    Reject(fmt::format("holds records; {}", kWanted));
  }
  const std::string descr = match[1];
  if (descr == "<f2") return Format::f16;
  if (descr == "<f4") return Format::f32;
  if (descr == "<f8") return Format::f64;
  if (descr == ">f2" || descr == ">f4" || descr == ">f8") {
    Reject(fmt::format("is big-endian ('{}'); convert it with x.astype(x.dtype.newbyteorder('<'))", descr));
  }
  Reject(fmt::format("holds '{}'; {}: convert it with x.astype(numpy.float32)", descr, kWanted));
}

std::vector<std::size_t> ParseShape(const std::string& header) {
  const std::string text = Field(header, "'shape':\\s*\\(([0-9, ]*)\\)", "shape");
  std::vector<std::size_t> shape;
  const std::regex number("[0-9]+");
  for (std::sregex_iterator it(text.begin(), text.end(), number), end; it != end; ++it) {
    if (it->length() > 18) Reject("has an impossible shape");
    shape.push_back(std::stoull(it->str()));
  }
  return shape;
}

}  // namespace

Matrix ReadNpy(std::istream& file) {
  const std::string header = ReadHeader(file);
  const Format format = ParseDtype(header);
  const bool fortran = Field(header, "'fortran_order':\\s*(True|False)", "fortran_order") == "True";
  const std::vector<std::size_t> shape = ParseShape(header);
  if (shape.empty() || shape.size() > 2) {
    Reject(fmt::format("has {} dimensions; {}: reshape it with x.reshape(-1, x.shape[-1])", shape.size(), kWanted));
  }
  Matrix matrix;
  matrix.rows = shape.size() == 1 ? 1 : shape[0];
  matrix.cols = shape.back();
  if (matrix.rows == 0 || matrix.cols == 0) {
    Reject(fmt::format("has the empty shape {} x {}; at least one logit is needed", matrix.rows, matrix.cols));
  }

  const std::string data(std::istreambuf_iterator<char>(file), {});
  const std::size_t bytes = Info(format).bytes;
  // Divided, not multiplied: the shape may be a lie that overflows.
  if (data.size() / bytes / matrix.cols != matrix.rows || data.size() % (bytes * matrix.cols) != 0) {
    Reject(fmt::format("promises {} x {} values of {} bytes but holds {} bytes of data; the file is {}", matrix.rows,
                       matrix.cols, bytes, data.size(),
                       data.size() / bytes / matrix.cols < matrix.rows ? "truncated" : "damaged"));
  }
  matrix.values.resize(matrix.rows * matrix.cols);
  for (std::size_t row = 0; row < matrix.rows; ++row) {
    for (std::size_t col = 0; col < matrix.cols; ++col) {
      const std::size_t at = fortran ? col * matrix.rows + row : row * matrix.cols + col;
      matrix.values[row * matrix.cols + col] = Load(format, data.data(), at);
    }
  }
  return matrix;
}

Matrix ReadNpyFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) Reject(fmt::format("cannot read {}: {}", path, std::strerror(errno)));
  try {
    return ReadNpy(file);
  } catch (const std::invalid_argument& error) {
    Reject(fmt::format("{} {}", path, error.what()));
  }
}

}  // namespace softmax_verify
