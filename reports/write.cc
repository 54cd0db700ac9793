#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <system_error>
#include <utility>
#include <vector>

#include "reports/render.h"

namespace softmax_verify {
namespace {

// A file that is gone unless it was renamed into place.
class TemporaryFile {
 public:
  explicit TemporaryFile(const std::string& target)
      : path_(fmt::format("{}.{}.tmp", target, getpid())), file_(std::fopen(path_.c_str(), "wb")) {
    if (file_ == nullptr) Fail();
  }
  ~TemporaryFile() {
    if (file_ != nullptr) std::fclose(file_);
    if (!path_.empty()) std::remove(path_.c_str());
  }
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;

  void Write(const std::string& text) {
    if (std::fwrite(text.data(), 1, text.size(), file_) != text.size() || std::fflush(file_) != 0 ||
        fsync(fileno(file_)) != 0) {
      Fail();
    }
    if (std::fclose(std::exchange(file_, nullptr)) != 0) Fail();
  }
  void MoveTo(const std::string& target) {
    std::filesystem::rename(path_, target);
    path_.clear();
  }

 private:
  [[noreturn]] void Fail() const { throw std::system_error(errno, std::generic_category(), "cannot write " + path_); }

  std::string path_;
  std::FILE* file_;
};

}  // namespace

void WriteAtomically(const std::string& path, const std::string& text) {
  TemporaryFile file(path);
  file.Write(text);
  file.MoveTo(path);
}

void WriteReports(const Record& record, const std::string& directory) {
  std::filesystem::create_directories(directory);
  // Everything is rendered before anything is written.
  std::vector<std::pair<std::string, std::string>> files;
  for (const Format format : FormatsOf(record)) {
    const Record part = OfFormat(record, format);
    const std::string stem = fmt::format("{}/softmax-verify-{}", directory, Name(format));
    files.emplace_back(stem + ".json", RenderJson(part));
    files.emplace_back(stem + ".csv", RenderCsv(part));
    files.emplace_back(stem + ".md", RenderMarkdown(part, format));
    files.emplace_back(stem + ".html", RenderHtml(record, format));
  }
  files.emplace_back(directory + "/index.md", RenderIndex(record));
  files.emplace_back(directory + "/index.html", RenderHtmlIndex(record));
  for (const auto& [path, text] : files) WriteAtomically(path, text);
}

}  // namespace softmax_verify
