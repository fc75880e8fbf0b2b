#pragma once

#include <cstddef>
#include <string_view>

namespace azlab {

/// The byte after the comment that begins at `at`, as nlohmann's parser ends it: a line's also at a carriage return or a
/// zero byte. `at` where no comment begins.
std::size_t after_json_comment(std::string_view text, std::size_t at);

}  // namespace azlab
