#include "audit/columns.hpp"

#include <string>
#include "catch.hpp"

#include "catalog/model.hpp"

using namespace pgcoffer;

namespace {

/// Whether a column with one such value among a hundred texts is said to hold telephone numbers.
bool told_among_many(const std::string& value) {
  audit::ColumnContent content;
  content.add(value, audit::ColumnText::plain, 1);
  for (std::uint64_t row = 2; row <= 100; ++row) content.add("nothing to see", audit::ColumnText::plain, row);
  return content.seen(content::Kind::phone).rows == 1 &&
         audit::is_likely(content::Kind::phone, catalog::Column{}, content);
}

}  // namespace

TEST_CASE("one telephone number with its country's code is enough, other digits may be anything") {
  CHECK(told_among_many("please call +49 911 1234567 in the morning"));
  CHECK(told_among_many("{\"note\": \"+4917012345678\"}"));
  CHECK_FALSE(told_among_many("0911 1234567"));
}
