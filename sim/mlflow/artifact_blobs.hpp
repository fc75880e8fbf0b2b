#pragma once

#include <string>
#include <string_view>

#include "sim/mlflow/workspace.hpp"
#include "sim/storage/list/blob_list.hpp"

namespace azlab::mlflow {

// The bytes behind artifacts, in the workspace's storage account, reached as any client reaches them: with a signature
// that Resource Manager hands out.

/// Whether a path stays where it is put: no empty, "." or ".." part, not absolute, no backslash.
bool is_safe_path(std::string_view path);

/// A signature for the container of artifacts, as a query string without '?'. `permissions` as storage writes them
/// ("r", "rcw"). Fails as Resource Manager or the account's rules say.
Result<std::string> artifact_signature(Context& context, const Workspace& workspace, const std::string& permissions);
/// The address of a blob, with a signature that may be empty.
std::string artifact_url(const Workspace& workspace, std::string_view path, std::string_view signature);

/// Blobs whose name starts with `prefix`; `by_folder` stops at the next '/'. An empty marker begins at the front.
Result<storage::BlobPage> list_artifact_blobs(Context& context, const Workspace& workspace, const std::string& prefix, bool by_folder, const std::string& marker = {});
/// All pages of it.
Result<storage::BlobPage> list_all_artifact_blobs(Context& context, const Workspace& workspace, const std::string& prefix, bool by_folder);
bool artifact_blob_exists(Context& context, const Workspace& workspace, const std::string& path);
/// The blob service's own answers.
Response read_artifact_blob(Context& context, const Workspace& workspace, const std::string& path);
Response write_artifact_blob(Context& context, const Workspace& workspace, const std::string& path, Body body, std::string_view content_type);
Response delete_artifact_blob(Context& context, const Workspace& workspace, const std::string& path);

}  // namespace azlab::mlflow
