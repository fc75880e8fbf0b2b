#include "harness/sweep/same_state.hpp"

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <vector>

#include "harness/run/kept_state.hpp"
#include "sim/core/digest.hpp"
#include "sim/core/fault_plan.hpp"

namespace azlab::sweep {
namespace {

/// How many characters at the front of `text` are of the form that `shape` draws: '9' a digit, 'f' a hexadecimal, others themselves.
bool has_shape(std::string_view text, std::string_view shape) {
  if (text.size() < shape.size()) return false;
  for (std::size_t i = 0; i < shape.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    const bool fits = shape[i] == '9' ? std::isdigit(c) != 0 : shape[i] == 'f' ? std::isxdigit(c) != 0 : text[i] == shape[i];
    if (!fits) return false;
  }
  return true;
}

constexpr std::string_view kInstant = "9999-99-99T99:99:99";
constexpr std::string_view kGuid = "ffffffff-ffff-ffff-ffff-ffffffffffff";
constexpr std::size_t kDrawnLetters = 8;  ///< hexadecimals in a row, with a digit among them, end names that clients draw
constexpr std::size_t kDrawnLettersMax = 32;
constexpr std::size_t kTickDigits = 10;  ///< whole numbers of that many digits count seconds, milliseconds or ticks

std::size_t digits_at(std::string_view text) {
  std::size_t n = 0;
  while (n < text.size() && std::isdigit(static_cast<unsigned char>(text[n])) != 0) ++n;
  return n;
}

/// The length of a drawn part of a name (or of a whole digest) at the front; 0 where there is none.
std::size_t length_of_drawn(std::string_view text) {
  std::size_t n = 0;
  bool digit = false;
  for (; n < text.size() && std::isxdigit(static_cast<unsigned char>(text[n])) != 0 && std::isupper(static_cast<unsigned char>(text[n])) == 0; ++n) digit = digit || std::isdigit(static_cast<unsigned char>(text[n])) != 0;
  return digit && n >= kDrawnLetters ? n : 0;
}

std::size_t length_of_instant(std::string_view text) {
  std::size_t n = kInstant.size();
  if (n < text.size() && text[n] == '.') n += 1 + digits_at(text.substr(n + 1));
  if (n < text.size() && text[n] == 'Z') return n + 1;
  return has_shape(text.substr(n), "+99:99") ? n + 6 : n;
}

/// Whether the future depends on rows of this kind.
bool counts(Table table, const Row& row) {
  switch (table) {
    case Table::counter:
    case Table::activity:      // what was asked is not what there is
    case Table::blob_content:  // blobs name their content
    case Table::blob_block:
      return false;
    case Table::operation:
      return row.state == "InProgress" || row.state == "Running";
    default:
      return true;
  }
}

std::string line_of(Table table, const std::string& key, const Row& row) {
  // When an event is due is an instant; that it is to come is what counts.
  if (table == Table::event) return row.type + "\n" + timeless(row.state);
  if (table == Table::operation) return "running\n" + row.type + "\n" + timeless(row.body);
  return timeless(key) + "\n" + row.type + "\n" + row.state + "\n" + row.location + "\n" + timeless(row.body);
}

}  // namespace

std::string timeless(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const auto c = static_cast<unsigned char>(text.front());
    std::size_t taken = 0;
    if (std::isxdigit(c) != 0) {
      if (has_shape(text, kInstant)) {
        taken = length_of_instant(text);
        out += 'T';
      } else if (has_shape(text, kGuid)) {
        taken = kGuid.size();
        out += 'G';
      } else if (const std::size_t digits = digits_at(text); digits >= kTickDigits) {
        taken = digits;
        out += 'N';
      } else if (const std::size_t drawn = length_of_drawn(text); drawn > 0) {
        taken = drawn;
        out += drawn > kDrawnLettersMax ? text.substr(0, drawn) : std::string_view("X");  // a digest tells contents apart
      }
    }
    if (taken == 0) {
      out += text.front();
      taken = 1;
    }
    text.remove_prefix(taken);
  }
  return out;
}

std::string name_of(const World& world, std::size_t faults) {
  run::Digest digest;
  for (std::size_t i = 0; i < faults; ++i) digest.add(std::to_string(FaultPlan::hits(world, i)));
  for (std::size_t i = 0; i < static_cast<std::size_t>(Table::last_); ++i) {
    const auto table = static_cast<Table>(i);
    std::vector<std::string> lines;
    world.for_each(table, "", [&](const std::string& key, const RowPtr& row) {
      if (counts(table, *row)) lines.push_back(line_of(table, key, *row));
      return true;
    });
    std::sort(lines.begin(), lines.end());
    std::string all = std::to_string(i);
    for (const auto& line : lines) all += "\x1f" + line;
    digest.add(all);
  }
  return digest.text();
}

std::string name_of_files(const std::string& directory) {
  run::Digest digest;
  for (const char* place : {"shares", "homes"}) {
    if (!run::add_files(directory, place, digest)) return {};
  }
  std::error_code why;
  std::vector<std::string> sessions;
  for (const auto& session : std::filesystem::directory_iterator(directory + "/sessions", why)) sessions.push_back(session.path().filename().string());
  std::sort(sessions.begin(), sessions.end());
  for (const auto& session : sessions) {
    for (const char* part : {"run/state", "run/cwd", "tmp"}) {
      if (!run::add_files(directory, "sessions/" + session + "/" + part, digest)) return {};
    }
  }
  return digest.text();
}

}  // namespace azlab::sweep
