#include "harness/site/notebook.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "harness/run/kernel.hpp"
#include "harness/shell/machine.hpp"
#include "sim/core/text.hpp"
#include "sim/core/world.hpp"

namespace azlab::site {
namespace {

constexpr const char* kQueued = "queued";
constexpr const char* kRunning = "running";

tl::unexpected<Error> refuse(std::string why) { return fail(409, "NoKernel", std::move(why)); }

/// What an instance did last, and when ("Start" at 09:12); empty when it does not run. A reading of the World: no request is made.
std::string last_act(const Simulator& simulator, const run::InstancePlace& instance) {
  std::string out;
  simulator.inspect([&](const World& world) {
    const auto row = world.find(Table::resource, to_lower(instance.workspace + "/computes/" + instance.name));
    const auto body = row ? parse_json(row->body) : Result<Json>(Json());
    if (!body || string_at(*body, "properties.properties.state") != "Running") return;
    const Json* last = find_path(*body, "properties.properties.lastOperation");
    out = last == nullptr ? "{}" : dump(*last);
  });
  return out;
}

Json stream(const std::string& text) { return {{"output_type", "stream"}, {"name", "stderr"}, {"text", text}}; }

}  // namespace

Notebook::Notebook(const NotebookRoom& room, std::string workspace, std::string path, int number)
    : room_(room), workspace_(std::move(workspace)), path_(std::move(path)), number_(number), share_(room.simulator, workspace_) {}

Notebook::~Notebook() {
  Lock lock(mutex_);
  const auto old = drop_kernel();
  lock.unlock();
}

Result<Json> Notebook::open(const std::shared_ptr<net::SiteTab>& viewer) {
  const Lock lock(mutex_);
  const auto text = share_.read(path_);
  if (!text) return fail(text.error());
  const bool busy = !running_.empty() || !queue_.empty();
  // What runs belongs to the cells that we have; otherwise the file is what counts, whoever changed it.
  if (!document_ || (*text != text_ && !busy)) {
    auto document = NotebookDocument::parse(*text);
    if (!document) return fail(document.error());
    document_ = std::move(*document);
    text_ = *text;
    states_.clear();
  }
  viewers_.erase(std::remove_if(viewers_.begin(), viewers_.end(), [&](const auto& one) { return one.expired() || one.lock() == viewer; }), viewers_.end());
  viewers_.push_back(viewer);
  Json out = {{"cells", cells()}, {"kernel", choose_kernel("")}};
  out["kernelState"] = !lives() ? "none" : !ready_ ? "starting" : running_.empty() ? "idle" : "busy";
  return out;
}

Json Notebook::cells() const {
  Json out = document_->cells();
  for (auto& cell : out) {
    if (const auto state = states_.find(string_at(cell, "id")); state != states_.end()) cell["state"] = state->second;
  }
  return out;
}

Result<run::InstancePlace> Notebook::choose_instance(const std::string& wanted) const {
  auto instances = run::all_instances(room_.simulator);
  instances.erase(std::remove_if(instances.begin(), instances.end(), [&](const auto& one) { return !equals_ignore_case(one.workspace, workspace_); }), instances.end());
  const std::string name = !wanted.empty() ? wanted : lives() ? instance_.name : std::string();
  const auto chosen = std::find_if(instances.begin(), instances.end(), [&](const auto& one) { return name.empty() ? one.state == "Running" : equals_ignore_case(one.name, name); });
  if (chosen != instances.end() && chosen->state == "Running") return *chosen;
  if (chosen != instances.end()) return refuse(fmt::format("the compute instance {} is not running; its state is {}. Start it on the page Compute, or choose another one here under Compute.", chosen->name, chosen->state));
  if (instances.empty()) return refuse("there is no compute instance to run on. Create one on the page Compute, under Compute instances, and come back.");
  if (name.empty()) return refuse(fmt::format("no compute instance is running. Start {} on the page Compute.", instances.front().name));
  return refuse(fmt::format("there is no compute instance {}. Choose another one here under Compute.", name));
}

std::string Notebook::choose_kernel(const std::string& wanted) const {
  if (!wanted.empty()) return wanted;
  if (lives()) return display_;
  const std::string own = document_ ? document_->kernel() : std::string();
  const auto machine = shell::load_machine("compute-instance");
  const bool offered = machine && std::any_of(machine->kernels.begin(), machine->kernels.end(), [&](const auto& one) { return one.display == own && one.retired_on.empty(); });
  return offered ? own : run::kDefaultKernel;
}

Result<void> Notebook::need_kernel(const KernelChoice& choice, std::unique_ptr<LivingKernel>& old) {
  if (!document_) return refuse("the notebook is not open");
  const auto instance = choose_instance(choice.compute);
  if (!instance) return fail(instance.error());
  const std::string display = choose_kernel(choice.kernel);
  if (lives() && equals_ignore_case(instance->name, instance_.name) && display == display_) return {};
  if (const auto there = room_.machines.python_at_hand(); !there) return refuse(there.error().message + " (in a terminal of this computer; then run the cell again)");
  if (!lives() && *room_.kernels >= NotebookRoom::kKernelsMax) return refuse(fmt::format("{} notebooks have a kernel already; they end with their compute instance (Stop on the page Compute).", NotebookRoom::kKernelsMax));
  end_running("another kernel was chosen");
  old = drop_kernel();
  start_kernel(*instance, display);
  return {};
}

void Notebook::start_kernel(const run::InstancePlace& instance, const std::string& display) {
  instance_ = instance;
  instance_since_ = last_act(room_.simulator, instance);
  display_ = display;
  ready_ = false;
  over_ = false;
  ++generation_;
  ++*room_.kernels;
  const auto machine = shell::load_machine("compute-instance");
  if (machine) {
    const auto known = std::find_if(machine->kernels.begin(), machine->kernels.end(), [&](const auto& one) { return one.display == display; });
    document_->set_kernel(known == machine->kernels.end() ? "python3" : known->name, display);
  }
  kernel_ = std::make_unique<LivingKernel>(room_.simulator, room_.machines, room_.machines_gate,
                                           LivingKernel::Task{.instance = instance, .notebook = path_, .display = display, .name = fmt::format("kernel-{}-{}.json", number_, generation_)}, listener());
  tell_kernel();
}

std::unique_ptr<LivingKernel> Notebook::drop_kernel() {
  if (lives()) --*room_.kernels;
  ++generation_;
  ready_ = false;
  return std::move(kernel_);
}

Result<void> Notebook::run(const std::string& cell, const std::string& source, const KernelChoice& choice) {
  std::unique_ptr<LivingKernel> old;  // ends after the lock
  const Lock lock(mutex_);
  if (document_ && !document_->source(cell)) return refuse("there is no code cell " + cell);
  if (const auto kernel = need_kernel(choice, old); !kernel) return kernel;
  document_->set_source(cell, source);
  queue(cell);
  go_on();
  return {};
}

Result<void> Notebook::run_all(const KernelChoice& choice) {
  std::unique_ptr<LivingKernel> old;
  const Lock lock(mutex_);
  if (const auto kernel = need_kernel(choice, old); !kernel) return kernel;
  for (const auto& cell : document_->code_cells()) queue(cell);
  go_on();
  return {};
}

Result<void> Notebook::interrupt() {
  const Lock lock(mutex_);
  forget_queue();
  if (!lives()) return refuse("no kernel is running");
  if (!running_.empty()) kernel_->interrupt();
  return {};
}

Result<void> Notebook::restart(const KernelChoice& choice) {
  std::unique_ptr<LivingKernel> old;
  const Lock lock(mutex_);
  if (!document_) return refuse("the notebook is not open");
  const auto instance = choose_instance(choice.compute);
  if (!instance) return fail(instance.error());
  if (const auto there = room_.machines.python_at_hand(); !there) return refuse(there.error().message);
  const std::string display = choose_kernel(choice.kernel);
  end_running("the kernel was restarted");
  old = drop_kernel();
  start_kernel(*instance, display);
  return {};
}

Result<void> Notebook::save(const Json& cells_now, const net::SiteTab* writer) {
  const Lock lock(mutex_);
  if (!document_) return refuse("the notebook is not open");
  if (const auto arranged = document_->arrange(cells_now); !arranged) return arranged;
  say({{"push", "notebook.cells"}, {"path", path_}, {"cells", cells()}}, writer);
  return write();
}

void Notebook::look() {
  std::unique_ptr<LivingKernel> old;
  const Lock lock(mutex_);
  if (!lives() || last_act(room_.simulator, instance_) == instance_since_) return;
  const std::string why = "the compute instance " + instance_.name + " has stopped, and the kernel with it";
  end_running(why);
  old = drop_kernel();
  tell_kernel(why);
}

void Notebook::queue(const std::string& cell) {
  if (cell == running_ || std::find(queue_.begin(), queue_.end(), cell) != queue_.end()) return;
  queue_.push_back(cell);
  set_state(cell, kQueued);
}

void Notebook::forget_queue() {
  for (const auto& cell : queue_) set_state(cell, nullptr);
  queue_.clear();
}

void Notebook::go_on() {
  while (lives() && ready_ && running_.empty() && !queue_.empty()) {
    const std::string cell = queue_.front();
    queue_.pop_front();
    const auto source = document_->source(cell);
    if (!source) continue;  // deleted since
    running_ = cell;
    document_->set_outputs(cell, Json::array(), nullptr);
    set_state(cell, kRunning);
    kernel_->run(cell, *source);
  }
  tell_kernel();
}

void Notebook::end_running(const std::string& why) {
  forget_queue();
  if (running_.empty()) return;
  Json outputs = document_->outputs(running_);
  outputs.push_back(stream("azlab: " + why + "\n"));
  document_->set_outputs(running_, outputs, nullptr);
  const std::string cell = std::exchange(running_, "");
  keep();
  set_state(cell, "failed");
}

/// Before a page hears of an end, it stands in the file.
void Notebook::keep() {
  if (const auto written = write(); !written) tell_kernel(written.error().message);
}

Result<void> Notebook::write() {
  const auto now = share_.read(path_);
  if (!now) return fail(409, "NotSaved", "the file cannot be read any more: " + now.error().message);
  if (*now != text_) return fail(409, "NotSaved", "the file was changed elsewhere (in a terminal?) since this page opened it; reload the page to see it as it is");
  const std::string text = document_->text();
  if (text == text_) return {};
  if (const auto written = share_.write(path_, text); !written) return written;
  text_ = text;
  return {};
}

void Notebook::set_state(const std::string& cell, const char* state) {
  if (state == nullptr) {
    states_.erase(cell);
  } else {
    states_[cell] = state;
  }
  tell_cell(cell, document_->outputs(cell), document_->count(cell));
}

void Notebook::tell_cell(const std::string& cell, const Json& outputs, const Json& count) {
  const auto state = states_.find(cell);
  say({{"push", "notebook"}, {"path", path_}, {"cell", cell}, {"state", state == states_.end() ? Json() : Json(state->second)}, {"outputs", outputs}, {"count", count}});
}

void Notebook::tell_kernel(const std::string& problem) {
  Json message = {{"push", "notebook.kernel"}, {"path", path_}, {"kernel", choose_kernel("")}, {"state", !lives() ? "none" : !ready_ ? "starting" : running_.empty() ? "idle" : "busy"}};
  if (!problem.empty()) message["problem"] = problem;
  say(std::move(message));
}

void Notebook::say(Json message, const net::SiteTab* but) {
  const std::string text = dump(message);
  for (const auto& viewer : viewers_) {
    if (const auto tab = viewer.lock(); tab && tab.get() != but) tab->send(text);
  }
}

LivingKernel::Listener Notebook::listener() {
  // What a kernel still says after another took its place is about nothing.
  const auto current = [this, generation = generation_](const auto& act) {
    const Lock lock(mutex_);
    if (generation == generation_) act();
  };
  return {.ready = [this, current] { current([this] { ready_ = true; go_on(); }); },
          .wrote = [this, current](const std::string& cell, const Json& outputs, const Json& count) { current([&] {
            document_->set_outputs(cell, outputs, count);
            tell_cell(cell, outputs, count);
          }); },
          .done = [this, current](const std::string& cell, bool ok, const Json& outputs, const Json& count) { current([&] { on_done(cell, ok, outputs, count); }); },
          .ended = [this, current](const std::string& why) { current([&] { on_ended(why); }); }};
}

void Notebook::on_done(const std::string& cell, bool ok, const Json& outputs, const Json& count) {
  document_->set_outputs(cell, outputs, count);
  running_.clear();
  keep();
  set_state(cell, ok ? "done" : "failed");
  // As in Jupyter: after an error the cells that were queued are not run.
  if (!ok) forget_queue();
  go_on();
}

void Notebook::on_ended(const std::string& why) {
  if (running_.empty() && !queue_.empty()) {
    running_ = queue_.front();  // what waited for it says why nothing came
    queue_.pop_front();
  }
  end_running(why);
  // The thread that tells this is the kernel's own: what is left of it goes when the next one comes.
  ready_ = false;
  if (lives()) --*room_.kernels;
  over_ = true;
  tell_kernel(why);
}

}  // namespace azlab::site
