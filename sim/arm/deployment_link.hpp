#pragma once

#include <string>

#include "sim/http/context.hpp"

namespace azlab::arm {

/// A document that was downloaded.
struct LinkedContent {
  std::string uri{};    ///< where it was found, without the query
  std::string query{};  ///< of the link, for links below it
  std::string text{};
};

/// Downloads what a `templateLink` or `parametersLink` names, as Resource Manager does: without a token, so a blob must be
/// public or its address signed. Blobs of the simulator's own accounts are reached; nothing else is. Codes
/// InvalidContentLink (the address answers no content), InvalidContentVersion (the link's contentVersion is another
/// than the document's). `parent` is the template that links, for `relativePath`; may be empty.
Result<LinkedContent> download_link(Context& context, const Json& link, const LinkedContent& parent);
/// The address that a link means; nothing is fetched.
Result<LinkedContent> address_of_link(const Json& link, const LinkedContent& parent);

}  // namespace azlab::arm
