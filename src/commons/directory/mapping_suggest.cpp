// SPDX-License-Identifier: AGPL-3.0-or-later
// Guesses what the columns of a spreadsheet mean, from the names that guides really use.
#include <algorithm>

#include "base/text.hpp"
#include "base/unicode.hpp"
#include "commons/directory/mapping.hpp"

namespace daybreak::directory {
namespace {

struct Guess {
  std::string_view names;  // search keys, separated by '|'
  std::string_view target;
};

constexpr Guess kGuesses[] = {
    {"agency|agency name|organization|organization name|organisation|provider|provider "
     "name|company",
     "organization.name"},
    {"agency description|organization description", "organization.description"},
    {"program|program name|service|service name|name|title|resource|resource name|public "
     "name|publicname",
     "name"},
    {"also known as|alternate name|alternatename|aka", "alternate_name"},
    {"description|services|services provided|about|notes|program description|agency description "
     "agencydescription",
     "description"},
    {"website|web site|url|web|web address|websiteaddress|link", "url"},
    {"email|e mail|email address|emailaddressmain|contact email", "email"},
    {"phone|phone number|telephone|main phone|office phone|phone1number|business phone",
     "phones[main].number"},
    {"hotline|hotline number|24 hour hotline|crisis line|24 hour line|crisis "
     "hotline|phonenumberhotline",
     "phones[hotline].number"},
    {"toll free|toll free number|phonetollfree", "phones[toll_free].number"},
    {"fax|fax number|phonefax", "phones[fax].number"},
    {"tty|tdd|tty number|phonetty", "phones[tty].number"},
    {"text|text line", "phones[text].number"},
    {"contact|contact name|contact person|point of contact", "contacts[].name"},
    {"contact title", "contacts[].title"},
    {"full address|address full|mailing and physical address",
     "service_at_locations[].location.addresses|us_address"},
    {"address|street|street address|address 1|address1|physical address|physicaladdress1",
     "service_at_locations[].location.addresses[].address_1"},
    {"address 2|address2|suite|physicaladdress2",
     "service_at_locations[].location.addresses[].address_2"},
    {"city|town|physicalcity", "service_at_locations[].location.addresses[].city"},
    {"state|state province|physicalstateprovince",
     "service_at_locations[].location.addresses[].state_province"},
    {"zip|zip code|zipcode|postal code|physicalpostalcode",
     "service_at_locations[].location.addresses[].postal_code"},
    {"latitude|lat", "service_at_locations[].location.latitude"},
    {"longitude|lon|lng|long", "service_at_locations[].location.longitude"},
    {"location name|site|site name", "service_at_locations[].location.name"},
    {"confidential|private|address is private|physicaladdressisprivate|confidential "
     "location|confidential address",
     "service_at_locations[].location.visibility|private"},
    {"hours|hours of operation|hoursofoperation|office hours", "schedules|hours"},
    {"languages|language|languages spoken|languagesofferedlist", "languages[].name|split:,"},
    {"eligibility|who is eligible|population served|populations served|eligibilityadult",
     "eligibility_description"},
    {"not eligible|ineligible|restrictions|exclusions", "ineligibility_description"},
    {"minimum age|min age", "minimum_age"},
    {"maximum age|max age", "maximum_age"},
    {"fees|cost|fee structure|feestructuresource", "fees_description"},
    {"how to apply|application process|intake|referral process|intake process|intakeprocedure",
     "application_process"},
    {"documents required|required documents|documentsrequired",
     "required_documents[].document|split:;"},
    {"county|counties|counties served|service area|area served|coverage area|region",
     "service_areas[].name|split:;"},
    {"transportation", "service_at_locations[].location.transportation"},
    {"wait time|wait", "wait_time"},
    {"status", "status"},
    {"level|scope", "level"},
    {"id|record id|resourceagencynum", "id"},
};

std::string_view guess(std::string_view column) {
  const std::string key = search_key(column);
  for (const Guess& one : kGuesses)
    for (const std::string_view name : split(one.names, '|'))
      if (key == name) return one.target;
  return {};
}

}  // namespace

Json suggest_mapping(std::span<const std::string> header, std::string_view file_name) {
  Json columns = Json::object(), key = Json::array();
  bool has_name = false, has_id = false;
  for (const std::string& column : header) {
    const std::string_view target = guess(column);
    if (target.empty() || columns.find(column)) continue;
    columns.set(column, target);
    has_name = has_name || target == "name";
    has_id = has_id || target == "id";
    if (target == "name" || target == "organization.name") key.append(column);
  }
  // A list of agencies without programs: the agency's name is the service's name too.
  if (!has_name) {
    for (JsonMember& column : *columns.if_object())
      if (column.value == Json("organization.name"))
        column.value = Json::array({"organization.name", "name"});
  }
  Json table = Json::object({{"file", ""}, {"entity", "service"}});
  if (!has_id) table.set("key", std::move(key));
  table.set("columns", std::move(columns));
  table.set("constants", Json::object({{"phones[hotline].type", "hotline"},
                                       {"phones[fax].type", "fax"},
                                       {"phones[tty].type", "tty"},
                                       {"phones[text].type", "text"},
                                       {"phones[toll_free].description", "Toll-free"}}));
  return Json::object(
      {{"name", file_name}, {"licence", ""}, {"tables", Json::array({std::move(table)})}});
}

}  // namespace daybreak::directory
