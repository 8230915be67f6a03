#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <exception>
#include <map>
#include <optional>
#include <pgcoffer/error.hpp>
#include <thread>

#include "archive/reader.hpp"
#include "rows/binary_part.hpp"
#include "rows/row_digest.hpp"

namespace pgcoffer::archive {

namespace {

struct Task {
  const Part* part;
  const rows::PartDecoder* decoder;  ///< null for large objects: their bytes have no rows
  const Table* table;                ///< null for them, too
};

struct Outcome {
  std::string problem;  ///< empty: intact
  std::uint64_t rows = 0, bytes = 0;
  rows::RowDigest digest, binary_digest;  ///< the manifest's are checked, of binary rows perhaps one only
  bool sparse = false;                    ///< some rows lack columns: they have no digest
};

/// What an archive is verified with: the work, shared by the threads, and a place for the result of each part.
class Verifier {
 public:
  Verifier(const Reader& reader, Progress* progress) : reader_(reader), progress_(progress) {
    const Manifest& manifest = reader.manifest();
    for (const Table& table : manifest.tables) {
      if (table.parts.empty()) continue;
      decoders_.push_back(part_decoder(manifest, table));
      for (const Part& part : table.parts) tasks_.push_back({&part, decoders_.back().get(), &table});
    }
    for (const LargeObject& object : manifest.large_objects) {
      for (const Part& part : object.parts) tasks_.push_back({&part, nullptr, nullptr});
    }
    outcomes_.resize(tasks_.size());
  }

  void run(unsigned jobs, const std::stop_token& stop);
  [[nodiscard]] Verification result() const;

 private:
  void work(const std::stop_token& stop);
  [[nodiscard]] Outcome check(Reader::Pipeline& pipeline, const Task& task, std::string& scratch) const;
  void check_tables(Verification& out) const;
  void check_digests(Verification& out) const;
  void check_packs(Verification& out) const;
  void check_large_objects(Verification& out) const;
  void check_files(Verification& out) const;

  const Reader& reader_;
  Progress* progress_;
  std::vector<std::unique_ptr<rows::PartDecoder>> decoders_;
  std::vector<Task> tasks_;
  std::vector<Outcome> outcomes_;
  std::atomic<std::size_t> next_ = 0;
};

void read_rows(const Task& task, std::string_view encoded, std::string& scratch, Outcome& outcome) {
  const Table& table = *task.table;
  if (!table.binary_row_digest.empty()) {
    outcome.rows = rows::add_binary_rows(encoded, columns_in_rows(table).size(), outcome.binary_digest);
    if (table.row_digest.empty()) return;
  }
  std::vector<rows::SparseRows> sparse;
  outcome.digest.add_lines(task.decoder->copy_lines(encoded, scratch, outcome.rows, sparse));
  outcome.sparse = !sparse.empty();
  for (const rows::SparseRows& some : sparse) outcome.rows += some.rows;
}

/// A finding says its file by itself.
std::string without_file(std::string_view problem, std::string_view file) {
  const std::string start = fmt::format("archive is damaged: \"{}\": ", file);
  return std::string(problem.starts_with(start) ? problem.substr(start.size()) : problem);
}

Outcome Verifier::check(Reader::Pipeline& pipeline, const Task& task, std::string& scratch) const {
  Outcome outcome;
  try {
    const std::string_view encoded = reader_.read_part(pipeline, *task.part);
    outcome.bytes = encoded.size();
    reader_.check_container(*task.part, encoded);
    if (task.table != nullptr) read_rows(task, encoded, scratch, outcome);
    if (outcome.rows != task.part->rows)
      outcome.problem = fmt::format("holds {} rows, the manifest says {}", outcome.rows, task.part->rows);
  } catch (const std::exception& error) {
    outcome.problem = without_file(error.what(), task.part->file);
  }
  return outcome;
}

void Verifier::work(const std::stop_token& stop) {
  const auto pipeline = reader_.pipeline();
  std::string scratch;
  for (std::size_t at = next_++; at < tasks_.size() && !stop.stop_requested(); at = next_++) {
    outcomes_[at] = check(*pipeline, tasks_[at], scratch);
    if (progress_ != nullptr) progress_->advanced(outcomes_[at].rows, tasks_[at].part->encoded_bytes);
  }
}

void Verifier::run(unsigned jobs, const std::stop_token& stop) {
  Expected expected;
  for (const Task& task : tasks_) expected.bytes += task.part->encoded_bytes;
  if (progress_ != nullptr) progress_->phase("verify", expected);
  std::vector<std::jthread> threads;
  for (unsigned i = 1; i < jobs && i < tasks_.size(); ++i) threads.emplace_back([this, stop] { work(stop); });
  work(stop);
  threads.clear();  // joins them
  if (stop.stop_requested()) throw Error(Kind::interrupted, "verification was interrupted");
}

void Verifier::check_tables(Verification& out) const {
  for (const Table& table : reader_.manifest().tables) {
    std::uint64_t rows = 0;
    for (const Part& part : table.parts) rows += part.rows;
    if (rows == table.rows) continue;
    out.findings.push_back({"manifest.json", fmt::format("table \"{}\".\"{}\" has {} rows, but its parts hold {}",
                                                         table.schema, table.name, table.rows, rows)});
  }
}

/// Only where every part is intact: what is wrong with one has been told.
void Verifier::check_digests(Verification& out) const {
  struct Sum {
    rows::RowDigest digest, binary_digest;
    bool whole = true;
  };
  std::map<const Table*, Sum> sums;
  for (std::size_t i = 0; i < tasks_.size(); ++i) {
    if (tasks_[i].table == nullptr) continue;
    Sum& sum = sums[tasks_[i].table];
    sum.digest.add(outcomes_[i].digest);
    sum.binary_digest.add(outcomes_[i].binary_digest);
    sum.whole = sum.whole && outcomes_[i].problem.empty() && !outcomes_[i].sparse;
  }
  const auto differs = [](const std::string& digest, const rows::RowDigest& found) {
    return !digest.empty() && digest != found.hex();
  };
  for (const Table& table : reader_.manifest().tables) {
    const Sum& sum = sums[&table];
    if (!sum.whole) continue;
    if (!differs(table.row_digest, sum.digest) && !differs(table.binary_row_digest, sum.binary_digest)) continue;
    out.findings.push_back({"manifest.json", fmt::format("table \"{}\".\"{}\": the digest of its rows is another one",
                                                         table.schema, table.name)});
  }
}

/// Bytes of a pack that no part covers would be rows of nobody.
void Verifier::check_packs(Verification& out) const {
  const Manifest& manifest = reader_.manifest();
  std::vector<std::uint64_t> covered(manifest.packs.size() + 1, 0);
  for (const Table& table : manifest.tables) {
    for (const Part& part : table.parts) covered[part.pack] += part.encoded_bytes;
  }
  for (const Part& pack : manifest.packs) {
    if (covered[pack.number] == pack.encoded_bytes) continue;
    out.findings.push_back({"manifest.json", fmt::format("pack \"{}\" has {} bytes, but the parts in it have {}",
                                                         pack.file, pack.encoded_bytes, covered[pack.number])});
  }
}

void Verifier::check_large_objects(Verification& out) const {
  for (const LargeObject& object : reader_.manifest().large_objects) {
    std::uint64_t bytes = 0;
    for (const Part& part : object.parts) bytes += part.encoded_bytes;
    if (bytes == object.bytes) continue;
    out.findings.push_back({"manifest.json", fmt::format("large object {} has {} bytes, but its parts hold {}",
                                                         object.oid, object.bytes, bytes)});
  }
}

void Verifier::check_files(Verification& out) const {
  const auto found = [&](const std::string& file) {
    return std::ranges::any_of(out.findings, [&](const Finding& finding) { return finding.file == file; });
  };
  const auto note = [&](const std::string& file, auto check_it) {
    try {
      check_it();
    } catch (const Error& error) {
      const std::string& at = error.object().empty() ? file : error.object();
      out.findings.push_back({at, without_file(error.what(), at)});
    }
  };
  for (const StoredFile& file : reader_.manifest().files) note(file.file, [&] { reader_.check_file(file); });
  note("manifest.sha256", [&] { reader_.check_manifest_digests(); });
  const Reader::Strays strays = reader_.strays();
  for (const std::string& file : strays.missing) {
    if (!found(file)) out.findings.push_back({file, "is missing"});
  }
  for (const store::Flaw& flaw : reader_.flaws()) {
    if (!found(flaw.file)) out.findings.push_back({flaw.file, flaw.problem});
  }
  for (const std::string& file : strays.unknown) out.notes.push_back({file, "does not belong to the archive"});
}

Verification Verifier::result() const {
  Verification out;
  out.parts = tasks_.size();
  for (std::size_t i = 0; i < tasks_.size(); ++i) {
    const Outcome& outcome = outcomes_[i];
    if (!outcome.problem.empty()) {
      // A damaged pack is one finding, however many parts lie in it.
      const std::string& file = tasks_[i].part->file;
      if (out.findings.empty() || out.findings.back().file != file) out.findings.push_back({file, outcome.problem});
      continue;
    }
    ++out.intact;
    out.rows += outcome.rows;
    out.bytes += outcome.bytes;
  }
  check_tables(out);
  check_digests(out);
  check_packs(out);
  check_large_objects(out);
  check_files(out);
  return out;
}

}  // namespace

Verification verify(const Reader& reader, unsigned jobs, const std::stop_token& stop, Progress* progress) {
  Verifier verifier(reader, progress);
  verifier.run(jobs, stop);
  return verifier.result();
}

void Verification::add(const Verification& more) {
  parts += more.parts;
  intact += more.intact;
  rows += more.rows;
  bytes += more.bytes;
  findings.insert(findings.end(), more.findings.begin(), more.findings.end());
  notes.insert(notes.end(), more.notes.begin(), more.notes.end());
}

Verification verify_databases(const std::filesystem::path& path, const Manifest& manifest,
                              const seal::Identities& identities, unsigned jobs, const std::stop_token& stop,
                              Progress* progress) {
  Verification all;
  for (const ArchivedDatabase& database : manifest.databases) {
    try {
      const auto reader = open(path / database.folder, identities);
      if (reader->manifest().archive_id != database.archive_id)
        all.findings.push_back({database.folder, "is not the archive that was made there"});
      Verification one = verify(*reader, jobs, stop, progress);
      for (auto* list : {&one.findings, &one.notes})
        for (Finding& each : *list) each.file = database.folder + "/" + each.file;
      all.add(one);
    } catch (const Error& error) {
      if (error.kind() == Kind::interrupted || error.kind() == Kind::wrong_key) throw;
      all.findings.push_back({database.folder, error.message()});
    }
  }
  return all;
}

}  // namespace pgcoffer::archive
