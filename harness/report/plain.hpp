#pragma once

#include <string>
#include <string_view>

namespace azlab::report {

/// Foreign text as text that any document can hold: bytes that are no UTF-8 become U+FFFD, and control characters other
/// than line ends and tabs are left out.
std::string plain_text(std::string_view text);

/// The same as HTML, which XML also reads.
std::string html_text(std::string_view text);

}  // namespace azlab::report
