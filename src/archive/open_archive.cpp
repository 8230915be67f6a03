#include <fmt/format.h>

#include <algorithm>

#include "archive/reader.hpp"
#include "base/text.hpp"
#include "pgcoffer/archive.hpp"
#include "pgcoffer/error.hpp"
#include "rows/format.hpp"

namespace pgcoffer {

struct OpenArchive::Impl {
  std::unique_ptr<archive::Reader> reader;
};

OpenArchive::OpenArchive(const std::filesystem::path& path, const seal::Identities& identities)
    : impl_(std::make_unique<Impl>(Impl{archive::open(path, identities)})) {}

OpenArchive::~OpenArchive() = default;
OpenArchive::OpenArchive(OpenArchive&&) noexcept = default;
OpenArchive& OpenArchive::operator=(OpenArchive&&) noexcept = default;

std::vector<ArchivedTable> OpenArchive::tables() const {
  std::vector<ArchivedTable> tables;
  for (const archive::Table& table : impl_->reader->manifest().tables) {
    tables.push_back({table.schema, table.name, table.verdict, table.has_rows, table.rows});
  }
  return tables;
}

std::string OpenArchive::manifest_json() const {
  return archive::to_json(impl_->reader->manifest());
}

void OpenArchive::read_rows(std::string_view schema, std::string_view table,
                            const std::function<void(std::string_view)>& take) const {
  const archive::Manifest& manifest = impl_->reader->manifest();
  const auto found = std::ranges::find_if(
      manifest.tables, [&](const archive::Table& t) { return t.schema == schema && t.name == table; });
  if (found == manifest.tables.end() || !found->has_rows) {
    throw Error(Kind::not_found, fmt::format("the archive holds no rows of table {}",
                                             quoted_name({std::string(schema), std::string(table)})));
  }
  const auto decoder = archive::part_decoder(manifest, *found);
  const auto pipeline = impl_->reader->pipeline();
  std::string scratch;
  for (const archive::Part& part : found->parts) {
    std::uint64_t rows = 0;
    take(decoder->copy_lines(impl_->reader->read_part(*pipeline, part), scratch, rows));
  }
}

std::vector<ArchiveFinding> OpenArchive::verify(unsigned jobs) const {
  std::vector<ArchiveFinding> findings;
  for (const archive::Finding& finding : archive::verify(*impl_->reader, jobs).findings) {
    findings.push_back({finding.file, finding.problem});
  }
  return findings;
}

}  // namespace pgcoffer
