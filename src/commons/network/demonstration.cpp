// SPDX-License-Identifier: AGPL-3.0-or-later
#include "commons/network/demonstration.hpp"

namespace daybreak::network {
namespace {

struct Plan {
  const char *name, *home, *model, *area, *line;
};
constexpr Plan kPlans[] = {
    {"Five Lakes Demonstration Task Force", "NY", "enhanced_collaborative",
     "Erie, NY; Niagara, NY; Chautauqua, NY; Cattaraugus, NY; Genesee, NY; Orleans, NY; Wyoming, "
     "NY; "
     "Allegany, NY",
     "(716) 555-0100"},
    {"Demonstration Canal Counties Task Force", "NY", "multidisciplinary",
     "Monroe, NY; Wayne, NY; Livingston, NY; Genesee, NY", "(585) 555-0110"},
    {"Demonstration Valley Council", "PA", "provider_led", "Erie, PA; Crawford, PA; Warren, PA",
     ""},
    {"Demonstration Statewide Council", "VT", "statewide", "VT: all", "(802) 555-0120"},
    {"Demonstration Islands Task Force", "GU", "multidisciplinary", "GU: all; MP: all", ""},
};

}  // namespace

Result<void> seed_demonstration(Network& network) {
  if (!TRY(network.all()).empty()) return {};
  const trust::Actor actor = trust::Actor::system("demonstration");
  for (const Plan& plan : kPlans) {
    TaskForce one{.id = {},
                  .name = plan.name,
                  .home = plan.home,
                  .model = plan.model,
                  .disciplines = {"police", "prosecution", "services", "labor"},
                  .languages = {"en", "es"},
                  .line = plan.line,
                  .website = "https://example.org",
                  .about = "Fictional.",
                  .source = "desk",
                  .ends = {},
                  .area = TRY(parse_area(plan.area)),
                  .contacts = {{"Coordinator", "(716) 555-0101", "desk@example.org"}}};
    TRY(network.save(actor, std::move(one)));
  }
  return {};
}

}  // namespace daybreak::network
