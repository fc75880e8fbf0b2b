#include "harness/shell/pip.hpp"

#include <unistd.h>

#include <algorithm>
#include <cstdlib>

#include "harness/shell/files.hpp"
#include "harness/shell/pip_plan.hpp"
#include "harness/shell/shims.hpp"
#include "sim/core/text.hpp"

namespace azlab::shell {
namespace {

void write_fd(int fd, std::string_view text) {
  while (!text.empty()) {
    const ssize_t done = write(fd, text.data(), text.size());
    if (done <= 0) return;
    text.remove_prefix(static_cast<std::size_t>(done));
  }
}

/// One line of the terminal, without its end; false at the end of input.
bool read_line(int fd, std::string& line) {
  line.clear();
  char c = '\0';
  while (true) {
    const ssize_t got = read(fd, &c, 1);
    if (got <= 0) return !line.empty();
    if (c == '\n') return true;
    line += c;
  }
}

/// The text as Python's repr shows it.
std::string python_repr(const std::string& text) {
  const char quote = text.find('\'') != std::string::npos && text.find('"') == std::string::npos ? '"' : '\'';
  std::string out(1, quote);
  for (const char c : text) {
    if (c == quote || c == '\\') out += '\\';
    out += c;
  }
  return out + quote;
}

/// One call of pip.
class PipCall {
 public:
  PipCall(const PipOptions& options, PipSite site) : options_(options), site_(std::move(site)) {}

  int run(const std::vector<std::string>& arguments);

 private:
  int install();
  int uninstall();
  int show();
  int list(bool freeze);
  int not_simulated(const std::string& what);
  bool read_arguments(const std::string& command, const std::vector<std::string>& arguments);
  bool read_requirements_file(const std::string& path);
  bool add_wanted(const std::string& text);
  bool allowed_to_proceed(bool& end_of_input);
  std::string required_by(const std::string& key) const;
  std::vector<InstalledPackage> installed() const;
  std::string place_of(const InstalledPackage& package) const;

  void say(const std::string& line) {
    if (quiet_ == 0) write_fd(options_.output, line + "\n");
  }
  void warn(const std::string& line) {
    if (quiet_ < 2) write_fd(options_.error, "WARNING: " + line + "\n");
  }
  void complain(const std::string& line) { write_fd(options_.error, "ERROR: " + line + "\n"); }

  const PipOptions& options_;
  PipSite site_;
  std::vector<Requirement> wanted_{};
  PipPlanOptions plan_{};
  int quiet_ = 0;
  bool yes_ = false;
  std::string format_ = "columns";
};

int PipCall::not_simulated(const std::string& what) {
  note_not_simulated("pip " + what);
  write_fd(options_.error, "azlab: pip " + what + " is not simulated\n");
  return 1;
}

bool PipCall::add_wanted(const std::string& text) {
  const bool elsewhere = text.find("://") != std::string::npos || text.starts_with(".") || text.starts_with("/") ||
                         text.ends_with(".whl") || text.ends_with(".tar.gz");
  if (elsewhere) {
    not_simulated("with '" + text + "' (a path or address)");
    return false;
  }
  Result<Requirement> parsed = parse_requirement(text);
  if (!parsed) {
    complain(parsed.error().message);
    return false;
  }
  wanted_.push_back(std::move(*parsed));
  return true;
}

bool PipCall::read_requirements_file(const std::string& path) {
  if (access(path.c_str(), R_OK) != 0) {
    complain("Could not open requirements file: [Errno 2] No such file or directory: '" + path + "'");
    return false;
  }
  for (const std::string& raw : split(read_whole(path), '\n')) {
    std::string_view line = trim(raw);
    if (const std::size_t hash = line.find(" #"); hash != std::string_view::npos) line = trim(line.substr(0, hash));
    if (line.empty() || line.front() == '#') continue;
    if (line.starts_with("-")) {
      not_simulated("with '" + std::string(line) + "' in a requirements file");
      return false;
    }
    if (!add_wanted(std::string(line))) return false;
  }
  return true;
}

bool PipCall::read_arguments(const std::string& command, const std::vector<std::string>& arguments) {
  // Options that change nothing in a simulated installation.
  const std::vector<std::string> kNoEffect = {"--user", "--no-cache-dir", "--disable-pip-version-check", "--no-input",
                                              "--no-warn-script-location", "-v", "--verbose", "--prefer-binary",
                                              "--break-system-packages", "--no-color", "--progress-bar=off"};
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const std::string& word = arguments[i];
    const std::string next = i + 1 < arguments.size() ? arguments[i + 1] : "";
    if (word == "-q" || word == "--quiet") {
      ++quiet_;
    } else if (word == "-qq") {
      quiet_ += 2;
    } else if (word == "-y" || word == "--yes") {
      yes_ = true;
    } else if (word == "-U" || word == "--upgrade") {
      plan_.upgrade = true;
    } else if (word == "--pre") {
      plan_.prereleases = true;
    } else if (word == "--no-deps") {
      plan_.dependencies = false;
    } else if (word == "--force-reinstall") {
      plan_.reinstall = true;
    } else if (word == "--format" && command == "list") {
      format_ = next;
      ++i;
    } else if (word.starts_with("--format=") && command == "list") {
      format_ = word.substr(9);
    } else if (word == "-r" || word == "--requirement") {
      if (!read_requirements_file(next)) return false;
      ++i;
    } else if (std::find(kNoEffect.begin(), kNoEffect.end(), word) != kNoEffect.end()) {
      continue;
    } else if (word.starts_with("-")) {
      not_simulated(command + " " + word);
      return false;
    } else if (!add_wanted(word)) {
      return false;
    }
  }
  return true;
}

std::string PipCall::place_of(const InstalledPackage& package) const {
  return site_.location + "/" + replace_all(package.name, "-", "_") + "-" + package.version + ".dist-info/*";
}

int PipCall::install() {
  if (wanted_.empty()) {
    complain("You must give at least one requirement to install (see \"pip help install\")");
    return 1;
  }
  const PipPlan plan = plan_installation(site_, wanted_, plan_);
  for (const std::string& line : plan.lines) say(line);
  for (const std::string& line : plan.errors) complain(line);
  if (!plan.errors.empty()) return 1;
  if (plan.install.empty()) return 0;
  std::vector<std::string> names;
  std::vector<std::string> done;
  for (const InstalledPackage& package : plan.install) {
    names.push_back(package.name);
    done.push_back(package.name + "-" + package.version);
  }
  say("Installing collected packages: " + join(names, ", "));
  for (const InstalledPackage& package : plan.install) {
    const std::string key = normalised_name(package.name);
    if (const auto old = site_.installed.find(key); old != site_.installed.end()) {
      const std::string& version = old->second.version;
      say("  Attempting uninstall: " + package.name);
      say("    Found existing installation: " + old->second.name + " " + version);
      say("    Uninstalling " + old->second.name + "-" + version + ":");
      say("      Successfully uninstalled " + old->second.name + "-" + version);
    }
    site_.installed[key] = package;
  }
  if (const Result<void> saved = site_.save(); !saved) {
    complain(saved.error().message);
    return 1;
  }
  std::sort(done.begin(), done.end());
  say("Successfully installed " + join(done, " "));
  return 0;
}

/// Asks until the answer is one of pip's: y, n or nothing (which means y).
bool PipCall::allowed_to_proceed(bool& end_of_input) {
  while (true) {
    write_fd(options_.output, "Proceed (Y/n)? ");
    std::string line;
    if (!read_line(options_.input, line)) {
      end_of_input = true;
      return false;
    }
    const std::string answer = to_lower(trim(line));
    if (answer == "y" || answer.empty()) return true;
    if (answer == "n") return false;
    write_fd(options_.output, "Your response (" + python_repr(answer) +
                                  ") was not one of the expected responses: y, n, \n");
  }
}

int PipCall::uninstall() {
  if (wanted_.empty()) {
    complain("You must give at least one requirement to uninstall (see \"pip help uninstall\")");
    return 1;
  }
  for (const Requirement& one : wanted_) {
    const auto at = site_.installed.find(one.key);
    if (at == site_.installed.end()) {
      warn("Skipping " + one.name + " as it is not installed.");
      continue;
    }
    const std::string full = at->second.name + "-" + at->second.version;
    say("Found existing installation: " + at->second.name + " " + at->second.version);
    say("Uninstalling " + full + ":");
    if (!yes_) {
      say("  Would remove:");
      say("    " + place_of(at->second));
      bool end_of_input = false;
      const bool allowed = allowed_to_proceed(end_of_input);
      if (end_of_input) {
        complain("Exception:\nEOFError: EOF when reading a line");
        return 2;
      }
      if (!allowed) continue;
    }
    site_.installed.erase(at);
    if (const Result<void> saved = site_.save(); !saved) {
      complain(saved.error().message);
      return 1;
    }
    say("  Successfully uninstalled " + full);
  }
  return 0;
}

std::string PipCall::required_by(const std::string& key) const {
  std::vector<std::string> names;
  for (const auto& [other, package] : site_.installed) {
    const IndexedPackage* known = site_.find(other);
    if (known == nullptr) continue;
    for (const std::string& need : known->needs_of(package.version)) {
      const Result<Requirement> parsed = parse_requirement(replace_all(need, "{version}", package.version));
      if (parsed && parsed->key == key) names.push_back(package.name);
    }
  }
  return join(names, ", ");
}

int PipCall::show() {
  if (wanted_.empty()) {
    warn("ERROR: Please provide a package name or names.");
    return 1;
  }
  std::vector<std::string> absent;
  bool first = true;
  for (const Requirement& one : wanted_) {
    const auto at = site_.installed.find(one.key);
    if (at == site_.installed.end()) {
      absent.push_back(one.name);
      continue;
    }
    const IndexedPackage* known = site_.find(one.key);
    const IndexedPackage empty{};
    const IndexedPackage& facts = known == nullptr ? empty : *known;
    std::vector<std::string> needs;
    for (const std::string& need : facts.needs_of(at->second.version)) {
      const Result<Requirement> parsed = parse_requirement(replace_all(need, "{version}", at->second.version));
      if (parsed) needs.push_back(parsed->name);
    }
    std::sort(needs.begin(), needs.end());
    write_fd(options_.output, std::string(first ? "" : "---\n") + "Name: " + at->second.name + "\nVersion: " +
                                  at->second.version + "\nSummary: " + facts.summary + "\nHome-page: " +
                                  facts.home_page + "\nAuthor: " + facts.author + "\nAuthor-email: " +
                                  facts.author_email + "\nLicense: " + facts.license + "\nLocation: " +
                                  site_.location + "\nRequires: " + join(needs, ", ") + "\nRequired-by: " +
                                  required_by(one.key) + "\n");
    first = false;
  }
  if (!absent.empty()) warn("Package(s) not found: " + join(absent, ", "));
  return first ? 1 : 0;
}

std::vector<InstalledPackage> PipCall::installed() const {
  std::vector<InstalledPackage> all;
  for (const auto& [key, package] : site_.installed) all.push_back(package);
  return all;
}

int PipCall::list(bool freeze) {
  const std::vector<InstalledPackage> all = installed();
  std::string out;
  if (freeze || format_ == "freeze") {
    for (const InstalledPackage& one : all) {
      const bool tool = one.name == "pip" || one.name == "setuptools" || one.name == "wheel";
      if (!(freeze && tool)) out += one.name + "==" + one.version + "\n";
    }
  } else if (format_ == "json") {
    out = packages_as_json(all) + "\n";
  } else if (format_ == "columns") {
    std::size_t name = 7;
    std::size_t version = 7;
    for (const InstalledPackage& one : all) {
      name = std::max(name, one.name.size());
      version = std::max(version, one.version.size());
    }
    const auto row = [name](const std::string& left, const std::string& right) {
      return left + std::string(name - left.size() + 1, ' ') + right + "\n";
    };
    out = row("Package", "Version") + row(std::string(name, '-'), std::string(version, '-'));
    for (const InstalledPackage& one : all) out += row(one.name, one.version);
  } else {
    return not_simulated("list --format " + format_);
  }
  write_fd(options_.output, out);
  return 0;
}

int PipCall::run(const std::vector<std::string>& arguments) {
  const std::string command = arguments.empty() ? "help" : arguments[0];
  if (command == "--version" || command == "-V") {
    const auto own = site_.installed.find("pip");
    const std::string version = own == site_.installed.end() ? "" : own->second.version;
    write_fd(options_.output,
             "pip " + version + " from " + site_.location + "/pip (python " + site_.python + ")\n");
    return 0;
  }
  const bool known = command == "install" || command == "uninstall" || command == "show" || command == "list" ||
                     command == "freeze";
  if (!known) return not_simulated(command);
  if (!read_arguments(command, {arguments.begin() + 1, arguments.end()})) return 1;
  if (command == "install") return install();
  if (command == "uninstall") return uninstall();
  if (command == "show") return show();
  return list(command == "freeze");
}

}  // namespace

PipOptions pip_options_from_environment() {
  PipOptions options;
  const char* site = std::getenv("AZLAB_SITE");
  const char* machine = std::getenv("AZLAB_MACHINE");
  options.site_directory = site == nullptr ? "" : site;
  options.machine = machine == nullptr ? "" : machine;
  return options;
}

int pip_main(const std::vector<std::string>& arguments, const PipOptions& options) {
  if (options.site_directory.empty() || options.machine.empty()) {
    write_fd(options.error,
             "azlab: pip works only on a simulated machine (AZLAB_SITE and AZLAB_MACHINE are not set)\n");
    return 1;
  }
  Result<PipSite> site = load_pip_site(options.site_directory, options.machine);
  if (!site) {
    write_fd(options.error, "azlab: pip: " + site.error().message + "\n");
    return 1;
  }
  return PipCall(options, std::move(*site)).run(arguments);
}

}  // namespace azlab::shell
