#include "reference/sparse_backward.h"

namespace softmax_verify::reference {
namespace {

// The square root of a non-negative integer, where that is an integer.
std::optional<Integer> IntegerRoot(const Integer& value) {
  const Integer root = sqrt(value);
  if (root * root != value) return std::nullopt;
  return root;
}

}  // namespace

Dyadic DyadicOf(double value) {
  Dyadic dyadic;
  while (value != std::floor(value)) {
    value *= 2;
    ++dyadic.roots;
  }
  dyadic.numerator = static_cast<std::int64_t>(value);
  return dyadic;
}

std::optional<Rational> RationalRoot(const Rational& value, unsigned roots) {
  Integer above = numerator(value), below = denominator(value);
  for (; roots > 0 && (above != 1 || below != 1); --roots) {
    const std::optional<Integer> a = IntegerRoot(above);
    if (!a) return std::nullopt;
    const std::optional<Integer> b = IntegerRoot(below);
    if (!b) return std::nullopt;
    above = *a;
    below = *b;
  }
  return Rational(above, below);
}

Rational Power(const Rational& base, std::int64_t exponent) {
  if (base == 1) return base;
  const auto size = static_cast<unsigned>(std::abs(exponent));
  const Rational power(pow(Integer(numerator(base)), size), pow(Integer(denominator(base)), size));
  return exponent < 0 ? Rational(1 / power) : power;
}

Radicals RadicalsOf(std::span<const double> y, const Dyadic& exponent) {
  Radicals radicals;
  for (const double value : y) {
    std::size_t c = 0;
    std::optional<Rational> root;
    for (; c < radicals.first.size() && !root; ++c) {
      root = RationalRoot(Rational(value) / Rational(radicals.first[c]), exponent.roots);
    }
    if (root) {
      radicals.class_of.push_back(c - 1);
      radicals.share.push_back(Power(*root, exponent.numerator));
      continue;
    }
    radicals.class_of.push_back(radicals.first.size());
    radicals.share.push_back(1);
    radicals.first.push_back(value);
    const std::optional<Rational> whole = RationalRoot(Rational(value), exponent.roots);
    radicals.exact.push_back(whole ? std::optional<Rational>(Power(*whole, exponent.numerator)) : std::nullopt);
  }
  return radicals;
}

std::optional<Exchange> MultipliedBy(const Radicals& radicals, std::size_t own, const Dyadic& exponent) {
  Exchange exchange;
  for (const double each : radicals.first) {
    const Rational product = Rational(radicals.first[own]) * Rational(each);
    std::optional<Rational> root;
    std::size_t to = 0;
    for (; to < radicals.first.size(); ++to) {
      root = RationalRoot(Rational(product / Rational(radicals.first[to])), exponent.roots);
      if (root) break;
    }
    if (!root) return std::nullopt;
    exchange.to.push_back(to);
    exchange.times.push_back(Power(*root, exponent.numerator));
  }
  return exchange;
}

}  // namespace softmax_verify::reference
