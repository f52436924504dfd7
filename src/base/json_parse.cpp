// SPDX-License-Identifier: AGPL-3.0-or-later
// Reading JSON: Boost's push parser feeds a builder of Json values.
#include <boost/json/basic_parser_impl.hpp>
#include <charconv>
#include <cmath>
#include <deque>

#include "base/json.hpp"
#include "base/text.hpp"

namespace daybreak {
namespace {

namespace bj = boost::json;

// Errors of ours inside Boost's parser; `problem` of the builder says which.
bj::error_code stop() {
  return bj::make_error_code(bj::error::syntax);
}

bool has_duplicates(const JsonObject& members) {
  if (members.size() <= 16) {
    for (std::size_t i = 1; i < members.size(); ++i)
      for (std::size_t k = 0; k < i; ++k)
        if (members[i].key == members[k].key) return true;
    return false;
  }
  std::vector<std::string_view> keys;
  for (const JsonMember& member : members) keys.push_back(member.key);
  std::ranges::sort(keys);
  return std::ranges::adjacent_find(keys) != keys.end();
}

// Builds values from parse events. With kItems, each item of a top-level array, and of the
// top-level member "contents", is given out as it ends, and is not kept.
enum class Give : std::uint8_t { kWhole, kItems };

class Builder {
 public:
  static constexpr std::size_t max_object_size = std::size_t(-1);
  static constexpr std::size_t max_array_size = std::size_t(-1);
  static constexpr std::size_t max_key_size = std::size_t(-1);
  static constexpr std::size_t max_string_size = std::size_t(-1);

  Give give = Give::kWhole;
  std::deque<Json> ready;
  std::string problem;

  bool on_document_begin(bj::error_code&) { return true; }
  bool on_document_end(bj::error_code&) { return true; }
  bool on_object_begin(bj::error_code&) {
    JsonObject members;
    members.reserve(kUsualMembers);
    return open(Json(std::move(members)));
  }
  bool on_array_begin(bj::error_code&) { return open(Json(JsonArray())); }
  bool on_object_end(std::size_t, bj::error_code& error) {
    if (has_duplicates(*stack_.back().value.if_object())) {
      problem = "holds two members of one name";
      error = stop();
      return false;
    }
    return close();
  }
  bool on_array_end(std::size_t, bj::error_code&) { return close(); }
  bool on_key_part(bj::string_view text, std::size_t, bj::error_code&) { return part(text); }
  bool on_key(bj::string_view text, std::size_t, bj::error_code&) {
    part(text);
    stack_.back().key = std::move(text_);
    text_.clear();
    return true;
  }
  bool on_string_part(bj::string_view text, std::size_t, bj::error_code&) { return part(text); }
  bool on_string(bj::string_view text, std::size_t, bj::error_code&) {
    part(text);
    std::string whole = std::move(text_);
    text_.clear();
    return put(Json(std::move(whole)));
  }
  bool on_number_part(bj::string_view text, bj::error_code&) { return part(text); }
  bool on_int64(std::int64_t value, bj::string_view, bj::error_code&) {
    text_.clear();
    return put(Json(value));
  }
  bool on_uint64(std::uint64_t value, bj::string_view, bj::error_code&) {
    text_.clear();
    return put(Json(static_cast<double>(value)));
  }
  bool on_double(double value, bj::string_view text, bj::error_code& error) {
    // Boost 1.81 may be off by the last bit; the nearest double is what was written.
    part(text);
    std::from_chars(text_.data(), text_.data() + text_.size(), value);
    text_.clear();
    if (std::isfinite(value)) return put(Json(value));
    problem = "holds a number that is too large";
    error = stop();
    return false;
  }
  bool on_bool(bool value, bj::error_code&) { return put(Json(value)); }
  bool on_null(bj::error_code&) { return put(Json()); }
  bool on_comment_part(bj::string_view, bj::error_code&) { return true; }
  bool on_comment(bj::string_view, bj::error_code&) { return true; }

  void clear() {
    stack_.clear();
    text_.clear();
    problem.clear();
  }

 private:
  static constexpr std::size_t kUsualMembers = 8;
  struct Open {
    Json value;
    std::string key;
  };
  bool part(bj::string_view text) {
    text_.append(text.data(), text.size());
    return true;
  }
  bool open(Json value) {
    stack_.push_back({std::move(value), {}});
    return true;
  }
  bool close() {
    Json done = std::move(stack_.back().value);
    stack_.pop_back();
    const bool items_given_out =
        give == Give::kItems && ((stack_.empty() && done.is_array()) || is_contents());
    if (!items_given_out) return put(std::move(done));
    if (!stack_.empty()) page_ = true;
    return true;
  }
  // The value that is now complete is, or was opened as, the member "contents" of a top-level
  // object.
  bool is_contents() const {
    return stack_.size() == 1 && stack_[0].value.is_object() && stack_[0].key == "contents";
  }
  bool in_top_list() const {
    if (stack_.empty() || !stack_.back().value.is_array()) return false;
    return stack_.size() == 1 ||
           (stack_.size() == 2 && stack_[0].value.is_object() && stack_[0].key == "contents");
  }
  bool put(Json value) {
    if (stack_.empty()) {
      if (!page_) ready.push_back(std::move(value));
      page_ = false;
    } else if (give == Give::kItems && in_top_list()) {
      ready.push_back(std::move(value));
    } else if (JsonArray* items = stack_.back().value.if_array()) {
      items->push_back(std::move(value));
    } else {
      stack_.back().value.if_object()->push_back({std::move(stack_.back().key), std::move(value)});
    }
    return true;
  }

  std::vector<Open> stack_;
  std::string text_;
  bool page_ = false;
};

bj::parse_options options_for(const JsonLimits& limits) {
  bj::parse_options options;
  options.max_depth = limits.max_depth;
  return options;
}

std::string sentence_for(const Builder& builder, const bj::error_code& error) {
  if (!builder.problem.empty()) return builder.problem;
  if (error == bj::error::too_deep) return "is nested too deeply";
  if (error == bj::error::incomplete) return "ends too early";
  if (error == bj::error::extra_data) return "has something behind its end";
  return "is not valid JSON (" + error.message() + ")";
}

std::string place_in(std::string_view text, std::size_t at, std::string_view name) {
  const std::string_view before = text.substr(0, at);
  const std::size_t start = before.rfind('\n');
  const auto lines = std::ranges::count(before, '\n');
  return std::string(name) + ":" + std::to_string(lines + 1) + ":" +
         std::to_string(start == before.npos ? at + 1 : at - start);
}

}  // namespace

Result<Json> parse_json(std::string_view text, JsonLimits limits, std::string_view name) {
  if (text.size() > limits.max_bytes) {
    return fail(ErrorKind::kInvalid,
                "is larger than " + std::to_string(limits.max_bytes) + " bytes", std::string(name));
  }
  bj::basic_parser<Builder> parser(options_for(limits));
  bj::error_code error;
  const std::size_t used = parser.write_some(false, text.data(), text.size(), error);
  const std::string_view rest = trim(text.substr(std::min(used, text.size())));
  if (!error && !rest.empty()) error = bj::error::extra_data;
  if (error)
    return fail(ErrorKind::kInvalid, sentence_for(parser.handler(), error),
                place_in(text, used, name));
  return std::move(parser.handler().ready.front());
}

struct JsonStream::State {
  std::unique_ptr<ByteSource> source;
  JsonLimits limits;
  bj::basic_parser<Builder> parser;
  std::string chunk;
  std::size_t at = 0;
  bool at_end = false, started = false, ended = false;
  std::uint64_t number = 0, line = 1, value_bytes = 0;

  State(std::unique_ptr<ByteSource> from, JsonLimits with)
      : source(std::move(from)), limits(with), parser(options_for(with)) {
    parser.handler().give = Give::kItems;
    chunk.reserve(64 << 10);
  }
  Result<void> feed();
  Result<void> take_chunk();
  tl::unexpected<Error> broken(const bj::error_code& error);
  void restart() {
    parser.reset();
    parser.handler().clear();
    started = false;
    value_bytes = 0;
  }
  void count_lines(std::size_t from, std::size_t to) {
    line += static_cast<std::uint64_t>(std::count(chunk.begin() + from, chunk.begin() + to, '\n'));
  }
};

Result<void> JsonStream::State::take_chunk() {
  chunk.resize(64 << 10);
  at = 0;
  const std::size_t got = TRY(source->read(chunk));
  chunk.resize(got);
  at_end = got == 0;
  if (number == 0 && line == 1 && chunk.starts_with("\xEF\xBB\xBF")) at = 3;
  return {};
}

// Names the place and, in ndjson, steps to the next line.
tl::unexpected<Error> JsonStream::State::broken(const bj::error_code& error) {
  const std::string message = sentence_for(parser.handler(), error);
  const std::string where = source->name() + ":" + std::to_string(line);
  const std::size_t end = chunk.find('\n', std::min(at, chunk.size()));
  ++number;
  restart();
  if (end == chunk.npos) {
    ended = true;
  } else {
    count_lines(at, end + 1);
    at = end + 1;
  }
  return fail(ErrorKind::kInvalid, message, where, "Save the file again as JSON in UTF-8");
}

// Parses on until a value is ready or the source ends.
Result<void> JsonStream::State::feed() {
  while (parser.handler().ready.empty() && !ended) {
    if (at == chunk.size() && !at_end) TRY(take_chunk());
    if (!started) {
      const std::size_t text = std::min(chunk.find_first_not_of(" \t\r\n", at), chunk.size());
      count_lines(at, text);
      at = text;
      if (at == chunk.size()) {
        ended = at_end;
        continue;
      }
      started = true;
    }
    bj::error_code error;
    const std::size_t used =
        parser.write_some(!at_end, chunk.data() + at, chunk.size() - at, error);
    if (error) {
      count_lines(at, at + used);
      at += used;
      return broken(error);
    }
    value_bytes = parser.handler().ready.empty() ? value_bytes + used : 0;
    count_lines(at, at + used);
    at += used;
    if (value_bytes > limits.max_bytes) {
      ended = true;
      return fail(ErrorKind::kInvalid, "holds a value that is larger than is allowed",
                  source->name());
    }
    if (parser.done()) restart();
  }
  return {};
}

JsonStream::JsonStream(std::unique_ptr<State> state) : state_(std::move(state)) {}
JsonStream::JsonStream(JsonStream&&) noexcept = default;
JsonStream& JsonStream::operator=(JsonStream&&) noexcept = default;
JsonStream::~JsonStream() = default;

Result<JsonStream> JsonStream::open(std::unique_ptr<ByteSource> source, JsonLimits limits) {
  return JsonStream(std::make_unique<State>(std::move(source), limits));
}

Result<std::optional<Json>> JsonStream::next() {
  auto& ready = state_->parser.handler().ready;
  if (ready.empty()) TRY(state_->feed());
  if (ready.empty()) return std::nullopt;
  Json value = std::move(ready.front());
  ready.pop_front();
  ++state_->number;
  return std::optional(std::move(value));
}

std::uint64_t JsonStream::number() const { return state_->number; }
std::string JsonStream::place() const {
  return state_->source->name() + ":value " + std::to_string(state_->number);
}
const ByteSource& JsonStream::source() const { return *state_->source; }

}  // namespace daybreak
