/// Lists of every resource type, in pages.
#include <nlohmann/json.hpp>

#include "sim/arm/error.hpp"
#include "sim/arm/matched.hpp"
#include "sim/arm/resource.hpp"
#include "sim/arm/subscription.hpp"
#include "sim/core/text.hpp"

namespace azlab::arm {
namespace {

/// One page of a list. Clients ask for pages with `$top` (azure-ai-ml's datastores with `count`) and follow nextLink.
class Page {
 public:
  explicit Page(const Request& request) : request_(request), skip_(number("$skip", number("$skiptoken", 0))), most_(number("$top", number("count", 0))) {}

  /// False when the page is full and more would follow.
  bool add(const std::string& body) {
    if (seen_++ < skip_) return true;
    if (most_ > 0 && seen_ > skip_ + most_) {
      more_ = true;
      return false;
    }
    out_ += (first_ ? "" : ",") + body;
    first_ = false;
    return true;
  }
  std::string finish() const {
    if (!more_) return R"({"value":[)" + out_ + "]}";
    std::string query;
    for (const auto& part : split(request_.query, '&')) {
      if (!part.empty() && !starts_with_ignore_case(percent_decode(part), "$skip")) query += part + "&";
    }
    const std::string next = "https://" + request_.host + request_.path + "?" + query + "$skip=" + std::to_string(skip_ + most_);
    return R"({"value":[)" + out_ + R"(],"nextLink":)" + dump(Json(next)) + "}";
  }

 private:
  std::size_t number(std::string_view name, std::size_t otherwise) const {
    const auto text = request_.query_value(name);
    return text && !text->empty() && text->size() < 10 && text->find_first_not_of("0123456789") == std::string::npos ? std::stoul(*text) : otherwise;
  }

  const Request& request_;
  std::size_t skip_;
  std::size_t most_;
  std::size_t seen_ = 0;
  std::string out_{};
  bool first_ = true;
  bool more_ = false;
};

}  // namespace

Response list_resources_of_type(Context& context, const Request& request, const Match& match) {
  const TypeDescriptor& type = entry_of(match).descriptor;
  ResourceId scope{.subscription = match.at("sub")};
  const bool in_group = match.route->pattern.find("{rg}") != std::string::npos;
  if (in_group) {
    scope.resource_group = match.at("rg");
    if (const auto ok = check_group(context, scope, false); !ok) return error_response(ok.error());
    if (type.is_child()) {
      const auto segments = split(type.type, '/');
      scope.provider = segments[0];
      for (std::size_t i = 1; i + 1 < segments.size(); ++i) scope.parts.emplace_back(segments[i], match.at("n" + std::to_string(i - 1)));
      if (!context.world().find(Table::resource, scope.key())) return error_response(resource_not_found(scope));
    }
  } else if (const auto ok = check_subscription(context, scope.subscription); !ok) {
    return error_response(ok.error());
  }
  Page page(request);
  const auto is_default = request.query_value("isDefault");
  context.world().for_each_of_type(type.type, scope.key() + "/", [&](const std::string&, const RowPtr& row) {
    if (is_default) {
      const auto body = parse_json(row->body);
      const Json* flag = body ? find_path(*body, "properties.isDefault") : nullptr;
      if (flag == nullptr || !flag->is_boolean() || flag->get<bool>() != equals_ignore_case(*is_default, "true")) return true;
    }
    return page.add(row->body);
  });
  return {.status = 200, .headers = {{"Content-Type", "application/json; charset=utf-8"}}, .body = Body(page.finish())};
}

}  // namespace azlab::arm
