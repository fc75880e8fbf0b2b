#include "harness/twins/history.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <utility>

#include "harness/shell/process.hpp"
#include "harness/shell/sandbox.hpp"
#include "harness/twins/signature.hpp"
#include "sim/core/text.hpp"

namespace azlab::twins {
namespace {

constexpr int kRevisionsMax = 400;
constexpr double kGitTimeLimitS = 60;
constexpr std::size_t kGitBytesMax = std::size_t{4} << 20U;
/// Revisions that are as good as the best by their signature: what differs is in the words.
constexpr double kAlike = 0.01;
constexpr std::size_t kComparedMax = 12;
/// Below this, a page is no translation of that source.
constexpr double kLikenessMin = 0.5;

/// Runs git in a repository, whoever owns it: in a container that is often somebody else. Reading its log runs nothing of it.
Result<std::string> git(const std::string& repository, std::vector<std::string> arguments) {
  shell::ExecPlan plan{.argv = {shell::find_on_computer("git"), "-c", "safe.directory=*", "-c", "core.fsmonitor=false", "-C", repository, "-c", "core.quotePath=false", "--no-pager"}};
  plan.argv.insert(plan.argv.end(), arguments.begin(), arguments.end());
  for (const char* name : {"PATH", "HOME"}) {
    if (const char* value = std::getenv(name)) plan.environment.push_back(fmt::format("{}={}", name, value));
  }
  plan.environment.emplace_back("LC_ALL=C.UTF-8");
  std::string errors;
  shell::ProcessOptions options{.time_limit_s = kGitTimeLimitS, .output_bytes_max = kGitBytesMax};
  options.on_error = [&](std::string_view text) { errors += text; };
  shell::ProcessResult result = shell::run_process(plan, options);
  if (!result.failure.empty()) return fail(500, "NoGit", result.failure);
  if (result.timed_out || result.output_cut) return fail(500, "NoGit", fmt::format("git in {} took too long or said too much", repository));
  if (result.exit_status != 0) return fail(500, "NoGit", fmt::format("git in {}: {}", repository, trim(errors)));
  return std::move(result.output);
}

/// One entry of the log below: `\x01commit\x02date\x02subject`, an empty line, the file's name.
std::optional<Revision> parse_entry(const std::string& entry) {
  const std::vector<std::string> lines = split(entry, '\n');
  const std::vector<std::string> parts = split(lines[0], '\x02');
  if (parts.size() != 3) return std::nullopt;
  Revision revision{.commit = parts[0], .date = parts[1], .subject = parts[2], .path = {}};
  for (std::size_t i = 1; i < lines.size(); ++i) {
    if (!lines[i].empty()) revision.path = lines[i];
  }
  if (revision.path.empty()) return std::nullopt;
  return revision;
}

}  // namespace

Result<SourceHistory> SourceHistory::read(const std::string& repository, const std::string& path) {
  const auto log = git(repository, {"log", "--follow", fmt::format("--max-count={}", kRevisionsMax), "--name-only", "--format=%x01%H%x02%cs%x02%s", "--", path});
  if (!log) return tl::unexpected(log.error());
  SourceHistory history;
  history.repository_ = repository;
  for (const std::string& entry : split(*log, '\x01')) {
    if (std::optional<Revision> revision = parse_entry(entry)) history.revisions_.push_back(*std::move(revision));
  }
  history.read_.resize(history.revisions_.size());
  return history;
}

const lab::Lab* SourceHistory::lab(std::size_t revision) {
  Read& read = read_.at(revision);
  if (!read.tried) {
    read.tried = true;
    const Revision& is = revisions_[revision];
    // Names in the log count from the repository's root, wherever in it we stand.
    const auto text = git(repository_, {"show", fmt::format("{}:{}", is.commit, is.path)});
    auto lab = text ? lab::read_lab(*text, is.path) : Result<lab::Lab>(tl::unexpected(text.error()));
    if (lab) {
      read.words = signature(*lab);
      read.lab = std::make_unique<lab::Lab>(*std::move(lab));
    }
  }
  return read.lab.get();
}

std::optional<Fit> SourceHistory::find(const lab::Lab& twin) {
  const std::vector<std::string> wanted = signature(twin);
  std::vector<Fit> fits;
  double best = kLikenessMin;
  for (std::size_t i = 0; i < revisions_.size(); ++i) {
    if (lab(i) == nullptr) continue;
    fits.push_back({.revision = i, .likeness = likeness(read_[i].words, wanted)});
    best = std::max(best, fits.back().likeness);
  }
  std::erase_if(fits, [&](const Fit& fit) { return fit.likeness < best - kAlike; });
  std::stable_sort(fits.begin(), fits.end(), [](const Fit& a, const Fit& b) { return a.likeness > b.likeness; });
  if (fits.size() > kComparedMax) fits.resize(kComparedMax);
  std::optional<Fit> chosen;
  std::size_t fewest = 0;
  for (const Fit& fit : fits) {
    const std::size_t left = compare(*lab(fit.revision), twin).size();
    if (chosen && left >= fewest) continue;
    chosen = fit;
    fewest = left;
  }
  return chosen;
}

Result<Fit> find_revision(const lab::Lab& twin, const std::string& repository, const std::string& path) {
  auto history = SourceHistory::read(repository, path);
  if (!history) return tl::unexpected(history.error());
  const std::optional<Fit> fit = history->find(twin);
  if (!fit) return fail(404, "NoRevision", fmt::format("no revision of {} is what {} translates", path, twin.file));
  return *fit;
}

}  // namespace azlab::twins
