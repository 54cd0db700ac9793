// What the laws are made of: calls of a kernel in every layout, and comparisons within what is proved.
#ifndef SOFTMAX_VERIFY_PROPERTY_TESTS_TRIAL_H_
#define SOFTMAX_VERIFY_PROPERTY_TESTS_TRIAL_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

#include "property_tests/laws.h"
#include "softmax_verify/kernel.h"
#include "verify/bounds.h"
#include "verify/case.h"

namespace softmax_verify {

using Values = std::vector<double>;

// --- Outcomes ---------------------------------------------------------------------------------------------------

Outcome Held();
Outcome Vacuous();
Outcome Broken(std::string what, std::size_t element = 0);
Outcome Broken(std::string what, std::size_t element, double got, double exact, double error, double bound);

// --- Rows -------------------------------------------------------------------------------------------------------

// Finite or -inf throughout, and finite somewhere: the rows for which error bounds are stated.
bool IsOrdinary(std::span<const double> x);
bool IsFinite(std::span<const double> x);
// The position of the first largest element of an ordinary row.
std::size_t ArgMax(std::span<const double> x);
Row WithLogits(const Row& row, Values x);
// (x_i - x_j) * scale / temperature, to 2^-61 of its magnitude.
long double Distance(const Row& row, std::size_t i, std::size_t j);
// Finite throughout: what is not finite is replaced by 0.
Values FiniteLogits(const Row& row);

// --- Calls ------------------------------------------------------------------------------------------------------

// Elements of a storage type, all NaN at first. The first lies `offset` elements past a 64-byte boundary.
class Buffer {
 public:
  Buffer(Format format, std::size_t elements, std::size_t offset = 0);
  void* data() { return start_; }
  std::size_t size() const { return elements_; }
  double Get(std::size_t i) const { return Load(format_, start_, i); }
  void Set(std::size_t i, double value) { Store(format_, start_, i, value); }
  void Fill(double value);

 private:
  struct Free {
    void operator()(unsigned char* memory) const;
  };
  Format format_;
  std::unique_ptr<unsigned char, Free> memory_;
  unsigned char* start_;
  std::size_t elements_;
};

// Where the elements of row r (of outer * inner) lie.
std::size_t IndexOf(const Layout& layout, std::size_t stride, std::size_t r, std::size_t a);

// Control state of the floating-point unit, without the sticky exception flags.
struct FpControl {
  std::uint64_t bits = 0;
  static FpControl Read();
  void Write() const;
  friend bool operator==(const FpControl&, const FpControl&) = default;
};

// kernel.run, after which the floating-point environment is put back; `changed` tells whether it had to be.
Status Run(const Kernel& kernel, const void* x, void* y, const Layout& layout, const Parameters& parameters,
           bool* changed = nullptr);

struct Setup {
  Layout layout;
  std::size_t x_offset = 0;  // in elements, past a 64-byte boundary
  std::size_t y_offset = 0;
  bool in_place = false;
};

struct Results {
  Status status = Status::ok;
  std::vector<Values> rows;                      // what y held afterwards, NaN where nothing was written
  std::optional<std::size_t> written_elsewhere;  // element of the buffer of y that belongs to no row and changed
};

// Calls the kernel once on rows of equal length, which fill the layout in its order. y is filled with NaN beforehand
// (not in place), and the gaps of x hold NaN.
Results Call(const Kernel& kernel, std::span<const Values> rows, const Parameters& parameters, const Setup& setup);

// A kernel that answered valid arguments with a status: the laws below turn it into a Broken outcome.
struct Refused : std::runtime_error {
  using std::runtime_error::runtime_error;
};
// One row alone. Throws Refused.
Values CallOne(const Kernel& kernel, const Row& row);

// --- Comparisons ------------------------------------------------------------------------------------------------

// Every inequality is evaluated in double or better; this factor on its right side covers the evaluation.
inline constexpr double kEvaluation = 1 + 0x1p-30;

// The same value: bit for bit, one NaN being as good as another.
bool SameBits(double a, double b);
// The unit in the last place of an exact result.
double Unit(Format format, const reference::Enclosure& exact);
// What is proved for the kernel on the row: ProvedBound, and nothing where scaling first may overflow.
RowBound Promised(const Kernel& kernel, const Case& row);
// Within the bound of the row, element by element. Vacuous where nothing is promised.
Outcome CheckAccuracy(const Kernel& kernel, const Case& row, const Values& y);
// |a_i - b_i| <= (bound_a + bound_b) ulp(exact_i): both are results for logits with the exact results `exact`.
Outcome CheckWithinBoth(const Kernel& kernel, const std::vector<reference::Enclosure>& exact, const Values& a,
                        const RowBound& bound_a, const Values& b, const RowBound& bound_b, const std::string& what);
// The same bits, or within both bounds where the contract does not promise bits.
Outcome CheckSame(const Kernel& kernel, const Case& row, const Values& expected, const Values& got, bool promised_bits,
                  const std::string& what);

// For each element, whether its exponential is at least twice the smallest normal number of the format of computation.
std::vector<bool> NormalTerms(const Kernel& kernel, const Row& row);

// omega_i: |ln(y_i / y_j) - (z_i - z_j)| <= omega_i + omega_j where both terms are normal and both results at least
// twice the smallest normal number of the storage format (Law: odds).
std::vector<double> OddsBound(const Kernel& kernel, const Row& row);

}  // namespace softmax_verify

#endif  // SOFTMAX_VERIFY_PROPERTY_TESTS_TRIAL_H_
