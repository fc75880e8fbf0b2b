#include "sim/http/message.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <fstream>
#include <iterator>

#include <nlohmann/json.hpp>

#include "sim/core/text.hpp"

namespace azlab {
namespace {

constexpr std::array kMethodNames = {"GET", "HEAD", "PUT", "POST", "PATCH", "DELETE", "OPTIONS"};

}  // namespace

std::string_view to_string(Method method) { return kMethodNames[static_cast<std::size_t>(method)]; }

std::optional<Method> parse_method(std::string_view text) {
  for (std::size_t i = 0; i < kMethodNames.size(); ++i) {
    if (text == kMethodNames[i]) return static_cast<Method>(i);
  }
  return std::nullopt;
}

std::string_view Headers::get(std::string_view name) const {
  for (const auto& [key, value] : fields_) {
    if (equals_ignore_case(key, name)) return value;
  }
  return {};
}

bool Headers::has(std::string_view name) const {
  return std::any_of(fields_.begin(), fields_.end(), [&](const auto& field) { return equals_ignore_case(field.first, name); });
}

void Headers::set(std::string name, std::string value) {
  remove(name);
  fields_.emplace_back(std::move(name), std::move(value));
}

void Headers::remove(std::string_view name) {
  std::erase_if(fields_, [&](const auto& field) { return equals_ignore_case(field.first, name); });
}

struct Body::File {
  std::string path;
  std::size_t size;
  File(std::string path_in, std::size_t size_in) : path(std::move(path_in)), size(size_in) {}
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  ~File() { std::remove(path.c_str()); }
};

Body::Body(std::string bytes) {
  if (!bytes.empty()) bytes_ = std::make_shared<const std::string>(std::move(bytes));
}

Body Body::spooled(std::string path, std::size_t size) {
  Body body;
  body.file_ = std::make_shared<const File>(std::move(path), size);
  return body;
}

std::size_t Body::size() const { return file_ ? file_->size : bytes_ ? bytes_->size() : 0; }
std::string Body::path() const { return file_ ? file_->path : std::string(); }

std::string Body::text() const {
  if (!file_) return bytes_ ? *bytes_ : std::string();
  std::ifstream in(file_->path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

Request Request::make(Method method, std::string_view url, Body body) {
  Request request;
  request.method = method;
  request.body = std::move(body);
  if (const auto scheme = url.find("://"); scheme != std::string_view::npos) {
    url.remove_prefix(scheme + 3);
    const auto slash = url.find_first_of("/?");
    const std::string_view authority = url.substr(0, slash);
    request.host = to_lower(authority.substr(0, authority.find(':')));
    url = slash == std::string_view::npos ? std::string_view("/") : url.substr(slash);
  }
  const auto question = url.find('?');
  request.path = question == 0 ? "/" : std::string(url.substr(0, question));
  if (question != std::string_view::npos) request.query = url.substr(question + 1);
  return request;
}

std::string Request::url() const { return "https://" + host + path + (query.empty() ? "" : "?" + query); }

std::optional<std::string> Request::query_value(std::string_view name) const {
  for (const auto& part : split(query, '&')) {
    const auto equals = part.find('=');
    if (equals_ignore_case(percent_decode(part.substr(0, equals), true), name)) {
      return equals == std::string::npos ? std::string() : percent_decode(part.substr(equals + 1), true);
    }
  }
  return std::nullopt;
}

Response json_response(int status, const Json& body) {
  return {.status = status, .headers = {{"Content-Type", "application/json; charset=utf-8"}}, .body = dump(body)};
}

Response empty_response(int status) { return {.status = status}; }

}  // namespace azlab
