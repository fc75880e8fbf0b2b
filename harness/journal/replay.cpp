#include "harness/journal/replay.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <stdexcept>

#include "harness/journal/masks.hpp"
#include "harness/journal/print.hpp"
#include "sim/core/draw.hpp"
#include "sim/core/text.hpp"
#include "sim/core/workloads.hpp"
#include "sim/entra/jwt.hpp"
#include "sim/entra/resource.hpp"
#include "sim/recorder.hpp"

namespace azlab::journal {
namespace {

constexpr std::string_view kWorkloadHost = "workloads.azlab";
constexpr std::chrono::hours kTokenLife{24 * 365};

/// Keeps what the journal says of the request that a client sent last.
class LastAnswer : public Recorder {
 public:
  void answered(const JournalEntry& entry, const Request* request) override {
    if (request != nullptr) last = record_of(entry);
  }
  void armed(const ArmedFault&, Time) override {}
  void disarmed(const ArmedFault&, Time) override {}
  void went_back(Time) override {}

  Record last{};
};

/// Processes that were started then are taken as started now: what they said is among the requests.
class ThoseOfThen : public Workloads {
 public:
  explicit ThoseOfThen(std::set<std::string> ids) : ids_(std::move(ids)) {}
  WorkloadStart start(const Workload& workload) override {
    if (ids_.contains(workload.id)) return {.started = true};
    return {.blocked = "no such process ran when this was written down"};
  }
  void stop(const std::string&) override {}

 private:
  std::set<std::string> ids_;
};

/// Whether it shows a storage account's key, or a signature made with it, in place of a token.
bool is_signed(const Request& request) { return request.query_value("sig") || starts_with_ignore_case(request.headers.get("Authorization"), "SharedKey"); }

class Replay {
 public:
  Replay(const std::string& path, const std::vector<Line>& lines, const Changed& changed) : path_(path), lines_(lines), changed_(changed) {}

  Result<Replayed> run(std::ostream& progress);

 private:
  Result<void> begin();
  void carry_out(const Line& line);
  void send(const Line& line);
  std::string why_not(const Line& line, const Request& request) const;
  std::optional<Request> request_of(const Line& line);
  std::string token_of(const Record& record) const;
  std::string named_as_now(std::string text) const;
  void compare_end();
  void differs(const std::string& what) { out_.differences.push_back(what); }

  const std::string& path_;
  const std::vector<Line>& lines_;
  const Changed& changed_;
  SimulatorOptions options_{};
  std::unique_ptr<Simulator> simulator_{};
  std::shared_ptr<LastAnswer> answer_ = std::make_shared<LastAnswer>();
  std::map<std::string, std::string> renamed_{};  ///< ids of operations then -> now, under another seed
  std::map<std::string, int> left_out_{};         ///< reasons, with how often
  Replayed out_{};
};

Result<void> Replay::begin() {
  const Begin& then = *lines_.front().begin;
  if (then.goes_on) return fail(400, "WrongUse", path_ + " is of a run that went on from a folder of state, which a journal does not hold");
  options_ = then.options;
  options_.time_mode = TimeMode::leap;  // the times of requests are given
  if (!changed_.scenario.empty()) options_.scenario = changed_.scenario;
  if (changed_.seed) options_.seed = *changed_.seed;
  try {
    simulator_ = std::make_unique<Simulator>(options_);
  } catch (const std::invalid_argument& e) {
    return fail(400, "WrongUse", e.what());
  }
  std::vector<ArmedFault> faults = changed_.without_faults ? std::vector<ArmedFault>() : then.faults;
  faults.insert(faults.end(), changed_.faults.begin(), changed_.faults.end());
  for (const auto& fault : faults) {
    if (const auto ok = simulator_->arm(fault); !ok) return fail(ok.error());
  }
  std::set<std::string> processes;
  const Draw draw(options_.seed);
  for (const auto& line : lines_) {
    if (line.kind == Kind::request && line.record.host() == kWorkloadHost) processes.insert(split(line.record.place(), '/').at(1));
    if (line.kind == Kind::operation && changed_.seed) renamed_[line.ran.id] = draw.guid("operation", line.ran.resource + "|" + line.ran.operation, line.ran.nth);
  }
  simulator_->set_workloads(std::make_shared<ThoseOfThen>(std::move(processes)));
  simulator_->set_recorder(answer_);
  return {};
}

/// Operations have other ids under another seed.
std::string Replay::named_as_now(std::string text) const {
  for (const auto& [then, now] : renamed_) text = replace_all(std::move(text), then, now);
  return text;
}

/// A token that says who asked then: those that clients showed are not kept.
std::string Replay::token_of(const Record& record) const {
  const auto* resource = entra::resource_of_host(record.host());
  std::string audience;
  for (const auto& one : resource != nullptr ? resource->audiences : std::vector<std::string>()) {
    if (audience.empty() && one.find('*') == std::string::npos) audience = one;
  }
  Json claims = {{"oid", record.principal}, {"appid", record.app}, {"tid", Caller{}.tenant_id}, {"aud", audience}, {"exp", std::chrono::duration_cast<std::chrono::seconds>((record.at + kTokenLife).time_since_epoch()).count()}};
  if (record.user != record.app) claims["upn"] = record.user;
  return entra::sign_jwt(claims);
}

std::optional<Request> Replay::request_of(const Line& line) {
  const Record& record = line.record;
  std::string body = line.sent.body;
  if (!line.sent.body_file.empty()) {
    std::ifstream in(path_ + ".bodies/" + line.sent.body_file, std::ios::binary);
    if (!in) return std::nullopt;
    body.assign(std::istreambuf_iterator<char>(in), {});
  }
  Request request = Request::make(*parse_method(record.method), named_as_now(record.url), named_as_now(std::move(body)));
  for (const auto& [name, value] : line.sent.headers) {
    const bool token = equals_ignore_case(name, "Authorization") && starts_with_ignore_case(value, "Bearer ");
    const bool known = !record.principal.empty() && (options_.strict || record.principal != Caller{}.principal_id);
    request.headers.add(name, token && known ? "Bearer " + token_of(record) : value);
  }
  request.caller.origin = record.origin;
  // The key is not kept, so nobody could sign it again: what was accepted then is trusted now.
  if (options_.strict && record.origin == "network" && is_signed(request)) request.caller.origin = "replay";
  if (record.origin != "network" && !record.principal.empty()) {
    request.caller.principal_id = record.principal;
    request.caller.user_name = record.user;
    request.caller.app_id = record.app;
  }
  return request;
}

/// What cannot be sent again; empty when it can.
std::string Replay::why_not(const Line& line, const Request& request) const {
  const Record& record = line.record;
  if (line.sent.omitted > 0) return "their bodies were not kept";
  if (record.operation.starts_with("entra.") || record.operation.starts_with("identity.")) return "they are sign-ins, whose secrets are not kept";
  if (!options_.strict || record.origin != "network") return {};
  const std::string_view authorization = request.headers.get("Authorization");
  if (is_signed(request)) return record.status == 403 ? "their signatures were refused, and are not kept" : "";
  if (record.principal.empty() && !authorization.empty()) return "their tokens were refused, and are not kept";
  return {};
}

void Replay::send(const Line& line) {
  const Record& then = line.record;
  const auto request = request_of(line);
  const std::string reason = request ? why_not(line, *request) : "the file with their body is missing";
  simulator_->advance_to(then.at);
  if (!reason.empty()) {
    ++left_out_[reason];
    ++out_.left_out;
    return;
  }
  answer_->last = {};
  simulator_->handle(*request);
  ++out_.requests;
  const Record& now = answer_->last;
  std::string what;
  if (now.status != then.status) what += fmt::format("{}, was {}", now.status, then.status);
  if (now.error_code != then.error_code) what += fmt::format("{}error {}, was {}", what.empty() ? "" : "; ", now.error_code.empty() ? "none" : now.error_code, then.error_code.empty() ? "none" : then.error_code);
  if (now.fault != then.fault) what += fmt::format("{}fault {}, was {}", what.empty() ? "" : "; ", now.fault.empty() ? "none" : now.fault, then.fault.empty() ? "none" : then.fault);
  if (now.at != then.at) what += fmt::format("{}at {}, was {}", what.empty() ? "" : "; ", to_iso8601(now.at), to_iso8601(then.at));
  if (!what.empty()) differs(fmt::format("request {} ({} {} {}): {}", then.number, then.method, then.operation.empty() ? "(not served)" : then.operation, then.place(), what));
}

void Replay::carry_out(const Line& line) {
  switch (line.kind) {
    case Kind::request:
      return send(line);
    case Kind::armed:
      if (changed_.without_faults) return;
      simulator_->advance_to(line.at);
      if (const auto ok = simulator_->arm(line.fault); !ok) differs("armed in the run: " + ok.error().message);
      return;
    case Kind::disarmed:
      if (changed_.without_faults) return;
      simulator_->advance_to(line.at);
      for (const auto& armed : simulator_->fault_hits()) {
        if (!armed.disarmed && armed.fault == line.fault.fault && simulator_->disarm(armed.number)) return;
      }
      return;
    case Kind::end:
      simulator_->advance_to(line.at);
      return;
    case Kind::begin:
    case Kind::inside:
    case Kind::went_back:
    case Kind::resource:
    case Kind::operation:
      return;
  }
}

/// What there is at the end, and how long it took to come about.
void Replay::compare_end() {
  std::map<std::string, Left> now;
  for (auto& left : resources_of(*simulator_)) now.emplace(left.id, left);
  std::map<std::string, Ran> ran_now;
  const auto key_of = [](const Ran& ran) { return fmt::format("{} of {} ({})", ran.operation, ran.resource, ran.nth); };
  for (auto& ran : operations_of(*simulator_)) ran_now.emplace(key_of(ran), ran);
  for (const auto& line : lines_) {
    if (line.kind == Kind::resource) {
      const auto found = now.find(line.left.id);
      if (found == now.end()) {
        differs(fmt::format("resource {}: is not there, was {}", line.left.id, line.left.state.empty() ? "there" : line.left.state));
      } else if (found->second.state != line.left.state) {
        differs(fmt::format("resource {}: {}, was {}", line.left.id, found->second.state, line.left.state));
      } else if (found->second.digest != line.left.digest && !changed_.seed) {
        differs(fmt::format("resource {}: has other properties", line.left.id));
      }
      if (found != now.end()) now.erase(found);
    } else if (line.kind == Kind::operation) {
      const auto found = ran_now.find(key_of(line.ran));
      if (found == ran_now.end()) {
        differs(fmt::format("operation {}: did not begin, was {}", key_of(line.ran), line.ran.status));
      } else if (found->second.status != line.ran.status) {
        differs(fmt::format("operation {}: {}, was {}", key_of(line.ran), found->second.status, line.ran.status));
      } else if (found->second.seconds != line.ran.seconds) {
        differs(fmt::format("operation {}: took {}, was {}", key_of(line.ran), to_words(seconds(found->second.seconds)), to_words(seconds(line.ran.seconds))));
      }
      if (found != ran_now.end()) ran_now.erase(found);
    }
  }
  for (const auto& [id, left] : now) differs(fmt::format("resource {}: is {}, was not there", id, left.state.empty() ? "there" : left.state));
  for (const auto& [key, ran] : ran_now) differs(fmt::format("operation {}: {}, did not begin then", key, ran.status));
}

Result<Replayed> Replay::run(std::ostream& progress) {
  if (const auto begun = begin(); !begun) return fail(begun.error());
  const auto back = std::find_if(lines_.begin(), lines_.end(), [](const Line& line) { return line.kind == Kind::went_back; });
  for (auto line = lines_.begin(); line != back; ++line) carry_out(*line);
  const bool ended = lines_.back().kind == Kind::end;
  if (back != lines_.end()) {
    progress << fmt::format("azlab: at {} the run went back to an earlier state; what came after that is not replayed\n", to_iso8601_seconds(back->at));
  } else if (!ended) {
    progress << "azlab: the run did not come to its end, so what it left is not compared\n";
  } else {
    compare_end();
  }
  for (const auto& [reason, count] : left_out_) progress << fmt::format("azlab: {} left out: {}\n", count == 1 ? "1 request is" : fmt::format("{} requests are", count), reason);
  return out_;
}

}  // namespace

Result<Replayed> replay(const std::string& path, const std::vector<Line>& lines, const Changed& changed, std::ostream& progress) { return Replay(path, lines, changed).run(progress); }

}  // namespace azlab::journal
