#include "harness/site/living_kernel.hpp"

#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <array>
#include <nlohmann/json.hpp>

#include "harness/run/kernel.hpp"
#include "sim/core/clock.hpp"
#include "sim/core/text.hpp"

namespace azlab::site {
namespace {

constexpr double kForeverS = 1e9;
constexpr double kGraceS = 3;  ///< real seconds in which a kernel may end by itself
constexpr std::size_t kLogBytes = 4096;
constexpr int kOutputCharacters = 500'000;  ///< of one cell
constexpr int kAskLimitS = 5;

}  // namespace

LivingKernel::LivingKernel(Simulator& simulator, run::Machines& machines, std::mutex& gate, Task task, Listener listener)
    : simulator_(simulator), machines_(machines), gate_(gate), task_(std::move(task)), listener_(std::move(listener)) {
  std::array<int, 2> ends{-1, -1};
  // A socket, not a pipe: writing to a driver that has gone is then an error instead of a signal.
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) == 0) {
    here_ = ends[0];
    there_ = ends[1];
    const timeval limit{.tv_sec = kAskLimitS, .tv_usec = 0};
    ::setsockopt(here_, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
  }
  thread_ = std::thread([this] { live(); });
}

LivingKernel::~LivingKernel() {
  ended_at_ = Clock::real_seconds();
  if (here_ >= 0) ::shutdown(here_, SHUT_WR);
  if (thread_.joinable()) thread_.join();
  for (const int end : {here_, there_}) {
    if (end >= 0) ::close(end);
  }
}

void LivingKernel::run(const std::string& cell, const std::string& source) { ask({{"do", "run"}, {"cell", cell}, {"source", source}}); }

void LivingKernel::interrupt() { ask({{"do", "interrupt"}}); }

void LivingKernel::ask(const Json& what) {
  const std::string line = dump(what) + "\n";
  std::string_view left = line;
  while (!left.empty()) {
    const ssize_t done = ::send(here_, left.data(), left.size(), MSG_NOSIGNAL);
    if (done <= 0) return;  // it has ended or hears nothing more; `ended` tells or has told
    left.remove_prefix(static_cast<std::size_t>(done));
  }
}

void LivingKernel::live() {
  const std::string why = carry_out();
  if (there_ >= 0) ::close(there_);
  there_ = -1;
  machines_.room().poke();
  listener_.ended(ended_at_ >= 0 ? std::string() : why);
}

std::string LivingKernel::carry_out() {
  if (there_ < 0) return "the kernel did not start: no socket for it";
  auto kernel = [this]() -> Result<run::KernelProgram> {
    const std::lock_guard lock(gate_);
    return run::prepare_kernel(simulator_, machines_, {.instance = task_.instance, .notebook = task_.notebook, .display = task_.display, .driver = "living_kernel.py", .name = task_.name},
                               {{"outputCharacters", kOutputCharacters}});
  }();
  if (!kernel) return "the kernel did not start: " + kernel.error().message;
  std::string log;
  kernel->program.limits = {.time_limit_s = kForeverS,
                            .input = there_,
                            .output_bytes_max = 1,  // it is read as it comes
                            .on_output =
                                [this](std::string_view piece) {
                                  rest_ += piece;
                                  for (std::size_t end = rest_.find('\n'); end != std::string::npos; end = rest_.find('\n')) {
                                    take(rest_.substr(0, end));
                                    rest_.erase(0, end + 1);
                                  }
                                },
                            .on_error =
                                [&](std::string_view piece) {
                                  log += piece;
                                  if (log.size() > kLogBytes) log.erase(0, log.size() - kLogBytes);
                                },
                            .may_go_on = [this](pid_t) { return ended_at_ < 0 || Clock::real_seconds() - ended_at_ < kGraceS; }};
  const auto ran = kernel->session->run_program(kernel->program);
  if (!ran.failure.empty()) return "the kernel did not start: " + ran.failure;
  if (!died_of_.empty()) return "the kernel ended: " + died_of_;
  const auto lines = split(std::string(trim(log)), '\n');
  return "the kernel ended" + (lines.back().empty() ? std::string() : ": " + lines.back());
}

void LivingKernel::take(const std::string& line) {
  const auto event = parse_json(line);
  if (!event || !event->is_object()) return;
  const std::string kind = string_at(*event, "event");
  const std::string cell = string_at(*event, "cell");
  const Json outputs = event->value("outputs", Json::array());
  const Json count = event->value("count", Json());
  if (kind == "ready") listener_.ready();
  if (kind == "outputs") listener_.wrote(cell, outputs, count);
  if (kind == "done") listener_.done(cell, event->value("ok", false), outputs, count);
  if (kind == "dead") died_of_ = string_at(*event, "why");
}

}  // namespace azlab::site
