#include "sim/core/journal.hpp"

#include <algorithm>
#include <iterator>

#include "sim/core/draw.hpp"
#include "sim/core/text.hpp"

namespace azlab {
namespace {

/// Query parameters whose values are secrets: of sign-in, shared access signatures, keys.
constexpr std::string_view kSecretParameters[] = {"code",     "assertion",     "client_assertion", "client_secret", "password", "refresh_token", "access_token",
                                                  "id_token", "device_code",   "code_verifier",    "token",         "sig",      "sharedaccesssignature",
                                                  "otc",      "subscription-key", "api-key"};

bool is_secret_parameter(std::string_view name) {
  const std::string plain = percent_decode(name, true);
  return std::any_of(std::begin(kSecretParameters), std::end(kSecretParameters), [&](std::string_view secret) { return equals_ignore_case(plain, secret); });
}

}  // namespace

std::string without_secrets(std::string url) {
  std::size_t at = url.find('?');
  while (at != std::string::npos) {
    const std::size_t start = at + 1;
    const std::size_t end = std::min(url.find('&', start), url.size());
    const std::size_t equals = url.find('=', start);
    at = end < url.size() ? end : std::string::npos;
    if (equals >= end || !is_secret_parameter(std::string_view(url).substr(start, equals - start))) continue;
    constexpr std::string_view kRedacted = "redacted";
    url.replace(equals + 1, end - equals - 1, kRedacted);
    if (at != std::string::npos) at = equals + 1 + kRedacted.size();
  }
  return url;
}

std::string_view Journal::keep(std::string_view name) {
  name = name.substr(0, kClientBytesMax);
  if (name.empty()) return {};
  if (const auto found = names_.find(name); found != names_.end()) return *found;
  if (names_.size() >= kNamesMax) return "others";
  return *names_.emplace(name).first;
}

std::uint64_t Journal::begin(JournalEntry entry) {
  if (entries_.size() >= kEntriesMax) {
    const auto half = static_cast<std::ptrdiff_t>(kEntriesMax / 2);
    entries_.erase(entries_.begin(), entries_.begin() + half);
    dropped_ += static_cast<std::uint64_t>(half);
  }
  entry.number = next_++;
  entry.url = without_secrets(std::move(entry.url));
  for (std::string_view* name : {&entry.principal, &entry.user, &entry.app, &entry.client}) *name = keep(*name);
  entries_.push_back(std::move(entry));
  return entries_.back().number;
}

JournalEntry* Journal::find(std::uint64_t number) {
  if (!entries_.empty() && entries_.back().number == number) return &entries_.back();
  const auto found = std::lower_bound(entries_.begin(), entries_.end(), number,
                                      [](const JournalEntry& entry, std::uint64_t n) { return entry.number < n; });
  return found != entries_.end() && found->number == number ? &*found : nullptr;
}

void Journal::cut_back_to(std::uint64_t next_number) {
  while (!entries_.empty() && entries_.back().number >= next_number) entries_.pop_back();
  next_ = next_number;
}

std::uint64_t Journal::hash() const {
  std::uint64_t value = 0;
  for (const auto& e : entries_) {
    const std::string line = std::string(e.method) + " " + e.url + " " + std::string(e.operation) + " " + e.origin + " " + std::to_string(e.status) + e.error_code + e.fault;
    value = Draw(value).bits("journal", line, static_cast<std::uint64_t>(e.at.time_since_epoch().count()));
  }
  return value;
}

}  // namespace azlab
