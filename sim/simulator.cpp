#include "sim/simulator.hpp"

#include <algorithm>
#include <map>
#include <mutex>
#include <stdexcept>

#include "sim/cli/extension_index.hpp"
#include "sim/core/text.hpp"
#include "sim/entra/gate.hpp"
#include "sim/entra/sign_in.hpp"
#include "sim/faults/catalogue.hpp"
#include "sim/http/operation.hpp"
#include "sim/recorder.hpp"
#include "sim/scenario/expect.hpp"
#include "sim/scenario/scenario.hpp"
#include "sim/services.hpp"
#include "sim/world_files.hpp"
#include "sim/write_sets.hpp"

namespace azlab {
namespace {

Scenario scenario_of(const SimulatorOptions& options) {
  auto scenario = load_scenario(options.scenario);
  if (!scenario) throw std::invalid_argument(scenario.error().message);
  return std::move(*scenario);
}

/// With the date that counts, so that `Simulator::options` tells it.
SimulatorOptions complete(SimulatorOptions options, const Scenario& scenario) {
  if (options.date.empty()) options.date = scenario.date.empty() ? std::string(SimulatorOptions::kDefaultDate) : scenario.date;
  return options;
}

Time start_of(const SimulatorOptions& options) {
  const auto start = parse_iso8601(options.date);
  if (!start) throw std::invalid_argument("--date '" + options.date + "' is not a date; write YYYY-MM-DD or YYYY-MM-DDThh:mm:ssZ");
  // A bare date means the start of that working day.
  return options.date.size() == 10 ? *start + std::chrono::hours(9) : *start;
}

/// Holds the clock at one instant for as long as it lives.
class Pinned {
 public:
  Pinned(Clock& clock, Time time) : clock_(clock) { clock_.pin(time); }
  ~Pinned() { clock_.unpin(); }
  Pinned(const Pinned&) = delete;
  Pinned& operator=(const Pinned&) = delete;

 private:
  Clock& clock_;
};

/// SDKs that take an id for a path below the host ask Resource Manager for "//subscriptions/..." (JavaScript's
/// @azure/arm-resources 6.1: getById, beginCreateOrUpdateById), and it serves them.
bool has_doubled_slash(const Request& request) { return request.host == kArmHost && request.path.starts_with("//"); }

Request with_one_slash(Request request) {
  request.path.erase(0, std::min(request.path.find_first_not_of('/'), request.path.size()) - 1);
  return request;
}

/// The answer to a request of which nothing stays, for a reason that is not Azure's.
Response defect(const std::string& why) {
  return {.status = 500,
          .headers = {{"Content-Type", "application/json; charset=utf-8"}},
          .body = R"({"error":{"code":"InternalServerError","message":")" + replace_all(replace_all(why, "\\", "/"), "\"", "'") + "\"}}"};
}

}  // namespace

struct Simulator::Impl {
  explicit Impl(SimulatorOptions given)
      : scenario(scenario_of(given)),
        options(complete(std::move(given), scenario)),
        machinery{.clock = Clock(options.time_mode, options.time_scale, start_of(options)), .draw = Draw(options.seed)},
        types(install_services(machinery)) {
    machinery.fault_response = faults::fault_response;
    machinery.fault_error = faults::fault_error;
    machinery.files = std::make_shared<WorldFiles>(machinery.world);
    begin();
  }

  /// Everything that a run starts from; the tables stay as they are. Throws like the constructor.
  void begin() {
    machinery.world = World();
    machinery.clock = Clock(options.time_mode, options.time_scale, start_of(options));
    machinery.draw = Draw(options.seed);
    machinery.journal = Journal();
    machinery.faults = FaultPlan();
    machinery.parsed.clear();
    gate = entra::Gate(options.strict, machinery.clock.now());
    last_get.clear();
    read_at.clear();
    recorded = 1;
    const Caller caller{.origin = "scenario"};
    Context context(machinery, caller, 0);
    if (const auto ok = apply_scenario(context, scenario, [this](Time target) { advance_to(target); }); !ok) throw std::invalid_argument(ok.error().message);
    entra::set_strict(machinery.world, options.strict);
    cli::set_extension_wheels(machinery.world, options.extension_wheels);
    machinery.world.take_changes();
    recorded = machinery.journal.next_number();
  }

  /// Tells the recorder what stands in the journal since it heard last; `own` is the number of what `request` asked.
  void record(const Request* request = nullptr, std::uint64_t own = 0) {
    if (!recorder) return;
    for (; recorded < machinery.journal.next_number(); ++recorded) {
      if (const JournalEntry* entry = machinery.journal.find(recorded)) recorder->answered(*entry, recorded == own ? request : nullptr);
    }
  }

  bool disarm(std::size_t index) {
    FaultPlan& plan = machinery.faults;
    if (index >= plan.armed().size() || plan.is_disarmed(index)) return false;
    plan.disarm(index);
    if (recorder) recorder->disarmed(plan.armed()[index], present());
    return true;
  }

  void end_processes() {
    if (machinery.workloads == nullptr) return;
    machinery.world.for_each(Table::workload, "", [&](const std::string& id, const RowPtr&) {
      machinery.workloads->stop(id);
      return true;
    });
  }

  void happen(const Event& event) {
    static const Caller caller{.origin = "azure"};
    for (const auto& handler : machinery.events) {
      if (handler.kind != event.kind) continue;
      Context context(machinery, caller, 0);
      handler.handle(context, event);
      return;
    }
    throw std::logic_error("no handler for events of kind " + event.kind);
  }

  /// The present. A running clock stops at a hold, as a leaping one does.
  Time present() {
    const Time now = machinery.clock.now();
    if (machinery.clock.mode() == TimeMode::leap) return now;
    const auto hold = Timeline(machinery.world).earliest_hold();
    if (!hold || now < *hold) return now;
    machinery.clock.restore(*hold - Duration(1));
    return *hold - Duration(1);
  }

  /// Moves on to `target`, letting everything due on the way happen at its own time; stops at a hold. What fell due
  /// while a running clock was not looked at happens now, but at the time at which it was due.
  Time advance_to(Time target) {
    Timeline timeline(machinery.world);
    while (true) {
      Time limit = std::max(target, present());
      const auto hold = timeline.earliest_hold();
      if (hold && *hold <= limit) limit = *hold - Duration(1);
      const auto event = timeline.pop_due(limit);
      if (!event) {
        if (limit > machinery.clock.now()) machinery.clock.set(limit);
        return machinery.clock.now();
      }
      if (event->due > machinery.clock.now()) machinery.clock.set(event->due);
      const Pinned pinned(machinery.clock, machinery.clock.mode() == TimeMode::leap ? machinery.clock.now() : event->due);
      happen(*event);
    }
  }

  /// What else clients wait for by reading it over and over (a job, its run) has a row that names, line by line, whose events count. A
  /// second reading at the same instant means that somebody waits.
  void wait_for_others(const std::string& subject, const std::string& path) {
    const RowPtr waits = machinery.world.find(Table::setting, "waits-for/" + to_lower(path));
    if (!waits) return;
    auto& last = read_at[subject];
    std::optional<Time> due;
    for (const auto& cause : split(waits->body, '\n')) {
      const auto next = Timeline::next_due_of(machinery.world, cause);
      if (next && (!due || *next < *due)) due = next;
    }
    if (due && last == machinery.clock.now()) advance_to(*due);
    last = machinery.clock.now();
  }

  /// A client without the sleep shim moves time by polling, and by nothing else (design 4).
  void apply_waiting_rule(const Request& request) {
    if (request.caller.waiting != Waiting::polls || machinery.clock.mode() != TimeMode::leap || request.method != Method::get) return;
    std::optional<Operation> operation = find_operation(machinery.world, request.path.substr(request.path.rfind('/') + 1));
    const std::string path = percent_decode(request.path);
    const std::string subject = request.caller.origin + "|" + to_lower(path);
    if (!operation && subject == last_get) operation = running_operation(machinery.world, path);
    last_get = subject;
    if (!operation) return wait_for_others(subject, path);
    if (const auto change = next_change(machinery.world, *operation)) advance_to(*change);
  }

  /// Who comes from outside shows a token; everybody else in this process is trusted.
  Response admit(const Request& request) {
    if (request.caller.origin != "network") return dispatch(machinery, request, 0);
    auto caller = gate.authenticate(machinery, request);
    if (!caller) return gate.refuse(machinery, request, caller.error());
    Request admitted = request;
    admitted.caller = std::move(*caller);
    return dispatch(machinery, admitted, 0);
  }

  mutable std::mutex mutex{};
  Scenario scenario;
  SimulatorOptions options;
  Machinery machinery;
  entra::Gate gate{options.strict, machinery.clock.now()};
  std::vector<std::unique_ptr<arm::TypeEntry>> types;
  std::string last_get{};
  std::map<std::string, Time> read_at{};  ///< by reader and path, of what stands under waits-for/
  /// The write set of what was just carried out is complete: it is kept, or it was not.
  Result<void> commit() { return write_sets.complete(machinery.world, machinery.clock); }
  /// The same for what happened by time alone. What could not be kept is undone, and so happens when time is looked at again.
  void commit_events() { (void)commit(); }

  WriteSets write_sets{};
  std::shared_ptr<Recorder> recorder{};
  std::uint64_t recorded = 1;  ///< number of the first journal entry that the recorder has not heard of
};

Simulator::Simulator(SimulatorOptions options) : impl_(std::make_unique<Impl>(std::move(options))) {}
Simulator::~Simulator() = default;

Response Simulator::handle(const Request& request) {
  if (has_doubled_slash(request)) return handle(with_one_slash(request));
  const std::lock_guard lock(impl_->mutex);
  try {
    const Time came = impl_->present();
    impl_->apply_waiting_rule(request);
    const Time waited_until = impl_->machinery.clock.mode() == TimeMode::leap ? impl_->machinery.clock.now() : came;
    const Time now = impl_->advance_to(impl_->present());
    if (const auto kept = impl_->commit(); !kept) return defect("azlab cannot keep its state: " + kept.error().message);
    const Pinned pinned(impl_->machinery.clock, now);
    const std::uint64_t number = impl_->machinery.journal.next_number();
    Response response = impl_->admit(request);
    if (JournalEntry* entry = impl_->machinery.journal.find(number)) entry->waited = waited_until - came;
    // Nothing is answered that a restart would not know.
    if (const auto kept = impl_->commit(); !kept) return defect("azlab cannot keep its state: " + kept.error().message);
    impl_->record(&request, number);
    return response;
  } catch (const std::exception& e) {
    // A defect of ours: nothing of the request stays, and the answer says so.
    impl_->machinery.world.undo(impl_->machinery.world.take_changes());
    return defect(std::string("azlab defect: ") + e.what());
  }
}

Time Simulator::now() const {
  const std::lock_guard lock(impl_->mutex);
  return impl_->present();
}

Time Simulator::advance(Duration by) {
  const std::lock_guard lock(impl_->mutex);
  const Time reached = impl_->advance_to(impl_->present() + by);
  impl_->record();
  impl_->commit_events();
  return reached;
}

Time Simulator::advance_to(Time target) {
  const std::lock_guard lock(impl_->mutex);
  const Time reached = impl_->advance_to(target);
  impl_->record();
  impl_->commit_events();
  return reached;
}

void Simulator::set_time_scale(double scale) {
  const std::lock_guard lock(impl_->mutex);
  impl_->advance_to(impl_->present());  // what was due until now happened at the pace of until now
  impl_->record();
  impl_->commit_events();
  impl_->machinery.clock.set_scale(scale);
}

void Simulator::postpone(std::string_view kind, Duration by) {
  const std::lock_guard lock(impl_->mutex);
  if (kind == kSignIns) {
    entra::hurry(impl_->machinery.world, by);
  } else {
    Timeline(impl_->machinery.world).postpone(kind, by);
  }
  impl_->commit_events();
}

std::uint64_t Simulator::revision() const {
  const std::lock_guard lock(impl_->mutex);
  return impl_->write_sets.revision();
}

std::optional<Time> Simulator::next_due() const {
  const std::lock_guard lock(impl_->mutex);
  return Timeline(impl_->machinery.world).next_due();
}

std::optional<Time> Simulator::held_until() const {
  const std::lock_guard lock(impl_->mutex);
  return Timeline(impl_->machinery.world).earliest_hold();
}

Snapshot Simulator::snapshot() const {
  const std::lock_guard lock(impl_->mutex);
  return {.world = std::make_shared<const World>(impl_->machinery.world), .now = impl_->present(), .journal = impl_->machinery.journal.next_number()};
}

Result<void> Simulator::restore(const Snapshot& snapshot) {
  const std::lock_guard lock(impl_->mutex);
  impl_->machinery.world = *snapshot.world;
  impl_->machinery.clock.restore(snapshot.now);
  impl_->machinery.journal.cut_back_to(snapshot.journal);
  impl_->last_get.clear();
  impl_->recorded = impl_->machinery.journal.next_number();
  if (impl_->recorder) impl_->recorder->went_back(impl_->machinery.clock.now());
  return impl_->write_sets.replaced(impl_->machinery.world, impl_->machinery.clock.now());
}

Result<void> Simulator::reset(SimulatorOptions options) {
  try {
    const Simulator trial(options);  // what is wrong with them is known before anything is given up
  } catch (const std::invalid_argument& e) {
    return fail(400, "InvalidOptions", e.what());
  }
  const std::lock_guard lock(impl_->mutex);
  impl_->end_processes();
  impl_->scenario = scenario_of(options);
  impl_->options = complete(std::move(options), impl_->scenario);
  impl_->begin();
  if (impl_->recorder) impl_->recorder->went_back(impl_->machinery.clock.now());
  return impl_->write_sets.replaced(impl_->machinery.world, impl_->machinery.clock.now());
}

Result<void> Simulator::arm(const ArmedFault& fault) {
  const std::lock_guard lock(impl_->mutex);
  const auto armed = faults::arm(impl_->machinery, fault);
  if (armed && impl_->recorder) impl_->recorder->armed(impl_->machinery.faults.armed().back(), impl_->present());
  return armed;
}

bool Simulator::disarm(std::size_t number) {
  const std::lock_guard lock(impl_->mutex);
  return number > 0 && impl_->disarm(number - 1);
}

void Simulator::disarm(std::string_view fault) {
  const std::lock_guard lock(impl_->mutex);
  for (std::size_t i = 0; i < impl_->machinery.faults.armed().size(); ++i) {
    if (impl_->machinery.faults.armed()[i].fault == fault) impl_->disarm(i);
  }
}

void Simulator::watch_strike_points(std::function<void(std::string_view, std::string_view, std::string_view)> seen) {
  const std::lock_guard lock(impl_->mutex);
  impl_->machinery.strike_point = std::move(seen);
}

bool Simulator::serves(std::string_view host) const { return impl_->machinery.router.serves(host); }

void Simulator::set_workloads(std::shared_ptr<Workloads> workloads) {
  const std::lock_guard lock(impl_->mutex);
  impl_->machinery.workloads = std::move(workloads);
}

void Simulator::set_files(std::shared_ptr<FileStore> files) {
  const std::lock_guard lock(impl_->mutex);
  impl_->machinery.files = std::move(files);
}

Result<void> Simulator::set_commit_log(std::shared_ptr<CommitLog> log, bool holds) {
  const std::lock_guard lock(impl_->mutex);
  return impl_->write_sets.keep_in(std::move(log), holds, impl_->machinery.world, impl_->present());
}

void Simulator::set_recorder(std::shared_ptr<Recorder> recorder) {
  const std::lock_guard lock(impl_->mutex);
  impl_->recorder = std::move(recorder);
  impl_->recorded = impl_->machinery.journal.next_number();
}

SimulatorOptions Simulator::options() const {
  const std::lock_guard lock(impl_->mutex);
  return impl_->options;
}

void Simulator::inspect(const std::function<void(const World&)>& reader) const {
  const std::lock_guard lock(impl_->mutex);
  reader(impl_->machinery.world);
}

const Journal& Simulator::journal() const { return impl_->machinery.journal; }

void Simulator::read_journal(const std::function<void(const Journal&)>& reader) const {
  const std::lock_guard lock(impl_->mutex);
  reader(impl_->machinery.journal);
}

std::vector<FaultHits> Simulator::fault_hits() const {
  const std::lock_guard lock(impl_->mutex);
  std::vector<FaultHits> out;
  const auto& armed = impl_->machinery.faults.armed();
  for (std::size_t i = 0; i < armed.size(); ++i) {
    out.push_back({.fault = armed[i].fault,
                   .armed = armed[i].operation + (armed[i].phase == "request" ? "" : ":" + armed[i].phase),
                   .hits = FaultPlan::hits(impl_->machinery.world, i),
                   .number = i + 1,
                   .resource = armed[i].resource,
                   .times = armed[i].times,
                   .disarmed = impl_->machinery.faults.is_disarmed(i),
                   .places = armed[i].places});
  }
  return out;
}

std::vector<std::string> Simulator::unmet_expectations(std::optional<int> exit_status) const {
  const std::lock_guard lock(impl_->mutex);
  return scenario::unmet_expectations(impl_->scenario, {.machinery = impl_->machinery, .exit_status = exit_status});
}

std::vector<std::string> Simulator::operations() const {
  std::vector<std::string> out;
  for (const auto& route : impl_->machinery.router.routes()) out.push_back(route->operation + "\t" + std::string(to_string(route->method)) + "\t" + route->host + route->pattern);
  return out;
}

}  // namespace azlab
