#include <yaml-cpp/yaml.h>

#include <charconv>
#include <nlohmann/json.hpp>

#include "harness/az/output.hpp"
#include "harness/az/wire.hpp"
#include "sim/core/text.hpp"

namespace azlab::az {
namespace {

constexpr int kYamlDepthMax = 100;

/// YAML 1.1 core scalars as Python's safe loader resolves them; quoted ones stay text.
Json scalar_of(const YAML::Node& node) {
  const std::string text = node.Scalar();
  if (node.Tag() == "!") return text;
  const std::string lower = to_lower(text);
  if (lower.empty() || lower == "~" || lower == "null") return nullptr;
  if (lower == "true" || lower == "yes" || lower == "on") return true;
  if (lower == "false" || lower == "no" || lower == "off") return false;
  const char* end = text.data() + text.size();
  std::int64_t whole = 0;
  if (const auto [stop, bad] = std::from_chars(text.data(), end, whole); bad == std::errc{} && stop == end)
    return whole;
  double number = 0;
  if (text.find('.') != std::string::npos) {
    if (const auto [stop, bad] = std::from_chars(text.data(), end, number); bad == std::errc{} && stop == end)
      return number;
  }
  return text;
}

Json json_of(const YAML::Node& node, int depth) {
  if (depth > kYamlDepthMax || !node || node.IsNull()) return nullptr;
  if (node.IsScalar()) return scalar_of(node);
  if (node.IsSequence()) {
    Json list = Json::array();
    for (const auto& item : node) list.push_back(json_of(item, depth + 1));
    return list;
  }
  Json object = Json::object();
  for (const auto& entry : node) object[entry.first.Scalar()] = json_of(entry.second, depth + 1);
  return object;
}

/// Whether a plain scalar would be read back as something other than this text.
bool needs_quotes(const std::string& text) {
  if (text.empty()) return true;
  const YAML::Node node(text);
  if (!scalar_of(node).is_string()) return true;
  if (text.front() == ' ' || text.back() == ' ' || text.back() == ':') return true;
  if (std::string("-?:,[]{}#&*!|>'\"%@`=").find(text.front()) != std::string::npos) {
    const bool plain_dash =
        (text.front() == '-' || text.front() == '?' || text.front() == ':') && text.size() > 1 && text[1] != ' ';
    if (!plain_dash) return true;
  }
  if (text.size() >= 10 && text[4] == '-' && text[7] == '-' &&
      text.find_first_not_of("0123456789-:.TZ+ t") == std::string::npos) {
    return true;  // a timestamp to Python's resolver
  }
  return text.find(": ") != std::string::npos || text.find(" #") != std::string::npos ||
         text.find('\n') != std::string::npos || text.find('\t') != std::string::npos;
}

std::string yaml_scalar(const Json& value) {
  if (value.is_null()) return "null";
  if (!value.is_string()) return dump(value);
  const std::string text = value.get<std::string>();
  if (!needs_quotes(text)) return text;
  if (text.find('\n') != std::string::npos || text.find('\t') != std::string::npos) return dump(value);
  return "'" + replace_all(text, "'", "''") + "'";
}

void write_yaml(std::string& out, const Json& value, const std::string& indent, bool after_dash) {
  if (value.is_array()) {
    for (const Json& item : value) {
      out += (after_dash ? "" : indent) + "- ";
      after_dash = false;
      if (item.is_structured() && !item.empty()) {
        write_yaml(out, item, indent + "  ", true);
      } else {
        out += (item.is_array() ? "[]" : item.is_object() ? "{}" : yaml_scalar(item)) + "\n";
      }
    }
    return;
  }
  for (const auto& [key, item] : value.items()) {
    out += (after_dash ? "" : indent) + yaml_scalar(Json(key)) + ":";
    after_dash = false;
    if (item.is_structured() && !item.empty()) {
      out += "\n";
      // Python writes a list at the column of its key.
      write_yaml(out, item, item.is_array() ? indent : indent + "  ", false);
    } else {
      out += " " +
             (item.is_array()    ? std::string("[]")
              : item.is_object() ? std::string("{}")
                                 : yaml_scalar(item)) +
             "\n";
    }
  }
}

}  // namespace

std::string format_yaml(const Json& value) {
  if (!value.is_structured()) return yaml_scalar(value) + "\n" + (value.is_string() ? "" : "...\n");
  if (value.empty()) return value.is_array() ? "[]\n" : "{}\n";
  std::string out;
  write_yaml(out, value, "", false);
  return out;
}

Result<Json> parse_yaml(const std::string& text) {
  try {
    return json_of(YAML::Load(text), 0);
  } catch (const YAML::Exception& error) {
    return cli_error(std::string("Error while parsing yaml file: ") + error.what());
  }
}

}  // namespace azlab::az
