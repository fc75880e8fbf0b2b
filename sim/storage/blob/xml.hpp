#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace pugi {
class xml_document;
}

namespace azlab::storage {

/// What x-ms-version says where a client did not ask for one.
inline constexpr std::string_view kServiceVersion = "2023-11-03";

/// `<root><name>text</name>…</root>` with XML's declaration.
std::string xml_text(std::string_view root, const std::vector<std::pair<std::string, std::string>>& children);

/// The document with XML's declaration, without spaces.
std::string to_text(pugi::xml_document& document);

}  // namespace azlab::storage
