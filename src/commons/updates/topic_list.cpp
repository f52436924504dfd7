// SPDX-License-Identifier: AGPL-3.0-or-later
#include "commons/updates/topic_list.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "base/unicode.hpp"

namespace daybreak::updates {
namespace {

constexpr trust::Object kTopics{.type = "updates_topic",
                                .owner = {},
                                .audience = trust::Audience::kTaskForce,
                                .partners = {},
                                .subject = {}};
constexpr std::chrono::seconds kOld{30};
constexpr std::size_t kMostTopics = 60;

tl::unexpected<Error> wrong(std::string message, std::string field, std::string cure) {
  return fail(ErrorKind::kInvalid, std::move(message), std::move(field), std::move(cure));
}

Result<void> check(const Topic& topic) {
  for (const auto& [text, field] :
       {std::pair(&topic.name.en, "name_en"), std::pair(&topic.name.es, "name_es"),
        std::pair(&topic.about.en, "about_en"), std::pair(&topic.about.es, "about_es")}) {
    const bool control =
        std::ranges::any_of(*text, [](char c) { return static_cast<unsigned char>(c) < 0x20; });
    if (trim(*text).empty() || text->size() > 300 || control)
      return wrong("is one line in each language", field, "Write 1 to 300 characters");
  }
  return {};
}

// "Courts & law" is "courts-law".
std::string id_of(std::string_view name) {
  std::string id;
  for (const char c : search_key(name)) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    if (plain)
      id += c;
    else if (!id.empty() && id.back() != '-')
      id += '-';
  }
  while (id.ends_with('-')) id.pop_back();
  return id.substr(0, 60);
}

std::string roles_text(const trust::Roles& roles) {
  std::vector<std::string> codes;
  for (const trust::Role role : roles.list()) codes.emplace_back(code_of(role));
  return join(codes, ",");
}

Result<Topic> topic_of(const db::Row& row) {
  Topic topic{.id = row.text(0),
              .name = {row.text(1), row.text(2)},
              .about = {row.text(3), row.text(4)},
              .roles = {},
              .retired = row.boolean(6)};
  if (row.text(5).empty()) return topic;
  for (const std::string_view code : split(row.text(5), ',')) {
    const auto role = trust::role_from(code);
    // An unknown role must not make a restricted topic public.
    if (!role) return fail(ErrorKind::kCorrupt, "a topic names an unknown role", "updates_topic");
    topic.roles.add(*role);
  }
  return topic;
}

}  // namespace

Result<void> TopicList::refresh() {
  const std::vector<db::Row> rows = TRY(room_.database.read([](db::Connection& c) {
    return c.query(
        "SELECT id, name_en, name_es, about_en, about_es, roles, retired FROM "
        "updates_topic ORDER BY added_at, id");
  }));
  std::vector<Topic> all = built_in_topics();
  for (const db::Row& row : rows) {
    Topic topic = TRY(topic_of(row));
    const auto known = std::ranges::find(all, topic.id, &Topic::id);
    if (known == all.end()) {
      all.push_back(std::move(topic));
      continue;
    }
    topic.roles = known->roles;  // the program's file says who may get its topics
    *known = std::move(topic);
  }
  use_topics(std::move(all));
  read_at_ = room_.clock.now().time_since_epoch().count();
  return {};
}

void TopicList::refresh_if_old() {
  const Instant read(std::chrono::milliseconds(read_at_.load()));
  if (room_.clock.now() - read < kOld) return;
  // When the store is away the list as last read goes on.
  [[maybe_unused]] const auto done = refresh();
}

Result<Topic> TopicList::save(const trust::Actor& actor, Topic topic) {
  TRY(gatekeeper_.require(actor, {"edit"}, kTopics, {}));
  TRY(check(topic));
  TRY(refresh());
  const bool is_new = topic.id.empty();
  if (is_new) {
    topic.id = id_of(topic.name.en);
    if (topic.id.empty()) return wrong("has no letter", "name_en", "Write a name");
    if (find_topic(topic.id) != nullptr)
      return wrong("there is such a topic", "name_en", "Choose another name");
    if (topics().size() >= kMostTopics)
      return wrong("there are too many topics", "name_en", "Use one of the list");
  } else {
    const Topic* known = find_topic(topic.id);
    if (known == nullptr) return fail(ErrorKind::kNotFound, "there is no such topic", "topic");
    topic.roles = known->roles;
    topic.retired = known->retired;
  }
  TRY(write(actor, topic, is_new ? "create" : "edit"));
  return topic;
}

Result<void> TopicList::set_retired(const trust::Actor& actor, std::string_view id, bool retired) {
  TRY(gatekeeper_.require(actor, {"edit"}, kTopics, {}));
  TRY(refresh());
  const Topic* known = find_topic(id);
  if (known == nullptr) return fail(ErrorKind::kNotFound, "there is no such topic", "topic");
  Topic topic = *known;
  topic.retired = retired;
  return write(actor, topic, retired ? "retire" : "restore");
}

Result<void> TopicList::write(const trust::Actor& actor, const Topic& topic,
                              std::string_view action) {
  TRY(room_.database.write([&](db::Connection& c) -> Result<void> {
    const std::vector<db::Value> values{
        topic.id,       topic.name.en,           topic.name.es,         topic.about.en,
        topic.about.es, roles_text(topic.roles), topic.retired ? 1 : 0, room_.clock.now()};
    if (TRY(c.execute("UPDATE updates_topic SET name_en = $2, name_es = $3, about_en = $4, "
                      "about_es = $5, roles = $6, retired = $7 WHERE id = $1 AND $8 = $8",
                      values)) == 0)
      TRY(
          c.execute("INSERT INTO updates_topic (id, name_en, name_es, about_en, about_es, roles, "
                    "retired, added_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
                    values));
    return trust::append_audit(c, actor,
                               {.action = "updates_topic." + std::string(action),
                                .object_type = "updates_topic",
                                .object = topic.id},
                               room_.clock.now());
  }));
  return refresh();
}

}  // namespace daybreak::updates
