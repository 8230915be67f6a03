#pragma once

#include <future>
#include <utility>
#include <vector>

namespace pgcoffer {

/// Frees what nobody needs any more beside what goes on: hundreds of thousands of small objects take a while. Waits for
/// the end of it when it goes itself.
class Remains {
 public:
  template <class Value>
  void take(Value value) {
    freeing_.push_back(
        std::async(std::launch::async, [all = std::move(value)]() mutable { const Value gone = std::move(all); }));
  }

 private:
  std::vector<std::future<void>> freeing_;
};

}  // namespace pgcoffer
