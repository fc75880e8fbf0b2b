#include <re2/re2.h>

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "harness/shell/beneath.hpp"
#include "harness/shell/block.hpp"
#include "harness/shell/command_watch.hpp"
#include "harness/shell/files.hpp"
#include "harness/shell/pip_site.hpp"
#include "harness/shell/sandbox.hpp"
#include "harness/shell/version.hpp"
#include "sim/core/draw.hpp"
#include "sim/core/fixtures.hpp"
#include "sim/core/json.hpp"
#include "sim/core/text.hpp"

namespace azlab::shell {

namespace fs = std::filesystem;

namespace {

/// What the text of a command shows not to follow clock and seed, each said once.
void add_not_reproducible(const std::string& command, std::vector<std::string>& notes) {
  const Result<Json> rules = parse_jsonc(fixtures::get("fixtures/machines/not_reproducible.json"));
  if (!rules) return;
  for (const Json& rule : *rules) {
    const std::string says = string_at(rule, "says");
    const bool said = std::find(notes.begin(), notes.end(), says) != notes.end();
    if (!said && RE2::PartialMatch(command, string_at(rule, "pattern"))) notes.push_back(says);
  }
}

}  // namespace

struct Session::Impl {
  HostOptions host;
  Options options;
  Machine machine{};
  SessionPaths paths{};
  InsideNames inside{};
  Draw draw;
  std::string broken{};  ///< why nothing can run here

  Impl(const HostOptions& from_host, Options from_options)
      : host(from_host), options(std::move(from_options)), draw(host.seed) {
    Result<Machine> loaded = load_machine(options.machine);
    if (!loaded) {
      broken = loaded.error().message;
      return;
    }
    machine = std::move(*loaded);
    if (!options.hostname.empty()) machine.hostname = options.hostname;
    paths = session_paths(host, options.name);
    inside = inside_names(host, machine, paths, options.share_directory);
    if (host.sandbox) {
      if (const Result<void> works = check_sandbox(); !works) {
        broken = works.error().message;
        return;
      }
      const auto programs = shared_programs(host, machine, inside);
      if (!programs) {
        broken = programs.error().message;
        return;
      }
      paths.bin = *programs;
    }
    if (const Result<void> furnished = furnish(host, machine, paths, inside); !furnished) {
      broken = furnished.error().message;
      return;
    }
    if (!host.sandbox) link_share();
    make_start_directory();
  }

  /// Without a sandbox nothing can be mounted: a link stands where the share would be.
  void link_share() const {
    if (inside.share.empty()) return;
    const std::string link = on_computer(machine.share_mount);
    std::error_code error;
    fs::create_directories(fs::path(link).parent_path(), error);
    // A home that outlived its run has a link to where that run's shares were.
    if (fs::is_symlink(fs::symlink_status(link, error))) fs::remove(link, error);
    if (fs::exists(fs::symlink_status(link, error))) return;
    fs::create_directory_symlink(options.share_directory, link, error);
  }

  /// A path of the machine as this computer has it: in the share, in the home, or as it is.
  std::string on_computer(const std::string& path) const {
    if (!inside.share.empty() && host.sandbox && (path + "/").starts_with(machine.share_mount + "/")) {
      return options.share_directory + path.substr(machine.share_mount.size());
    }
    if ((path + "/").starts_with(machine.home + "/")) return paths.home + path.substr(machine.home.size());
    return path;
  }

  std::string start_directory() const {
    const std::string wanted = options.start_directory.empty() ? machine.start_directory : options.start_directory;
    return wanted.starts_with("~") ? machine.home + wanted.substr(1) : wanted;
  }

  /// The user's folder on the share is there before anybody opens a terminal in it.
  void make_start_directory() const {
    std::error_code error;
    fs::create_directories(on_computer(start_directory()), error);
  }

  std::uint64_t count() const {
    const std::string text = read_whole(paths.session + "/counter");
    return text.empty() ? 0 : std::stoull("0" + text);
  }

  /// The clock as the shims read it.
  void write_time() const {
    const std::int64_t ms = host.now ? host.now().time_since_epoch().count() : 0;
    const std::string fraction = std::to_string(1000 + ms % 1000).substr(1);
    write_whole(paths.run + "/now", std::to_string(ms / 1000) + "." + fraction + "\n");
  }

  /// Clock and seed as the shims read them. The counter is state of the session: a copy goes on as the original.
  void set_clock_and_seed() const {
    const std::uint64_t n = count() + 1;
    write_whole(paths.session + "/counter", std::to_string(n));
    write_time();
    write_whole(paths.run + "/uuid", draw.guid("shell.uuid", options.name, n) + "\n");
    write_whole(paths.run + "/random", std::to_string(draw.bits("shell.random", options.name, n) >> 34U) + "\n");
  }

  void forget_notes() const {
    for (const char* name : {"missing", "unmapped", "notes", "not-simulated"}) write_whole(paths.run + "/" + name, "");
  }

  void read_notes(CommandResult& command, std::vector<std::string>& not_reproducible) const {
    const auto first_line = [this](const char* name) {
      return split(read_whole(paths.run + "/" + name), '\n').front();
    };
    command.missing_tool = first_line("missing");
    command.unmapped_clone = first_line("unmapped");
    for (const std::string& line : split(read_whole(paths.run + "/not-simulated"), '\n')) {
      const bool known = std::find(command.not_simulated.begin(), command.not_simulated.end(), line) != command.not_simulated.end();
      if (!line.empty() && !known) command.not_simulated.push_back(line);
    }
    for (const std::string& line : split(read_whole(paths.run + "/notes"), '\n')) {
      if (!line.empty()) not_reproducible.push_back(line);
    }
    forget_notes();
  }

  /// Hands a program to whoever wants to add something to it (HostOptions::equip).
  Result<std::shared_ptr<void>> equip(SandboxCommand& command) const {
    if (!host.equip) return std::shared_ptr<void>();
    Program program{.argv = std::move(command.argv), .variables = std::move(command.variables), .mounts = std::move(command.mounts)};
    auto kept = host.equip(program);
    command.argv = std::move(program.argv);
    command.variables = std::move(program.variables);
    command.mounts = std::move(program.mounts);
    return kept;
  }

  ExecPlan plan(const SandboxCommand& command) const {
    return plan_execution(host, machine, paths, inside, options.share_directory, command);
  }

  /// What the start-up file says for this block.
  bool write_start_file(const std::string& mark) const {
    std::string text(fixtures::get("fixtures/machines/shims/prompt.bash"));
    const std::uint64_t n = count();
    const std::string start = host.sandbox ? start_directory() : on_computer(start_directory());
    text = replace_all(text, "@RUN@", inside.run);
    text = replace_all(text, "@MARK@", mark);
    text = replace_all(text, "@SEED@", std::to_string(draw.bits("shell.block", options.name, n) >> 34U));
    text = replace_all(text, "@START@", start);
    const std::string status = read_whole(paths.session + "/status");
    text = replace_all(text, "@STATUS@", status.empty() ? "0" : status);
    return write_whole(paths.run + "/prompt", text);
  }

  /// A shell that ended is gone with its variables; the next terminal starts anew in the same home.
  void forget_shell() const {
    std::error_code error;
    for (const char* name : {"state", "state.new", "cwd"}) fs::remove(paths.run + "/" + name, error);
    write_whole(paths.session + "/status", "0");
  }
};

Session::Session(const HostOptions& host, Options options) : impl_(std::make_unique<Impl>(host, std::move(options))) {}
Session::~Session() = default;

BlockResult Session::run_block(const std::string& text, const BlockOptions& options) {
  BlockResult blocked;
  blocked.blocked = impl_->broken;
  if (!blocked.blocked.empty()) return blocked;
  const Impl& session = *impl_;
  session.forget_notes();
  session.set_clock_and_seed();
  const std::string mark = "7733;" + session.draw.hex(16, "shell.mark", session.options.name, session.count());
  if (!session.write_start_file(mark)) {
    blocked.blocked = "cannot write below " + session.paths.session;
    return blocked;
  }
  SandboxCommand command;
  command.argv = {"/usr/bin/bash", "--noprofile", "--rcfile", session.inside.run + "/prompt", "--noediting", "-i"};
  command.variables = session.options.variables;
  const auto equipped = session.equip(command);
  if (!equipped) {
    blocked.blocked = equipped.error().message;
    return blocked;
  }
  std::vector<std::string> notes;
  const auto now = [&session] { return session.host.now ? session.host.now() : Time{}; };
  Time begun{};
  const auto before = [&] {
    session.set_clock_and_seed();
    begun = now();
    // Who has lost patience looks after how much real time it likes; what it finds is the same each time.
    if (session.host.move_time_until && options.patience_s > 0) session.host.move_time_until(begun + seconds(options.patience_s));
  };
  const auto after = [&](CommandResult& done) {
    if (session.host.move_time_until) session.host.move_time_until(std::nullopt);
    session.read_notes(done, notes);
    done.simulated_s = to_seconds(now() - begun);
  };
  const BlockHooks hooks{.before_command = before, .after_command = after, .simulated_s = [&] { return to_seconds(now() - begun); }};
  BlockRun run = run_pasted(session.plan(command), mark, text, options, hooks);
  if (session.host.move_time_until) session.host.move_time_until(std::nullopt);
  write_whole(session.paths.session + "/status", std::to_string(run.last_status));
  if (run.shell_ended) session.forget_shell();
  for (const std::string& line : split(read_whole(session.paths.run + "/running"), '\n')) {
    if (!run.shell_ended && !line.empty()) run.result.left_running.push_back(line);
  }
  if (session.host.sandbox && !sh_can_be_replaced()) notes.emplace_back("$RANDOM in scripts run by sh is not seeded");
  if (!session.host.sandbox) {
    notes.emplace_back("without a sandbox /proc/sys/kernel/random/uuid is this computer's");
    notes.emplace_back("without a sandbox /bin/sh is this computer's");
  }
  for (const CommandResult& done : run.result.commands) add_not_reproducible(done.command, notes);
  run.result.not_reproducible = std::move(notes);
  return std::move(run.result);
}

namespace {

/// A person's shell, and what stands behind it as long as it runs.
class PersonsTerminal : public LiveTerminal {
 public:
  PersonsTerminal(std::shared_ptr<void> kept, std::function<void()> tell_time, std::string mark) : kept_(std::move(kept)), tell_time_(std::move(tell_time)), watch_(std::move(mark)) {}
  Result<void> start(const ExecPlan& plan) { return terminal_.start(plan); }
  bool read_some(std::string& out, int timeout_ms) override {
    tell_time_();
    std::string written;
    const bool there = terminal_.read_some(written, timeout_ms);
    out += watch_.pass(written);
    return there;
  }
  void type(std::string_view text) override { terminal_.type(text); }
  void resize(int columns, int rows) override { terminal_.resize(columns, rows); }
  std::vector<CommandResult> take_commands() override { return watch_.take(); }

 private:
  std::shared_ptr<void> kept_;
  std::function<void()> tell_time_;
  CommandWatch watch_;
  Terminal terminal_{};  // last: it ends first
};

}  // namespace

Result<std::unique_ptr<LiveTerminal>> Session::open_terminal(int columns, int rows) {
  const Impl& session = *impl_;
  if (!session.broken.empty()) return fail(500, "NoTerminal", session.broken);
  session.set_clock_and_seed();
  const std::string start = session.host.sandbox ? session.start_directory() : session.on_computer(session.start_directory());
  // As the two services show it: "alex [ ~ ]$ " in Cloud Shell, "azureuser@ci1:~$ " on an instance.
  const std::string prompt = session.machine.name == "cloud-shell" ? R"(\u [ \w ]$ )" : R"(\u@\h:\w\$ )";
  // The same for all terminals of the session: they share the file.
  const std::string mark = "7734;" + session.draw.hex(16, "shell.person", session.options.name, 0);
  std::string text = replace_all(replace_all(std::string(fixtures::get("fixtures/machines/person.bash")), "@PROMPT@", prompt), "@START@", start);
  text = replace_all(std::move(text), "@MARK@", mark);
  if (!write_whole(session.paths.run + "/person", text)) return fail(500, "NoTerminal", "cannot write below " + session.paths.session);
  SandboxCommand command;
  command.argv = {"/usr/bin/bash", "--noprofile", "--rcfile", session.inside.run + "/person", "-i"};
  command.variables = session.options.variables;
  command.variables["TERM"] = "xterm-256color";
  auto equipped = session.equip(command);
  if (!equipped) return fail(equipped.error());
  auto terminal = std::make_unique<PersonsTerminal>(std::move(*equipped), [impl = impl_.get()] { impl->write_time(); }, mark);
  if (const auto started = terminal->start(session.plan(command)); !started) return fail(started.error());
  terminal->resize(columns, rows);
  return std::unique_ptr<LiveTerminal>(std::move(terminal));
}

CommandResult Session::run_script(const std::string& text, const std::vector<std::string>& arguments,
                                  double time_limit_s, bool as_root) {
  CommandResult result;
  result.command = "bash script";
  const Impl& session = *impl_;
  if (!session.broken.empty()) {
    result.missing_tool = session.broken;
    result.exit_status = 126;
    return result;
  }
  session.forget_notes();
  session.set_clock_and_seed();
  write_whole(session.paths.run + "/script", text, true);
  SandboxCommand command;
  command.argv = {"/usr/bin/bash", session.inside.run + "/script"};
  command.argv.insert(command.argv.end(), arguments.begin(), arguments.end());
  command.root = as_root;
  command.terminal = false;
  command.directory = session.host.sandbox ? session.start_directory() : session.on_computer(session.start_directory());
  command.variables = session.options.variables;
  const auto equipped = session.equip(command);
  if (!equipped) {
    result.missing_tool = equipped.error().message;
    result.exit_status = 126;
    return result;
  }
  const ProcessResult ran = run_process(session.plan(command), time_limit_s, BlockOptions{}.output_bytes_max);
  result.exit_status = ran.exit_status;
  result.output = ran.output;
  result.timed_out = ran.timed_out;
  result.output_cut = ran.output_cut;
  if (ran.output_cut) result.output += "\n[azlab: output cut]\n";
  std::vector<std::string> notes;
  session.read_notes(result, notes);
  if (!ran.failure.empty()) result.missing_tool = ran.failure;
  return result;
}

ProcessResult Session::run_program(const Program& program) {
  const Impl& session = *impl_;
  ProcessResult result;
  if (!session.broken.empty()) {
    result.failure = session.broken;
    return result;
  }
  session.set_clock_and_seed();
  const std::string directory = program.directory.empty() ? session.start_directory() : program.directory;
  SandboxCommand command{.argv = program.argv, .root = program.root, .terminal = false, .directory = as_seen(directory)};
  command.variables = session.options.variables;
  for (const auto& [name, value] : program.variables) command.variables[name] = value;
  command.path = program.path;
  command.mounts = program.mounts;
  // Within the sandbox: its processes are counted alone there, outside all of the user's would be.
  if (const std::string prlimit = find_on_computer("prlimit"); program.processes_max > 0 && session.host.sandbox && !prlimit.empty()) {
    command.argv.insert(command.argv.begin(), {prlimit, "--nproc=" + std::to_string(program.processes_max)});
  }
  ExecPlan plan = session.plan(command);
  plan.file_bytes_max = program.file_bytes_max;
  plan.nice = program.nice;
  return run_process(plan, program.limits);
}

std::string Session::as_seen(const std::string& path) const { return impl_->host.sandbox ? path : impl_->on_computer(path); }

std::string Session::shims() const { return impl_->inside.bin; }

std::vector<std::string> Session::installed_packages() const {
  std::vector<std::string> out;
  const auto site = load_pip_site(impl_->paths.home + "/.azlab", impl_->machine.name);
  if (!site) return out;
  for (const auto& [name, package] : site->installed) out.push_back(name);
  return out;
}

std::vector<std::string> Session::removed_packages() const {
  std::vector<std::string> out;
  const auto machine = parse_jsonc(fixtures::get("fixtures/machines/" + impl_->machine.name + ".json"));
  const Json* came_with = machine ? find_path(*machine, "packages") : nullptr;
  const auto site = load_pip_site(impl_->paths.home + "/.azlab", impl_->machine.name);
  if (came_with == nullptr || !came_with->is_object() || !site) return out;
  for (const auto& [name, version] : came_with->items()) {
    if (site->installed.find(normalised_name(name)) == site->installed.end()) out.push_back(name);
  }
  return out;
}

Result<std::string> Session::put_file(const std::string& name, const std::string& text) const {
  if (!impl_->broken.empty()) return fail(500, "NoSession", impl_->broken);
  if (!write_whole(impl_->paths.run + "/" + name, text)) return fail(500, "NoSession", "cannot write to " + impl_->paths.run);
  return impl_->inside.run + "/" + name;
}

Result<void> Session::write_home(const std::string& path, std::string_view bytes) const {
  if (!impl_->broken.empty()) return fail(500, "NoSession", impl_->broken);
  return write_beneath(impl_->paths.home, path, bytes);
}

Result<std::string> Session::read_home(const std::string& path, std::size_t bytes_max) const {
  if (!impl_->broken.empty()) return fail(500, "NoSession", impl_->broken);
  return read_beneath(impl_->paths.home, path, bytes_max);
}

std::string Session::working_directory() const {
  if (!impl_->broken.empty()) return {};
  const std::string saved = read_whole(impl_->paths.run + "/cwd");
  return saved.empty() ? impl_->start_directory() : saved;
}

}  // namespace azlab::shell
