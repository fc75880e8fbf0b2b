#include "harness/guide/notebooks.hpp"

#include <nlohmann/json.hpp>

#include "harness/walk/match.hpp"
#include "sim/core/json.hpp"
#include "sim/core/text.hpp"

namespace azlab::guide {
namespace {

std::string source_of(const Json& cell) {
  const Json source = cell.value("source", Json());
  if (source.is_string()) return source.get<std::string>();
  std::string out;
  if (source.is_array()) {
    for (const auto& line : source) out += line.is_string() ? line.get<std::string>() : std::string();
  }
  return out;
}

void count(const Json& cell, NotebookSeen& out) {
  if (string_at(cell, "cell_type") != "code" || trim(source_of(cell)).empty()) return;
  ++out.code_cells;
  const Json* number = find_path(cell, "execution_count");
  if (number != nullptr && number->is_number()) ++out.run;
  const Json* outputs = find_path(cell, "outputs");
  if (outputs == nullptr || !outputs->is_array() || !out.failed.empty()) return;
  for (const auto& output : *outputs) {
    if (string_at(output, "output_type") == "error") out.failed = string_at(output, "ename") + ": " + string_at(output, "evalue");
  }
}

std::string folded(const std::string& name) { return replace_all(walk::fold(name), " ", ""); }

}  // namespace

std::optional<NotebookSeen> read_notebook(const Seen& seen, const std::string& wanted) {
  const auto paths = find_files(seen, wanted, false);
  if (paths.empty()) return std::nullopt;
  const auto text = seen.files->read(seen.share, paths.front());
  const auto document = text ? parse_json(*text) : Result<Json>(fail(text.error()));
  if (!document || !document->is_object()) return std::nullopt;
  NotebookSeen out{.path = paths.front(), .kernel = string_at(*document, "metadata.kernelspec.display_name")};
  const Json* cells = find_path(*document, "cells");
  if (cells == nullptr || !cells->is_array()) return std::nullopt;
  for (const auto& cell : *cells) count(cell, out);
  return out;
}

bool same_kernel(const std::string& a, const std::string& b) { return folded(a) == folded(b); }

}  // namespace azlab::guide
