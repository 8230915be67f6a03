#include "restore/plan.hpp"

#include <algorithm>
#include <catch.hpp>

#include "restore/scheduler.hpp"

namespace pgcoffer::restoring {
namespace {

constexpr std::uint64_t kBig = std::uint64_t{1} << 30U;

/// Two tables, the larger with two parts; keys of both, an index of the larger, and a foreign key between them.
struct Shop {
  Shop() {
    add(1, "TABLE", "small", "pre-data");
    add(2, "TABLE", "large", "pre-data");
    add(3, "CONSTRAINT", "small", "post-data", {1});
    add(4, "INDEX", "large", "post-data", {2});
    add(5, "INDEX", "large", "post-data", {2});
    add(6, "FK CONSTRAINT", "large", "post-data", {2, 3});
    add(7, "MATERIALIZED VIEW DATA", "view", "post-data");
    add(8, "EVENT TRIGGER", "", "post-data");
    tables.resize(2);
    tables[0].name = "small";
    tables[0].parts.resize(1);
    tables[0].parts[0].encoded_bytes = 10;
    tables[1].name = "large";
    tables[1].parts.resize(2);
    for (archive::Part& part : tables[1].parts) part.encoded_bytes = kBig;
    for (const archive::TocEntry& entry : toc.entries)
      (entry.section == "pre-data" ? selected.pre_data : selected.post_data).push_back(&entry);
    for (const archive::Table& table : tables) selected.tables.push_back(&table);
    plan = make_plan(toc, tables, selected);
  }

  void add(int id, const char* kind, const char* table, const char* section, std::vector<int> depends = {}) {
    archive::TocEntry entry;
    entry.id = id;
    entry.kind = kind;
    entry.table_name = entry.name = table;
    entry.section = section;
    entry.depends = std::move(depends);
    toc.entries.push_back(std::move(entry));
  }

  [[nodiscard]] int id(std::size_t step) const {
    const Step& one = plan.steps[step];
    return one.entries.empty() ? 0 : one.entries.front()->id;
  }
  [[nodiscard]] std::vector<int> ids(const std::vector<std::size_t>& steps) const {
    std::vector<int> list;
    for (const std::size_t step : steps) list.push_back(id(step));
    return list;
  }

  archive::Toc toc;
  std::vector<archive::Table> tables;
  Selected selected;
  Plan plan;
};

TEST_CASE("event triggers come last, and a step after what it needs") {
  const Shop shop;
  CHECK(shop.plan.before.size() == 2);
  REQUIRE(shop.plan.last.size() == 1);
  CHECK(shop.plan.last.front()->kind == "EVENT TRIGGER");
  for (std::size_t i = 0; i < shop.plan.steps.size(); ++i) {
    for (const std::size_t needed : shop.plan.steps[i].after) CHECK(needed < i);
  }
}

TEST_CASE("the largest table is loaded first, its indexes together, its foreign key after them and alone") {
  const Shop shop;
  Scheduler scheduler(shop.plan.steps, 4);
  const auto first = scheduler.next().steps, second = scheduler.next().steps, third = scheduler.next().steps;
  CHECK(shop.plan.steps[first.at(0)].table == &shop.tables[1]);
  CHECK(shop.plan.steps[second.at(0)].table == &shop.tables[1]);
  CHECK(shop.plan.steps[third.at(0)].table == &shop.tables[0]);
  scheduler.done(first);
  scheduler.done(third);
  CHECK(shop.ids(scheduler.next().steps) ==
        std::vector<int>{3});  // the small table's key does not wait for the large table
  scheduler.done(second);
  const auto one = scheduler.next().steps, other = scheduler.next().steps;
  std::vector<int> indexes = {shop.id(one.at(0)), shop.id(other.at(0))};
  std::ranges::sort(indexes);
  CHECK(indexes == std::vector<int>{4, 5});
}

TEST_CASE("what somebody else's lock is in the way of comes when there is nothing else to do") {
  const Shop shop;
  Scheduler scheduler(shop.plan.steps, 1);
  std::vector<std::size_t> late;
  std::vector<int> order;
  for (auto work = scheduler.next(); !work.steps.empty(); work = scheduler.next()) {
    const std::vector<int> ids = shop.ids(work.steps);
    const bool barred = std::ranges::find(ids, 4) != ids.end() && work.patience.count() > 0;
    if (barred) {
      CHECK(late.empty());
      late = work.steps;
      scheduler.put_off(work.steps);
      continue;
    }
    for (const int id : ids) order.push_back(id);
    scheduler.done(work.steps);
  }
  REQUIRE_FALSE(late.empty());
  std::erase(order, 0);
  CHECK(order == std::vector<int>{3, 5, 6, 4, 7});
}

TEST_CASE("an index that needs another lock when it is built is not built in vain") {
  for (const bool replica_identity : {false, true}) {
    Shop shop;
    if (replica_identity) {
      shop.toc.entries[3].create =
          "CREATE UNIQUE INDEX i …;\n\nALTER TABLE ONLY large REPLICA IDENTITY USING INDEX i;\n";
      shop.plan = make_plan(shop.toc, shop.tables, shop.selected);
    }
    Scheduler scheduler(shop.plan.steps, 1);
    for (auto work = scheduler.next(); !work.steps.empty(); work = scheduler.next()) {
      if (shop.id(work.steps.front()) == 4) CHECK((work.patience.count() == 0) == replica_identity);
      scheduler.done(work.steps);
    }
  }
}

TEST_CASE("indexes of large tables are steps of their own, whoever loaded the rows") {
  Shop shop;
  shop.selected.tables.clear();
  shop.selected.pre_data.clear();
  const Plan plan = make_plan(shop.toc, shop.tables, shop.selected);
  Scheduler scheduler(plan.steps, 1);
  std::vector<std::size_t> sizes;
  for (auto work = scheduler.next(); !work.steps.empty(); work = scheduler.next()) {
    sizes.push_back(work.steps.size());
    scheduler.done(work.steps);
  }
  CHECK(sizes == std::vector<std::size_t>(5, 1));
}

TEST_CASE("small steps that a lock was in the way of are done one by one") {
  archive::Toc toc;
  for (int id = 1; id <= 5; ++id) {
    archive::TocEntry entry;
    entry.id = id;
    entry.kind = "INDEX";
    entry.table_name = entry.name = "t" + std::to_string(id);
    entry.section = "post-data";
    toc.entries.push_back(std::move(entry));
  }
  Selected selected;
  for (const archive::TocEntry& entry : toc.entries) selected.post_data.push_back(&entry);
  const Plan plan = make_plan(toc, {}, selected);
  Scheduler scheduler(plan.steps, 1);
  const auto all = scheduler.next();
  CHECK(all.steps.size() == 5);
  CHECK(all.patience.count() > 0);
  scheduler.put_off(all.steps);
  std::vector<std::size_t> sizes;
  for (auto work = scheduler.next(); !work.steps.empty(); work = scheduler.next()) {
    sizes.push_back(work.steps.size());
    if (sizes.size() == 2) {
      CHECK(work.patience.count() > 0);
      scheduler.put_off(work.steps);
    } else {
      scheduler.done(work.steps);
    }
  }
  CHECK(sizes == std::vector<std::size_t>(6, 1));
}

TEST_CASE("a foreign key waits for the locks of both tables, a refresh for all else") {
  const Shop shop;
  Scheduler scheduler(shop.plan.steps, 1);
  std::vector<int> order;
  for (auto steps = scheduler.next().steps; !steps.empty(); steps = scheduler.next().steps) {
    for (const int id : shop.ids(steps)) order.push_back(id);
    scheduler.done(steps);
  }
  std::erase(order, 0);
  REQUIRE(order.size() == 5);
  CHECK(order.back() == 7);
  CHECK(std::ranges::find(order, 3) < std::ranges::find(order, 6));
  const auto key = std::ranges::find_if(
      shop.plan.steps, [](const Step& step) { return !step.entries.empty() && step.entries.front()->id == 6; });
  REQUIRE(key != shop.plan.steps.end());
  CHECK(key->exclusive.size() == 2);
}

TEST_CASE("the state of a partition's trigger is set when the trigger that it comes from is made") {
  archive::Toc toc;
  const auto add = [&](int id, const char* table, const char* create) {
    archive::TocEntry entry;
    entry.id = id;
    entry.kind = "TRIGGER";
    entry.table_name = table;
    entry.name = std::string(table) + " tp";
    entry.section = "post-data";
    entry.create = create;
    toc.entries.push_back(std::move(entry));
  };
  add(1, "below", "ALTER TABLE public.below DISABLE TRIGGER tp;");
  add(2, "other", "CREATE TRIGGER tp AFTER INSERT ON public.other …");
  add(3, "above", "CREATE TRIGGER tp AFTER INSERT ON public.above …");
  Selected selected;
  for (const archive::TocEntry& entry : toc.entries) selected.post_data.push_back(&entry);
  const Plan plan = make_plan(toc, {}, selected);
  REQUIRE(plan.steps.size() == 3);
  const Step& last = plan.steps.back();
  REQUIRE(last.entries.front()->id == 1);
  CHECK(last.after == std::vector<std::size_t>{0, 1});
}

TEST_CASE("stop() ends the work") {
  const Shop shop;
  Scheduler scheduler(shop.plan.steps, 1);
  scheduler.stop();
  CHECK(scheduler.next().steps.empty());
}

}  // namespace
}  // namespace pgcoffer::restoring
