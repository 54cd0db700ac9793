// Elements per second of the reference on one thread: normal logits (standard deviation 3) rounded to the format.
#include <benchmark/benchmark.h>

#include <random>
#include <string>
#include <vector>

#include "reference/reference.h"

namespace softmax_verify {
namespace {

Row NormalLogits(Format format, std::size_t n) {
  std::mt19937_64 bits(1);
  std::normal_distribution<double> normal(0, 3);
  Row row{Operation::softmax, format, Values(n)};
  for (double& logit : row.x) logit = RoundToFormat(format, normal(bits));
  return row;
}

template <class Function>
void Register(std::string_view name, Function function) {
  for (const FormatInfo& info : kFormats) {
    const auto run = [function, format = info.format](benchmark::State& state) {
      const Row row = NormalLogits(format, static_cast<std::size_t>(state.range(0)));
      for (auto _ : state) benchmark::DoNotOptimize(function(row));
      state.SetItemsProcessed(state.iterations() * state.range(0));
    };
    const std::string full_name = std::string(name) + "/" + std::string(info.name);
    benchmark::RegisterBenchmark(full_name.c_str(), run)->Arg(128)->Arg(1024);
  }
}

const bool registered = [] {
  Register("Enclose", reference::Enclose);
  Register("Round", reference::Round);
  return true;
}();

}  // namespace
}  // namespace softmax_verify
