// How fast rows are encoded and decoded, in MB of COPY text a second and core, for kinds of tables that people have.
// Usage: rows_micro [seconds per measurement]
#include <fmt/format.h>

#include <cstdlib>
#include <ctime>
#include <functional>
#include <random>
#include <stdexcept>

#include "rows/format.hpp"
#include "rows/pseudonym.hpp"

namespace {

using namespace pgcoffer::rows;

struct Workload {
  std::string name;
  std::vector<Column> columns;
  std::function<std::string(std::mt19937&)> row;  ///< one COPY text line
};

std::string words(std::mt19937& random, std::size_t count) {
  static constexpr std::string_view Words[] = {"order", "the",  "customer", "of",    "shipment", "Zürich",
                                               "a",     "test", "failed",   "again", "with",     "value"};
  std::string text;
  for (std::size_t i = 0; i < count; ++i) {
    if (i != 0) text += ' ';
    text += Words[random() % std::size(Words)];
  }
  return text;
}

std::vector<Workload> workloads() {
  const auto stamp = [](std::mt19937& r) {
    return fmt::format("2024-{:02}-{:02} {:02}:{:02}:{:02}.{:06}+00", 1 + r() % 12, 1 + r() % 28, r() % 24, r() % 60,
                       r() % 60, r() % 1000000);
  };
  return {
      {"numbers",
       {{"id", JsonKind::number},
        {"account", JsonKind::number},
        {"amount", JsonKind::number},
        {"paid", JsonKind::boolean}},
       [](std::mt19937& r) {
         return fmt::format("{}\t{}\t{}.{:02}\t{}\n", r(), r() % 100000, r() % 10000, r() % 100, r() % 2 ? "t" : "f");
       }},
      {"orders",
       {{"id", JsonKind::number},
        {"customer_id", JsonKind::number},
        {"status"},
        {"note"},
        {"created_at"},
        {"updated_at"}},
       [stamp](std::mt19937& r) {
         return fmt::format("{}\t{}\tshipped\t{}\t{}\t\\N\n", r(), r() % 100000, words(r, 4 + r() % 8), stamp(r));
       }},
      {"texts",
       {{"id", JsonKind::number}, {"body"}},
       [](std::mt19937& r) {
         return fmt::format("{}\t{}\\n\"{}\"\\\\{}\n", r(), words(r, 60), words(r, 5), words(r, 60));
       }},
      {"jsonb",
       {{"id", JsonKind::number}, {"payload", JsonKind::json}},
       [](std::mt19937& r) {
         return fmt::format(
             "{}\t{{\"id\": {}, \"tags\": [\"a\", \"{}\"], \"user\": {{\"name\": \"{}\", \"ok\": true, \"score\": "
             "1.5}}}}\n",
             r(), r(), words(r, 2), words(r, 3));
       }},
      {"arrays",
       {{"id", JsonKind::number}, {"numbers", JsonKind::number_array}, {"labels", JsonKind::string_array}},
       [](std::mt19937& r) {
         return fmt::format("{}\t{{{},{},{},NULL}}\t{{urgent,\"{}\",x}}\n", r(), r(), r(), r(), words(r, 2));
       }},
  };
}

/// MB of COPY text for each second of processor time, at the best of the repetitions; `prepare` is not counted.
double best_rate(std::size_t bytes, double seconds, const std::function<void()>& prepare,
                 const std::function<void()>& work) {
  double best = 0;
  double spent = 0;
  while (spent < seconds) {
    prepare();
    const std::clock_t before = std::clock();
    work();
    const double taken = static_cast<double>(std::clock() - before + 1) / CLOCKS_PER_SEC;
    best = std::max(best, static_cast<double>(bytes) / 1e6 / taken);
    spent += std::max(taken, 1e-3);
  }
  return best;
}

std::string copy_target(const std::vector<Column>& columns) {
  std::string target = "\"public\".\"t\" (";
  for (const Column& column : columns) target += (target.back() == '(' ? "\"" : ", \"") + column.name + "\"";
  return target + ")";
}

void measure(const Workload& workload, double seconds) {
  std::mt19937 random(1);
  std::string lines;
  while (lines.size() < (std::size_t{16} << 20U)) lines += workload.row(random);
  for (const Format format : {Format::sql, Format::json}) {
    const auto encoder = make_encoder(format, copy_target(workload.columns), workload.columns);
    std::string part;
    std::string scratch;
    const auto fill = [&] {
      part.assign(encoder->prefix());
      part += lines;
    };
    const double encode = best_rate(lines.size(), seconds, fill, [&] { encoder->finish(part, scratch); });
    const double size = static_cast<double>(part.size()) / static_cast<double>(lines.size());
    const auto decoder = make_decoder(format, workload.columns);
    std::string_view decoded;
    std::uint64_t rows = 0;
    const double decode = best_rate(
        lines.size(), seconds, [] {}, [&] { decoded = decoder->copy_lines(part, scratch, rows); });
    if (decoded != lines) throw std::logic_error("rows changed: " + workload.name);
    fmt::print("{:<10} {:<5} encode {:>7.0f} MB/s   decode {:>7.0f} MB/s   size x {:.2f}\n", workload.name,
               to_string(format), encode, decode, size);
  }
}

/// Pseudonyms for an order's key, its customer and his e-mail address, beside text that stays.
void measure_pseudonyms(double seconds) {
  std::mt19937 random(1);
  std::string lines;
  while (lines.size() < (std::size_t{16} << 20U))
    lines += fmt::format("{}\t{}\tcustomer{}@shop.example\tshipped\t{}\t2024-03-01 10:11:12.123456+00\t{}.00\n",
                         random() >> 1U, 1 + random() % 100000, random() % 100000, words(random, 12), random() % 1000);
  using Format = PseudonymFormat;
  const Pseudonym id{Format::integer, 1, 2147483647}, mail{Format::email};
  const Pseudonymizer rewriter({id, id, mail, {}, {}, {}, {}}, {"id", "customer", "mail", "a", "b", "c", "d"},
                               pgcoffer::Secret(std::string(32, 'k')));
  std::string block;
  std::string scratch;
  const double rate = best_rate(
      lines.size(), seconds, [&] { block = lines; }, [&] { rewriter.rewrite(block, 0, scratch); });
  fmt::print("pseudonyms of 3 columns {:>7.0f} MB/s\n", rate);
}

}  // namespace

int main(int argc, char** argv) {
  const double seconds = argc > 1 ? std::atof(argv[1]) : 1.0;
  for (const Workload& workload : workloads()) measure(workload, seconds);
  measure_pseudonyms(seconds);
}
