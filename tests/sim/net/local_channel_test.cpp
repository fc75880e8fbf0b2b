#include "sim/net/local_channel.hpp"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "tests/support/catch.hpp"

using namespace azlab;
using namespace azlab::net;

namespace {

/// A clock with one rule, enough for the channel: when all who are in sleep, it goes to the earliest deadline.
class SmallRoom {
 public:
  int enter() {
    const std::lock_guard lock(mutex_);
    deadlines_.emplace_back(std::nullopt);
    present_.push_back(true);
    return static_cast<int>(deadlines_.size()) - 1;
  }
  void leave(int process) {
    const std::lock_guard lock(mutex_);
    present_.at(static_cast<std::size_t>(process)) = false;
    move();
  }
  Time sleep(int process, Duration duration) {
    std::unique_lock lock(mutex_);
    auto& mine = deadlines_.at(static_cast<std::size_t>(process));
    const Time until = now_ + duration;
    mine = until;
    move();
    changed_.wait(lock, [&] { return now_ >= until || closed_; });
    deadlines_.at(static_cast<std::size_t>(process)) = std::nullopt;
    return now_;
  }
  Time now() {
    const std::lock_guard lock(mutex_);
    return now_;
  }
  int inside() {
    const std::lock_guard lock(mutex_);
    int count = 0;
    for (const bool here : present_) count += here ? 1 : 0;
    return count;
  }

 private:
  void move() {
    std::optional<Time> earliest;
    for (std::size_t i = 0; i < present_.size(); ++i) {
      if (!present_[i]) continue;
      if (!deadlines_[i]) return;
      earliest = earliest ? std::min(*earliest, *deadlines_[i]) : *deadlines_[i];
    }
    if (earliest && *earliest > now_) now_ = *earliest;
    changed_.notify_all();
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::optional<Time>> deadlines_;
  std::vector<bool> present_;
  Time now_{};
  bool closed_ = false;
};

/// A channel whose far side tells what it was asked.
struct Bench {
  Bench() {
    directory = std::filesystem::temp_directory_path() / ("azlab-channel-" + std::to_string(::getpid()));
    std::filesystem::create_directories(directory);
    socket = (directory / "s").string();
    auto opened = LocalChannel::open(socket,
                                     {.handle = [this](const Request& request) { return answer(request); },
                                      .clock = {.enter = [this](int) { return room.enter(); }, .leave = [this](int process) { room.leave(process); }, .sleep = [this](int process, Duration duration) { return room.sleep(process, duration); }, .now = [this] { return room.now(); }}},
                                     "shell");
    REQUIRE(opened);
    channel = std::move(*opened);
  }
  ~Bench() {
    channel.reset();
    std::filesystem::remove_all(directory);
  }

  Response answer(const Request& request) {
    const std::lock_guard lock(mutex);
    ++handled;
    last = request;
    Response response{.status = request.path == "/missing" ? 404 : 200, .headers = {{"Content-Type", "text/plain"}, {"x-said", "hello"}}};
    response.body = std::string(to_string(request.method)) + " " + request.url() + " " + std::to_string(request.body.size()) +
                    (request.body.is_spooled() ? " spooled" : "");
    return response;
  }

  Request seen() {
    const std::lock_guard lock(mutex);
    return last;
  }

  std::filesystem::path directory;
  std::string socket;
  SmallRoom room;
  std::mutex mutex;
  Request last{};
  int handled = 0;
  std::unique_ptr<LocalChannel> channel;
};

std::string run(const std::string& command) {
  std::string out;
  FILE* pipe = ::popen(command.c_str(), "r");
  REQUIRE(pipe != nullptr);
  char buffer[4096];
  while (const std::size_t got = std::fread(buffer, 1, sizeof buffer, pipe)) out.append(buffer, got);
  ::pclose(pipe);
  return out;
}

int connect_to(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::strncpy(address.sun_path, path.c_str(), sizeof address.sun_path - 1);
  const int fd = ::socket(AF_UNIX, SOCK_STREAM, 0);
  REQUIRE(::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
  return fd;
}

}  // namespace

TEST_CASE("our client reaches the handler with the real host, path, query, headers and body") {
  Bench bench;
  ChannelClient client(bench.socket);
  Request request = Request::make(Method::put, "https://management.azure.com/a%20b?x=%24y", "body");
  request.headers.set("x-mine", "1");
  const Response response = client.send(request);
  CHECK(response.status == 200);
  CHECK(response.body.text() == "PUT https://management.azure.com/a%20b?x=%24y 4");
  CHECK(response.headers.get("X-Said") == "hello");
  CHECK(bench.seen().headers.get("x-mine") == "1");
  CHECK(bench.seen().caller.origin == "shell");
  CHECK(bench.seen().caller.waiting == Waiting::sleeps);
  CHECK(client.send(Request::make(Method::head, "/missing")).status == 404);
  CHECK(client.send(Request::make(Method::del, "/a")).body.text().starts_with("DELETE "));
  CHECK(client.send(Request::make(Method::patch, "/a", "12")).body.text().ends_with(" 2"));
}

TEST_CASE("curl reaches it too: without the shim's header it waits by polling") {
  Bench bench;
  const std::string curl = "curl -sS --max-time 20 --unix-socket " + bench.socket + " ";
  CHECK(run(curl + "'http://management.azure.com/subscriptions?api-version=1'") == "GET https://management.azure.com/subscriptions?api-version=1 0");
  CHECK(bench.seen().caller.waiting == Waiting::polls);
  CHECK(run(curl + "-X POST http://management.azure.com/register") == "POST https://management.azure.com/register 0");  // no Content-Length at all
  CHECK(run(curl + "-H 'Transfer-Encoding: chunked' -X PUT -d abc http://h.example/x") == "PUT https://h.example/x 3");
  CHECK(run(curl + "-o /dev/null -w '%{http_code}' http://h.example/missing") == "404");
}

TEST_CASE("a large body becomes a file for as long as the request lives") {
  Bench bench;
  ChannelClient client(bench.socket);
  const std::string large(2'000'000, 'x');
  CHECK(client.send(Request::make(Method::put, "/large", large)).body.text().ends_with(" 2000000 spooled"));
  CHECK(bench.seen().body.text() == large);
  const std::string path = bench.seen().body.path();
  CHECK(std::filesystem::exists(path));
  {
    const std::lock_guard lock(bench.mutex);
    bench.last = {};
  }
  CHECK_FALSE(std::filesystem::exists(path));
  CHECK(client.send(Request::make(Method::put, "/edge", std::string(Body::kInMemoryBytesMax, 'x'))).body.text().ends_with(" 1048576"));
  const auto file = bench.directory / "big";
  std::ofstream(file) << large;
  CHECK(run("curl -sS --max-time 20 --unix-socket " + bench.socket + " -T " + file.string() + " http://h.example/up").ends_with(" 2000000 spooled"));
}

TEST_CASE("many clients at once are all answered, and idle ones keep nobody out") {
  Bench bench;
  std::vector<std::unique_ptr<ChannelClient>> idle;
  for (int i = 0; i < 40; ++i) {
    idle.push_back(std::make_unique<ChannelClient>(bench.socket));
    CHECK(idle.back()->send(Request::make(Method::get, "/idle")).status == 200);
  }
  std::atomic<int> good = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 30; ++i) {
    threads.emplace_back([&] {
      ChannelClient client(bench.socket);
      for (int n = 0; n < 20; ++n) good += client.send(Request::make(Method::post, "/busy", std::string(1000, 'x'))).status == 200 ? 1 : 0;
    });
  }
  for (auto& thread : threads) thread.join();
  CHECK(good == 600);
  CHECK(bench.handled == 640);
}

TEST_CASE("a client that sends slowly, or stops half-way, holds up nobody and is left behind at the end") {
  const auto bench = std::make_unique<Bench>();
  const int slow = connect_to(bench->socket);
  const std::string half = "PUT /slow HTTP/1.1\r\nHost: h.example\r\nContent-Le";
  REQUIRE(::send(slow, half.data(), half.size(), 0) == static_cast<ssize_t>(half.size()));
  ChannelClient client(bench->socket);
  CHECK(client.send(Request::make(Method::get, "/a")).status == 200);
  const std::string rest = "ngth: 4\r\n\r\nab";
  REQUIRE(::send(slow, rest.data(), rest.size(), 0) == static_cast<ssize_t>(rest.size()));
  CHECK(client.send(Request::make(Method::get, "/b")).status == 200);
  CHECK(bench->seen().path == "/b");
  const auto before = std::chrono::steady_clock::now();
  bench->channel.reset();
  CHECK(std::chrono::steady_clock::now() - before < std::chrono::seconds(2));
  CHECK_FALSE(std::filesystem::exists(bench->socket));
  const Response after = client.send(Request::make(Method::get, "/c"));
  CHECK(after.status == 0);
  CHECK(after.body.text().starts_with("the simulator's local channel does not answer"));
  ::close(slow);
}

TEST_CASE("sleepers in several processes share the clock; one that is awake keeps it back") {
  Bench bench;
  ChannelClient first(bench.socket);
  ChannelClient second(bench.socket);
  const int one = first.enter();
  const int two = second.enter();
  CHECK(bench.room.inside() == 2);
  std::atomic<bool> woke = false;
  Time first_woke{};
  std::thread sleeper([&] {
    first_woke = first.sleep(one, seconds(60));
    woke = true;
  });
  std::this_thread::sleep_for(std::chrono::milliseconds(50));
  CHECK_FALSE(woke);
  CHECK(second.sleep(two, seconds(20)) == Time(seconds(20)));
  CHECK_FALSE(woke);
  second.leave(two);
  sleeper.join();
  CHECK(first_woke == Time(seconds(60)));
  CHECK(first.now() == Time(seconds(60)));
}

TEST_CASE("a process that dies without a word has left") {
  Bench bench;
  ChannelClient sleeper(bench.socket);
  const int mine = sleeper.enter();
  auto lost = std::make_unique<ChannelClient>(bench.socket);
  lost->enter();
  CHECK(bench.room.inside() == 2);
  lost.reset();
  CHECK(sleeper.sleep(mine, seconds(5)) == Time(seconds(5)));
  CHECK(bench.room.inside() == 1);
}

TEST_CASE("a socket that cannot be made is one clear line") {
  CHECK(LocalChannel::open("/tmp/" + std::string(120, 'x'), {}, "shell").error().message.starts_with("the run's directory has too long a path"));
  CHECK(LocalChannel::open("/no-such-directory/s", {}, "shell").error().message == "cannot make the local channel's socket /no-such-directory/s");
}
