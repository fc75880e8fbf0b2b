#include "harness/site/sessions.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>

namespace azlab::site {
namespace {

constexpr char kEnd = '\n';  ///< of the number that stands before what is saved

}  // namespace

void Sessions::open(const std::map<std::string, std::string>& kept, Keep keep) {
  const std::lock_guard lock(mutex_);
  keep_ = std::move(keep);
  for (const auto& [id, text] : kept) {
    const auto end = text.find(kEnd);
    if (end == std::string::npos) continue;
    const std::uint64_t used = std::strtoull(text.c_str(), nullptr, 10);
    sessions_[id] = {.used = used, .saved = text.substr(end + 1)};
    used_ = std::max(used_, used);
  }
}

std::string Sessions::find(const std::string& id) {
  const std::lock_guard lock(mutex_);
  const auto found = sessions_.find(id);
  if (found == sessions_.end()) return "";
  if (found->second.used != used_) use(id, found->second);
  return found->second.saved;
}

void Sessions::save(const std::string& id, std::string saved) {
  const std::lock_guard lock(mutex_);
  Session& session = sessions_[id];
  if (session.saved == saved) return;
  session.saved = std::move(saved);
  use(id, session);
  while (sessions_.size() > kSessionsMax) {
    const auto oldest = std::min_element(sessions_.begin(), sessions_.end(), [](const auto& one, const auto& other) { return one.second.used < other.second.used; });
    if (keep_) keep_(oldest->first, "");
    sessions_.erase(oldest);
  }
}

void Sessions::use(const std::string& id, Session& session) {
  session.used = ++used_;
  if (keep_) keep_(id, fmt::format("{}{}{}", session.used, kEnd, session.saved));
}

}  // namespace azlab::site
