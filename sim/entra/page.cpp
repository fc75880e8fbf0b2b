#include "sim/entra/page.hpp"

#include <fmt/format.h>

#include "sim/core/fixtures.hpp"
#include "sim/entra/directory.hpp"

namespace azlab::entra {

std::string fill_page(std::string_view name, const std::map<std::string, std::string>& values) {
  // One pass from left to right, so that a value with braces is not filled in again.
  const std::string_view page = fixtures::get("fixtures/entra/pages/" + std::string(name) + ".html");
  std::string out;
  for (std::size_t at = 0; at < page.size();) {
    const auto end = page[at] == '{' ? page.find('}', at) : std::string_view::npos;
    const auto value = end == std::string_view::npos ? values.end() : values.find(std::string(page.substr(at + 1, end - at - 1)));
    if (value == values.end()) {
      out += page[at++];
    } else {
      out += value->second;
      at = end + 1;
    }
  }
  return out;
}

Response html_response(int status, std::string html) {
  return {.status = status,
          .headers = {{"Content-Type", "text/html; charset=utf-8"}, {"Cache-Control", "no-store, no-cache"}, {"X-Frame-Options", "DENY"}, {"Referrer-Policy", "no-referrer"}},
          .body = std::move(html)};
}

Response page_response(int status, const std::string& title, const std::string& content) {
  return html_response(status, fill_page("frame", {{"title", html_escape(title)}, {"content", content}}));
}

std::string choose_page(std::string_view method, const std::string& action, const std::string& prompt, const std::string& hidden) {
  std::string persons;
  for (const auto& person : directory().persons) {
    persons += fill_page("person", {{"id", person.id}, {"name", html_escape(person.display_name)}, {"user", html_escape(person.user_principal_name)}});
  }
  return fill_page("choose", {{"method", std::string(method)}, {"action", html_escape(action)}, {"prompt", html_escape(prompt)}, {"hidden", hidden}, {"persons", persons}});
}

std::string hidden_field(std::string_view name, std::string_view value) {
  return fmt::format("<input type=\"hidden\" name=\"{}\" value=\"{}\">", html_escape(name), html_escape(value));
}

}  // namespace azlab::entra
