#pragma once

#include <map>
#include <string>
#include <vector>

#include "harness/shell/machine.hpp"
#include "harness/shell/process.hpp"
#include "harness/shell/shell.hpp"

namespace azlab::shell {

/// Where a session's things lie on this computer.
struct SessionPaths {
  std::string session;  ///< <directory>/sessions/<name>: everything below belongs to the session
  std::string run;      ///< what azlab and the session's shims tell each other; /run/azlab inside
  std::string bin;      ///< shims, in a sandbox shared with others (shared_programs); /usr/local/azlab/bin inside
  std::string tools;    ///< links to the listed commands, without a sandbox; in one they stand in /usr/local/azlab/tools alone
  std::string etc;
  std::string tmp;      ///< /tmp inside
  std::string home;     ///< <directory>/homes/<name>
  std::string clones;   ///< <directory>/clones: bare repositories; /srv/azlab/git inside
};
SessionPaths session_paths(const HostOptions& host, const std::string& name);

/// The same places as processes of the session see them: other names in the sandbox, the real ones without.
struct InsideNames {
  std::string run, bin, tools, home, clones, channel, share;
};
InsideNames inside_names(const HostOptions& host, const Machine& machine, const SessionPaths& paths,
                         const std::string& share_directory);

/// A folder with the machine's commands that are not this computer's own, as every sandbox of this process may be shown it: made at
/// first use.
Result<std::string> shared_programs(const HostOptions& host, const Machine& machine, const InsideNames& inside);

/// Writes /etc of a machine, and without a sandbox its shims and links; cheap enough to do for every Session object.
Result<void> furnish(const HostOptions& host, const Machine& machine, const SessionPaths& paths,
                     const InsideNames& inside);

struct SandboxCommand {
  std::vector<std::string> argv;
  bool root = false;          ///< creation scripts run as root
  bool terminal = true;
  std::string directory{};    ///< inside; empty: home
  std::map<std::string, std::string> variables{};
  std::vector<std::string> path{};  ///< folders before the machine's own
  std::vector<Mount> mounts{};
};

/// The command in the session's sandbox, or as a plain child where HostOptions::sandbox is false.
ExecPlan plan_execution(const HostOptions& host, const Machine& machine, const SessionPaths& paths,
                        const InsideNames& inside, const std::string& share_directory,
                        const SandboxCommand& command);

/// Whether `sh` of the sandbox can be our own bash wrapper: not where this computer's sh is bash itself.
bool sh_can_be_replaced();

/// An executable by name in the system's own folders (not the caller's PATH); empty when there is none.
std::string find_on_computer(const std::string& name);
/// The machine's commands that this computer has: name -> executable.
std::map<std::string, std::string> tools_on_computer(const Machine& machine);

}  // namespace azlab::shell
