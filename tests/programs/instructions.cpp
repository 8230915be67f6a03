// Work on fixed input, one piece of the program a run, whose instructions .ci/check-instructions counts under
// callgrind:
//   instructions KERNEL      only what `measured` runs is counted
#include <fmt/format.h>

#include <cstdlib>
#include <functional>
#include <map>
#include <stdexcept>

#include "../unit/archive/sample.hpp"
#include "dump/block_filler.hpp"
#include "rows/binary_lines.hpp"
#include "rows/row_digest.hpp"

namespace {

using namespace pgcoffer;

constexpr std::size_t kRows = 10000;

/// Numbers that look random and are the same everywhere.
class Sequence {
 public:
  std::uint64_t next() { return (state_ = state_ * 6364136223846793005U + 1442695040888963407U) >> 33U; }

 private:
  std::uint64_t state_ = 1;
};

const std::vector<rows::Column>& columns() {
  static const std::vector<rows::Column> list = {
      {"id", rows::JsonKind::number},   {"paid", rows::JsonKind::boolean}, {"amount", rows::JsonKind::number},
      {"note", rows::JsonKind::string}, {"data", rows::JsonKind::json},    {"tags", rows::JsonKind::string_array}};
  return list;
}

const std::string kTarget = R"("public"."orders" ("id", "paid", "amount", "note", "data", "tags"))";

std::vector<std::string> lines() {
  Sequence numbers;
  std::vector<std::string> lines;
  for (std::size_t i = 0; i < kRows; ++i) {
    const std::uint64_t n = numbers.next();
    lines.push_back(fmt::format(
        "{}\t{}\t{}.{:02}\tnote of \\\\ \"{}\", für {}\t{{\"user\": {}, \"ok\": [true, null]}}\t{{a,\"b {}\"}}\n", i,
        n % 2 == 0 ? "t" : "f", n % 10000, n % 100, n, numbers.next(), n % 500, n % 7));
  }
  return lines;
}

std::string all_lines() {
  std::string text;
  for (const std::string& line : lines()) text += line;
  return text;
}

std::string encoded(rows::Format format) {
  const auto encoder = rows::make_encoder(format, kTarget, columns());
  std::string text = std::string(encoder->prefix()) + all_lines(), scratch;
  encoder->finish(text, scratch);
  return text;
}

std::string manifest_json() {
  archive::Manifest manifest = sample::manifest(rows::Format::sql);
  manifest.archive_id = "25e45902-922d-4426-9012-7a30fbf31ad2";
  manifest.toc_sha256 = std::string(64, '0');
  for (int i = 0; i < 500; ++i) {
    archive::Table table = sample::users();
    table.name = fmt::format("users{}", i);
    for (std::uint32_t number = 1; number <= 3; ++number)
      table.parts.push_back({number,
                             fmt::format("data/public.{}/{:04}.sql.zst", table.name, number),
                             10,
                             1000,
                             300,
                             {},
                             std::string(32, 'a'),
                             std::string(64, 'b')});
    table.rows = 30;
    manifest.tables.push_back(std::move(table));
  }
  return archive::to_json(manifest);
}

/// Takes what it is given.
struct NoSink : store::Sink {
  void put(const store::Entry& /*entry*/, std::string_view /*bytes*/) override {}
  void commit() override {}
  [[nodiscard]] bool deflates() const noexcept override { return false; }
};

}  // namespace

/// By this name callgrind knows what to count.
extern "C" __attribute__((noinline)) void measured(const std::function<void()>* work) {
  (*work)();
}

namespace {

void measure(const std::function<void()>& work) {
  measured(&work);
}

void encode(rows::Format format) {
  const auto encoder = rows::make_encoder(format, kTarget, columns());
  std::string text = std::string(encoder->prefix()) + all_lines(), scratch;
  measure([&] { encoder->finish(text, scratch); });
}

void decode(rows::Format format) {
  const std::string part = encoded(format);
  const auto decoder = rows::make_decoder(format, columns());
  std::string scratch;
  std::uint64_t rows = 0;
  measure([&] { (void)decoder->copy_lines(part, scratch, rows); });
  if (rows != kRows) throw std::logic_error("rows are missing");
}

void cut_blocks() {
  const std::vector<std::string> input = lines();
  const auto encoder = rows::make_encoder(rows::Format::sql, kTarget, columns());
  std::size_t blocks = 0;
  measure([&] {
    dumping::BlockFiller filler(
        std::uint64_t{1} << 18U,
        {.take = [](bool /*large*/) { return std::string(); }, .give = [](std::string&& /*unused*/) {}},
        [&](dumping::Block&& /*block*/) { ++blocks; });
    filler.begin({.encoder = encoder.get()}, false);
    for (const std::string& line : input) filler.add(line);
    filler.end();
    filler.finish();
  });
  if (blocks < 2) throw std::logic_error("there are no blocks");
}

/// As restore does it with rows that are text.
void make_binary() {
  std::vector<rows::BinaryForm> forms;
  for (const char* type : {"integer", "boolean", "numeric", "text", "jsonb", "text[]"})
    forms.push_back(*rows::binary_form(type));
  const rows::BinaryLines converter(forms);
  const std::string text = all_lines();
  std::string out;
  bool made = false;
  measure([&] { made = converter.convert(text, out); });
  if (!made) throw std::logic_error("the lines were not converted");
}

void digest_rows() {
  const std::string text = all_lines();
  rows::RowDigest digest;
  measure([&] { digest.add_lines(text); });
  if (digest.rows() != kRows) throw std::logic_error("rows are missing");
}

/// Most of it is the libraries' work: compression, SHA-256, sealing.
void store_part() {
  const std::string text = encoded(rows::Format::sql);
  archive::Writer writer(std::make_unique<NoSink>(), {}, sample::recipients());
  const auto pipeline = writer.pipeline();
  measure([&] {
    archive::Part part;
    writer.put_part(*pipeline, "data/public.orders/0001.sql", text, part);
  });
}

void read_manifest() {
  const std::string json = manifest_json();
  measure([&] { (void)archive::parse_manifest(json); });
}

void write_manifest() {
  const archive::Manifest manifest = archive::parse_manifest(manifest_json());
  measure([&] { (void)archive::to_json(manifest); });
}

const std::map<std::string, std::function<void()>> kKernels = {
    {"encode-json", [] { encode(rows::Format::json); }},
    {"encode-csv", [] { encode(rows::Format::csv); }},
    {"decode-sql", [] { decode(rows::Format::sql); }},
    {"decode-json", [] { decode(rows::Format::json); }},
    {"decode-csv", [] { decode(rows::Format::csv); }},
    {"make-binary", make_binary},
    {"cut-blocks", cut_blocks},
    {"digest-rows", digest_rows},
    {"store-part", store_part},
    {"read-manifest", read_manifest},
    {"write-manifest", write_manifest},
};

}  // namespace

int main(int argc, char** argv) {
  if (argc == 2 && kKernels.contains(argv[1])) {
    kKernels.at(argv[1])();
    return EXIT_SUCCESS;
  }
  for (const auto& [name, kernel] : kKernels) std::puts(name.c_str());
  return argc == 1 ? EXIT_SUCCESS : EXIT_FAILURE;
}
