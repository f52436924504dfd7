// SPDX-License-Identifier: AGPL-3.0-or-later
#include "commons/directory/merge.hpp"

#include <algorithm>
#include <set>

namespace daybreak::directory {
namespace {

const Json kNothing;

// A list whose items all have an id: matched by it.
bool is_keyed_list(const Json& value) {
  const JsonArray* items = value.if_array();
  return items && !items->empty() &&
         std::ranges::all_of(*items, [](const Json& item) { return !text_of(item, "id").empty(); });
}

bool both_keyed(const Json& a, const Json& b) {
  const bool empty_a = a.is_null() || (a.is_array() && a.size() == 0);
  const bool empty_b = b.is_null() || (b.is_array() && b.size() == 0);
  return (is_keyed_list(a) || empty_a) && (is_keyed_list(b) || empty_b) && !(empty_a && empty_b);
}

const Json& member(const Json& value, std::string_view key) {
  const Json* found = value.find(key);
  return found ? *found : kNothing;
}

const Json& item(const Json& list, std::string_view id) {
  if (const JsonArray* items = list.if_array())
    for (const Json& one : *items)
      if (text_of(one, "id") == id) return one;
  return kNothing;
}

// Keys of objects or ids of keyed lists, in order of first appearance.
template <typename... Values>
std::vector<std::string> names_in(const Values&... values) {
  std::vector<std::string> names;
  std::set<std::string, std::less<>> seen;
  const auto add = [&](std::string_view name) {
    if (seen.emplace(name).second) names.emplace_back(name);
  };
  const auto take = [&](const Json& value) {
    if (const JsonObject* members = value.if_object()) {
      for (const JsonMember& m : *members) add(m.key);
    } else if (const JsonArray* items = value.if_array()) {
      for (const Json& one : *items) add(text_of(one, "id"));
    }
  };
  (take(values), ...);
  return names;
}

bool is_object_or_nothing(const Json& value) { return value.is_object() || value.is_null(); }

void compare(const Json& before, const Json& after, const std::string& path,
             std::vector<FieldChange>& out) {
  if (before == after) return;
  if (before.is_object() && after.is_object()) {
    for (const std::string& key : names_in(before, after))
      compare(member(before, key), member(after, key), path.empty() ? key : path + "." + key, out);
  } else if (both_keyed(before, after)) {
    for (const std::string& id : names_in(before, after))
      compare(item(before, id), item(after, id), path + "[" + id + "]", out);
  } else {
    out.push_back({path, before, after});
  }
}

Json merge_value(const Json& base, const Json& ours, const Json& theirs, const std::string& path,
                 std::vector<FieldChange>& conflicts) {
  if (ours == theirs || theirs == base) return ours;
  if (ours == base) return theirs;
  if (ours.is_object() && theirs.is_object() && is_object_or_nothing(base)) {
    Json result = Json::object();
    for (const std::string& key : names_in(ours, theirs, base)) {
      Json merged = merge_value(member(base, key), member(ours, key), member(theirs, key),
                                path.empty() ? key : path + "." + key, conflicts);
      if (!merged.is_null()) result.set(key, std::move(merged));
    }
    return result;
  }
  if (both_keyed(ours, theirs) && (base.is_null() || base.is_array())) {
    Json result = Json::array();
    for (const std::string& id : names_in(ours, theirs)) {
      Json merged = merge_value(item(base, id), item(ours, id), item(theirs, id),
                                path + "[" + id + "]", conflicts);
      if (!merged.is_null()) result.append(std::move(merged));
    }
    return result.size() > 0 ? result : Json();
  }
  conflicts.push_back({path, ours, theirs});
  return ours;
}

}  // namespace

std::vector<FieldChange> differences(const Json& before, const Json& after) {
  std::vector<FieldChange> changes;
  compare(before, after, "", changes);
  return changes;
}

Merged merge(const Json& base, const Json& ours, const Json& theirs) {
  Merged merged;
  merged.value = merge_value(base, ours, theirs, "", merged.conflicts);
  return merged;
}

Json completed(const Json& base, const Json& theirs, Completeness completeness, Entity entity) {
  if (completeness == Completeness::kWhole || !base.is_object()) return theirs;
  Json result = theirs;
  for (const JsonMember& old : *base.if_object()) {
    if (result.find(old.key)) continue;
    const bool is_list = info(entity).child(old.key) != nullptr;
    const bool is_profile =
        info(entity).field(old.key) && info(entity).field(old.key)->origin == Origin::kProfile;
    if (completeness == Completeness::kPartial || is_list || is_profile)
      result.set(old.key, old.value);
  }
  sort_members(result, info(entity));
  return result;
}

Result<void> apply_change(Json& value, const FieldChange& change) {
  Json* at = &value;
  std::string_view rest = change.path;
  for (;;) {
    const std::size_t end = rest.find_first_of(".[");
    const std::string_view key = rest.substr(0, end);
    const bool is_item = end != rest.npos && rest[end] == '[';
    if (end == rest.npos) {
      if (change.after.is_null()) {
        at->erase(key);
      } else {
        at->set(key, change.after);
      }
      return {};
    }
    Json* next = at->find(key);
    rest.remove_prefix(end + 1);
    if (!is_item) {
      at = next ? next : &at->set(key, Json::object());
      continue;
    }
    const std::size_t close = rest.find(']');
    if (close == rest.npos) return fail(ErrorKind::kInvalid, "is no path of a field", change.path);
    const std::string_view id = rest.substr(0, close);
    rest.remove_prefix(close + 1);
    if (!next) next = &at->set(key, Json::array());
    JsonArray* items = next->if_array();
    if (!items) return fail(ErrorKind::kConflict, "the list is gone", change.path);
    const auto found =
        std::ranges::find(*items, id, [](const Json& one) { return text_of(one, "id"); });
    if (rest.empty()) {  // a whole item is added, replaced or removed
      if (change.after.is_null()) {
        if (found != items->end()) items->erase(found);
        if (items->empty()) at->erase(key);
      } else if (found != items->end()) {
        *found = change.after;
      } else {
        items->push_back(change.after);
      }
      return {};
    }
    if (found == items->end())
      return fail(ErrorKind::kConflict, "the entry was removed meanwhile", change.path,
                  "Reload and decide again");
    at = &*found;
    if (rest.starts_with('.')) rest.remove_prefix(1);
  }
}

Json to_json(const std::vector<FieldChange>& changes) {
  Json list = Json::array();
  for (const FieldChange& change : changes)
    list.append(
        Json::object({{"path", change.path}, {"before", change.before}, {"after", change.after}}));
  return list;
}

std::vector<FieldChange> changes_from_json(const Json& list) {
  std::vector<FieldChange> changes;
  if (const JsonArray* items = list.if_array())
    for (const Json& one : *items)
      changes.push_back(
          {std::string(text_of(one, "path")), member(one, "before"), member(one, "after")});
  return changes;
}

}  // namespace daybreak::directory
