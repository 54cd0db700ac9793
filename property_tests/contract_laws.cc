#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <memory>
#include <utility>

#include "property_tests/law_checks.h"
#include "property_tests/trial.h"
#include "verify/guarded.h"
#include "verify/mask.h"
#include "verify/random.h"

namespace softmax_verify::checks {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr double kSeconds = 10;  // a call on the rows of a law takes milliseconds

// The operands of one call between guards: the same layout as a caller would have it, not an element longer.
class Guarded {
 public:
  Guarded(const Kernel& kernel, const Row& row, const Setup& setup, GuardedBuffer::Edge edge, unsigned char poison)
      : kernel_(kernel), row_(row), layout_(setup.layout), poison_(poison), operands_(OperandsOf(row, setup.layout)) {
    for (const PlacedOperand& operand : operands_) {
      const std::size_t bytes = BytesOf(kernel, operand.role);
      buffers_.push_back(std::make_unique<GuardedBuffer>(
          operand.place.elements * bytes, edge, setup.offset[static_cast<std::size_t>(operand.role)] * bytes, poison));
    }
  }

  // The row everywhere in the layout, called once; what is wrong with the memory afterwards, or nothing.
  std::string CallOnce(Status* status) {
    Operands operands;
    for (std::size_t k = 0; k < operands_.size(); ++k) {
      const auto& [role, output, place] = operands_[k];
      operands.Set(role, buffers_[k]->data());
      if (output) continue;
      for (std::size_t r = 0; r < (place.shared ? 1 : Rows()) && place.elements > 0; ++r) {
        for (std::size_t e = 0; e < place.each; ++e) {
          StoreElement(kernel_, role, buffers_[k]->data(), place.Index(r, e), row_[role][r % row_.m * place.each + e]);
        }
      }
      buffers_[k]->MakeReadOnly();
    }
    *status = kernel_.run(operands, layout_, row_.parameters);
    for (std::size_t k = 0; k < operands_.size(); ++k) {
      const std::string_view name = Name(operands_[k].role);
      if (!operands_[k].output) continue;
      if (const auto stray = buffers_[k]->StrayWrite()) {
        return fmt::format("wrote to byte {} of {}, outside its {} bytes", *stray, name, buffers_[k]->size());
      }
      // Between rows nothing may change.
      for (std::size_t i = 0; i < operands_[k].place.elements; ++i) {
        if (!IsResult(k, i) && !IsUntouched(k, i)) {
          return fmt::format("wrote to element {} of {}, in the gap between two rows", i, name);
        }
      }
    }
    return "";
  }

  // A result that was written neither here nor there, where the poison was another.
  std::string Unwritten(const Guarded& other) const {
    for (std::size_t k = 0; k < operands_.size(); ++k) {
      if (!operands_[k].output) continue;
      for (std::size_t i = 0; i < operands_[k].place.elements; ++i) {
        if (IsResult(k, i) && IsUntouched(k, i) && other.IsUntouched(k, i)) {
          return fmt::format("did not write element {} of {}", i, Name(operands_[k].role));
        }
      }
    }
    return "";
  }

  // A result that was written.
  std::string Written() const {
    for (std::size_t k = 0; k < operands_.size(); ++k) {
      if (!operands_[k].output) continue;
      for (std::size_t i = 0; i < operands_[k].place.elements; ++i) {
        if (IsResult(k, i) && !IsUntouched(k, i)) return fmt::format("wrote element {} of {}", i, Name(operands_[k].role));
      }
    }
    return "";
  }

  // Where a fault happened, in words; nothing where that is elsewhere.
  std::string Locate(std::uintptr_t address) const {
    for (std::size_t k = 0; k < operands_.size(); ++k) {
      const auto offset = buffers_[k]->OffsetOf(address);
      if (!offset) continue;
      const std::string_view name = Name(operands_[k].role);
      const auto size = static_cast<std::ptrdiff_t>(buffers_[k]->size());
      if (*offset >= 0 && *offset < size) {
        const auto element = *offset / static_cast<std::ptrdiff_t>(BytesOf(kernel_, operands_[k].role));
        return fmt::format(", writing to element {} of {}, which is read-only", element, name);
      }
      return *offset < 0 ? fmt::format(", touching {} bytes in front of {}", -*offset, name)
                         : fmt::format(", touching byte {} past the end of {}", *offset - size, name);
    }
    return "";
  }

 private:
  std::size_t Rows() const { return layout_.outer * layout_.inner; }
  // Element i of operand k belongs to a row.
  bool IsResult(std::size_t k, std::size_t i) const {
    const Place& place = operands_[k].place;
    return !place.slice || i % place.stride < layout_.axis * layout_.inner;
  }
  bool IsUntouched(std::size_t k, std::size_t i) const {
    const std::size_t bytes = BytesOf(kernel_, operands_[k].role);
    const unsigned char* const first = buffers_[k]->data() + i * bytes;
    return std::all_of(first, first + bytes, [&](unsigned char byte) { return byte == poison_; });
  }

  const Kernel& kernel_;
  const Row& row_;
  Layout layout_;
  unsigned char poison_;
  std::vector<PlacedOperand> operands_;
  std::vector<std::unique_ptr<GuardedBuffer>> buffers_;  // of operands_
};

// What is wrong with the memory after calls of a kernel in the layout, one with every buffer's end at a page that faults
// and one with its start there; judge(high, low, status of the last) says what else is.
template <class Judge>
Outcome CheckMemory(const Kernel& kernel, const Row& row, const Setup& setup, const Judge& judge) {
  Guarded high(kernel, row, setup, GuardedBuffer::Edge::high, 0xA5);
  Guarded low(kernel, row, setup, GuardedBuffer::Edge::low, 0x5A);
  const ChildResult child = RunInChild(
      [&] {
        Status status;
        std::string finding = high.CallOnce(&status);
        if (finding.empty()) finding = low.CallOnce(&status);
        if (finding.empty()) finding = judge(high, low, status);
        return std::vector<unsigned char>(finding.begin(), finding.end());
      },
      kSeconds);
  std::string what(child.bytes.begin(), child.bytes.end());
  if (child.kind != ChildResult::Kind::returned) {
    what = Describe(child, kSeconds);
    if (child.fault_address) {
      const std::string where = high.Locate(*child.fault_address) + low.Locate(*child.fault_address);
      what += where.empty() ? ", at an address outside the operands" : where;
    }
  }
  if (what.empty()) return Held();
  const Layout& layout = setup.layout;
  return Broken(fmt::format("{}: [{}, {}, {}] with strides {} and {}", what, layout.outer, layout.axis, layout.inner,
                            layout.ldx, layout.ldy));
}

// The limit of a result as the infinities of a row grow together: they share the mass.
double LimitAtPosInf(Operation operation, double logit, std::size_t infinities) {
  const bool log = kLogarithms.Has(operation);
  if (operation == Operation::logsumexp) return kInfinity;
  if (logit != kInfinity) return log ? -kInfinity : 0;
  return log ? -std::log(static_cast<double>(infinities)) : 1 / static_cast<double>(infinities);
}

// What a row of n logits with +inf may give: NaN, or the limit.
bool MeetsPosInf(const Kernel& kernel, double y, double limit, std::size_t n) {
  using PosInf = Contract::PosInf;
  const PosInf contract = kernel.contract.pos_inf;
  if (std::isnan(y)) return contract != PosInf::one_hot;
  if (contract == PosInf::nan) return false;
  if (limit == 0 || std::isinf(limit)) return y == limit;
  const Claim& claim = kernel.claim;
  const double height = SumHeight(claim.accumulation, claim.compute, kernel.format, n);
  const double log_error = (height + 2 * claim.exp_error + claim.normalise_error) * UnitRoundoff(claim.compute) +
                           std::max(UnitRoundoff(kernel.format), StorageRoundoff(kernel, kernel.format));
  // Of the logarithm, its rounding, and that of the limit itself.
  const double log_rounding = (claim.log_error + 2) * UnitRoundoff(claim.compute) +
                              std::max(UnitRoundoff(kernel.format), StorageRoundoff(kernel, kernel.format));
  const double error = limit < 0 ? log_error - limit * log_rounding : limit * std::expm1(log_error);
  return std::abs(y - limit) <= error * kEvaluation + SmallestNormal(kernel.format);
}

}  // namespace

Outcome NanPropagates(const Kernel& kernel, const Case& row, std::uint64_t salt) {
  if (!IsRowWise(row.row()) || row.row().m != 1) return Vacuous();
  // Nor does a row count whose target is ignored, or weighs nothing.
  const Values& targets = row.row()[Role::targets];
  if (!targets.empty() && targets[0] == static_cast<double>(row.row().parameters.ignore_index)) return Vacuous();
  if (row.row().Has(Role::weight) && row.row()[Role::weight][static_cast<std::size_t>(targets[0])] == 0) return Vacuous();
  Random random(salt, HashOf("nan_propagates"));
  const Role role = row.row().x.empty() ? Role::dy : Role::x;
  std::vector<bool> takes_part = KeptColumns(row.row(), 0);
  const std::size_t n = row.row().GetShape().n;
  for (std::size_t i = 0; i < n && kSparseBackwards.Has(kernel.operation); ++i) {
    takes_part[i] = row.row()[Role::y][i] > 0;
  }
  Row clean = row.row();
  for (double& value : clean[role]) {
    if (std::isnan(value)) value = 0;
  }
  std::vector<std::size_t> positions;
  for (std::size_t trial = 0; trial < 6; ++trial) {
    const std::size_t position = trial == 0 ? 0 : trial < 3 && n >= trial ? n - trial : random.Below(n);
    if (takes_part[position]) positions.push_back(position);
  }
  if (positions.empty()) return Vacuous();
  // Every other row holds a NaN.
  std::vector<Row> rows = {clean};
  for (const std::size_t position : positions) {
    rows.push_back(clean);
    rows.back()[role][position] = random.OneIn(2) ? kNaN : -kNaN;
    rows.push_back(clean);
  }
  const Results results = Call(kernel, rows, {.layout = DenseRows(clean, rows.size())});
  if (results.status != Status::ok) throw Refused("returned a status other than 0 for a row with NaN");
  const Case clean_case(clean);
  const bool has_numbers = Promised(kernel, clean_case).claimed;
  for (std::size_t r = 0; r < rows.size(); ++r) {
    for (std::size_t e = 0; e < results.rows[r].size(); ++e) {
      const double got = results.rows[r][e];
      if (r % 2 == 1 && !std::isnan(got)) {
        return Broken(
            fmt::format("{}: {:a}, though {}[{}] is NaN", NameOfResult(clean, e), got, Name(role), positions[r / 2]), e,
            got, kNaN, kNaN, kNaN);
      }
      if (r % 2 == 0 && has_numbers && std::isnan(got)) {
        return Broken(fmt::format("{}: NaN, which only other rows hold", NameOfResult(clean, e)), e);
      }
    }
  }
  return Held();
}

Outcome PosInfRows(const Kernel& kernel, const Case& row, std::uint64_t salt) {
  Random random(salt, HashOf("pos_inf_rows"));
  Row special = WithLogits(row.row(), FiniteLogits(row.row()));
  if (random.OneIn(3)) special.x[random.Below(special.x.size())] = -kInfinity;
  for (std::uint64_t count = 1 + random.Below(3); count > 0; --count)
    special.x[random.Below(special.x.size())] = kInfinity;
  if (!ScalesSafely(kernel, special)) return Vacuous();
  const auto infinities = static_cast<std::size_t>(std::count(special.x.begin(), special.x.end(), kInfinity));
  const Values y = CallOne(kernel, special);
  for (std::size_t i = 0; i < y.size(); ++i) {
    const double limit = LimitAtPosInf(kernel.operation, special.x[i], infinities);
    if (MeetsPosInf(kernel, y[i], limit, special.x.size())) continue;
    return Broken(fmt::format("element {}: {:a} in a row with {} of +inf", i, y[i], infinities), i, y[i], limit, kNaN,
                  kNaN);
  }
  return Held();
}

Outcome AllNegInfRows(const Kernel& kernel, const Case& row, std::uint64_t) {
  using AllNegInf = Contract::AllNegInf;
  const std::size_t n = row.row().x.size();
  const double nothing = kLogarithms.Has(kernel.operation) ? -kInfinity : 0;
  const Values y = CallOne(kernel, WithLogits(row.row(), Values(n, -kInfinity)));
  for (std::size_t i = 0; i < y.size(); ++i) {
    const bool meets = std::isnan(y[i]) ? kernel.contract.all_neg_inf != AllNegInf::zero
                                        : y[i] == nothing && kernel.contract.all_neg_inf != AllNegInf::nan;
    if (!meets)
      return Broken(fmt::format("element {}: {:a} in a row of {} times -inf", i, y[i], n), i, y[i], kNaN, kNaN, kNaN);
  }
  return Held();
}

Outcome MemoryContract(const Kernel& kernel, const Case& row, std::uint64_t salt) {
  Random random(salt, HashOf("memory_contract"));
  const std::size_t n = row.row().GetShape().n;
  const bool alone = !IsRowWise(row.row());
  const bool any_layout = TakesAnyLayout(kernel.operation);
  bool may_refuse = false;  // the layout
  Setup setup{.layout = DenseRows(row.row(), alone ? 1 : 1 + random.Below(3))};
  for (const PlacedOperand& operand : OperandsOf(row.row(), setup.layout)) {
    setup.offset[static_cast<std::size_t>(operand.role)] =
        random.OneIn(2) ? 0 : random.Below(64 / BytesOf(kernel, operand.role));
  }
  const auto kind = random.Below(4);
  if (kind == 0) {
    // Nothing to read and nothing to write.
    const Layout empty[] = {Layout::Rows(0, n, row.row().d), Layout::Rows(3, 0, row.row().d), Layout::Rows(0, 0)};
    setup.layout = empty[random.Below(3)];
    may_refuse = true;
  } else if (kind == 1 && any_layout) {
    setup.layout.ldx += random.Below(20);
    setup.layout.ldy += random.Below(20);
    may_refuse = true;
  } else if (kind == 2 && any_layout && !alone && row.row().m == 1) {
    setup.layout = Layout::Axis(2, n, 2 + random.Below(n > 300 ? 2 : 20));
    may_refuse = true;
  }
  return CheckMemory(kernel, row.row(), setup, [&](const Guarded& high, const Guarded& low, Status status) {
    if (status == Status::ok) return high.Unwritten(low);
    return may_refuse ? std::string()
                      : fmt::format("returned status {} for valid arguments", static_cast<int>(status));
  });
}

Outcome FpEnvironment(const Kernel& kernel, const Case& row, std::uint64_t) {
  CallMemory memory(kernel, row.row(), {.layout = DenseRows(row.row())});
  memory.Write({&row.row(), 1}, kNaN);
  bool changed = false;
  memory.Run(&changed);
  return changed ? Broken("left the rounding mode, the flushing of subnormals or the exception masks changed") : Held();
}

Outcome InvalidParameters(const Kernel& kernel, const Case& row, std::uint64_t salt) {
  Random random(salt, HashOf("invalid_parameters"));
  // A number that f64 alone has: no bad value where f64 is computed in.
  const bool wide = Info(kernel.format).compute == Format::f64;
  const double unrepresentable = wide ? kNaN : 1 + 0x1p-40;
  const std::array factors = {0.0, -0.0, -1.0, kNaN, kInfinity, -kInfinity, unrepresentable};
  const std::array alphas = {0.0, 0.5, 4.5, -2.0, kNaN, kInfinity, unrepresentable};
  const std::array smoothings = {-0.125, 1.0, 2.0, kNaN, kInfinity, -kInfinity, wide ? kNaN : 0.5 + 0x1p-40};
  const std::size_t which = random.Below(factors.size());
  Row bad = row.row();
  std::vector<std::pair<Parameter, double>> choices;
  for (const Parameter factor : {Parameter::scale, Parameter::temperature}) {
    if (kernel.parameters.Has(factor)) choices.emplace_back(factor, factors[which]);
  }
  if (kernel.parameters.Has(Parameter::alpha)) choices.emplace_back(Parameter::alpha, alphas[which]);
  if (kernel.parameters.Has(Parameter::label_smoothing)) {
    choices.emplace_back(Parameter::label_smoothing, smoothings[which]);
  }
  const auto [parameter, value] = choices[random.Below(choices.size())];
  SetParameter(fmt::format("{:a}", value), parameter, &bad.parameters);
  const Results results = Call(kernel, {&bad, 1}, {.layout = DenseRows(bad)});
  if (results.status != Status::invalid_argument) {
    return Broken(fmt::format("returned status {} for {}={:a}, not {}", static_cast<int>(results.status),
                              Name(parameter), value, static_cast<int>(Status::invalid_argument)));
  }
  for (std::size_t e = 0; e < results.rows[0].size(); ++e) {
    if (!std::isnan(results.rows[0][e])) {
      return Broken(fmt::format("wrote {} though it refused the call", NameOfResult(bad, e)), e);
    }
  }
  return Held();
}

Outcome BadTargets(const Kernel& kernel, const Case& row, std::uint64_t salt) {
  Random random(salt, HashOf("bad_targets"));
  const Row& given = row.row();
  const auto n = static_cast<double>(given.GetShape().n);
  Row bad = RepeatRows(given, std::max<std::size_t>(given.m, 1 + random.Below(3)));
  double& target = bad[Role::targets][random.Below(bad.m)];
  // Beside the classes, far away, and what becomes a class in 32 bits.
  const double choices[] = {-1, -2, n, n + 1, -100, 0x1p31, 0x1p32 + std::max(target, 0.0), -0x1p62, 0x1p62};
  do {
    target = choices[random.Below(std::size(choices))];
  } while (target == static_cast<double>(given.parameters.ignore_index));
  const double tried = target;
  return CheckMemory(kernel, bad, {.layout = DenseRows(bad)}, [&](const Guarded& high, const Guarded& low, Status status) {
    if (status != Status::invalid_argument) {
      return fmt::format("returned status {} for the target {}, not {}", static_cast<int>(status), tried,
                         static_cast<int>(Status::invalid_argument));
    }
    return high.Written() + low.Written();
  });
}

}  // namespace softmax_verify::checks
