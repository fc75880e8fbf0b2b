#include "sim/storage/blob/xml.hpp"

#include <pugixml.hpp>
#include <sstream>

namespace azlab::storage {

std::string xml_text(std::string_view root, const std::vector<std::pair<std::string, std::string>>& children) {
  pugi::xml_document document;
  pugi::xml_node node = document.append_child(std::string(root).c_str());
  for (const auto& [name, text] : children) node.append_child(name.c_str()).text().set(text.c_str());
  return to_text(document);
}

std::string to_text(pugi::xml_document& document) {
  pugi::xml_node declaration = document.prepend_child(pugi::node_declaration);
  declaration.append_attribute("version") = "1.0";
  declaration.append_attribute("encoding") = "utf-8";
  std::ostringstream out;
  document.save(out, "", pugi::format_raw, pugi::encoding_utf8);
  return out.str();
}

}  // namespace azlab::storage
