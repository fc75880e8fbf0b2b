#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "sim/http/context.hpp"

namespace azlab::entra {

/// Who is behind a request that came over a listener: reads its bearer token. Without strict mode anything is let in,
/// as whom its token names, or as the default person; with it, a token must be ours, for this service and not expired,
/// and its principal must have a role that allows the action on ARM. The simulator owns one, under its lock.
class Gate {
 public:
  /// `start`: the run's first instant (see time_of_clients).
  Gate(bool strict, Time start) : strict_(strict), start_(start) {}

  /// The caller as which a request is carried out: the one it came with (origin, way of waiting) and the token's principal.
  Result<Caller> authenticate(const Machinery& machinery, const Request& request);
  /// The answer to a request that was not let in, with WWW-Authenticate as the service of its host words it; goes into
  /// the journal like any other.
  Response refuse(Machinery& machinery, const Request& request, const Error& error) const;

 private:
  /// What a token says and whether it is ours; kept, because clients show the same one thousands of times.
  struct Shown {
    std::string principal_id{};
    std::string tenant_id{};
    std::string user_name{};
    std::string app_id{};
    std::string audience{};
    std::string issuer{};
    std::int64_t end = 0;  ///< `exp`; 0: none
    bool ours = false;
  };
  const Shown* read(std::string_view token);
  Result<void> check_token(const Machinery& machinery, const Request& request, const Shown* shown) const;
  Result<void> check_roles(const Machinery& machinery, const Request& request, const Caller& caller) const;

  bool strict_;
  Time start_;
  std::map<std::string, std::optional<Shown>, std::less<>> shown_{};
};

}  // namespace azlab::entra
