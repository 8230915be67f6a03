#include "convert/table_cutter.hpp"

#include <fmt/format.h>

#include "archive/copy_target.hpp"
#include "pgcoffer/error.hpp"

namespace pgcoffer::converting {

TableCutter::TableCutter(const archive::Table& table, rows::Format format, std::uint64_t part_size, Put put)
    : table_(table),
      format_(format),
      part_size_(part_size),
      put_(std::move(put)),
      columns_(archive::columns_in_rows(table)),
      encoder_(rows::make_encoder(format, archive::copy_target(table), columns_)) {
  block_.assign(encoder_->prefix());
}

void TableCutter::add(const Rows& rows) {
  if (digest_) digest_->add_lines(rows.lines);
  if (rows.sparse != nullptr && !rows.sparse->empty()) digest_.reset();
  if (part_size_ == 0) {
    block_ += rows.lines;
    rows_ += rows.rows;
  } else {
    add_lines(rows.lines, rows.rows);
  }
  if (rows.sparse != nullptr) {
    for (const rows::SparseRows& some : *rows.sparse) add_sparse(some);
  }
  if (part_size_ == 0) flush();
}

void TableCutter::finish() {
  if (rows_ > 0) flush();
}

void TableCutter::add_lines(std::string_view lines, std::uint64_t rows) {
  const std::size_t overhead = encoder_->bytes_per_row();
  while (!lines.empty()) {
    if (block_.size() + lines.size() + (rows_ + rows) * overhead < part_size_) {
      block_ += lines;
      rows_ += rows;
      return;
    }
    const std::size_t length = lines.find('\n') + 1;
    block_ += lines.substr(0, length);
    lines.remove_prefix(length);
    ++rows_;
    --rows;
    if (block_.size() + sparse_.size() + rows_ * overhead >= part_size_) flush();
  }
}

void TableCutter::add_sparse(const rows::SparseRows& rows) {
  if (format_ != rows::Format::json) {
    throw Error(Kind::failed,
                fmt::format("some rows lack columns, which have their defaults after a restore: {} cannot say so",
                            to_string(format_)))
        .hint("Keep the rows as json (--rows json), or restore them and dump anew.");
  }
  std::vector<rows::Column> columns;
  for (const std::size_t column : rows.columns) columns.push_back(columns_[column]);
  std::string block = rows.lines;
  rows::make_encoder(format_, archive::copy_target(table_, rows.columns), columns)->finish(block, scratch_);
  sparse_ += block;
  rows_ += rows.rows;
  if (part_size_ != 0 && block_.size() + sparse_.size() >= part_size_) flush();
}

void TableCutter::flush() {
  encoder_->finish(block_, scratch_);
  block_ += sparse_;
  put_(block_, rows_);
  block_.assign(encoder_->prefix());
  sparse_.clear();
  rows_ = 0;
}

}  // namespace pgcoffer::converting
