#pragma once

#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "archive/manifest.hpp"
#include "archive/toc.hpp"
#include "audit/columns.hpp"
#include "audit/references.hpp"
#include "audit/secret_pairs.hpp"
#include "policy/key_values.hpp"

namespace pgcoffer::audit {

/// What the rows of a table are seen to hold.
struct TableContent {
  std::vector<ColumnContent> columns;  ///< one for each of the columns in the rows, same order
  std::vector<Place> wrong_rows;       ///< rows with more or fewer fields than the manifest says
};

/// Credentials and personal data in what is no column's value: the schema, large objects, the manifest's own texts.
struct Token {
  std::string object;  ///< "USER MAPPING …", "large object 1234"
  std::string part;
  content::Kind kind;
};

/// All that is seen of an archive, while it is written or when it is read. read() and add() are safe from several
/// threads.
class Collector {
 public:
  /// Of the manifest's tables columns and verdicts are looked at, not the parts. Looks through the schema at once.
  Collector(const archive::Manifest& manifest, const archive::Toc& toc);

  /// What is seen of one part, before it is told in which file.
  class Part {
   public:
    Part(std::size_t table, std::size_t columns, const std::vector<References::Side>& sides, const SecretPairs& secrets)
        : table_(table), batch_(sides), secrets_(secrets) {
      content_.columns.resize(columns);
    }

   private:
    friend class Collector;
    std::size_t table_;
    TableContent content_;
    References::Batch batch_;
    SecretPairs secrets_;
  };
  /// Of table number `table` of the manifest.
  [[nodiscard]] Part part(std::size_t table) const;
  /// COPY text lines with values of all columns, or of some.
  void read(Part& part, std::string_view lines) const;
  void read(Part& part, std::string_view lines, const std::vector<std::size_t>& columns) const;
  void add(Part&& part, const std::string& file);
  /// Of a large object the pieces are given in their order.
  class LargeObject {
   public:
    LargeObject(Collector& collector, std::uint32_t oid);
    void add(std::string_view bytes, const std::string& file);

   private:
    Collector& collector_;
    std::string name_;
    std::string tail_;  ///< of the piece before: a secret may lie across the cut
  };

  /// Behind the last part: what only all rows of a table together show comes to its columns.
  void finish();
  [[nodiscard]] const std::vector<TableContent>& tables() const noexcept { return tables_; }
  [[nodiscard]] const std::vector<Token>& tokens() const noexcept { return tokens_; }
  [[nodiscard]] std::vector<ForeignKeyResult> foreign_keys() { return references_.results(); }

 private:
  void add_tokens(const std::string& object, const content::Kinds& found, const std::string& file);
  void look_at_schema(const archive::Toc& toc);
  void look_at_texts(const archive::Manifest& manifest);
  void look_at_globals(const cluster::Globals& globals);
  void look_at_settings(const std::vector<cluster::Setting>& settings, const std::string& holder);

  References references_;
  std::vector<TableContent> tables_;                    ///< one for each of manifest.tables
  std::vector<std::vector<ColumnText>> texts_;          ///< how the values of their columns are to be read
  std::vector<std::vector<Replaced>> replaced_;         ///< what was done to the same columns
  std::vector<std::optional<policy::KeyValue>> pairs_;  ///< of tables of settings, among the same columns
  std::vector<SecretPairs> no_secrets_;                 ///< one for each table, before a row is read
  std::vector<SecretPairs> secrets_;                    ///< the same, of all parts
  std::vector<Token> tokens_;
  std::mutex mutex_;
};

}  // namespace pgcoffer::audit
