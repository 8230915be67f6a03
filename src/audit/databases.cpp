#include "audit/databases.hpp"

#include <iterator>
#include <utility>

namespace pgcoffer::audit {
namespace {

template <class Told>
void move_to(std::vector<Told>& all, std::vector<Told>& some, const std::string& database) {
  for (Told& one : some) one.database = database;
  all.insert(all.end(), std::make_move_iterator(some.begin()), std::make_move_iterator(some.end()));
}

void name_folder(std::vector<Finding>& findings, const std::string& folder) {
  for (Finding& finding : findings)
    for (Place& place : finding.places) place.part = folder + "/" + place.part;
}

}  // namespace

void add_database(const archive::ArchivedDatabase& database, Report&& one, Report& all) {
  for (std::vector<Finding> Report::*list : {&Report::findings, &Report::notes}) {
    name_folder(one.*list, database.folder);
    move_to(all.*list, one.*list, database.name);
  }
  move_to(all.left_out, one.left_out, database.name);
  move_to(all.foreign_keys, one.foreign_keys, database.name);
  all.tables += one.tables;
  all.rows += one.rows;
  all.values += one.values;
  all.large_objects += one.large_objects;
  all.databases.push_back({database.name, database.folder, std::move(one.manifest)});
}

}  // namespace pgcoffer::audit
