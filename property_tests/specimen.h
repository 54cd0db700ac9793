// For the files of mutants/ and lawful/: an operation in a few lines of plain C++, run in every format.
//
// A specimen is a struct with one of
//   template <Format F> static void Solve(Problem<Real<F>>& p);      operands loaded, results to be stored: a row, or
//   all
//                                                                    of them where they make one problem
//   template <Format F> static Status Run(const Operands&, const Layout&, const Parameters&);             a whole call
// and, for softmax alone,
//   template <Format F> static void Row(std::span<const Real<F>> x, std::span<Real<F>> y);   a row, loaded and scaled
//   template <Format F> static Status Run(const void* x, void* y, const Layout&, const Parameters&);      a whole call
// handed to InEveryFormat by the function SV_SPECIMEN, whose name CMake derives from the file's. A file that holds
// several of a kind joins them (Join), each under a name of its own (About::name).
#ifndef SOFTMAX_VERIFY_PROPERTY_TESTS_SPECIMEN_H_
#define SOFTMAX_VERIFY_PROPERTY_TESTS_SPECIMEN_H_

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <limits>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <type_traits>
#include <vector>

#include "property_tests/corpus.h"
#include "verify/place.h"

namespace softmax_verify::corpus {

template <Format F>
using Real = std::conditional_t<Info(F).compute == Format::f64, double, float>;

template <class T>
inline constexpr T kInfinity = std::numeric_limits<T>::infinity();

inline bool IsValid(double factor) { return factor > 0 && std::isfinite(factor); }

// The parameters that are heeded lie in their domains, and are numbers of the format that is computed in.
inline bool AreValid(const Parameters& parameters, ParameterSet heeded, Format compute) {
  const auto valid = [&](Parameter parameter, double value, bool in_domain) {
    return !heeded.Has(parameter) || (in_domain && IsRepresentable(compute, value));
  };
  const double alpha = parameters.alpha;
  const double smoothing = parameters.label_smoothing;
  return valid(Parameter::scale, parameters.scale, IsValid(parameters.scale)) &&
         valid(Parameter::temperature, parameters.temperature, IsValid(parameters.temperature)) &&
         valid(Parameter::alpha, alpha, alpha >= 1 && alpha <= 4) &&
         valid(Parameter::label_smoothing, smoothing, smoothing >= 0 && smoothing < 1);
}

// Every target is a class or ignore_index.
inline bool AreTargets(const std::int64_t* targets, const Layout& layout, const Parameters& parameters) {
  const std::size_t rows = layout.axis == 0 ? 0 : layout.outer * layout.inner;
  return std::all_of(targets, targets + rows, [&](std::int64_t target) {
    return target == parameters.ignore_index || (target >= 0 && static_cast<std::size_t>(target) < layout.axis);
  });
}

// --- softmax ----------------------------------------------------------------------------------------------------

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

template <class T>
T Dot(std::span<const T> a, std::span<const T> b) {
  T sum = 0;
  for (std::size_t j = 0; j < a.size(); ++j) sum += a[j] * b[j];
  return sum;
}

// ln(sum_j exp(z_j - m)), from which most kernels of log_softmax and logsumexp start.
template <class T>
T LogSum(std::span<const T> z, T m) {
  T sum = 0;
  for (const T v : z) sum += std::exp(v - m);
  return std::log(sum);
}

struct Correct {
  template <Format F>
  static void Row(std::span<const Real<F>> x, std::span<Real<F>> y) {
    ThreePass(x, y);
  }
};

template <Format F>
bool AreValid(const Parameters& parameters) {
  return AreValid(parameters, Info(Operation::softmax).parameters, Info(F).compute);
}

// Calls S::Row on every row of a layout: loads, scales first (as the claim says), stores rounded to nearest.
template <class S, Format F>
Status RunRows(const void* x, void* y, const Layout& layout, const Parameters& parameters) {
  if (!AreValid<F>(parameters)) return Status::invalid_argument;
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

// --- Any operation ----------------------------------------------------------------------------------------------

// m rows of n logits: one row of a call, or all of them where they make one problem (attention, reduced losses).
template <class T>
class Problem {
 public:
  std::size_t m = 1, n = 0, d = 0;
  std::size_t row = 0, rows = 1;  // of the call's rows the first of this problem, and how many there are
  Parameters parameters;

  bool Has(Role role) const { return numbers_.contains(role) || integers_.contains(role); }
  // An input of numbers, an input of bytes or indices; empty where it is left out.
  std::span<const T> operator[](Role role) const { return Find(numbers_, role); }
  std::span<const std::int64_t> Integers(Role role) const { return Find(integers_, role); }
  // An output, also where it is not asked for.
  std::span<T> Out(Role role) { return results_.at(role); }

  // Column j takes part in row i: by mask and causal mask.
  bool Keeps(std::size_t i, std::size_t j) const {
    const auto mask = Integers(Role::mask);
    if (!mask.empty() && mask[i * n + j] == 0) return false;
    if (parameters.causal == Causal::top_left) return j <= row + i;
    return parameters.causal == Causal::none || j + rows <= row + i + n;
  }
  // z of row i: the logits scaled first, with the bias, and -inf where a column takes no part.
  std::vector<T> Logits(std::size_t i = 0) const {
    const auto x = (*this)[Role::x].subspan(i * n, n);
    const auto bias = (*this)[Role::bias];
    std::vector<T> z(n);
    for (std::size_t j = 0; j < n; ++j) {
      z[j] = static_cast<T>(static_cast<double>(x[j]) * parameters.scale / parameters.temperature);
      if (!bias.empty()) z[j] += bias[i * n + j];
      if (!Keeps(i, j)) z[j] = -kInfinity<T>;
    }
    return z;
  }

 private:
  template <class S, Format F>
  friend Status SolveRows(const Signature&, const Operands&, const Layout&, const Parameters&);

  template <class U>
  static std::span<const U> Find(const std::map<Role, std::vector<U>>& operands, Role role) {
    const auto found = operands.find(role);
    return found == operands.end() ? std::span<const U>() : std::span<const U>(found->second);
  }

  std::map<Role, std::vector<T>> numbers_;
  std::map<Role, std::vector<std::int64_t>> integers_;
  std::map<Role, std::vector<T>> results_;
};

// Calls S::Solve on every problem of a layout: loads, solves, stores rounded to nearest.
template <class S, Format F>
Status SolveRows(const Signature& signature, const Operands& operands, const Layout& layout,
                 const Parameters& parameters) {
  if (!AreValid(parameters, signature.parameters, Info(F).compute)) return Status::invalid_argument;
  if (signature.operands.Has(Role::targets) &&
      !AreTargets(operands.In<std::int64_t>(Role::targets), layout, parameters)) {
    return Status::invalid_argument;
  }
  using T = Real<F>;
  Problem<T> p;
  p.n = layout.axis;
  p.d = layout.depth;
  p.rows = layout.outer * layout.inner;
  p.m = p.d > 0 || parameters.reduction != Reduction::none ? p.rows : 1;
  p.parameters = parameters;
  for (p.row = 0; p.row < p.rows && p.n > 0; p.row += p.m) {
    // visit(operand, place, k, i): element i of the memory is element k of the problem's operand.
    const auto for_each_element = [&](bool output, const auto& visit) {
      for (const Operand& operand : Info(signature.operation).operands) {
        if (operand.output != output) continue;
        const Place place = PlaceOf(operand, layout, parameters.reduction);
        for (std::size_t r = 0; r < (place.shared ? 1 : p.m); ++r) {
          for (std::size_t e = 0; e < place.each; ++e) {
            visit(operand.role, r * place.each + e, place.Index(place.shared ? 0 : p.row + r, e));
          }
        }
      }
    };
    p.numbers_.clear();
    p.integers_.clear();
    p.results_.clear();
    for_each_element(false, [&](Role role, std::size_t, std::size_t i) {
      if (!operands.Has(role)) return;
      switch (Info(role).element) {
        case Element::byte:
          return p.integers_[role].push_back(operands.In<std::uint8_t>(role)[i]);
        case Element::index:
          return p.integers_[role].push_back(operands.In<std::int64_t>(role)[i]);
        default:
          return p.numbers_[role].push_back(static_cast<T>(Load(FormatOf(signature, role), operands.In(role), i)));
      }
    });
    for_each_element(true, [&](Role role, std::size_t, std::size_t) { p.results_[role].push_back(0); });
    S::template Solve<F>(p);
    for_each_element(true, [&](Role role, std::size_t k, std::size_t i) {
      if (operands.Has(role)) {
        Store(FormatOf(signature, role), operands.Out(role), i, static_cast<double>(p.results_[role][k]));
      }
    });
  }
  return Status::ok;
}

// --- What is said of a specimen ---------------------------------------------------------------------------------

// std::exp is good to 1 ulp, two units of roundoff; scaling before the shift, in double and then rounded, to two more.
inline Claim PlainClaim() {
  Claim claim;
  claim.exp_error = 2.5;
  claim.scaled_before_shift = true;
  return claim;
}

// The claim's format of computation is Real<F>'s unless `compute` says otherwise; what is not said of the signature is
// as in FullSignature.
struct About {
  std::string text;
  std::map<Format, std::string> equivalent = {};
  Claim claim = PlainClaim();
  Contract contract = {};
  std::optional<Format> compute = std::nullopt;
  Operation operation = Operation::softmax;
  std::string name = "";  // the file's where it is empty
  std::optional<RoleSet> operands = std::nullopt;
  std::optional<RoleSet> nullable = std::nullopt;
  std::optional<Format> statistics = std::nullopt;
};

// A gradient of softmax from its saved results.
inline About AboutSaved(std::string text, std::string name = "") {
  return {.text = std::move(text),
          .operation = Operation::softmax_backward,
          .name = std::move(name),
          .operands = RoleSet{Role::y, Role::dy, Role::dx},
          .nullable = RoleSet{}};
}

template <class S, Format F>
Specimen Make(const About& about) {
  Signature signature = FullSignature(about.operation, F);
  signature.operands = about.operands.value_or(signature.operands);
  signature.nullable = about.nullable.value_or(signature.nullable);
  signature.statistics = about.statistics.value_or(signature.statistics);

  Specimen specimen;
  specimen.about = about.text;
  if (const auto reason = about.equivalent.find(F); reason != about.equivalent.end())
    specimen.equivalent = reason->second;
  Kernel& kernel = specimen.kernel;
  static_cast<Signature&>(kernel) = signature;
  kernel.algorithm = about.name;
  kernel.claim = about.claim;
  kernel.claim.compute = about.compute.value_or(Info(F).compute);
  kernel.contract = about.contract;
  if constexpr (requires(Operands o, Layout l, Parameters p) { S::template Run<F>(o, l, p); }) {
    kernel.run = &S::template Run<F>;
  } else if constexpr (requires(Problem<Real<F>> p) { S::template Solve<F>(p); }) {
    kernel.run = [signature](const Operands& operands, const Layout& layout, const Parameters& parameters) {
      return SolveRows<S, F>(signature, operands, layout, parameters);
    };
  } else {
    kernel.run = [](const Operands& operands, const Layout& layout, const Parameters& parameters) {
      const void* const x = operands.In(Role::x);
      void* const y = operands.Out(Role::y);
      if constexpr (requires { S::template Run<F>(x, y, layout, parameters); }) {
        return S::template Run<F>(x, y, layout, parameters);
      } else {
        return RunRows<S, F>(x, y, layout, parameters);
      }
    };
  }
  return specimen;
}

template <class S>
std::vector<Specimen> InEveryFormat(const About& about) {
  std::vector<Specimen> specimens;
#define SV_FORMAT(name, p, emin, emax, bytes, compute) specimens.push_back(Make<S, Format::name>(about));
#include "softmax_verify/formats.def"
#undef SV_FORMAT
  return specimens;
}

inline std::vector<Specimen> Join(std::initializer_list<std::vector<Specimen>> lists) {
  std::vector<Specimen> all;
  for (const std::vector<Specimen>& list : lists) all.insert(all.end(), list.begin(), list.end());
  return all;
}

std::vector<Specimen> SV_SPECIMEN();

}  // namespace softmax_verify::corpus

#endif  // SOFTMAX_VERIFY_PROPERTY_TESTS_SPECIMEN_H_
