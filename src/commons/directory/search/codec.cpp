// SPDX-License-Identifier: AGPL-3.0-or-later
#include "commons/directory/search/codec.hpp"

#include <cstring>

namespace daybreak::directory::search {
namespace {

class Writer {
 public:
  template <typename T>
  void number(T value) {
    bytes.append(reinterpret_cast<const char*>(&value), sizeof value);
  }
  void text(std::string_view value) {
    number(static_cast<std::uint32_t>(value.size()));
    bytes += value;
  }
  template <typename T>
  void numbers(const std::vector<T>& values) {
    number(static_cast<std::uint32_t>(values.size()));
    for (const T& value : values) number(value);
  }
  void texts(const std::vector<std::string>& values) {
    number(static_cast<std::uint32_t>(values.size()));
    for (const std::string& value : values) text(value);
  }
  std::string bytes;
};

// Reads past the end leave `good` false and give zeros.
class Reader {
 public:
  explicit Reader(std::string_view bytes) : rest(bytes) {}
  template <typename T>
  void number(T& value) {
    value = T{};
    if (rest.size() < sizeof value) {
      good = false;
      rest = {};
      return;
    }
    std::memcpy(&value, rest.data(), sizeof value);
    rest.remove_prefix(sizeof value);
  }
  void text(std::string& value) {
    std::uint32_t size = 0;
    number(size);
    if (size > rest.size()) {
      good = false;
      return;
    }
    value = rest.substr(0, size);
    rest.remove_prefix(size);
  }
  template <typename T>
  void numbers(std::vector<T>& values) {
    std::uint32_t count = 0;
    number(count);
    if (count > rest.size() / sizeof(T)) {
      good = false;
      return;
    }
    values.resize(count);
    for (T& value : values) number(value);
  }
  void texts(std::vector<std::string>& values) {
    std::uint32_t count = 0;
    number(count);
    if (count > rest.size() / sizeof(std::uint32_t)) {
      good = false;
      return;
    }
    values.resize(count);
    for (std::string& value : values) text(value);
  }
  std::string_view rest;
  bool good = true;
};

}  // namespace

std::string encode(const Record& record) {
  Writer out;
  out.number(record.id.bytes());
  out.number(record.service.bytes());
  out.number(record.organization.bytes());
  out.text(record.name);
  out.text(record.organization_name);
  out.texts(record.needs);
  out.texts(record.languages);
  out.number(static_cast<std::uint8_t>(record.point.has_value()));
  out.number(record.point.value_or(Point{}));
  out.numbers(record.counties);
  out.numbers(record.states);
  out.number(record.level);
  out.number(record.suitability);
  out.number(record.minimum_age);
  out.number(record.maximum_age);
  out.number(static_cast<std::uint8_t>(record.open_24_hours));
  out.numbers(record.open);
  out.number(record.capacity);
  out.number(static_cast<std::int64_t>(record.capacity_expires.time_since_epoch().count()));
  out.number(static_cast<std::uint8_t>(record.overdue));
  out.text(record.card);
  return out.bytes;
}

Result<Record> decode(std::string_view bytes) {
  Reader in(bytes);
  Record record;
  std::array<std::uint8_t, 16> id{};
  in.number(id);
  record.id = Uuid(id);
  in.number(id);
  record.service = Uuid(id);
  in.number(id);
  record.organization = Uuid(id);
  in.text(record.name);
  in.text(record.organization_name);
  in.texts(record.needs);
  in.texts(record.languages);
  std::uint8_t flag = 0;
  Point point;
  in.number(flag);
  in.number(point);
  if (flag != 0) record.point = point;
  in.numbers(record.counties);
  in.numbers(record.states);
  in.number(record.level);
  in.number(record.suitability);
  in.number(record.minimum_age);
  in.number(record.maximum_age);
  in.number(flag);
  record.open_24_hours = flag != 0;
  in.numbers(record.open);
  in.number(record.capacity);
  std::int64_t expires = 0;
  in.number(expires);
  record.capacity_expires = Instant(std::chrono::milliseconds(expires));
  in.number(flag);
  record.overdue = flag != 0;
  in.text(record.card);
  if (!in.good || !in.rest.empty())
    return fail(
        ErrorKind::kCorrupt, "a record in the search index cannot be read", "search index",
        "Remove the folder search/ of the data directory; it is made again at the next start");
  return record;
}

}  // namespace daybreak::directory::search
