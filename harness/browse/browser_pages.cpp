#include "harness/browse/browser_pages.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <utility>

#include "harness/browse/hands.hpp"
#include "harness/browse/scripts.hpp"
#include "harness/site/site.hpp"
#include "harness/site/tab.hpp"
#include "harness/webdriver/browser.hpp"
#include "sim/core/text.hpp"
#include "sim/portal/view_json.hpp"

namespace azlab::browse {
namespace {

/// How long a page may take to ask about what was pressed, to have it answered, and to be drawn, in milliseconds of a busy machine.
constexpr int kBegins = 10'000;
constexpr int kAnswered = 100'000;
constexpr int kDrawn = 10'000;
/// A picture that would be larger is left out: reports hold one a step.
constexpr std::size_t kPictureBytesMax = 400'000;
/// Pictures are for people who look at a report; half of the pixels are enough to read what is pressed.
constexpr double kPictureScale = 0.75;

portal::Outcome refused(std::string why) { return {.ok = false, .error = std::move(why), .opened = {}}; }

portal::Outcome outcome_of(const Json& said) {
  portal::Outcome out{.ok = said.value("ok", false), .error = string_at(said, "error"), .opened = string_at(said, "opened"), .not_simulated = said.value("notSimulated", false)};
  out.asked = {.component = string_at(said, "asked.component"), .does = string_at(said, "asked.does"), .text = string_at(said, "asked.text")};
  return out;
}

/// Takes out of `controls` what a person does not see.
void leave_out(std::vector<portal::Control>& controls, const std::vector<std::string>& ids) {
  std::erase_if(controls, [&](const portal::Control& control) { return std::find(ids.begin(), ids.end(), control.id) != ids.end(); });
  for (auto& control : controls) leave_out(control.children, ids);
}

/// What WebDriver said, for whoever carries labs out; nothing can go on.
template <class Value>
Value must(Result<Value> done) {
  if (!done) throw std::runtime_error("the browser of the lab's reader: " + done.error().message);
  if constexpr (!std::is_void_v<Value>) return std::move(*done);
}

class BrowserPages : public walk::Pages {
 public:
  BrowserPages(Simulator& simulator, const walk::Walker::Options& options, std::unique_ptr<site::Site> site, std::unique_ptr<webdriver::Browser> browser)
      : user_name_(Caller{}.user_name),
        knowledge_([&simulator](const Request& request) { return simulator.handle(request); }, {.language = options.language, .as_of = options.as_of, .user_name = user_name_, .seed = options.seed}),
        language_(options.language),
        site_(std::move(site)),
        browser_(std::move(browser)),
        hands_(*browser_) {}

  portal::View view() override;
  portal::Outcome act(const portal::Action& action) override;
  std::vector<std::string> apps() override { return apps_; }
  const portal::Session& session() override { return known(); }
  std::string parameter(std::string_view name) override { return known().parameter(name); }
  std::string remembered(std::string_view name) override { return known().remembered(name); }
  std::string user_name() override { return user_name_; }
  std::string save() override;
  void load(const std::string& saved) override;
  std::string picture() override;
  std::vector<std::string> defects() override { return std::exchange(defects_, {}); }

 private:
  /// Opens the first address: until then there is no page.
  portal::Outcome begin(const std::string& address);
  portal::Outcome act_on_browser(const portal::Action& action);
  portal::Outcome act_on_page(const portal::Action& action);
  /// Waits for what the page says to what was done to it.
  portal::Outcome answered(const std::string& what);
  /// Calls `ask` with the tab behind the page.
  void with_tab(const std::function<void(site::Tab&)>& ask);
  const portal::Session& known();
  void note(const Json& shown);

  std::string user_name_;
  portal::Session knowledge_;  ///< only reads what the page's session has saved
  std::string language_;
  std::unique_ptr<site::Site> site_;
  std::unique_ptr<webdriver::Browser> browser_;
  Hands hands_;
  std::string session_{};
  std::vector<std::string> apps_{};
  std::uint64_t acted_ = 0;
  std::uint64_t looked_at_ = 0;  ///< the turn of `view_`; 0: nothing was looked at
  portal::View view_{};
  std::vector<std::string> defects_{};
};

void BrowserPages::note(const Json& shown) {
  session_ = shown.at("session").get<std::string>();
  apps_ = shown.at("apps").get<std::vector<std::string>>();
  acted_ = shown.at("acted").get<std::uint64_t>();
}

void BrowserPages::with_tab(const std::function<void(site::Tab&)>& ask) {
  if (!site_->with_tab(session_, ask)) throw std::runtime_error("the browser of the lab's reader: the page has lost its connection to the site");
}

portal::View BrowserPages::view() {
  if (apps_.empty()) return {};
  std::uint64_t turn = 0;
  with_tab([&](site::Tab& tab) { turn = tab.refresh(); });
  if (turn == looked_at_) return view_;
  const Json shown = must(browser_->run(script("look"), Json::array({turn, kDrawn})));
  if (!shown.is_object()) throw std::runtime_error("the browser of the lab's reader: the page does not show what the site has sent");
  note(shown);
  view_ = must(portal::view_of(shown.at("view")));
  looked_at_ = turn;
  std::vector<std::string> ids;
  for (const auto& one : shown.at("undrawn")) {
    ids.push_back(one.at("id").get<std::string>());
    const auto* control = portal::find_control(view_.controls, ids.back());
    defects_.push_back(view_.screen + ": " + (control == nullptr ? std::string("control") : control->kind) + " " + ids.back() + ": " + one.at("why").get<std::string>());
  }
  leave_out(view_.controls, ids);
  return view_;
}

portal::Outcome BrowserPages::begin(const std::string& address) {
  must(browser_->go_to(site_->link() + "&l=" + percent_encode(language_) + "&open=" + percent_encode(address)));
  const Json shown = must(browser_->run(script("begin"), Json::array({kAnswered})));
  if (!shown.is_object()) throw std::runtime_error("the browser of the lab's reader: the page does not open");
  note(shown);
  looked_at_ = 0;
  return outcome_of(shown.at("outcome"));
}

portal::Outcome BrowserPages::answered(const std::string& what) {
  const Json shown = must(browser_->run(script("settle"), Json::array({acted_, kBegins, kAnswered})));
  if (!shown.is_object()) throw std::runtime_error("the browser of the lab's reader: the page has gone");
  const auto before = acted_;
  note(shown);
  if (acted_ == before) {
    defects_.push_back("the page does nothing when " + what);
    return refused("nothing happens when " + what);
  }
  return outcome_of(shown.at("outcome"));
}

portal::Outcome BrowserPages::act_on_browser(const portal::Action& action) {
  const auto tell = [&](const Result<void>& done, const std::string& what) { return done ? answered(what) : refused(done.error().message); };
  if (action.kind == "open") return tell(hands_.open(action.value), "an address is opened");
  if (action.kind == "close-tab") return apps_.size() < 2 ? refused("only one tab is open") : tell(hands_.close_tab(), "a tab is closed");
  if (action.kind == "switch-tab") {
    if (apps_.front() == action.value) return {.ok = true, .error = {}, .opened = view().screen};
    if (std::find(apps_.begin(), apps_.end(), action.value) == apps_.end()) return refused("no tab shows the " + action.value);
    return tell(hands_.switch_tab(action.value), "another tab is chosen");
  }
  // A dialog is left, a page is not.
  const auto now = view();
  if (!now.dialog || (action.kind == "dismiss" && !now.popup)) return {};
  return tell(hands_.escape(), "Escape is pressed");
}

portal::Outcome BrowserPages::act_on_page(const portal::Action& action) {
  const auto now = view();
  if (const auto no = portal::refusal(now, action)) return *no;
  const auto done = hands_.carry_out(now, action);
  const auto* control = portal::find_control(now.controls, action.target);
  if (!done) {
    defects_.push_back(now.screen + ": " + control->kind + " " + control->id + ": " + done.error().message);
    return refused(done.error().message);
  }
  return *done == Done::nothing ? portal::Outcome{} : answered("\"" + control->label + "\" (" + control->kind + " " + control->id + ") is used");
}

portal::Outcome BrowserPages::act(const portal::Action& action) {
  if (apps_.empty()) return action.kind == "open" ? begin(action.value) : refused("no page is open yet");
  static constexpr std::string_view kOfTheBrowser[] = {"open", "close-tab", "switch-tab", "dismiss", "cancel"};
  const bool of_browser = std::find(std::begin(kOfTheBrowser), std::end(kOfTheBrowser), action.kind) != std::end(kOfTheBrowser);
  if (of_browser) return act_on_browser(action);
  if (action.target.empty()) return refused("unknown action \"" + action.kind + "\"");
  return act_on_page(action);
}

std::string BrowserPages::save() {
  if (apps_.empty()) return knowledge_.save();
  std::string out;
  with_tab([&](site::Tab& tab) { out = tab.save(); });
  return out;
}

void BrowserPages::load(const std::string& saved) {
  knowledge_.load(saved);
  const auto apps = knowledge_.apps();
  if (apps_.empty()) {
    if (apps.empty()) return;
    begin("https://portal.azure.com/");
  }
  with_tab([&](site::Tab& tab) { tab.load(saved); });
  apps_ = apps;
  looked_at_ = 0;
}

const portal::Session& BrowserPages::known() {
  knowledge_.load(save());
  return knowledge_;
}

std::string BrowserPages::picture() {
  if (apps_.empty()) return {};
  static_cast<void>(view());
  std::string time;
  with_tab([&](site::Tab& tab) { time = tab.show_clock(); });
  must(browser_->run(script("clock"), Json::array({time, kAnswered})));
  std::string png = must(browser_->picture());
  return png.size() > kPictureBytesMax ? std::string() : png;
}

}  // namespace

Result<std::unique_ptr<walk::Pages>> browser_pages(Simulator& simulator, run::Machines& machines, const walk::Walker::Options& options) {
  if (!site::has_page()) return fail(400, "NoPage", "this azlab was built without Node.js, so it has no page for a browser; install Node.js 18 or newer and start ./azlab again");
  auto site = site::Site::open_driven(simulator, machines, {.language = options.language, .as_of = options.as_of});
  if (!site) return fail(site.error());
  auto browser = webdriver::Browser::open({.language = options.language, .scale = kPictureScale});
  if (!browser) return fail(browser.error());
  return std::make_unique<BrowserPages>(simulator, options, std::move(*site), std::move(*browser));
}

}  // namespace azlab::browse
