#include "pgdump/container.hpp"

namespace pgcoffer::pgdump {
namespace {

namespace fs = std::filesystem;

enum class Shape { none, custom, directory, tar, script };

Shape shape_of(const fs::path& path) {
  std::error_code error;
  if (fs::is_directory(path, error)) {
    const bool ours = fs::exists(path / "manifest.json", error) || fs::exists(path / "manifest.json.cms", error);
    return !ours && fs::is_regular_file(path / "toc.dat", error) ? Shape::directory : Shape::none;
  }
  if (!fs::is_regular_file(path, error)) return Shape::none;
  if (FileReader(path).some(5) == "PGDMP") return Shape::custom;
  if (is_tar(path)) return Shape::tar;
  return is_script(path) ? Shape::script : Shape::none;
}

std::unique_ptr<Container> open_as_it_is(const fs::path& path) {
  switch (shape_of(path)) {
    case Shape::directory:
      return open_directory(path);
    case Shape::tar:
      return open_tar(path);
    case Shape::script:
      return open_script(path);
    case Shape::custom:
    case Shape::none:
      break;
  }
  return open_custom(path);
}

}  // namespace

bool is_pg_dump(const fs::path& path) {
  return shape_of(path) != Shape::none;
}

std::unique_ptr<Container> open(const fs::path& path) {
  return with_rows_of_inserts(in_utf8(open_as_it_is(path), path));
}

}  // namespace pgcoffer::pgdump
