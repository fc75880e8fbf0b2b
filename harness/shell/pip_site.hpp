#pragma once

#include <map>
#include <string>
#include <vector>

#include "sim/core/result.hpp"

namespace azlab::shell {

/// What the index knows of a package.
struct IndexedPackage {
  std::string name;
  std::vector<std::string> versions{};  ///< oldest first
  std::map<std::string, std::vector<std::string>> needs{};  ///< from this version on -> requirements
  std::string summary{}, home_page{}, author{}, author_email{}, license{};

  /// Requirements of a version: those listed for the newest version that is not newer.
  std::vector<std::string> needs_of(const std::string& version) const;
  /// The newest version that all specifiers accept; pre-releases only when nothing else exists. Empty: none.
  std::string newest(const std::vector<std::string>& specifiers, bool prereleases = false) const;
};

struct InstalledPackage {
  std::string name;
  std::string version;
};

/// fixtures/machines/packages.json and what is installed on one machine, both by normalised name.
struct PipSite {
  std::map<std::string, IndexedPackage> index{};
  std::map<std::string, InstalledPackage> installed{};
  std::string location{};  ///< site-packages, as pip prints it
  std::string python{};    ///< "3.10"
  std::string state_file{};

  const IndexedPackage* find(const std::string& key) const;
  Result<void> save() const;
};

Result<PipSite> load_pip_site(const std::string& site_directory, const std::string& machine);
std::string packages_as_json(const std::vector<InstalledPackage>& packages);

}  // namespace azlab::shell
