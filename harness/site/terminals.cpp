#include "harness/site/terminals.hpp"

#include <algorithm>

namespace azlab::site {
namespace {

constexpr int kReadMs = 200;
constexpr std::size_t kTerminalsMax = 8;
constexpr int kColumnsMax = 500;
constexpr int kRowsMax = 200;

/// The first bytes of `text` that end with a whole character; the rest waits for what follows it.
std::size_t whole_characters(const std::string& text) {
  for (std::size_t back = 1; back <= std::min<std::size_t>(4, text.size()); ++back) {
    const auto byte = static_cast<unsigned char>(text[text.size() - back]);
    if ((byte & 0xC0U) == 0x80U) continue;
    const std::size_t wanted = byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : byte >= 0xC0 ? 2 : 1;
    return wanted > back ? text.size() - back : text.size();
  }
  return text.size();
}

}  // namespace

Terminals::~Terminals() {
  std::map<std::string, std::shared_ptr<Open>> open;
  {
    const std::lock_guard lock(mutex_);
    open.swap(open_);
  }
  for (auto& [name, one] : open) one->closing = true;
  for (auto& [name, one] : open) {
    if (one->reader.joinable()) one->reader.join();
  }
}

Result<std::string> Terminals::open(const std::string& machine, int columns, int rows) {
  {
    const std::lock_guard lock(mutex_);
    if (open_.size() >= kTerminalsMax) return fail(409, "TooManyTerminals", "eight terminals are open; close one first");
  }
  auto one = std::make_shared<Open>();
  const std::string place = machine.empty() ? "cloud-shell" : "compute-instance:" + machine;
  {
    const std::lock_guard lock(gate_);
    auto session = machines_.terminal(place);
    if (!session) return fail(session.error());
    auto terminal = (*session)->open_terminal(std::clamp(columns, 2, kColumnsMax), std::clamp(rows, 2, kRowsMax));
    if (!terminal) return fail(terminal.error());
    one->terminal = std::move(*terminal);
  }
  const std::lock_guard lock(mutex_);
  const std::string name = "t" + std::to_string(++opened_);
  one->reader = std::thread([this, name, place, one = one.get()] {
    std::string text;
    bool there = true;
    while (there && !one->closing) {
      there = one->terminal->read_some(text, kReadMs);
      for (const auto& command : one->terminal->take_commands()) listener_.ran(place, command);
      const std::size_t whole = there ? whole_characters(text) : text.size();
      if (whole == 0) continue;
      listener_.wrote(name, text.substr(0, whole));
      text.erase(0, whole);
    }
    if (!one->closing) listener_.ended(name);
  });
  open_[name] = one;
  return name;
}

std::shared_ptr<Terminals::Open> Terminals::find(const std::string& terminal) {
  const std::lock_guard lock(mutex_);
  const auto found = open_.find(terminal);
  return found == open_.end() ? nullptr : found->second;
}

Result<void> Terminals::type(const std::string& terminal, const std::string& data) {
  const auto one = find(terminal);
  if (!one) return fail(404, "NoTerminal", "no terminal " + terminal + " is open");
  one->terminal->type(data);
  return {};
}

Result<void> Terminals::resize(const std::string& terminal, int columns, int rows) {
  const auto one = find(terminal);
  if (!one) return fail(404, "NoTerminal", "no terminal " + terminal + " is open");
  one->terminal->resize(std::clamp(columns, 2, kColumnsMax), std::clamp(rows, 2, kRowsMax));
  return {};
}

Result<void> Terminals::close(const std::string& terminal) {
  std::shared_ptr<Open> one;
  {
    const std::lock_guard lock(mutex_);
    const auto found = open_.find(terminal);
    if (found == open_.end()) return fail(404, "NoTerminal", "no terminal " + terminal + " is open");
    one = found->second;
    open_.erase(found);
  }
  one->closing = true;
  if (one->reader.joinable()) one->reader.join();
  return {};
}

}  // namespace azlab::site
