#include "reports/npy.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

#include "softmax_verify/format.h"

namespace softmax_verify {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

// A file as numpy.save writes it: the header padded to a multiple of 64 bytes.
std::string Npy(const std::string& dictionary, const std::string& data, char version = 1) {
  std::string header = dictionary;
  const std::size_t length_bytes = version == 1 ? 2 : 4;
  while ((8 + length_bytes + header.size() + 1) % 64 != 0) header += ' ';
  header += '\n';
  std::string file = "\x93NUMPY";
  file += {version, '\0'};
  for (std::size_t i = 0; i < length_bytes; ++i) file += static_cast<char>((header.size() >> (8 * i)) & 255);
  return file + header + data;
}

std::string Dictionary(const std::string& descr, const std::string& shape, bool fortran = false) {
  return "{'descr': '" + descr + "', 'fortran_order': " + (fortran ? "True" : "False") + ", 'shape': (" + shape +
         "), }";
}

std::string Data(Format format, const std::vector<double>& values) {
  std::string data(values.size() * Info(format).bytes, '\0');
  for (std::size_t i = 0; i < values.size(); ++i) Store(format, data.data(), i, values[i]);
  return data;
}

Matrix Read(const std::string& file) {
  std::istringstream stream(file);
  return ReadNpy(stream);
}

std::string ErrorOf(const std::string& file) {
  try {
    Read(file);
  } catch (const std::invalid_argument& error) {
    return error.what();
  }
  return "no error";
}

TEST(NpyTest, ReadsEveryFloat) {
  for (const auto& [descr, format] : {std::pair{"<f2", Format::f16}, {"<f4", Format::f32}, {"<f8", Format::f64}}) {
    const Matrix matrix = Read(Npy(Dictionary(descr, "2, 3"), Data(format, {1, -2, 0.5, 4, 5, 6})));
    EXPECT_EQ(matrix.rows, 2u);
    EXPECT_EQ(matrix.cols, 3u);
    EXPECT_THAT(matrix.values, ElementsAre(1, -2, 0.5, 4, 5, 6)) << descr;
  }
}

TEST(NpyTest, OneDimensionIsOneRow) {
  const Matrix matrix = Read(Npy(Dictionary("<f4", "3,"), Data(Format::f32, {1, 2, 3})));
  EXPECT_EQ(matrix.rows, 1u);
  EXPECT_THAT(matrix.values, ElementsAre(1, 2, 3));
}

TEST(NpyTest, FortranOrderIsTransposed) {
  const Matrix matrix = Read(Npy(Dictionary("<f4", "2, 3", true), Data(Format::f32, {1, 4, 2, 5, 3, 6})));
  EXPECT_THAT(matrix.values, ElementsAre(1, 2, 3, 4, 5, 6));
}

TEST(NpyTest, LaterVersionsHaveALongerLength) {
  for (const char version : {2, 3}) {
    EXPECT_THAT(Read(Npy(Dictionary("<f8", "1, 2"), Data(Format::f64, {1, 2}), version)).values, ElementsAre(1, 2));
  }
}

TEST(NpyTest, ErrorsSayWhatWouldBeRight) {
  const std::string six = Data(Format::f32, {1, 2, 3, 4, 5, 6});
  EXPECT_THAT(ErrorOf("no numpy here, only text"), HasSubstr("not a .npy file"));
  EXPECT_THAT(ErrorOf(""), HasSubstr("not a .npy file"));
  EXPECT_THAT(ErrorOf(Npy(Dictionary("<f4", "2, 3"), six, 9)), HasSubstr("version 9"));
  EXPECT_THAT(ErrorOf(Npy(Dictionary("<i4", "2, 3"), six)), HasSubstr("astype(numpy.float32)"));
  EXPECT_THAT(ErrorOf(Npy(Dictionary(">f4", "2, 3"), six)), HasSubstr("big-endian"));
  EXPECT_THAT(ErrorOf(Npy("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (6,), }", six)),
              HasSubstr("records"));
  EXPECT_THAT(ErrorOf(Npy(Dictionary("<f4", "1, 2, 3"), six)), HasSubstr("3 dimensions"));
  EXPECT_THAT(ErrorOf(Npy(Dictionary("<f4", ""), Data(Format::f32, {1}))), HasSubstr("0 dimensions"));
  EXPECT_THAT(ErrorOf(Npy(Dictionary("<f4", "0, 3"), "")), HasSubstr("empty"));
  EXPECT_THAT(ErrorOf(Npy(Dictionary("<f4", "3, 0"), "")), HasSubstr("empty"));
}

TEST(NpyTest, EveryTruncationIsNoticed) {
  const std::string file = Npy(Dictionary("<f4", "2, 3"), Data(Format::f32, {1, 2, 3, 4, 5, 6}));
  for (std::size_t size = 0; size < file.size(); ++size) {
    EXPECT_THROW(Read(file.substr(0, size)), std::invalid_argument) << size;
  }
  EXPECT_THAT(ErrorOf(file.substr(0, file.size() - 1)), HasSubstr("truncated"));
  EXPECT_THAT(ErrorOf(file + "x"), HasSubstr("damaged"));
}

TEST(NpyTest, AnImpossibleShapeAllocatesNothing) {
  EXPECT_THAT(ErrorOf(Npy(Dictionary("<f8", "4611686018427387904, 4"), "")), HasSubstr("impossible"));
  EXPECT_THAT(ErrorOf(Npy(Dictionary("<f8", "400000000000000000, 400000000000000000"), "")), HasSubstr("truncated"));
}

TEST(NpyTest, MissingFileIsNamed) {
  try {
    ReadNpyFile("/nowhere/logits.npy");
    FAIL();
  } catch (const std::invalid_argument& error) {
    EXPECT_THAT(error.what(), HasSubstr("/nowhere/logits.npy: No such file"));
  }
}

}  // namespace
}  // namespace softmax_verify
