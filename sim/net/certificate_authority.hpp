#pragma once

#include <memory>
#include <string>
#include <vector>

#include "sim/core/result.hpp"
#include "sim/net/site_tls.hpp"

typedef struct ssl_ctx_st SSL_CTX;

namespace azlab::net {

/// A certificate authority of one run: made anew each time, its key never leaves the process. Clients trust it because
/// their environment names the file, and nothing else on the computer does.
class CertificateAuthority {
 public:
  static Result<std::unique_ptr<CertificateAuthority>> make();
  ~CertificateAuthority();

  /// The authority's own certificate, PEM.
  const std::string& certificate() const;
  /// A certificate that names all of `hosts`, with a key of its own, for a server that is no part of the proxy. Fails with one line.
  Result<SiteIdentity> identity_for(const std::vector<std::string>& hosts) const;
  /// A server context whose leaf certificate names `host` (DNS name or IP address); made once, then kept. TLS 1.2 and
  /// up, HTTP/1.1 only. A client that names another host in its hello (SNI) gets that one's certificate. Null when
  /// OpenSSL cannot. Any thread may call it.
  SSL_CTX* context_for(const std::string& host);

 private:
  CertificateAuthority();
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace azlab::net
