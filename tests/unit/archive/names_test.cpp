#include <set>

#include "archive/writer.hpp"
#include "catch.hpp"

using pgcoffer::archive::FolderNames;
using pgcoffer::archive::table_folder;

TEST_CASE("a plain name stays as it is") {
  CHECK(table_folder("public", "users") == "data/public.users");
  CHECK(table_folder("public", "Order_Items-2") == "data/public.Order_Items-2");
}

TEST_CASE("what file systems or shells take otherwise is percent-encoded") {
  CHECK(table_folder("public", "a/b") == "data/public.a%2fb");
  CHECK(table_folder("..", ".") == "data/%2e%2e.%2e");
  CHECK(table_folder("a.b", "c") == "data/a%2eb.c");
  CHECK(table_folder("a", "b.c") == "data/a.b%2ec");
  CHECK(table_folder("a", "ends.") == "data/a.ends%2e");
  CHECK(table_folder("a", "50% *\"?\\:<>|\n") == "data/a.50%25%20%2a%22%3f%5c%3a%3c%3e%7c%0a");
  CHECK(table_folder("a", "größe") == "data/a.gr%c3%b6%c3%9fe");
  CHECK(table_folder("a", "x~2") == "data/a.x%7e2");
}

TEST_CASE("names of Windows devices are not used") {
  CHECK(table_folder("con", "x") == "data/%63on.x");
  CHECK(table_folder("LPT1", "x") == "data/%4cPT1.x");
  CHECK(table_folder("console", "nul") == "data/console.nul");
}

TEST_CASE("long names are cut, and stay different") {
  const std::string wide(63, '\xc3');
  const std::string first = table_folder(wide, wide + "1"), second = table_folder(wide, wide + "2");
  CHECK(first != second);
  for (const std::string& folder : {first, second}) {
    CHECK(folder.size() <= std::string("data/").size() + 120);
    const std::size_t tilde = folder.find('~');
    REQUIRE(tilde != std::string::npos);
    CHECK(folder.size() - tilde == 17);
    CHECK((tilde - 5) % 3 == 0);  // whole percent codes only
  }
}

TEST_CASE("folders differ without regard to case") {
  FolderNames names;
  CHECK(names.folder("public", "Users") == "data/public.Users");
  CHECK(names.folder("public", "users") == "data/public.users~2");
  CHECK(names.folder("public", "USERS") == "data/public.USERS~3");
  CHECK(names.folder("public", "users") == "data/public.users~2");
  CHECK(names.folder("public", "users~2") == "data/public.users%7e2");
}
