// The fast first turn of Ziv's loop: 128-bit floating-point numbers that know how far off they are.
//
// A Ball stands for every number within `error` units in the last of its 128 places. Each operation encloses: the
// result's ball contains the exact result for all numbers in the operands' balls. The errors are counted in ball.cc,
// operation by operation; all that is needed is that integers are integers. Where a ball is of no use (a division by
// what may be 0) it contains all numbers, and MPFI decides.
#ifndef SOFTMAX_VERIFY_REFERENCE_BALL_H_
#define SOFTMAX_VERIFY_REFERENCE_BALL_H_

#include <mpfr.h>

#include <cstdint>
#include <limits>
#include <optional>

namespace softmax_verify::reference {

class Ball {
 public:
  __extension__ typedef unsigned __int128 Mantissa;

  Ball() = default;                         // exactly 0
  explicit Ball(double value);              // exactly; finite
  Ball(mpfr_srcptr low, mpfr_srcptr high);  // [low, high]; all numbers unless both are finite

  Ball& operator+=(const Ball& other);
  Ball& operator-=(const Ball& other);
  Ball& operator*=(const Ball& other);
  Ball& operator/=(const Ball& other);
  Ball operator-() const;
  friend Ball operator+(Ball a, const Ball& b) { return a += b; }
  friend Ball operator-(Ball a, const Ball& b) { return a -= b; }
  friend Ball operator*(Ball a, const Ball& b) { return a *= b; }
  friend Ball operator/(Ball a, const Ball& b) { return a /= b; }
  friend Ball Exp(const Ball& exponent);  // useful for |exponent| < 2^29, and for anything below

  // -1, 0 or 1: the sign of every number in the ball; nothing where they differ.
  friend std::optional<int> Sign(const Ball& ball);

  // The ends of the ball, as read-only MPFR numbers that live as long as this object.
  class Ends {
   public:
    explicit Ends(const Ball& ball);
    Ends(const Ends&) = delete;
    Ends& operator=(const Ends&) = delete;
    mpfr_srcptr low() const { return low_; }
    mpfr_srcptr high() const { return high_; }

   private:
    Mantissa inner_digits_ = 0, outer_digits_ = 0;
    mpfr_t low_, high_;
  };

 private:
  Ball(bool negative, Mantissa mantissa, long exponent, double error);
  static Ball All();
  static Ball Around0(double bound, long exponent);
  static Ball UpTo(bool negative, long power);
  bool IsAll() const { return error_ == std::numeric_limits<double>::infinity(); }
  bool IsUpTo() const;
  double LeastMantissa() const;
  // Whether no two numbers in the ball have different signs; 0 may be among them.
  bool HasSign() const { return error_ <= LeastMantissa(); }

  // +-mantissa * 2^exponent, with mantissa >= 2^127 unless the ball is exactly 0; |exact - that| <= error * 2^exponent.
  bool negative_ = false;
  Mantissa mantissa_ = 0;
  long exponent_ = 0;
  double error_ = 0;
};

Ball Exp(const Ball& exponent);
std::optional<int> Sign(const Ball& ball);
// All numbers, where the ball is not within the function's domain.
Ball Log(const Ball& x);
Ball Log1p(const Ball& x);  // with a small relative error for tiny x too
Ball Sqrt(const Ball& x);

}  // namespace softmax_verify::reference

#endif  // SOFTMAX_VERIFY_REFERENCE_BALL_H_
