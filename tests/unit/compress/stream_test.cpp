#include "compress/stream.hpp"

#include <lz4frame.h>
#include <zlib.h>

#include <random>
#include <vector>

#include "catch.hpp"
#include "compress/codec.hpp"
#include "error_of.hpp"

using namespace pgcoffer;
using namespace pgcoffer::compress;

namespace {

template <class Call>
std::string message_of(Call call) {
  const auto error = pgcoffer_test::error_of(call);
  return error ? error->message() : "";
}

constexpr StreamFormat kFormats[] = {StreamFormat::gzip, StreamFormat::zlib, StreamFormat::zstd, StreamFormat::lz4};

std::string text(std::size_t size) {
  std::mt19937 random(1);
  std::string out(size, '\0');
  for (char& c : out) c = "abc\t0123456789\n"[random() % 15];
  return out;
}

std::string packed(StreamFormat format, const std::string& plain) {
  std::string out;
  if (format == StreamFormat::gzip || format == StreamFormat::zstd) {
    out = make_compressor({format == StreamFormat::gzip ? Method::gzip : Method::zstd, 3})->compress(plain);
  } else if (format == StreamFormat::zlib) {
    uLongf size = compressBound(plain.size());
    out.resize(size);
    REQUIRE(::compress(reinterpret_cast<Bytef*>(out.data()), &size, reinterpret_cast<const Bytef*>(plain.data()),
                       plain.size()) == Z_OK);
    out.resize(size);
  } else {
    out.resize(LZ4F_compressFrameBound(plain.size(), nullptr));
    out.resize(LZ4F_compressFrame(out.data(), out.size(), plain.data(), plain.size(), nullptr));
  }
  return out;
}

std::string unpacked(StreamFormat format, std::string_view bytes, std::size_t piece) {
  const auto stream = make_stream_decompressor(format);
  std::string out;
  for (; !bytes.empty(); bytes.remove_prefix(std::min(piece, bytes.size())))
    stream->push(bytes.substr(0, piece), [&](std::string_view some) { out += some; });
  stream->finish();
  return out;
}

}  // namespace

TEST_CASE("streams are decompressed, however they are cut") {
  for (const StreamFormat format : kFormats) {
    for (const std::size_t size : {0U, 1U, 1000U, 2'000'000U}) {
      const std::string plain = text(size);
      const std::string bytes = packed(format, plain);
      CHECK(unpacked(format, bytes, bytes.size()) == plain);
      CHECK(unpacked(format, bytes, size < 5000 ? 1 : 7777) == plain);
    }
    const std::string zeros(3'000'000, '\0');  // much comes out of little
    CHECK(unpacked(format, packed(format, zeros), 100'000) == zeros);
  }
  CHECK(unpacked(StreamFormat::none, "abc", 2) == "abc");
}

TEST_CASE("members and frames may stand one after another") {
  for (const StreamFormat format : {StreamFormat::gzip, StreamFormat::zstd, StreamFormat::lz4}) {
    const std::string bytes = packed(format, "one ") + packed(format, "two");
    CHECK(unpacked(format, bytes, 3) == "one two");
  }
}

TEST_CASE("a stream that is cut off or not valid is damage") {
  const auto name = [](StreamFormat format) {
    return format == StreamFormat::gzip   ? "gzip"
           : format == StreamFormat::zlib ? "zlib"
           : format == StreamFormat::zstd ? "zstd"
                                          : "lz4";
  };
  for (const StreamFormat format : kFormats) {
    const std::string bytes = packed(format, text(10'000));
    for (const std::size_t cut : {std::size_t{0}, std::size_t{3}, bytes.size() / 2, bytes.size() - 1}) {
      CHECK(message_of([&] { (void)unpacked(format, bytes.substr(0, cut), 1000); }) ==
            std::string(name(format)) + " data is damaged: it is cut off");
    }
    CHECK(message_of([&] {
            (void)unpacked(format, "this is no such stream, is it?", 1000);
          }).starts_with(std::string(name(format)) + " data is damaged: "));
  }
  CHECK(message_of([&] { (void)unpacked(StreamFormat::zlib, packed(StreamFormat::zlib, "x") + "y", 1000); }) ==
        "zlib data is damaged: there is something after its end");
}

TEST_CASE("streams are told by their first bytes") {
  for (const StreamFormat format : {StreamFormat::gzip, StreamFormat::zstd, StreamFormat::lz4})
    CHECK(detect_stream(packed(format, "x")) == format);
  CHECK(detect_stream("{\"id\":1}") == StreamFormat::none);
  CHECK(detect_stream("") == StreamFormat::none);
}
