// Other orders of the same arithmetic, more of it, and conventions that are left to a library.
#include "property_tests/loss_specimen.h"

namespace softmax_verify::corpus {
namespace {

// As libraries do that have a log-softmax and take its negative log-likelihood.
struct LogSoftmaxFirst : PlainLoss {
  template <class T>
  static T Loss(const LossRow<T>& row) {
    const T m = Maximum(std::span<const T>(row.z));
    const T log_sum = std::log(row.Sum(m));
    T hard = 0, all = 0;
    for (std::size_t k = 0; k < row.n(); ++k) {
      if (row.Weight(k) == 0) continue;
      const T log_softmax = (row.z[k] - m) - log_sum;
      if (row.IsTarget(k)) hard = -row.Weight(k) * log_softmax;
      if (row.smoothing > 0) all -= row.Weight(k) * log_softmax;
    }
    return (1 - row.smoothing) * hard + row.smoothing * (all / static_cast<T>(row.n()));
  }
};

struct InF64 : PlainLoss {
  template <Format F>
  using Arithmetic = double;
};

struct LastFirst : PlainLoss {
  template <class T>
  static T Loss(LossRow<T> row) {
    std::reverse(row.z.begin(), row.z.end());
    std::reverse(row.weight.begin(), row.weight.end());
    row.target = static_cast<std::int64_t>(row.n()) - 1 - row.target;
    return PlainLoss::Loss(row);
  }
};

struct NothingIsZero : PlainLoss {
  template <class T>
  static T Mean(T sum, T shares) {
    return shares == 0 ? 0 : sum * (1 / shares);
  }
};

Claim OneLogarithm() {
  Claim claim = PlainClaim();
  claim.log_error = 2;
  return claim;
}

}  // namespace

std::vector<Specimen> SV_SPECIMEN() {
  const auto about = [](std::string name, std::string text) {
    return About{.text = std::move(text),
                 .claim = OneLogarithm(),
                 .operation = Operation::cross_entropy,
                 .name = std::move(name)};
  };
  About in_f64 = about("in_f64", "Every format computed in f64, the loss rounded once");
  in_f64.compute = Format::f64;
  std::vector<Specimen> stored;
#define SV_FORMAT(name, p, emin, emax, bytes, compute)                                             \
  {                                                                                                \
    About in_storage = about("loss_in_storage_format", "A loss of the logits' own format, 16 bits or not"); \
    in_storage.statistics = Format::name;                                                          \
    stored.push_back(Make<LossSpecimen<PlainLoss>, Format::name>(in_storage));                      \
  }
#include "softmax_verify/formats.def"
#undef SV_FORMAT
  return Join({
      InEveryFormat<LossSpecimen<LogSoftmaxFirst>>(
          about("log_softmax_first", "A log-softmax is rounded, then weighted: (x - m) - ln s, the loss linear in it")),
      InEveryFormat<LossSpecimen<InF64>>(in_f64),
      InEveryFormat<LossSpecimen<LastFirst>>(about("last_first", "Every sum from the last class to the first")),
      InEveryFormat<LossSpecimen<NothingIsZero>>(
          about("nothing_is_zero", "The mean over nothing but ignored rows is 0; others multiply by a reciprocal")),
      std::move(stored),
  });
}

}  // namespace softmax_verify::corpus
