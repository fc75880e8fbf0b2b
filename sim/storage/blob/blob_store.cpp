#include "sim/storage/blob/blob_store.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "sim/arm/resource.hpp"
#include "sim/core/text.hpp"

namespace azlab::storage {
namespace {

// Ends a blob's name in the keys of its staged blocks; no name holds it.
constexpr char kEnd = '\x01';

std::string stage_prefix(const Container& container, const std::string& name) { return container.prefix() + name + kEnd; }

Json to_json(const BlobInfo& blob) {
  Json blocks = Json::array();
  for (const auto& block : blob.blocks) blocks.push_back({block.id, block.size});
  return {{"type", blob.type},
          {"size", blob.size},
          {"etag", blob.etag},
          {"created", blob.created.time_since_epoch().count()},
          {"modified", blob.modified.time_since_epoch().count()},
          {"properties", blob.properties},
          {"metadata", blob.metadata},
          {"blocks", blocks},
          {"copy", blob.copy},
          {"copyId", blob.copy_id},
          {"tier", blob.tier},
          {"content", blob.content}};
}

BlobInfo from_json(const std::string& text) {
  const auto parsed = parse_json(text);
  if (!parsed) return {};
  const Json& json = *parsed;
  BlobInfo blob{.type = json["type"],
                .size = json["size"],
                .etag = json["etag"],
                .created = Time(Duration(json["created"].get<std::int64_t>())),
                .modified = Time(Duration(json["modified"].get<std::int64_t>())),
                .properties = json["properties"],
                .metadata = json["metadata"],
                .copy = json["copy"],
                .copy_id = json["copyId"],
                .tier = json["tier"],
                .content = json["content"]};
  for (const auto& block : json["blocks"]) blob.blocks.push_back({block[0], block[1]});
  return blob;
}

void erase_prefix(World& world, Table table, const std::string& prefix) {
  std::vector<std::string> keys;
  world.for_each(table, prefix, [&](const std::string& key, const RowPtr&) {
    keys.push_back(key);
    return true;
  });
  for (const auto& key : keys) world.erase(table, key);
}

}  // namespace

std::optional<ResourceId> find_account(const World& world, std::string_view account) {
  const RowPtr row = world.find(Table::setting, "name/microsoft.storage/storageaccounts//" + to_lower(account));
  return row ? ResourceId::parse(row->body) : std::nullopt;
}

bool container_exists(const World& world, const Container& container) {
  auto id = find_account(world, container.account);
  if (!id) return false;
  id->parts.emplace_back("blobServices", "default");
  id->parts.emplace_back("containers", container.name);
  return world.find(Table::resource, id->key()) != nullptr;
}

std::optional<BlobInfo> find_blob(const World& world, const Container& container, const std::string& name) {
  const RowPtr row = world.find(Table::blob, container.prefix() + name);
  if (!row) return std::nullopt;
  return from_json(row->body);
}

std::shared_ptr<const std::string> read_bytes(const World& world, const BlobInfo& blob) {
  const RowPtr row = world.find(Table::blob_content, blob.content);
  if (!row) return std::make_shared<const std::string>();
  return {row, &row->body};
}

BlobInfo write_blob(Context& context, const Container& container, const std::string& name, BlobInfo blob, const std::string* bytes) {
  World& world = context.world();
  const std::string key = container.prefix() + name;
  const std::uint64_t number = next_number(world, "blob-version");
  if (bytes != nullptr) {
    // An overwritten blob's bytes go; snapshots of the World still have theirs.
    world.erase(Table::blob_content, blob.content.empty() ? key : blob.content);
    blob.content = key;
    blob.size = bytes->size();
    world.put(Table::blob_content, key, Row{.body = *bytes});
  }
  blob.modified = context.now();
  if (blob.created == Time{}) blob.created = blob.modified;
  blob.etag = fmt::format("\"0x8D{:012X}\"", static_cast<std::uint64_t>(blob.modified.time_since_epoch().count()) * 64 + number % 64);
  world.put(Table::blob, key, Row{.body = dump(to_json(blob))});
  return blob;
}

void erase_blob(World& world, const Container& container, const std::string& name) {
  const std::string key = container.prefix() + name;
  world.erase(Table::blob_content, key);
  world.erase(Table::blob, key);
  discard_staged_blocks(world, container, name);
}

void for_each_blob(const World& world, const Container& container, const std::string& prefix, const std::string& from,
                   const std::function<bool(const std::string&, const BlobInfo&)>& visit) {
  const std::string base = container.prefix();
  world.for_each(Table::blob, base + prefix, [&](const std::string& key, const RowPtr& row) {
    const std::string name = key.substr(base.size());
    return name < from || visit(name, from_json(row->body));
  });
}

void erase_all_blobs(World& world, const Container& container) {
  for (const Table table : {Table::blob, Table::blob_content, Table::blob_block}) erase_prefix(world, table, container.prefix());
}

void stage_block(World& world, const Container& container, const std::string& name, const std::string& id, std::string bytes) {
  world.put(Table::blob_block, stage_prefix(container, name) + id, Row{.body = std::move(bytes)});
}

std::optional<std::string> staged_block(const World& world, const Container& container, const std::string& name, const std::string& id) {
  const RowPtr row = world.find(Table::blob_block, stage_prefix(container, name) + id);
  if (!row) return std::nullopt;
  return row->body;
}

std::vector<Block> staged_blocks(const World& world, const Container& container, const std::string& name) {
  std::vector<Block> out;
  const std::string prefix = stage_prefix(container, name);
  world.for_each(Table::blob_block, prefix, [&](const std::string& key, const RowPtr& row) {
    out.push_back({key.substr(prefix.size()), row->body.size()});
    return true;
  });
  return out;
}

void discard_staged_blocks(World& world, const Container& container, const std::string& name) {
  erase_prefix(world, Table::blob_block, stage_prefix(container, name));
}

}  // namespace azlab::storage
