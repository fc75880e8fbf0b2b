#include "sim/core/fixtures.hpp"

#include <stdexcept>

// Made by cmake/embed.cmake: name, first byte, one past the last; in order of name.
struct AzlabEmbeddedFile {
  const char* name;
  const char* begin;
  const char* end;
};
extern "C" const AzlabEmbeddedFile azlab_embedded_files[];
extern "C" const AzlabEmbeddedFile azlab_embedded_files_end[];

namespace azlab::fixtures {

std::optional<std::string_view> find(std::string_view path) {
  for (const auto* file = azlab_embedded_files; file != azlab_embedded_files_end; ++file) {
    if (path == file->name) return std::string_view(file->begin, static_cast<std::size_t>(file->end - file->begin));
  }
  return std::nullopt;
}

std::string_view get(std::string_view path) {
  if (const auto found = find(path)) return *found;
  throw std::logic_error("not embedded in this build: " + std::string(path));
}

std::vector<std::string> list(std::string_view prefix) {
  std::vector<std::string> out;
  for (const auto* file = azlab_embedded_files; file != azlab_embedded_files_end; ++file) {
    if (std::string_view(file->name).starts_with(prefix)) out.emplace_back(file->name);
  }
  return out;
}

}  // namespace azlab::fixtures
