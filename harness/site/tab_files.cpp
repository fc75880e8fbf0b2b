// Files that a person brings to a tab's page and takes away: of the notebook share, and of Cloud Shell's home ("~/…").
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "harness/site/share.hpp"
#include "harness/site/tab.hpp"
#include "sim/core/text.hpp"

namespace azlab::site {
namespace {

constexpr std::size_t kFileBytesMax = 32U << 20U;
constexpr std::size_t kUploadsMax = 4;  ///< that have begun and not ended
constexpr std::string_view kHome = "~/";

Json refused_for(const std::string& why) { return {{"error", why}}; }

}  // namespace

Result<shell::Session*> Tab::cloud_shell() {
  const std::lock_guard lock(house_.machines_gate);
  return house_.machines.terminal("cloud-shell");
}

Json Tab::upload(const Json& ask) {
  const auto path = ask.at("path").get<std::string>();
  const bool last = ask.at("last").get<bool>();
  const auto part = base64_decode(ask.at("data").get<std::string>());
  if (uploads_.size() >= kUploadsMax && uploads_.find(path) == uploads_.end()) return refused_for("four files are being uploaded already");
  std::string& bytes = uploads_[path];
  const bool fits = part && bytes.size() + part->size() <= kFileBytesMax;
  if (fits) bytes += *part;
  if (fits && !last) return Json::object();
  const std::string whole = std::move(bytes);
  uploads_.erase(path);
  if (!part) return refused_for("what was sent of " + path + " is no base64");
  if (!fits) return refused_for(fmt::format("{} is larger than {} MB, the most that can be uploaded", path, kFileBytesMax >> 20U));
  const auto written = [&]() -> Result<void> {
    if (!path.starts_with(kHome)) return Share(house_.simulator, session_->parameter("workspaceId")).write(path, whole);
    const auto shell = cloud_shell();
    if (!shell) return fail(shell.error());
    return (*shell)->write_home(path.substr(kHome.size()), whole);
  }();
  return written ? Json::object() : refused_for(written.error().message);
}

Json Tab::download(const Json& ask) {
  auto path = ask.at("path").get<std::string>();
  const auto bytes = [&]() -> Result<std::string> {
    if (!path.starts_with(kHome)) return Share(house_.simulator, session_->parameter("workspaceId")).read(path);
    const auto shell = cloud_shell();
    if (!shell) return fail(shell.error());
    return (*shell)->read_home(path.substr(kHome.size()), kFileBytesMax);
  }();
  if (!bytes) return refused_for(bytes.error().message);
  if (bytes->size() > kFileBytesMax) return refused_for(fmt::format("{} is larger than {} MB, the most that can be downloaded", path, kFileBytesMax >> 20U));
  return {{"data", base64_encode(*bytes)}};
}

}  // namespace azlab::site
