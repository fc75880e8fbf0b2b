#include "harness/webdriver/wire.hpp"

#include <httplib.h>

#include <nlohmann/json.hpp>

namespace azlab::webdriver {
namespace {

/// Longer than any script may run (Browser::kScriptLimit): who does not answer by then has gone.
constexpr std::time_t kPatienceS = 150;

Result<Json> read_answer(const httplib::Result& answer) {
  if (!answer) return fail(502, "DriverGone", "the browser's driver does not answer (" + httplib::to_string(answer.error()) + "): it or Chromium has ended");
  auto body = parse_json(answer->body);
  const auto value = body && body->is_object() ? body->find("value") : Json::iterator{};
  if (!body || !body->is_object() || value == body->end()) return fail(502, "DriverGone", "the browser's driver answers something that is no WebDriver");
  if (answer->status < 400) return std::move(*value);
  const std::string message = string_at(*value, "message");
  return fail(answer->status, string_at(*value, "error", "unknown error"), message.substr(0, message.find('\n')));
}

}  // namespace

struct Wire::Impl {
  httplib::Client client;
  explicit Impl(int port) : client("127.0.0.1", port) {
    client.set_keep_alive(true);
    client.set_tcp_nodelay(true);
    client.set_read_timeout(kPatienceS);
    client.set_write_timeout(kPatienceS);
  }
};

Wire::Wire(int port) : impl_(std::make_unique<Impl>(port)) {}
Wire::~Wire() = default;

Result<Json> Wire::post(const std::string& path, const Json& body) { return read_answer(impl_->client.Post(path, dump(body), "application/json; charset=utf-8")); }
Result<Json> Wire::get(const std::string& path) { return read_answer(impl_->client.Get(path)); }
Result<Json> Wire::remove(const std::string& path) { return read_answer(impl_->client.Delete(path)); }

}  // namespace azlab::webdriver
