#include "harness/app/state.hpp"

#include <iostream>

#include "harness/host/state_folder.hpp"

namespace azlab::app {
namespace {

int status_of(const Result<void>& done) {
  if (done) return 0;
  std::cerr << "azlab: " << done.error().message << "\n";
  return 2;
}

}  // namespace

int export_state(const std::string& folder, const std::string& file) { return status_of(host::export_folder(folder, file)); }

int import_state(const std::string& file, const std::string& folder) { return status_of(host::import_folder(file, folder)); }

}  // namespace azlab::app
