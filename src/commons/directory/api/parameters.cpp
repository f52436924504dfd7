// SPDX-License-Identifier: AGPL-3.0-or-later
#include "commons/directory/api/parameters.hpp"

#include "base/json.hpp"
#include "base/text.hpp"
#include "geography/geography.hpp"

namespace daybreak::directory::api {
namespace {

constexpr std::size_t kLongestSearch = 500;

// One place to ask for a parameter, wherever it came from; the body wins over the query.
class Parameters {
 public:
  static Result<Parameters> of(const http::Request& request) {
    Parameters parameters(request);
    if (request.content_type() == "application/json" && !request.body().empty()) {
      parameters.json_ =
          TRY(parse_json(request.body(), {.max_depth = 4, .max_bytes = 64 * 1024}, "request body"));
      if (!parameters.json_.is_object())
        return fail(ErrorKind::kInvalid, "the body is not a JSON object", "body");
    }
    return parameters;
  }
  std::string text(std::string_view name) const {
    if (const Json* value = json_.find(name)) {
      if (value->is_null()) return {};
      return value->if_string() ? *value->if_string() : to_text(*value);
    }
    if (const auto* value = request_.form().fields.find(name)) return value->raw();
    return request_.query().get(name).raw();
  }

 private:
  explicit Parameters(const http::Request& request) : request_(request) {}
  const http::Request& request_;
  Json json_;
};

tl::unexpected<Error> wrong(std::string_view name, std::string_view value, std::string cure) {
  return fail(ErrorKind::kInvalid,
              "\"" + shorten(value, 40) + "\" is not a value of " + std::string(name),
              std::string(name), std::move(cure));
}

Result<std::size_t> number(const Parameters& all, std::string_view name, std::size_t otherwise,
                           std::size_t most) {
  const std::string text = all.text(name);
  if (text.empty()) return otherwise;
  const auto value = to_integer(text);
  if (!value || *value < 1) return wrong(name, text, "Give a whole number from 1 on");
  return std::min(static_cast<std::size_t>(*value), most);
}

Result<bool> flag(const Parameters& all, std::string_view name) {
  const std::string text = to_lower_ascii(all.text(name));
  if (text.empty() || text == "false" || text == "0") return false;
  if (text == "true" || text == "1") return true;
  return wrong(name, text, "Give true or false");
}

Result<std::optional<Uuid>> id(const Parameters& all, std::string_view name) {
  const std::string text = all.text(name);
  if (text.empty()) return std::optional<Uuid>();
  const auto value = Uuid::parse(text);
  if (!value) return wrong(name, text, "Give the id of a record");
  return std::optional(*value);
}

Result<std::optional<double>> proximity(const Parameters& all) {
  const std::string text = all.text("proximity");
  if (text.empty()) return std::optional<double>();
  const auto metres = to_number(text);
  if (!metres || *metres < 0) return wrong("proximity", text, "Give a distance in metres");
  return std::optional(*metres);
}

}  // namespace

Result<ListRequest> read_list_request(const http::Request& request) {
  const Parameters all = TRY(Parameters::of(request));
  ListRequest list;
  list.search = all.text("search");
  if (list.search.size() > kLongestSearch)
    return wrong("search", list.search, "Search for fewer words");
  list.page = TRY(number(all, "page", 1, 1'000'000'000));
  list.per_page = TRY(number(all, "per_page", 50, kMostPerPage));
  const std::string format = all.text("format");
  if (format == "ndjson")
    list.format = Format::kNdjson;
  else if (!format.empty() && format != "json")
    return wrong("format", format, "Give json or ndjson");
  list.taxonomy_term = TRY(id(all, "taxonomy_term_id"));
  list.taxonomy = TRY(id(all, "taxonomy_id"));
  list.organization = TRY(id(all, "organization_id"));
  list.parent = TRY(id(all, "parent_id"));
  if (const std::string text = all.text("modified_after"); !text.empty()) {
    const auto instant = parse_instant(text);
    if (!instant) return wrong("modified_after", text, "Write it as 2026-01-31T14:05:00Z");
    list.modified_after = *instant;
  }
  list.minimal = TRY(flag(all, "minimal"));
  list.full = TRY(flag(all, "full"));
  list.full_service = TRY(flag(all, "full_service"));
  list.top_only = TRY(flag(all, "top_only"));
  list.postcode = all.text("postcode");
  list.proximity_metres = TRY(proximity(all));
  if (!list.postcode.empty() && geography::find_zip(list.postcode) == nullptr)
    return wrong("postcode", list.postcode, "Give a ZIP code of the United States");
  if (list.proximity_metres && list.postcode.empty())
    return fail(ErrorKind::kInvalid, "proximity needs a postcode", "proximity", "Give both");
  return list;
}

}  // namespace daybreak::directory::api
