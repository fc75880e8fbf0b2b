#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "sim/core/file_store.hpp"
#include "sim/core/world.hpp"
#include "sim/portal/session.hpp"

namespace azlab::guide {

/// A page as a tab of the learner's shows it.
struct PageSeen {
  struct Component {
    std::string id{};      ///< "shell.terminal"
    std::string format{};  ///< "terminal", "notebook", "editor", "pane"
    std::string value{};   ///< the notebook's path, the terminal's machine
  };
  std::string app{};
  std::string screen{};
  std::string title{};
  std::vector<std::string> about{};  ///< names of the resources that the page is about
  std::vector<std::string> apps{};   ///< of the open tabs of the simulated browser, the active one first
  std::vector<Component> components{};
};

/// What a session shows now. Fails never: a browser without a page gives an empty one.
PageSeen page_seen(const portal::Session& session);
/// The same of its view, for whoever has that already.
PageSeen page_seen(const portal::Session& session, const portal::View& view);

/// A command of a terminal that has ended.
struct CommandSeen {
  std::string machine{};  ///< "cloud-shell" or "compute-instance:<name>"
  std::string command{};  ///< one command, as typed
  int exit_status = 0;
  std::string output{};
};

/// All that a guide can see of the simulated world. What it cannot see it says nothing of.
struct Seen {
  /// Resources by their keys (lower-case ids), as they are now.
  std::map<std::string, RowPtr> resources{};
  std::set<std::string> at_first{};  ///< keys of those that were there before the learner did anything
  std::set<std::string> ever{};      ///< keys of those that have been seen at any time
  std::vector<CommandSeen> commands{};
  std::map<const void*, PageSeen> pages{};  ///< of each tab, by whoever speaks for it
  FileStore* files = nullptr;
  std::string share{};  ///< of the workspace's notebooks; empty: there is no workspace
  std::string user{};   ///< the learner's folder in it
};

/// Keys of resources of a type whose name fits (a name, a pattern such as "rg-dp100-...", or anything when empty), among
/// those that are there now.
std::vector<std::string> find_resources(const Seen& seen, std::string_view type, std::string_view name);
/// The last part of a key.
std::string name_of(std::string_view key);

/// The files of the share whose path is `wanted`, or ends with it; the learner's own folder comes first. `others` gets the names
/// of those that are not it.
std::vector<std::string> find_files(const Seen& seen, const std::string& wanted, bool directories, std::vector<std::string>* others = nullptr);

}  // namespace azlab::guide
