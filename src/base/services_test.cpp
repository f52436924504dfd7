// SPDX-License-Identifier: AGPL-3.0-or-later
// The small services every command uses: log, progress, settings.
#include <cstdlib>
#include <filesystem>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/byte_source.hpp"
#include "base/config.hpp"
#include "base/log.hpp"
#include "base/progress.hpp"
#include "base/test_result.hpp"

namespace daybreak {
namespace {

const Instant kNow = parse_instant("2026-11-21T20:54:57.123Z").value();

TEST(Log, OneLineAnEventThatNothingCanForge) {
  const ManualClock clock(kNow);
  std::vector<std::string> lines;
  const auto log =
      Log::to_function(clock, [&](std::string_view line) { lines.emplace_back(line); });
  log->info("request",
            {{"status", 200}, {"milliseconds", 1.5}, {"signed_in", true}, {"route", "/directory"}});
  log->warning("import",
               {{"file", LoggedText{"a b\n2026 error x=\"1\""}}, {"none", LoggedText{""}}});
  log->error("store",
             {{"cause", Error{ErrorKind::kUnavailable, "is busy", "daybreak.db", "Try again"}}});
  EXPECT_EQ(
      lines,
      (std::vector<std::string>{
          "2026-11-21T20:54:57.123Z info request status=200 milliseconds=1.5 signed_in=true "
          "route=/directory",
          R"(2026-11-21T20:54:57.123Z warning import file="a b\x0a2026 error x=\"1\"" none="")",
          R"(2026-11-21T20:54:57.123Z error store cause="daybreak.db: is busy. Try again")"}));
  EXPECT_EQ(parse_log_level("warning"), LogLevel::kWarning);
  EXPECT_FALSE(parse_log_level("loud"));
}

TEST(Log, AFileIsForItsOwnerAlone) {
  const ManualClock clock(kNow);
  std::string folder = (std::filesystem::temp_directory_path() / "daybreak-XXXXXX").string();
  ASSERT_TRUE(mkdtemp(folder.data()));
  const std::filesystem::path path = std::filesystem::path(folder) / "daybreak.log";
  {
    const auto log = Log::to_file(path, clock, LogLevel::kWarning).value();
    log->info("left out");
    log->warning("kept");
  }
  EXPECT_EQ(read_text_file(path), "2026-11-21T20:54:57.123Z warning kept\n");
  struct stat status{};
  ASSERT_EQ(stat(path.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600u);
  EXPECT_FALSE(Log::to_file("/dev/null/daybreak.log", clock));
  std::filesystem::remove_all(folder);
}

std::string shown(ProgressStyle style) {
  ManualClock clock(kNow);
  char* text = nullptr;
  std::size_t size = 0;
  std::FILE* stream = open_memstream(&text, &size);
  {
    Progress progress(stream, clock, {.label = "Importing", .unit = "rows", .total = 40'000},
                      style);
    progress.advance(10);
    clock.advance(std::chrono::seconds(10));
    progress.advance(9'990);
    progress.advance(1);
    clock.advance(std::chrono::seconds(30));
    progress.set(40'000);
  }
  std::fclose(stream);
  std::string result(text, size);
  std::free(text);
  return result;
}

TEST(Progress, PlainLinesWhereThereIsNoTerminal) {
  EXPECT_EQ(shown(ProgressStyle::kPlain),
            "Importing: 10,000 of 40,000 rows (25%), 1,000/s, 30 s left\n"
            "Importing: 40,000 of 40,000 rows (100%), 1,000/s\n"
            "Importing: 40,000 rows in 40 s (1,000 rows/s)\n");
  EXPECT_TRUE(shown(ProgressStyle::kTerminal).starts_with("\r\x1b[2KImporting: 10,000 of"));
  EXPECT_EQ(shown(ProgressStyle::kNone), "");
  EXPECT_EQ(describe_duration(std::chrono::minutes(125)), "2 h 5 min");
}

TEST(Progress, TheShareTellsWhatIsLeftWhenTheCountDoesNot) {
  ManualClock clock(kNow);
  char* text = nullptr;
  std::size_t size = 0;
  std::FILE* stream = open_memstream(&text, &size);
  {
    Progress progress(stream, clock, {.label = "Importing", .unit = "rows"}, ProgressStyle::kPlain);
    clock.advance(std::chrono::seconds(10));
    progress.set(10'000, 0.2);
  }
  std::fclose(stream);
  const std::string said(text, size);
  std::free(text);
  EXPECT_TRUE(said.starts_with("Importing: 10,000 rows (20%), 1,000/s, 40 s left\n")) << said;
}

TEST(Config, ReadsChecksAndReportsWhatNobodyKnows) {
  Config config = Config::parse(
                      "data = \"/srv\"\n[server]\nport = 8080\nsevrer = 1\nidle = \"15m\"\nhosts = "
                      "[\"a\", \"b\"]\ntls = true\n",
                      "settings.toml")
                      .value();
  EXPECT_EQ(config.text("data"), "/srv");
  EXPECT_EQ(config.integer("server.port", 1, 1, 65535), 8080);
  EXPECT_EQ(config.duration("server.idle", {}), std::chrono::minutes(15));
  EXPECT_EQ(config.list("server.hosts"), (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(config.flag("server.tls", false), true);
  EXPECT_EQ(config.integer("server.threads", 4, 1, 64), 4);
  EXPECT_EQ(config.unknown(),
            (std::vector<std::string>{
                "settings.toml:4: server.sevrer is no setting that Daybreak knows"}));
}

TEST(Config, AWrongValueNamesItsLineAndTheCure) {
  Config config = Config::parse("[server]\nport = \"x\"\n", "settings.toml").value();
  EXPECT_EQ(config.integer("server.port", 1, 1, 65535).error().describe(),
            "settings.toml:2: server.port has a value that cannot be used. Give a whole number "
            "from 1 to 65535");
  EXPECT_NE(place_of(Config::parse("a = ", "settings.toml")).find("settings.toml:1"),
            std::string::npos);
  EXPECT_FALSE(parse_duration("15 m"));
  EXPECT_FALSE(parse_duration("99999999999d"));
}

TEST(Config, TheEnvironmentWins) {
  setenv("DAYBREAK_SERVER_PORT", "9090", 1);
  Config config = Config::parse("[server]\nport = 8080\n").value();
  EXPECT_EQ(config.integer("server.port", 1, 1, 65535), 9090);
  unsetenv("DAYBREAK_SERVER_PORT");
}

}  // namespace
}  // namespace daybreak
