#include "sim/faults/fault.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "sim/core/fixtures.hpp"
#include "sim/core/json.hpp"
#include "sim/core/text.hpp"

namespace azlab::faults {
namespace {

constexpr std::string_view kFolder = "fixtures/catalogue/faults/";

/// What stands between `<Tag>` and `</Tag>`.
std::string element_of(const std::string& text, std::string_view tag) {
  const std::string open = "<" + std::string(tag) + ">";
  const auto begin = text.find(open);
  if (begin == std::string::npos) return {};
  const auto end = text.find("</" + std::string(tag) + ">", begin);
  return text.substr(begin + open.size(), end == std::string::npos ? end : end - begin - open.size());
}

/// The innermost messages of an error body, and its code: what stands around them says the same of every failure.
void read_error(const Json& error, std::vector<std::string>& messages, std::string& code) {
  const Json* details = find_key(error, "details");
  if (details != nullptr && details->is_array()) {
    const auto before = messages.size();
    for (const Json& detail : *details) read_error(detail, messages, code);
    if (messages.size() > before) return;
  }
  const std::string message = string_at(error, "message");
  if (!message.empty() && std::find(messages.begin(), messages.end(), message) == messages.end()) messages.push_back(message);
  if (code.empty()) code = string_at(error, "code");
}

void read_body(const Json& body, Fault& fault) {
  if (body.is_string()) {
    const auto text = body.get<std::string>();
    fault.code = element_of(text, "Code");
    std::string message = element_of(text, "Message");
    // Every answer of storage ends with these two lines.
    message = message.substr(0, message.find("\nRequestId:"));
    if (message.empty()) message = text;
    if (!message.empty()) fault.wordings.push_back(std::move(message));
    return;
  }
  const Json* error = find_key(body, "error");
  if (error != nullptr && error->is_string()) {
    fault.code = error->get<std::string>();
    if (auto description = string_at(body, "error_description"); !description.empty()) fault.wordings.push_back(description.substr(0, description.find(" Trace ID")));
  } else {
    read_error(error != nullptr && error->is_object() ? *error : body, fault.wordings, fault.code);
  }
  if (fault.code.empty()) fault.code = string_at(body, "error_code");
}

std::vector<std::string> texts_at(const Json& json, const char* key) {
  const Json* found = find_key(json, key);
  return found != nullptr && found->is_array() ? found->get<std::vector<std::string>>() : std::vector<std::string>{};
}

Fault read_fault(const Json& json, std::string theme) {
  Fault out{.id = string_at(json, "id"), .theme = std::move(theme), .kind = string_at(json, "kind")};
  for (const Json& point : json.at("strikes")) out.strikes.push_back({.operation = string_at(point, "operation"), .at = string_at(point, "at")});
  if (json.at("status").is_number()) out.status = json["status"].get<int>();
  read_body(json.at("body"), out);
  if (const Json* others = find_key(json, "otherWordings")) {
    for (const Json& other : *others) {
      std::string unused;
      read_error(other, out.wordings, unused);
      if (const Json* inner = find_key(other, "inner")) read_error(*inner, out.wordings, unused);
    }
  }
  for (auto& text : texts_at(json, "alsoPrinted")) out.wordings.push_back(std::move(text));
  const auto flag = [&json](const char* key) {
    const Json* found = find_key(json, key);
    return found != nullptr && found->is_boolean() && found->get<bool>();
  };
  out.wraps = flag("wraps");
  out.typed = flag("typed");
  out.of_name = flag("ofName");
  out.log = string_at(json, "log");
  out.transport = string_at(json, "transport");
  if (const Json* delay = find_key(json, "delaySeconds"); delay != nullptr && delay->is_number_integer()) out.delay_s = delay->get<int>();
  out.cause = string_at(json, "cause");
  out.cure = string_at(json, "cure");
  out.clients = string_at(json, "clients");
  out.note = string_at(json, "note");
  out.frequency = string_at(json, "frequency");
  out.grade = string_at(json, "grade");
  out.evidence = texts_at(json, "evidence");
  return out;
}

std::vector<Fault> read_faults() {
  std::vector<Fault> out;
  for (const auto& path : fixtures::list(kFolder)) {
    const auto described = parse_jsonc(fixtures::get(path));
    if (!described || !described->is_array()) throw std::logic_error(path + " is no list of faults" + (described ? "" : ": " + described.error().message));
    const std::string theme = path.substr(kFolder.size(), path.rfind('.') - kFolder.size());
    for (const Json& one : *described) out.push_back(read_fault(one, theme));
  }
  std::sort(out.begin(), out.end(), [](const Fault& a, const Fault& b) { return a.id < b.id; });
  return out;
}

}  // namespace

const std::vector<Fault>& all_faults() {
  static const std::vector<Fault> faults = read_faults();
  return faults;
}

const Fault* find_fault(std::string_view id) {
  const auto& all = all_faults();
  const auto found = std::lower_bound(all.begin(), all.end(), id, [](const Fault& fault, std::string_view wanted) { return fault.id < wanted; });
  return found != all.end() && found->id == id ? &*found : nullptr;
}

}  // namespace azlab::faults
