#include "harness/shell/waiting.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/uio.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <string>
#include <vector>

#include "sim/core/text.hpp"

namespace azlab::shell {
namespace {

std::string read_proc_file(const std::string& path) {
  std::string text;
  const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return text;
  std::array<char, 4096> buffer{};
  const ssize_t got = read(fd, buffer.data(), buffer.size());
  if (got > 0) text.assign(buffer.data(), static_cast<std::size_t>(got));
  close(fd);
  return text;
}

/// Fields after the name in /proc/<pid>/stat: state, parent, process group, … (the name may hold spaces).
std::vector<std::string> stat_fields(const std::string& stat) {
  const std::size_t end = stat.rfind(')');
  if (end == std::string::npos || end + 2 >= stat.size()) return {};
  return split(std::string_view(stat).substr(end + 2), ' ');
}

bool is_terminal(const std::string& process, std::uint64_t fd, dev_t device) {
  struct stat status {};
  if (stat((process + "/fd/" + std::to_string(fd)).c_str(), &status) != 0) return false;
  // Whoever opened /dev/tty has device 5:0; it is the same terminal, because the sandbox has only this one.
  return S_ISCHR(status.st_mode) && (status.st_rdev == device || status.st_rdev == makedev(5, 0));
}

template <class T>
bool read_memory(pid_t process, std::uint64_t address, std::vector<T>& into) {
  iovec local{.iov_base = into.data(), .iov_len = into.size() * sizeof(T)};
  iovec remote{.iov_base = reinterpret_cast<void*>(address), .iov_len = local.iov_len};
  return process_vm_readv(process, &local, 1, &remote, 1, 0) == static_cast<ssize_t>(local.iov_len);
}

bool polls_terminal(pid_t process, const std::string& folder, const std::vector<std::uint64_t>& args, dev_t device) {
  if (args[1] == 0 || args[1] > 64) return false;
  std::vector<pollfd> watched(args[1]);
  if (!read_memory(process, args[0], watched)) return false;
  for (const pollfd& one : watched) {
    if (one.fd >= 0 && (one.events & POLLIN) != 0 && is_terminal(folder, static_cast<std::uint64_t>(one.fd), device)) {
      return true;
    }
  }
  return false;
}

bool selects_terminal(pid_t process, const std::string& folder, const std::vector<std::uint64_t>& args, dev_t device) {
  if (args[0] == 0 || args[0] > 1024 || args[1] == 0) return false;
  std::vector<std::uint64_t> bits((args[0] + 63) / 64);
  if (!read_memory(process, args[1], bits)) return false;
  for (std::uint64_t fd = 0; fd < args[0]; ++fd) {
    if ((bits[fd / 64] >> (fd % 64) & 1U) != 0 && is_terminal(folder, fd, device)) return true;
  }
  return false;
}

/// /proc/<tid>/syscall: number and six arguments; "running" while it is not in one.
bool waits_for_terminal(pid_t process, const std::string& folder, const std::string& task, dev_t device) {
  const std::string text = read_proc_file(task + "/syscall");
  const std::vector<std::string> words = split(trim(text), ' ');
  if (words.size() < 7) {
    // A kernel that hides system calls still names the function it sleeps in.
    const std::string where = read_proc_file(task + "/wchan");
    return where == "n_tty_read" || (where == "wait_woken" && is_terminal(folder, 0, device));
  }
  const long number = std::strtol(words[0].c_str(), nullptr, 10);
  std::vector<std::uint64_t> args;
  for (std::size_t i = 1; i < 7; ++i) args.push_back(std::strtoull(words[i].c_str(), nullptr, 16));
  if (number == SYS_read || number == SYS_readv) return is_terminal(folder, args[0], device);
#ifdef SYS_poll
  if (number == SYS_poll) return polls_terminal(process, folder, args, device);
#endif
#ifdef SYS_select
  if (number == SYS_select) return selects_terminal(process, folder, args, device);
#endif
  if (number == SYS_ppoll) return polls_terminal(process, folder, args, device);
  if (number == SYS_pselect6) return selects_terminal(process, folder, args, device);
  return false;
}

std::uint64_t voluntary_switches(const std::string& task) {
  const std::string status = read_proc_file(task + "/status");
  constexpr std::string_view kField = "\nvoluntary_ctxt_switches:";
  const std::size_t at = status.find(kField);
  return at == std::string::npos ? 0 : std::strtoull(status.c_str() + at + kField.size(), nullptr, 10);
}

/// The numbers among the names in a /proc folder; processes come and go while it is read.
std::vector<pid_t> numbers_in(const std::string& folder) {
  std::vector<pid_t> numbers;
  DIR* directory = opendir(folder.c_str());
  if (directory == nullptr) return numbers;
  while (const dirent* entry = readdir(directory)) {
    const long number = std::strtol(entry->d_name, nullptr, 10);
    if (number > 0) numbers.push_back(static_cast<pid_t>(number));
  }
  closedir(directory);
  return numbers;
}

std::optional<TerminalReader> reader_in_process(pid_t process, const std::string& folder, dev_t device) {
  for (const pid_t thread : numbers_in(folder + "/task")) {
    const std::string task = folder + "/task/" + std::to_string(thread);
    const std::vector<std::string> fields = stat_fields(read_proc_file(task + "/stat"));
    if (fields.empty() || fields[0] != "S" || !waits_for_terminal(process, folder, task, device)) continue;
    TerminalReader reader;
    reader.process = process;
    reader.thread = thread;
    reader.switches = voluntary_switches(task);
    reader.name = std::string(trim(read_proc_file(folder + "/comm")));
    return reader;
  }
  return std::nullopt;
}

}  // namespace

std::optional<TerminalReader> find_waiting_reader(pid_t group, dev_t device) {
  for (const pid_t process : numbers_in("/proc")) {
    const std::string folder = "/proc/" + std::to_string(process);
    const std::vector<std::string> fields = stat_fields(read_proc_file(folder + "/stat"));
    if (fields.size() < 3 || std::strtol(fields[2].c_str(), nullptr, 10) != group) continue;
    if (auto reader = reader_in_process(process, folder, device)) return reader;
  }
  return std::nullopt;
}

}  // namespace azlab::shell
