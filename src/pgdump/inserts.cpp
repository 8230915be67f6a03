// Rows as INSERT statements are read as if COPY had written them.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>

#include "pgcoffer/error.hpp"
#include "pgdump/container.hpp"
#include "pgdump/definitions.hpp"
#include "pgdump/insert_statement.hpp"

namespace pgcoffer::pgdump {
namespace {

struct Stop {};

class Inserts final : public Container {
 public:
  explicit Inserts(std::unique_ptr<Container> inner) : inner_(std::move(inner)), contents_(inner_->contents()) {
    for (const Entry& entry : contents_.entries)
      escapes_ = escapes_ || (entry.kind == "STDSTRINGS" && entry.create.find("'off'") != std::string::npos);
    const Definitions definitions(contents_);
    for (Entry& entry : contents_.entries)
      if (entry.inserts) entry.copy = copy_of(entry, definitions);
    if (in_doubt_.empty()) return;
    contents_.warnings.push_back(fmt::format(
        "rows of tables that inherit columns are INSERT statements without names of columns: {}. They go in as the "
        "definition orders these, as with psql; where a column was added to a parent later, pg_dump wrote another "
        "order, and values stand in wrong columns (pg_dump --column-inserts names them)",
        join_first(in_doubt_)));
  }

  [[nodiscard]] const Contents& contents() const override { return contents_; }

  void read(const Entry& entry, const Take& take) const override {
    if (!entry.inserts) return inner_->read(entry, take);
    StatementCutter cutter(escapes_);
    const First& first = first_.at(entry.id);
    InsertStatement::Row row;
    std::string lines;
    bool any = false;
    inner_->read(entry, [&](std::string_view text) {
      cutter.add(text);
      for (std::string_view sql = cutter.next(); !sql.empty(); sql = cutter.next()) {
        any = true;
        InsertStatement statement(sql, escapes_);
        if (statement.table() != first.table || statement.columns() != first.columns)
          throw Error(Kind::damaged, "its INSERT statements are not all of one table and the same columns");
        while (statement.next(row)) {
          if (row.defaults != first.defaults)
            throw Error(Kind::damaged, "its INSERT statements have not all the same number of values");
          lines += row.line;
        }
      }
      take(std::exchange(lines, {}));
    });
    // Archives end a table's rows by two empty lines. A script tells its end itself.
    const std::string_view end = contents_.version == 0 ? "\n" : any ? "\n\n\n" : "\n\n";
    if (cutter.rest() != end && (any || contents_.version != 0))
      throw Error(Kind::damaged, "they end within INSERT statements");
    take("\\.\n");
  }

  [[nodiscard]] std::vector<std::uint32_t> large_objects() const override { return inner_->large_objects(); }
  void read_large_object(std::uint32_t oid, const Take& take) const override { inner_->read_large_object(oid, take); }
  [[nodiscard]] std::uint64_t stored_bytes(const Entry& entry) const override { return inner_->stored_bytes(entry); }

 private:
  /// The statement that COPY would have been.
  [[nodiscard]] std::string copy_of(const Entry& entry, const Definitions& definitions) {
    const QualifiedName name{entry.schema, entry.name};
    QualifiedName target = name;
    std::vector<std::string> columns = definitions.columns(name);
    First& known = first_[entry.id];
    try {
      if (const std::string first = first_statement(entry); !first.empty()) {
        InsertStatement statement(first, escapes_);
        target = known.table = statement.table();
        known.columns = statement.columns();
        if (!statement.columns().empty())
          columns = statement.columns();
        else if (definitions.mixes_columns(name))
          in_doubt_.push_back(display_name(name));
        InsertStatement::Row row;
        static_cast<void>(statement.next(row));
        known.defaults = std::move(row.defaults);
        // DEFAULT VALUES: of no column, or of columns that are all generated.
        if (known.defaults.empty()) columns.clear();
        columns = given(name, columns, known.defaults);
      }
    } catch (const Error& error) {
      if (error.kind() != Kind::damaged || !error.object().empty()) throw;
      throw Error(Kind::damaged,
                  fmt::format("archive is damaged: rows of table {}: {}", quoted_name(name), error.message()))
          .object(display_name(name));
    }
    std::vector<std::string> quoted;
    for (const std::string& column : columns) quoted.push_back(quote_ident(column));
    return fmt::format("COPY {} ({}) FROM stdin;\n", quote_ident(target), join(quoted, ", "));
  }

  /// Columns that have a value.
  static std::vector<std::string> given(const QualifiedName& table, const std::vector<std::string>& columns,
                                        const std::vector<bool>& defaults) {
    if (columns.size() != defaults.size()) {
      throw Error(Kind::unsupported,
                  fmt::format("the rows of table {} are INSERT statements without names of columns, and its definition "
                              "in the archive does not tell these",
                              quoted_name(table)))
          .hint(
              "Run it with psql: a script as it is, an archive as the script that pg_restore -f makes of it. Or dump "
              "anew with --column-inserts, or without --inserts.");
    }
    std::vector<std::string> names;
    for (std::size_t i = 0; i < columns.size(); ++i)
      if (!defaults[i]) names.push_back(columns[i]);
    return names;
  }

  [[nodiscard]] std::string first_statement(const Entry& entry) const {
    StatementCutter cutter(escapes_);
    std::string first;
    try {
      inner_->read(entry, [&](std::string_view text) {
        cutter.add(text);
        first = cutter.next();
        if (!first.empty()) throw Stop();
      });
    } catch (const Stop&) {  // there may be gigabytes more
    }
    return first;
  }

  std::unique_ptr<Container> inner_;
  Contents contents_;
  bool escapes_ = false;
  std::vector<std::string> in_doubt_;  ///< tables whose columns may have had another order
  /// What the first statement of an entry tells, and all others have to.
  struct First {
    QualifiedName table;
    std::vector<std::string> columns;
    std::vector<bool> defaults;  ///< which values are DEFAULT
  };
  std::map<int, First> first_;  ///< by entry
};

}  // namespace

std::unique_ptr<Container> with_rows_of_inserts(std::unique_ptr<Container> archive) {
  if (std::ranges::none_of(archive->contents().entries, &Entry::inserts)) return archive;
  return std::make_unique<Inserts>(std::move(archive));
}

}  // namespace pgcoffer::pgdump
