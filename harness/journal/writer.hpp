#pragma once

#include <fstream>
#include <memory>
#include <mutex>
#include <string>

#include "harness/journal/file.hpp"
#include "sim/recorder.hpp"

namespace azlab::journal {

/// Writes a run down while it happens, a line at a time, so that a run that is killed leaves what happened until then.
class Writer : public Recorder {
 public:
  /// Begins a file; what lay there is written over. Fails with one line.
  static Result<std::shared_ptr<Writer>> open(const std::string& path, const Begin& begin);

  void answered(const JournalEntry& entry, const Request* request) override;
  void armed(const ArmedFault& fault, Time at) override;
  void disarmed(const ArmedFault& fault, Time at) override;
  void went_back(Time at) override;

  /// Ends the file with what there is at the end; call it when nobody asks any more. Fails when something could not be written.
  Result<void> close(const Simulator& simulator);

 private:
  explicit Writer(std::string path) : path_(std::move(path)), out_(path_, std::ios::binary | std::ios::trunc) {}
  void write(const Json& line);
  void add_body(const Request& request, std::uint64_t number, Json& line);

  std::string path_;
  std::ofstream out_;
  std::mutex mutex_{};
  std::size_t bodies_bytes_ = 0;  ///< that lie in files
};

}  // namespace azlab::journal
