/// Get Blob, Get Blob Properties (HEAD), Get Blob Metadata, Get Block List.
#include <charconv>
#include <pugixml.hpp>

#include "sim/core/digest.hpp"
#include "sim/core/text.hpp"
#include "sim/storage/blob/blob_request.hpp"
#include "sim/storage/blob/blob_services.hpp"
#include "sim/storage/blob/error.hpp"
#include "sim/storage/blob/xml.hpp"

namespace azlab::storage {
namespace {

struct ByteRange {
  std::size_t from = 0;
  std::size_t to = 0;  ///< inclusive
};

std::optional<std::size_t> number(std::string_view text) {
  std::size_t out = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  if (error != std::errc() || end != text.data() + text.size() || text.empty()) return std::nullopt;
  return out;
}

tl::unexpected<Error> invalid_range() { return fail(416, "InvalidRange", "The range specified is invalid for the current size of the resource."); }

/// The bytes asked for; nothing when all of them are. x-ms-range wins over Range, as documented; a header that is no
/// range of bytes is none.
Result<std::optional<ByteRange>> range_of(const Request& request, std::size_t size) {
  std::string_view text = request.headers.get("x-ms-range");
  if (text.empty()) text = request.headers.get("Range");
  constexpr std::string_view kUnit = "bytes=";
  if (!starts_with_ignore_case(text, kUnit)) return std::nullopt;
  text.remove_prefix(kUnit.size());
  const auto dash = text.find('-');
  if (dash == std::string_view::npos) return std::nullopt;
  const auto from = number(text.substr(0, dash));
  const auto to = number(text.substr(dash + 1));
  if (!from) return std::nullopt;  // a suffix ("-5"): storage takes it for no range
  if (*from >= size) return invalid_range();
  if (to && *to < *from) return std::nullopt;
  return ByteRange{*from, std::min(to.value_or(size - 1), size - 1)};
}

void describe(Response& response, const BlobInfo& blob) {
  for (const auto& [name, value] : blob.properties) response.headers.set(name, value);
  if (!blob.properties.contains("Content-Type")) response.headers.set("Content-Type", "application/octet-stream");
  for (const auto& [name, value] : blob.metadata) response.headers.set("x-ms-meta-" + name, value);
  response.headers.set("x-ms-blob-type", blob.type);
  response.headers.set("x-ms-creation-time", to_http_date(blob.created));
  response.headers.set("x-ms-lease-status", "unlocked");
  response.headers.set("x-ms-lease-state", "available");
  response.headers.set("x-ms-server-encrypted", "true");
  response.headers.set("x-ms-access-tier", blob.tier.empty() ? "Hot" : blob.tier);
  if (blob.tier.empty()) response.headers.set("x-ms-access-tier-inferred", "true");
  response.headers.set("Accept-Ranges", "bytes");
  if (blob.type == "AppendBlob") response.headers.set("x-ms-blob-committed-block-count", std::to_string(blob.blocks.size()));
  if (blob.copy.empty()) return;
  response.headers.set("x-ms-copy-id", blob.copy_id);
  response.headers.set("x-ms-copy-source", blob.copy);
  response.headers.set("x-ms-copy-status", "success");
  response.headers.set("x-ms-copy-progress", std::to_string(blob.size) + "/" + std::to_string(blob.size));
  response.headers.set("x-ms-copy-completion-time", to_http_date(blob.created));
}

struct Found {
  BlobCall call;
  BlobInfo blob;
};

Result<Found> find_for_reading(Context& context, const Request& request, const Match& match) {
  const auto call = begin_blob_call(context, request, match, 'r');
  if (!call) return fail(call.error());
  auto blob = find_blob(context.world(), call->container, call->name);
  if (const auto ok = check_conditions(*call, blob ? &*blob : nullptr, true); !ok) return fail(ok.error());
  if (!blob) return fail(no_blob());
  return Found{*call, std::move(*blob)};
}

}  // namespace

Response get_blob(Context& context, const Request& request, const Match& match) {
  const auto found = find_for_reading(context, request, match);
  if (!found) return storage_error(context, found.error());
  const BlobInfo& blob = found->blob;
  Response response = blob_response(found->call, 200, blob);
  describe(response, blob);
  if (request.method == Method::head) {
    response.headers.set("Content-Length", std::to_string(blob.size));
    return response;
  }
  const auto bytes = read_bytes(context.world(), blob);
  const auto range = range_of(request, bytes->size());
  if (!range) return storage_error(context, range.error());
  if (!*range) {
    response.body = Body(bytes);
    return response;
  }
  const ByteRange part = **range;
  std::string text = bytes->substr(part.from, part.to - part.from + 1);
  response.status = 206;
  response.headers.set("Content-Range", "bytes " + std::to_string(part.from) + "-" + std::to_string(part.to) + "/" + std::to_string(bytes->size()));
  // The stored MD5 is the whole blob's; that of the part is made on request.
  if (const auto whole = blob.properties.find("Content-MD5"); whole != blob.properties.end()) response.headers.set("x-ms-blob-content-md5", whole->second);
  response.headers.remove("Content-MD5");
  if (equals_ignore_case(request.headers.get("x-ms-range-get-content-md5"), "true")) response.headers.set("Content-MD5", md5_base64(text));
  response.body = Body(std::move(text));
  return response;
}

Response get_blob_metadata(Context& context, const Request& request, const Match& match) {
  const auto found = find_for_reading(context, request, match);
  if (!found) return storage_error(context, found.error());
  Response response = blob_response(found->call, 200, found->blob);
  for (const auto& [name, value] : found->blob.metadata) response.headers.set("x-ms-meta-" + name, value);
  return response;
}

Response get_block_list(Context& context, const Request& request, const Match& match) {
  const auto call = begin_blob_call(context, request, match, 'r');
  if (!call) return storage_error(context, call.error());
  const auto blob = find_blob(context.world(), call->container, call->name);
  const auto staged = staged_blocks(context.world(), call->container, call->name);
  if (!blob && staged.empty()) return storage_error(context, no_blob());
  const std::string wanted = to_lower(request.query_value("blocklisttype").value_or("committed"));
  pugi::xml_document document;
  pugi::xml_node root = document.append_child("BlockList");
  const auto add = [&](const char* name, const std::vector<Block>& blocks) {
    pugi::xml_node list = root.append_child(name);
    for (const auto& block : blocks) {
      pugi::xml_node item = list.append_child("Block");
      item.append_child("Name").text().set(block.id.c_str());
      item.append_child("Size").text().set(std::to_string(block.size).c_str());
    }
  };
  if (wanted != "uncommitted") add("CommittedBlocks", blob ? blob->blocks : std::vector<Block>());
  if (wanted != "committed") add("UncommittedBlocks", staged);
  Response response = blob ? blob_response(*call, 200, *blob) : service_response(request, 200);
  response.headers.set("Content-Type", "application/xml");
  response.headers.set("x-ms-blob-content-length", std::to_string(blob ? blob->size : 0));
  response.body = to_text(document);
  return response;
}

}  // namespace azlab::storage
