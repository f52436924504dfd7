// SPDX-License-Identifier: AGPL-3.0-or-later
// The library keeps items and their links; a story is shown only where its consent says, and a
// withdrawn one is nowhere in the store.
#include "commons/resources/resources.hpp"

#include <arpa/inet.h>
#include <atomic>
#include <filesystem>
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>

#include "base/test_result.hpp"
#include "commons/library/read.hpp"
#include "commons/resources/links.hpp"
#include "commons/updates/topics.hpp"
#include "db/test_database.hpp"
#include "trust/migrations.hpp"

namespace daybreak::resources {
namespace {

using testing::HasSubstr;

trust::Actor member(trust::Roles roles) {
  trust::Actor actor;
  actor.kind = trust::Actor::Kind::kMember;
  actor.member = trust::MemberId(Uuid({1}));
  actor.standing = trust::Standing::kTaskForce;
  actor.roles = roles;
  actor.source = "web";
  return actor;
}

constexpr std::string_view kCanary = "canary-5e1f-sang-at-dawn";

class ResourcesTest : public db::StoreTest {
 protected:
  void SetUp() override {
    db::StoreTest::SetUp();
    if (IsSkipped()) return;
    auto modules = trust::commons_migrations();
    modules.push_back(migrations());
    migrate_with(modules);
    resources_.emplace(database(), clock_, random_);
  }
  void TearDown() override {
    resources_.reset();
    db::StoreTest::TearDown();
  }
  Item story(std::vector<std::string> uses = {"site", "mail"}) {
    const Item item = resources_
                          ->save(keeper_, {.kind = "story",
                                           .title = {"A story " + std::string(kCanary), ""},
                                           .about = {std::string(kCanary), ""}})
                          .value();
    EXPECT_TRUE(resources_->record_story(
        keeper_, {.item = item.id,
                  .words = {"I " + std::string(kCanary), "Yo " + std::string(kCanary)},
                  .uses = std::move(uses),
                  .until = parse_date("2027-06-30").value(),
                  .form = "Cabinet 2, form 17"}));
    return item;
  }

  ManualClock clock_{parse_instant("2026-11-22T12:00:00Z").value()};
  SeededRandom random_{7};
  trust::Actor keeper_ = member({trust::Role::kCoordinator});
  std::optional<Resources> resources_;
};
DAYBREAK_ON_BOTH_ENGINES(ResourcesTest);

TEST(Data, EveryEntryIsWholeAndPointsAtWhatIsThere) {
  const DataFile file = built_in_data().value();
  EXPECT_GE(file.items.size(), 20u);
  EXPECT_GE(file.collections.size(), 3u);
  const library::Library library = library::built_in_library();
  for (const Item& item : file.items) {
    for (const std::string& audience : item.audiences)
      EXPECT_NE(library.audience(audience), nullptr) << item.title.en << " " << audience;
    for (const std::string& topic : item.topics)
      EXPECT_NE(updates::find_topic(topic), nullptr) << item.title.en << " " << topic;
  }
  for (const Collection& one : file.collections) {
    EXPECT_FALSE(one.copy.es.empty()) << one.title.en;
    for (const std::string& poster : one.posters)
      EXPECT_NE(library.reference(poster), nullptr) << poster;
    for (const Uuid& id : one.items)
      EXPECT_NE(std::ranges::find(file.items, id, &Item::id), file.items.end()) << one.title.en;
  }
}

TEST_P(ResourcesTest, TheDataFileIsTakenOnce) {
  const int taken = resources_->take_data_file().value();
  EXPECT_GE(taken, 23);
  EXPECT_EQ(resources_->take_data_file().value(), 0);
  const auto all = resources_->published({.federal = true}).value();
  ASSERT_TRUE(resources_->remove(keeper_, all.front().id));
  EXPECT_EQ(resources_->take_data_file().value(), 0) << "what staff removed came back";
  EXPECT_EQ(resources_->published({.federal = true})->size(), all.size() - 1);
  EXPECT_FALSE(resources_->published({.text = "wage hour"})->empty());
  EXPECT_TRUE(resources_->published({.text = "no such words"})->empty());
  const auto healthy = resources_->published({.audience = "health"}).value();
  EXPECT_FALSE(healthy.empty());
  for (const Item& item : healthy)
    EXPECT_NE(std::ranges::find(item.audiences, "health"), item.audiences.end());
}

TEST_P(ResourcesTest, OnlyWhoKeepsTheLibraryChangesIt) {
  const Item item{.title = {"Guide", ""}, .address = "https://example.org/"};
  EXPECT_FALSE(resources_->save(member({trust::Role::kAnalyst}), item));
  EXPECT_FALSE(resources_->save(trust::Actor::anyone(), item));
  Item saved = resources_->save(keeper_, item).value();
  EXPECT_EQ(saved.version, 1);
  saved.title.en = "Guide 2";
  ASSERT_TRUE(resources_->save(keeper_, saved));
  EXPECT_EQ(kind_of(resources_->save(keeper_, saved)), ErrorKind::kConflict);
  for (const char* bad : {"javascript:alert(1)", "", "ftp://example.org"}) {
    Item wrong = item;
    wrong.address = bad;
    EXPECT_EQ(place_of(resources_->save(keeper_, wrong)), "address") << bad;
  }
}

TEST_P(ResourcesTest, AStoryIsShownOnlyWhereAndAsLongAsItsConsentSays) {
  const Item item = story({"site"});
  EXPECT_TRUE(resources_->find_published(item.id));
  EXPECT_TRUE(resources_->words_of(item.id, "site").value());
  for (const char* use : {"mail", "print", "embed", ""})
    EXPECT_FALSE(resources_->words_of(item.id, use).value()) << use;
  clock_.set(parse_instant("2027-07-01T00:00:00Z").value());
  EXPECT_FALSE(resources_->words_of(item.id, "site").value()) << "shown after its day";
  EXPECT_FALSE(resources_->find_published(item.id));
}

TEST_P(ResourcesTest, AStoryWithoutConsentIsNoStory) {
  const Item item = resources_->save(keeper_, {.kind = "story", .title = {"A story", ""}}).value();
  EXPECT_FALSE(resources_->find_published(item.id));
  const auto record = [&](Story story) {
    story.item = item.id;
    const auto done = resources_->record_story(keeper_, std::move(story));
    return done ? std::string() : done.error().place;
  };
  const Date until = parse_date("2027-01-01").value(), past = parse_date("2026-01-01").value(),
             far = parse_date("2040-01-01").value();
  EXPECT_EQ(record({.words = {"", ""}, .uses = {"site"}, .until = until, .form = "x"}), "words_en");
  EXPECT_EQ(record({.words = {"w", ""}, .uses = {}, .until = until, .form = "x"}), "uses");
  EXPECT_EQ(record({.words = {"w", ""}, .uses = {"tv"}, .until = until, .form = "x"}), "uses");
  EXPECT_EQ(record({.words = {"w", ""}, .uses = {"site"}, .until = past, .form = "x"}), "until");
  EXPECT_EQ(record({.words = {"w", ""}, .uses = {"site"}, .until = far, .form = "x"}), "until");
  EXPECT_EQ(record({.words = {"w", ""}, .uses = {"site"}, .until = until, .form = " "}), "form");
  EXPECT_EQ(record({.words = {"w", ""}, .uses = {"site"}, .until = until, .form = "x"}), "");
}

TEST_P(ResourcesTest, AWithdrawnStoryIsNowhereInTheStore) {
  const Item item = story();
  ASSERT_TRUE(resources_->save_collection(
      keeper_, {.title = {"Pack", ""}, .posters = {}, .items = {item.id}}));
  ASSERT_TRUE(resources_->withdraw_story(member({trust::Role::kAdvocate}), item.id));
  EXPECT_FALSE(resources_->words_of(item.id, "site").value());
  EXPECT_FALSE(resources_->find_published(item.id));
  EXPECT_TRUE(resources_->published_collections()->front().items.empty());
  const auto count = database().read([&](db::Connection& c) -> Result<std::int64_t> {
    const std::string like = "%" + std::string(kCanary) + "%";
    const auto row = TRY(c.query_one(
        "SELECT (SELECT count(*) FROM resources_story WHERE words_en LIKE $1 OR words_es LIKE $1) "
        "+ "
        "(SELECT count(*) FROM resources_item WHERE title_en LIKE $1 OR about_en LIKE $1)",
        {like}));
    return row->integer(0);
  });
  EXPECT_EQ(count.value(), 0);
  EXPECT_EQ(resources_
                ->record_story(keeper_, {.item = item.id,
                                         .words = {"again", ""},
                                         .uses = {"site"},
                                         .until = parse_date("2027-01-01").value(),
                                         .form = "x"})
                .error()
                .kind,
            ErrorKind::kConflict);
  const auto kept = resources_->story(keeper_, item.id).value();
  EXPECT_TRUE(kept->withdrawn_at) << "that it was withdrawn is not known any more";
}

TEST(Links, LeadOnlyIntoThePublicInternet) {
  for (const char* own : {"127.0.0.1",
                          "10.1.2.3",
                          "172.16.0.1",
                          "172.31.255.255",
                          "192.168.1.1",
                          "169.254.169.254",
                          "100.64.0.1",
                          "0.0.0.0",
                          "224.0.0.1",
                          "255.255.255.255",
                          "::1",
                          "::",
                          "fe80::1",
                          "fc00::1",
                          "fd12::1",
                          "::ffff:127.0.0.1",
                          "::ffff:8.8.8.8",
                          "64:ff9b::7f00:1",
                          "2002:7f00:1::",
                          "2001:db8::1",
                          "ff02::1",
                          "not an address",
                          ""})
    EXPECT_FALSE(is_public_address(own)) << own;
  for (const char* open : {"8.8.8.8", "172.32.0.1", "192.169.0.1", "2606:4700::1111"})
    EXPECT_TRUE(is_public_address(open)) << open;
}

// A server on this machine that answers each request as its path says.
class LocalServer {
 public:
  LocalServer() {
    socket_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{.sin_family = AF_INET, .sin_port = 0, .sin_addr = {}, .sin_zero = {}};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(::bind(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
    EXPECT_EQ(::listen(socket_, 16), 0);
    socklen_t size = sizeof address;
    ::getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { serve(); });
  }
  ~LocalServer() {
    ::shutdown(socket_, SHUT_RDWR);
    thread_.join();
    ::close(socket_);
  }
  std::string at(const std::string& path) const {
    return "http://127.0.0.1:" + std::to_string(port_) + path;
  }
  std::atomic<int> requests = 0;

 private:
  void serve() {
    while (true) {
      const int client = ::accept(socket_, nullptr, nullptr);
      if (client < 0) return;
      char buffer[4096] = {};
      const ssize_t got = ::read(client, buffer, sizeof buffer - 1);
      const std::string request(buffer, got > 0 ? static_cast<std::size_t>(got) : 0);
      ++requests;
      std::string answer = "404 Not Found\r\n";
      if (request.find(" /ok ") != std::string::npos) answer = "200 OK\r\n";
      if (request.find(" /moved ") != std::string::npos) answer = "302 Found\r\nLocation: /ok\r\n";
      if (request.find(" /no-head ") != std::string::npos)
        answer = request.starts_with("HEAD") ? "405 No\r\n" : "200 OK\r\n";
      if (request.find(" /file ") != std::string::npos)
        answer = "302 Found\r\nLocation: file:///etc/passwd\r\n";
      answer = "HTTP/1.1 " + answer + "Content-Length: 0\r\nConnection: close\r\n\r\n";
      [[maybe_unused]] const ssize_t sent = ::write(client, answer.data(), answer.size());
      ::close(client);
    }
  }
  int socket_ = -1, port_ = 0;
  std::thread thread_;
};

TEST(Links, AreLookedAtAsServersAnswer) {
  LocalServer server;
  const LinkOptions here{
      .timeout = std::chrono::seconds(5),
      .allowed = [](const std::string& address) { return address == "127.0.0.1"; }};
  EXPECT_EQ(look_at_link(server.at("/ok"), here).state, LinkState::kWorks);
  EXPECT_EQ(look_at_link(server.at("/moved"), here).state, LinkState::kMoved);
  EXPECT_EQ(look_at_link(server.at("/no-head"), here).state, LinkState::kWorks);
  const LinkAnswer gone = look_at_link(server.at("/gone"), here);
  EXPECT_EQ(gone.state, LinkState::kBroken);
  EXPECT_EQ(gone.code, 404);
  EXPECT_EQ(look_at_link(server.at("/file"), here).state, LinkState::kBroken);
  EXPECT_EQ(look_at_link("file:///etc/passwd", here).state, LinkState::kBroken);
  EXPECT_EQ(look_at_link("gopher://127.0.0.1/", here).state, LinkState::kBroken);
  // With the real rule, this machine is never asked, by number or by name.
  const int before = server.requests;
  for (const std::string& address :
       {server.at("/ok"), std::string("http://localhost:") + server.at("/ok").substr(17)})
    EXPECT_EQ(look_at_link(address).state, LinkState::kBroken);
  EXPECT_EQ(server.requests, before) << "the check connected to this machine";
}

TEST_P(ResourcesTest, LinksAreDueAWeekAfterTheyWereSeen) {
  const Item item =
      resources_->save(keeper_, {.title = {"One", ""}, .address = "https://example.org/a"}).value();
  auto due = resources_->links_due(std::chrono::hours(168), 10).value();
  ASSERT_EQ(due.size(), 1u);
  ASSERT_TRUE(resources_->note_link(due[0], LinkState::kBroken, 404));
  EXPECT_TRUE(resources_->links_due(std::chrono::hours(168), 10)->empty());
  Item changed = resources_->find(keeper_, item.id).value();
  EXPECT_EQ(changed.link, LinkState::kBroken);
  changed.address = "https://example.org/b";
  ASSERT_TRUE(resources_->save(keeper_, changed));
  EXPECT_EQ(resources_->find(keeper_, item.id)->link, LinkState::kUnchecked);
  EXPECT_EQ(resources_->links_due(std::chrono::hours(168), 10)->size(), 1u);
}

}  // namespace
}  // namespace daybreak::resources
