// Foreign bytes: whatever a manifest or table of contents holds, reading it gives a value or an Error, nothing else.
#include <nlohmann/json.hpp>
#include <random>

#include "catch.hpp"
#include "sample.hpp"

using namespace pgcoffer;

namespace {

/// Changes a few bytes, or cuts, doubles or drops a piece.
std::string mutated(std::string text, std::mt19937& random) {
  const auto below = [&](std::size_t limit) {
    return std::uniform_int_distribution<std::size_t>(0, limit - 1)(random);
  };
  for (std::size_t n = 1 + below(3); n > 0 && text.size() > 40; --n) {
    const std::size_t at = below(text.size() - 32), length = 1 + below(31);
    switch (below(5)) {
      case 0:
        text[at] = static_cast<char>(below(256));
        break;
      case 1:
        text.erase(at, length);
        break;
      case 2:
        text.insert(at, text.substr(at, length));
        break;
      case 3:
        text.resize(at);
        break;
      default:
        text[at] = "\"{}[],:0-9e.tn\\"[below(15)];
    }
  }
  return text;
}

/// Puts a value of another type in some place of the document.
nlohmann::json retyped(const nlohmann::json& document, std::mt19937& random) {
  const nlohmann::json flat = document.flatten();
  auto item = flat.begin();
  std::advance(item, std::uniform_int_distribution<int>(0, static_cast<int>(flat.size()) - 1)(random));
  static const std::vector<nlohmann::json> others = {
      nullptr, true, -1, 1.5, 1e300, "x", "", nlohmann::json::array(), nlohmann::json::object(), 18446744073709551615U};
  nlohmann::json::json_pointer place(item.key());
  while (!place.empty() && random() % 3 == 0) place = place.parent_pointer();
  nlohmann::json out = document;
  out[place] = others[random() % others.size()];
  return out;
}

template <class Parse>
std::size_t refused(const std::string& text, Parse parse) {
  std::mt19937 random(20261121);
  const nlohmann::json document = nlohmann::json::parse(text);
  std::size_t errors = 0;
  for (int i = 0; i < 1500; ++i) {
    const std::string input = i % 2 == 0 ? mutated(text, random) : retyped(document, random).dump();
    try {
      (void)parse(input);
    } catch (const Error& error) {
      const bool kind = error.kind() == Kind::damaged || error.kind() == Kind::newer_format;
      if (!kind || error.message().empty()) FAIL(error.message());
      ++errors;
    }
  }
  return errors;
}

}  // namespace

TEST_CASE("noise in a manifest is an Error or harmless") {
  const sample::Files files = sample::write_to_memory({});
  const std::size_t errors = refused(files.at("manifest.json"), archive::parse_manifest);
  CHECK(errors > 700);
  CHECK(errors < 1500);
}

TEST_CASE("noise in a table of contents is an Error or harmless") {
  const std::size_t errors = refused(archive::to_json(sample::toc()), archive::parse_toc);
  CHECK(errors > 500);
  CHECK(errors < 1500);
}
