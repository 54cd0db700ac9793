// Pages to look at. What they show is in the JSON that they carry; report.js makes charts and tables of it.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "reports/html_page.h"
#include "reports/json.h"
#include "reports/numbers.h"
#include "reports/render.h"
#include "reports/summary.h"
#include "verify/families.h"

namespace softmax_verify {

// Embedded: reports/published/peers.json.
namespace html {
extern const std::string_view kPeers;
}  // namespace html

namespace {

// Of the published run over other people's kernels what the charts show.
std::string Peers() {
  const Json published = Json::parse(html::kPeers);
  Json functions = Json::array();
  for (const Json& function : published["functions"]) {
    const Json& validation = function["validation"];
    for (const Json& accuracy : validation["accuracy"]) {
      if (accuracy["operation"] != function["operation"]) continue;
      std::string command = fmt::format("softmax-verify validate {} '{}'", function["path"].get<std::string>(),
                                        function["declaration"].get<std::string>());
      if (const std::string options = function["options"]; !options.empty()) command += " " + options;
      functions.push_back({{"library", function["library"]},
                           {"function", function["function"]},
                           {"operation", function["operation"]},
                           {"format", function["format"]},
                           {"verdict", validation["verdict"]},
                           {"max_ulp", accuracy["max_ulp"]},
                           {"correctly_rounded", accuracy["correctly_rounded"]},
                           {"bound_ratio", accuracy["bound_ratio"]},
                           {"command", std::move(command)}});
      break;
    }
  }
  return Json({{"commit", published["commit"]},
               {"cpu", published["context"]["cpu"]},
               {"effort", published["effort"]},
               {"functions", std::move(functions)}})
      .dump();
}

Json ToJson(const Record& record, const Cell& cell) {
  return {{"target", cell.target},
          {"family", cell.family},
          {"n", cell.n},
          {"element", cell.worst.element},
          {"got", HexFloat(cell.worst.got)},
          {"exact", cell.worst.exact},
          {"row", cell.worst.row},
          {"command", ReproduceCommand(record, cell)}};
}

Json OrNull(double value) { return std::isnan(value) ? Json() : Number(value); }

// One kernel over all targets, families and lengths.
Json ToJson(const Record& record, const std::vector<const Cell*>& cells) {
  const Cell& any = *cells.front();
  const Summary all = Summarise(record, [&](const Cell& cell) { return cell.kernel == any.kernel; });
  const Cell* worst = nullptr;  // where something is promised, if anywhere
  double bound_ratio = 0, max_ulp = std::numeric_limits<double>::quiet_NaN(), unclaimed = max_ulp;
  std::map<std::size_t, std::pair<double, double>> lengths;  // the largest error and bound
  for (const Cell* cell : cells) {
    if (cell->count == 0) continue;
    const bool is_promised = cell->verdict != Verdict::unclaimed;
    double& largest = is_promised ? max_ulp : unclaimed;
    if (worst == nullptr || is_promised > (worst->verdict != Verdict::unclaimed) ||
        (is_promised == (worst->verdict != Verdict::unclaimed) && cell->ulp.max > worst->ulp.max)) {
      worst = cell;
    }
    largest = std::fmax(largest, cell->ulp.max);
    bound_ratio = std::max(bound_ratio, cell->bound_ratio);
    auto& [error, bound] = lengths[cell->n];
    error = std::max(error, cell->ulp.max);
    bound = std::max(bound, cell->bound);
  }
  Json by_length = Json::array();
  for (const auto& [n, values] : lengths) by_length.push_back({n, Number(values.first), Number(values.second)});
  return {{"kernel", any.kernel},
          {"operation", Name(any.operation)},
          {"algorithm", any.algorithm},
          {"format", Name(any.format)},
          {"verdict", Name(Overall(all.verdicts, all.count > 0))},
          {"max_ulp", OrNull(max_ulp)},
          {"unclaimed_max_ulp", OrNull(unclaimed)},
          {"bound_ratio", Number(bound_ratio)},
          {"correct", Number(all.correct)},
          {"lengths", std::move(by_length)},
          {"worst", worst == nullptr ? Json() : ToJson(record, *worst)}};
}

// Of every family and format the cell with the largest error, where something is promised.
Json WorstOfFamilies(const Record& record) {
  std::vector<std::pair<std::pair<std::string, Format>, const Cell*>> worst;  // in the order of the record
  for (const Cell& cell : record.cells) {
    if (cell.count == 0 || cell.verdict == Verdict::unclaimed) continue;
    const std::pair<std::string, Format> key{cell.family, cell.format};
    const auto known = std::find_if(worst.begin(), worst.end(), [&](const auto& entry) { return entry.first == key; });
    if (known == worst.end()) {
      worst.emplace_back(key, &cell);
    } else if (cell.ulp.max > known->second->ulp.max) {
      known->second = &cell;
    }
  }
  Json families = Json::array();
  for (const auto& [key, cell] : worst) {
    const Family* const family = FindFamily(cell->family);
    families.push_back({{"family", cell->family},
                        {"description", family == nullptr ? "the input file" : family->description},
                        {"format", Name(cell->format)},
                        {"kernel", cell->kernel},
                        {"bound_ratio", Number(cell->bound_ratio)},
                        {"max_ulp", Number(cell->ulp.max)},
                        {"worst", ToJson(record, *cell)}});
  }
  return families;
}

Json Failures(const Record& record) {
  Json failures = Json::array();
  for (const Cell* cell : DistinctFailures(record)) {
    Json failure = ToJson(record, *cell);
    failure["name"] = fmt::format("{} on {}, {}, n = {}", cell->kernel, cell->target, cell->family, cell->n);
    failure["what"] = cell->note;
    failures.push_back(std::move(failure));
  }
  for (const SpecialResult& special : record.special) {
    if (special.verdict != Verdict::failed) continue;
    failures.push_back({{"name", fmt::format("{} on {}", special.kernel, special.target)},
                        {"what", fmt::format("special row {}: {}", special.row, special.outcome)}});
  }
  return failures;
}

// Of all formats what the overview shows.
std::string Overview(const Record& record) {
  std::map<std::string, std::vector<const Cell*>> cells;
  for (const Cell& cell : record.cells) cells[cell.kernel].push_back(&cell);
  Json kernels = Json::array(), formats = Json::array(), precision = Json::object();
  for (const std::string& kernel : Distinct(record, [](const Cell& cell) { return cell.kernel; })) {
    kernels.push_back(ToJson(record, cells[kernel]));
  }
  for (const Format format : FormatsOf(record)) {
    formats.push_back(Name(format));
    precision[std::string(Name(format))] = Info(format).p;
  }
  return Json({{"schema_version", kSchemaVersion},
               {"context", ToJson(record.context)},
               {"verdict", Name(Overall(record))},
               {"verdicts", VerdictsJson(CountVerdicts(record))},
               {"formats", std::move(formats)},
               {"precision", std::move(precision)},
               {"failures", Failures(record)},
               {"kernels", std::move(kernels)},
               {"families", WorstOfFamilies(record)}})
      .dump();
}

// Title, verdict and the way to the other pages; `here` is this one's format, "" of the overview.
std::string Head(std::string_view title, const Record& record, const std::vector<Format>& formats,
                 std::string_view here) {
  std::string links;
  const auto link = [&](std::string_view file, std::string_view name, bool is_here) {
    links += fmt::format("<li><a href=\"{}\"{}>{}</a></li>", file, is_here ? " aria-current=\"page\"" : "", name);
  };
  link("index.html", "overview", here.empty());
  for (const Format format : formats) {
    link(fmt::format("softmax-verify-{}.html", Name(format)), Name(format), Name(format) == here);
  }
  const Verdict verdict = Overall(record);
  return fmt::format(
      "<header class=\"head\">\n<h1>{}</h1>\n<p><span class=\"verdict {}\">{}</span> {}.</p>\n"
      "<nav aria-label=\"Pages\"><ul>{}</ul></nav>\n<noscript><p>Charts and tables need JavaScript; the files that end in .md hold the same "
      "numbers.</p></noscript>\n</header>\n",
      title, Name(verdict), Name(verdict), ToString(CountVerdicts(record)), links);
}

}  // namespace

std::string RenderHtml(const Record& record, Format format) {
  const Record part = OfFormat(record, format);
  const std::string title = fmt::format("Precision report: {}", Name(format));
  return Render({title, "format", Head(title, part, FormatsOf(record), Name(format)),
                 {{"record", RenderJson(part)}, {"peers", Peers()}}, true});
}

std::string RenderHtmlIndex(const Record& record) {
  const std::string title = "Precision reports";
  return Render({title, "overview", Head(title, record, FormatsOf(record), ""),
                 {{"record", Overview(record)}, {"peers", Peers()}}, true});
}

}  // namespace softmax_verify
