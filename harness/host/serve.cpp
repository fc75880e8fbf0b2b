#include <fmt/format.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "harness/host/stage.hpp"
#include "sim/core/text.hpp"

namespace azlab::host {
namespace {

/// 'text' as one word of a shell.
std::string quoted_word(const std::string& text) { return "'" + replace_all(text, "'", "'\\''") + "'"; }

/// Blocks the signals that end a service, before any thread starts: only `wait` takes them.
sigset_t block_ending_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) sigaddset(&signals, signal);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  return signals;
}

Result<void> write_settings(const std::string& file, const door::ClientDoor& door) {
  std::error_code why;
  std::filesystem::create_directories(std::filesystem::path(file).parent_path(), why);
  std::filesystem::remove(file, why);
  // They hold a (invented) secret: nobody else's business.
  const mode_t before = ::umask(S_IRWXG | S_IRWXO);
  std::ofstream out(file);
  ::umask(before);
  for (const auto& [name, value] : door.settings()) out << "export " << name << "=" << quoted_word(value) << "\n";
  out.close();
  if (!out) return fail(500, "FileError", "cannot write '" + file + "'");
  return {};
}

}  // namespace

std::string env_file() {
  const char* runtime = std::getenv("XDG_RUNTIME_DIR");
  if (runtime != nullptr && *runtime != '\0') return std::string(runtime) + "/azlab/serve.env";
  const char* tmp = std::getenv("TMPDIR");
  return fmt::format("{}/azlab-{}/serve.env", tmp != nullptr && *tmp != '\0' ? tmp : "/tmp", ::getuid());
}

Result<void> serve(const ClientRunOptions& options, const std::string& file, std::ostream& out) {
  const sigset_t signals = block_ending_signals();
  auto stage = Stage::open(options);
  if (!stage) return fail(stage.error());
  if (const auto written = write_settings(file, (*stage)->door()); !written) return written;
  out << fmt::format("azlab: a simulated Azure behind the proxy http://127.0.0.1:{}\n", (*stage)->door().port());
  if ((*stage)->admin_port() != 0) out << fmt::format("azlab: admin interface at http://127.0.0.1:{}\n", (*stage)->admin_port());
  out << "azlab: in another terminal: eval \"$(azlab env)\"; Ctrl+C ends it\n" << std::flush;
  int signal = 0;
  sigwait(&signals, &signal);
  std::error_code why;
  std::filesystem::remove(file, why);
  return (*stage)->close(out);
}

}  // namespace azlab::host
