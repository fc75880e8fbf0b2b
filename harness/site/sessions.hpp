#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <string>

namespace azlab::site {

/// How many tabs a site remembers; the one that was used longest ago goes first.
constexpr std::size_t kSessionsMax = 50;

/// Where each tab was, so that one that is reloaded goes on there, after a restart as well where somebody keeps it. Any thread may call
/// any member.
class Sessions {
 public:
  /// Hears of each that changed; an empty text: it is forgotten.
  using Keep = std::function<void(const std::string& id, const std::string& text)>;

  /// `kept` is what `keep` heard of in an earlier process; it may be empty, and so may `keep`.
  void open(const std::map<std::string, std::string>& kept, Keep keep);

  /// What was saved of it last; empty when it is not remembered. Whoever asks uses it.
  std::string find(const std::string& id);
  void save(const std::string& id, std::string saved);

 private:
  struct Session {
    std::uint64_t used = 0;  ///< grows with each use of any
    std::string saved{};
  };
  void use(const std::string& id, Session& session);

  std::mutex mutex_{};
  std::uint64_t used_ = 0;
  std::map<std::string, Session> sessions_{};
  Keep keep_{};
};

}  // namespace azlab::site
