#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/core/json.hpp"

namespace azlab {

enum class Method { get, head, put, post, patch, del, options };
std::string_view to_string(Method method);
std::optional<Method> parse_method(std::string_view text);

/// Header fields in the order they came; names compare without case.
class Headers {
 public:
  Headers() = default;
  Headers(std::initializer_list<std::pair<std::string, std::string>> fields) : fields_(fields) {}
  /// The first value of that name, or empty.
  std::string_view get(std::string_view name) const;
  bool has(std::string_view name) const;
  void set(std::string name, std::string value);
  void add(std::string name, std::string value) { fields_.emplace_back(std::move(name), std::move(value)); }
  void remove(std::string_view name);
  const std::vector<std::pair<std::string, std::string>>& fields() const { return fields_; }

 private:
  std::vector<std::pair<std::string, std::string>> fields_;
};

/// Bytes of a message: a string up to `kBodyInMemoryBytesMax`, a file of the run's directory above that.
/// Copies share the bytes.
class Body {
 public:
  static constexpr std::size_t kInMemoryBytesMax = std::size_t{1} << 20;

  Body() = default;
  Body(std::string bytes);             // NOLINT(google-explicit-constructor): a body is its bytes
  Body(const char* text) : Body(std::string(text)) {}  // NOLINT(google-explicit-constructor)
  /// Shares bytes that somebody else holds: a row's body is answered without a copy.
  explicit Body(std::shared_ptr<const std::string> bytes) : bytes_(std::move(bytes)) {}
  /// Takes over a file that holds the bytes; it is removed with the last copy.
  static Body spooled(std::string path, std::size_t size);

  std::size_t size() const;
  bool empty() const { return size() == 0; }
  bool is_spooled() const { return file_ != nullptr; }
  /// The path of the spooled file; empty for bytes in memory.
  std::string path() const;
  /// All bytes; reads the file of a spooled body.
  std::string text() const;

 private:
  struct File;
  std::shared_ptr<const std::string> bytes_;
  std::shared_ptr<const File> file_;
};

/// How a client passes time while it waits (design 4).
enum class Waiting {
  explicit_,  ///< in process: moves time by `Simulator::advance` only
  sleeps,     ///< has our sleep shim: moves time by sleeping, never by polling
  polls,      ///< foreign: reading an unfinished operation goes to its next visible change
};

/// On whose behalf a request is made.
struct Caller {
  std::string principal_id = "8d7f1b52-5f3c-4b1e-9c56-3a4e2f6d7b10";
  std::string tenant_id = "72f9a1c4-6d0e-4c5b-8a37-1e2d3c4b5a69";
  std::string user_name = "alex.martin@contoso-labs.example";
  std::string app_id = "04b07795-8ddb-461a-bbee-02f9e1bf7b46";  ///< the client's: az, or what its token names
  std::vector<std::string> roles = {"Owner"};
  /// "portal", "cloud-shell", "compute-instance:<name>", "deployment:<name>", "in-process", …
  std::string origin = "in-process";
  Waiting waiting = Waiting::explicit_;
  /// A page that is drawn again and again reads what it shows; that empties nobody's budget of requests.
  bool draws_page = false;
};

struct Request {
  Method method = Method::get;
  std::string host = "management.azure.com";
  /// As sent, percent-encoded, without the query: "/subscriptions/…".
  std::string path = "/";
  /// As sent, without '?'.
  std::string query{};
  Headers headers{};
  Body body{};
  Caller caller{};

  /// From an absolute URL ("https://management.azure.com/subscriptions?api-version=…", its port ignored) or a bare path.
  static Request make(Method method, std::string_view url, Body body = {});
  std::string url() const;
  /// A decoded query parameter; names compare without case, a leading '$' is part of the name.
  std::optional<std::string> query_value(std::string_view name) const;
};

struct Response {
  int status = 200;
  Headers headers{};
  Body body{};

  bool ok() const { return status >= 200 && status < 300; }
};

Response json_response(int status, const Json& body);
Response empty_response(int status);

}  // namespace azlab
