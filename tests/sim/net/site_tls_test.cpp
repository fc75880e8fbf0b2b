#include <arpa/inet.h>
#include <netinet/in.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <string>

#include "sim/net/openssl.hpp"
#include "sim/net/site_address.hpp"
#include "sim/net/site_guard.hpp"
#include "sim/net/site_server.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/loopback.hpp"

using namespace azlab;
using namespace azlab::net;

namespace {

struct Silent : SiteVisitor {
  explicit Silent(std::shared_ptr<SiteTab> to) : tab(std::move(to)) {}
  void told(const std::string& text) override { tab->send("heard " + text); }
  std::shared_ptr<SiteTab> tab;
};

struct TlsSite {
  explicit TlsSite(const std::string& address = "0.0.0.0") {
    auto opened = SiteServer::open({.key = "k1", .address = address, .hosts = {"lab.example:9000"}, .identity = identity},
                                   {.page = [](const std::string& path) { return SiteAnswer{.body = "page " + path}; }, .visit = [](const std::shared_ptr<SiteTab>& tab) { return std::make_unique<Silent>(tab); }});
    REQUIRE(opened);
    server = std::move(*opened);
  }
  std::string port() const { return std::to_string(server->port()); }
  int connect() const { return test::connect_to(server->port()); }
  SiteIdentity identity = *make_site_identity({"lab.example", "localhost", "127.0.0.1"});
  std::unique_ptr<SiteServer> server{};
};

/// A browser that trusts the site's authority alone, and holds it to the name that it asked for.
struct Browser {
  Browser(const TlsSite& site, const std::string& name) : sock(site.connect()), context(SSL_CTX_new(TLS_client_method())) {
    BIO* memory = BIO_new_mem_buf(site.identity.certificates.data(), -1);
    while (X509* one = PEM_read_bio_X509(memory, nullptr, nullptr, nullptr)) {
      X509_STORE_add_cert(SSL_CTX_get_cert_store(context.get()), one);
      X509_free(one);
    }
    BIO_free(memory);
    SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, nullptr);
    ssl = SSL_new(context.get());
    SSL_set_fd(ssl, sock);
    if (is_ip_address(name)) {
      X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), name.c_str());
    } else {
      SSL_ctrl(ssl, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name, const_cast<char*>(name.c_str()));  // its macro casts in C's way
      SSL_set1_host(ssl, name.c_str());
    }
    trusted = SSL_connect(ssl) == 1;
  }
  ~Browser() {
    SSL_free(ssl);
    ::close(sock);
  }
  void say(const std::string& bytes) const { REQUIRE(SSL_write(ssl, bytes.data(), static_cast<int>(bytes.size())) == static_cast<int>(bytes.size())); }
  /// Up to and with `end`, or what there was.
  std::string hear(const std::string& end) {
    char piece[4096];
    while (kept.find(end) == std::string::npos) {
      const int got = SSL_read(ssl, piece, sizeof piece);
      if (got <= 0) break;
      kept.append(piece, static_cast<std::size_t>(got));
    }
    const auto at = std::min(kept.find(end), kept.size());
    std::string out = kept.substr(0, std::min(at + end.size(), kept.size()));
    kept.erase(0, out.size());
    return out;
  }
  std::string ask(const std::string& head) {
    say(head + "Connection: close\r\n\r\n");
    return hear("no such end");
  }
  int sock;
  TlsContext context;
  SSL* ssl = nullptr;
  bool trusted = false;
  std::string kept{};
};

struct Folder {
  Folder() { std::filesystem::create_directories(path); }
  ~Folder() { std::filesystem::remove_all(path); }
  std::string write(const std::string& name, const std::string& text) const {
    std::ofstream(path + "/" + name) << text;
    return path + "/" + name;
  }
  std::string path = std::filesystem::temp_directory_path() / ("azlab-tls-" + std::to_string(::getpid()));
};

}  // namespace

TEST_CASE("a host and a port are read as browsers write them", "[net][site]") {
  CHECK(parse_site_host("Lab.Example", 8443) == SiteHost{"lab.example", 8443});
  CHECK(parse_site_host("lab:9000", 8443) == SiteHost{"lab", 9000});
  CHECK(parse_site_host("192.168.1.5:1", 8443) == SiteHost{"192.168.1.5", 1});
  CHECK(parse_site_host("[::1]:9000", 8443) == SiteHost{"::1", 9000});
  CHECK(parse_site_host("[fd00::2]", 443) == SiteHost{"fd00::2", 443});
  for (const char* wrong : {"", ":80", "a b", "lab:", "lab:0", "lab:65536", "lab:1x", "lab:80:81", "[::1", "[lab]", "::1", "https://lab", "-lab", "lab/x", "user@lab", "a,DNS:b"}) CHECK_FALSE(parse_site_host(wrong, 80));
  CHECK(to_text({"lab", 443}, true) == "lab");
  CHECK(to_text({"lab", 443}, false) == "lab:443");
  CHECK(to_text({"::1", 9000}, true) == "[::1]:9000");
  CHECK(is_loopback("127.0.0.1"));
  CHECK(is_loopback("::1"));
  CHECK_FALSE(is_loopback("0.0.0.0"));
  CHECK_FALSE(is_loopback("127.evil.example"));
}

TEST_CASE("a site has the names of its address, and those that it is given come first", "[net][site]") {
  const auto text = [](const std::vector<SiteHost>& hosts) {
    std::string out;
    for (const auto& host : hosts) out += (out.empty() ? "" : " ") + to_text(host, true);
    return out;
  };
  const std::vector<std::string> computer = {"192.168.1.5", "fd00::2", "box"};
  CHECK(text(site_hosts("127.0.0.1", 8080, {}, computer)) == "127.0.0.1:8080 localhost:8080");
  CHECK(text(site_hosts("::1", 8080, {}, computer)) == "[::1]:8080 localhost:8080");
  CHECK(text(site_hosts("192.168.1.5", 443, {}, computer)) == "192.168.1.5 box");
  CHECK(text(site_hosts("0.0.0.0", 8443, {}, computer)) == "192.168.1.5:8443 [fd00::2]:8443 box:8443 127.0.0.1:8443 localhost:8443");
  CHECK(text(site_hosts("::", 8443, {"localhost:9000", "lab"}, {})) == "localhost:9000 lab:8443 127.0.0.1:8443 [::1]:8443 localhost:8443");
}

TEST_CASE("behind TLS the key goes into a cookie for TLS alone, by the port that the browser knows", "[net][site]") {
  SiteGuard guard("k1");
  guard.is_at({{"localhost", 9000}, {"lab.example", 443}, {"172.17.0.2", 8443}}, true);
  CHECK(guard.link() == "https://localhost:9000/?key=k1");
  const auto entered = guard.decide({.target = "/?key=k1", .host = "localhost:9000"});
  CHECK(entered.headers == std::vector<std::pair<std::string, std::string>>{{"Location", "/"}, {"Set-Cookie", "azlab-9000=k1; Path=/; HttpOnly; SameSite=Strict; Secure"}});
  CHECK(guard.decide({.target = "/", .host = "localhost:9000", .cookie = "azlab-9000=k1"}).status == 0);
  CHECK(guard.decide({.target = "/", .host = "localhost:9000", .cookie = "azlab-8443=k1"}).status == 403);
  CHECK(guard.decide({.target = "/", .host = "lab.example", .cookie = "azlab-443=k1"}).status == 0);
  CHECK(guard.decide({.target = "/", .host = "LAB.example:443", .cookie = "azlab-443=k1"}).status == 0);
  CHECK(guard.decide({.target = "/", .host = "172.17.0.2:8443", .cookie = "azlab-8443=k1"}).status == 0);
  CHECK(guard.decide({.target = "/?key=k1", .host = "localhost:8443"}).says == "azlab: this site is localhost:9000 and not known by this name (azlab serve --site-host NAME[:PORT])\n");
  CHECK(guard.decide({.target = "/live", .host = "lab.example", .origin = "https://lab.example", .cookie = "azlab-443=k1", .socket = true}).status == 0);
  for (const char* foreign : {"http://lab.example", "https://evil.example", "https://lab.example.evil.example", "https://lab.example:8443", "null"}) {
    CHECK(guard.decide({.target = "/live", .host = "lab.example", .origin = foreign, .cookie = "azlab-443=k1", .socket = true}).says == "azlab: only pages of this site may ask it\n");
  }
}

TEST_CASE("a site behind TLS is held to its certificate's names, and refuses whoever has no key", "[net][site]") {
  const TlsSite site;
  CHECK(site.server->link() == "https://lab.example:9000/?key=k1");
  const std::string host = "Host: lab.example:9000\r\n", cookie = "Cookie: azlab-9000=k1\r\n";
  CHECK(Browser(site, "127.0.0.1").trusted);
  CHECK(Browser(site, "localhost").trusted);
  CHECK_FALSE(Browser(site, "evil.example").trusted);
  CHECK(Browser(site, "lab.example").ask("GET /a HTTP/1.1\r\n" + host + cookie).ends_with("\r\n\r\npage /a"));
  CHECK(Browser(site, "lab.example").ask("GET /a HTTP/1.1\r\n" + host).starts_with("HTTP/1.1 403"));
  CHECK(Browser(site, "lab.example").ask("GET /?key=k1 HTTP/1.1\r\n" + host).find("Set-Cookie: azlab-9000=k1; Path=/; HttpOnly; SameSite=Strict; Secure\r\n") != std::string::npos);
  CHECK(Browser(site, "lab.example").ask("GET /a HTTP/1.1\r\nHost: evil.example\r\n" + cookie).starts_with("HTTP/1.1 403"));
  const std::string upgrade = "GET /live HTTP/1.1\r\n" + host + "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
  for (const std::string& refused : {std::string("Origin: https://lab.example:9000\r\n"), cookie, cookie + "Origin: https://evil.example\r\n", cookie + "Origin: http://lab.example:9000\r\n"}) {
    Browser stranger(site, "lab.example");
    stranger.say(upgrade + refused + "\r\n");
    CHECK(stranger.hear("\r\n\r\n").starts_with("HTTP/1.1 403"));
  }
  Browser tab(site, "lab.example");
  tab.say(upgrade + cookie + "Origin: https://lab.example:9000\r\n\r\n");
  CHECK(tab.hear("\r\n\r\n").starts_with("HTTP/1.1 101"));
  tab.say(std::string("\x81\x83\0\0\0\0one", 9));
  CHECK(tab.hear("heard one") == "\x81\x09heard one");
}

TEST_CASE("whoever speaks without TLS to a site behind it is told so, and nothing else", "[net][site]") {
  const TlsSite site;
  const int sock = site.connect();
  const std::string asked = "GET /?key=k1 HTTP/1.1\r\nHost: lab.example:9000\r\nCookie: azlab-9000=k1\r\n\r\n";
  REQUIRE(::send(sock, asked.data(), asked.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(asked.size()));
  std::string out;
  char piece[4096];
  for (ssize_t got = 0; (got = ::recv(sock, piece, sizeof piece, 0)) > 0;) out.append(piece, static_cast<std::size_t>(got));
  ::close(sock);
  CHECK(out.starts_with("HTTP/1.1 400 Bad Request\r\n"));
  CHECK(out.ends_with("\r\n\r\nazlab: this site is https:// only\n"));
  CHECK(out.find("Set-Cookie") == std::string::npos);
}

TEST_CASE("beyond the loopback there is no site without TLS, nor on what is no address of this computer", "[net][site]") {
  const auto error = [](SiteOptions options) {
    const auto opened = SiteServer::open(options, {});
    return opened ? std::string() : opened.error().message;
  };
  CHECK(error({.key = "k", .address = "0.0.0.0"}) == "the site listens on 0.0.0.0 behind TLS only");
  CHECK(error({.key = "k", .address = "::"}) == "the site listens on :: behind TLS only");
  CHECK(error({.key = "k", .address = "box"}) == "'box' is no IP address");
  CHECK(error({.port = 4, .key = "k", .address = "203.0.113.7", .identity = make_site_identity({"a"}).value()}) == "cannot listen on 203.0.113.7:4: Cannot assign requested address");
}

TEST_CASE("a user's own certificate is read, and what is wrong with it said in one line", "[net][site]") {
  const Folder folder;
  const SiteIdentity one = *make_site_identity({"lab.example", "127.0.0.1"}), other = *make_site_identity({"lab.example"});
  const std::string certificate = folder.write("c.pem", one.certificates), key = folder.write("k.pem", one.key);
  const auto error = [](const std::string& with, const std::string& of) { return read_site_identity(with, of).error().message; };
  const auto read = read_site_identity(certificate, key);
  REQUIRE(read);
  CHECK(fingerprint_of(*read) == fingerprint_of(one));
  CHECK(fingerprint_of(one).size() == 32 * 3 - 1);
  CHECK(error(folder.path + "/none", key) == "cannot read the certificate in '" + folder.path + "/none': No such file or directory");
  CHECK(error(certificate, folder.path + "/none") == "cannot read the key in '" + folder.path + "/none': No such file or directory");
  CHECK(error(key, key) == "'" + key + "' holds no certificate (PEM)");
  CHECK(error(certificate, certificate) == "'" + certificate + "' holds no key (PEM) that can be read without a password");
  CHECK(error(certificate, folder.write("other.pem", other.key)) == "the key in '" + folder.path + "/other.pem' is not that of the certificate in '" + certificate + "'");
  CHECK(still_serves(one, {"lab.example", "127.0.0.1"}));
  CHECK_FALSE(still_serves(one, {"lab.example", "127.0.0.2"}));
  CHECK_FALSE(still_serves({.certificates = one.certificates, .key = other.key}, {"lab.example"}));
  CHECK_FALSE(still_serves({}, {}));
}
