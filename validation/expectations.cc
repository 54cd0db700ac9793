#include "validation/expectations.h"

#include <fmt/format.h>

#include <initializer_list>
#include <stdexcept>
#include <utility>

#include "reports/numbers.h"

namespace softmax_verify {
namespace {

[[noreturn]] void Reject(const std::string& what) { throw std::invalid_argument(what); }

template <class Value>
Value OneOf(const std::string& key, const std::string& value, std::initializer_list<std::pair<const char*, Value>> choices) {
  std::string all;
  for (const auto& [name, meaning] : choices) {
    if (value == name) return meaning;
    if (!all.empty()) all += '|';
    all += name;
  }
  Reject(fmt::format("--expect {}={}: it must be {}={}", key, value, key, all));
}

}  // namespace

Expectations ReadExpectations(const std::map<std::string, std::string>& expect) {
  Expectations result;
  for (const auto& [key, value] : expect) {
    if (key == "nan") {
      result.nan_propagates = OneOf<bool>(key, value, {{"propagate", true}, {"any", false}});
    } else if (key == "all_neg_inf") {
      using A = Contract::AllNegInf;
      result.contract.all_neg_inf = OneOf<A>(key, value, {{"any", A::any}, {"nan", A::nan}, {"zero", A::zero}});
    } else if (key == "pos_inf") {
      using P = Contract::PosInf;
      result.contract.pos_inf = OneOf<P>(key, value, {{"any", P::any}, {"nan", P::nan}, {"one_hot", P::one_hot}});
    } else if (key == "subnormals") {
      using S = Contract::Subnormals;
      result.contract.subnormals = OneOf<S>(key, value, {{"any", S::any}, {"gradual", S::gradual}, {"flush", S::flush}});
    } else if (key == "equal_inputs") {
      result.contract.identical_equal_inputs = OneOf<bool>(key, value, {{"any", false}, {"identical", true}});
    } else if (key == "deterministic") {
      result.deterministic = OneOf<bool>(key, value, {{"yes", true}, {"no", false}});
    } else if (key == "arguments") {
      result.checks_arguments = OneOf<bool>(key, value, {{"any", false}, {"checked", true}});
    } else if (key == "columns") {
      result.empty_rows = OneOf<bool>(key, value, {{"some", false}, {"any", true}});
    } else if (key == "causal") {
      using C = Causal;
      result.causal = OneOf<C>(key, value, {{"top_left", C::top_left}, {"bottom_right", C::bottom_right}});
    } else if (key == "rounding") {
      enum class Rounding { nearest, any, correct };
      const auto rounding = OneOf<Rounding>(
          key, value, {{"nearest", Rounding::nearest}, {"any", Rounding::any}, {"correct", Rounding::correct}});
      result.faithful = rounding == Rounding::any;
      result.correctly_rounded = rounding == Rounding::correct;
    } else if (key == "lse_base") {
      result.base_2_lse = OneOf<bool>(key, value, {{"e", false}, {"2", true}});
    } else if (key == "arithmetic") {
      result.compute = OneOf<Format>(key, value, {{"f64", Format::f64}});
    } else if (key == "logarithm") {
      result.log1p = OneOf<bool>(key, value, {{"any", false}, {"log1p", true}});
    } else if (key == "shift") {
      result.shifts = OneOf<bool>(key, value, {{"maximum", true}, {"none", false}});
    } else if (key == "scaling") {
      result.scales_after_shift = OneOf<bool>(key, value, {{"any", false}, {"after_shift", true}});
    } else if (key == "tile") {
      result.tile = OneOf<Format>(key, value, {{"f16", Format::f16}, {"bf16", Format::bf16}});
    } else if (key == "max_ulp") {
      const std::optional<double> most = ParseNumber(Format::f64, value);
      if (!most || !(*most >= 0)) Reject(fmt::format("--expect max_ulp={}: it must be a number from 0 on", value));
      result.max_ulp = most;
    } else {
      Reject(fmt::format("--expect {}={}: there is no such key; there are nan, all_neg_inf, pos_inf, subnormals, shift, scaling, "
                         "equal_inputs, deterministic, arguments, columns, causal, rounding, arithmetic, logarithm, lse_base, tile, max_ulp", key, value));
    }
  }
  return result;
}

}  // namespace softmax_verify
