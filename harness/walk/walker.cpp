#include "harness/walk/walker.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "harness/walk/walk_state.hpp"

namespace azlab::walk {

namespace {

struct Executor {
  std::string_view kind;
  OpResult (Walker::Impl::*run)(Task&);
};

constexpr Executor kExecutors[] = {
    {"nav.url", &Walker::Impl::go_url},       {"nav.page", &Walker::Impl::go_page},    {"ctx.switch", &Walker::Impl::switch_app},
    {"ui.click", &Walker::Impl::click},       {"ui.fill", &Walker::Impl::fill},        {"ui.form", &Walker::Impl::form},
    {"form.field", &Walker::Impl::field},     {"ui.search", &Walker::Impl::search},    {"ui.refresh", &Walker::Impl::refresh},
    {"ui.dismiss", &Walker::Impl::dismiss},   {"ui.close", &Walker::Impl::close},      {"ui.save", &Walker::Impl::save_file},
    {"file.open", &Walker::Impl::open_file},  {"file.paste", &Walker::Impl::paste},    {"file.content", &Walker::Impl::paste},
    {"res.create", &Walker::Impl::create},    {"shell.open", &Walker::Impl::open_shell}, {"shell.type", &Walker::Impl::choose_shell},
    {"verify", &Walker::Impl::verify},        {"verify.opt", &Walker::Impl::verify},   {"observe", &Walker::Impl::observe},
    {"wait", &Walker::Impl::wait},            {"neg", &Walker::Impl::negation},
    {"ui.confirm", &Walker::Impl::confirm},   {"res.delete", &Walker::Impl::delete_resource}, {"res.stop", &Walker::Impl::switch_instance},
    {"res.start", &Walker::Impl::switch_instance}, {"res.restart", &Walker::Impl::switch_instance},
};

const Executor* executor_of(std::string_view kind) {
  const auto found = std::find_if(std::begin(kExecutors), std::end(kExecutors), [&](const Executor& e) { return e.kind == kind; });
  return found == std::end(kExecutors) ? nullptr : &*found;
}

}  // namespace

Walker::Impl::Impl(Surroundings a, Options o, std::unique_ptr<Pages> p)
    : around(std::move(a)),
      options(std::move(o)),
      own_pages(p != nullptr ? std::move(p) : session_pages(around.send, {.language = options.language, .as_of = options.as_of, .user_name = Caller{}.user_name, .seed = options.seed})),
      session(*own_pages),
      draw(options.seed),
      library(portal::Library::builtin()),
      started(around.now()),
      last_op_end(started) {}

Walker::Walker(Surroundings around, Options options, std::unique_ptr<Pages> pages) : impl_(std::make_unique<Impl>(std::move(around), std::move(options), std::move(pages))) {}
Walker::~Walker() = default;

bool Walker::handles(std::string_view kind) { return executor_of(kind) != nullptr; }

OpResult Walker::carry_out(const lab::Op& op, const lab::Unit& unit, const lab::Step& step) {
  Task task{.op = op, .unit = unit, .step = step};
  const auto* executor = executor_of(op.kind);
  if (executor == nullptr) return task.done("not understood", "No portal step is of the kind " + in_quotes(op.kind) + ".");
  impl_->open_portal_if_none(task);
  if (!impl_->commit_if_left(task)) return task.failed("The form stays open.");
  auto result = (impl_.get()->*(executor->run))(task);
  impl_->last_op_end = impl_->around.now();
  if (result.verdict == "failed" && (op.optional || op.kind == "verify.opt")) {
    result.verdict = "skipped";
    for (auto& each : result.findings) {
      if (each.severity == "error") each.severity = "warning";
    }
  }
  return result;
}

std::vector<lab::Finding> Walker::end_of_step(const lab::Step& step, const lab::Step* next) {
  std::vector<lab::Finding> findings;
  if (impl_->session.apps().empty()) return findings;
  const auto view = impl_->session.view();
  if (next != nullptr) {
    for (const auto& unit : next->units) {
      for (const auto& op : unit.ops) {
        // A step whose ops say nothing about pages (a hint) does not decide; the first that does, does.
        if (op.kind == "cond" || op.kind == "effect" || op.kind == "info" || op.kind == "hint") continue;
        if (impl_->stays_on_form(op, view, view.screen)) return findings;
        impl_->commit(findings, step.line, view);
        return findings;
      }
    }
  }
  impl_->commit(findings, step.line, view);
  return findings;
}

void Walker::note_start(Time started) { impl_->last_op_end = started; }

Pages& Walker::pages() { return impl_->session; }

std::string Walker::save() const {
  const auto& state = *impl_;
  const Json out = {{"session", state.session.save()},     {"instance", state.last_instance}, {"resource", state.last_resource},
                    {"generated", state.generated},        {"touched", state.form_touched}, {"refused", state.refused_form}, {"commitRefused", state.commit_refused},   {"stayOff", state.stay_off},
                    {"started", state.started.time_since_epoch().count()}, {"lastOpEnd", state.last_op_end.time_since_epoch().count()}};
  return dump(out);
}

void Walker::load(std::string_view saved) {
  const auto value = parse_json(saved);
  if (!value || !value->is_object()) return;
  auto& state = *impl_;
  state.session.load(value->value("session", std::string("{}")));
  state.last_instance = value->value("instance", std::string());
  state.last_resource = value->value("resource", std::string());
  state.generated = value->value("generated", std::uint64_t{0});
  state.form_touched = value->value("touched", false);
  state.refused_form = value->value("refused", std::string());
  state.commit_refused = value->value("commitRefused", false);
  state.stay_off = value->value("stayOff", std::vector<std::string>{});
  state.started = Time(Duration(value->value("started", Duration::rep{0})));
  state.last_op_end = Time(Duration(value->value("lastOpEnd", Duration::rep{0})));
}

std::vector<Wanted> contexts_of(const lab::Op& op) {
  std::vector<Wanted> contexts;
  for (std::size_t i = 0; i < op.context.size(); ++i) {
    contexts.push_back({.text = i < op.ctx.size() ? op.ctx[i] : op.context[i], .en = op.context[i]});
  }
  return contexts;
}

Wanted wanted_of(const lab::Op& op, std::size_t index) {
  Wanted wanted;
  if (index < op.args.size()) wanted.text = op.args[index];
  if (index < op.en.size()) wanted.en = op.en[index];
  return wanted;
}

bool is_pressable(const portal::Control& control) {
  return control.kind == "button" || control.kind == "link" || control.kind == "icon" || control.kind == "menu" || control.kind == "tab" ||
         control.kind == "toggle" || control.kind == "option" || control.kind == "row";
}

std::string in_quotes(std::string_view text) { return "\"" + std::string(text) + "\""; }

}  // namespace azlab::walk
