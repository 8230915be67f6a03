#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace pgcoffer::pg {

using Oid = std::uint32_t;

class Result;

/// One value of a result, in the server's text form. Views live as long as the Result they come from.
class Field {
 public:
  Field(const char* text, std::size_t size, bool null) : text_(text, size), null_(null) {}
  [[nodiscard]] bool is_null() const noexcept { return null_; }
  /// Empty when NULL.
  [[nodiscard]] std::string_view view() const noexcept { return text_; }
  [[nodiscard]] std::string str() const { return std::string(text_); }
  /// 't' / 'f'; NULL is false.
  [[nodiscard]] bool as_bool() const noexcept { return text_ == "t"; }
  /// Throws Error(failed) when the text is no integer; NULL is 0.
  [[nodiscard]] std::int64_t as_int() const;
  [[nodiscard]] Oid as_oid() const { return static_cast<Oid>(as_int()); }
  /// First character, or '\0' when empty: for "char" columns.
  [[nodiscard]] char as_char() const noexcept { return text_.empty() ? '\0' : text_.front(); }
  /// A one-dimensional array's elements ("{a,b}"); NULL elements become empty strings; NULL array is empty.
  [[nodiscard]] std::vector<std::string> as_array() const;

 private:
  std::string_view text_;
  bool null_;
};

class Row {
 public:
  Row(const Result& result, int index) : result_(&result), index_(index) {}
  /// By column name; a name that the query does not return is a programming error (std::logic_error).
  [[nodiscard]] Field operator[](std::string_view column) const;
  [[nodiscard]] Field operator[](int column) const;

 private:
  const Result* result_;
  int index_;
};

/// A query's rows. Cheap to copy; iterable.
class Result {
 public:
  struct Data;  ///< owns the pqxx::result; defined in result.cpp
  explicit Result(std::shared_ptr<const Data> data) : data_(std::move(data)) {}
  [[nodiscard]] int size() const noexcept;
  [[nodiscard]] bool empty() const noexcept { return size() == 0; }
  [[nodiscard]] Row operator[](int row) const { return {*this, row}; }
  [[nodiscard]] Field at(int row, int column) const;
  [[nodiscard]] int column(std::string_view name) const;

  class Iterator {
   public:
    Iterator(const Result& result, int row) : result_(&result), row_(row) {}
    Row operator*() const { return {*result_, row_}; }
    Iterator& operator++() {
      ++row_;
      return *this;
    }
    bool operator!=(const Iterator& other) const { return row_ != other.row_; }

   private:
    const Result* result_;
    int row_;
  };
  [[nodiscard]] Iterator begin() const { return {*this, 0}; }
  [[nodiscard]] Iterator end() const { return {*this, size()}; }

 private:
  std::shared_ptr<const Data> data_;
};

}  // namespace pgcoffer::pg
