#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "harness/python/python.hpp"
#include "harness/shell/files.hpp"
#include "harness/shell/process.hpp"
#include "sim/core/draw.hpp"
#include "sim/core/fixtures.hpp"
#include "sim/core/json.hpp"
#include "sim/core/text.hpp"

namespace azlab::python {
namespace {

namespace fs = std::filesystem;

constexpr double kComposeLimitS = 120;
constexpr std::size_t kAnswerBytesMax = 1U << 20U;

std::vector<std::string> list_at(const Json& answer, const char* key) {
  std::vector<std::string> out;
  const Json* found = find_path(answer, key);
  if (found == nullptr || !found->is_array()) return out;
  for (const Json& one : *found) out.push_back(one.get<std::string>());
  return out;
}

Site read_answer(const Json& answer, std::string relative) {
  Site site{.relative = std::move(relative)};
  if (const Json* versions = find_path(answer, "versions"); versions != nullptr && versions->is_object()) {
    for (const auto& [name, version] : versions->items()) site.versions[name] = version.get<std::string>();
  }
  site.missing = list_at(answer, "missing");
  site.replaced = list_at(answer, "replaced");
  return site;
}

tl::unexpected<Error> cannot_compose(const std::string& why) { return fail(500, "NoPythonSite", "cannot put a Python environment together: " + why); }

}  // namespace

Result<Site> compose_site(const Prepared& prepared, const std::vector<std::string>& requirements) {
  auto sorted = requirements;
  std::sort(sorted.begin(), sorted.end());
  sorted.erase(std::unique(sorted.begin(), sorted.end()), sorted.end());
  const std::string script(fixtures::get("fixtures/python/compose_site.py"));
  const std::string name = Draw(0).hex(16, "python site", script + "\n" + join(sorted, "\n"));
  const std::string relative = "sites/" + name;
  const std::string target = prepared.directory + "/" + relative;
  // What was made before says what it holds.
  if (const auto known = parse_json(shell::read_whole(target + "/site.json")); known) return read_answer(*known, relative);
  std::error_code why;
  fs::create_directories(prepared.directory + "/sites", why);
  static std::atomic<int> count = 0;
  const std::string beside = target + "." + std::to_string(::getpid()) + "-" + std::to_string(++count) + "-";
  const std::string asked = beside + "asked.json";
  const std::string file = beside + "compose.py";
  if (!shell::write_whole(asked, dump(Json(sorted))) || !shell::write_whole(file, script)) return cannot_compose("cannot write to " + prepared.directory);
  const auto ran = shell::run_process({.argv = {prepared.directory + "/bin/python", "-I", file, target, asked}}, kComposeLimitS, kAnswerBytesMax);
  fs::remove(asked, why);
  fs::remove(file, why);
  const auto answer = parse_json(ran.output);
  if (ran.exit_status != 0 || !answer) return cannot_compose(ran.failure.empty() ? ran.output : ran.failure);
  return read_answer(*answer, relative);
}

}  // namespace azlab::python
