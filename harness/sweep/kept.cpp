#include "harness/sweep/kept.hpp"

#include <filesystem>
#include <nlohmann/json.hpp>
#include <sstream>

#include "harness/run/run_directory.hpp"
#include "harness/sweep/report.hpp"
#include "sim/core/text.hpp"

namespace azlab::sweep {

Result<std::unique_ptr<Kept>> Kept::open(const std::string& file, const std::string& key) {
  auto kept = std::make_unique<Kept>();
  std::string whole = dump({{"sweepOf", key}}) + "\n";
  if (std::filesystem::exists(file)) {
    const auto text = run::read_file(file);
    if (!text) return fail(text.error());
    std::istringstream lines(*text);
    std::string line;
    std::getline(lines, line);
    const auto head = parse_json(line);
    if (!head || !head->is_object() || string_at(*head, "sweepOf") != key) return fail(400, "WrongUse", file + " was kept by another sweep (other labs, seed, scenario, faults or azlab); remove it or name another file");
    while (std::getline(lines, line)) {
      const auto json = parse_json(line);
      if (!json || !json->is_object() || lines.eof()) break;
      const Cell cell = cell_from_json(json->at("cell"));
      kept->cells_[{json->at("lab").get<std::size_t>(), cell.step, cell.fault}] = cell;
      whole += line + "\n";
    }
  }
  if (const auto written = run::write_file(file, whole); !written) return fail(written.error());
  kept->out_.open(file, std::ios::app);
  if (!kept->out_) return fail(500, "FileError", "cannot write " + file);
  return kept;
}

const Cell* Kept::find(std::size_t lab, std::size_t step, const std::string& fault) const {
  const auto found = cells_.find({lab, step, fault});
  return found == cells_.end() ? nullptr : &found->second;
}

void Kept::add(std::size_t lab, const Cell& cell) {
  const std::lock_guard lock(mutex_);
  out_ << dump({{"lab", lab}, {"cell", cell_json(cell)}}) << "\n" << std::flush;
}

}  // namespace azlab::sweep
