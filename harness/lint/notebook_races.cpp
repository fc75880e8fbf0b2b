#include <fmt/format.h>
#include <re2/re2.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include "harness/lint/notebook.hpp"
#include "harness/lint/python_text.hpp"
#include "sim/core/text.hpp"

namespace azlab::lint {
namespace {

/// Something begun that takes time, and that nothing has waited for yet.
struct Begun {
  bool is_job = false;
  int cell = 0;
  std::string call{};                ///< the statement, as quoted
  std::set<std::string> names{};     ///< variables and literals by which later cells speak of it
  std::string awaited_by{};          ///< the variable whose result() would wait
};

/// A later call that needs it to have ended.
struct Race {
  Begun begun{};
  int cell = 0;
  std::string call{};
};

bool names_word(const std::string& text, const std::string& word) {
  if (word.empty()) return false;
  return RE2::PartialMatch(text, R"((?:^|[^\w.-]))" + RE2::QuoteMeta(word) + R"((?:$|[^\w-]))");
}

bool names_any(const std::string& text, const std::set<std::string>& words) {
  return std::any_of(words.begin(), words.end(), [&](const auto& word) { return names_word(text, word); });
}

/// Reads a notebook's calls from top to bottom, as "Run all" carries them out.
class RaceReader {
 public:
  void read(const Statement& statement, int cell) {
    const std::string& text = statement.text;
    if (text.starts_with("%") || text.starts_with("!") || text.starts_with("def ") || text.starts_with("import ") || text.starts_with("from ")) return;
    if (const auto race = race_of(text)) {
      races.push_back({.begun = *race, .cell = cell, .call = statement.first});
      forget(*race);
    }
    await(text);
    remember_values(text);
    begin_job(statement, cell);
    begin_operation(statement, cell);
  }

  std::vector<Race> races{};

 private:
  /// What waits for something: for that alone where it names it, else for all that was begun.
  void await(const std::string& text) {
    static const RE2 kWaits(R"(\.stream\(|\bwait\w*\(|\w*_wait\w*\(|wait_for_completion\(|\bsleep\(|^while\b|\.status\b.*(?:==|!=|\bin\b)|\bpoll\w*\()");
    if (RE2::PartialMatch(text, kWaits)) {
      begun_.clear();
      return;
    }
    std::erase_if(begun_, [&](const Begun& one) {
      if (one.awaited_by.empty()) return false;
      // The poller's own method, or the poller handed to somebody who may wait.
      return RE2::PartialMatch(text, R"((?:^|\W))" + RE2::QuoteMeta(one.awaited_by) + R"((?:\.(?:result|wait|done|status)\(|\s*[,)]))");
    });
  }

  std::optional<Begun> race_of(const std::string& text) const {
    for (const auto& one : begun_) {
      if (one.is_job ? needs_ended_job(text, one) : needs_ended_operation(text, one)) return one;
    }
    return std::nullopt;
  }

  /// What a job leaves behind is asked for: files, a model, or runs by their metrics.
  static bool needs_ended_job(const std::string& text, const Begun& job) {
    static const RE2 kTakes(R"(\.jobs\.download\(|azureml://jobs/|runs:/)");
    static const RE2 kByMetric(R"(search_runs\(.*(?:filter_string|order_by)\s*=.*metrics\.)");
    return (RE2::PartialMatch(text, kTakes) && names_any(text, job.names)) || RE2::PartialMatch(text, kByMetric);
  }

  /// Another request about the same thing, or about something that was made with its name.
  bool needs_ended_operation(const std::string& text, const Begun& operation) const {
    static const RE2 kAsks(R"(\w*client\w*\.(?:\w+\.)?(?:begin_create_or_update|create_or_update|begin_update|get|invoke|get_keys|show)\()");
    if (!RE2::PartialMatch(text, kAsks)) return false;
    const auto made_with_it = [&](const auto& made) { return names_word(text, made.first) && names_any(made.second, operation.names); };
    return names_any(text, operation.names) || std::any_of(constructor_of_.begin(), constructor_of_.end(), made_with_it);
  }

  void forget(const Begun& one) {
    std::erase_if(begun_, [&](const Begun& other) { return other.cell == one.cell && other.call == one.call; });
  }

  /// `x = Class(name="y", …)`: what x is made of, and by which names others speak of it.
  void remember_values(const std::string& text) {
    static const RE2 kMade(R"(^(\w+)\s*=\s*([\w.]+)\()");
    std::string name;
    std::string maker;
    if (RE2::PartialMatch(text, kMade, &name, &maker)) {
      maker_of_[name] = maker;
      words_of_[name] = words_in(text);
      constructor_of_[name] = text.substr(text.find('('));
    }
    static const RE2 kLiteral(R"re(^(\w+)\s*=\s*f?["']([\w.-]+)["']\s*$)re");
    std::string value;
    if (RE2::PartialMatch(text, kLiteral, &name, &value)) literal_of_[name] = value;
    static const RE2 kAlias(R"(^(\w+)\s*=\s*(\w+)\.(?:name|id)\b)");
    std::string of;
    if (RE2::PartialMatch(text, kAlias, &name, &of)) {
      for (auto& one : begun_) {
        if (one.names.contains(of)) one.names.insert(name);
      }
    }
  }

  /// The words by which `name=…` of a constructor is spoken of elsewhere.
  std::set<std::string> words_in(const std::string& text) const {
    static const RE2 kName(R"re([(,\s]name\s*=\s*(?:["']([\w.-]+)["']|(\w+)))re");
    std::set<std::string> out;
    std::string literal;
    std::string variable;
    if (!RE2::PartialMatch(text, kName, &literal, &variable)) return out;
    if (!literal.empty()) out.insert(literal);
    if (!variable.empty()) out.insert(variable);
    const auto known = literal_of_.find(variable);
    if (known != literal_of_.end()) out.insert(known->second);
    return out;
  }

  bool is_job(const std::string& variable) const {
    static const RE2 kMakesJobs(R"((?:^|\.)(?:command|sweep|load_job|spark|classification|regression|forecasting|import_job)$)");
    const auto found = maker_of_.find(variable);
    if (found != maker_of_.end()) return RE2::PartialMatch(found->second, kMakesJobs);
    return to_lower(variable).find("job") != std::string::npos;
  }

  void begin_job(const Statement& statement, int cell) {
    static const RE2 kSubmits(R"((?:^|^(\w+)\s*=\s*)\w*client\w*\.(jobs\.|batch_endpoints\.)?(create_or_update|invoke)\(\s*(?:job\s*=\s*)?(\w*))");
    std::string result;
    std::string of;
    std::string verb;
    std::string argument;
    if (!RE2::PartialMatch(statement.text, kSubmits, &result, &of, &verb, &argument)) return;
    const bool submits = (of == "jobs." && verb == "create_or_update") || (of == "batch_endpoints." && verb == "invoke") || (of.empty() && verb == "create_or_update" && is_job(argument));
    if (!submits) return;
    Begun job{.is_job = true, .cell = cell, .call = statement.first};
    for (const auto& name : {result, of == "batch_endpoints." ? std::string() : argument}) {
      if (!name.empty()) job.names.insert(name);
    }
    begun_.push_back(std::move(job));
  }

  void begin_operation(const Statement& statement, int cell) {
    static const RE2 kBegins(R"((?:^|^(\w+)\s*=\s*)\w*client\w*\.(?:\w+\.)?begin_(create_or_update|update|start|restart|attach)\(\s*(?:\w+\s*=\s*)?(\w+))");
    static const RE2 kAwaitedThere(R"(\.(?:result|wait)\()");
    std::string result;
    std::string verb;
    std::string argument;
    if (!RE2::PartialMatch(statement.text, kBegins, &result, &verb, &argument) || RE2::PartialMatch(statement.text, kAwaitedThere)) return;
    Begun operation{.cell = cell, .call = statement.first, .awaited_by = result};
    operation.names.insert(argument);
    if (const auto words = words_of_.find(argument); words != words_of_.end()) operation.names.insert(words->second.begin(), words->second.end());
    begun_.push_back(std::move(operation));
  }

  std::vector<Begun> begun_{};
  std::map<std::string, std::string> maker_of_{};
  std::map<std::string, std::string> constructor_of_{};  ///< its arguments
  std::map<std::string, std::string> literal_of_{};
  std::map<std::string, std::set<std::string>> words_of_{};
};

/// Whether a Markdown cell between two code cells has the reader wait.
bool tells_to_wait(const Notebook& notebook, int from_cell, int to_cell) {
  static const RE2 kWait(
      R"((?i)\bwait|\buntil\b|\bcompleted?\b|\bfinish|\battend|\bterminé|\bwarten\b|\babgeschlossen|\besper|\bcompletad|\baspett|\baguard|\bconcluí|待|完了|完成|等|기다|완료|\btunggu|\bselesai)");
  int code = 0;
  for (const auto& cell : notebook.cells) {
    if (cell.code) code = cell.number;
    if (!cell.code && code >= from_cell && code < to_cell && RE2::PartialMatch(cell.source, kWait)) return true;
  }
  return false;
}

}  // namespace

void check_races(const Notebook& notebook, const NotebookUse& use, std::vector<lab::Finding>& out) {
  RaceReader reader;
  for (const auto& cell : notebook.cells) {
    if (!cell.code || cell.source.starts_with("%%")) continue;
    for (const auto& statement : statements_of(cell.source)) {
      // What a function would do counts where it is called.
      if (statement.indent == 0 || statement.text.find("client") != std::string::npos || statement.text.find("sleep(") != std::string::npos) reader.read(statement, cell.number);
    }
  }
  for (const auto& race : reader.races) {
    const bool told = tells_to_wait(notebook, race.begun.cell, race.cell);
    if (told && !use.run_all) continue;
    const std::string why = told ? " The notebook says to wait between the two, but the lab has all cells run at once." : "";
    out.push_back(rules::finding(race.begun.is_job ? "nb/race-job" : "nb/race-operation", use.line,
                                 race.begun.is_job
                                     ? fmt::format("{}: cell {} uses what the job of cell {} makes, and nothing waits for the job to end.{}", use.path, race.cell, race.begun.cell, why)
                                     : fmt::format("{}: cell {} builds on what cell {} only begins: its result is never waited for.{}", use.path, race.cell, race.begun.cell, why),
                                 race.begun.is_job ? "Wait for it: ml_client.jobs.stream(job.name)." : "Wait for it: ….begin_create_or_update(…).result()."));
    out.back().quote = race.begun.call + "  …  " + race.call;
  }
}

}  // namespace azlab::lint
