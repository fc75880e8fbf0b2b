#include <netinet/in.h>
#include <pthread.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <thread>
#include <vector>

#include "sim/core/strike.hpp"
#include "sim/core/text.hpp"
#include "sim/net/listener.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/loopback.hpp"

using namespace azlab;
using namespace azlab::net;

namespace {

/// A proxy in front of a handler that echoes, and curl, which is a client like any other.
struct Proxied {
  Proxied() : directory(std::filesystem::temp_directory_path() / ("azlab-listener-" + std::to_string(::getpid()))) {
    std::filesystem::create_directories(directory);
    auto made = CertificateAuthority::make();
    REQUIRE(made);
    authority = std::move(*made);
    std::ofstream(directory / "ca.pem") << authority->certificate();
    auto opened = Listener::open(0, *authority, handlers(), (directory / "body").string());
    REQUIRE(opened);
    listener = std::move(*opened);
  }
  ~Proxied() {
    listener.reset();
    std::filesystem::remove_all(directory);
  }

  ListenerHandlers handlers() {
    return {.handle = [this](const Request& request) { return answer(request); },
            .serves = [](const std::string& host) { return host == "management.azure.com" || host.ends_with(".blob.core.windows.net") || host == "169.254.169.254"; },
            .refused = [this](const std::string& host) {
              const std::lock_guard lock(mutex);
              refused.push_back(host);
            },
            .clock = {.enter = [](int) { return 7; }, .leave = [this](int) { ++left; }, .sleep = [](int, Duration d) { return Time(d); }, .now = [] { return Time(Duration(42)); }}};
  }

  Response answer(const Request& request) {
    {
      const std::lock_guard lock(mutex);
      seen.push_back(request);
      answering = ::pthread_self();
    }
    if (request.caller.origin == kHandshakeOrigin && request.host == "broken.blob.core.windows.net") return {.status = 204, .headers = {{std::string(kTransportHeader), "tls"}}};
    if (request.path.starts_with("/break/")) {
      return {.status = 200, .headers = {{"Content-Type", "text/plain"}, {std::string(kTransportHeader), request.path.substr(7)}}, .body = std::string(64, 'b')};
    }
    if (request.path == "/file") return {.status = 200, .headers = {{"Content-Type", "application/octet-stream"}}, .body = Body(std::string(3'000'000, 'z'))};
    if (request.method == Method::head) return {.status = 200, .headers = {{"Content-Length", "123"}, {"ETag", "\"1\""}}};
    return {.status = 200,
            .headers = {{"Content-Type", "application/json; charset=utf-8"}},
            .body = std::string(to_string(request.method)) + " https://" + request.host + request.path + (request.query.empty() ? "" : "?" + request.query) + " " +
                    std::to_string(request.body.size()) + (request.body.is_spooled() ? " spooled" : "")};
  }

  Request last() {
    const std::lock_guard lock(mutex);
    return seen.back();
  }

  std::string proxy(const std::string& user = "") const { return "http://" + user + "127.0.0.1:" + std::to_string(listener->port()); }
  std::string curl(const std::string& arguments) const {
    return run("curl -sS --max-time 30 --cacert " + (directory / "ca.pem").string() + " --proxy " + proxy() + " " + arguments + " 2>&1");
  }
  static std::string run(const std::string& command) {
    std::string out;
    FILE* pipe = ::popen(command.c_str(), "r");
    std::array<char, 4096> buffer{};
    while (const std::size_t got = std::fread(buffer.data(), 1, buffer.size(), pipe)) out.append(buffer.data(), got);
    ::pclose(pipe);
    return out;
  }
  /// Sends bytes as they are and reads until the other side closes or `most` bytes came.
  std::string raw(const std::string& bytes, bool half_close = false) const {
    const int sock = connect();
    static_cast<void>(::send(sock, bytes.data(), bytes.size(), MSG_NOSIGNAL));
    if (half_close) ::shutdown(sock, SHUT_WR);
    std::string out;
    std::array<char, 4096> buffer{};
    for (ssize_t got = 0; (got = ::recv(sock, buffer.data(), buffer.size(), 0)) > 0;) out.append(buffer.data(), static_cast<std::size_t>(got));
    ::close(sock);
    return out;
  }
  int connect() const { return test::connect_to(listener->port()); }

  std::filesystem::path directory;
  std::unique_ptr<CertificateAuthority> authority;
  std::unique_ptr<Listener> listener;
  std::mutex mutex;
  std::vector<Request> seen;
  std::vector<std::string> refused;
  std::atomic<int> left = 0;
  pthread_t answering{};  ///< the thread of the last request
};

std::string status_line(const std::string& answer) { return answer.substr(0, answer.find("\r\n")); }

}  // namespace

TEST_CASE("CONNECT answers as the host itself, with a certificate that the run's authority signed", "[net][listener]") {
  Proxied proxied;
  CHECK(proxied.curl("'https://management.azure.com/subscriptions?api-version=2022-12-01'") == "GET https://management.azure.com/subscriptions?api-version=2022-12-01 0");
  CHECK(proxied.last().caller.origin == "network");
  CHECK(proxied.last().caller.waiting == Waiting::polls);
  CHECK_FALSE(proxied.last().headers.has("Proxy-Authorization"));
  CHECK(proxied.curl("-X PUT -d abc https://st1.blob.core.windows.net/c/a%20b") == "PUT https://st1.blob.core.windows.net/c/a%20b 3");
  CHECK(proxied.curl("-H 'Transfer-Encoding: chunked' -X PUT -d abcde https://st1.blob.core.windows.net/c/x") == "PUT https://st1.blob.core.windows.net/c/x 5");
  CHECK(proxied.curl("-H 'Expect: 100-continue' -X POST -d abcde https://st1.blob.core.windows.net/c/x") == "POST https://st1.blob.core.windows.net/c/x 5");
  CHECK(Proxied::run("curl -sS --max-time 20 --proxy " + proxied.proxy() + " https://management.azure.com/ -o /dev/null -w '%{http_code} %{ssl_verify_result}' 2>/dev/null") == "000 20");  // not trusted elsewhere
}

TEST_CASE("a host that we do not serve is refused by name and not tunnelled", "[net][listener]") {
  Proxied proxied;
  CHECK(proxied.curl("-o /dev/null -w '%{http_connect}' https://www.example.org/").starts_with("curl: (56)"));
  CHECK(status_line(proxied.raw("CONNECT www.example.org:443 HTTP/1.1\r\nHost: www.example.org:443\r\n\r\n")) == "HTTP/1.1 403 azlab does not serve www.example.org");
  CHECK(proxied.curl("http://www.example.org/x") == "azlab does not serve www.example.org\n");
  const std::lock_guard lock(proxied.mutex);
  CHECK(proxied.refused == std::vector<std::string>(3, "www.example.org"));
  CHECK(proxied.seen.empty());
}

TEST_CASE("absolute form is plain HTTP: instance metadata goes this way", "[net][listener]") {
  Proxied proxied;
  CHECK(proxied.curl("-H 'Metadata: true' 'http://169.254.169.254/metadata/identity/oauth2/token?api-version=2018-02-01'") ==
        "GET https://169.254.169.254/metadata/identity/oauth2/token?api-version=2018-02-01 0");
  CHECK(proxied.last().headers.get("metadata") == "true");
}

TEST_CASE("values of headers arrive as they were written, percent signs too", "[net][listener]") {
  Proxied proxied;
  proxied.curl("-X PUT -H 'x-ms-copy-source: https://st1.blob.core.windows.net/c/a%20b?sig=a%2Bb%3D' -H 'x-ms-meta-two: 1' -H 'X-Ms-Meta-Two: 100%' https://st1.blob.core.windows.net/c/x");
  CHECK(proxied.last().headers.get("x-ms-copy-source") == "https://st1.blob.core.windows.net/c/a%20b?sig=a%2Bb%3D");
  std::vector<std::string> both;
  const Request last = proxied.last();
  for (const auto& [name, value] : last.headers.fields()) {
    if (equals_ignore_case(name, "x-ms-meta-two")) both.push_back(value);
  }
  CHECK(both == std::vector<std::string>{"1", "100%"});
}

TEST_CASE("HEAD tells a length without a body; a range is the service's to answer", "[net][listener]") {
  Proxied proxied;
  const std::string head = proxied.curl("-I https://st1.blob.core.windows.net/c/x");
  CHECK(head.find("Content-Length: 123\r\n") != std::string::npos);
  CHECK(head.find("Content-Length: 0") == std::string::npos);
  CHECK(proxied.curl("-H 'Range: bytes=0-1' https://st1.blob.core.windows.net/c/x") == "GET https://st1.blob.core.windows.net/c/x 0");
  CHECK(proxied.last().headers.get("range") == "bytes=0-1");
  CHECK(proxied.curl("--compressed https://st1.blob.core.windows.net/c/x -o /dev/null -w '%{size_download}'") == "43");
  CHECK(proxied.curl("-H 'Content-Encoding: gzip' -X PUT -d 123 https://st1.blob.core.windows.net/c/x") == "PUT https://st1.blob.core.windows.net/c/x 3");
  CHECK(proxied.last().headers.get("content-encoding") == "gzip");
}

TEST_CASE("large bodies pass both ways, through a file on the way in", "[net][listener]") {
  Proxied proxied;
  const auto big = proxied.directory / "big";
  std::ofstream(big) << std::string(5'000'000, 'b');
  CHECK(proxied.curl("-X PUT --data-binary @" + big.string() + " https://st1.blob.core.windows.net/c/big") == "PUT https://st1.blob.core.windows.net/c/big 5000000 spooled");
  CHECK(proxied.curl("https://st1.blob.core.windows.net/file -o /dev/null -w '%{size_download}'") == "3000000");
}

TEST_CASE("a head that is too long is refused by the name of its header", "[net][listener]") {
  Proxied proxied;
  const std::string start = "GET http://management.azure.com/ HTTP/1.1\r\nHost: management.azure.com\r\n";
  const std::string long_header = proxied.raw(start + "X-Long: " + std::string(9000, 'a') + "\r\n\r\n");
  CHECK(status_line(long_header) == "HTTP/1.1 431 Request Header Fields Too Large");
  CHECK(long_header.find("the header X-Long is longer than 8192 bytes") != std::string::npos);
  const std::string long_line = proxied.raw("GET http://management.azure.com/" + std::string(9000, 'a') + " HTTP/1.1\r\n\r\n");
  CHECK(status_line(long_line) == "HTTP/1.1 414 URI Too Long");
  std::string many = start;
  for (int i = 0; i < 1000; ++i) many += "X-" + std::to_string(i) + ": " + std::string(80, 'a') + "\r\n";
  CHECK(proxied.raw(many + "\r\n").find("the request's head is longer than 65536 bytes") != std::string::npos);
  // What azure-core and ARM's poll addresses bring passes.
  CHECK(proxied.raw(start + "Connection: close\r\nAuthorization: Bearer " + std::string(8000, 'a') + "\r\n\r\n").starts_with("HTTP/1.1 200"));
  CHECK(proxied.curl("'https://management.azure.com/x?c=" + std::string(7000, 'c') + "' -o /dev/null -w '%{http_code}'") == "200");
}

TEST_CASE("cut, lying and invalid requests are answered or closed, and the next client is served", "[net][listener]") {
  Proxied proxied;
  CHECK(status_line(proxied.raw("nonsense\r\n\r\n")) == "HTTP/1.1 400 Bad Request");
  CHECK(proxied.raw("PUT http://management.azure.com/x HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc", true).find("did not arrive whole") != std::string::npos);
  CHECK(proxied.raw("", true).empty());
  CHECK(proxied.raw("CONNECT management.azure.com:443 HTTP/1.1\r\n\r\n\x16\x03garbage", true).find("200 Connection Established") != std::string::npos);
  // A GET's body is not taken for the next request.
  const std::string two = proxied.raw("GET http://management.azure.com/1 HTTP/1.1\r\nContent-Length: 5\r\n\r\nGET /GET http://management.azure.com/2 HTTP/1.1\r\nConnection: close\r\n\r\n");
  CHECK(two.find("GET https://management.azure.com/1 0") != std::string::npos);
  CHECK(two.find("GET https://management.azure.com/2 0") != std::string::npos);
  CHECK(proxied.curl("https://management.azure.com/alive") == "GET https://management.azure.com/alive 0");
}

TEST_CASE("a signal to the process is no end of a connection", "[net][listener]") {
  Proxied proxied;
  struct sigaction interrupting {};
  interrupting.sa_handler = [](int) {};  // without SA_RESTART: what waits in a call of the system returns from it
  struct sigaction before {};
  ::sigaction(SIGUSR1, &interrupting, &before);
  const int sock = proxied.connect();
  const auto say = [&](const std::string& bytes) { static_cast<void>(::send(sock, bytes.data(), bytes.size(), MSG_NOSIGNAL)); };
  std::array<char, 4096> buffer{};
  say("GET http://management.azure.com/1 HTTP/1.1\r\nHost: a\r\n\r\n");
  REQUIRE(::recv(sock, buffer.data(), buffer.size(), 0) > 0);
  // Its thread waits for the next request, then for the rest of a head, then for that of a body.
  for (const std::string piece : {"PUT http://management.azure.com/2 HTTP/1.1\r\nConnection: close\r\nCont", "ent-Length: 6\r\n\r\nabc", "def"}) {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    ::pthread_kill(proxied.answering, SIGUSR1);
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    say(piece);
  }
  std::string answer;
  for (ssize_t got = 0; (got = ::recv(sock, buffer.data(), buffer.size(), 0)) > 0;) answer.append(buffer.data(), static_cast<std::size_t>(got));
  ::close(sock);
  ::sigaction(SIGUSR1, &before, nullptr);
  CHECK(answer.ends_with("PUT https://management.azure.com/2 6"));
}

TEST_CASE("five hundred idle connections starve nobody", "[net][listener]") {
  Proxied proxied;
  std::vector<int> idle;
  for (int i = 0; i < 500; ++i) idle.push_back(proxied.connect());
  CHECK(proxied.curl("https://management.azure.com/alive") == "GET https://management.azure.com/alive 0");
  for (const int sock : idle) ::close(sock);
}

TEST_CASE("credentials of the proxy mark a client with the sleep shim, and its clock is asked through the proxy", "[net][listener]") {
  Proxied proxied;
  const std::string curl = "curl -sS --max-time 20 --cacert " + (proxied.directory / "ca.pem").string() + " --proxy " + proxied.proxy("shim:1@") + " ";
  CHECK(Proxied::run(curl + "https://management.azure.com/x") == "GET https://management.azure.com/x 0");
  CHECK(proxied.last().caller.waiting == Waiting::sleeps);
  CHECK(Proxied::run(curl + "http://clock.azlab/now") == "42");
  CHECK(Proxied::run(curl + "-X POST http://clock.azlab/enter") == "7");
  for (int i = 0; i < 100 && proxied.left == 0; ++i) std::this_thread::sleep_for(std::chrono::milliseconds(10));
  CHECK(proxied.left == 1);  // its connection ended
}

TEST_CASE("a port that is taken is said in one line", "[net][listener]") {
  Proxied proxied;
  const auto second = Listener::open(proxied.listener->port(), *proxied.authority, proxied.handlers(), "x");
  REQUIRE_FALSE(second);
  CHECK(second.error().message == "cannot listen on 127.0.0.1:" + std::to_string(proxied.listener->port()) + ": another program uses that port");
}

TEST_CASE("a connection breaks as a fault wants it, and the next client is served", "[net][listener]") {
  Proxied proxied;
  for (const auto& [how, told] : std::vector<std::pair<std::string, std::string>>{{"reset", "curl: (56)"}, {"cut", "curl: (18)"}, {"hang", "curl: (28)"}}) {
    INFO(how);
    const auto said = proxied.curl("--max-time 2 https://management.azure.com/break/" + how);
    INFO(said);
    CHECK(said.find(told) != std::string::npos);
    CHECK(said.find(std::string(64, 'b')) == std::string::npos);
    CHECK((said.find(std::string(32, 'b')) != std::string::npos) == (how == "cut"));
  }
  CHECK(proxied.curl("https://broken.blob.core.windows.net/fine").find("curl: (35)") != std::string::npos);
  CHECK(proxied.curl("-i https://management.azure.com/break/slow").ends_with(std::string(64, 'b')));
  const auto whole = proxied.curl("-i https://management.azure.com/fine");
  CHECK(status_line(whole) == "HTTP/1.1 200 Connection Established");
  CHECK(whole.find("x-azlab") == std::string::npos);
}
