#pragma once

#include <memory>
#include <string>
#include <vector>

#include "sim/core/workloads.hpp"
#include "sim/ml/assets/paths.hpp"
#include "sim/http/context.hpp"

namespace azlab::ml {

/// The blobs of a container whose names start with `prefix`, through the blob service.
Result<std::vector<std::string>> list_stored(Context& context, const StoredAt& place);
/// One blob; an error when it is not there.
Result<std::shared_ptr<const std::string>> read_stored(Context& context, const StoredAt& place);
/// Writes one blob.
Result<void> write_stored(Context& context, const StoredAt& place, const std::string& bytes);

/// Everything at an address as files below `directory`: one file, or a folder with what is in it. The path at which
/// it then lies is returned (the file itself, or the folder). An error when nothing is there.
Result<std::string> lay_out(Context& context, const ResourceId& workspace, std::string_view uri, const std::string& directory, std::vector<WorkloadFile>& files);

}  // namespace azlab::ml
