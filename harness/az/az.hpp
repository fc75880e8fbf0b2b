#pragma once

#include <iosfwd>
#include <string>
#include <vector>

#include "sim/core/time.hpp"
#include "sim/http/message.hpp"

namespace azlab::az {

/// How the built-in az reaches Azure and passes time. In a simulated shell this is the local channel; in tests
/// it is the simulator itself.
class Transport {
 public:
  virtual ~Transport() = default;
  virtual Response send(const Request& request) = 0;
  /// Between polls: simulated time passes.
  virtual void sleep(Duration duration) = 0;
  virtual Time now() = 0;
  /// Somebody asked for what the built-in az does not do: "az vm".
  virtual void note_not_simulated(const std::string& /*what*/) {}
};

/// What az finds around it. `config_dir` is AZURE_CONFIG_DIR: defaults, installed extensions and the signed-in
/// account live there as files, as with the real az. `variables` are those that az reads (AZURE_DEFAULTS_GROUP, …).
struct Environment {
  std::string config_dir;
  std::string working_directory = ".";
  std::vector<std::pair<std::string, std::string>> variables{};
  bool output_is_terminal = false;
  /// az asks nobody who cannot be seen typing: `echo y | az group delete` is refused.
  bool input_is_terminal = true;
  /// Signed in already (Cloud Shell), or `az login` needed.
  bool signed_in = true;
};

/// Runs one az command line, without the leading "az". Returns az's exit status: 0 success, 1 failure,
/// 2 wrong command line, 3 not found.
int run(const std::vector<std::string>& arguments, Transport& transport, const Environment& environment,
        std::istream& in, std::ostream& out, std::ostream& err);

}  // namespace azlab::az
