#pragma once

#include <string>
#include <string_view>

#include "sim/core/result.hpp"
#include "sim/http/context.hpp"

namespace azlab::storage {

/// What a request to the data plane wants to do, in the letters of shared access signatures (`sp`).
struct Access {
  std::string account;
  std::string resource;  ///< "/blob/<account>/<container>[/<blob>]", decoded; "/blob/<account>" for the service
  char permission;       ///< r read, w write, c create, a add, d delete, l list
};

/// Whether the request may: shared key, shared access signature (service, account, user delegation) or bearer token.
/// Signatures are verified and roles asked for in strict mode, of those who come over the network; an account that forbids
/// shared keys refuses them always. Errors are storage's own (403, 409).
Result<void> authorize(Context& context, const Request& request, const Access& access);

/// What goes into a shared access signature.
struct SasTerms {
  std::string resource{};     ///< as Access::resource
  std::string kind{};         ///< `sr`: "c" container, "b" blob, "s" share, "f" file
  std::string permissions{};  ///< `sp`
  std::string start{};      ///< ISO 8601 or empty
  std::string end{};          ///< ISO 8601
  std::string protocol{};   ///< `spr`
};
/// A service SAS signed with the account's first key: a query string without '?' (Microsoft's "Create a service SAS").
std::string make_service_sas(const Context& context, std::string_view account, const SasTerms& terms);

/// The key by which user delegation signatures of one principal are signed, base64.
std::string user_delegation_key(const Context& context, std::string_view account, std::string_view principal, std::string_view start, std::string_view end);

}  // namespace azlab::storage
