#pragma once

#include <concepts>
#include <memory>
#include <utility>

namespace pgcoffer {

/// A large value that is nearly always what a fresh one is, and then takes the room of a pointer: thousands of tables
/// have tens of thousands of columns.
template <std::equality_comparable Value>
class Rare {
 public:
  Rare() = default;
  Rare(Value value) {  // NOLINT(google-explicit-constructor): stands for the value
    if (!(value == none())) made_ = std::make_unique<Value>(std::move(value));
  }
  Rare(const Rare& other) : made_(other.made_ ? std::make_unique<Value>(*other.made_) : nullptr) {}
  Rare(Rare&&) noexcept = default;
  Rare& operator=(const Rare& other) {
    if (this != &other) *this = Rare(other);
    return *this;
  }
  Rare& operator=(Rare&&) noexcept = default;
  ~Rare() = default;

  const Value& operator*() const { return made_ ? *made_ : none(); }
  const Value* operator->() const { return &**this; }
  operator const Value&() const { return **this; }  // NOLINT(google-explicit-constructor): stands for the value
  /// To change it.
  Value& edit() {
    if (!made_) made_ = std::make_unique<Value>();
    return *made_;
  }
  bool operator==(const Rare& other) const { return **this == *other; }

 private:
  static const Value& none() {
    static const Value fresh{};
    return fresh;
  }
  std::unique_ptr<Value> made_;
};

}  // namespace pgcoffer
