#include "harness/az/output.hpp"

#include <algorithm>
#include <iostream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "harness/az/wire.hpp"
#include "sim/core/text.hpp"
#include "sim/query/jmespath.hpp"

namespace azlab::az {
namespace {

/// az adds `resourceGroup` to every object whose `id` is a resource's (azure/cli/core/commands/transform.py).
void add_resource_group(Json& value) {
  if (value.is_object()) {
    bool has = false;
    for (const auto& [key, unused] : value.items()) has = has || equals_ignore_case(key, "resourceGroup");
    const auto id = value.find("id");
    if (!has && id != value.end() && id->is_string()) {
      const auto parts = split(id->get<std::string>(), '/');
      if (parts.size() > 8 && parts[3] == "resourceGroups") value["resourceGroup"] = parts[4];
    }
  }
  if (value.is_structured()) {
    for (Json& item : value) add_resource_group(item);
  }
}

std::string python_text(const Json& value) {
  if (value.is_string()) return value.get<std::string>();
  if (value.is_boolean()) return value.get<bool>() ? "True" : "False";
  if (value.is_null()) return "None";
  return dump(value);
}

using Row = std::vector<std::pair<std::string, std::string>>;

Row automatic_row(const Json& item) {
  Row row;
  if (item.is_object()) {
    for (const auto& [key, value] : item.items()) {
      if (key == "id" || key == "type" || key == "etag") continue;
      if (value.is_null() || value.is_structured() || key.empty()) continue;
      std::string title = key;
      title[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(title[0])));
      row.emplace_back(title, python_text(value));
    }
  } else if (item.is_array()) {
    for (std::size_t i = 0; i < item.size(); ++i)
      row.emplace_back("Column" + std::to_string(i + 1), python_text(item[i]));
  } else {
    row.emplace_back("Result", python_text(item));
  }
  return row;
}

/// Characters, not bytes: tabulate pads by what is seen.
std::size_t width_of(const std::string& text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

std::string padded(const std::string& text, std::size_t width) {
  return text + std::string(width - std::min(width, width_of(text)), ' ');
}

/// python-tabulate's "simple" form: two spaces between columns, a rule under the heads, no trailing spaces kept.
std::string tabulated(const std::vector<Row>& rows) {
  std::vector<std::string> heads;
  for (const Row& row : rows) {
    for (const auto& [head, unused] : row) {
      if (std::find(heads.begin(), heads.end(), head) == heads.end()) heads.push_back(head);
    }
  }
  if (heads.empty()) return "";
  std::vector<std::vector<std::string>> lines(rows.size() + 2, std::vector<std::string>(heads.size()));
  for (std::size_t column = 0; column < heads.size(); ++column) {
    // tabulate keeps two columns more than the head needs.
    std::size_t width = width_of(heads[column]) + 2;
    for (std::size_t r = 0; r < rows.size(); ++r) {
      for (const auto& [head, value] : rows[r]) {
        if (head == heads[column]) lines[r + 2][column] = value;
      }
      width = std::max(width, width_of(lines[r + 2][column]));
    }
    lines[0][column] = heads[column];
    lines[1][column] = std::string(width, '-');
    for (auto& line : lines) line[column] = padded(line[column], width);
  }
  std::string text;
  for (const auto& line : lines) {
    std::string joined = join(line, "  ");
    joined.erase(joined.find_last_not_of(' ') + 1);
    text += joined + "\n";
  }
  return text;
}

std::string tsv_cell(const Json& value) {
  if (value.is_array()) return std::to_string(value.size());
  if (value.is_object()) return "";
  return python_text(value);
}

/// The members of a row in the order of `columns` (a query's own order), or by name.
std::vector<const Json*> ordered_cells(const Json& row, const std::vector<std::string>& columns) {
  std::vector<const Json*> cells;
  for (const std::string& column : columns) {
    if (const Json* cell = row.is_object() ? find_key(row, column) : nullptr) cells.push_back(cell);
  }
  if (!cells.empty()) return cells;
  for (const Json& cell : row) cells.push_back(&cell);
  return cells;
}

}  // namespace

std::string format_json(const Json& value) {
  return value.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::string format_table(const Json& value, const std::vector<std::string>& order) {
  std::vector<Row> rows;
  const Json list = value.is_array() ? value : Json::array({value});
  for (const Json& item : list) {
    Row row = automatic_row(item);
    const auto place = [&](const std::string& title) {
      return std::find_if(order.begin(), order.end(),
                          [&](const std::string& key) { return equals_ignore_case(key, title); }) -
             order.begin();
    };
    if (!order.empty()) {
      std::stable_sort(row.begin(), row.end(),
                       [&](const auto& a, const auto& b) { return place(a.first) < place(b.first); });
    }
    rows.push_back(std::move(row));
  }
  const std::string text = tabulated(rows);
  return text.empty() ? "\n" : text;
}

std::string format_tsv(const Json& value, const std::vector<std::string>& order) {
  std::string text;
  const Json list = value.is_array() ? value : Json::array({value});
  for (const Json& item : list) {
    std::vector<std::string> cells;
    if (item.is_structured()) {
      for (const Json* cell : ordered_cells(item, order)) cells.push_back(tsv_cell(*cell));
    } else {
      cells.push_back(item.is_boolean() ? (item.get<bool>() ? "true" : "false") : tsv_cell(item));
    }
    text += join(cells, "\t") + "\n";
  }
  return text;
}

Result<void> print_result(Invocation& az, Json result, const std::string& table) {
  if (result.is_null()) return {};
  add_resource_group(result);
  std::vector<std::string> order;
  if (!az.global.query.empty()) {
    // It was checked when the command line was read.
    const auto query = Query::parse(az.global.query);
    if (!query) return usage_error(query.error().message);
    auto found = query->search(result);
    if (!found) return cli_error(found.error().message);
    order = query->columns();
    result = std::move(*found);
    if (result.is_null()) return {};
  } else if (az.global.output == "table" && !table.empty()) {
    const auto columns = Query::parse(result.is_array() && table.starts_with('{') ? "[]." + table : table);
    if (!columns) return cli_error(columns.error().message);
    auto rows = columns->search(result);
    if (!rows) return cli_error(rows.error().message);
    order = columns->columns();
    result = std::move(*rows);
  }
  const std::string& form = az.global.output;
  if (form == "none") return {};
  if (form == "table") {
    az.out << format_table(result, order);
  } else if (form == "tsv") {
    az.out << format_tsv(result, order);
  } else if (form == "yaml" || form == "yamlc") {
    az.out << format_yaml(result);
  } else {
    az.out << format_json(result);
  }
  return {};
}

}  // namespace azlab::az
