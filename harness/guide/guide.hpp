#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "harness/guide/check.hpp"
#include "sim/core/json.hpp"
#include "sim/simulator.hpp"

namespace azlab::guide {

/// How far an instruction is.
struct Progress {
  std::vector<bool> held{};  ///< of its checks, those that have held: once done stays done
  bool done = false;
  bool by_outcome = false;   ///< its own page was never seen; what it leads to was reached
  bool marked = false;       ///< by the learner's own hand, where nobody can see it
  std::string done_at{};     ///< simulated
  int hints = 0;             ///< how many were asked for
};

struct Hint {
  std::string text{};
  bool more = false;  ///< a more exact one is left
};

/// A lab beside a learner: knows of each instruction whether the simulated world shows that it was carried out. Nothing is ticked because
/// something was pressed, nor because nothing is known. Any thread may call any member.
class Guide {
 public:
  struct Options {
    std::string person{};      ///< for the score: "Alex Martin"
    std::string user{};        ///< the folder in the notebooks' share
    std::string score_file{};  ///< written anew at every change; empty: none
    std::string progress_folder{};  ///< where what is done is kept from one start to the next, a file for each lab; empty: nowhere
  };
  /// `files` holds the shares' files. The simulator outlives the guide.
  Guide(lab::Lab lab, Simulator& simulator, std::shared_ptr<FileStore> files, Options options);
  /// The same for a file. Fails with one line: it cannot be read, is not text, or has no instructions.
  static Result<std::unique_ptr<Guide>> open(const std::string& file, Simulator& simulator, std::shared_ptr<FileStore> files, Options options);
  Guide(const Guide&) = delete;
  Guide& operator=(const Guide&) = delete;

  /// A tab shows a page, or (`left`) is there no more. `tab` says which, and is never followed.
  void shows(const void* tab, PageSeen page);
  void left(const void* tab);
  /// Another person is at the browser: whose score it is, and whose folder.
  void signed_in(std::string person, std::string user);
  /// A command of a terminal has ended.
  void ran(CommandSeen command);
  /// Looks at Azure and at the files again. Cheap when nothing changed.
  void look();

  /// Ticks by hand what nobody can see; false for anything else.
  bool mark(const std::string& item, bool done);
  /// Why an instruction is not done, the more exact the oftener it is asked. Fails when there is no such instruction.
  Result<Hint> hint(const std::string& item);

  /// Grows at every change of what the following tell.
  std::uint64_t revision() const;
  /// As sim/portal/web/src/protocol.ts has it.
  Json lab_json() const;
  /// The score as docs/learn.md says.
  Json score_json() const;
  /// The same to print.
  std::string score_page() const;

  /// What is done so far, as a JSON object; `load` takes it up again where it is of this lab's text, else it fails with one line.
  Json save() const;
  Result<void> load(const Json& saved);

  const Plan& plan() const { return plan_; }
  Progress progress(std::size_t item) const;

 private:
  void gather();
  void settle();
  bool settle_item(std::size_t item);
  bool in_turn(std::size_t item) const;
  void finish(std::size_t item, bool by_outcome);
  void changed();
  std::string progress_file() const;
  Json saved() const;
  Json score() const;

  const lab::Lab lab_;
  const Plan plan_;
  Simulator& simulator_;
  const std::shared_ptr<FileStore> files_;
  mutable std::mutex mutex_{};  ///< guards what follows
  Options options_;
  Seen seen_{};
  std::uint64_t looked_at_ = 0;  ///< the simulator's revision
  std::vector<Progress> progress_{};
  std::uint64_t revision_ = 1;
};

/// The printable page of a score (score.cpp).
std::string score_html(const Json& score, const std::string& language);

}  // namespace azlab::guide
