#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "sim/core/json.hpp"
#include "sim/http/operation.hpp"
#include "sim/simulator.hpp"

namespace azlab::site {

/// Something that a person waits for, begun or ended.
struct Happening {
  std::string id{};         ///< the same at its beginning and its end
  std::string operation{};  ///< "computes.start"; of a job "job"
  std::string resource{};   ///< ARM id
  std::string state{};      ///< "running", "done", "failed"
  std::string name{};       ///< of the resource; of a job its display name
  std::string error{};      ///< Azure's code and message; of a job its state
  Time at{};
  bool operator==(const Happening&) const = default;
};

/// Sees what begins and ends in Azure by looking at it now and then. What a deployment or the deletion of a group does to single
/// resources is part of it and not told.
class Happenings {
 public:
  /// What began or ended since the last look, in no particular order; the first look learns what there is and tells nothing.
  std::vector<Happening> look(const Simulator& simulator);

 private:
  void look_at_operations(const World& world, std::vector<Happening>& out);
  void look_at_jobs(const World& world, Time now, std::vector<Happening>& out);
  bool is_part(const Operation& operation) const;

  bool looked_ = false;
  std::map<std::string, std::string> states_{};  ///< of operations, by id
  std::set<std::string> parts_{};                ///< operations that are not told
  std::vector<Operation> whole_{};               ///< deployments and deletions of groups that are under way, or ended at this look
  std::set<std::string> jobs_{};                 ///< ids of those under way
};

/// The notification of it in a language (English where there is no other), as pages have it; null when nothing is said of it.
Json notice_json(const Happening& happening, const std::string& language);

}  // namespace azlab::site
