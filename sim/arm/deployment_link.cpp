#include "sim/arm/deployment_link.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "sim/arm/resource.hpp"
#include "sim/arm/template/template.hpp"
#include "sim/core/text.hpp"

namespace azlab::arm {
namespace {

constexpr std::string_view kBlobHost = ".blob.core.windows.net";

tl::unexpected<Error> not_downloaded(Context& context, const std::string& uri, std::string_view why = {}) {
  std::string message = fmt::format("Unable to download deployment content from '{}'. The tracking Id is '{}'. Please see https://aka.ms/arm-deploy-resources for usage details.", uri,
                                    context.draw().guid("deployment-content", uri));
  if (!why.empty()) message += " " + std::string(why);
  return fail(400, "InvalidContentLink", std::move(message));
}

/// Whether everybody may read the blobs of a container: the account must allow it and the container say so.
bool is_public(Context& context, const std::string& account, const std::string& container) {
  bool found = false;
  context.world().for_each_of_type("Microsoft.Storage/storageAccounts", "", [&](const std::string& key, const RowPtr& row) {
    if (!key.ends_with("/storageaccounts/" + account)) return true;
    const auto body = parse_json(row->body);
    const auto inside = read_resource(context.world(), key + "/blobservices/default/containers/" + container);
    const Json* allowed = body ? find_path(*body, "properties.allowBlobPublicAccess") : nullptr;
    const std::string level = inside ? string_at(*inside, "properties.publicAccess") : "";
    found = allowed != nullptr && *allowed == true && (level == "Blob" || level == "Container");
    return false;
  });
  return found;
}

}  // namespace

Result<LinkedContent> address_of_link(const Json& link, const LinkedContent& parent) {
  const std::string relative = string_at(link, "relativePath");
  std::string uri = string_at(link, "uri");
  if (!string_at(link, "id").empty()) return fail(400, "AzlabNotSimulated", "azlab does not simulate template specs ('templateLink.id').");
  if (uri.empty() && relative.empty()) return fail(400, "InvalidRequestContent", "The request content was invalid: a link needs a 'uri' or a 'relativePath'.");
  if (uri.empty() && parent.uri.empty()) {
    return fail(400, "InvalidTemplate", fmt::format("Deployment template validation failed: 'The relative path '{}' cannot be used, because the template that contains it was not deployed from a link.'.", relative));
  }
  LinkedContent out;
  if (uri.empty()) {
    std::string base = parent.uri.substr(0, parent.uri.rfind('/') + 1);
    std::string_view rest = relative;
    for (; rest.starts_with("./") || rest.starts_with("../"); rest.remove_prefix(rest.find('/') + 1)) {
      if (rest.starts_with("../")) base = base.substr(0, base.rfind('/', base.size() - 2) + 1);
    }
    uri = base + std::string(rest);
  }
  const std::size_t query = uri.find('?');
  out.uri = uri.substr(0, query);
  out.query = query != std::string::npos ? uri.substr(query + 1) : string_at(link, "queryString", string_at(link, "uri").empty() ? parent.query : "");
  if (out.query.starts_with('?')) out.query.erase(0, 1);
  return out;
}

Result<LinkedContent> download_link(Context& context, const Json& link, const LinkedContent& parent) {
  auto content = address_of_link(link, parent);
  if (!content) return content;
  const Request request = Request::make(Method::get, content->uri + (content->query.empty() ? "" : "?" + content->query));
  const std::string host = to_lower(request.host);
  if (!content->uri.starts_with("https://") && !content->uri.starts_with("http://")) return not_downloaded(context, content->uri);
  if (!host.ends_with(kBlobHost)) return not_downloaded(context, content->uri, "(azlab reaches blobs of its own storage accounts, and no other address.)");
  const auto segments = split(request.path, '/');
  const std::string container = segments.size() > 2 ? percent_decode(segments[1]) : "$root";
  const bool is_signed = request.query_value("sig").has_value();
  if (!is_signed && !is_public(context, host.substr(0, host.size() - kBlobHost.size()), container)) return not_downloaded(context, content->uri);
  const Response response = context.call(request);
  if (!response.ok()) return not_downloaded(context, content->uri);
  content->text = response.body.text();
  const std::string wanted = string_at(link, "contentVersion");
  if (wanted.empty()) return content;
  const auto document = arm_template::parse_deployment_body(content->text);
  const std::string found = document ? string_at(*document, "contentVersion") : "";
  if (found != wanted) {
    return fail(400, "InvalidContentVersion", fmt::format("The content version '{}' of '{}' is not the '{}' that the link asks for.", found, content->uri, wanted));
  }
  return content;
}

}  // namespace azlab::arm
