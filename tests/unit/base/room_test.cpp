#include "base/room.hpp"

#include <string>

#include "catch.hpp"

using namespace pgcoffer;

TEST_CASE("a kept buffer takes what is smaller without moving, and grows for what is larger") {
  std::string buffer;
  resize_room(buffer, std::size_t{5} << 20U);
  CHECK(buffer.size() == std::size_t{5} << 20U);
  buffer.back() = 'x';
  const char* const where = buffer.data();
  resize_room(buffer, 3);
  CHECK(buffer.size() == 3);
  CHECK(buffer.data() == where);
  reserve_room(buffer, std::size_t{4} << 20U);
  CHECK(buffer.size() == 3);
  CHECK(buffer.data() == where);
  resize_room(buffer, std::size_t{9} << 20U);
  CHECK(buffer.size() == std::size_t{9} << 20U);
}

TEST_CASE("advice on pages does not change what is in them") {
  for (const std::size_t size :
       {std::size_t{0}, std::size_t{1}, std::size_t{4096}, (std::size_t{2} << 20U) + 1, std::size_t{7} << 20U}) {
    std::string bytes(size, 'a');
    prefer_huge_pages(bytes.data(), bytes.size());
    CHECK(bytes == std::string(size, 'a'));
  }
}
