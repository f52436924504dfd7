// SPDX-License-Identifier: AGPL-3.0-or-later
#include "commons/directory/api/api.hpp"

#include <algorithm>
#include <memory>

#include "commons/directory/api/parameters.hpp"
#include "commons/directory/api/present.hpp"
#include "embedded/directory_api.hpp"
#include "geography/geography.hpp"

namespace daybreak::directory::api {
namespace {

using http::Access;
using http::Request;
using http::Response;
using http::Status;
using Objects = Result<std::vector<Json>>;

constexpr std::string_view kBase = "/hsds/3.1";
constexpr std::size_t kStreamBatch = 500;

Response open_to_all(Response response) {
  response.set("Access-Control-Allow-Origin", "*");
  return response;
}

Response failed(const Error& error) {
  Json body = Json::object({{"error", Json::object({{"message", error.message}})}});
  Json& details = *body.find("error");
  if (!error.place.empty()) details.set("field", error.place);
  if (!error.cure.empty()) details.set("cure", error.cure);
  const Status status = error.kind == ErrorKind::kInvalid    ? Status::kBadRequest
                        : error.kind == ErrorKind::kNotFound ? Status::kNotFound
                                                             : Status::kUnavailable;
  return open_to_all(Response::json(to_text(body), status));
}

// One kind of object of the API: which ids a request selects, and how they are shown.
struct Resource {
  std::string path;
  std::function<Result<std::vector<Uuid>>(Catalogue&, const ListRequest&)> select;
  std::function<Objects(Catalogue&, std::span<const Uuid>, const ListRequest&)> list;
  std::function<Objects(Catalogue&, std::span<const Uuid>, const ListRequest&)> full;
};

// ---- which ----

bool has(const std::vector<Uuid>& ids, const std::optional<Uuid>& wanted) {
  return !wanted || std::ranges::find(ids, *wanted) != ids.end();
}

// The records that the words find, or nothing when there are no words.
Result<std::optional<std::vector<search::Hit>>> found_by_words(const Catalogue& catalogue,
                                                               const ListRequest& list) {
  if (list.search.empty()) return std::optional<std::vector<search::Hit>>();
  search::Query query{.text = list.search, .order = search::Order::kName, .limit = 1'000'000};
  return std::optional(TRY(catalogue.index().search(query)).hits);
}

std::vector<Uuid> sorted(const std::vector<search::Hit>& hits, Uuid search::Hit::* member) {
  std::vector<Uuid> ids;
  for (const search::Hit& hit : hits) ids.push_back(hit.*member);
  std::ranges::sort(ids);
  return ids;
}

Result<std::vector<Uuid>> select_services(Catalogue& catalogue, const ListRequest& list) {
  const auto hits = TRY(found_by_words(catalogue, list));
  const std::vector<Uuid> by_words =
      hits ? sorted(*hits, &search::Hit::service) : std::vector<Uuid>();
  const auto listing = TRY(catalogue.listing());
  std::vector<Uuid> ids;
  for (const Listing::Service& service : listing->services) {
    if (hits && !std::ranges::binary_search(by_words, service.id)) continue;
    if (list.organization && service.organization != *list.organization) continue;
    if (!has(service.terms, list.taxonomy_term) || !has(service.taxonomies, list.taxonomy))
      continue;
    if (list.modified_after && service.modified < *list.modified_after) continue;
    ids.push_back(service.id);
  }
  return ids;
}

Result<std::vector<Uuid>> select_places(Catalogue& catalogue, const ListRequest& list) {
  const auto hits = TRY(found_by_words(catalogue, list));
  const std::vector<Uuid> by_words = hits ? sorted(*hits, &search::Hit::id) : std::vector<Uuid>();
  const geography::Zip* zip = list.postcode.empty() ? nullptr : geography::find_zip(list.postcode);
  // A post code alone asks for what serves it: the same rule as the search page.
  std::vector<Uuid> serving;
  if (zip && !list.proximity_metres) {
    search::Query query{.place = search::Place{.point = {zip->point.latitude, zip->point.longitude},
                                               .radius_km = 40,
                                               .county = zip->counties[0].number()},
                        .limit = 1'000'000};
    serving = sorted(TRY(catalogue.index().search(query)).hits, &search::Hit::id);
  }
  const auto listing = TRY(catalogue.listing());
  std::vector<Uuid> ids;
  for (const Listing::Place& place : listing->places) {
    if (hits && !std::ranges::binary_search(by_words, place.id)) continue;
    if (list.organization && place.organization != *list.organization) continue;
    if (!has(place.terms, list.taxonomy_term) || !has(place.taxonomies, list.taxonomy)) continue;
    if (list.modified_after && place.modified < *list.modified_after) continue;
    if (zip && !list.proximity_metres && !std::ranges::binary_search(serving, place.id)) continue;
    if (zip && list.proximity_metres &&
        (!place.point ||
         search::distance_km(*place.point, {zip->point.latitude, zip->point.longitude}) * 1000 >
             *list.proximity_metres))
      continue;
    ids.push_back(place.id);
  }
  return ids;
}

Result<std::vector<Uuid>> select_organizations(Catalogue& catalogue, const ListRequest& list) {
  const auto listing = TRY(catalogue.listing());
  const bool by_service = !list.search.empty() || list.taxonomy_term || list.taxonomy;
  if (!by_service) return listing->organizations;
  std::vector<Uuid> ids;
  for (const Uuid& service : TRY(select_services(catalogue, list)))
    if (const Listing::Service* entry = listing->find_service(service);
        entry && !entry->organization.is_nil())
      ids.push_back(entry->organization);
  std::ranges::sort(ids);
  ids.erase(std::ranges::unique(ids).begin(), ids.end());
  return ids;
}

Result<std::vector<Uuid>> select_terms(Catalogue& catalogue, const ListRequest& list) {
  const auto listing = TRY(catalogue.listing());
  std::vector<Uuid> ids;
  for (const Listing::Term& term : listing->terms) {
    if (list.taxonomy && term.taxonomy != *list.taxonomy) continue;
    if (list.top_only && !term.parent.is_nil()) continue;
    if (list.parent && term.parent != *list.parent) continue;
    ids.push_back(term.id);
  }
  return ids;
}

Result<std::vector<Uuid>> select_taxonomies(Catalogue& catalogue, const ListRequest&) {
  return TRY(catalogue.listing())->taxonomies;
}

std::vector<Resource> resources() {
  const auto form = [](const ListRequest& list) { return list.full ? Form::kFull : Form::kShort; };
  const auto organization_services = [](const ListRequest& list) {
    return list.full_service ? Services::kFull : Services::kNamed;
  };
  return {
      {"services", select_services,
       [=](Catalogue& c, std::span<const Uuid> ids, const ListRequest& l) {
         return services(c, ids, form(l));
       },
       [](Catalogue& c, std::span<const Uuid> ids, const ListRequest&) {
         return services(c, ids, Form::kFull);
       }},
      {"service_at_locations", select_places,
       [=](Catalogue& c, std::span<const Uuid> ids, const ListRequest& l) {
         return places(c, ids, form(l));
       },
       [](Catalogue& c, std::span<const Uuid> ids, const ListRequest&) {
         return places(c, ids, Form::kFull);
       }},
      {"organizations", select_organizations,
       [=](Catalogue& c, std::span<const Uuid> ids, const ListRequest& l) {
         return organizations(c, ids, l.full_service ? Form::kFull : form(l),
                              organization_services(l));
       },
       [=](Catalogue& c, std::span<const Uuid> ids, const ListRequest& l) {
         return organizations(c, ids, Form::kFull, organization_services(l));
       }},
      {"taxonomy_terms", select_terms,
       [](Catalogue& c, std::span<const Uuid> ids, const ListRequest&) { return terms(c, ids); },
       [](Catalogue& c, std::span<const Uuid> ids, const ListRequest&) { return terms(c, ids); }},
      {"taxonomies", select_taxonomies,
       [](Catalogue& c, std::span<const Uuid> ids, const ListRequest&) {
         return taxonomies(c, ids);
       },
       [](Catalogue& c, std::span<const Uuid> ids, const ListRequest&) {
         return taxonomies(c, ids);
       }},
  };
}

// ---- answers ----

Json page_of(std::vector<Json> contents, std::size_t total, const ListRequest& list) {
  const std::size_t pages = (total + list.per_page - 1) / list.per_page;
  Json page = Json::object();
  page.set("total_items", static_cast<std::uint64_t>(total));
  page.set("total_pages", static_cast<std::uint64_t>(pages));
  page.set("page_number", static_cast<std::uint64_t>(list.page));
  page.set("size", static_cast<std::uint64_t>(contents.size()));
  page.set("first_page", list.page == 1);
  page.set("last_page", list.page >= pages);
  page.set("empty", contents.empty());
  page.set("contents", JsonArray(std::move(contents)));
  return page;
}

// Everything without pages, made while it is sent.
Response ndjson(Catalogue& catalogue, const Resource& resource, std::vector<Uuid> ids,
                const ListRequest& list) {
  struct Progress {
    std::vector<Uuid> ids;
    std::size_t done = 0;
  };
  auto progress = std::make_shared<Progress>(Progress{std::move(ids)});
  return Response::stream(
      "application/x-ndjson",
      [&catalogue, list, show = resource.list, progress]() -> Result<std::optional<std::string>> {
        if (progress->done == progress->ids.size()) return std::optional<std::string>();
        const std::size_t count = std::min(kStreamBatch, progress->ids.size() - progress->done);
        std::string lines;
        for (const Json& object :
             TRY(show(catalogue, std::span(progress->ids).subspan(progress->done, count), list))) {
          append_json(lines, object);
          lines += '\n';
        }
        progress->done += count;
        return std::optional(std::move(lines));
      });
}

Response minimal(const Listing& listing, const std::vector<Uuid>& ids) {
  std::vector<Json> contents;
  for (const Uuid& id : ids)
    if (const Listing::Service* service = listing.find_service(id))
      contents.push_back(Json::object(
          {{"id", id.to_string()}, {"modified_date", format_instant(service->modified)}}));
  ListRequest all;
  all.per_page = std::max<std::size_t>(1, ids.size());
  const std::size_t total = contents.size();
  return Response::json(to_text(page_of(std::move(contents), total, all)));
}

Response answer_list(Catalogue& catalogue, const Resource& resource, const Request& request) {
  if (const auto fresh = catalogue.refresh(); !fresh) return failed(fresh.error());
  const auto list = read_list_request(request);
  if (!list) return failed(list.error());
  auto ids = resource.select(catalogue, *list);
  if (!ids) return failed(ids.error());
  if (list->minimal && resource.path == "services") {
    const auto listing = catalogue.listing();
    return listing ? open_to_all(minimal(**listing, *ids)) : failed(listing.error());
  }
  if (list->format == Format::kNdjson)
    return open_to_all(ndjson(catalogue, resource, std::move(*ids), *list));
  const std::size_t begin = std::min((list->page - 1) * list->per_page, ids->size());
  const std::size_t count = std::min(list->per_page, ids->size() - begin);
  auto contents = resource.list(catalogue, std::span(*ids).subspan(begin, count), *list);
  if (!contents) return failed(contents.error());
  return open_to_all(Response::json(to_text(page_of(std::move(*contents), ids->size(), *list))));
}

Response answer_object(Catalogue& catalogue, const Resource& resource, const Request& request) {
  if (const auto fresh = catalogue.refresh(); !fresh) return failed(fresh.error());
  const Error absent{ErrorKind::kNotFound, "there is no such record", "id", ""};
  const auto id = Uuid::parse(request.parameter("id"));
  if (!id) return failed(absent);
  const auto list = read_list_request(request);
  if (!list) return failed(list.error());
  const auto found = resource.full(catalogue, std::span(&*id, 1), *list);
  if (!found) return failed(found.error());
  if (found->empty()) return failed(absent);
  return open_to_all(Response::json(to_text(found->front())));
}

std::string own_address(const Request& request) {
  const std::string host(request.header("Host").value_or("localhost"));
  return (request.is_tls() ? "https://" : "http://") + host + std::string(kBase);
}

Response answer_root(const Request& request) {
  const std::string base = own_address(request);
  return open_to_all(
      Response::json(to_text(Json::object({{"version", kHsdsVersion},
                                           {"profile", base + "/profile"},
                                           {"openapi_url", base + "/openapi.json"}}))));
}

Response answer_file(std::string_view name) {
  return open_to_all(
      Response::of_static("application/json", *embedded::directory_api().find(name)));
}

}  // namespace

void add_routes(http::Router& router, Catalogue& catalogue) {
  const std::string base(kBase);
  const auto options = [](std::string summary) {
    return http::RouteOptions{.body_limit = 64 * 1024,
                              .csrf = http::Csrf::kExempt,
                              .slash_optional = true,
                              .summary = std::move(summary)};
  };
  router.get(
      base, Access::anyone(), [](Request& r) { return answer_root(r); },
      options("What this API is"));
  router.get(
      base + "/openapi.json", Access::anyone(),
      [](Request&) { return answer_file("openapi.json"); }, options("The description of this API"));
  router.get(
      base + "/profile", Access::anyone(), [](Request&) { return answer_file("profile.json"); },
      options("The profile of HSDS that this API follows"));
  for (const Resource& resource : resources()) {
    const auto list = [&catalogue, resource](Request& r) {
      return answer_list(catalogue, resource, r);
    };
    const auto object = [&catalogue, resource](Request& r) {
      return answer_object(catalogue, resource, r);
    };
    router.get(base + "/" + resource.path, Access::anyone(), list,
               options("List " + resource.path));
    router.post(base + "/" + resource.path, Access::anyone(), list,
                options("List " + resource.path));
    router.get(base + "/" + resource.path + "/{id}", Access::anyone(), object,
               options("One of " + resource.path));
  }
}

}  // namespace daybreak::directory::api
