#include "subset/keys.hpp"

#include "plan/tids.hpp"

namespace pgcoffer::subset {

void read_places(pg::Connection& connection, const std::string& select,
                 const std::function<void(pg::Oid, std::uint64_t)>& use) {
  connection.copy_out("COPY (SELECT q.r, q.t FROM (" + select + ") AS q) TO STDOUT", [&](std::string_view line) {
    const std::size_t tab = line.find('\t');
    use(static_cast<pg::Oid>(std::stoul(std::string(line.substr(0, tab)))), plan::parse_tid(line.substr(tab + 1)));
  });
}

}  // namespace pgcoffer::subset
