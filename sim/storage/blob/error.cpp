#include "sim/storage/blob/error.hpp"

#include "sim/storage/blob/xml.hpp"

namespace azlab::storage {

Response storage_error(Context& context, const Error& error) {
  const std::string time = to_iso8601(context.now());
  Response response{.status = error.status};
  response.headers.set("x-ms-error-code", error.code);
  response.headers.set("x-ms-version", std::string(kServiceVersion));
  if (error.status == 304) return response;
  response.headers.set("Content-Type", "application/xml");
  response.body = xml_text("Error", {{"Code", error.code}, {"Message", error.message + "\nTime:" + time}});
  return response;
}

Error no_container() { return {404, "ContainerNotFound", "The specified container does not exist."}; }
Error no_blob() { return {404, "BlobNotFound", "The specified blob does not exist."}; }
Error condition_not_met() { return {412, "ConditionNotMet", "The condition specified using HTTP conditional header(s) is not met."}; }
Error invalid_header(std::string_view name) {
  return {400, "InvalidHeaderValue", "The value for one of the HTTP headers is not in the correct format: " + std::string(name) + "."};
}
Error invalid_query(std::string_view name) {
  return {400, "InvalidQueryParameterValue", "Value for one of the query parameters specified in the request URI is invalid: " + std::string(name) + "."};
}
Error not_served(std::string_view what) { return {400, "AzlabNotSimulated", "azlab does not serve " + std::string(what) + " of the blob service."}; }

}  // namespace azlab::storage
