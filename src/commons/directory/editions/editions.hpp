// SPDX-License-Identifier: AGPL-3.0-or-later
// Editions of the printed guide, made by those who keep the directory: the regular guide, and
// crisis editions from selected services. All files of an edition are made once, by a job, from one
// snapshot of what the public may see; requests only hand them out. Safe to use from any thread.
#pragma once

#include <string>
#include <vector>

#include "commons/directory/search/needs.hpp"
#include "commons/directory/service.hpp"
#include "commons/guide/guide.hpp"
#include "jobs/queue.hpp"
#include "trust/gatekeeper.hpp"

namespace daybreak::directory::editions {

db::ModuleMigrations migrations();

using EditionId = Id<struct EditionTag>;

enum class Kind : std::uint8_t { kRegular, kCrisis };
enum class Form : std::uint8_t { kPrint, kLargePrint, kCard, kHtml, kSnapshot };
// "guide-en.pdf", "guide-large-es.pdf", "card-en.pdf", "guide-en.html", "guide-en.json".
std::string file_name(Form form, language::Language language);

// Which services stand in an edition; empty members do not restrict.
struct Selection {
  std::vector<std::string> needs;       // codes of the need tree, with their branches
  std::vector<std::uint32_t> counties;  // FIPS codes; services not limited to counties are in
  std::vector<Uuid> services;           // these and no others
  bool open_24_hours = false;
};

struct Wanted {
  Kind kind = Kind::kRegular;
  std::string title;   // empty: "Resource guide" in the edition's language
  std::string reason;  // of a crisis edition: what happened and what it is for, in a sentence
  Selection selection;
};

struct File {
  language::Language language = language::Language::kEnglish;
  Form form = Form::kPrint;
  std::int64_t pages = 0, bytes = 0;
};
struct Text {
  language::Language language = language::Language::kEnglish;
  std::string fingerprint;  // SHA-256 of the snapshot
  std::int64_t services = 0;
  // Against the regular edition before it: names. `since` is empty for a first edition.
  std::string since;
  std::vector<std::string> added, changed, removed;
};
struct Edition {
  EditionId id;
  Kind kind = Kind::kRegular;
  std::string title, reason;
  Instant asked_at{};
  std::optional<Instant> made_at;  // nothing: the job has not finished
  std::vector<Text> texts;
  std::vector<File> files;
};

// What the operator says on every edition.
struct Imprint {
  std::string publisher, region, site, corrections;
  bool demonstration = false;
  std::function<std::vector<guide::Hotline>(language::Language)> hotlines;
};

class Editions {
 public:
  Editions(Directory& directory, std::shared_ptr<const search::NeedTree> needs, Imprint imprint,
           const Clock& clock, Random& random)
      : directory_(directory),
        gatekeeper_(directory.database(), clock),
        needs_(std::move(needs)),
        imprint_(std::move(imprint)),
        clock_(clock),
        random_(random) {}

  // Puts the making into the queue. kInvalid names the field that is wrong; of services, the
  // place is "service N", counted from 1.
  Result<EditionId> ask_for(const trust::Actor& actor, const Wanted& wanted);
  // Ends it for the public; its row and files stay. Only a crisis edition, or a replaced one.
  Result<void> withdraw(const trust::Actor& actor, EditionId edition);

  // Newest first. `with_waiting`: also those that are being made, for the desk.
  enum class Which : std::uint8_t { kReady, kAll };
  Result<std::vector<Edition>> list(Which which);
  // The bytes of one file of an edition that was not withdrawn; kNotFound otherwise.
  Result<std::string> file(EditionId edition, language::Language language, Form form);

  // "directory.edition": makes every file of one edition.
  void add_handler(jobs::Queue& queue);
  // Asks for a regular edition when there is none: for a new demonstration.
  Result<void> begin();
  // What the job does.
  Result<void> make(EditionId edition);

 private:
  Result<guide::GuideEdition> compose(const Wanted& wanted, language::Language language,
                                      std::vector<std::string>& hidden);
  Result<std::optional<guide::GuideEdition>> last_regular(EditionId except,
                                                          language::Language language);
  Result<EditionId> enqueue(const trust::Actor& actor, const Wanted& wanted);

  Directory& directory_;
  trust::Gatekeeper gatekeeper_;
  std::shared_ptr<const search::NeedTree> needs_;
  Imprint imprint_;
  const Clock& clock_;
  Random& random_;
};

}  // namespace daybreak::directory::editions
