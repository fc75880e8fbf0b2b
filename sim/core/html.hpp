#pragma once

#include <string>
#include <string_view>

namespace azlab {

/// `<`, `>`, `&` and quotes as entities: text of others inside HTML, in an element or a quoted attribute.
std::string html_escape(std::string_view text);

}  // namespace azlab
