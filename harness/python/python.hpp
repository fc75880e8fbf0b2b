#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "sim/core/result.hpp"

namespace azlab::python {

/// Where the packages of an environment come from: the Python package index, or Debian's archive.
enum class Source { index, debian };

/// A Python environment as fixtures/python/environments.json describes it.
struct Environment {
  std::string name;
  std::string purpose{};
  Source source = Source::index;
  std::string lock{};  ///< the lock file's text: every package pinned, with hashes; of Debian the packages' names
  std::vector<std::string> pythons{};  ///< "3.11": versions that the lock file has hashes for
  int download_mb = 0;
  int installed_mb = 0;
  bool only_by_name = false;  ///< for the tests of clients: not among those that `azlab prepare` makes unasked
  std::string stands_in_for{};  ///< the environment for which it serves where the Python package index is out of reach
};

Result<std::vector<Environment>> environments();
/// One of them; the error names the nearest ones.
Result<Environment> find_environment(std::string_view name);

/// A prepared environment: a venv that nothing changes any more.
struct Prepared {
  std::string name;
  std::string directory;       ///< absolute
  std::string python_version;  ///< "3.11.2", of this computer
  std::string libraries{};     ///< folder of shared libraries that its programs need in LD_LIBRARY_PATH, below `directory`
  std::string stands_in_for{};  ///< see Environment
};

struct PrepareOptions {
  bool install = true;  ///< false: only what is there already
  /// Lines for people: what is about to happen with its size, progress ("12 of 130 packages"), the end.
  std::function<void(const std::string& line, bool is_progress)> say{};
};

/// The venv of an environment, made at first use with this computer's python3 from the Python package index, every
/// file checked against the lock file's hashes (Debian's packages: by apt). Kept in AZLAB_PYTHON_CACHE, by default the user's cache directory. Two
/// processes at once make it once. Fails with one line: no python3, no venv module, a Python that the lock file does
/// not cover, index out of reach, no room.
Result<Prepared> prepare(const Environment& environment, const PrepareOptions& options = {});
/// The same; where the Python package index is out of reach, the environment that stands in for this one, which is said.
Result<Prepared> prepare_or_stand_in(const Environment& environment, const PrepareOptions& options = {});
/// Where `prepare` keeps an environment, or would: its directory's name is made from the lock file, this computer's Python and its
/// processor, so that it is a key for caches.
Result<Prepared> place_of(const Environment& environment);
/// What prepare_or_stand_in comes to, tried once for all who share this: the labs of a run, and their machines.
class PreparedOnce {
 public:
  const Result<Prepared>& get(std::string_view name, const PrepareOptions& options);

 private:
  std::mutex mutex_{};
  std::map<std::string, Result<Prepared>, std::less<>> known_{};  ///< by name; nothing is ever taken out
};

/// Where prepared environments are kept.
Result<std::string> cache_directory();

/// The site of one kernel or job: an environment of exactly the packages asked for and what they need, made of links
/// into a prepared one. No import is filtered: what was not asked for is not there.
struct Site {
  std::string relative;  ///< below the prepared environment's directory; bin/python starts it
  std::map<std::string, std::string> versions{};  ///< every package in it
  std::vector<std::string> missing{};   ///< requirements that the prepared environment has no package for
  std::vector<std::string> replaced{};  ///< "scikit-learn 1.9.1 instead of scikit-learn==1.5.2"
};

/// `requirements` as pip writes them. A version that does not match is replaced by the prepared one and said; what is
/// not there at all is in `missing`.
Result<Site> compose_site(const Prepared& prepared, const std::vector<std::string>& requirements);

}  // namespace azlab::python
