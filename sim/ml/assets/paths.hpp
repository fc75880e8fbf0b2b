#pragma once

#include <string>
#include <string_view>

#include "sim/core/resource_id.hpp"
#include "sim/core/result.hpp"
#include "sim/core/world.hpp"

namespace azlab::ml {

/// An address of data in the form in which the service stores it (wire.md 3.10): `azureml://datastores/…` becomes
/// `azureml://subscriptions/…/workspaces/…/datastores/…`, an output of a job becomes its place in the artifact store.
/// Other schemes stay. An error names a datastore that is not there.
Result<std::string> long_uri(const World& world, const ResourceId& workspace, std::string_view uri);

/// Where a datastore keeps a path: a container and the beginning of blob names, or a file share and a directory.
struct StoredAt {
  std::string account;
  std::string container;  ///< or the share's name
  std::string path;
  bool file_share = false;
  std::string blob_url() const { return "https://" + account + ".blob.core.windows.net/" + container + "/" + path; }
};
/// Resolves `azureml://…/datastores/<d>/paths/<p>` in either form, and `https://<account>.blob.core.windows.net/…`.
Result<StoredAt> stored_at(const World& world, const ResourceId& workspace, std::string_view uri);

}  // namespace azlab::ml
