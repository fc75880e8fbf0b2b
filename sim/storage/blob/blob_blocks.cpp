/// Put Block, Put Block List, Append Block.
#include <algorithm>
#include <pugixml.hpp>

#include "sim/core/digest.hpp"
#include "sim/core/text.hpp"
#include "sim/storage/blob/blob_request.hpp"
#include "sim/storage/blob/blob_services.hpp"
#include "sim/storage/blob/error.hpp"

namespace azlab::storage {
namespace {

constexpr std::size_t kBlocksMax = 50'000;

Result<void> check_md5(const Request& request, const std::string& bytes) {
  const std::string_view sent = request.headers.get("Content-MD5");
  if (sent.empty() || sent == md5_base64(bytes)) return {};
  return fail(400, "Md5Mismatch", "The MD5 value specified in the request did not match with the MD5 value calculated by the server.");
}

/// The bytes of a blob's committed blocks, by id.
std::optional<std::string> committed_block(const World& world, const BlobInfo& blob, const std::string& id) {
  std::size_t at = 0;
  for (const auto& block : blob.blocks) {
    if (block.id == id) return read_bytes(world, blob)->substr(at, block.size);
    at += block.size;
  }
  return std::nullopt;
}

struct Assembled {
  std::string bytes{};
  std::vector<Block> blocks{};
};

/// Puts a blob together from `<BlockList><Latest>id</Latest>…`: Committed, Uncommitted, or Latest (the staged one first).
Result<Assembled> assemble(const BlobCall& call, const BlobInfo* existing) {
  const std::string text = call.request.body.text();
  pugi::xml_document document;
  if (!document.load_buffer(text.data(), text.size()) || std::string_view(document.document_element().name()) != "BlockList") {
    return fail(400, "InvalidXmlDocument", "XML specified is not syntactically valid.");
  }
  Assembled out;
  for (const pugi::xml_node& node : document.document_element().children()) {
    if (node.type() != pugi::node_element) continue;
    const std::string_view kind = node.name();
    if (kind != "Latest" && kind != "Committed" && kind != "Uncommitted") return fail(400, "InvalidXmlNodeValue", "The XML node " + std::string(kind) + " is not known in a block list.");
    const std::string id(trim(node.child_value()));
    std::optional<std::string> bytes;
    if (kind != "Committed") bytes = staged_block(call.context.world(), call.container, call.name, id);
    if (!bytes && kind != "Uncommitted" && existing != nullptr) bytes = committed_block(call.context.world(), *existing, id);
    if (!bytes || out.blocks.size() == kBlocksMax) return fail(400, "InvalidBlockList", "The specified block list is invalid.");
    out.blocks.push_back({id, bytes->size()});
    out.bytes += *bytes;
  }
  return out;
}

}  // namespace

Response put_block(Context& context, const Request& request, const Match& match) {
  const auto call = begin_blob_call(context, request, match, 'w');
  if (!call) return storage_error(context, call.error());
  const std::string id = request.query_value("blockid").value_or("");
  const auto decoded = base64_decode(id);
  if (id.empty() || !decoded || decoded->empty() || decoded->size() > 64) return storage_error(context, invalid_query("blockid"));
  const auto staged = staged_blocks(context.world(), call->container, call->name);
  if (!staged.empty() && staged.front().id.size() != id.size()) return storage_error(context, {400, "InvalidBlobOrBlock", "The specified blob or block content is invalid."});
  std::string bytes = request.body.text();
  if (const auto ok = check_md5(request, bytes); !ok) return storage_error(context, ok.error());
  Response response = service_response(request, 201);
  response.headers.set("Content-MD5", md5_base64(bytes));
  response.headers.set("x-ms-request-server-encrypted", "true");
  stage_block(context.world(), call->container, call->name, id, std::move(bytes));
  return response;
}

Response put_block_list(Context& context, const Request& request, const Match& match) {
  const auto call = begin_blob_call(context, request, match, 'w');
  if (!call) return storage_error(context, call.error());
  const auto existing = find_blob(context.world(), call->container, call->name);
  if (const auto ok = check_conditions(*call, existing ? &*existing : nullptr, false); !ok) return storage_error(context, ok.error());
  auto assembled = assemble(*call, existing ? &*existing : nullptr);
  if (!assembled) return storage_error(context, assembled.error());
  BlobInfo blob{.properties = content_properties_of(request, false), .metadata = metadata_of(request), .blocks = std::move(assembled->blocks), .tier = std::string(request.headers.get("x-ms-access-tier")), .content = existing ? existing->content : std::string()};
  const BlobInfo stored = write_blob(context, call->container, call->name, std::move(blob), &assembled->bytes);
  discard_staged_blocks(context.world(), call->container, call->name);
  Response response = blob_response(*call, 201, stored);
  response.headers.set("x-ms-request-server-encrypted", "true");
  return response;
}

Response append_block(Context& context, const Request& request, const Match& match) {
  const auto call = begin_blob_call(context, request, match, 'a');
  if (!call) return storage_error(context, call.error());
  auto existing = find_blob(context.world(), call->container, call->name);
  if (const auto ok = check_conditions(*call, existing ? &*existing : nullptr, false); !ok) return storage_error(context, ok.error());
  if (!existing) return storage_error(context, no_blob());
  if (existing->type != "AppendBlob") return storage_error(context, {409, "InvalidBlobType", "The blob type is invalid for this operation."});
  const std::size_t offset = existing->size;
  const std::string_view expected = request.headers.get("x-ms-blob-condition-appendpos");
  if (!expected.empty() && expected != std::to_string(offset)) {
    return storage_error(context, {412, "AppendPositionConditionNotMet", "The append position condition specified was not met."});
  }
  const std::string more = request.body.text();
  if (const auto ok = check_md5(request, more); !ok) return storage_error(context, ok.error());
  existing->blocks.push_back({std::to_string(existing->blocks.size()), more.size()});
  const std::string bytes = *read_bytes(context.world(), *existing) + more;
  const BlobInfo stored = write_blob(context, call->container, call->name, std::move(*existing), &bytes);
  Response response = blob_response(*call, 201, stored);
  response.headers.set("x-ms-blob-append-offset", std::to_string(offset));
  response.headers.set("x-ms-blob-committed-block-count", std::to_string(stored.blocks.size()));
  return response;
}

}  // namespace azlab::storage
