// A kernel as everything above the kernels sees it: a name, a promise, and a function to call.
//
// Our own kernels, mutants, lawful kernels and a stranger's function are all a Kernel.
#ifndef SOFTMAX_VERIFY_KERNEL_H_
#define SOFTMAX_VERIFY_KERNEL_H_

#include <array>
#include <cstddef>
#include <functional>
#include <optional>
#include <string>

#include "softmax_verify/format.h"
#include "softmax_verify/operation.h"

namespace softmax_verify {

// Where the rows lie. Row (o, i) has the elements x[o * ldx + a * inner + i] for a = 0 .. axis - 1, and so have all
// inputs with a slice for each row; outputs have ldy in place of ldx. [rows, cols] with row strides is
// {rows, cols, 1, ldx, ldy}, the middle axis of a dense [outer, axis, inner] tensor is
// {outer, axis, inner, axis * inner, axis * inner}. Strides are in elements. One number a row (lse, targets, ...) lies at
// o * inner + i, and operands that the rows share are dense. Attention: outer counts the queries, axis the keys, depth is
// that of their vectors, and everything is dense: inner = 1, ldx = ldy = axis, the row strides of mask and bias. The
// Jacobian of a row is dense too: inner = 1.
struct Layout {
  std::size_t outer = 0;
  std::size_t axis = 0;
  std::size_t inner = 1;
  std::size_t ldx = 0;
  std::size_t ldy = 0;
  std::size_t depth = 0;

  static constexpr Layout Rows(std::size_t rows, std::size_t cols, std::size_t depth = 0) {
    return {rows, cols, 1, cols, cols, depth};
  }
  static constexpr Layout Axis(std::size_t outer, std::size_t axis, std::size_t inner) {
    return {outer, axis, inner, axis * inner, axis * inner, 0};
  }
};

// The operands of a call, by role; null where the call has none.
class Operands {
 public:
  void Set(Role role, const void* operand) { at_[Index(role)] = const_cast<void*>(operand); }
  bool Has(Role role) const { return at_[Index(role)] != nullptr; }
  template <class T = void>
  const T* In(Role role) const {
    return static_cast<const T*>(at_[Index(role)]);
  }
  template <class T = void>
  T* Out(Role role) const {
    return static_cast<T*>(at_[Index(role)]);
  }

 private:
  static constexpr std::size_t Index(Role role) { return static_cast<std::size_t>(role); }
  std::array<void*, kRoles.size()> at_{};
};

// What a kernel answers; the numbers are those of the C ABI.
enum class Status : int { ok = 0, invalid_argument = 1, out_of_memory = 2 };

// How the terms of a row are summed: the height of the summation tree follows from it (verify/bounds.h).
struct Accumulation {
  enum class Kind {
    sequential,   // any order at all: height n - 1
    lanes,        // `parameter` partial sums, each over every parameter-th term, merged in a balanced tree
    pairwise,     // leaves of `parameter` terms, halves merged
    compensated,  // Kahan, Neumaier or Sum2, in `parameter` partial sums
    wide,         // in f64, of sums of `parameter` terms in a balanced tree
    native,       // in the storage format, in `parameter` partial sums
    blocks,       // partial sums of `parameter` terms in any order, added up one by one
  };
  Kind kind = Kind::sequential;
  std::size_t parameter = 1;
};

// What the arithmetic of a kernel is, and so what error is proved for it: docs/error_bounds.md derives the bound
// from these fields, verify/bounds.h computes it for a row.
struct Claim {
  Format compute = Format::f32;   // the format of the arithmetic between load and store
  Accumulation accumulation;      // of the exponentials
  double exp_error = 4;           // theta: |ln(computed exp(t) / e^t)| <= theta u where e^t is normal
  double log_error = 4;           // theta_l: |computed ln(s) - ln(s)| <= theta_l u ln(s)
  double power_error = 4;         // of entmax: |ln(computed t^b / t^b)| <= power_error u (1 + |ln t^b|)
  bool log1p = false;             // ln(s) is computed as ln(1 + t), t the sum without one of its largest terms
  bool exp_monotone = false;      // t <= t' gives computed exp(t) <= computed exp(t'), in every normal and subnormal case
  double shift_error = 1;         // kappa: the exponent of term i is off by at most kappa u |d_i|
  double scale_error = 2;         // the same from scale and temperature, when either is not 1
  double normalise_error = 2;     // roundings of the division by the sum: 1 divides, 2 multiplies by 1 / s
  bool same_terms = false;        // what is divided by the sum are the very terms that were summed; of sparse maps: the
                                  // threshold is where the very results sum to 1, and nothing is divided
  bool shifted = true;            // false: exp is taken of x itself, promised only where that cannot overflow
  bool scaled_before_shift = false;  // x * scale is rounded before the maximum is subtracted
  bool saved_lse = false;     // cross_entropy_backward: the terms are e^(z_j - lse) of the exact lse, rounded to its format
  bool base_2_lse = false;    // an lse is the logarithm to base 2, rounded, times ln 2, rounded
  bool faithful = false;      // a result is stored in a narrower format as either value beside it, not as the nearest
  bool correctly_rounded = false;  // every result is the exact one rounded to nearest, ties to even
  double value_error = 0;     // not 0: every result is rounded to nearest, once, from a value that is off by at most this,
                              // relatively
  // A running sum is rescaled whenever the maximum grows. Partial sum l sees the terms in steps of
  // `rescale_step` elements, in each of which it owns the positions congruent to l modulo `rescale_lanes`.
  // rescale_step = 0: no rescaling. rescale_lanes = 0: any partial sums, each of which sees its terms in ascending or in
  // descending order of their positions.
  std::size_t rescale_step = 0;
  std::size_t rescale_lanes = 1;
  Accumulation products;       // attention: of products, over the depth and over keys or queries
  std::optional<Format> tile;  // attention: what the exponentials are rounded to before they meet v; nothing: not at all
};

// What a kernel does on special rows, and which identities it promises bit for bit.
struct Contract {
  enum class AllNegInf { any, nan, zero };          // a row of -inf alone; zero of a logarithm is -inf
  enum class PosInf { any, nan, one_hot };          // a row with +inf in it; one_hot: the limit, that of lse is +inf
  enum class Subnormals { any, gradual, flush };    // results below the normal range
  AllNegInf all_neg_inf = AllNegInf::any;
  PosInf pos_inf = PosInf::any;
  Subnormals subnormals = Subnormals::any;
  bool identical_equal_inputs = false;  // equal logits in a row give equal bits
  bool exact_shift = false;             // shifting by a constant, without rounding, keeps every bit
  bool layout_independent = false;      // strides, axes, in place, alignment and neighbours keep every bit
  bool symmetric = false;               // a Jacobian and its transpose have the same bits
};

// What a kernel is asked, and what it answers: rows are drawn for it.
struct Signature {
  Operation operation = Operation::softmax;
  Format format = Format::f32;
  Format statistics = Format::f32;  // of operands that are one number a row
  RoleSet operands;                 // those of the operation that it takes
  RoleSet nullable;                 // of them, those that may be null
  ParameterSet parameters;          // those of the operation that it heeds

  friend bool operator==(const Signature&, const Signature&) = default;
};
// What our own kernels have: every operand, the optional ones nullable; statistics in the format of the arithmetic.
constexpr Signature FullSignature(Operation operation, Format format) {
  Signature signature{operation, format, Info(format).compute, {}, {}, Info(operation).parameters};
  for (const Operand& operand : Info(operation).operands) {
    signature.operands.Add(operand.role);
    if (operand.optional) signature.nullable.Add(operand.role);
  }
  return signature;
}
// What a kernel has that takes some of the optional operands, always: `with`.
constexpr Signature SignatureWith(Operation operation, Format format, RoleSet with) {
  Signature signature = FullSignature(operation, format);
  for (const Operand& operand : Info(operation).operands) {
    if (operand.optional && !with.Has(operand.role)) signature.operands.Remove(operand.role);
  }
  signature.nullable = {};
  return signature;
}
// The format of an operand of numbers.
constexpr Format FormatOf(const Signature& signature, Role role) {
  return Info(role).element == Element::statistic ? signature.statistics : signature.format;
}
// The bytes of one element of an operand.
constexpr std::size_t BytesOf(const Signature& signature, Role role) {
  switch (Info(role).element) {
    case Element::byte:
      return 1;
    case Element::index:
      return 8;
    default:
      return Info(FormatOf(signature, role)).bytes;
  }
}

struct Kernel : Signature {
  std::string name;    // operation.algorithm.format, or the user's symbol
  std::string target;  // Highway's name of the instruction set, or "" where there is only one
  std::string algorithm;
  Claim claim;
  Contract contract;
  // Shapes    the operation's (operations.def), laid out as Layout says. An output may be an input of the same shape when
  //           their strides are equal.
  // Returns   Status::ok, or another status with the outputs untouched.
  std::function<Status(const Operands&, const Layout&, const Parameters&)> run;
};

}  // namespace softmax_verify

#endif  // SOFTMAX_VERIFY_KERNEL_H_
