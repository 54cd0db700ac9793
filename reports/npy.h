// Reads the .npy files that NumPy writes.
#ifndef SOFTMAX_VERIFY_REPORTS_NPY_H_
#define SOFTMAX_VERIFY_REPORTS_NPY_H_

#include <cstddef>
#include <iosfwd>
#include <string>
#include <vector>

namespace softmax_verify {

// A matrix in C order; a one-dimensional array is one row. Every float16, float32 and float64 is exactly a double.
struct Matrix {
  std::size_t rows = 0;
  std::size_t cols = 0;
  std::vector<double> values;
};

// Reads float16, float32 or float64, little-endian, of one or two dimensions, in C or Fortran order, none empty.
// Throws std::invalid_argument, one line that says what is wrong and what would be right.
Matrix ReadNpy(std::istream& file);
Matrix ReadNpyFile(const std::string& path);  // its errors name the file

}  // namespace softmax_verify

#endif  // SOFTMAX_VERIFY_REPORTS_NPY_H_
