#pragma once

#include "sim/http/router.hpp"

namespace azlab::mlflow {

// Artifacts through the tracking address itself, for clients of the open-source server: paths are
// {origin}/{container}/{path}, as in the addresses that these clients are given (artifact_uri.hpp).
Response list_proxied_artifacts(Context& context, const Request& request, const Match& match);
Response download_proxied_artifact(Context& context, const Request& request, const Match& match);
Response upload_proxied_artifact(Context& context, const Request& request, const Match& match);
Response delete_proxied_artifact(Context& context, const Request& request, const Match& match);

}  // namespace azlab::mlflow
