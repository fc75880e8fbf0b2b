#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "sim/core/result.hpp"

namespace azlab::shell {

/// A notebook kernel that a machine offers, and when. Empty dates: always, still.
struct Kernel {
  std::string name;
  std::string display;
  std::string offered_from{};
  std::string retired_on{};
  std::string source{};
};

/// What fixtures/machines/<name>.json says is on a simulated machine.
struct Machine {
  std::string name;
  std::string user;
  std::string home;
  std::string hostname;
  std::string start_directory;
  std::string share_mount{};      ///< where the file share appears; empty: the machine has none
  std::string users_directory{};  ///< below the share
  std::map<std::string, std::string> variables{};
  /// Command -> the names under which this computer may have it, first found first.
  std::map<std::string, std::vector<std::string>> from_computer{};
  std::vector<std::string> shims{};          ///< scripts in fixtures/machines/shims
  std::vector<std::string> azlab{};          ///< modes of the azlab binary
  std::vector<std::string> not_simulated{};  ///< on the machine, but neither here nor imitated
  std::vector<Kernel> kernels{};
  std::string os_release{};  ///< text of /etc/os-release
};

Result<Machine> load_machine(std::string_view name);

/// The kernels offered on a day ("2026-11-23"), in the order of the description.
std::vector<Kernel> kernels_on(const Machine& machine, std::string_view day);

}  // namespace azlab::shell
