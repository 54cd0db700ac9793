// Elements per second of the reference on one thread: normal logits (standard deviation 3) rounded to the format.
#include <benchmark/benchmark.h>

#include <random>
#include <string>
#include <vector>

#include "reference/reference.h"

namespace softmax_verify {
namespace {

std::vector<double> NormalLogits(Format format, std::size_t n) {
  std::mt19937_64 bits(1);
  std::normal_distribution<double> normal(0, 3);
  std::vector<double> x(n);
  for (double& logit : x) logit = RoundToFormat(format, normal(bits));
  return x;
}

template <class Function>
void Register(std::string_view name, Function function) {
  for (const FormatInfo& info : kFormats) {
    const auto run = [function, format = info.format](benchmark::State& state) {
      const std::vector<double> x = NormalLogits(format, static_cast<std::size_t>(state.range(0)));
      for (auto _ : state) benchmark::DoNotOptimize(function(x, format));
      state.SetItemsProcessed(state.iterations() * state.range(0));
    };
    const std::string full_name = std::string(name) + "/" + std::string(info.name);
    benchmark::RegisterBenchmark(full_name.c_str(), run)->Arg(128)->Arg(1024);
  }
}

const bool registered = [] {
  Register("Enclose", [](const std::vector<double>& x, Format) {
    return reference::Enclose(Operation::softmax, x, Parameters{});
  });
  Register("Round", [](const std::vector<double>& x, Format format) {
    return reference::Round(Operation::softmax, x, Parameters{}, format);
  });
  return true;
}();

}  // namespace
}  // namespace softmax_verify
