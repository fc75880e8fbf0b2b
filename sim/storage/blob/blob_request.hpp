#pragma once

#include <optional>
#include <string>

#include "sim/http/router.hpp"
#include "sim/storage/blob/blob_store.hpp"

namespace azlab::storage {

/// A request to the data plane after the checks that all of them share.
struct BlobCall {
  Context& context;
  const Request& request;
  Container container;
  std::string name;  ///< of the blob; empty for a container
};

/// Which account a host is for: "stlab" of "stlab.blob.core.windows.net".
std::string account_of(const Request& request);

/// Account there, container there, request authorised for `permission`, no part of the query unserved.
Result<BlobCall> begin_container_call(Context& context, const Request& request, const Match& match, char permission);
Result<BlobCall> begin_blob_call(Context& context, const Request& request, const Match& match, char permission);
/// The same for a request to the account itself, or to a container that need not be there.
Result<BlobCall> begin_account_call(Context& context, const Request& request, char permission, const std::string& container = {});

/// If-Match, If-None-Match, If-Modified-Since and If-Unmodified-Since against what is there (null: nothing): 412, 304
/// for a read, 409 BlobAlreadyExists for a write that must not overwrite.
Result<void> check_conditions(const BlobCall& call, const BlobInfo* blob, bool reads);

/// x-ms-meta-* of a request.
std::map<std::string, std::string> metadata_of(const Request& request);
/// Content-* and Cache-Control under which a write stores a blob: x-ms-blob-content-type and its like, then `plain`
/// names where the request's own headers count as well.
std::map<std::string, std::string> content_properties_of(const Request& request, bool plain);

/// ETag, Last-Modified, x-ms-version: what every answer about a blob carries.
Response blob_response(const BlobCall& call, int status, const BlobInfo& blob);
Response service_response(const Request& request, int status);

}  // namespace azlab::storage
