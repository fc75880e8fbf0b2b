#pragma once

#include <string>

#include "sim/core/result.hpp"
#include "sim/http/context.hpp"

namespace azlab::mlflow {

// MLflow names its errors; the HTTP status follows from the name. The names and their statuses are those of the
// open-source server.
tl::unexpected<Error> invalid_parameter(std::string message);
tl::unexpected<Error> does_not_exist(std::string message);
tl::unexpected<Error> already_exists(std::string message);
/// Any other name of MLflow ("INVALID_STATE"); unknown ones are a 500.
tl::unexpected<Error> failure(std::string name, std::string message);

/// `{"error_code","message"}`: the form of the tracking and registry API.
Response mlflow_error(const Error& error);
/// The form of run history and the artifact service: an `error` object, ids to correlate, place and time.
Response service_error(Context& context, const Request& request, const Error& error, std::string_view component);

}  // namespace azlab::mlflow
