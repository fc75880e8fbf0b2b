#include "sim/ml/jobs/job_data.hpp"

#include "sim/core/text.hpp"
#include "sim/faults/catalogue.hpp"
#include "sim/storage/list/blob_list.hpp"

namespace azlab::ml {
namespace {

std::string container_url(const StoredAt& place) { return "https://" + place.account + ".blob.core.windows.net/" + place.container; }

std::string blob_path(const std::string& name) { return percent_encode(name, "/"); }

Error not_found(const std::string& what) {
  Error error = faults::make_error("job-data-not-found", {{"sessionId", "l_" + what}});
  error.status = 400;
  return error;
}

}  // namespace

Result<std::vector<std::string>> list_stored(Context& context, const StoredAt& place) {
  const auto page = storage::list_all_blobs({.container = container_url(place), .prefix = place.path}, [&](Request request) { return context.call(std::move(request)); });
  if (!page) return fail(not_found(place.path));
  std::vector<std::string> out;
  for (const auto& blob : page->blobs) out.push_back(blob.name);
  return out;
}

Result<std::shared_ptr<const std::string>> read_stored(Context& context, const StoredAt& place) {
  if (place.file_share) {
    auto bytes = context.files().read(place.account + "/" + place.container, place.path);
    if (!bytes) return fail(not_found(place.path));
    return std::make_shared<const std::string>(std::move(*bytes));
  }
  const Response answer = context.call(Request::make(Method::get, container_url(place) + "/" + blob_path(place.path)));
  if (!answer.ok()) return fail(not_found(place.path));
  return std::make_shared<const std::string>(answer.body.text());
}

Result<void> write_stored(Context& context, const StoredAt& place, const std::string& bytes) {
  Request request = Request::make(Method::put, container_url(place) + "/" + blob_path(place.path), bytes);
  request.headers.set("x-ms-blob-type", "BlockBlob");
  const Response answer = context.call(std::move(request));
  if (answer.ok()) return {};
  return fail(answer.status, std::string(answer.headers.get("x-ms-error-code")), "The storage account refused " + place.path + ".");
}

Result<std::string> lay_out(Context& context, const ResourceId& workspace, std::string_view uri, const std::string& directory, std::vector<WorkloadFile>& files) {
  auto place = stored_at(context.world(), workspace, uri);
  if (!place) return fail(place.error());
  if (place->file_share || (!place->path.empty() && !place->path.ends_with("/"))) {
    if (auto bytes = read_stored(context, *place)) {
      const std::string file = directory + "/" + place->path.substr(place->path.rfind('/') + 1);
      files.push_back({file, *bytes});
      return file;
    } else if (place->file_share) {
      return fail(bytes.error());
    }
    place->path += "/";
  }
  const auto names = list_stored(context, *place);
  if (!names) return fail(names.error());
  if (names->empty()) return fail(not_found(place->path));
  for (const auto& name : *names) {
    const std::string rest = name.substr(place->path.size());
    if (rest.empty() || rest.ends_with("/")) continue;
    StoredAt one = *place;
    one.path = name;
    auto bytes = read_stored(context, one);
    if (!bytes) return fail(bytes.error());
    files.push_back({directory + "/" + rest, *bytes});
  }
  return directory;
}

}  // namespace azlab::ml
