// What goes wrong between alpha, the threshold and the powers.
#include "property_tests/sparse_specimen.h"

namespace softmax_verify::corpus {
namespace {

struct AlphaIgnored {
  template <class T>
  static void Row(Alpha<T>, std::span<const T> z, std::span<T> y) {
    Alpha<T>(1.5).Row(z, y);
  }
};

struct NotScaled {
  template <class T>
  static void Row(Alpha<T> alpha, std::span<const T> z, std::span<T> y) {
    alpha.factor = 1;
    alpha.Row(z, y);
  }
};

struct ExponentNotInverted {
  template <class T>
  static void Row(Alpha<T> alpha, std::span<const T> z, std::span<T> y) {
    alpha.beta = alpha.factor;
    alpha.Row(z, y);
  }
};

struct NoShift {
  template <class T>
  static void Row(Alpha<T> alpha, std::span<const T> z, std::span<T> y) {
    std::vector<T> w(z.begin(), z.end());
    for (T& value : w) value *= alpha.factor;
    const T top = Maximum(std::span<const T>(w));
    alpha.Cut(w, Bisect<T>(top - 1, top, kToTheEnd, [&](T at) { return alpha.Sum(w, at); }), y);
  }
};

struct EightHalvings {
  template <class T>
  static void Row(Alpha<T> alpha, std::span<const T> z, std::span<T> y) {
    const std::vector<T> c = alpha.Distances(z, y);
    if (c.empty()) return;
    alpha.Cut(c, Bisect<T>(-1, 0, 8, [&](T at) { return alpha.Sum(c, at); }), y);
    Normalise(y);
  }
};

struct SignOfTheProduct {
  template <class T>
  static void Row(Alpha<T> alpha, std::span<const T> z, std::span<T> y) {
    const std::vector<T> c = alpha.Distances(z, y);
    if (c.empty()) return;
    T low = -1, high = -std::pow(static_cast<T>(c.size()), -alpha.factor);
    const T at_low = alpha.Sum(c, low) - 1;
    for (int i = 0; i < 60; ++i) {
      const T middle = low + (high - low) / 2;
      ((alpha.Sum(c, middle) - 1) * at_low >= 0 ? low : high) = middle;
    }
    alpha.Cut(c, low, y);
    Normalise(y);
  }
};

struct DividedByNothing {
  template <class T>
  static void Row(Alpha<T> alpha, std::span<const T> z, std::span<T> y) {
    alpha.is_softmax = false;
    alpha.Row(z, y);
  }
};

struct SmallAlphaIsSoftmax {
  template <class T>
  static void Row(Alpha<T> alpha, std::span<const T> z, std::span<T> y) {
    alpha.is_softmax = alpha.factor < T{0.3};
    alpha.Row(z, y);
  }
};

struct TailLeftOut {
  template <class T>
  static void Row(Alpha<T> alpha, std::span<const T> z, std::span<T> y) {
    const std::vector<T> c = alpha.Distances(z, y);
    if (c.empty()) return;
    std::vector<T> body = c;
    if (c.size() >= 8) body.resize(c.size() / 8 * 8);
    alpha.Cut(c, Bisect<T>(-1, 0, kToTheEnd, [&](T at) { return alpha.Sum(body, at); }), y);
  }
};

// S::Row on the logits of a problem.
template <class S>
struct Entmax {
  template <Format F>
  static void Solve(Problem<Real<F>>& p) {
    using T = Real<F>;
    const std::vector<T> z = p.Logits();
    S::Row(Alpha<T>(p.parameters.alpha), std::span<const T>(z), p.Out(Role::y));
  }
};

template <class S>
std::vector<Specimen> Wrong(std::string name, std::string text) {
  return InEveryFormat<Entmax<S>>(AboutSparse(Operation::entmax, std::move(name), std::move(text)));
}

}  // namespace

std::vector<Specimen> SV_SPECIMEN() {
  return Join({
      Wrong<AlphaIgnored>("alpha_ignored", "O90: alpha is accepted and not used"),
      Wrong<NotScaled>("not_scaled", "K17: the logits are not multiplied by alpha - 1"),
      Wrong<ExponentNotInverted>("exponent_not_inverted", "K18: the power is alpha - 1, not its inverse"),
      Wrong<NoShift>("no_shift", "O87: the maximum is not subtracted"),
      Wrong<EightHalvings>("eight_halvings",
                           "O86: bisection is left after 8 halvings, and dividing by the sum hides it from the sum"),
      Wrong<SignOfTheProduct>(
          "sign_of_the_product",
          "O86: where the lower end is the root, the search walks to the other end, dividing 0 / 0"),
      Wrong<DividedByNothing>("divided_by_nothing", "O90: alpha = 1 divides by 0"),
      Wrong<SmallAlphaIsSoftmax>("small_alpha_is_softmax", "O90: alpha below 1.3 is taken for 1"),
      Wrong<TailLeftOut>("tail_left_out", "K08: the last n mod 8 elements have no part in the threshold"),
  });
}

}  // namespace softmax_verify::corpus
