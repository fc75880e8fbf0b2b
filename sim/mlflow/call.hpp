#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/core/json.hpp"
#include "sim/mlflow/workspace.hpp"

namespace azlab::mlflow {

/// One request of the tracking or registry API, decoded.
struct Call {
  Context& context;
  const Request& request;
  const Match& match;
  Workspace workspace;
  /// The fields that came, as JSON: body of a POST, declared query parameters of a GET, parameters of the path.
  Json& body;

  /// The text of a field; empty when it is absent or null.
  std::string text(std::string_view field) const;
  bool has(std::string_view field) const;
  /// The integer of a field, which clients send as number or as text.
  std::optional<std::int64_t> integer(std::string_view field) const;
  /// The list of a field; an empty one when it is absent.
  const Json& list(std::string_view field) const;
  std::int64_t now() const;
};

/// The answer is text, because most of it lies in rows already.
using Answer = Result<std::string>;
using EndpointHandler = Answer (*)(Call&);

/// One method of MLflow's API.
struct Endpoint {
  Method method;
  std::string_view path;       ///< below ".../mlflow/": "runs/create"
  std::string_view operation;  ///< "mlflow.runs.create"
  EndpointHandler handle;
  /// The fields it knows, apart by spaces: name, then `!` when it must be there, then its type when that is checked:
  /// `#` integer, `%` number, `?` true or false, `[]` list, `{}` object; a name alone is text.
  std::string_view fields{};
};

/// The handler of every route whose data is an Endpoint.
Response serve_endpoint(Context& context, const Request& request, const Match& match);

}  // namespace azlab::mlflow
