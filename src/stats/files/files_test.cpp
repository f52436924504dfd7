// SPDX-License-Identifier: AGPL-3.0-or-later
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>

#include "base/text.hpp"
#include "stats/files/neighbours.hpp"
#include "stats/files/places.hpp"
#include "stats/files/tree.hpp"

namespace daybreak::stats {
namespace {

std::vector<std::vector<std::string>> records_of(std::string_view text) {
  RecordReader reader = RecordReader::over(text, "test");
  std::vector<std::vector<std::string>> all;
  Record record;
  for (;;) {
    const auto more = reader.next(record);
    if (!more) return {{"error", more.error().describe()}};
    if (!*more) return all;
    all.emplace_back(record.fields.begin(), record.fields.end());
  }
}

using Rows = std::vector<std::vector<std::string>>;

TEST(Records, EndOfLineInAnyStyle) {
  const Rows expected = {{"a", "1"}, {"b", "2"}};
  EXPECT_EQ(records_of("a 1\nb 2\n"), expected);
  EXPECT_EQ(records_of("a 1\r\nb 2\r\n"), expected);
  EXPECT_EQ(records_of("a 1\rb 2\r"), expected);
  EXPECT_EQ(records_of("a 1\rb 2"), expected);
  EXPECT_EQ(records_of("\xEF\xBB\xBF\n# a comment\n// another\na\t 1 \n\n\n  b 2"), expected);
}

TEST(Records, CommasAndQuotes) {
  EXPECT_EQ(records_of("Leaf1,\t1,\t2\nLeaf11, 3,\t4\n"),
            (Rows{{"Leaf1", "1", "2"}, {"Leaf11", "3", "4"}}));
  EXPECT_EQ(records_of("\"New Hanover\" 3\n"), (Rows{{"New Hanover", "3"}}));
  EXPECT_EQ(records_of("\"Smith, \"\"Jo\"\"\" , 3\n"), (Rows{{"Smith, \"Jo\"", "3"}}));
  EXPECT_EQ(records_of("ALL,\nA,ALL\n"), (Rows{{"ALL"}, {"A", "ALL"}}));
  EXPECT_EQ(records_of("a,,c\n"), (Rows{{"a", "", "c"}}));
}

TEST(Records, HeadingOfKnownWordsIsPassedOver) {
  EXPECT_EQ(records_of("id,cases,time\na,1,2020\n"), (Rows{{"a", "1", "2020"}}));
  EXPECT_EQ(records_of("a NaN\nb 1\n"), (Rows{{"a", "NaN"}, {"b", "1"}}));
}

TEST(Records, SaysWhereAndWhatToDo) {
  EXPECT_EQ(records_of("a 1\n\"b 2\n"),
            (Rows{{"error",
                   "test:2: a quotation mark is not closed. close it on the same line, or write it "
                   "twice to mean the mark itself"}}));
  for (const std::string_view text :
       {std::string_view("a 1\nb\0 2\n", 9), std::string_view("a \xE9 1\n"),
        std::string_view("\xFF\xFE"
                         "a"),
        std::string_view("PK\x03\x04"), std::string_view("\"a\"b 1"), std::string_view(",1,2\n")}) {
    EXPECT_EQ(records_of(text).at(0).at(0), "error");
  }
}

TEST(Records, FileLongerThanTheBuffer) {
  const std::string path = testing::TempDir() + "/daybreak_records_test.txt";
  {
    std::ofstream file(path, std::ios::binary);
    for (int i = 0; i < 50000; ++i) file << "place" << i << ' ' << i << (i % 2 ? "\r\n" : "\r");
  }
  RecordReader reader = *RecordReader::open(path);
  Record record;
  int i = 0;
  while (*reader.next(record)) {
    ASSERT_EQ(record.fields.size(), 2u);
    ASSERT_EQ(record.fields[1], std::to_string(i));
    ASSERT_EQ(record.line, static_cast<std::size_t>(++i));
  }
  EXPECT_EQ(i, 50000);
  std::filesystem::remove(path);
}

TEST(Records, DirectoryAndAbsentFile) {
  EXPECT_EQ(RecordReader::open("/").error().message, "this is a directory, not a file");
  EXPECT_EQ(RecordReader::open("/no/such.cas").error().message, "there is no such file");
}

TEST(Times, EveryWayOfWriting) {
  EXPECT_EQ(parse_time("2024"), (Time{2024}));
  EXPECT_EQ(parse_time("2024/3"), (Time{2024, 3}));
  EXPECT_EQ(parse_time("2024-03"), (Time{2024, 3}));
  EXPECT_EQ(parse_time("2024/2/29"), (Time{2024, 2, 29}));
  EXPECT_EQ(parse_time("2/29/2024"), (Time{2024, 2, 29}));
  EXPECT_EQ(parse_time("2/2024"), (Time{2024, 2}));
  for (const char* wrong : {"", "24", "2023/2/29", "2024/13", "2024/0", "2024/3/0", "2024/3/9/1",
                            "0999", "2024-3-", "x024", "20240309", "-2024", "2024/-1"}) {
    EXPECT_EQ(parse_time(wrong), std::nullopt) << wrong;
  }
}

TEST(Times, IntervalsAndTheirDays) {
  const std::int64_t month = *interval_of({2023, 9, 14}, TimeUnit::kMonth);
  EXPECT_EQ(format_date(first_day(month, TimeUnit::kMonth)), "2023-09-01");
  EXPECT_EQ(format_date(last_day(month, TimeUnit::kMonth)), "2023-09-30");
  EXPECT_EQ(*interval_of({2023, 12}, TimeUnit::kMonth) + 1,
            *interval_of({2024, 1}, TimeUnit::kMonth));
  EXPECT_EQ(format_date(last_day(2023, TimeUnit::kYear)), "2023-12-31");
  EXPECT_EQ(*interval_of({1970, 1, 2}, TimeUnit::kDay), 1);
  EXPECT_EQ(format_date(first_day(-1, TimeUnit::kDay)), "1969-12-31");
  EXPECT_FALSE(interval_of({2023}, TimeUnit::kMonth));
  EXPECT_FALSE(interval_of({}, TimeUnit::kYear));
}

Result<CountFile> counts_of(std::string_view text, Keys& keys, CountFormat format = {}) {
  RecordReader reader = RecordReader::over(text, "F.cas");
  return read_counts(reader, format, keys);
}

std::string error_of(std::string_view text) {
  Keys keys;
  keys.places.intern("a");
  const auto file = counts_of(text, keys);
  return file ? "no error" : file.error().describe();
}

TEST(Counts, WithTimeAndCovariates) {
  Keys keys;
  const auto file = counts_of("Grant 1 1977 2 2\nGrant 2 1977 3 2\nTaos 0 1974 2 2\n", keys,
                              {.unknown = UnknownIds::kAdd});
  ASSERT_TRUE(file) << file.error().describe();
  EXPECT_TRUE(file->has_time);
  EXPECT_EQ(file->covariates, 2u);
  EXPECT_EQ(file->total, 3);
  EXPECT_EQ(file->rows[0].time, (Time{1977}));
  EXPECT_EQ(file->rows[0].category, file->rows[2].category);
  EXPECT_NE(file->rows[0].category, file->rows[1].category);
  EXPECT_EQ(keys.categories.name(file->rows[1].category), "3, 2");
}

TEST(Counts, TimeColumnIsDetectedOrTold) {
  Keys keys;
  keys.places.intern("a");
  EXPECT_FALSE(counts_of("a 1 2\n", keys)->has_time);
  EXPECT_TRUE(counts_of("a 1 2020\n", keys)->has_time);
  EXPECT_EQ(counts_of("a 1 2020\n", keys, {.time = TimeColumn::kAbsent})->covariates, 1u);
  EXPECT_EQ(counts_of("a 1 2\n", keys, {.time = TimeColumn::kPresent}).error().describe(),
            "F.cas:1: the time \"2\" is not a date. write 2024, 2024/3, 2024/3/9 or 2024-03-09");
}

TEST(Counts, ErrorsNameFileLineAndCure) {
  EXPECT_EQ(error_of(""), "F.cas: the file holds no rows. check that this is the right file");
  EXPECT_EQ(error_of("a 1\nb 2\n"),
            "F.cas:2: the id \"b\" is not among the places. add it to the file of places, or "
            "correct the id (capitals count)");
  EXPECT_EQ(error_of("a NaN\n"),
            "F.cas:1: the number of cases, \"NaN\", is not a number. write a whole number in "
            "column 2");
  EXPECT_EQ(error_of("a -1\n"),
            "F.cas:1: the number of cases, -1, is negative. a count is zero or more");
  EXPECT_EQ(error_of("a\n"), "F.cas:1: the number of cases is missing. write it in column 2");
  EXPECT_NE(error_of("a 3.08\n").find("is not whole"), std::string::npos);
  EXPECT_NE(error_of("a inf\n").find("is not a number"), std::string::npos);
  EXPECT_NE(error_of("a 99999999999999999999\n").find("beyond 2^53"), std::string::npos);
  EXPECT_NE(error_of("a 9007199254740993\n").find("beyond 2^53"), std::string::npos);
  EXPECT_NE(error_of("a 9007199254740992\na 1\n").find("add up to more"), std::string::npos);
  EXPECT_NE(error_of("a 1 2020 x\na 1 2020\n").find("0 covariate columns"), std::string::npos);
  EXPECT_EQ(error_of("a 3000000000\na 7.0\n"), "no error");
}

Result<PopulationFile> population_of(std::string_view text, Keys& keys) {
  RecordReader reader = RecordReader::over(text, "F.pop");
  return read_population(reader, UnknownIds::kAdd, keys);
}

TEST(Population, EveryLayout) {
  Keys keys;
  const auto dated = population_of("a 2022 10.5 m\na 2023 12 m\na 2022 9 f\n", keys);
  ASSERT_TRUE(dated) << dated.error().describe();
  EXPECT_EQ(dated->rows[0].population, 10.5);
  EXPECT_EQ(dated->rows[1].time, (Time{2023}));
  EXPECT_EQ(population_of("a 100\nb 0\n", keys)->rows[1].population, 0);
  EXPECT_FALSE(population_of("a unspecified 7\n", keys)->rows[0].time.is_given());
}

TEST(Population, Errors) {
  Keys keys;
  EXPECT_EQ(population_of("a 2022 1\nb 2022 1\na 2022 2\n", keys).error().describe(),
            "F.pop:3: the population of \"a\" for the same time and covariates stands already on "
            "line 1. delete one of the lines, or add the two up");
  EXPECT_FALSE(population_of("a 2022 nan\n", keys));
  EXPECT_FALSE(population_of("a 2022 -3\n", keys));
  EXPECT_FALSE(population_of("a 22 3 4\n", keys));
  EXPECT_FALSE(population_of("a 2022 1e308\nb 2022 1e308\n", keys));
}

Result<std::vector<Coordinate>> coordinates_of(std::string_view text, CoordinateSystem system,
                                               Keys& keys) {
  RecordReader reader = RecordReader::over(text, "F.geo");
  return read_coordinates(reader, system, keys);
}

TEST(Coordinates, LatitudeFirst) {
  Keys keys;
  const auto here =
      coordinates_of("a 32.4 -86.7\nb 0 180\na 32.4 -86.7\n", CoordinateSystem::kLatLong, keys);
  ASSERT_TRUE(here) << here.error().describe();
  EXPECT_EQ((*here)[0], (Coordinate{32.4, -86.7}));
  EXPECT_EQ(here->size(), 2u);
}

TEST(Coordinates, Errors) {
  const auto error = [](std::string_view text) {
    Keys keys;
    return coordinates_of(text, CoordinateSystem::kLatLong, keys).error().describe();
  };
  EXPECT_EQ(error("a -120 40\n"),
            "F.geo:1: the latitude -120 is beyond 90 degrees. the latitude comes first, then the "
            "longitude; for x and y say --cartesian");
  EXPECT_NE(error("a 1 2\na 1 3\n").find("has other coordinates on line 1"), std::string::npos);
  EXPECT_NE(error("a 1\n").find("the longitude \"\" is not a number"), std::string::npos);
  EXPECT_NE(error("a 1 2 3\n").find("4 columns"), std::string::npos);
  EXPECT_NE(error("# nothing\n").find("no rows"), std::string::npos);
  Keys keys;
  keys.places.intern("lost");
  EXPECT_EQ(coordinates_of("a 1e9 2\n", CoordinateSystem::kCartesian, keys).error().message,
            "the place \"lost\" has no coordinates");
}

Result<Neighbours> neighbours_of(std::string_view text, NeighbourRule rule) {
  Keys keys;
  for (const char* id : {"a", "b", "c"}) keys.places.intern(id);
  RecordReader reader = RecordReader::over(text, "F.nbr");
  return read_neighbours(reader, rule, UnknownIds::kReject, keys);
}

TEST(Neighbours, OrderedOrSymmetric) {
  const auto ordered = neighbours_of("a a c b\n", NeighbourRule::kOrdered);
  ASSERT_TRUE(ordered) << ordered.error().describe();
  EXPECT_EQ(ordered->places(), 3u);
  EXPECT_EQ(std::vector(ordered->of(0).begin(), ordered->of(0).end()),
            (std::vector<std::uint32_t>{2, 1}));
  EXPECT_TRUE(ordered->of(2).empty());
  EXPECT_TRUE(neighbours_of("a|b c\nb|a\nc|a\n", NeighbourRule::kSymmetric));
  EXPECT_EQ(neighbours_of("a b\nb c\nc b\n", NeighbourRule::kSymmetric).error().describe(),
            "F.nbr:1: \"a\" has the neighbour \"b\", but \"b\" has not \"a\". name both as "
            "neighbours of each other");
  EXPECT_FALSE(neighbours_of("a b b\n", NeighbourRule::kOrdered));
  EXPECT_FALSE(neighbours_of("a b\na c\n", NeighbourRule::kOrdered));
  EXPECT_FALSE(neighbours_of("a d\n", NeighbourRule::kOrdered));
  EXPECT_FALSE(neighbours_of("a,,b\n", NeighbourRule::kOrdered));
  EXPECT_FALSE(neighbours_of("", NeighbourRule::kOrdered));
}

Result<Tree> tree_of(std::string_view text) {
  RecordReader reader = RecordReader::over(text, "F.tre");
  return read_tree(reader);
}

std::string tree_error(std::string_view text) {
  const auto tree = tree_of(text);
  return tree ? "no error" : tree.error().describe();
}

TEST(Trees, SeveralParentsAndRoots) {
  const auto tree = tree_of("all,\nx,all\ny,all\nleaf,x\nleaf,y\nalone\n");
  ASSERT_TRUE(tree) << tree.error().describe();
  EXPECT_EQ(tree->size(), 5u);
  EXPECT_EQ(tree->roots.size(), 2u);
  EXPECT_EQ(tree->leaves, 2u);
  EXPECT_TRUE(tree->has_several_parents());
  EXPECT_FALSE(tree_of("a,r\nb,r\n")->has_several_parents());
  Ancestors ancestors(*tree);
  EXPECT_EQ(ancestors.of(*tree->nodes.find("leaf")).size(), 4u);
  EXPECT_EQ(ancestors.of(*tree->nodes.find("x")).size(), 2u);
  EXPECT_EQ(ancestors.of(*tree->nodes.find("alone")).size(), 1u);
  std::vector<std::size_t> position(tree->size());
  for (std::size_t i = 0; i < tree->size(); ++i) position[tree->children_first[i]] = i;
  for (std::uint32_t node = 0; node < tree->size(); ++node) {
    for (const std::uint32_t parent : tree->parents.of(node)) {
      EXPECT_LT(position[node], position[parent]);
    }
  }
}

TEST(Trees, ARootAloneOnTheFirstLineDoesNotDecideTheSeparator) {
  for (const char* text :
       {"all\nx,all\nleaf,x\n", "all\nx all\nleaf x\n", "\"all\"\nx,all\nleaf,x\n"}) {
    const auto tree = tree_of(text);
    ASSERT_TRUE(tree) << tree.error().describe();
    EXPECT_EQ(tree->size(), 3u) << text;
    EXPECT_EQ(tree->leaves, 1u) << text;
  }
}

TEST(Trees, Errors) {
  EXPECT_EQ(tree_error(""), "F.tre: the tree is empty. write a line \"node,parent\" for each node");
  EXPECT_EQ(
      tree_error("leaf,a\na,b\nb,c\nc,a\n"),
      "F.tre:4: the tree runs in a circle: \"a\" above \"c\" above \"b\" above \"a\". correct "
      "one of these parents");
  EXPECT_EQ(tree_error("a,a\n"),
            "F.tre:1: the node \"a\" is its own parent. leave the parent of a root empty");
  EXPECT_EQ(tree_error("a,r\nb,r\na,r\n"),
            "F.tre:3: the node \"a\" has this parent already on line 1. delete one of the lines");
  EXPECT_NE(tree_error("a,r,0.5\n").find("3 columns"), std::string::npos);
}

TEST(Trees, ALadderOfDiamondsStaysSmall) {
  std::string text;
  for (int i = 0; i < 2000; ++i) {
    text += "n" + std::to_string(i) + ",n" + std::to_string(i + 1) + "\n";
    text += "n" + std::to_string(i) + ",n" + std::to_string(i + 2) + "\n";
  }
  const auto tree = tree_of(text);
  ASSERT_TRUE(tree);
  EXPECT_EQ(Ancestors(*tree).of(0).size(), 2002u);
}

TEST(TreeCounts, ColumnsAsTold) {
  const auto tree = tree_of("a,r\nb,r\n");
  const auto read = [&](std::string_view text, std::vector<TreeColumn> columns, IdTable* places) {
    RecordReader reader = RecordReader::over(text, "T.cas");
    return read_tree_counts(reader, *tree, columns, UnknownIds::kAdd, places);
  };
  const auto plain = read("a,3,10.5\nb,0,7\nr,1,0\n", {TreeColumn::kExpected}, nullptr);
  ASSERT_TRUE(plain) << plain.error().describe();
  EXPECT_EQ(plain->total, 4);
  EXPECT_EQ(plain->rows[0].expected, 10.5);
  IdTable places;
  const auto full = read("a,3,erie,2024/2\nb,1,niagara,2024/3\n",
                         {TreeColumn::kPlace, TreeColumn::kTime}, &places);
  ASSERT_TRUE(full) << full.error().describe();
  EXPECT_EQ(places.name(full->rows[1].place), "niagara");
  EXPECT_EQ(full->rows[1].time, (Time{2024, 3}));
  EXPECT_EQ(read("a,3,4\n", {TreeColumn::kControls}, nullptr)->total_controls, 4);
  EXPECT_EQ(read("z,3,4\n", {TreeColumn::kControls}, nullptr).error().describe(),
            "T.cas:1: the node \"z\" is not in the tree. add it to the tree file, or correct it");
  EXPECT_FALSE(read("a,3\n", {TreeColumn::kExpected}, nullptr));
  EXPECT_FALSE(read("a,3,nan\n", {TreeColumn::kExpected}, nullptr));
  EXPECT_FALSE(read("", {}, nullptr));
}

std::string shared_folder() {
  if (const char* folder = std::getenv("DAYBREAK_SHARED")) return folder;
  return DAYBREAK_SOURCE_DIR "/../shared";
}

TEST(Files, ReferenceDataReadWhole) {
  const std::string folder = shared_folder() + "/data/oracles";
  if (!std::filesystem::exists(folder)) GTEST_SKIP() << "no reference data at " << folder;
  Keys keys;
  RecordReader geo = *RecordReader::open(folder + "/us_synthetic/us.geo");
  EXPECT_EQ(read_coordinates(geo, CoordinateSystem::kLatLong, keys)->size(), 3076u);
  RecordReader cas = *RecordReader::open(folder + "/us_synthetic/us5000st.cas");
  const auto cases = read_counts(cas, {}, keys);
  ASSERT_TRUE(cases) << cases.error().describe();
  EXPECT_EQ(cases->total, 5000);
  EXPECT_TRUE(cases->has_time);
  RecordReader pop = *RecordReader::open(folder + "/us_synthetic/us.pop");
  EXPECT_EQ(read_population(pop, UnknownIds::kReject, keys)->rows.size(), 3076u);

  RecordReader tre = *RecordReader::open(folder + "/naics_tree/naics.tre");
  const auto tree = read_tree(tre);
  ASSERT_TRUE(tree) << tree.error().describe();
  EXPECT_EQ(tree->size(), 2100u);
  EXPECT_EQ(tree->leaves, 1051u);
  RecordReader leaf = *RecordReader::open(folder + "/naics_tree/naics_synth900.cas");
  const TreeColumn columns[] = {TreeColumn::kExpected};
  EXPECT_EQ(read_tree_counts(leaf, *tree, columns, UnknownIds::kReject, nullptr)->total, 900);

  Keys auckland;
  RecordReader nbr = *RecordReader::open(folder + "/spdata/auckland_neighbors.txt");
  EXPECT_EQ(read_neighbours(nbr, NeighbourRule::kSymmetric, UnknownIds::kAdd, auckland)->places(),
            167u);
}

}  // namespace
}  // namespace daybreak::stats
