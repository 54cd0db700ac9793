#include "reports/baseline.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>
#include <stdexcept>
#include <tuple>
#include <utility>

#include "reports/json.h"
#include "reports/read_json.h"

namespace softmax_verify {
namespace {

using Kind = BaselineFinding::Kind;

constexpr int kBaselineVersion = 1;
constexpr std::size_t kLinesShown = 20;

[[noreturn]] void Reject(const std::string& message) { throw std::invalid_argument(message); }

template <class Named>
auto KeyOf(const Named& named) {
  return std::tuple(named.kernel, named.target, named.what);
}

Allowance AllowanceOf(const Item& item) {
  std::optional<double> max_ulp;
  if (item.max_ulp) max_ulp = SixDigits(*item.max_ulp);
  return {item.kernel, item.target, item.what, item.verdict, max_ulp};
}

// What needs no line: it passed, and no error was measured.
bool GoesWithoutSaying(const Item& item) { return !item.max_ulp && item.verdict != Verdict::failed; }

std::string Line(const Allowance& allowance) {
  Json json = {{"kernel", allowance.kernel}};
  if (!allowance.target.empty()) json["target"] = allowance.target;
  json["what"] = allowance.what;
  json["verdict"] = Name(allowance.verdict);
  if (allowance.max_ulp) json["max_ulp"] = Number(*allowance.max_ulp);
  return json.dump();
}

Allowance ReadAllowance(const Json& json) {
  constexpr std::array known = {"kernel", "target", "what", "verdict", "max_ulp"};
  for (const auto& entry : json.items()) {
    if (std::find(known.begin(), known.end(), entry.key()) != known.end()) continue;
    Reject(fmt::format("there is no \"{}\"; an allowance has {}", entry.key(), fmt::join(known, ", ")));
  }
  Allowance allowance;
  json.at("kernel").get_to(allowance.kernel);
  allowance.target = json.value("target", "");
  json.at("what").get_to(allowance.what);
  const auto verdict = json.at("verdict").get<std::string>();
  const std::optional<Verdict> parsed = ParseVerdict(verdict);
  if (!parsed) Reject(fmt::format("there is no verdict '{}'", verdict));
  allowance.verdict = *parsed;
  if (json.contains("max_ulp")) allowance.max_ulp = NumberOf(json["max_ulp"]);
  return allowance;
}

// Worse in either is worse.
BaselineFinding Compare(const Allowance& allowed, const Item& item) {
  const Allowance now = AllowanceOf(item);
  bool worse = false, better = false;
  std::string message;
  const auto add = [&](bool is_worse, const std::string& text) {
    (is_worse ? worse : better) = true;
    message += (message.empty() ? "" : "; ") + text;
  };
  if (now.verdict != allowed.verdict) {
    add(Rank(now.verdict) > Rank(allowed.verdict), fmt::format("{}, allowed {}", Name(now.verdict), Name(allowed.verdict)));
  }
  const double ulp = now.max_ulp.value_or(0), allowed_ulp = allowed.max_ulp.value_or(0);
  if (ulp != allowed_ulp) add(!(ulp < allowed_ulp), fmt::format("max_ulp {:.6g}, allowed {:.6g}", ulp, allowed_ulp));
  const std::string line = GoesWithoutSaying(item) ? "" : Line(now);
  return {worse ? Kind::worse : Kind::better, item, message, worse || better ? line : Line(allowed)};
}

}  // namespace

Baseline BaselineOf(const RunKey& run, const std::vector<Item>& items) {
  Baseline baseline{run, {}};
  for (const Item& item : items) {
    if (!GoesWithoutSaying(item)) baseline.allowances.push_back(AllowanceOf(item));
  }
  return baseline;
}

std::string RenderBaseline(const Baseline& baseline) {
  std::string text = fmt::format("{{\n  \"baseline_version\": {},\n  \"run\": {},\n  \"allowances\": [", kBaselineVersion,
                                 Json(baseline.run).dump());
  const char* separator = "\n";
  for (const Allowance& allowance : baseline.allowances) {
    text += fmt::format("{}    {}", separator, Line(allowance));
    separator = ",\n";
  }
  return text + (baseline.allowances.empty() ? "]\n}\n" : "\n  ]\n}\n");
}

Baseline ReadBaselineFile(const std::string& path) {
  const std::string text = ReadWholeFile(path);
  try {
    const Json document = Json::parse(text);
    if (!document.is_object() || !document.contains("baseline_version")) Reject("wanted is what --write-baseline writes");
    if (document["baseline_version"] != kBaselineVersion) {
      Reject(fmt::format("it has baseline_version {}, and this program reads {}; write it again with --write-baseline",
                         document["baseline_version"].dump(), kBaselineVersion));
    }
    Baseline baseline;
    document.at("run").get_to(baseline.run);
    std::set<std::string> seen;
    for (const Json& entry : document.at("allowances")) {
      const Allowance& allowance = baseline.allowances.emplace_back(ReadAllowance(entry));
      const std::string name = NameOf(Item{.kernel = allowance.kernel, .target = allowance.target, .what = allowance.what});
      if (!seen.insert(name).second) Reject(fmt::format("two lines are about {}; keep one", name));
    }
    return baseline;
  } catch (const std::exception& error) {
    Reject(fmt::format("'{}' is no baseline: {}", path, error.what()));
  }
}

void RequireSameRun(const Baseline& baseline, const RunKey& run, const std::string& path) {
  const auto text = [](const RunKey& key, const std::string& name) {
    const auto value = key.find(name);
    return value == key.end() ? "without" : "'" + value->second + "'";
  };
  RunKey all = run;
  all.insert(baseline.run.begin(), baseline.run.end());
  for (const auto& entry : all) {
    const std::string& name = entry.first;
    if (text(run, name) == text(baseline.run, name)) continue;
    Reject(fmt::format("the baseline '{}' was made with {} {}, and this run is {}; run it alike, or write the baseline again "
                       "with --write-baseline",
                       path, name, text(baseline.run, name), text(run, name)));
  }
}

bool BaselineResult::Fails() const {
  return std::any_of(findings.begin(), findings.end(), [](const BaselineFinding& finding) {
    return finding.kind == Kind::worse || finding.kind == Kind::stale;
  });
}

BaselineResult CompareWith(const Baseline& baseline, const std::vector<Item>& items) {
  std::map<std::tuple<std::string, std::string, std::string>, const Allowance*> allowances;
  for (const Allowance& allowance : baseline.allowances) allowances.emplace(KeyOf(allowance), &allowance);
  BaselineResult result;
  for (const Item& item : items) {
    const auto allowed = allowances.find(KeyOf(item));
    if (allowed == allowances.end()) {
      if (GoesWithoutSaying(item)) {
        ++result.as_allowed;
      } else if (item.verdict == Verdict::failed) {
        result.findings.push_back({Kind::worse, item, "FAILED, and the baseline does not allow it", Line(AllowanceOf(item))});
      } else {
        result.findings.push_back({Kind::fresh, item, "not in the baseline", Line(AllowanceOf(item))});
      }
      continue;
    }
    BaselineFinding finding = Compare(*allowed->second, item);
    if (finding.message.empty()) {
      ++result.as_allowed;
    } else {
      result.findings.push_back(std::move(finding));
    }
    allowances.erase(allowed);
  }
  for (const auto& [key, allowance] : allowances) {
    Item gone{.kernel = allowance->kernel, .target = allowance->target, .what = allowance->what};
    result.findings.push_back({Kind::stale, std::move(gone), "is allowed, and this run has nothing of that name", ""});
  }
  std::stable_sort(result.findings.begin(), result.findings.end(),
                   [](const BaselineFinding& a, const BaselineFinding& b) { return a.kind < b.kind; });
  return result;
}

std::string RenderText(const BaselineResult& result, const std::string& path) {
  constexpr std::array kWords = {"WORSE", "STALE", "better", "new"};
  std::array<std::size_t, kWords.size()> counts{};
  std::string text;
  for (const BaselineFinding& finding : result.findings) {
    const auto kind = static_cast<std::size_t>(finding.kind);
    if (counts[kind]++ >= kLinesShown) continue;
    text += fmt::format("{:<6}  {}: {}\n", kWords[kind], NameOf(finding.item), finding.message);
    if (finding.kind == Kind::worse) continue;
    text += finding.line.empty() ? "        take its line out\n" : fmt::format("        {}\n", finding.line);
  }
  std::string sums;
  for (std::size_t kind = 0; kind < kWords.size(); ++kind) {
    if (counts[kind] > kLinesShown) text += fmt::format("and {} more {}\n", counts[kind] - kLinesShown, kWords[kind]);
    if (counts[kind] > 0) sums += fmt::format(", {} {}", counts[kind], kWords[kind]);
  }
  return fmt::format("\n{}{} by the baseline {}: {} as allowed{}\n", text, result.Fails() ? "FAILED" : "PASSED", path,
                     result.as_allowed, sums);
}

std::vector<Item> Ratcheted(const std::vector<Item>& items, const BaselineResult& result) {
  std::vector<Item> ratcheted = items;
  std::map<std::tuple<std::string, std::string, std::string>, std::size_t> places;
  for (std::size_t i = 0; i < ratcheted.size(); ++i) {
    if (ratcheted[i].verdict == Verdict::failed) ratcheted[i].verdict = Verdict::passed;
    places.emplace(KeyOf(ratcheted[i]), i);
  }
  for (const BaselineFinding& finding : result.findings) {
    if (finding.kind == Kind::better || finding.kind == Kind::fresh) continue;
    const auto [place, is_gone] = places.emplace(KeyOf(finding.item), ratcheted.size());
    if (is_gone) ratcheted.push_back(finding.item);
    Item& item = ratcheted[place->second];
    item.verdict = Verdict::failed;
    item.message = finding.message;
  }
  return ratcheted;
}

}  // namespace softmax_verify
