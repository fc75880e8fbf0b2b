#include "harness/az/ml_upload.hpp"

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "harness/az/ml.hpp"
#include "sim/core/digest.hpp"
#include "sim/core/text.hpp"
#include "sim/storage/list/blob_list.hpp"

namespace azlab::az {
namespace {

namespace fs = std::filesystem;

// What no client takes along in a snapshot (azure-ai-ml, _asset_utils: its own ignore list).
constexpr std::array<std::string_view, 5> kIgnored = {".git", "__pycache__", ".ipynb_checkpoints", ".azureml", ".DS_Store"};

struct LocalFile {
  std::string name;  ///< relative to what is uploaded, with '/'
  std::string path;
};

std::string bytes_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream out;
  out << file.rdbuf();
  return out.str();
}

/// Patterns of .amlignore, or else of .gitignore: names and globs, one a line.
std::vector<std::string> ignore_patterns(const fs::path& folder) {
  for (const char* name : {".amlignore", ".gitignore"}) {
    std::ifstream file(folder / name);
    if (!file) continue;
    std::vector<std::string> out;
    for (std::string line; std::getline(file, line);) {
      line = std::string(trim(line));
      if (line.ends_with("/")) line.pop_back();
      if (line.starts_with("/")) line.erase(0, 1);
      if (!line.empty() && !line.starts_with("#")) out.push_back(line);
    }
    return out;
  }
  return {};
}

bool is_ignored(const std::string& name, const std::vector<std::string>& patterns) {
  const auto parts = split(name, '/');
  for (const auto& part : parts) {
    if (std::find(kIgnored.begin(), kIgnored.end(), part) != kIgnored.end()) return true;
  }
  return std::any_of(patterns.begin(), patterns.end(), [&](const std::string& pattern) {
    return glob_match(pattern, name) || std::any_of(parts.begin(), parts.end(), [&](const std::string& part) { return glob_match(pattern, part); });
  });
}

Result<std::vector<LocalFile>> files_of(const std::string& path) {
  std::error_code error;
  if (fs::is_regular_file(path, error)) return std::vector<LocalFile>{{fs::path(path).filename().string(), path}};
  std::vector<LocalFile> out;
  const auto patterns = ignore_patterns(path);
  for (fs::recursive_directory_iterator at(path, fs::directory_options::skip_permission_denied, error), end; at != end; at.increment(error)) {
    const std::string name = fs::relative(at->path(), path, error).generic_string();
    if (at->is_regular_file(error) && !is_ignored(name, patterns)) out.push_back({name, at->path().string()});
  }
  std::sort(out.begin(), out.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
  if (out.empty()) return cli_error("Error: Path to asset is an empty directory: '" + path + "'");
  return out;
}

/// One digest over names and contents.
std::string digest_of(const std::vector<LocalFile>& files) {
  std::string all;
  for (const auto& file : files) all += file.name + "\n" + sha256_hex(bytes_of(file.path)) + "\n";
  return sha256_hex(all);
}

Response blob_request(Invocation& az, Method method, const std::string& url, const std::string& bytes = {}, const Headers& headers = {}) {
  Request request = Request::make(method, url, Body(bytes));
  request.headers = headers;
  request.headers.set("x-ms-version", "2024-11-04");
  return az.transport.send(request);
}

struct Container {
  std::string url;
  std::string signature;
  std::string blob(const std::string& name) const { return url + "/" + percent_encode(name, "/") + "?" + signature; }
};

Result<Container> container_of(Invocation& az, const std::string& workspace, const std::string& datastore) {
  auto store = fetch(az, {.path = workspace + "/datastores/" + datastore, .version = kDatastoresVersion});
  if (!store) return tl::make_unexpected(store.error());
  auto secrets = fetch(az, {.method = Method::post, .path = workspace + "/datastores/" + datastore + "/listSecrets", .version = kDatastoresVersion, .body = R"({"expirableSecret": true, "expireAfterHours": 1})"});
  if (!secrets) return tl::make_unexpected(secrets.error());
  return Container{"https://" + string_at(*store, "properties.accountName") + ".blob.core.windows.net/" + string_at(*store, "properties.containerName"), string_at(*secrets, "sasToken")};
}

Result<void> upload_all(Invocation& az, const Container& container, const std::string& prefix, const std::vector<LocalFile>& files) {
  for (const auto& file : files) {
    const Response answer = blob_request(az, Method::put, container.blob(prefix + file.name), bytes_of(file.path), {{"x-ms-blob-type", "BlockBlob"}, {"Content-Type", "application/octet-stream"}});
    if (!answer.ok()) return tl::make_unexpected(error_of(answer));
  }
  return {};
}

std::string guid_of(Invocation& az) {
  const std::string hex = az.random_hex(32);
  return hex.substr(0, 8) + "-" + hex.substr(8, 4) + "-" + hex.substr(12, 4) + "-" + hex.substr(16, 4) + "-" + hex.substr(20);
}

}  // namespace

Result<std::string> local_path(const Invocation& az, const std::string& base, const std::string& path) {
  std::error_code error;
  const fs::path full = fs::path(az.environment.working_directory) / base / path;
  if (fs::exists(full, error)) return full.lexically_normal().string();
  return cli_error("Error: The path '" + path + "' does not exist. Please check that the path is relative to the file that names it.");
}

Result<std::string> upload_to_datastore(Invocation& az, const std::string& workspace, const std::string& path) {
  const auto files = files_of(path);
  if (!files) return tl::make_unexpected(files.error());
  const auto container = container_of(az, workspace, "workspaceblobstore");
  if (!container) return tl::make_unexpected(container.error());
  std::error_code error;
  const bool folder = fs::is_directory(path, error);
  const std::string name = fs::path(path).lexically_normal().filename().string().empty() ? fs::path(path).lexically_normal().parent_path().filename().string() : fs::path(path).filename().string();
  const std::string place = "LocalUpload/" + digest_of(*files) + "/" + name;
  const std::string prefix = folder ? place + "/" : place.substr(0, place.size() - name.size());
  const std::string mark = prefix + files->front().name;
  const Response there = blob_request(az, Method::head, container->blob(mark));
  if (!there.ok() || there.headers.get("x-ms-meta-upload_status") != "completed") {
    if (const auto done = upload_all(az, *container, prefix, *files); !done) return tl::make_unexpected(done.error());
    const Response marked = blob_request(az, Method::put, container->blob(mark) + "&comp=metadata", {}, {{"x-ms-meta-upload_status", "completed"}, {"x-ms-meta-name", guid_of(az)}, {"x-ms-meta-version", "1"}});
    if (!marked.ok()) return tl::make_unexpected(error_of(marked));
  }
  return "azureml://datastores/workspaceblobstore/paths/" + place + (folder ? "/" : "");
}

Result<std::string> upload_snapshot(Invocation& az, const std::string& workspace, const std::string& path) {
  const auto files = files_of(path);
  if (!files) return tl::make_unexpected(files.error());
  const std::string hash = digest_of(*files);
  const std::string name = guid_of(az);
  constexpr std::string_view kCodes = "2023-04-01";
  const auto existing = fetch(az, {.path = workspace + "/codes/" + name + "/versions", .version = kCodes, .query = "hash=" + hash + "&hashVersion=202208"});
  if (!existing) return tl::make_unexpected(existing.error());
  if (existing->contains("value") && !(*existing)["value"].empty()) return string_at((*existing)["value"][0], "id");
  const std::string version = workspace + "/codes/" + name + "/versions/1";
  const auto pending = fetch(az, {.method = Method::post, .path = version + "/startPendingUpload", .version = kCodes, .body = R"({"pendingUploadType": "TemporaryBlobReference"})"});
  if (!pending) return tl::make_unexpected(pending.error());
  const std::string sas = string_at(*pending, "blobReferenceForConsumption.credential.sasUri");
  const auto question = sas.find('?');
  const Container container{sas.substr(0, question), sas.substr(question + 1)};
  if (const auto done = upload_all(az, container, "", *files); !done) return tl::make_unexpected(done.error());
  const Json body = {{"properties", {{"codeUri", string_at(*pending, "blobReferenceForConsumption.blobUri")}, {"isAnonymous", true}, {"isArchived", false}, {"properties", {{"hash_sha256", hash}, {"hash_version", 202208}}}}}};
  const auto code = fetch(az, {.method = Method::put, .path = version, .version = kCodes, .body = dump(body)});
  if (!code) return tl::make_unexpected(code.error());
  return string_at(*code, "id");
}

Result<std::size_t> download_from_datastore(Invocation& az, const std::string& workspace, const std::string& datastore, const std::string& prefix, const std::string& folder) {
  const auto container = container_of(az, workspace, datastore);
  if (!container) return tl::make_unexpected(container.error());
  const auto page = storage::list_all_blobs({.container = container->url, .prefix = prefix, .signature = container->signature}, [&](Request request) { return az.transport.send(request); });
  if (!page) return cli_error("Operation returned an invalid status '" + std::to_string(page.error().status) + "'\nContent: " + page.error().message);
  std::size_t count = 0;
  for (const auto& blob : page->blobs) {
    std::string rest = blob.name.substr(prefix.size());
    // A neighbour's name may begin like this one: "model.pkl" and "model.pkl.old".
    if (!rest.empty() && !rest.starts_with("/") && !prefix.ends_with("/")) continue;
    // A prefix that is a blob's whole name stands for that file.
    if (rest.starts_with("/")) rest.erase(0, 1);
    const fs::path relative = fs::path(rest.empty() ? fs::path(prefix).filename().string() : rest).lexically_normal();
    if (relative.is_absolute() || relative.generic_string().starts_with("..")) return cli_error("Error: the name '" + blob.name + "' leads out of the folder.");
    const Response bytes = blob_request(az, Method::get, container->blob(blob.name));
    if (!bytes.ok()) return tl::make_unexpected(error_of(bytes));
    const fs::path target = fs::path(folder) / relative;
    std::error_code error;
    fs::create_directories(target.parent_path(), error);
    std::ofstream file(target, std::ios::binary);
    file << bytes.body.text();
    if (!file) return cli_error("Error: cannot write '" + target.string() + "'.");
    ++count;
  }
  return count;
}

}  // namespace azlab::az
