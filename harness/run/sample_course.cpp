#include "harness/run/sample_course.hpp"

#include <filesystem>
#include <fstream>
#include <memory>
#include <mutex>

#include "harness/run/run_directory.hpp"
#include "harness/shell/shell.hpp"
#include "sim/core/fixtures.hpp"

namespace azlab::run {
namespace {

namespace fs = std::filesystem;

/// What has been made; a failure leaves it empty and is met anew by whoever asks next.
struct MadeCourse {
  std::mutex mutex{};
  std::unique_ptr<RunDirectory> place{};
  std::string repository{};
};

MadeCourse& made_course() {
  static MadeCourse course;
  return course;
}

std::string course_folder(const RunDirectory& place) { return place.path() + "/course"; }

Result<void> write_course(const std::string& root) {
  constexpr std::string_view kPrefix = "fixtures/course/";
  std::error_code why;
  for (const auto& name : fixtures::list(kPrefix)) {
    const fs::path target = fs::path(root) / name.substr(kPrefix.size());
    fs::create_directories(target.parent_path(), why);
    std::ofstream out(target, std::ios::binary);
    out << fixtures::get(name);
    out.close();
    if (why || !out) return fail(500, "FileError", "cannot write the sample course to " + root + "; set TMPDIR to a place with room");
    // Embedding keeps bytes only; scripts of the course are executable.
    if (target.extension() == ".sh") fs::permissions(target, fs::perms(0755), why);
  }
  return {};
}

/// With the lock held.
Result<std::string> course_directory(MadeCourse& course) {
  if (course.place) return course_folder(*course.place);
  auto place = RunDirectory::make();
  if (!place) return fail(place.error());
  if (const auto written = write_course(course_folder(**place)); !written) return fail(written.error());
  course.place = std::move(*place);
  return course_folder(*course.place);
}

}  // namespace

Result<std::string> sample_course() {
  MadeCourse& course = made_course();
  const std::lock_guard lock(course.mutex);
  return course_directory(course);
}

Result<std::string> sample_course_repository() {
  MadeCourse& course = made_course();
  const std::lock_guard lock(course.mutex);
  if (!course.repository.empty()) return course.repository;
  const auto directory = course_directory(course);
  if (!directory) return directory;
  const std::string repository = course.place->path() + "/course.git";
  if (const auto made = shell::make_repository(repository, *directory); !made) return fail(made.error());
  return course.repository = repository;
}

}  // namespace azlab::run
