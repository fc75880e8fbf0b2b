#pragma once

#include <string>

#include "harness/az/wire.hpp"

namespace azlab::az {

/// A file or folder of this machine, relative to `base` (the folder of the YAML file that names it, or the working
/// directory); an error when it is not there.
Result<std::string> local_path(const Invocation& az, const std::string& base, const std::string& path);

/// Uploads a file or folder to the workspace's default datastore, as azure-ai-ml does (wire.md 3.7, 3.10): below
/// LocalUpload/<hash of the contents>/, once for the same contents. Returns its azureml://datastores/… address.
Result<std::string> upload_to_datastore(Invocation& az, const std::string& workspace, const std::string& path);

/// Uploads a folder as a snapshot of code, once for the same contents; returns the ARM id of its version.
Result<std::string> upload_snapshot(Invocation& az, const std::string& workspace, const std::string& path);

/// Downloads all blobs below an address `azureml://datastores/<d>/paths/<p>` into a folder. Returns how many.
Result<std::size_t> download_from_datastore(Invocation& az, const std::string& workspace, const std::string& datastore, const std::string& prefix, const std::string& folder);

}  // namespace azlab::az
