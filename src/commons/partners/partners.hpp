// SPDX-License-Identifier: AGPL-3.0-or-later
// A county's page under a partner's name: hotlines, who covers the county, services, what to look
// for. Made by a coordinator, so that nobody can put a name of their own over our words; shown in
// the partner's site or printed. Safe to use from any thread.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "commons/library/model.hpp"
#include "commons/network/network.hpp"
#include "db/database.hpp"
#include "db/migration.hpp"
#include "doc/document.hpp"
#include "trust/gatekeeper.hpp"

namespace daybreak::partners {

db::ModuleMigrations migrations();

struct PartnerPage {
  Uuid id;
  std::string name;
  network::CountyFips county;
};

struct Line {
  std::string name, where, phone, path;
};
// What the page is made of; given by the site, as everyone may see it.
struct Sources {
  std::string site;       // "https://resources.example.org": where links lead
  std::string publisher;  // the site's name
  std::function<std::vector<Line>(language::Language)> hotlines;
  std::function<std::vector<Line>(network::CountyFips)> services;
  // Stories that survivors allow on partners' pages, now.
  std::function<std::vector<std::string>(language::Language)> stories;
};

class Partners {
 public:
  Partners(db::Database& database, const Clock& clock, Random& random, network::Network& network,
           const library::Library& library, Sources sources)
      : database_(database),
        clock_(clock),
        random_(random),
        gatekeeper_(database, clock),
        network_(network),
        library_(library),
        sources_(std::move(sources)) {}

  Result<PartnerPage> find(const Uuid& id);
  Result<std::vector<PartnerPage>> list(const trust::Actor& actor);
  // kInvalid names the field: "name", "county".
  Result<PartnerPage> add(const trust::Actor& actor, std::string name, network::CountyFips county);
  Result<void> remove(const trust::Actor& actor, const Uuid& id);

  // The page as a document: for HTML and for paper.
  Result<doc::Document> document(const PartnerPage& page, language::Language language);

 private:
  void add_places(doc::Blocks& blocks, const PartnerPage& page, language::Language language);

  db::Database& database_;
  const Clock& clock_;
  Random& random_;
  trust::Gatekeeper gatekeeper_;
  network::Network& network_;
  const library::Library& library_;
  Sources sources_;
};

}  // namespace daybreak::partners
