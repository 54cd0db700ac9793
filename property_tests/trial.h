// What the laws are made of: calls of a kernel in every layout, and comparisons within what is proved.
#ifndef SOFTMAX_VERIFY_PROPERTY_TESTS_TRIAL_H_
#define SOFTMAX_VERIFY_PROPERTY_TESTS_TRIAL_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

#include "property_tests/laws.h"
#include "verify/place.h"
#include "softmax_verify/kernel.h"
#include "verify/bounds.h"
#include "verify/case.h"
#include "verify/fp_control.h"
#include "verify/random.h"

namespace softmax_verify {

// --- Outcomes ---------------------------------------------------------------------------------------------------

Outcome Held();
Outcome Vacuous();
Outcome Broken(std::string what, std::size_t element = 0);
Outcome Broken(std::string what, std::size_t element, double got, double exact, double error, double bound);

// --- Rows -------------------------------------------------------------------------------------------------------

// Finite or -inf throughout, and finite somewhere: the logits for which error bounds are stated.
bool IsOrdinary(std::span<const double> x);
// All inputs that are numbers.
bool IsFinite(const Row& row);
// The position of the first largest element of an ordinary row.
std::size_t ArgMax(std::span<const double> x);
// x_i * scale / temperature, to 2^-61 of its magnitude.
long double ScaledLogit(const Row& row, std::size_t i);
// (x_i - x_j) * scale / temperature, to 2^-61 of its magnitude.
long double Distance(const Row& row, std::size_t i, std::size_t j);
// Finite throughout: what is not finite is replaced by 0.
Values FiniteLogits(const Row& row);
// The row whose column j is column from[j] of `row`, in every input that has columns. Classes follow the columns that
// they name; one that is left out becomes 0.
Row WithColumns(const Row& row, std::span<const std::size_t> from);
// The row with other logits; where they are more or fewer, its other inputs are repeated or cut off.
Row WithLogits(const Row& row, Values x);
// Numbers of the format rounded to multiples of `quantum`, and those plus `by`: representable, what is finite.
struct ExactShift {
  Values from, to;
  double quantum, by;
};
// Nothing where there is no room for it.
std::optional<ExactShift> ShiftExactly(Format format, const Values& values, Random& random);
// The rows of the row over and over, until there are m of them.
Row RepeatRows(const Row& row, std::size_t m);
// Of each result, flat: where it is among the results of a row whose columns are at place[0], place[1], ...
std::vector<std::size_t> PlacesOfResults(const Row& row, std::span<const std::size_t> place);

// Result e in words: y[3], lse[0].
std::string NameOfResult(const Row& row, std::size_t e);

// --- Calls ------------------------------------------------------------------------------------------------------

// Elements of an operand's storage type, at first all NaN (bytes 1, indices -1). The first lies `offset` elements past
// a 64-byte boundary.
class Buffer {
 public:
  Buffer(const Signature& signature, Role role, std::size_t elements, std::size_t offset = 0);
  void* data() { return start_; }
  std::size_t size() const { return elements_; }
  // Of an operand of numbers.
  double Get(std::size_t i) const { return Load(FormatOf(signature_, role_), start_, i); }
  void Set(std::size_t i, double value) { StoreElement(signature_, role_, start_, i, value); }

 private:
  struct Free {
    void operator()(unsigned char* memory) const;
  };
  Signature signature_;
  Role role_;
  std::unique_ptr<unsigned char, Free> memory_;
  unsigned char* start_;
  std::size_t elements_;
};

// kernel.run, after which the floating-point environment is put back; `changed` tells whether it had to be.
Status Run(const Kernel& kernel, const Operands& operands, const Layout& layout, const Parameters& parameters,
           bool* changed = nullptr);

// An operand of a call on rows like `row`: those inputs that it has, and the outputs of its results.
struct PlacedOperand {
  Role role{};
  bool output = false;
  Place place;
};
std::vector<PlacedOperand> OperandsOf(const Row& row, const Layout& layout);

// Whether the rows of an operation may have strides and lie along any axis: all operands have a slice or one number for
// each row, or are shared. Not attention, not the Jacobian.
bool TakesAnyLayout(Operation operation);

struct Setup {
  Layout layout;                                    // of as many rows as are called
  std::array<std::size_t, kRoles.size()> offset{};  // by role, in elements past a 64-byte boundary
  bool in_place = false;  // the first output [m, n] is in the memory of the first such input of numbers
};
// Whether a call on the row can be in place.
bool HasPlaceForResults(const Row& row);
// `count` rows like `row`, dense.
Layout DenseRows(const Row& row, std::size_t count = 1);

// Memory for calls on rows of one shape with the same operands and parameters, each operand in a buffer of its own.
// More than one row only where each is by itself (IsRowWise); operands that the rows share are the first one's.
class CallMemory {
 public:
  CallMemory(const Kernel& kernel, const Row& like, const Setup& setup);
  // The rows fill the layout in its order; all results become `poison` (not in place).
  void Write(std::span<const Row> rows, double poison);
  Status Run(bool* changed = nullptr);
  // The results of row r, flat.
  Values ResultsOf(std::size_t r) const;
  // An element of an output's memory that belongs to no row, a few behind it included, and is no longer NaN.
  std::optional<std::string> WrittenElsewhere() const;

 private:
  const Buffer& BufferOf(Role role) const;
  Buffer& BufferOf(Role role);

  const Kernel& kernel_;
  Setup setup_;
  Parameters parameters_;
  std::size_t rows_in_one_;  // m
  std::vector<PlacedOperand> operands_;
  std::vector<Part> parts_;
  std::map<Role, Buffer> buffers_;
  std::map<Role, Role> memory_of_;  // of an output in place: the input
};

struct Results {
  Status status = Status::ok;
  std::vector<Values> rows;                      // flat, NaN where nothing was written
  std::optional<std::string> written_elsewhere;  // the element, in words
};
// Calls the kernel once.
Results Call(const Kernel& kernel, std::span<const Row> rows, const Setup& setup);

// A kernel that answered valid arguments with a status: the laws below turn it into a Broken outcome.
struct Refused : std::runtime_error {
  using std::runtime_error::runtime_error;
};
// One row alone, flat. Throws Refused.
Values CallOne(const Kernel& kernel, const Row& row);

// --- Comparisons ------------------------------------------------------------------------------------------------

// Every inequality is evaluated in double or better; this factor on its right side covers the evaluation.
inline constexpr double kEvaluation = 1 + 0x1p-30;

// The same value: bit for bit, one NaN being as good as another.
bool SameBits(double a, double b);
// x * scale and x / temperature stay finite, in whatever order they are taken, and so do the sums with a bias; or the
// kernel does not scale before it shifts.
bool ScalesSafely(const Kernel& kernel, const Row& row);
// What is proved for the kernel on the row: ProvedBound, and nothing where scaling first may overflow.
RowBound Promised(const Kernel& kernel, const Case& row);
// |result e - exact| <= this, in units of 1.
long double BoundOf(const RowBound& bound, std::size_t e);
// A number of the format as laws compare it: an infinity counts as +-2^(emax + 1), as in docs/ulp.md, and so does
// everything beyond.
long double AsNumber(Format format, long double value);
// |got - value| <= allowed, both as AsNumber has them, for a value that the law knows in closed form; `what` says how.
// Nothing is promised where `allowed` is infinite.
Outcome CheckValue(const Row& row, std::size_t e, double got, long double value, long double allowed,
                   const std::string& what);
// Within the bound of the row, result by result. Vacuous where nothing is promised.
Outcome CheckAccuracy(const Kernel& kernel, const Case& row, const Values& results);
// |a_e - b_e| <= bound_a + bound_b: both are results for rows with the same exact results.
Outcome CheckWithinBoth(const Row& row, const Values& a, const RowBound& bound_a, const Values& b,
                        const RowBound& bound_b, const std::string& what);
// The same bits, or within the bound of each where the contract does not promise bits.
Outcome CheckSame(const Kernel& kernel, const Case& row, const Values& expected, const Values& got, bool promised_bits,
                  const std::string& what);

// --- Rows of exponentials ---------------------------------------------------------------------------------------

// For each element, whether its exponential is at least twice the smallest normal number of the format of computation.
std::vector<bool> NormalTerms(const Kernel& kernel, const Row& row);

// omega_i: |ln(y_i / y_j) - (z_i - z_j)| <= omega_i + omega_j where both terms are normal and both results at least
// twice the smallest normal number of the storage format (Law: odds).
std::vector<double> OddsBound(const Kernel& kernel, const Row& row);

}  // namespace softmax_verify

#endif  // SOFTMAX_VERIFY_PROPERTY_TESTS_TRIAL_H_
