#pragma once

#include <memory>
#include <string>
#include <vector>

#include "sim/core/result.hpp"

typedef struct ssl_ctx_st SSL_CTX;

namespace azlab::net {

/// What a server proves itself with: its certificate, followed by those that vouch for it, and its key. PEM.
struct SiteIdentity {
  std::string certificates{};
  std::string key{};
};

/// One that names all of `hosts` (DNS names, IP addresses), under an authority that is forgotten at once, so that who trusts it
/// trusts nothing else. Fails when OpenSSL cannot.
Result<SiteIdentity> make_site_identity(const std::vector<std::string>& hosts);
/// One of a user's own. Fails with one line that names the file: it cannot be read, is no PEM, has a password, or key and certificate are
/// not of each other.
Result<SiteIdentity> read_site_identity(const std::string& certificate_file, const std::string& key_file);
/// Whether one that was made earlier names all of `hosts` and is valid for a while yet.
bool still_serves(const SiteIdentity& identity, const std::vector<std::string>& hosts);
/// The digest (SHA-256) of its certificate, as browsers show it: "AB:CD:…". Empty when it is none.
std::string fingerprint_of(const SiteIdentity& identity);

struct FreesTlsContext {
  void operator()(SSL_CTX* context) const;
};
/// A server's context, TLS 1.2 and up. Fails with one line when the identity is none.
Result<std::unique_ptr<SSL_CTX, FreesTlsContext>> site_tls(const SiteIdentity& identity);

}  // namespace azlab::net
