/// read_catalog_knowing URL FILE [SCHEMA]: reads a database's catalog as if the program knew only the system catalogs
/// of FILE (in the form of src/catalog/known_catalogs.inc), and prints what it cannot dump and what it warns of.

#include <fstream>
#include <iostream>
#include <iterator>
#include <pgcoffer/error.hpp>
#include <string>

#include "catalog/read.hpp"
#include "pg/connection.hpp"

using namespace pgcoffer;

namespace {

void run(const std::string& url, const std::string& file, const std::string& schema) {
  std::ifstream stream(file);
  const std::string text{std::istreambuf_iterator<char>(stream), {}};
  ConnectOptions options;
  options.conninfo = url;
  pg::Connection connection(options, pg::Session::dump);
  connection.exec("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
  catalog::Selection selection;
  if (!schema.empty()) selection.schemas.push_back(Pattern::for_name(schema));
  const catalog::Catalog found = catalog::read_catalog(connection, selection, std::chrono::milliseconds(0), {},
                                                       catalog::parse_known_catalogs(text));
  for (const auto& object : found.unsupported) std::cout << "unsupported " << object.kind << ' ' << object.name << '\n';
  for (const auto& warning : found.warnings) std::cout << "warning " << warning << '\n';
}

}  // namespace

int main(int count, char** arguments) {
  try {
    if (count < 3) return 2;
    run(arguments[1], arguments[2], count > 3 ? arguments[3] : "");
    return 0;
  } catch (const Error& error) {
    std::cerr << error.message() << '\n';
    return 1;
  }
}
