#pragma once

#include <map>
#include <string>
#include <string_view>

#include "sim/core/html.hpp"
#include "sim/http/message.hpp"

namespace azlab::entra {

/// fixtures/entra/pages/<name>.html with its `{placeholders}` filled in; values are HTML, so escape what comes from outside.
std::string fill_page(std::string_view name, const std::map<std::string, std::string>& values);
/// An answer in the pages' common frame. `content` is HTML.
Response page_response(int status, const std::string& title, const std::string& content);
Response html_response(int status, std::string html);
/// Buttons, one for each invented person, in a form that repeats `hidden` fields (HTML).
std::string choose_page(std::string_view method, const std::string& action, const std::string& prompt, const std::string& hidden);
/// A hidden field.
std::string hidden_field(std::string_view name, std::string_view value);

}  // namespace azlab::entra
