#include "catalog/order.hpp"

#include <deque>
#include <numeric>
#include <pgcoffer/error.hpp>

#include "catalog/builder.hpp"
#include "catch.hpp"

using namespace pgcoffer::catalog;

namespace {

std::vector<std::size_t> natural(const Graph& graph) {
  std::vector<std::size_t> rank(graph.size());
  std::iota(rank.begin(), rank.end(), std::size_t{0});
  return rank;
}

std::size_t position(const std::vector<std::size_t>& order, std::size_t node) {
  return static_cast<std::size_t>(std::find(order.begin(), order.end(), node) - order.begin());
}

Entry entry(std::string kind, std::string name, Section section = Section::pre_data) {
  Entry made;
  made.object.kind = std::move(kind);
  made.object.schema = "public";
  made.object.name = std::move(name);
  made.object.section = section;
  made.object.create_sql = "CREATE something;\n";
  return made;
}

// What order_entries does for each entry, as far as loops go.
Graph graph_of(const std::deque<Entry>& entries) {
  Graph graph(entries.size());
  graph.add(graph.after_rows(), graph.before_rows());
  for (std::size_t i = 0; i < entries.size(); ++i) {
    if (entries[i].inside)
      graph.add(*entries[i].inside, i);
    else if (entries[i].object.section == Section::pre_data)
      graph.add(graph.before_rows(), i);
    else
      graph.add(i, graph.after_rows());
  }
  return graph;
}

}  // namespace

TEST_CASE("what is needed comes first, otherwise the smaller rank") {
  Graph graph(4);
  graph.add(0, 3);
  graph.add(1, 0);
  CHECK(graph.sorted(natural(graph)) == std::vector<std::size_t>{2, 3, 0, 1, 4, 5});
  CHECK(graph.loops().empty());
}

TEST_CASE("the order does not depend on the order of the edges") {
  Graph one(5), other(5);
  one.add(0, 4), one.add(0, 3), one.add(1, 4);
  other.add(1, 4), other.add(0, 3), other.add(0, 4);
  CHECK(one.sorted(natural(one)) == other.sorted(natural(other)));
}

TEST_CASE("an edge is known once, and can be taken away") {
  Graph graph(2);
  graph.add(0, 1);
  graph.add(0, 1);
  graph.add(0, 0);
  CHECK(graph.needs(0) == std::vector<std::size_t>{1});
  graph.remove(0, 1);
  CHECK(graph.needs(0).empty());
  CHECK_FALSE(graph.has(0, 1));
}

TEST_CASE("a loop is found in each part, the shortest through its first node") {
  Graph graph(6);
  graph.add(0, 1), graph.add(1, 2), graph.add(2, 0), graph.add(1, 0);
  graph.add(3, 4), graph.add(4, 3), graph.add(4, 5);
  const auto loops = graph.loops();
  REQUIRE(loops.size() == 2);
  CHECK(loops[0] == std::vector<std::size_t>{0, 1});
  CHECK(loops[1] == std::vector<std::size_t>{3, 4});
}

TEST_CASE("long chains do not exhaust the stack") {
  constexpr std::size_t length = 300000;
  Graph graph(length);
  for (std::size_t i = 0; i + 1 < length; ++i) graph.add(i, i + 1);
  CHECK(graph.loops().empty());
  CHECK(graph.sorted(natural(graph)).front() == length - 1);
}

TEST_CASE("a function in a loop with its type is made with the type's shell") {
  std::deque<Entry> entries{entry("SHELL TYPE", "t"), entry("TYPE", "t"), entry("FUNCTION", "t_in")};
  entries[0].wanted = false;
  entries[1].shell = 0;
  entries[2].object.address.class_oid = class_oid::proc;
  Graph graph = graph_of(entries);
  graph.add(1, 2);
  graph.add(2, 1);
  break_loops(entries, graph);
  CHECK(entries[0].wanted);
  const auto order = graph.sorted(natural(graph));
  CHECK(position(order, 0) < position(order, 2));
  CHECK(position(order, 2) < position(order, 1));
}

TEST_CASE("views in a loop: one is made of NULLs first") {
  std::deque<Entry> entries{entry("VIEW", "a"), entry("RULE", "a _RETURN", Section::post_data), entry("VIEW", "b"),
                            entry("RULE", "b _RETURN", Section::post_data)};
  entries[1].inside = 0;
  entries[3].inside = 2;
  Graph graph = graph_of(entries);
  graph.add(1, 2);
  graph.add(3, 0);
  break_loops(entries, graph);
  CHECK(entries[1].inside.has_value() != entries[3].inside.has_value());
  CHECK(graph.sorted(natural(graph)).size() == graph.size());
}

TEST_CASE("a view that needs a primary key gets its query after the rows") {
  std::deque<Entry> entries{entry("VIEW", "v"), entry("RULE", "v _RETURN", Section::post_data),
                            entry("CONSTRAINT", "t t_pkey", Section::post_data)};
  entries[1].inside = 0;
  Graph graph = graph_of(entries);
  graph.add(1, 2);
  break_loops(entries, graph);
  CHECK_FALSE(entries[1].inside);
  const auto order = graph.sorted(natural(graph));
  CHECK(position(order, 0) < position(order, graph.before_rows()));
  CHECK(position(order, 1) > position(order, 2));
}

TEST_CASE("a materialized view that needs a primary key is made after the rows") {
  std::deque<Entry> entries{entry("MATERIALIZED VIEW", "m"), entry("CONSTRAINT", "t t_pkey", Section::post_data)};
  entries[0].may_follow_rows = true;
  Graph graph = graph_of(entries);
  graph.add(0, 1);
  break_loops(entries, graph);
  CHECK(entries[0].object.section == Section::post_data);
}

TEST_CASE("a default and a check that need their own table are made apart") {
  std::deque<Entry> entries{entry("TABLE", "t"), entry("DEFAULT", "t a"),
                            entry("CHECK CONSTRAINT", "t c", Section::post_data), entry("FUNCTION", "f")};
  entries[1].inside = 0;
  entries[2].inside = 0;
  Graph graph = graph_of(entries);
  graph.add(1, 3);
  graph.add(2, 3);
  graph.add(3, 0);
  break_loops(entries, graph);
  CHECK_FALSE(entries[1].inside);
  CHECK_FALSE(entries[2].inside);
  const auto order = graph.sorted(natural(graph));
  CHECK(position(order, 3) < position(order, 1));
  CHECK(position(order, 1) < position(order, graph.before_rows()));
  CHECK(position(order, 2) > position(order, graph.after_rows()));
}

TEST_CASE("a loop without a way out is named") {
  std::deque<Entry> entries{entry("TABLE", "t"), entry("FUNCTION", "f(integer)")};
  Graph graph = graph_of(entries);
  graph.add(0, 1);
  graph.add(1, 0);
  try {
    break_loops(entries, graph);
    FAIL("no error");
  } catch (const pgcoffer::Error& error) {
    CHECK(error.kind() == pgcoffer::Kind::unsupported);
    CHECK(error.message() == "objects need each other in a loop: TABLE public.t -> FUNCTION public.\"f(integer)\"");
    CHECK(error.hint() ==
          "No order of CREATE statements makes them. Leave a table among them out (-T), its schema (-N) or its "
          "extension, "
          "or change one so that the loop is cut.");
  }
}

TEST_CASE("a loop of what is not dumped is forgotten") {
  std::deque<Entry> entries{entry("TABLE", "t"), entry("FUNCTION", "f()")};
  entries[1].wanted = false;
  Graph graph = graph_of(entries);
  graph.add(0, 1);
  graph.add(1, 0);
  break_loops(entries, graph);
  CHECK(graph.loops().empty());
}

TEST_CASE("kinds come in an order that needs few exceptions") {
  CHECK(kind_rank("SCHEMA") < kind_rank("EXTENSION"));
  CHECK(kind_rank("EXTENSION") < kind_rank("TYPE"));
  CHECK(kind_rank("TABLE") < kind_rank("a kind that is not listed"));
  CHECK(kind_rank("a kind that is not listed") < kind_rank("TABLE DATA"));
  CHECK(kind_rank("INDEX") < kind_rank("FK CONSTRAINT"));
  CHECK(kind_rank("MATERIALIZED VIEW DATA") < kind_rank("EVENT TRIGGER"));
}
