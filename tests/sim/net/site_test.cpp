#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <memory>
#include <string>

#include "sim/net/site_guard.hpp"
#include "sim/net/site_server.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/loopback.hpp"

using namespace azlab;
using namespace azlab::net;

namespace {

SiteGuard guard() {
  SiteGuard out("k1");
  out.is_at({{"127.0.0.1", 8080}, {"localhost", 8080}}, false);
  return out;
}

/// Says everything back, twice as long, and counts who is there.
struct Echo : SiteVisitor {
  Echo(std::shared_ptr<SiteTab> to, std::atomic<int>& there) : tab(std::move(to)), here(there) { ++here; }
  ~Echo() override { --here; }
  void told(const std::string& text) override {
    tab->send(text + text);
    if (text == "bye") tab->close();
  }
  std::shared_ptr<SiteTab> tab;
  std::atomic<int>& here;
};

struct Site {
  Site() {
    auto opened = SiteServer::open({.port = 0, .key = "k1"}, {.page = [](const std::string& path) { return path == "/gone" ? SiteAnswer{.status = 404, .body = "no\n"} : SiteAnswer{.type = "text/html", .body = "<p>" + path, .unchanging = path.starts_with("/assets/")}; },
                                                              .visit = [this](const std::shared_ptr<SiteTab>& tab) -> std::unique_ptr<SiteVisitor> { return std::make_unique<Echo>(tab, there); }});
    REQUIRE(opened);
    server = std::move(*opened);
  }
  int connect() const { return test::connect_to(server->port()); }
  std::string host() const { return "127.0.0.1:" + std::to_string(server->port()); }
  std::string cookie() const { return "azlab-" + std::to_string(server->port()) + "=k1"; }
  /// A whole answer, after which the server closes.
  std::string ask(const std::string& head) const {
    const int sock = connect();
    const std::string bytes = head + "Connection: close\r\n\r\n";
    REQUIRE(::send(sock, bytes.data(), bytes.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(bytes.size()));
    std::string out;
    std::array<char, 4096> piece{};
    for (ssize_t got = 0; (got = ::recv(sock, piece.data(), piece.size(), 0)) > 0;) out.append(piece.data(), static_cast<std::size_t>(got));
    ::close(sock);
    return out;
  }
  std::string upgrade(const std::string& more) const {
    return "GET /live HTTP/1.1\r\nHost: " + host() + "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n" + more + "\r\n";
  }
  std::atomic<int> there = 0;
  std::unique_ptr<SiteServer> server{};
};

std::string read_until(int sock, const std::string& end, std::string& kept) {
  std::array<char, 4096> piece{};
  while (kept.find(end) == std::string::npos) {
    const ssize_t got = ::recv(sock, piece.data(), piece.size(), 0);
    if (got <= 0) break;
    kept.append(piece.data(), static_cast<std::size_t>(got));
  }
  const auto at = std::min(kept.find(end), kept.size());
  std::string out = kept.substr(0, std::min(at + end.size(), kept.size()));
  kept.erase(0, out.size());
  return out;
}

/// A text frame of a client (RFC 6455, masked with zeroes).
std::string frame(const std::string& text) { return std::string{'\x81', static_cast<char>(0x80U | text.size()), 0, 0, 0, 0} + text; }

}  // namespace

TEST_CASE("who has no key, another name or another origin is refused, and says why", "[net][site]") {
  const auto decide = [](SiteGuard::Visitor visitor) {
    if (visitor.host.empty()) visitor.host = "127.0.0.1:8080";
    return guard().decide(visitor);
  };
  CHECK(guard().link() == "http://127.0.0.1:8080/?key=k1");
  CHECK(decide({.target = "/"}).says == "azlab: open the link that azlab serve printed; it holds the key\n");
  CHECK(decide({.target = "/?key=k2"}).says == "azlab: this key is not the one of this run; use the link that azlab serve printed\n");
  const auto entered = decide({.target = "/studio?l=fr&key=k1&open=x"});
  CHECK(entered.status == 303);
  CHECK(entered.headers == std::vector<std::pair<std::string, std::string>>{{"Location", "/studio?l=fr&open=x"}, {"Set-Cookie", "azlab-8080=k1; Path=/; HttpOnly; SameSite=Strict"}});
  CHECK(decide({.target = "/", .cookie = "other=1; azlab-8080=k1"}).status == 0);
  CHECK(decide({.target = "/", .cookie = "azlab-8081=k1"}).status == 403);
  CHECK(decide({.target = "/", .cookie = "azlab-8080=k11"}).status == 403);
  // A name of somebody else's that leads to this computer.
  CHECK(decide({.target = "/?key=k1", .host = "evil.example:8080"}).says == "azlab: this site is 127.0.0.1:8080 and not known by this name (azlab serve --site-host NAME[:PORT])\n");
  CHECK(decide({.target = "/", .host = "localhost:8080", .cookie = "azlab-8080=k1"}).status == 0);
  CHECK(decide({.target = "/live", .origin = "http://evil.example", .cookie = "azlab-8080=k1", .socket = true}).says == "azlab: only pages of this site may ask it\n");
  CHECK(decide({.target = "/live", .origin = "https://127.0.0.1:8080", .cookie = "azlab-8080=k1", .socket = true}).status == 403);
  CHECK(decide({.target = "/live", .cookie = "azlab-8080=k1", .socket = true}).status == 403);
  CHECK(decide({.target = "/live", .origin = "http://127.0.0.1:8080", .cookie = "azlab-8080=k1", .socket = true}).status == 0);
  CHECK(decide({.target = "/live", .origin = "http://127.0.0.1:8080", .socket = true}).status == 403);
}

TEST_CASE("the site gives files with a strict policy, and nothing by other methods", "[net][site]") {
  const Site site;
  const std::string head = "Host: " + site.host() + "\r\nCookie: " + site.cookie() + "\r\n";
  const std::string page = site.ask("GET /studio?x=1 HTTP/1.1\r\n" + head);
  CHECK(page.starts_with("HTTP/1.1 200 OK\r\n"));
  CHECK(page.ends_with("\r\n\r\n<p>/studio"));
  CHECK(page.find("Content-Security-Policy: default-src 'self'; script-src 'self';") != std::string::npos);
  CHECK(page.find("X-Frame-Options: DENY\r\n") != std::string::npos);
  CHECK(page.find("Cache-Control: no-cache\r\n") != std::string::npos);
  CHECK(site.ask("GET /assets/a.js HTTP/1.1\r\n" + head).find("Cache-Control: public, max-age=31536000, immutable\r\n") != std::string::npos);
  CHECK(site.ask("GET /gone HTTP/1.1\r\n" + head).starts_with("HTTP/1.1 404 Not Found\r\n"));
  CHECK(site.ask("HEAD / HTTP/1.1\r\n" + head).find("\r\nContent-Length: 4\r\n") != std::string::npos);
  CHECK(site.ask("DELETE / HTTP/1.1\r\n" + head).starts_with("HTTP/1.1 405 Method Not Allowed\r\n"));
  CHECK(site.ask("GET / HTTP/1.1\r\nHost: " + site.host() + "\r\n").starts_with("HTTP/1.1 403 Forbidden\r\n"));
  CHECK(site.ask("nonsense\r\n").empty());
  CHECK(site.ask("GET /" + std::string(20000, 'a') + " HTTP/1.1\r\n" + head).empty());
}

TEST_CASE("a tab speaks over its WebSocket until it goes, and the next is let in", "[net][site]") {
  Site site;
  CHECK(site.ask(site.upgrade("Origin: http://evil.example\r\nCookie: " + site.cookie() + "\r\n")).starts_with("HTTP/1.1 403"));
  const int sock = site.connect();
  const std::string asked = site.upgrade("Origin: http://" + site.host() + "\r\nCookie: " + site.cookie() + "\r\n");
  REQUIRE(::send(sock, asked.data(), asked.size(), MSG_NOSIGNAL) > 0);
  std::string kept;
  CHECK(read_until(sock, "\r\n\r\n", kept).starts_with("HTTP/1.1 101 Switching Protocols\r\n"));
  for (const std::string text : {"one", "two"}) {
    const std::string bytes = frame(text);
    REQUIRE(::send(sock, bytes.data(), bytes.size(), MSG_NOSIGNAL) > 0);
    CHECK(read_until(sock, text + text, kept) == std::string("\x81\x06") + text + text);
  }
  CHECK(site.there == 1);
  const std::string bye = frame("bye");
  REQUIRE(::send(sock, bye.data(), bye.size(), MSG_NOSIGNAL) > 0);
  std::array<char, 64> rest{};
  while (::recv(sock, rest.data(), rest.size(), 0) > 0) {
  }
  ::close(sock);
  while (site.there != 0) ::usleep(1000);
  // One that is cut off, and one that is there when the site ends.
  for (int i = 0; i < 2; ++i) {
    const int other = site.connect();
    REQUIRE(::send(other, asked.data(), asked.size(), MSG_NOSIGNAL) > 0);
    std::string head;
    CHECK(read_until(other, "\r\n\r\n", head).starts_with("HTTP/1.1 101"));
    if (i == 0) ::close(other);
  }
  site.server.reset();
  CHECK(site.there == 0);
}

TEST_CASE("a port that is taken is said in one line by the site", "[net][site]") {
  const Site site;
  const auto second = SiteServer::open({.port = site.server->port(), .key = "k"}, {.page = [](const std::string&) { return SiteAnswer{}; }, .visit = [](const std::shared_ptr<SiteTab>&) { return std::unique_ptr<SiteVisitor>(); }});
  REQUIRE_FALSE(second);
  CHECK(second.error().message == "cannot listen on " + site.host() + ": Address already in use");
}
