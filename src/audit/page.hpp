#pragma once

#include <string>
#include <utility>
#include <vector>

#include "audit/report.hpp"

namespace pgcoffer::audit {

/// A report as a page for people: the same in each way of writing it.
struct Page {
  struct Section {
    std::string title;
    std::vector<std::string> head;
    std::vector<std::vector<std::string>> rows;  ///< each as long as the head
  };
  std::string title, verdict, explanation;  ///< "Passed", and in a sentence what that means
  bool passed = false;
  std::vector<std::pair<std::string, std::string>> facts;  ///< label and text
  std::vector<Section> sections;
};

[[nodiscard]] Page page_of(const Report& report);

[[nodiscard]] std::string markdown(const Page& page);
/// One file that needs nothing else: no script, no style or picture from elsewhere.
[[nodiscard]] std::string html(const Page& page);

}  // namespace pgcoffer::audit
