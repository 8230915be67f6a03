#include "restore/rows.hpp"

#include <fmt/format.h>

#include <utility>

#include "archive/copy_target.hpp"
#include "base/digest.hpp"
#include "base/room.hpp"
#include "base/text.hpp"
#include "pgcoffer/error.hpp"
#include "rows/binary_part.hpp"
#include "rows/format.hpp"
#include "rows/part_lines.hpp"

namespace pgcoffer::restoring {
namespace {

/// A transaction of its own, unless one is open. One that is not committed is rolled back with the error that follows.
class OwnTransaction {
 public:
  explicit OwnTransaction(pg::Connection& connection) : connection_(connection), own_(!connection.in_transaction()) {
    if (own_) connection_.exec("BEGIN");
  }
  void commit() const {
    if (own_) connection_.exec("COMMIT");
  }

 private:
  pg::Connection& connection_;
  bool own_;
};

/// Binary rows that the server cannot read: the only errors that it may not have with the text.
bool may_be_of_conversion(const Error& error) {
  return error.kind() == Kind::failed && (error.sqlstate().starts_with("22") || error.sqlstate() == "08P01");
}

}  // namespace

RowLoader::Decoded RowLoader::decode(Buffers& buffers, const Step& step, bool binary) const {
  const archive::Part& part = *step.part;
  const std::string_view text = reader_.read_part(*buffers.pipeline, part);
  Decoded decoded;
  decoded.part = text;
  decoded.binary = binary;
  if (binary) {
    decoded.rows = text;
    decoded.count = rows::count_binary_rows(text, archive::columns_in_rows(*step.table).size());
  } else {
    decoded.rows = archive::part_decoder(reader_.manifest(), *step.table)
                       ->copy_lines(text, buffers.lines, decoded.count, decoded.sparse);
  }
  if (decoded.all() != part.rows && !reader_.accepts_edited()) {
    throw Error(Kind::damaged, fmt::format("archive is damaged: \"{}\": {} rows where the manifest says {}", part.file,
                                           decoded.all(), part.rows));
  }
  return decoded;
}

std::uint64_t RowLoader::Decoded::all() const {
  std::uint64_t every = count;
  for (const auto& some : sparse) every += some.rows;
  return every;
}

/// The rows in binary, where the server reads them with less work. Nothing where it does not, where so few are not
/// worth the question of what types the columns have or too many to have them twice in memory, and where they have to
/// go as text, which then says what is wrong with them.
std::optional<std::uint64_t> RowLoader::copy_in_binary(pg::Connection& connection, Buffers& buffers, const Step& step,
                                                       const Decoded& decoded) const {
  constexpr std::size_t few = std::size_t{256} << 10U, many = std::size_t{64} << 20U;
  // In a transaction of others what the server refuses could not be tried again.
  const bool may_be = !decoded.binary && decoded.sparse.empty() && !connection.in_transaction();
  if (!may_be || decoded.rows.size() < few || decoded.rows.size() > many) return std::nullopt;
  const auto lines = binary_columns_.of_text(connection, *step.table);
  if (lines == nullptr) return std::nullopt;
  reserve_room(buffers.binary, decoded.rows.size() + decoded.rows.size() / 2);
  if (!lines->convert(decoded.rows, buffers.binary)) return std::nullopt;
  Decoded binary = decoded;
  binary.rows = buffers.binary;
  binary.binary = true;
  connection.exec("BEGIN");
  std::optional<std::uint64_t> loaded;
  try {
    loaded = put(connection, step, binary, false);
  } catch (const Error& error) {
    if (!may_be_of_conversion(error)) throw;
  }
  if (loaded && !binary_columns_.changed(connection, *step.table, *lines)) {
    connection.exec("COMMIT");
    return loaded;
  }
  connection.exec("ROLLBACK");
  return std::nullopt;
}

std::uint64_t RowLoader::copy(pg::Connection& connection, Buffers& buffers, const Step& step) const {
  const bool binary = step.table->binary && binary_columns_.as_dumped(connection, *step.table);
  const Decoded decoded = decode(buffers, step, binary);
  if (const auto loaded = copy_in_binary(connection, buffers, step, decoded)) return *loaded;
  // Nobody can have seen a table that the open transaction made: its rows may be frozen now rather than by a later
  // VACUUM. Partitioned and foreign tables, which have no rows of their own, do not take it.
  const bool frozen =
      step.made_here && connection.in_transaction() && step.table->kind != "foreign table" && !step.table->load_into;
  const OwnTransaction transaction(connection);
  const std::uint64_t loaded = put(connection, step, decoded, frozen);
  if (binary && !same_binary_columns(connection, target_of(*step.table), *step.table)) {
    throw Error(Kind::failed, "the types of its columns were changed meanwhile")
        .hint("Restore its rows again: they are read as the columns are then.");
  }
  transaction.commit();
  return loaded;
}

/// Within the open transaction.
std::uint64_t RowLoader::put(pg::Connection& connection, const Step& step, const Decoded& decoded, bool frozen) const {
  const archive::Table& table = *step.table;
  const archive::Part& part = *step.part;
  const auto sql = [&](const std::string& target) {
    return fmt::format("COPY {} FROM STDIN (FORMAT {}{})", target, decoded.binary ? "binary" : "text",
                       frozen ? ", FREEZE" : "");
  };
  std::uint64_t loaded = 0;
  const auto load_some = [&](const std::string& target, std::string_view lines,
                             const std::vector<std::size_t>& columns) {
    try {
      loaded += connection.copy_in(sql(target), lines);
    } catch (const Error& error) {
      throw rows::with_line_of_part(error, *archive::part_decoder(reader_.manifest(), table), decoded.part, columns);
    }
  };
  // One COPY has one set of columns; what is loaded is recorded with it, and stays only where it is all.
  if (journal_ != nullptr) connection.exec(journal_->record({Journal::item(part)}));
  load_some(archive::copy_target(table), decoded.rows, {});
  for (const rows::SparseRows& some : decoded.sparse)
    load_some(archive::copy_target(table, some.columns), some.lines, some.columns);
  if (loaded != decoded.all()) {
    throw Error(Kind::failed, fmt::format("the server took {} of {} rows", loaded, decoded.all()))
        .hint("Does a trigger or rule on the table drop rows?");
  }
  return loaded;
}

std::uint64_t RowLoader::load(pg::Connection& connection, Buffers& buffers, const Step& step) const {
  const archive::Table& table = *step.table;
  const archive::Part& part = *step.part;
  const std::string name = display_name({table.schema, table.name});
  try {
    const std::uint64_t loaded = copy(connection, buffers, step);
    progress_.advanced(loaded, part.encoded_bytes);
    return loaded;
  } catch (const Error& error) {
    if (error.kind() == Kind::interrupted) throw;
    if (error.kind() == Kind::damaged) {
      // A decoder knows lines, not files.
      if (error.message().find(part.file) != std::string::npos) {
        if (!error.hint().empty()) throw;
        throw Error(Kind::damaged, error.message())
            .hint("Where it was edited by hand, --accept-edited takes it as it is.")
            .object(error.object());
      }
      throw Error(Kind::damaged, fmt::format("archive is damaged: \"{}\": {}", part.file, error.message()))
          .hint(error.hint())
          .object(part.file);
    }
    throw Error(error.kind(), fmt::format("cannot load table {}, part \"{}\": {}",
                                          quoted_name({table.schema, table.name}), part.file, error.message()))
        .hint(error.hint())
        .sqlstate(error.sqlstate())
        .object(name);
  }
}

void RowLoader::fill(pg::Connection& connection, Buffers& buffers,
                     const std::vector<const archive::LargeObject*>& objects) const {
  const OwnTransaction transaction(connection);
  for (const archive::LargeObject* object : objects) {
    if (journal_ != nullptr && journal_->has(Journal::item(*object))) continue;
    if (journal_ != nullptr) connection.exec(journal_->record({Journal::item(*object)}));
    fill_one(connection, buffers, *object);
  }
  transaction.commit();
}

void RowLoader::fill_one(pg::Connection& connection, Buffers& buffers, const archive::LargeObject& object) const {
  constexpr std::size_t piece = std::size_t{1} << 20U;
  std::uint64_t offset = 0;
  for (const archive::Part& part : object.parts) {
    std::string_view bytes = reader_.read_part(*buffers.pipeline, part);
    progress_.advanced(0, bytes.size());
    while (!bytes.empty()) {
      const std::string_view some = bytes.substr(0, piece);
      connection.exec(fmt::format("SELECT pg_catalog.lo_put({}, {}, '\\x{}')", object.oid, offset, to_hex(some)));
      offset += some.size();
      bytes.remove_prefix(some.size());
    }
  }
}

}  // namespace pgcoffer::restoring
