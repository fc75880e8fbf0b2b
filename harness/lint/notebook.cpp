#include "harness/lint/notebook.hpp"

#include <fmt/format.h>
#include <re2/re2.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "harness/lint/python_text.hpp"
#include "harness/lint/retired.hpp"
#include "sim/core/json.hpp"
#include "sim/core/text.hpp"

namespace azlab::lint {
namespace {

/// A source or a text is one string, or a list of lines that end with their newline.
std::string text_at(const Json& holder, const char* key) {
  const Json* found = find_key(holder, key);
  if (found == nullptr) return {};
  if (found->is_string()) return found->get<std::string>();
  std::string out;
  for (const Json& line : found->is_array() ? *found : Json::array()) {
    if (line.is_string()) out += line.get<std::string>();
  }
  return out;
}

std::string saved_error(const Json& cell) {
  const Json* outputs = find_key(cell, "outputs");
  for (const Json& output : outputs != nullptr && outputs->is_array() ? *outputs : Json::array()) {
    if (string_at(output, "output_type") != "error") continue;
    const std::string name = string_at(output, "ename", "an error");
    const std::string value = string_at(output, "evalue");
    return name + (value.empty() ? "" : ": " + value);
  }
  return {};
}

bool has_tag(const Json& cell, std::string_view wanted) {
  const Json* tags = find_path(cell, "metadata.tags");
  return tags != nullptr && tags->is_array() && std::find(tags->begin(), tags->end(), std::string(wanted)) != tags->end();
}

std::string first_words(const std::string& source) {
  for (const auto& line : split(source, '\n')) {
    if (!trim(line).empty()) return std::string(trim(line));
  }
  return {};
}

bool same_kernel(const std::string& one, const std::string& other) {
  return !one.empty() && to_lower(replace_all(one, " ", "")) == to_lower(replace_all(other, " ", ""));
}

/// The major version that a kernel's display name promises: "Python 3.10 - AzureML" -> "3".
std::string major_of(const std::string& text) {
  static const RE2 kMajor(R"((?i)(?:^|python\s*)(\d+)(?:\.\d+)*)");
  std::string major;
  RE2::PartialMatch(text, kMajor, &major);
  return major;
}

}  // namespace

Result<Notebook> read_notebook(std::string_view text) {
  const auto parsed = parse_json(text);
  if (!parsed) return fail(400, "NoNotebook", "it is no JSON: " + parsed.error().message);
  const Json* cells = find_key(*parsed, "cells");
  const Json* format = find_key(*parsed, "nbformat");
  if (format == nullptr || !format->is_number_integer()) return fail(400, "NoNotebook", "it does not say its format (nbformat)");
  if (format->get<int>() < 4) return fail(400, "NoNotebook", fmt::format("its format is {}, which has to be converted before it is opened", format->get<int>()));
  if (cells == nullptr || !cells->is_array()) return fail(400, "NoNotebook", "it has no cells");
  Notebook out{.kernel = string_at(*parsed, "metadata.kernelspec.name"),
               .kernel_display = string_at(*parsed, "metadata.kernelspec.display_name"),
               .language = string_at(*parsed, "metadata.language_info.name", string_at(*parsed, "metadata.kernelspec.language")),
               .version = string_at(*parsed, "metadata.language_info.version")};
  int number = 0;
  for (const Json& one : *cells) {
    if (!one.is_object() || string_at(one, "cell_type").empty()) return fail(400, "NoNotebook", "one of its cells has no type");
    Cell cell{.code = string_at(one, "cell_type") == "code", .source = text_at(one, "source"), .error = saved_error(one), .may_raise = has_tag(one, "raises-exception")};
    if (cell.code) cell.number = ++number;
    const Json* count = find_key(one, "execution_count");
    if (count != nullptr && count->is_number_integer()) cell.execution_count = count->get<int>();
    out.cells.push_back(std::move(cell));
  }
  return out;
}

std::string prose_before(const Notebook& notebook, std::size_t index) {
  std::string out;
  for (std::size_t i = index; i > 0 && !notebook.cells[i - 1].code; --i) out = notebook.cells[i - 1].source + "\n" + out;
  return out;
}

std::string prose_after(const Notebook& notebook, std::size_t index) {
  std::string out;
  for (std::size_t i = index + 1; i < notebook.cells.size() && !notebook.cells[i].code; ++i) out += notebook.cells[i].source + "\n";
  return out;
}

void check_metadata(const Notebook& notebook, const NotebookUse& use, std::vector<lab::Finding>& out) {
  const auto add = [&](std::string_view rule, const std::string& message, const std::string& suggestion) {
    out.push_back(rules::finding(rule, use.line, use.path + ": " + message, suggestion));
    out.back().quote = fmt::format("kernelspec {{name '{}', display_name '{}'}}, language '{}' {}", notebook.kernel, notebook.kernel_display, notebook.language, notebook.version);
  };
  if (notebook.language.empty()) add("nb/no-language", "its metadata do not say in which language its cells are written.", "Save it once from Jupyter, which writes kernelspec and language_info.");
  const std::string promised = major_of(notebook.kernel_display);
  const bool python = to_lower(notebook.language) == "python" && !notebook.version.empty();
  if (python && !promised.empty() && major_of(notebook.version) != promised) {
    add("nb/language-version", fmt::format("it was saved with Python {}, and its kernel is '{}'.", notebook.version, notebook.kernel_display), "Run it once with that kernel, and save it.");
  }
  if (use.kernel_named) return;  // the lab says which one; whether that is offered, and differs, is said of the lab's line
  if (notebook.kernel.empty() && notebook.kernel_display.empty()) {
    add("nb/no-kernel", "it names no kernel, and the lab does not say which to choose.", "Save it with the kernel that it needs.");
    return;
  }
  if (!use.judge_kernel || use.kernels.empty() || (!notebook.language.empty() && to_lower(notebook.language) != "python")) return;
  const auto known = std::find_if(use.kernels.begin(), use.kernels.end(), [&](const auto& k) { return k.name == notebook.kernel || same_kernel(k.display, notebook.kernel_display); });
  if (known == use.kernels.end()) {
    add("nb/kernel-not-offered", fmt::format("it was saved with the kernel '{}', which compute instances do not have, and the lab does not say which to choose.", notebook.kernel_display.empty() ? notebook.kernel : notebook.kernel_display),
        "Save it with a kernel of the compute instance, or name one in the text.");
  } else if (!known->retired_on.empty() && known->retired_on <= use.as_of) {
    add("nb/kernel-retired", fmt::format("it was saved with the kernel '{}', which is retired, and the lab does not say which to choose.", known->display), "Save it with a kernel that is offered.");
  }
}

void check_saved_outputs(const Notebook& notebook, const NotebookUse& use, std::vector<lab::Finding>& out) {
  // Words that announce it: the lab is about that error.
  static const RE2 kAnnounced(R"((?i)\b(?:errors?|fail(?:s|ed|ure|ing)?|exceptions?|raises?|expected|wrong|problem)\b)");
  int last = 0;
  bool back = false;
  for (std::size_t i = 0; i < notebook.cells.size(); ++i) {
    const Cell& cell = notebook.cells[i];
    if (!cell.code) continue;
    const bool announced = cell.may_raise || RE2::PartialMatch(prose_before(notebook, i) + prose_after(notebook, i), kAnnounced) || RE2::PartialMatch(comments_of(cell.source), kAnnounced);
    if (!cell.error.empty() && !announced) {
      out.push_back(rules::finding("nb/output-error", use.line, fmt::format("{}: cell {} was saved with an error in its output: {}", use.path, cell.number, cell.error.substr(0, 200)), "Run it until it works, or clear the outputs before saving."));
      out.back().quote = first_words(cell.source);
    }
    if (cell.execution_count == 0) continue;
    if (cell.execution_count < last && !back) {
      back = true;
      out.push_back(rules::finding("nb/cell-order", use.line, fmt::format("{}: cell {} was run before the cells above it ([{}] after [{}]): its output may not be what a reader gets.", use.path, cell.number, cell.execution_count, last), "Restart the kernel, run all cells, and save; or clear the outputs."));
      out.back().quote = first_words(cell.source);
    }
    last = std::max(last, cell.execution_count);
  }
}

void check_retired_in_cells(const Notebook& notebook, const NotebookUse& use, std::vector<lab::Finding>& out) {
  static const RE2 kFile(R"(^%%(?:writefile|file)\s+(?:-a\s+)?["']?([^"'\n]+))");
  static const RE2 kShell(R"(^(?:[!%]|pip3?\s|conda\s|az\s))");
  for (std::size_t i = 0; i < notebook.cells.size(); ++i) {
    const Cell& cell = notebook.cells[i];
    if (!cell.code || says_retired(prose_before(notebook, i)) || says_retired(comments_of(cell.source))) continue;
    std::string file;
    const bool writes = RE2::PartialMatch(cell.source, kFile, &file);
    for (const auto& line : split(cell.source, '\n')) {
      const Place place = writes ? place_of(trim(file)) : RE2::PartialMatch(std::string(trim(line)), kShell) || cell.source.starts_with("%%bash") || cell.source.starts_with("%%sh") ? Place::shell : Place::python;
      for (auto& found : find_retired(line, place, 1, use.as_of)) {
        found.line = use.line;
        found.message = fmt::format("{}: cell {}: {}", use.path, cell.number, found.message);
        found.owner = "material";
        out.push_back(std::move(found));
      }
    }
  }
}

std::vector<lab::Finding> check_notebook(std::string_view text, const NotebookUse& use) {
  std::vector<lab::Finding> out;
  const auto notebook = read_notebook(text);
  if (!notebook) {
    out.push_back(rules::finding("nb/unreadable", use.line, use.path + " is no notebook that Jupyter can open: " + notebook.error().message, "Restore it, and save it from Jupyter."));
    out.back().quote = first_words(std::string(text.substr(0, 200)));
    return out;
  }
  check_metadata(*notebook, use, out);
  check_saved_outputs(*notebook, use, out);
  check_placeholders(*notebook, use, out);
  check_races(*notebook, use, out);
  check_prose_against_code(*notebook, use, out);
  check_retired_in_cells(*notebook, use, out);
  return out;
}

}  // namespace azlab::lint
