// For the attention files of mutants/ and lawful/: attention with an online softmax over blocks of keys, and its
// gradients, in plain C++, every step of which may be replaced.
#ifndef SOFTMAX_VERIFY_PROPERTY_TESTS_ATTENTION_SPECIMEN_H_
#define SOFTMAX_VERIFY_PROPERTY_TESTS_ATTENTION_SPECIMEN_H_

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <type_traits>
#include <utility>
#include <vector>

#include "property_tests/specimen.h"

namespace softmax_verify::corpus {

// What is known of a query after some blocks.
template <class T>
struct Running {
  T m = std::numeric_limits<T>::lowest();
  T s = 0;
  std::vector<T> out;  // times s
};

template <class T>
class BlockedAttention {
 public:
  explicit BlockedAttention(Problem<T>& problem)
      : p(problem), q(p[Role::q]), k(p[Role::k]), v(p[Role::v]), bias(p[Role::bias]) {}
  virtual ~BlockedAttention() = default;

  virtual void Solve() {
    for (std::size_t i = 0; i < p.m; ++i) {
      Running<T> running = Start();
      running.out.assign(p.d, 0);
      for (std::size_t begin = 0; begin < End(); begin += Block()) {
        Join(i, begin, std::min(begin + Block(), p.n), running);
      }
      Finish(i, running);
    }
  }

 protected:
  virtual Running<T> Start() { return {}; }
  virtual std::size_t Block() { return 16; }
  virtual std::size_t End() { return p.n; }

  virtual bool Sees(std::size_t i, std::size_t j) {
    return p.Keeps(i, j) && (bias.empty() || bias[i * p.n + j] != -kInfinity<T>);
  }
  virtual T Dot(std::size_t i, std::size_t j) {
    T sum = 0;
    for (std::size_t c = 0; c < p.d; ++c) sum += q[i * p.d + c] * k[j * p.d + c];
    return sum;
  }
  virtual T Scale() { return static_cast<T>(p.parameters.scale); }
  virtual T Hidden() { return -kInfinity<T>; }
  virtual T Score(std::size_t i, std::size_t j) {
    if (!Sees(i, j)) return Hidden();
    const T z = Dot(i, j) * Scale();
    return bias.empty() ? z : z + bias[i * p.n + j];
  }
  virtual T Larger(T m, T z) { return z > m ? z : m; }
  virtual T Rescale(T before, T after) { return std::exp(before - after); }
  virtual T Weight(T e) { return e; }  // as it meets v

  virtual void Join(std::size_t i, std::size_t begin, std::size_t end, Running<T>& running) {
    std::vector<T> z;
    T m = running.m;
    for (std::size_t j = begin; j < end; ++j) {
      z.push_back(Score(i, j));
      m = Larger(m, z.back());
    }
    const T factor = Rescale(running.m, m);
    running.m = m;
    running.s *= factor;
    for (T& sum : running.out) sum *= factor;
    for (std::size_t j = begin; j < end; ++j) {
      if (z[j - begin] == -kInfinity<T>) continue;
      const T e = std::exp(z[j - begin] - m);
      running.s += e;
      for (std::size_t c = 0; c < p.d; ++c) running.out[c] += Weight(e) * v[j * p.d + c];
    }
  }
  virtual T Lse(const Running<T>& running) { return running.m + std::log(running.s); }
  virtual void Finish(std::size_t i, const Running<T>& running) {
    const bool sees = running.s != 0;
    for (std::size_t c = 0; c < p.d; ++c) p.Out(Role::out)[i * p.d + c] = sees ? running.out[c] / running.s : 0;
    p.Out(Role::lse)[i] = sees ? Lse(running) : -kInfinity<T>;
  }

  Problem<T>& p;
  const std::span<const T> q, k, v, bias;
};

// The gradients, pair by pair.
template <class T>
class AttentionGradients : public BlockedAttention<T> {
  using Base = BlockedAttention<T>;

 public:
  explicit AttentionGradients(Problem<T>& problem)
      : Base(problem), out(problem[Role::out]), dout(problem[Role::dout]), lse(problem[Role::lse]) {}

  void Solve() override {
    for (std::size_t i = 0; i < p.m; ++i) Query(i);
    for (T& value : p.Out(Role::dq)) value *= ScaleOfGradients();
    for (T& value : p.Out(Role::dk)) value *= ScaleOfGradients();
  }

 protected:
  using Base::k, Base::p, Base::q, Base::v;

  virtual void Query(std::size_t i) {
    const T delta = Delta(i);
    for (std::size_t j = 0; j < this->End(); ++j) {
      const T z = this->Score(i, j);
      if (z == -kInfinity<T> || lse[i] == -kInfinity<T>) continue;
      const T weight = std::exp(Exponent(z, i));
      Add(i, j, weight, OfScore(weight, Product(dout, i, v, j), delta));
    }
  }
  virtual T Exponent(T z, std::size_t i) { return z - lse[i]; }
  T Product(std::span<const T> a, std::size_t i, std::span<const T> b, std::size_t j) const {
    T sum = 0;
    for (std::size_t c = 0; c < p.d; ++c) sum += a[i * p.d + c] * b[j * p.d + c];
    return sum;
  }
  virtual T Delta(std::size_t i) { return Product(dout, i, out, i); }
  virtual T OfScore(T weight, T product, T delta) { return weight * (product - delta); }
  virtual void Add(std::size_t i, std::size_t j, T weight, T of_score) {
    const std::size_t d = p.d;
    for (std::size_t c = 0; c < d; ++c) {
      p.Out(Role::dq)[i * d + c] += of_score * k[j * d + c];
      p.Out(Role::dk)[j * d + c] += of_score * q[i * d + c];
      p.Out(Role::dv)[j * d + c] += weight * dout[i * d + c];
    }
  }
  virtual T ScaleOfGradients() { return this->Scale(); }

  const std::span<const T> out, dout, lse;
};

// A specimen from a class template of one type, the type of computation.
//
// Two files may each have a template of the same name in their anonymous namespaces. GCC takes what is instantiated
// with such a template, rather than with a class, for one and the same in both: hence classes here, and `static` below.
template <class OfFloat, class OfDouble>
struct Solving {
  template <Format F>
  static void Solve(Problem<Real<F>>& p) {
    std::conditional_t<std::is_same_v<Real<F>, float>, OfFloat, OfDouble>(p).Solve();
  }
};

inline Claim AttentionClaim() {
  Claim claim = PlainClaim();
  claim.normalise_error = 1;
  claim.same_terms = true;
  claim.rescale_step = 16;
  return claim;
}

template <template <class> class Attention>
static std::vector<Specimen> AttentionInEveryFormat(About about, Operation operation = Operation::attention) {
  about.operation = operation;
  if (about.claim.rescale_step == 0 && !about.claim.same_terms) about.claim = AttentionClaim();
  return InEveryFormat<Solving<Attention<float>, Attention<double>>>(about);
}
template <template <class> class Attention>
static std::vector<Specimen> GradientsInEveryFormat(const About& about) {
  return AttentionInEveryFormat<Attention>(about, Operation::attention_backward);
}

}  // namespace softmax_verify::corpus

#endif  // SOFTMAX_VERIFY_PROPERTY_TESTS_ATTENTION_SPECIMEN_H_
