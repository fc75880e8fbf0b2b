#include "harness/site/site_door.hpp"

#include "sim/net/site_address.hpp"

namespace azlab::site {

Result<void> check_door(const SiteDoor& door) {
  if (!net::is_ip_address(door.address)) return fail(400, "WrongUse", "--bind needs an IP address of this computer, or 0.0.0.0 for all, not '" + door.address + "'");
  if (door.certificate_file.empty() != door.key_file.empty()) return fail(400, "WrongUse", "--tls-cert and --tls-key go together");
  for (const auto& host : door.hosts) {
    if (!net::parse_site_host(host, net::kHttpsPort)) return fail(400, "WrongUse", "--site-host needs NAME or NAME:PORT, not '" + host + "'");
  }
  return {};
}

}  // namespace azlab::site
