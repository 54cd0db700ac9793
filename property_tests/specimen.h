// For the files of mutants/ and lawful/: a softmax in a few lines of plain C++, run in every format.
//
// A specimen is a struct with one of
//   template <Format F> static void Row(std::span<const Real<F>> x, std::span<Real<F>> y);   a row, loaded and scaled
//   template <Format F> static Status Run(const void* x, void* y, const Layout&, const Parameters&);   a whole call
// handed to InEveryFormat by the function SV_SPECIMEN, whose name CMake derives from the file's.
#ifndef SOFTMAX_VERIFY_PROPERTY_TESTS_SPECIMEN_H_
#define SOFTMAX_VERIFY_PROPERTY_TESTS_SPECIMEN_H_

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <type_traits>
#include <vector>

#include "property_tests/corpus.h"

namespace softmax_verify::corpus {

template <Format F>
using Real = std::conditional_t<Info(F).compute == Format::f64, double, float>;

template <class T>
inline constexpr T kInfinity = std::numeric_limits<T>::infinity();

inline bool IsValid(double factor) { return factor > 0 && std::isfinite(factor); }

// The largest element, NaN aside: a NaN reaches the results through its own exponential.
template <class T>
T Maximum(std::span<const T> x) {
  T m = -kInfinity<T>;
  for (const T v : x) m = v > m ? v : m;
  return m;
}

// The plain three-pass softmax, which most mutants start from.
template <class T>
void ThreePass(std::span<const T> x, std::span<T> y) {
  const T m = Maximum(x);
  T sum = 0;
  for (std::size_t i = 0; i < x.size(); ++i) sum += y[i] = std::exp(x[i] - m);
  for (T& value : y) value /= sum;
}

struct Correct {
  template <Format F>
  static void Row(std::span<const Real<F>> x, std::span<Real<F>> y) {
    ThreePass(x, y);
  }
};

// Calls S::Row on every row of a layout: loads, scales first (as the claim says), stores rounded to nearest.
template <class S, Format F>
Status RunRows(const void* x, void* y, const Layout& layout, const Parameters& parameters) {
  if (!IsValid(parameters.scale) || !IsValid(parameters.temperature)) return Status::invalid_argument;
  std::vector<Real<F>> logits(layout.axis), results(layout.axis);
  for (std::size_t o = 0; o < layout.outer; ++o) {
    for (std::size_t i = 0; i < layout.inner; ++i) {
      for (std::size_t a = 0; a < layout.axis; ++a) {
        const double value = Load(F, x, o * layout.ldx + a * layout.inner + i);
        logits[a] = static_cast<Real<F>>(value * parameters.scale / parameters.temperature);
      }
      S::template Row<F>(std::span<const Real<F>>(logits), std::span<Real<F>>(results));
      for (std::size_t a = 0; a < layout.axis; ++a) {
        Store(F, y, o * layout.ldy + a * layout.inner + i, static_cast<double>(results[a]));
      }
    }
  }
  return Status::ok;
}

// std::exp is good to 1 ulp, two units of roundoff; scaling before the shift, in double and then rounded, to two more.
inline Claim PlainClaim() {
  Claim claim;
  claim.exp_error = 2.5;
  claim.scaled_before_shift = true;
  return claim;
}

// What is said of a specimen. The claim's format of computation is Real<F>'s unless `compute` says otherwise.
struct About {
  std::string text;
  std::map<Format, std::string> equivalent = {};
  Claim claim = PlainClaim();
  Contract contract = {};
  std::optional<Format> compute = std::nullopt;
};

template <class S, Format F>
Specimen Make(const About& about) {
  Specimen specimen;
  specimen.about = about.text;
  if (const auto reason = about.equivalent.find(F); reason != about.equivalent.end())
    specimen.equivalent = reason->second;
  specimen.kernel.format = F;
  specimen.kernel.claim = about.claim;
  specimen.kernel.claim.compute = about.compute.value_or(Info(F).compute);
  specimen.kernel.contract = about.contract;
  if constexpr (requires { &S::template Run<F>; }) {
    specimen.kernel.run = &S::template Run<F>;
  } else {
    specimen.kernel.run = &RunRows<S, F>;
  }
  return specimen;
}

template <class S>
std::vector<Specimen> InEveryFormat(About about) {
  std::vector<Specimen> specimens;
#define SV_FORMAT(name, p, emin, emax, bytes, compute) specimens.push_back(Make<S, Format::name>(about));
#include "softmax_verify/formats.def"
#undef SV_FORMAT
  return specimens;
}

std::vector<Specimen> SV_SPECIMEN();

}  // namespace softmax_verify::corpus

#endif  // SOFTMAX_VERIFY_PROPERTY_TESTS_SPECIMEN_H_
