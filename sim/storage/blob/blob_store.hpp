#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sim/core/resource_id.hpp"
#include "sim/http/context.hpp"

namespace azlab::storage {

/// A container as the data plane knows it: an account's name and the container's; ARM's resource of it is the state.
struct Container {
  std::string account;
  std::string name;
  /// Before the names of its blobs in Table::blob.
  std::string prefix() const { return account + "/" + name + "/"; }
};

struct Block {
  std::string id;  ///< base64, as the client gave it
  std::size_t size = 0;
};

/// What is known of a blob beside its bytes. Bytes are rows of their own (Table::blob_content), so that changing
/// metadata copies none.
struct BlobInfo {
  std::string type = "BlockBlob";  ///< or "AppendBlob"
  std::size_t size = 0;
  std::string etag{};              ///< quoted
  Time created{};
  Time modified{};
  std::map<std::string, std::string> properties{};  ///< "Content-Type", "Content-MD5", "Cache-Control", …: only what is set
  std::map<std::string, std::string> metadata{};    ///< names as given; they compare without case
  std::vector<Block> blocks{};                      ///< committed ones
  std::string copy{};                               ///< source, where it is a copy
  std::string copy_id{};
  std::string tier{};
  std::string content{};                            ///< key in Table::blob_content
};

/// The ARM id of an account; nothing when there is none of that name.
std::optional<ResourceId> find_account(const World& world, std::string_view account);
/// Whether ARM has the container.
bool container_exists(const World& world, const Container& container);

std::optional<BlobInfo> find_blob(const World& world, const Container& container, const std::string& name);
/// Its bytes, shared with the World; never null.
std::shared_ptr<const std::string> read_bytes(const World& world, const BlobInfo& blob);
/// Stores it under a new entity tag and the present time. `bytes` null: they stay what they were.
BlobInfo write_blob(Context& context, const Container& container, const std::string& name, BlobInfo blob, const std::string* bytes);
void erase_blob(World& world, const Container& container, const std::string& name);
/// Visits names from `from` on (inclusive) that start with `prefix`, in order, until the visitor returns false.
void for_each_blob(const World& world, const Container& container, const std::string& prefix, const std::string& from,
                   const std::function<bool(const std::string& name, const BlobInfo&)>& visit);
/// Everything in a container, uncommitted blocks included.
void erase_all_blobs(World& world, const Container& container);

/// Uncommitted blocks wait here for their list.
void stage_block(World& world, const Container& container, const std::string& name, const std::string& id, std::string bytes);
std::optional<std::string> staged_block(const World& world, const Container& container, const std::string& name, const std::string& id);
std::vector<Block> staged_blocks(const World& world, const Container& container, const std::string& name);
void discard_staged_blocks(World& world, const Container& container, const std::string& name);

}  // namespace azlab::storage
