#pragma once

#include <string>
#include <tl/expected.hpp>
#include <utility>
#include <vector>

namespace azlab {

/// A failure as a client will see it. One kind for the whole simulator: services fill it, `arm::error_body`
/// turns it into Azure's JSON. `status` is the HTTP status; `details` nest as Azure nests them.
struct Error {
  int status = 400;
  std::string code;
  std::string message;
  std::string target{};
  std::vector<Error> details{};
  /// Serialised JSON array (`[{"type":…,"info":…}]`), or empty.
  std::string additional_info{};
};

template <class T>
using Result = tl::expected<T, Error>;

inline tl::unexpected<Error> fail(Error error) { return tl::make_unexpected(std::move(error)); }
inline tl::unexpected<Error> fail(int status, std::string code, std::string message) {
  return tl::make_unexpected(Error{.status = status, .code = std::move(code), .message = std::move(message)});
}

}  // namespace azlab
