#pragma once

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "harness/az/az.hpp"
#include "sim/core/text.hpp"
#include "sim/simulator.hpp"

namespace azlab::run::testing {

/// One command line of a transcript with what it prints. A transcript is what somebody would see on a terminal:
///
///   # a comment
///   = name.json            a file in the working directory, its lines indented by two spaces
///   $ az group show -n rg  a command line; VAR=value may stand before az
///   < y                    a line that is typed
///     {                    standard output, indented by two spaces
///   ! ERROR: …             standard error
///   ? 3                    exit status, where it is not 0
///
/// A stream that does not end with a line break is followed by a line holding a backslash.
struct Exchange {
  std::vector<std::string> before{};  ///< comments, files and blank lines, as written
  std::vector<std::pair<std::string, std::string>> files{};
  std::string line{};
  std::string typed{};
  std::string expected{};
  int number = 0;  ///< line of the command in the file
};

struct Transcript {
  std::vector<Exchange> exchanges{};
  std::vector<std::string> after{};
};

/// The words of a shell line, quotes and backslashes taken as bash takes them.
inline std::vector<std::string> shell_words(const std::string& line) {
  std::vector<std::string> words;
  std::string word;
  bool open = false;
  char quote = 0;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    if (quote != 0) {
      if (c == quote) {
        quote = 0;
      } else if (quote == '"' && c == '\\' && i + 1 < line.size() &&
                 std::string("\"\\$`").find(line[i + 1]) != std::string::npos) {
        word += line[++i];
      } else {
        word += c;
      }
    } else if (c == '\'' || c == '"') {
      quote = c;
      open = true;
    } else if (c == '\\' && i + 1 < line.size()) {
      word += line[++i];
      open = true;
    } else if (c == ' ') {
      if (open) words.push_back(word);
      word.clear();
      open = false;
    } else {
      word += c;
      open = true;
    }
  }
  if (open) words.push_back(word);
  return words;
}

inline Transcript read_transcript(const std::string& text) {
  Transcript out;
  Exchange next;
  bool in_exchange = false;
  int number = 0;
  for (const std::string& raw : split(text, '\n')) {
    ++number;
    const bool marked = raw.size() > 1 && raw[1] == ' ';
    const char mark = marked ? raw[0] : '\0';
    if (mark == '$') {
      if (in_exchange) out.exchanges.push_back(std::move(next)), next = {};
      next.line = raw.substr(2);
      next.number = number;
      in_exchange = true;
    } else if (in_exchange && mark == '<') {
      next.typed += raw.substr(2) + "\n";
    } else if (in_exchange && (mark == ' ' || mark == '!' || mark == '?' || raw == "  " || raw == "!" || raw == "\\")) {
      next.expected += raw + "\n";
    } else {
      if (in_exchange) out.exchanges.push_back(std::move(next)), next = {};
      in_exchange = false;
      if (mark == '=') next.files.emplace_back(raw.substr(2), "");
      if (mark == ' ' && !next.files.empty()) next.files.back().second += raw.substr(2) + "\n";
      next.before.push_back(raw);
    }
  }
  if (in_exchange) out.exchanges.push_back(std::move(next)), next = {};
  if (!next.before.empty() && next.before.back().empty()) next.before.pop_back();
  out.after = std::move(next.before);
  return out;
}

/// A terminal on which az is typed, against a simulated Azure of its own.
class Terminal {
 public:
  explicit Terminal(SimulatorOptions options = {}) : simulator_(std::move(options)), transport_(simulator_) {
    static int count = 0;
    directory_ = std::filesystem::temp_directory_path() /
                 ("azlab-transcript-" + std::to_string(::getpid()) + "-" + std::to_string(count++));
    std::filesystem::create_directories(directory_);
  }
  ~Terminal() {
    std::error_code ignored;
    std::filesystem::remove_all(directory_, ignored);
  }
  Terminal(const Terminal&) = delete;
  Terminal& operator=(const Terminal&) = delete;

  /// What the exchange prints, in the transcript's own form.
  std::string carry_out(const Exchange& exchange) {
    for (const auto& [name, bytes] : exchange.files) {
      std::filesystem::create_directories((directory_ / name).parent_path());
      std::ofstream(directory_ / name, std::ios::binary) << bytes;
    }
    az::Environment environment{.config_dir = (directory_ / ".azure").string(),
                                .working_directory = directory_.string(),
                                .input_is_terminal = !exchange.typed.empty()};
    auto words = shell_words(exchange.line);
    while (!words.empty() && words.front() != "az") {
      const auto equals = words.front().find('=');
      if (equals == std::string::npos) return "! not a command line of az\n";
      environment.variables.emplace_back(words.front().substr(0, equals), words.front().substr(equals + 1));
      words.erase(words.begin());
    }
    if (words.empty()) return "! not a command line of az\n";
    words.erase(words.begin());
    std::istringstream in(exchange.typed);
    std::ostringstream out;
    std::ostringstream err;
    const int status = az::run(words, transport_, environment, in, out, err);
    return marked(out.str(), "  ") + marked(err.str(), "! ") +
           (status == 0 ? "" : "? " + std::to_string(status) + "\n");
  }

 private:
  class Direct : public az::Transport {
   public:
    explicit Direct(Simulator& simulator) : simulator_(simulator) {}
    Response send(const Request& request) override {
      Request sleeper = request;
      sleeper.caller.waiting = Waiting::sleeps;
      return simulator_.handle(sleeper);
    }
    void sleep(Duration duration) override { simulator_.advance(duration); }
    Time now() override { return simulator_.now(); }

   private:
    Simulator& simulator_;
  };

  std::string marked(const std::string& raw, const std::string& mark) const {
    if (raw.empty()) return "";
    const std::string text = replace_all(raw, directory_.string(), "~");
    auto lines = split(text, '\n');
    const bool whole = lines.back().empty();
    if (whole) lines.pop_back();
    std::string out;
    for (const std::string& line : lines) out += (line.empty() && mark == "! " ? "!" : mark + line) + "\n";
    return whole ? out : out + "\\\n";
  }

  std::filesystem::path directory_;
  Simulator simulator_;
  Direct transport_;
};

}  // namespace azlab::run::testing
