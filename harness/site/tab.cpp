#include "harness/site/tab.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "harness/site/people.hpp"
#include "sim/core/text.hpp"
#include "sim/net/site_guard.hpp"
#include "sim/portal/view_json.hpp"

namespace azlab::site {
namespace {

constexpr const char* kFirstPage = "https://portal.azure.com/#home";

Json refusal(const std::string& why) { return {{"error", why}}; }

Json outcome_json(const portal::Outcome& outcome) {
  Json out = {{"ok", outcome.ok}};
  if (!outcome.error.empty()) out["error"] = outcome.error;
  if (!outcome.opened.empty()) out["opened"] = outcome.opened;
  if (outcome.not_simulated) out["notSimulated"] = true;
  if (!outcome.asked.component.empty()) out["asked"] = {{"component", outcome.asked.component}, {"does", outcome.asked.does}, {"text", outcome.asked.text}};
  return out;
}

}  // namespace

const Tab::Row Tab::kAsks[] = {{"hello", &Tab::hello},
                               {"sign-in", &Tab::sign_in},
                               {"act", &Tab::act},
                               {"view", &Tab::view},
                               {"get", &Tab::get},
                               {"terminal.open", &Tab::open_terminal, true},
                               {"terminal.type", &Tab::type_terminal, true},
                               {"terminal.size", &Tab::resize_terminal, true},
                               {"terminal.close", &Tab::close_terminal, true},
                               {"notebook.open", &Tab::open_notebook},
                               {"notebook.run", &Tab::run_cell, true},
                               {"notebook.runAll", &Tab::run_all_cells, true},
                               {"notebook.interrupt", &Tab::interrupt_kernel, true},
                               {"notebook.restart", &Tab::restart_kernel, true},
                               {"notebook.save", &Tab::save_notebook, true},
                               {"upload", &Tab::upload, true},
                               {"download", &Tab::download, true},
                               {"clock.skip", &Tab::skip},
                               {"lab.hint", &Tab::lab_hint},
                               {"lab.mark", &Tab::lab_mark}};

Tab::Tab(House& house, std::shared_ptr<net::SiteTab> socket) : house_(house), socket_(std::move(socket)) {
  terminals_ = std::make_unique<Terminals>(house_.machines, house_.machines_gate,
                                           Terminals::Listener{.wrote = [this](const std::string& terminal, const std::string& data) { push("terminal", {{"terminal", terminal}, {"data", data}}); },
                                                               .ended = [this](const std::string& terminal) { push("terminal.ended", {{"terminal", terminal}}); },
                                                               .ran = [this](const std::string& machine, const shell::CommandResult& done) {
                                                                 if (house_.lab != nullptr) house_.lab->ran({.machine = machine, .command = done.command, .exit_status = done.exit_status, .output = done.output});
                                                               }});
  const std::lock_guard lock(house_.tabs_mutex);
  number_ = ++house_.tabs_opened;
  house_.tabs.insert(this);
}

Tab::~Tab() {
  {
    const std::lock_guard lock(house_.tabs_mutex);
    house_.tabs.erase(this);
  }
  if (house_.lab != nullptr) house_.lab->left(this);
  terminals_.reset();
}

void Tab::told(const std::string& text) {
  const auto ask = parse_json(text);
  if (!ask || !ask->is_object()) return socket_->send(dump({{"re", nullptr}, {"error", "this is no JSON object"}}));
  const std::string name = string_at(*ask, "ask");
  Json answer = refusal("unknown question '" + name + "'");
  for (const Row& row : kAsks) {
    if (row.name != name) continue;
    const std::lock_guard lock(mutex_);
    if (!session_ && row.name != "hello") {
      answer = refusal("say hello first");
      break;
    }
    if (row.machines && house_.driven) {
      answer = refusal("the lab's commands are carried out beside the page");
      break;
    }
    try {
      answer = (this->*row.ask)(*ask);
    } catch (const Json::exception& e) {
      answer = refusal(fmt::format("'{}' is asked otherwise: {}", name, e.what()));
    }
  }
  answer["re"] = ask->value("id", Json());
  socket_->send(dump(answer));
}

void Tab::push(const char* kind, Json message) {
  message["push"] = kind;
  socket_->send(dump(message));
}

Json Tab::page() {
  const portal::View view = session_->view();
  if (house_.lab != nullptr) house_.lab->shows(this, guide::page_seen(*session_, view));
  Json out = {{"view", portal::view_json(view, house_.driven ? portal::ViewFor::walker : portal::ViewFor::page)}, {"apps", session_->apps()}};
  if (const auto under = session_->under()) out["under"] = portal::view_json(*under);
  if (std::string now = dump(out); now != shown_) {
    shown_ = std::move(now);
    ++turn_;
  }
  out["turn"] = turn_;
  house_.sessions.save(id_, session_->save());
  return out;
}

Json Tab::clock() const {
  Pace::State state = house_.pace.state();
  // A driven site's time moves when the program waits, never by itself.
  if (house_.driven) state.speed = 0;
  return clock_json(state);
}

std::string Tab::show_clock() {
  Json now = clock();
  std::string time = string_at(now, "now");
  push("clock", std::move(now));
  return time;
}

std::uint64_t Tab::refresh() {
  const std::lock_guard lock(mutex_);
  if (!session_) return 0;
  const std::uint64_t before = turn_;
  Json now = page();
  if (turn_ != before) push("view", std::move(now));
  return turn_;
}

std::string Tab::id() {
  const std::lock_guard lock(mutex_);
  return id_;
}

std::string Tab::save() {
  const std::lock_guard lock(mutex_);
  return session_ ? session_->save() : std::string();
}

void Tab::load(const std::string& saved) {
  {
    const std::lock_guard lock(mutex_);
    if (session_) session_->load(saved);
  }
  refresh();
}

void Tab::tell(const Happening& happening) {
  const std::lock_guard lock(mutex_);
  if (!session_) return;
  if (Json notice = notice_json(happening, session_->options().language); !notice.is_null()) push("notice", std::move(notice));
}

Json Tab::notices() const {
  Json out = Json::array();
  const std::lock_guard lock(house_.happened_mutex);
  for (const auto& happening : house_.happened) {
    if (Json notice = notice_json(happening, session_->options().language); !notice.is_null()) out.push_back(std::move(notice));
  }
  return out;
}

void Tab::begin_session(const std::string& language) {
  session_ = std::make_unique<portal::Session>([this](Request request) {
                                                 const bool draws_page = request.caller.draws_page;
                                                 request.caller = portal_caller(user_);
                                                 request.caller.draws_page = draws_page;
                                                 return house_.simulator.handle(request);
                                               },
                                               portal::Session::Options{.language = language, .as_of = {}, .user_name = user_, .seed = house_.simulator.options().seed});
}

Json Tab::hello(const Json& ask) {
  const std::string language = language_for(ask.value("language", std::string()));
  id_ = ask.value("session", std::string());
  const std::string saved = house_.sessions.find(id_);
  {
    const std::lock_guard lock(house_.people_mutex);
    if (const auto known = house_.people.find(id_); known != house_.people.end()) user_ = known->second;
  }
  begin_session(language);
  if (saved.empty()) {
    id_ = net::SiteGuard::new_key();  // who knows it sees the page of another tab
    // Which address a lab opens first is its own affair.
    if (!house_.driven) session_->act({.kind = "open", .target = {}, .value = kFirstPage});
  } else {
    session_->load(saved);
  }
  Json out;
  if (const std::string address = ask.value("address", std::string()); !address.empty()) out["outcome"] = outcome_json(session_->act({.kind = "open", .target = {}, .value = address}));
  out.update(page());
  out["session"] = id_;
  out["language"] = language;
  out["languages"] = languages();
  out["person"] = person_json(user_);
  out["people"] = people_json();
  out["clock"] = clock();
  out["notices"] = notices();
  if (house_.lab != nullptr) out["lab"] = house_.lab->lab_json();
  return out;
}

/// Another person at the same browser: it begins at the portal's home, without a password.
Json Tab::sign_in(const Json& ask) {
  const std::string user = ask.at("user").get<std::string>();
  if (!is_person(user)) return refusal("nobody of the directory has the account '" + user + "'");
  user_ = user;
  {
    const std::lock_guard lock(house_.people_mutex);
    house_.people[id_] = user_;
  }
  const Json person = person_json(user_);
  if (house_.lab != nullptr) house_.lab->signed_in(person["name"].get<std::string>(), user_.substr(0, user_.find('@')));
  begin_session(session_->options().language);
  session_->act({.kind = "open", .target = {}, .value = kFirstPage});
  Json out = page();
  out["person"] = person;
  return out;
}

Json Tab::act(const Json& ask) {
  const portal::Action action{.kind = ask.at("kind").get<std::string>(), .target = ask.value("target", std::string()), .value = ask.value("value", std::string())};
  const portal::Outcome outcome = session_->act(action);
  Json out = page();
  out["outcome"] = outcome_json(outcome);
  return out;
}

Json Tab::view(const Json&) { return page(); }

/// A reading of Azure as the person; what changes anything goes through the page's controls.
Json Tab::get(const Json& ask) {
  Request request = Request::make(Method::get, ask.at("url").get<std::string>());
  request.caller = portal_caller(user_);
  request.caller.draws_page = true;
  const Response response = house_.simulator.handle(request);
  const std::string text = response.body.text();
  auto body = parse_json(text);
  return {{"status", response.status}, {"body", body ? std::move(*body) : Json(text)}};
}

Json Tab::open_terminal(const Json& ask) {
  const auto opened = terminals_->open(ask.value("machine", std::string()), ask.value("columns", 80), ask.value("rows", 24));
  return opened ? Json{{"terminal", *opened}} : refusal(opened.error().message);
}

Json Tab::type_terminal(const Json& ask) {
  const auto done = terminals_->type(ask.at("terminal").get<std::string>(), ask.at("data").get<std::string>());
  return done ? Json::object() : refusal(done.error().message);
}

Json Tab::resize_terminal(const Json& ask) {
  const auto done = terminals_->resize(ask.at("terminal").get<std::string>(), ask.at("columns").get<int>(), ask.at("rows").get<int>());
  return done ? Json::object() : refusal(done.error().message);
}

Json Tab::close_terminal(const Json& ask) {
  const auto done = terminals_->close(ask.at("terminal").get<std::string>());
  return done ? Json::object() : refusal(done.error().message);
}

Json Tab::skip(const Json&) {
  house_.pace.skip();
  Json out = page();
  out["clock"] = clock();
  return out;
}

Json Tab::lab_hint(const Json& ask) {
  if (house_.lab == nullptr) return refusal("the site has no lab");
  const auto hint = house_.lab->hint(ask.at("item").get<std::string>());
  return hint ? Json{{"hint", hint->text}, {"more", hint->more}} : refusal(hint.error().message);
}

Json Tab::lab_mark(const Json& ask) {
  if (house_.lab == nullptr) return refusal("the site has no lab");
  const bool marked = house_.lab->mark(ask.at("item").get<std::string>(), ask.at("done").get<bool>());
  return marked ? Json::object() : refusal("only what nobody can see is ticked by hand");
}

}  // namespace azlab::site
