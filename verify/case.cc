#include "verify/case.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <stdexcept>
#include <utility>

namespace softmax_verify {
namespace {

[[noreturn]] void Reject(const std::string& what) { throw std::invalid_argument(what); }

double ParseNumber(std::string_view word) {
  const std::string text(word);
  char* end = nullptr;
  const double value = std::strtod(text.c_str(), &end);
  if (text.empty() || end != text.c_str() + text.size()) {
    Reject(fmt::format("'{}' is no number; wanted is something like 0.5, 1e-3, 0x1.8p-1 or -inf", text));
  }
  return value;
}

std::size_t ParseCount(std::string_view word) {
  const double value = ParseNumber(word);
  if (!(value >= 1 && value <= 0x1p53 && value == std::floor(value))) {
    Reject(fmt::format("'{}' is no count; wanted is a whole number from 1 on", word));
  }
  return static_cast<std::size_t>(value);
}

std::string ListOf(const Values& values, std::size_t limit) {
  std::string text;
  const std::size_t shown = std::min(limit, values.size());
  for (std::size_t i = 0; i < shown; ++i) text += fmt::format("{}{:a}", i == 0 ? "" : ",", values[i]);
  if (shown < values.size()) text += fmt::format("{}... {} in all", shown == 0 ? "" : ",", values.size());
  return text;
}

// The position of a name in a list of them.
template <class Enum, std::size_t kSize>
Enum ParseName(std::string_view text, const std::array<std::string_view, kSize>& names) {
  for (std::size_t i = 0; i < kSize; ++i) {
    if (names[i] == text) return static_cast<Enum>(i);
  }
  Reject(fmt::format("'{}' is none of {}", text, fmt::join(names, ", ")));
}

}  // namespace

std::string ParameterText(const Parameters& parameters, Parameter parameter) {
  switch (parameter) {
    case Parameter::scale: return fmt::format("{:a}", parameters.scale);
    case Parameter::temperature: return fmt::format("{:a}", parameters.temperature);
    case Parameter::alpha: return fmt::format("{:a}", parameters.alpha);
    case Parameter::label_smoothing: return fmt::format("{:a}", parameters.label_smoothing);
    case Parameter::ignore_index: return fmt::format("{}", parameters.ignore_index);
    case Parameter::reduction: return std::string(kReductionNames[static_cast<std::size_t>(parameters.reduction)]);
    case Parameter::causal: return std::string(kCausalNames[static_cast<std::size_t>(parameters.causal)]);
  }
  return "";
}

void SetParameter(std::string_view text, Parameter parameter, Parameters* parameters) {
  switch (parameter) {
    case Parameter::scale:
      parameters->scale = ParseNumber(text);
      return;
    case Parameter::temperature:
      parameters->temperature = ParseNumber(text);
      return;
    case Parameter::alpha:
      parameters->alpha = ParseNumber(text);
      return;
    case Parameter::label_smoothing:
      parameters->label_smoothing = ParseNumber(text);
      return;
    case Parameter::ignore_index: {
      const double index = ParseNumber(text);
      if (!(std::abs(index) <= 0x1p53 && index == std::floor(index))) {
        Reject(fmt::format("ignore_index '{}' is no whole number", text));
      }
      parameters->ignore_index = static_cast<std::int64_t>(index);
      return;
    }
    case Parameter::reduction:
      parameters->reduction = ParseName<Reduction>(text, kReductionNames);
      return;
    case Parameter::causal:
      parameters->causal = ParseName<Causal>(text, kCausalNames);
      return;
  }
}

std::string ToString(const Row& row, std::size_t limit) {
  std::string text;
  const auto add = [&](const std::string& word) { text += (text.empty() ? "" : " ") + word; };
  for (const Operand& operand : Info(row.operation).operands) {
    if (operand.output || !row.Has(operand.role)) continue;
    add(fmt::format("{}={}", Name(operand.role), ListOf(row[operand.role], limit)));
  }
  if (row.m != 1) add(fmt::format("m={}", row.m));
  if (row.d != 0) add(fmt::format("d={}", row.d));
  for (const ParameterInfo& info : kParameters) {
    const std::string value = ParameterText(row.parameters, info.parameter);
    if (value != ParameterText({}, info.parameter)) add(fmt::format("{}={}", info.name, value));
  }
  std::vector<std::string_view> outputs;
  for (const Operand& operand : Info(row.operation).operands) {
    if (row.outputs.Has(operand.role)) outputs.push_back(Name(operand.role));
  }
  if (!outputs.empty()) add(fmt::format("outputs={}", fmt::join(outputs, ",")));
  return text;
}

Row ParseRow(Operation operation, Format format, Format statistics, std::string_view text) {
  Row row;
  row.operation = operation;
  row.format = format;
  row.statistics = statistics;
  const OperationInfo& info = Info(operation);
  const auto set = [&](std::string_view name, std::string_view value) {
    if (name == "m" || name == "d") {
      (name == "m" ? row.m : row.d) = ParseCount(value);
      return;
    }
    if (name == "outputs") {
      while (true) {
        const std::string_view output = value.substr(0, value.find(','));
        const Operand* const known = std::find_if(info.operands.begin(), info.operands.end(), [&](const Operand& operand) {
          return operand.output && operand.optional && Name(operand.role) == output;
        });
        if (known == info.operands.end()) {
          Reject(fmt::format("{} has no optional output '{}'; its operands are {}", info.name, output, info.shape));
        }
        row.outputs.Add(known->role);
        if (output.size() == value.size()) return;
        value.remove_prefix(output.size() + 1);
      }
    }
    for (const Operand& operand : info.operands) {
      if (operand.output || Name(operand.role) != name) continue;
      Values values;
      while (true) {
        const std::size_t comma = value.find(',');
        values.push_back(ParseNumber(value.substr(0, comma)));
        if (comma == value.npos) break;
        value.remove_prefix(comma + 1);
      }
      row[operand.role] = std::move(values);
      return;
    }
    for (const ParameterInfo& parameter : kParameters) {
      if (parameter.name != name) continue;
      if (!info.parameters.Has(parameter.parameter)) break;
      return SetParameter(value, parameter.parameter, &row.parameters);
    }
    Reject(fmt::format("{} has no '{}'; its operands are {}", info.name, name, info.shape));
  };
  while (!text.empty()) {
    const std::size_t begin = text.find_first_not_of(" \t\r");
    if (begin == text.npos) break;
    text.remove_prefix(begin);
    const std::size_t end = std::min(text.find_first_of(" \t\r"), text.size());
    const std::string_view word = text.substr(0, end);
    const std::size_t equals = word.find('=');
    if (equals == word.npos) Reject(fmt::format("'{}' is no word like x=1,2,3 or scale=0.5", word));
    set(word.substr(0, equals), word.substr(equals + 1));
    text.remove_prefix(end);
  }
  return row;
}

const std::vector<reference::Enclosure>& Case::exact() const {
  if (shared_->exact.empty()) shared_->exact = reference::Enclose(row_);
  return shared_->exact;
}

const Logits& Case::logits(std::size_t i) const {
  std::vector<Logits>& logits = shared_->logits;
  if (logits.empty()) {
    for (std::size_t row = 0; row < row_.m; ++row) logits.push_back(LogitsOf(row_, row));
  }
  return logits[i];
}

bool IsRowWise(const Row& row) {
  return row.d == 0 && row.parameters.causal == Causal::none && row.parameters.reduction == Reduction::none;
}

bool Takes(const Signature& signature, const Row& row) {
  if (row.operation != signature.operation || row.format != signature.format || row.statistics != signature.statistics) {
    return false;
  }
  const OperandList& operands = Info(row.operation).operands;
  return std::all_of(operands.begin(), operands.end(), [&](const Operand& operand) {
    const bool taken = signature.operands.Has(operand.role);
    return operand.output || (row.Has(operand.role) ? taken : !taken || signature.nullable.Has(operand.role));
  });
}

CallBuffers::CallBuffers(const Kernel& kernel, std::span<const Row> rows)
    : kernel_(kernel), parts_(PartsOf(rows.front())), parameters_(rows.front().parameters) {
  const Row& first = rows.front();
  const Shape shape = first.GetShape();
  for (const Row& row : rows) {
    const bool alike = row.operation == kernel.operation && row.format == kernel.format &&
                       row.statistics == first.statistics && row.parameters == first.parameters &&
                       row.GetShape() == shape && row.outputs == first.outputs;
    if (!alike || (rows.size() > 1 && !IsRowWise(first))) {
      Reject(fmt::format("{}: a batch is rows of one shape, of the kernel's operation and formats, with equal parameters",
                         kernel.name));
    }
  }
  layout_ = Layout::Rows(rows.size() * shape.m, shape.n, shape.d);
  for (const Operand& operand : Info(kernel.operation).operands) {
    const Role role = operand.role;
    const bool wanted = operand.output ? std::any_of(parts_.begin(), parts_.end(),
                                                     [&](const Part& part) { return part.role == role; })
                                       : first.Has(role);
    if (!wanted || !kernel.operands.Has(role)) continue;
    const std::size_t copies = operand.IsRowWise() || operand.dims == "r" ? rows.size() : 1;
    const std::size_t extent = operand.Extent(shape, first.parameters.reduction);
    const std::size_t bytes = BytesOf(kernel, role);
    // Words, so that the elements are aligned for every storage type; one at least, so that nothing is null.
    std::vector<std::uint64_t>& memory = memory_[role];
    memory.resize(copies * extent * bytes / 8 + 1);
    for (std::size_t r = 0; r < copies; ++r) {
      if (operand.output) {
        const double nan = std::numeric_limits<double>::quiet_NaN();
        for (std::size_t i = 0; i < extent; ++i) StoreElement(kernel, role, memory.data(), r * extent + i, nan);
        continue;
      }
      const Values& values = rows[r][role];
      if (values.size() != extent) {
        Reject(fmt::format("{} has {} elements, wanted are {}", Name(role), values.size(), extent));
      }
      for (std::size_t i = 0; i < extent; ++i) StoreElement(kernel, role, memory.data(), r * extent + i, values[i]);
    }
    operands_.Set(role, memory.data());
  }
}

Status CallBuffers::Run() { return kernel_.run(operands_, layout_, parameters_); }

Values CallBuffers::Results(std::size_t r) const {
  Values results;
  for (const Part& part : parts_) {
    const auto memory = memory_.find(part.role);
    for (std::size_t i = 0; i < part.count && memory != memory_.end(); ++i) {
      results.push_back(Load(FormatOf(kernel_, part.role), memory->second.data(), r * part.count + i));
    }
  }
  return results;
}

void StoreElement(const Signature& signature, Role role, void* buffer, std::size_t i, double value) {
  switch (Info(role).element) {
    case Element::byte:
      static_cast<unsigned char*>(buffer)[i] = static_cast<unsigned char>(value);
      return;
    case Element::index: {
      const auto index = static_cast<std::int64_t>(value);
      std::memcpy(static_cast<char*>(buffer) + i * sizeof index, &index, sizeof index);
      return;
    }
    default:
      Store(FormatOf(signature, role), buffer, i, value);
  }
}

Values Apply(const Kernel& kernel, const Row& row) { return ApplyBatch(kernel, {row}).front(); }

std::vector<Values> ApplyBatch(const Kernel& kernel, const std::vector<Row>& rows) {
  std::vector<Values> results;
  const auto call = [&](std::span<const Row> batch) {
    CallBuffers buffers(kernel, batch);
    const Status status = buffers.Run();
    if (status != Status::ok) {
      throw std::runtime_error(fmt::format("{} returned status {} on {}; ok is 0", kernel.name,
                                           static_cast<int>(status), ToString(batch.front())));
    }
    for (std::size_t r = 0; r < batch.size(); ++r) results.push_back(buffers.Results(r));
  };
  const auto shares_nothing = [&] {
    return std::all_of(Info(kernel.operation).operands.begin(), Info(kernel.operation).operands.end(),
                       [](const Operand& operand) { return operand.IsRowWise() || operand.dims == "r"; });
  };
  if (rows.size() > 1 && IsRowWise(rows.front()) && shares_nothing()) {
    call(rows);
  } else {
    for (const Row& row : rows) call({&row, 1});
  }
  return results;
}

}  // namespace softmax_verify
