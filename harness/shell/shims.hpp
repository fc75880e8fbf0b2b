#pragma once

#include <array>
#include <string_view>

namespace azlab::shell {

/// A name under which the azlab binary lies in simulated machines. harness/app looks at the last part of argv[0]
/// and does what the row says; anything else is the ordinary command line.
struct Shim {
  std::string_view name;
  std::string_view expects;
};

/// Environment that every one of them finds: AZLAB_CHANNEL (path of the local channel's Unix socket, absent when
/// there is none), AZLAB_RUN (a folder for notes to the session), AZLAB_MACHINE (a description in fixtures/machines),
/// AZLAB_SITE (a folder for what pip has installed), HOME, AZURE_CONFIG_DIR, and nothing of the caller's.
inline constexpr std::array<Shim, 4> kShims = {{
    {"az", "the built-in az, speaking to the simulator over AZLAB_CHANNEL"},
    {"sleep", "coreutils' sleep, which moves simulated time over AZLAB_CHANNEL instead of waiting"},
    {"pip", "shell::pip_main(arguments, pip_options_from_environment())"},
    {"pip3", "shell::pip_main(arguments, pip_options_from_environment())"},
}};

/// Of a program in a simulated machine: tells its session that somebody asked for what azlab does not simulate ("az vm",
/// "docker"), so that the step is blocked whatever becomes of the exit status. Without a session it does nothing.
void note_not_simulated(std::string_view what);

// These are scripts (fixtures/machines/shims), so the binary is not asked: date, mktemp, git, python, python3, sudo
// and sh. `python -m pip` calls the `pip` above.

}  // namespace azlab::shell
