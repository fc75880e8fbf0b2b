#include "harness/site/site.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "harness/site/tab.hpp"
#include "sim/core/fixtures.hpp"
#include "sim/core/text.hpp"
#include "sim/net/site_address.hpp"
#include "sim/net/site_guard.hpp"

namespace azlab::site {
namespace {

constexpr std::string_view kPage = "web/";  ///< of what is embedded: the built page
constexpr std::chrono::milliseconds kWatch{250};
constexpr std::size_t kHappenedMost = 100;  ///< as many as a page shows
constexpr int kWatchesASecond = 4;

constexpr std::pair<std::string_view, const char*> kTypes[] = {{".html", "text/html; charset=utf-8"}, {".js", "text/javascript; charset=utf-8"}, {".css", "text/css; charset=utf-8"},
                                                               {".svg", "image/svg+xml"},             {".json", "application/json"},              {".woff2", "font/woff2"},
                                                               {".ico", "image/x-icon"},              {".png", "image/png"},                      {".webmanifest", "application/manifest+json"}};

constexpr std::string_view kWithoutPage =
    "<!doctype html><html lang=\"en\"><title>azlab</title><p>This azlab was built without Node.js, so it has no page to show; clients, labs and "
    "the admin interface work. Install Node.js 18 or newer and start ./azlab again.</p></html>";

net::SiteAnswer file_of_page(const std::string& path) {
  if (!has_page()) return {.status = 200, .type = "text/html; charset=utf-8", .body = std::string(kWithoutPage)};
  // The page's own routes are all the one document.
  const bool is_file = path.starts_with("/assets/") || path.find('.') != std::string::npos;
  const std::string name = std::string(kPage) + (is_file ? path.substr(1) : "index.html");
  const auto packed = fixtures::find(name + ".gz");
  const auto plain = fixtures::find(name);
  if (!packed && !plain) return {.status = 404, .body = "there is no " + path + "\n"};
  net::SiteAnswer answer{.body = std::string(packed ? *packed : *plain), .encoding = packed ? "gzip" : "", .unchanging = path.starts_with("/assets/")};
  for (const auto& [end, type] : kTypes) {
    if (name.ends_with(end)) answer.type = type;
  }
  return answer;
}

/// Files of the page, and what is told of the lab outside of it.
net::SiteAnswer answer_to(const guide::Guide* lab, const std::string& path) {
  const bool page = path == "/score";
  if (!page && path != "/score.json") return file_of_page(path);
  if (lab == nullptr) return {.status = 404, .body = "this site has no lab; azlab serve --lab FILE gives it one\n"};
  if (page) return {.type = "text/html; charset=utf-8", .body = lab->score_page()};
  return {.type = "application/json", .body = dump_pretty(lab->score_json()) + "\n"};
}

}  // namespace

bool has_page() { return fixtures::find(std::string(kPage) + "index.html").has_value() || fixtures::find(std::string(kPage) + "index.html.gz").has_value(); }

const std::vector<std::string>& languages() {
  static const std::vector<std::string> kLanguages = {"en", "fr", "de", "es", "id", "it", "ja", "ko", "pt", "zh-cn", "zh-tw"};
  return kLanguages;
}

std::string language_for(const std::string& wanted) {
  const std::string lower = to_lower(wanted);
  if (lower.starts_with("zh")) return lower.find("tw") != std::string::npos || lower.find("hant") != std::string::npos || lower.find("hk") != std::string::npos ? "zh-tw" : "zh-cn";
  for (const auto& language : languages()) {
    const std::string known = to_lower(language);
    if (lower == known || lower.substr(0, 2) == known.substr(0, 2)) return language;
  }
  return "en";
}

Json clock_json(const Pace::State& state) {
  Json waiting = Json::array();
  for (const auto& one : state.waiting) waiting.push_back({{"operation", one.operation}, {"resource", one.resource}, {"name", one.resource.substr(one.resource.rfind('/') + 1)}});
  return {{"now", to_iso8601_seconds(state.now)}, {"speed", state.speed}, {"waiting", waiting}, {"next", state.next ? Json(to_iso8601_seconds(*state.next)) : Json(nullptr)}};
}

Site::Site(Simulator& simulator, run::Machines& machines, std::optional<Driven> driven) : pace_(simulator), house_{.simulator = simulator, .machines = machines, .pace = pace_, .driven = std::move(driven)}, key_(net::SiteGuard::new_key()) {}

Result<void> Site::listen(const SiteDoor& door, int port) {
  auto server = net::SiteServer::open({.port = port, .key = key_, .address = door.address, .hosts = door.hosts, .identity = identity_},
                                      {.page = [lab = house_.lab](const std::string& path) { return answer_to(lab, path); }, .visit = [house = &house_](const std::shared_ptr<net::SiteTab>& socket) -> std::unique_ptr<net::SiteVisitor> { return std::make_unique<Tab>(*house, socket); }});
  if (!server) return fail(server.error());
  server_ = std::move(*server);
  return {};
}

/// A user's own, or where others could listen in one that is made: the one of the last start, so that a browser asks once.
Result<void> Site::find_identity(const SiteDoor& door, const std::optional<net::SiteIdentity>& kept) {
  if (!door.certificate_file.empty()) {
    auto own = net::read_site_identity(door.certificate_file, door.key_file);
    if (!own) return fail(own.error());
    identity_ = std::move(*own);
    return {};
  }
  if (net::is_loopback(door.address)) return {};
  const auto names_in = [](const std::vector<net::SiteHost>& hosts) {
    std::vector<std::string> names;
    for (const auto& host : hosts) {
      if (std::find(names.begin(), names.end(), host.name) == names.end()) names.push_back(host.name);
    }
    return names;
  };
  const auto names = names_in(net::site_hosts(door.address, door.port, door.hosts, net::names_of_computer()));
  made_ = true;
  // Where a user says by which names browsers come, others may change: a container has another name and address at each start.
  if (kept && net::still_serves(*kept, door.hosts.empty() ? names : names_in(net::given_hosts(door.hosts, door.port)))) {
    identity_ = kept;
    return {};
  }
  auto made = net::make_site_identity(names);
  if (!made) return fail(made.error());
  identity_ = std::move(*made);
  return {};
}

Result<std::unique_ptr<Site>> Site::open(Simulator& simulator, run::Machines& machines, const SiteDoor& door, SiteMemory memory, guide::Guide* lab) {
  if (const auto usable = check_door(door); !usable) return fail(usable.error());
  std::unique_ptr<Site> site(new Site(simulator, machines, std::nullopt));
  site->house_.lab = lab;
  if (const auto found = site->find_identity(door, memory.identity); !found) return fail(found.error());
  site->house_.sessions.open(memory.sessions, std::move(memory.keep));
  if (!memory.key.empty()) site->key_ = memory.key;
  auto listening = site->listen(door, door.port == 0 ? memory.port : door.port);
  if (!listening && door.port == 0 && memory.port != 0) listening = site->listen(door, 0);  // somebody else has it now
  if (!listening) return fail(listening.error());
  site->pace_.start();
  site->watcher_ = std::thread([one = site.get()] { one->watch(); });
  return site;
}

Result<std::unique_ptr<Site>> Site::open_driven(Simulator& simulator, run::Machines& machines, Driven driven) {
  std::unique_ptr<Site> site(new Site(simulator, machines, std::move(driven)));
  if (const auto listening = site->listen({}, 0); !listening) return fail(listening.error());
  return site;
}

bool Site::with_tab(const std::string& session, const std::function<void(Tab&)>& ask) {
  const std::lock_guard lock(house_.tabs_mutex);
  // A page that was loaded anew has its session at once; the tab of the one before may still be about to go.
  Tab* found = nullptr;
  for (Tab* tab : house_.tabs) {
    if (tab->id() == session && (found == nullptr || tab->number() > found->number())) found = tab;
  }
  if (found != nullptr) ask(*found);
  return found != nullptr;
}

Site::~Site() {
  {
    const std::lock_guard lock(mutex_);
    ended_ = true;
  }
  ending_.notify_all();
  if (watcher_.joinable()) watcher_.join();
  pace_.stop();
  server_.reset();
}

void Site::remember(const std::vector<Happening>& happened) {
  const std::lock_guard lock(house_.happened_mutex);
  for (const auto& one : happened) {
    house_.happened.erase(std::remove_if(house_.happened.begin(), house_.happened.end(), [&](const Happening& other) { return other.id == one.id; }), house_.happened.end());
    house_.happened.push_back(one);
    if (house_.happened.size() > kHappenedMost) house_.happened.pop_front();
  }
}

/// Tells every tab when Azure looks different, and how the clock goes.
void Site::watch() {
  std::uint64_t seen = 0;
  std::string clock;
  std::uint64_t lab_seen = 0;
  int round = 0;
  happenings_.look(house_.simulator);  // what there is already has not just happened
  std::unique_lock lock(mutex_);
  while (!ended_) {
    lock.unlock();
    const std::uint64_t now = house_.simulator.revision();
    const Json state = clock_json(pace_.state());
    const auto happened = now == seen ? std::vector<Happening>() : happenings_.look(house_.simulator);
    remember(happened);
    guide::Guide* const lab = house_.lab;
    // Files change without Azure knowing of it; once a second is soon enough to see that.
    if (lab != nullptr && (now != seen || ++round % kWatchesASecond == 0)) lab->look();
    const std::uint64_t lab_now = lab == nullptr ? 0 : lab->revision();
    {
      const std::lock_guard tabs(house_.tabs_mutex);
      for (Tab* tab : house_.tabs) {
        if (dump(state) != clock) tab->push("clock", state);
        if (now != seen) tab->refresh();
        for (const auto& one : happened) tab->tell(one);
        if (lab_now != lab_seen) tab->push("lab", lab->lab_json());
      }
    }
    if (now != seen) house_.notebooks.look();
    lab_seen = lab_now;
    seen = now;
    clock = dump(state);
    lock.lock();
    ending_.wait_for(lock, kWatch, [this] { return ended_; });
  }
}

}  // namespace azlab::site
