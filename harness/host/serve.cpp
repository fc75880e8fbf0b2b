#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>
#include <thread>

#include "harness/guide/guide.hpp"
#include "harness/host/stage.hpp"
#include "harness/site/site.hpp"
#include "sim/core/text.hpp"
#include "sim/entra/directory.hpp"

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

/// Ends the service when standard input does: whoever started it is gone, even where that was killed. The pipe's other end
/// is closed by the system then.
class EndsWithInput {
 public:
  explicit EndsWithInput(bool wanted) {
    if (!wanted || ::pipe2(wake_.data(), O_CLOEXEC) != 0) return;
    thread_ = std::thread([this] { watch(); });
  }
  ~EndsWithInput() {
    if (!thread_.joinable()) return;
    ::close(wake_[1]);
    thread_.join();
    ::close(wake_[0]);
  }
  EndsWithInput(const EndsWithInput&) = delete;
  EndsWithInput& operator=(const EndsWithInput&) = delete;

 private:
  void watch() const {
    std::array<pollfd, 2> watched = {pollfd{STDIN_FILENO, POLLIN, 0}, pollfd{wake_[0], POLLIN, 0}};
    std::array<char, 512> ignored{};
    while (::poll(watched.data(), watched.size(), -1) >= 0 || errno == EINTR) {
      if (watched[1].revents != 0) return;
      if (watched[0].revents != 0 && ::read(STDIN_FILENO, ignored.data(), ignored.size()) <= 0) break;
    }
    ::kill(::getpid(), SIGTERM);  // blocked in every thread: `serve` takes it
  }

  std::array<int, 2> wake_{};
  std::thread thread_{};
};

/// The learner's site, as the state knows it where one is kept.
Result<std::unique_ptr<site::Site>> open_site(Stage& stage, const site::SiteDoor& door, guide::Guide* lab) {
  const StateFolder* kept = stage.state();
  auto opened = site::Site::open(stage.simulator(), stage.machines(), door, kept == nullptr ? site::SiteMemory() : kept->site_memory(), lab);
  if (!opened || kept == nullptr) return opened;
  if (const auto noted = kept->remember_site(**opened); !noted) return fail(noted.error());
  return opened;
}

/// Tells programs what people read on standard error; "-" is standard output.
Result<void> tell_ready(const std::string& file, const Stage& stage, const site::Site* site) {
  Json environment = Json::object();
  for (const auto& [name, value] : stage.door().settings()) environment[name] = value;
  const Json ready = {{"proxy", fmt::format("http://127.0.0.1:{}", stage.door().port())},
                      {"admin", stage.admin_port() == 0 ? Json(nullptr) : Json(fmt::format("http://127.0.0.1:{}", stage.admin_port()))},
                      {"site", site == nullptr ? Json(nullptr) : Json(site->link())},
                      {"siteCertificate", site == nullptr || !site->identity() ? Json(nullptr) : Json(site->identity()->certificates)},
                      {"environment", environment},
                      {"unset", door::foreign_variables()}};
  if (file == "-") {
    std::cout << dump(ready) << "\n" << std::flush;
    return {};
  }
  return run::write_file(file, dump(ready) + "\n");
}

Result<std::unique_ptr<guide::Guide>> open_lab(const ClientRunOptions& options, Stage& stage) {
  const Caller person;
  const auto* known = entra::directory().find_person(person.user_name);
  auto lab = guide::Guide::open(options.lab_file, stage.simulator(), stage.files(), {.person = known == nullptr ? person.user_name : known->display_name, .user = run::user_folder(), .score_file = options.score_file, .progress_folder = options.state});
  if (!lab || options.score_file.empty()) return lab;
  // Better now than after an hour's work.
  const auto written = run::write_file(options.score_file, dump_pretty((*lab)->score_json()) + "\n");
  if (!written) return fail(400, "WrongUse", "--score: " + written.error().message);
  return lab;
}

}  // namespace

std::string env_file() {
  const char* runtime = std::getenv("XDG_RUNTIME_DIR");
  if (runtime != nullptr && *runtime != '\0') return std::string(runtime) + "/azlab/serve.env";
  const char* tmp = std::getenv("TMPDIR");
  return fmt::format("{}/azlab-{}/serve.env", tmp != nullptr && *tmp != '\0' ? tmp : "/tmp", ::getuid());
}

Result<void> serve(const ClientRunOptions& options, const std::string& file, std::ostream& out) {
  if (options.site) {
    if (const auto usable = site::check_door(*options.site); !usable) return usable;
  }
  if (!options.lab_file.empty() && !options.site) return fail(400, "WrongUse", "--lab needs the learner's site: give --site-port, or leave --no-site and --ready out");
  if (!options.score_file.empty() && options.lab_file.empty()) return fail(400, "WrongUse", "--score needs a lab: give --lab");
  const sigset_t signals = block_ending_signals();
  auto stage = Stage::open(options);
  if (!stage) return fail(stage.error());
  std::unique_ptr<guide::Guide> lab;
  if (!options.lab_file.empty()) {
    auto opened = open_lab(options, **stage);
    if (!opened) return fail(opened.error());
    lab = std::move(*opened);
  }
  std::unique_ptr<site::Site> site;
  if (options.site) {
    auto opened = open_site(**stage, *options.site, lab.get());
    if (!opened) return fail(opened.error());
    site = std::move(*opened);
  }
  // Programs that are told where it is may have many; the file is for the one that a person runs.
  const bool for_people = options.ready_file.empty();
  if (for_people) {
    if (const auto written = write_settings(file, (*stage)->door()); !written) return written;
  }
  out << fmt::format("azlab: a simulated Azure behind the proxy http://127.0.0.1:{}\n", (*stage)->door().port());
  if (site) {
    out << "azlab: the portal and the studio in your browser: " << site->link() << "\n";
    if (site->has_made_identity()) out << "azlab: the browser warns of a certificate that nobody vouches for; it is the right one with the SHA-256 fingerprint " << net::fingerprint_of(*site->identity()) << "\n";
  }
  if ((*stage)->admin_port() != 0) out << fmt::format("azlab: admin interface at http://127.0.0.1:{}\n", (*stage)->admin_port());
  out << (for_people ? "azlab: in another terminal: eval \"$(azlab env)\"; Ctrl+C ends it\n" : "") << std::flush;
  if (!for_people) {
    if (const auto told = tell_ready(options.ready_file, **stage, site.get()); !told) return told;
  }
  const EndsWithInput ends_with_input(options.until_stdin_ends);
  int signal = 0;
  sigwait(&signals, &signal);
  site.reset();
  if (lab) lab->look();  // what came to pass since the site looked last counts as well
  if (lab && !options.score_file.empty()) {
    if (const auto written = run::write_file(options.score_file, dump_pretty(lab->score_json()) + "\n"); !written) return fail(500, "FileError", "--score: " + written.error().message);
  }
  std::error_code why;
  if (for_people) std::filesystem::remove(file, why);
  return (*stage)->close(out);
}

}  // namespace azlab::host
