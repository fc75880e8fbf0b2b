#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace azlab::entra {

/// An API that tokens are made for (fixtures/entra/resources.json), and the hosts that ask for them.
struct ApiResource {
  std::string display_name;
  std::string app_id{};
  std::vector<std::string> audiences;     ///< what `aud` may be; `*` stands for names
  std::vector<std::string> hosts{};       ///< "*.vault.azure.net"
  std::vector<std::string> open{};        ///< beginnings of paths that need no token
  bool always_challenges = false;         ///< a request without a token is refused in any mode: its clients wait for that
  bool other_schemes = false;             ///< has signatures of its own as well (SAS, shared key), which its service checks
  std::string challenge{};                ///< WWW-Authenticate where it is not ARM's

  bool accepts(std::string_view audience) const;
};
const std::vector<ApiResource>& api_resources();
/// Whose audience this is: an address, or the application id. Null: nobody's.
const ApiResource* find_resource(std::string_view audience);
/// Who asks for tokens at a host; null: nobody.
const ApiResource* resource_of_host(std::string_view host);

}  // namespace azlab::entra
