#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "sim/core/result.hpp"
#include "sim/http/message.hpp"

namespace azlab::storage {

// The client's side of "List Blobs", for whoever reads a container over the wire: jobs, MLflow's artifacts, az.

/// What is asked for.
struct BlobQuestion {
  std::string container;     ///< "https://stlab.blob.core.windows.net/files"
  std::string prefix{};
  std::string signature{};   ///< a shared access signature without '?', or empty
  bool by_folder = false;    ///< stop at the next '/' after the prefix
  std::string marker{};      ///< where to go on; empty: at the front
};

struct ListedBlob {
  std::string name{};
  std::uint64_t size = 0;
  std::string etag{};
  std::string created{};  ///< ISO 8601
};

struct BlobPage {
  std::vector<ListedBlob> blobs{};
  std::vector<std::string> folders{};  ///< with a last '/'; only by folder
  std::string next{};                  ///< marker of the next page, or empty
};

/// How requests leave: Context::call, or a transport.
using Send = std::function<Response(Request)>;

/// One page. A refusal comes back as the error of its status, with x-ms-error-code and the body for a message.
Result<BlobPage> list_blob_page(const BlobQuestion& question, const Send& send);
/// All pages as one.
Result<BlobPage> list_all_blobs(BlobQuestion question, const Send& send);

}  // namespace azlab::storage
