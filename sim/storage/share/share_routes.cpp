#include "sim/storage/share/share_routes.hpp"

#include <charconv>
#include <pugixml.hpp>

#include "sim/core/digest.hpp"
#include "sim/core/text.hpp"
#include "sim/storage/blob/access.hpp"
#include "sim/storage/blob/blob_store.hpp"
#include "sim/storage/blob/error.hpp"
#include "sim/storage/blob/xml.hpp"

namespace azlab::storage {
namespace {

// One range that a client writes is at most this long, as documented; a file of ours is not longer than memory allows.
constexpr std::size_t kFileBytesMax = std::size_t{1} << 30;

struct ShareCall {
  Context& context;
  const Request& request;
  std::string share;  ///< "<account>/<share>", as FileStore names it
  std::string path;   ///< without a slash at its ends; empty: the root
};

Error no_share() { return {404, "ShareNotFound", "The specified share does not exist."}; }
Error no_file() { return {404, "ResourceNotFound", "The specified resource does not exist."}; }

Result<ShareCall> begin_share_call(Context& context, const Request& request, const Match& match, char permission, bool has_path) {
  const std::string account = request.host.substr(0, request.host.find('.'));
  ShareCall call{context, request, account + "/" + match.at("share"), has_path ? match.at("path") : std::string()};
  const auto id = find_account(context.world(), account);
  if (!id) return fail(404, "ResourceNotFound", "azlab: there is no storage account '" + account + "'; a real client would not find its host.");
  for (const auto& segment : split(call.path, '/')) {
    if (segment == ".." || segment == ".") return fail(400, "InvalidUri", "The requested URI does not represent any resource on the server.");
  }
  const std::string resource = "/file/" + account + "/" + match.at("share") + (call.path.empty() ? "" : "/" + call.path);
  if (const auto ok = authorize(context, request, {account, resource, permission}); !ok) return fail(ok.error());
  ResourceId share = *id;
  share.parts.emplace_back("fileServices", "default");
  share.parts.emplace_back("shares", match.at("share"));
  if (!context.world().find(Table::resource, share.key())) return fail(no_share());
  // A route without a query serves what no other does: what it would have to ignore is refused.
  for (const char* name : {"comp", "restype", "sharesnapshot"}) {
    const auto value = request.query_value(name);
    if (value && match.route->query.find(std::string(name) + "=") == std::string::npos) return fail(400, "AzlabNotSimulated", "azlab does not serve " + std::string(name) + "=" + *value + " of the file service.");
  }
  return call;
}

Response share_response(const ShareCall& call, int status) {
  const std::string_view version = call.request.headers.get("x-ms-version");
  Response response{.status = status, .headers = {{"x-ms-version", std::string(version.empty() ? kServiceVersion : version)}}};
  // FileStore keeps no times; a file's tag follows from what it is called, so that clients find one.
  response.headers.set("Last-Modified", to_http_date(call.context.now()));
  response.headers.set("ETag", "\"0x8D" + call.context.draw().hex(12, "file", call.share + "/" + call.path) + "\"");
  return response;
}

void add_file_headers(const ShareCall& call, Response& response) {
  const std::string at = to_iso8601(call.context.now());
  for (const char* name : {"x-ms-file-creation-time", "x-ms-file-last-write-time", "x-ms-file-change-time"}) response.headers.set(name, at);
  response.headers.set("x-ms-file-attributes", "Archive");
  response.headers.set("x-ms-file-permission-key", "0*0");
  response.headers.set("x-ms-file-id", "13835128424026341376");
  response.headers.set("x-ms-file-parent-id", "0");
  response.headers.set("x-ms-server-encrypted", "true");
}

/// "bytes=a-b"; nothing when there is none.
struct Bytes {
  std::size_t from = 0;
  std::size_t to = 0;
};
std::optional<Bytes> bytes_range(const Request& request) {
  std::string_view text = request.headers.get("x-ms-range");
  if (text.empty()) text = request.headers.get("Range");
  if (!starts_with_ignore_case(text, "bytes=")) return std::nullopt;
  text.remove_prefix(6);
  const auto dash = text.find('-');
  Bytes out;
  if (dash == std::string_view::npos) return std::nullopt;
  const auto first = std::from_chars(text.data(), text.data() + dash, out.from);
  const auto second = std::from_chars(text.data() + dash + 1, text.data() + text.size(), out.to);
  if (first.ec != std::errc() || dash == 0) return std::nullopt;
  if (second.ec != std::errc()) out.to = static_cast<std::size_t>(-1);
  return out.to < out.from ? std::nullopt : std::optional<Bytes>(out);
}

bool is_directory(const ShareCall& call) { return call.path.empty() || call.context.files().list(call.share, call.path).has_value(); }

Response get_share(Context& context, const Request& request, const Match& match) {
  const auto call = begin_share_call(context, request, match, 'r', false);
  if (!call) return storage_error(context, call.error());
  Response response = share_response(*call, 200);
  response.headers.set("x-ms-share-quota", "102400");
  response.headers.set("x-ms-access-tier", "TransactionOptimized");
  return response;
}

Response list_directory(Context& context, const Request& request, const Match& match) {
  const auto call = begin_share_call(context, request, match, 'l', true);
  if (!call) return storage_error(context, call.error());
  const auto entries = context.files().list(call->share, call->path);
  if (!entries) return storage_error(context, no_file());
  const std::string prefix = request.query_value("prefix").value_or("");
  pugi::xml_document document;
  pugi::xml_node root = document.append_child("EnumerationResults");
  root.append_attribute("ServiceEndpoint") = ("https://" + request.host + "/").c_str();
  root.append_attribute("ShareName") = match.at("share").c_str();
  root.append_attribute("DirectoryPath") = call->path.c_str();
  pugi::xml_node list = root.append_child("Entries");
  for (const auto& entry : *entries) {
    if (!entry.name.starts_with(prefix)) continue;
    pugi::xml_node item = list.append_child(entry.is_directory ? "Directory" : "File");
    item.append_child("FileId").text().set("13835128424026341376");
    item.append_child("Name").text().set(entry.name.c_str());
    pugi::xml_node properties = item.append_child("Properties");
    if (!entry.is_directory) properties.append_child("Content-Length").text().set(std::to_string(entry.size_bytes).c_str());
  }
  root.append_child("NextMarker");
  Response response = share_response(*call, 200);
  response.headers.set("Content-Type", "application/xml");
  response.body = to_text(document);
  return response;
}

Response create_directory(Context& context, const Request& request, const Match& match) {
  const auto call = begin_share_call(context, request, match, 'c', true);
  if (!call) return storage_error(context, call.error());
  if (call->path.empty() || context.files().exists(call->share, call->path)) return storage_error(context, {409, "ResourceAlreadyExists", "The specified resource already exists."});
  const auto slash = call->path.rfind('/');
  if (slash != std::string::npos && !context.files().exists(call->share, call->path.substr(0, slash))) return storage_error(context, {404, "ParentNotFound", "The specified parent path does not exist."});
  if (const auto made = context.files().make_directory(call->share, call->path); !made) return storage_error(context, made.error());
  Response response = share_response(*call, 201);
  add_file_headers(*call, response);
  return response;
}

Response get_directory(Context& context, const Request& request, const Match& match) {
  const auto call = begin_share_call(context, request, match, 'r', true);
  if (!call) return storage_error(context, call.error());
  if (!is_directory(*call)) return storage_error(context, no_file());
  Response response = share_response(*call, 200);
  add_file_headers(*call, response);
  return response;
}

Response delete_directory(Context& context, const Request& request, const Match& match) {
  const auto call = begin_share_call(context, request, match, 'd', true);
  if (!call) return storage_error(context, call.error());
  const auto entries = context.files().list(call->share, call->path);
  if (!entries || call->path.empty()) return storage_error(context, no_file());
  if (!entries->empty()) return storage_error(context, {409, "DirectoryNotEmpty", "The specified directory is not empty."});
  if (const auto removed = context.files().remove(call->share, call->path); !removed) return storage_error(context, removed.error());
  return share_response(*call, 202);
}

Response create_file(Context& context, const Request& request, const Match& match) {
  const auto call = begin_share_call(context, request, match, 'c', true);
  if (!call) return storage_error(context, call.error());
  const std::string length(request.headers.get("x-ms-content-length"));
  std::size_t size = 0;
  const auto [end, error] = std::from_chars(length.data(), length.data() + length.size(), size);
  if (error != std::errc() || end != length.data() + length.size() || size > kFileBytesMax) return storage_error(context, invalid_header("x-ms-content-length"));
  const auto slash = call->path.rfind('/');
  if (slash != std::string::npos && !context.files().exists(call->share, call->path.substr(0, slash))) return storage_error(context, {404, "ParentNotFound", "The specified parent path does not exist."});
  if (is_directory(*call)) return storage_error(context, {409, "ResourceTypeMismatch", "The specified resource type does not match the type of the existing resource."});
  if (const auto written = context.files().write(call->share, call->path, std::string(size, '\0')); !written) return storage_error(context, written.error());
  Response response = share_response(*call, 201);
  add_file_headers(*call, response);
  return response;
}

Response put_range(Context& context, const Request& request, const Match& match) {
  const auto call = begin_share_call(context, request, match, 'w', true);
  if (!call) return storage_error(context, call.error());
  auto bytes = context.files().read(call->share, call->path);
  if (!bytes) return storage_error(context, no_file());
  const auto range = bytes_range(request);
  const bool clear = equals_ignore_case(request.headers.get("x-ms-write"), "clear");
  const std::string sent = request.body.text();
  if (!range || range->to >= bytes->size() || (!clear && sent.size() != range->to - range->from + 1)) return storage_error(context, {416, "InvalidRange", "The range specified is invalid for the current size of the resource."});
  bytes->replace(range->from, range->to - range->from + 1, clear ? std::string(range->to - range->from + 1, '\0') : sent);
  if (const auto written = context.files().write(call->share, call->path, *bytes); !written) return storage_error(context, written.error());
  Response response = share_response(*call, 201);
  response.headers.set("Content-MD5", md5_base64(sent));
  response.headers.set("x-ms-request-server-encrypted", "true");
  return response;
}

Response get_file(Context& context, const Request& request, const Match& match) {
  const auto call = begin_share_call(context, request, match, 'r', true);
  if (!call) return storage_error(context, call.error());
  const auto bytes = context.files().read(call->share, call->path);
  if (!bytes) return storage_error(context, no_file());
  Response response = share_response(*call, 200);
  add_file_headers(*call, response);
  response.headers.set("x-ms-type", "File");
  response.headers.set("Content-Type", "application/octet-stream");
  response.headers.set("Accept-Ranges", "bytes");
  if (request.method == Method::head) {
    response.headers.set("Content-Length", std::to_string(bytes->size()));
    return response;
  }
  const auto range = bytes_range(request);
  if (!range) {
    response.body = Body(*bytes);
    return response;
  }
  if (range->from >= bytes->size()) return storage_error(context, {416, "InvalidRange", "The range specified is invalid for the current size of the resource."});
  const std::size_t to = std::min(range->to, bytes->size() - 1);
  response.status = 206;
  response.headers.set("Content-Range", "bytes " + std::to_string(range->from) + "-" + std::to_string(to) + "/" + std::to_string(bytes->size()));
  response.body = Body(bytes->substr(range->from, to - range->from + 1));
  return response;
}

Response delete_file(Context& context, const Request& request, const Match& match) {
  const auto call = begin_share_call(context, request, match, 'd', true);
  if (!call) return storage_error(context, call.error());
  if (call->path.empty() || is_directory(*call) || !context.files().exists(call->share, call->path)) return storage_error(context, no_file());
  if (const auto removed = context.files().remove(call->share, call->path); !removed) return storage_error(context, removed.error());
  return share_response(*call, 202);
}

}  // namespace

std::vector<Route> share_routes() {
  const std::string host = "*.file.core.windows.net";
  const std::string item = "/{share}/{path*}";
  const auto route = [&](Method method, const std::string& path, const char* operation, Handler handler, const char* query = "") {
    return Route{.method = method, .host = host, .pattern = path, .operation = operation, .handler = handler, .query = query};
  };
  return {
      route(Method::get, "/{share}", "files.getShare", get_share, "restype=share"),
      route(Method::get, item, "files.list", list_directory, "restype=directory&comp=list"),
      route(Method::put, item, "files.createDirectory", create_directory, "restype=directory"),
      route(Method::get, item, "files.getDirectory", get_directory, "restype=directory"),
      route(Method::del, item, "files.deleteDirectory", delete_directory, "restype=directory"),
      route(Method::put, item, "files.create", create_file),
      route(Method::put, item, "files.putRange", put_range, "comp=range"),
      route(Method::get, item, "files.read", get_file),
      route(Method::del, item, "files.delete", delete_file),
  };
}

}  // namespace azlab::storage
