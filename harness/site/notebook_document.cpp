#include "harness/site/notebook_document.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>
#include <utility>

#include "sim/core/text.hpp"

namespace azlab::site {
namespace {

constexpr int kFormat = 4;
constexpr int kFormatWithIds = 5;  ///< nbformat_minor from which on cells have ids
constexpr std::size_t kIdMost = 64;

/// nbformat writes a text as a list of its lines, each with its end.
Json as_lines(const std::string& text) {
  Json lines = Json::array();
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = text.find('\n', begin);
    const std::size_t next = end == std::string::npos ? text.size() : end + 1;
    lines.push_back(text.substr(begin, next - begin));
    begin = next;
  }
  return lines;
}

std::string as_text(const Json& value) {
  if (value.is_string()) return value.get<std::string>();
  std::string out;
  if (value.is_array()) {
    for (const auto& line : value) out += line.is_string() ? line.get<std::string>() : "";
  }
  return out;
}

/// Whether nbformat writes data of this kind as lines.
bool is_lines(const std::string& kind) { return kind.starts_with("text/") || kind == "image/svg+xml" || kind == "application/javascript"; }

/// Outputs with every text as `change` makes it.
Json with_texts(Json outputs, Json (*change)(const Json&)) {
  for (auto& output : outputs) {
    if (output.contains("text")) output["text"] = change(output["text"]);
    if (!output.contains("data") || !output["data"].is_object()) continue;
    for (auto& [kind, value] : output["data"].items()) {
      if (is_lines(kind)) value = change(value);
    }
  }
  return outputs;
}

Json joined(const Json& value) { return as_text(value); }
Json lined(const Json& value) { return as_lines(as_text(value)); }

bool is_id(const std::string& id) {
  const auto allowed = [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '_'; };
  return !id.empty() && id.size() <= kIdMost && std::all_of(id.begin(), id.end(), allowed);
}

bool is_kind(const std::string& kind) { return kind == "code" || kind == "markdown" || kind == "raw"; }

void make_kind(Json& cell, const std::string& kind) {
  cell["cell_type"] = kind;
  if (kind != "code") {
    cell.erase("outputs");
    cell.erase("execution_count");
  } else {
    cell.emplace("outputs", Json::array());
    cell.emplace("execution_count", nullptr);
  }
}

tl::unexpected<Error> no_notebook(const std::string& why) { return fail(400, "NoNotebook", "this is no notebook that can be opened: " + why); }

}  // namespace

NotebookDocument::NotebookDocument(Json notebook) : notebook_(std::make_unique<Json>(std::move(notebook))), ids_written_(notebook_->value("nbformat_minor", 0) >= kFormatWithIds) { name_cells(); }
NotebookDocument::~NotebookDocument() = default;
NotebookDocument::NotebookDocument(NotebookDocument&&) noexcept = default;
NotebookDocument& NotebookDocument::operator=(NotebookDocument&&) noexcept = default;

Result<NotebookDocument> NotebookDocument::parse(const std::string& text) {
  if (trim(text).empty()) return NotebookDocument({{"cells", Json::array()}, {"metadata", Json::object()}, {"nbformat", kFormat}, {"nbformat_minor", kFormatWithIds}});
  auto notebook = parse_json(text);
  if (!notebook) return no_notebook(notebook.error().message);
  if (!notebook->is_object() || !notebook->contains("nbformat") || !(*notebook)["nbformat"].is_number_integer()) return no_notebook("it names no format");
  if ((*notebook)["nbformat"] != kFormat) return no_notebook("its format is " + dump((*notebook)["nbformat"]) + "; only format 4 is read");
  const auto cells = notebook->find("cells");
  if (cells == notebook->end() || !cells->is_array()) return no_notebook("it has no list of cells");
  if (notebook->contains("nbformat_minor") && !(*notebook)["nbformat_minor"].is_number_integer()) return no_notebook("its format is not a number");
  for (const auto& cell : *cells) {
    if (!cell.is_object() || !is_kind(string_at(cell, "cell_type"))) return no_notebook("one of its cells is no cell");
    if (cell.contains("outputs") && (!cell["outputs"].is_array() || std::any_of(cell["outputs"].begin(), cell["outputs"].end(), [](const Json& one) { return !one.is_object(); }))) return no_notebook("the outputs of one of its cells are none");
  }
  return NotebookDocument(std::move(*notebook));
}

void NotebookDocument::name_cells() {
  std::set<std::string> taken;
  int next = 1;
  for (auto& cell : (*notebook_)["cells"]) {
    std::string id = string_at(cell, "id");
    while (!is_id(id) || !taken.insert(id).second) id = "cell-" + std::to_string(next++);
    cell["id"] = id;
  }
}

std::string NotebookDocument::text() const {
  Json out = *notebook_;
  for (auto& cell : out["cells"]) {
    if (!ids_written_) cell.erase("id");
    cell["source"] = lined(cell.value("source", Json("")));
    if (cell.contains("outputs")) cell["outputs"] = with_texts(std::move(cell["outputs"]), lined);
  }
  return out.dump(1, ' ', false, Json::error_handler_t::replace) + "\n";
}

Json NotebookDocument::cells() const {
  Json out = Json::array();
  for (const auto& cell : (*notebook_)["cells"]) {
    const std::string id = string_at(cell, "id");
    Json shown = {{"id", id}, {"kind", cell["cell_type"]}, {"source", joined(cell.value("source", Json("")))}, {"outputs", outputs(id)}, {"count", count(id)}};
    out.push_back(std::move(shown));
  }
  return out;
}

Result<void> NotebookDocument::arrange(const Json& cells) {
  Json now = Json::array();
  std::set<std::string> taken;
  for (const auto& wanted : cells) {
    const std::string id = string_at(wanted, "id");
    const std::string kind = string_at(wanted, "kind");
    if (!is_id(id) || !taken.insert(id).second || !is_kind(kind)) return fail(400, "NoCell", "a cell is said otherwise: its id is '" + id + "', its kind '" + kind + "'");
    const Json* known = find(id);
    Json cell = known != nullptr ? *known : Json({{"id", id}, {"metadata", Json::object()}});
    make_kind(cell, kind);
    cell["source"] = string_at(wanted, "source");
    now.push_back(std::move(cell));
  }
  (*notebook_)["cells"] = std::move(now);
  return {};
}

std::vector<std::string> NotebookDocument::code_cells() const {
  std::vector<std::string> out;
  for (const auto& cell : (*notebook_)["cells"]) {
    if (cell["cell_type"] == "code" && !trim(as_text(cell.value("source", Json("")))).empty()) out.push_back(cell["id"].get<std::string>());
  }
  return out;
}

std::optional<std::string> NotebookDocument::source(const std::string& id) const {
  const Json* cell = find(id);
  if (cell == nullptr || (*cell)["cell_type"] != "code") return std::nullopt;
  return as_text(cell->value("source", Json("")));
}

void NotebookDocument::set_source(const std::string& id, const std::string& source) {
  if (Json* cell = find(id); cell != nullptr) (*cell)["source"] = source;
}

Json NotebookDocument::outputs(const std::string& id) const {
  const Json* cell = find(id);
  return cell == nullptr ? Json::array() : with_texts(cell->value("outputs", Json::array()), joined);
}

Json NotebookDocument::count(const std::string& id) const {
  const Json* cell = find(id);
  return cell == nullptr ? Json() : cell->value("execution_count", Json());
}

void NotebookDocument::set_outputs(const std::string& id, const Json& outputs, const Json& count) {
  Json* cell = find(id);
  if (cell == nullptr || (*cell)["cell_type"] != "code") return;
  (*cell)["outputs"] = outputs;
  (*cell)["execution_count"] = count;
}

std::string NotebookDocument::kernel() const { return string_at(*notebook_, "metadata.kernelspec.display_name"); }

void NotebookDocument::set_kernel(const std::string& name, const std::string& display) {
  Json& metadata = (*notebook_)["metadata"];
  if (!metadata.is_object()) metadata = Json::object();
  Json& kernel = metadata["kernelspec"];
  if (!kernel.is_object()) kernel = Json::object();
  kernel["name"] = name;
  kernel["display_name"] = display;
  kernel["language"] = "python";
}

const Json* NotebookDocument::find(const std::string& id) const {
  const Json& cells = (*notebook_)["cells"];
  const auto found = std::find_if(cells.begin(), cells.end(), [&](const Json& cell) { return cell["id"] == id; });
  return found == cells.end() ? nullptr : &*found;
}

Json* NotebookDocument::find(const std::string& id) {
  auto& cells = (*notebook_)["cells"];
  const auto found = std::find_if(cells.begin(), cells.end(), [&](const Json& cell) { return cell["id"] == id; });
  return found == cells.end() ? nullptr : &*found;
}

}  // namespace azlab::site
