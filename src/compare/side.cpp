#include "compare/side.hpp"

#include <algorithm>

namespace pgcoffer::comparing {

bool same_bytes(const SideTable& table, const SideTable& like) {
  for (std::size_t i = 0; i < like.columns.size(); ++i) {
    const auto found = std::ranges::find(table.columns, like.columns[i]);
    if (found == table.columns.end() || !like.forms[i]) return false;
    const auto& form = table.forms[static_cast<std::size_t>(found - table.columns.begin())];
    if (!form || !rows::same_bytes(*form, *like.forms[i])) return false;
  }
  return true;
}

namespace {

class EmptySide : public Side {
 public:
  [[nodiscard]] std::string title() const override { return "nothing"; }
  [[nodiscard]] const archive::Toc& toc() const override { return toc_; }
  [[nodiscard]] int server_version() const override { return 0; }
  [[nodiscard]] const std::vector<SideTable>& tables() const override { return tables_; }
  void read(const SideTable&, const std::vector<std::string>&, const std::string&, const Take&) override {}
  [[nodiscard]] std::optional<std::string> binary_digest(const SideTable&, const SideTable&,
                                                         const std::string&) override {
    return std::nullopt;
  }
  [[nodiscard]] std::vector<std::uint32_t> other_large_objects(const archive::Reader&) override { return {}; }

 private:
  archive::Toc toc_;
  std::vector<SideTable> tables_;
};

}  // namespace

std::unique_ptr<Side> empty_side() {
  return std::make_unique<EmptySide>();
}

}  // namespace pgcoffer::comparing
