#include "pgdump/file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>

#include "pgcoffer/error.hpp"

namespace pgcoffer::pgdump {
namespace {

constexpr std::size_t kBuffer = std::size_t{256} << 10U;

}  // namespace

FileReader::FileReader(std::filesystem::path path, std::uint64_t offset, std::optional<std::uint64_t> size)
    : path_(std::move(path)), fd_(store::open_file(path_, O_RDONLY, "open")), offset_(offset) {
  struct stat status {};
  if (::fstat(fd_.get(), &status) != 0) store::fail("read", path_, errno);
  const auto bytes = static_cast<std::uint64_t>(status.st_size);
  if (!S_ISREG(status.st_mode) || offset > bytes || size.value_or(0) > bytes - offset) damaged("it is cut off");
  size_ = size.value_or(bytes - offset);
}

void FileReader::seek(std::uint64_t position) {
  if (position > size_) damaged("it points beyond its end");
  position_ = position;
}

void FileReader::skip(std::uint64_t bytes) {
  if (bytes > left()) damaged("it is cut off");
  position_ += bytes;
}

void FileReader::fill() {
  if (position_ >= buffer_start_ && position_ < buffer_start_ + buffer_.size()) return;
  buffer_.resize(static_cast<std::size_t>(std::min<std::uint64_t>(kBuffer, left())));
  buffer_start_ = position_;
  const ssize_t read =
      store::read_up_to_at(fd_.get(), buffer_.data(), buffer_.size(), static_cast<off_t>(offset_ + position_));
  if (read < 0) store::fail("read", path_, errno);
  buffer_.resize(static_cast<std::size_t>(read));
}

unsigned FileReader::byte() {
  const std::string_view one = some(1);
  if (one.empty()) damaged("it is cut off");
  return static_cast<unsigned char>(one.front());
}

std::string_view FileReader::some(std::size_t bytes) {
  fill();
  const std::string_view found = std::string_view(buffer_).substr(static_cast<std::size_t>(position_ - buffer_start_));
  const std::string_view piece = found.substr(0, bytes);
  position_ += piece.size();
  return piece;
}

std::string FileReader::exactly(std::uint64_t bytes) {
  if (bytes > left()) damaged("it is cut off");
  std::string text;
  text.reserve(static_cast<std::size_t>(bytes));
  while (text.size() < bytes) {
    const std::string_view piece = some(static_cast<std::size_t>(bytes) - text.size());
    if (piece.empty()) damaged("it is cut off");
    text += piece;
  }
  return text;
}

void FileReader::damaged(std::string_view problem) const {
  throw Error(Kind::damaged, fmt::format("\"{}\" is damaged: {} (byte {})", path_.string(), problem, position_))
      .hint("Was it copied in part, or through a program that changes line ends?")
      .object(path_.string());
}

}  // namespace pgcoffer::pgdump
