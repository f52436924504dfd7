// SPDX-License-Identifier: AGPL-3.0-or-later
#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <fmt/format.h>
#include <mutex>
#include <set>
#include <thread>

#include "base/scratch_folder.hpp"
#include "base/text.hpp"
#include "db/backup.hpp"
#include "gates/release/two_vaults.hpp"
#include "prove/disclosures.hpp"
#include "prove/fault.hpp"
#include "prove/files.hpp"
#include "trust/audit_archive.hpp"

namespace daybreak::prove {
namespace {

using gates::Item;
using gates::ReleaseGate;
using gates::ReleaseId;

using trust::Role;
using vault::Work;
using vault::clients::Answer;
using vault::clients::ClientId;
using vault::releases::ItemKind;
using vault::releases::Releases;

constexpr std::array<std::string_view, 4> kQuestions = {"preferred_name", "phone", "goals",
                                                        "where_staying"};
constexpr std::array<int, 4> kDays = {1, 7, 14, 90};

// A house is left for a new one before its stores grow so large that they slow down what follows.
constexpr std::uint64_t kHistoriesOfAHouse = 200, kHouseStride = 1000;
constexpr std::uint64_t kHistoriesOfARestore = 1000;  // on average

// One who may look: of the sheriff's, of the prosecutor's, and who should never see anything.
struct Person {
  int organization;
  trust::Actor actor;
  bool has_role(Role role) const { return actor.roles.has(role); }
};

// What the model knows of a release: all of it said at signing.
struct ModelRelease {
  ReleaseId id;
  int organization = 0;
  Role role = Role::kInvestigator;
  std::set<std::string> listed;  // canaries on it
  Instant from, until;
  bool revoked = false;
  bool once = false, told = false;
};
struct ModelCopy {
  vault::inbox::PointerId pointer;
  std::size_t release = 0;
  std::set<std::string> canaries;
};

class Histories {
 public:
  Histories(std::uint64_t seed, const std::filesystem::path& folder)
      : dice_(seed), folder_(folder), house_(folder, clock_, random_), gate_(house_.vaults) {
    // Setting the clock back is a step of its own (below); each history begins a little later.
    for (const auto& [organization, roles] :
         std::vector<std::pair<int, trust::Roles>>{{2, {Role::kInvestigator}},
                                                   {2, {Role::kProsecutor}},
                                                   {2, {Role::kAdministrator}},
                                                   {3, {Role::kProsecutor}},
                                                   {3, {Role::kInvestigator}},
                                                   {1, {Role::kAdvocate}}})
      people_.push_back(
          {organization,
           vault::test_member(organization, 20 + static_cast<int>(people_.size()), roles, {})});
    make_client();
  }

  void run_one() {
    releases_.clear();
    copies_.clear();
    if (++histories_ % 100 == 0) {
      search_other_stores();
      make_client();
    }
    sign_one();
    if (dice_.below(4) != 0) tell();
    const auto steps = 4 + dice_.below(5);
    for (std::uint64_t i = 0; i < steps; ++i) step();
    if (dice_.below(kHistoriesOfARestore) == 0) restore_elsewhere();
  }

  std::uint64_t views() const { return views_; }
  std::uint64_t seen() const { return seen_; }
  std::uint64_t refused() const { return refused_; }
  std::uint64_t restores() const { return restores_; }

 private:
  Work advocate() {
    advocate_.confirmed_at = clock_.now();
    return house_.work(1, advocate_);
  }

  void make_client() {
    std::vector<Answer> answers;
    canaries_.clear();
    for (const std::string_view question : kQuestions) {
      canaries_.push_back("canary" + to_hex(random_.bytes(6)));
      answers.push_back(
          {.question = std::string(question), .text = Secret<std::string>(canaries_.back())});
    }
    const Work work = advocate();
    const auto made = vault::clients::Clients(work).open(
        answers, Date(std::chrono::floor<std::chrono::days>(clock_.now())));
    client_ = need(made, "a client");
  }

  void sign_one() {
    ModelRelease model;
    model.organization = dice_.below(2) == 0 ? 2 : 3;
    model.role = dice_.below(2) == 0 ? Role::kInvestigator : Role::kProsecutor;
    model.once = dice_.below(4) == 0;
    std::vector<Item> items;
    const std::uint64_t mask = 1 + dice_.below(15);
    for (std::size_t i = 0; i < kQuestions.size(); ++i)
      if ((mask >> i & 1) != 0) {
        items.push_back({ItemKind::kAnswer, std::string(kQuestions[i])});
        model.listed.insert(canaries_[i]);
      }
    auto terms = gates::terms_for(model.organization, model.role, items);
    terms.days = kDays[dice_.below(kDays.size())];
    terms.single_use = model.once;
    const Work work = advocate();
    const auto id = gates::sign_release(work, client_, terms);
    model.id = need(id, "a release");
    model.from = clock_.now();
    model.until = clock_.now() + std::chrono::days(terms.days);
    releases_.push_back(std::move(model));
  }

  // What the recipients hold as files, and so what they could export or back up: not one word.
  void search_other_stores() {
    for (const int number : {2, 3}) {
      const auto folder =
          folder_ / "vaults" / vault::id_number<trust::OrganizationId>(number).to_string();
      expect_no_word(folder, "another vault's files");
    }
  }

  void expect_no_word(const std::filesystem::path& folder, const char* where) const {
    const auto files = files_below(folder);
    expect(!files.empty(), fmt::format("{} are not where they were looked for", where));
    for (const auto& [name, bytes] : files)
      for (const std::string& canary : canaries_)
        expect(bytes.find(canary) == std::string::npos,
               fmt::format("a word of the survivor lies in {}", where));
  }

  // The whole house as a backup, brought back beside it, and its log exported: no word is in any of
  // it, nothing that was told before is seen or told there, and what is told anew flows as it did.
  void restore_elsewhere() {
    const ScratchFolder other(memory_place());
    need(db::back_up(folder_, other.path() / "backup", clock_), "the backup");
    need(db::restore(other.path() / "backup", other.path() / "data"), "the restore");
    expect_no_word(other.path() / "data", "a restored backup");
    const trust::AuditSigner signer(trust::NodeKey::for_tests());
    need(trust::write_audit_archive(house_.vault(1).database(), signer, other.path() / "log"),
         "the export of the log");
    expect_no_word(other.path() / "log", "an exported log");
    vault::Vaults vaults(other.path() / "data", gates::rooms_for_tests(), clock_, random_);
    ReleaseGate gate(vaults);
    const auto work_in = [&](int organization, const trust::Actor& actor) {
      vault::Vault* found =
          need(vaults.find(vault::id_number<trust::OrganizationId>(organization)), "a vault");
      return Work{*found, actor, house_.rings[static_cast<std::size_t>(organization - 1)]};
    };
    advocate_.confirmed_at = clock_.now();
    const Work own = work_in(1, advocate_);
    need(own.vault.database().write([&](db::Connection& connection) {
      return vault::releases::end_restored(own.vault, connection);
    }),
         "ending what is restored");
    for (const ModelCopy& copy : copies_)
      for (const Person& person : people_) {
        const Work work = work_in(person.organization, person.actor);
        expect(!gate.view(work, copy.pointer), "seen in a restored store");
      }
    const Item item{ItemKind::kAnswer, std::string(kQuestions[0])};
    for (const ModelRelease& release : releases_)
      expect(!gate.disclose(own, release.id, {item}), "told in a restored store");
    const auto anew =
        need(gates::sign_release(own, client_, gates::terms_for(2, Role::kInvestigator, {item})),
             "a release in a restored store");
    need(gate.disclose(own, anew, {item}), "telling in a restored store");
    const auto detective = vault::test_member(2, 90, {Role::kInvestigator});
    const Work work = work_in(2, detective);
    const auto inbox = need(gate.inbox(work), "the inbox of a restored store");
    expect(!inbox.empty() && gate.view(work, inbox.front().projection),
           "what is told anew in a restored store is not seen");
    ++restores_;
  }

  bool lives(const ModelRelease& release) const {
    return !release.revoked && clock_.now() >= release.from && clock_.now() < release.until;
  }

  void tell() {
    const std::size_t which = dice_.below(releases_.size());
    ModelRelease& release = releases_[which];
    std::vector<Item> items;
    std::set<std::string> canaries;
    const bool keeps_to_it = dice_.below(4) != 0;  // else often more than is listed
    const std::uint64_t mask = dice_.below(16);
    for (std::size_t i = 0; i < kQuestions.size(); ++i)
      if (keeps_to_it ? release.listed.contains(canaries_[i]) : (mask >> i & 1) != 0) {
        items.push_back({ItemKind::kAnswer, std::string(kQuestions[i])});
        canaries.insert(canaries_[i]);
      }
    const bool listed = std::includes(release.listed.begin(), release.listed.end(),
                                      canaries.begin(), canaries.end());
    const bool allowed =
        lives(release) && listed && !items.empty() && !(release.once && release.told);
    const Work work = advocate();
    const auto told = gate_.disclose(work, release.id, items);
    expect(told.has_value() == allowed,
           told ? "told without a living release" : "not told: " + told.error().describe());
    if (!told) return;
    release.told = true;
    copies_.push_back({projection_of(*told), which, std::move(canaries)});
  }

  vault::inbox::PointerId projection_of(const gates::DisclosureId& disclosure) {
    const auto row = house_.vault(1).database().read([&](db::Connection& connection) {
      return connection.query_one("SELECT id FROM releases_projection WHERE disclosure = $1",
                                  {disclosure});
    });
    return (*row)->uuid(0);
  }

  // Someone looks, perhaps with a pointer that is not theirs.
  void look() {
    if (copies_.empty()) return;
    const ModelCopy& copy = copies_[dice_.below(copies_.size())];
    const ModelRelease& release = releases_[copy.release];
    Person& person = people_[dice_.below(people_.size())];
    const bool allowed = lives(release) && person.organization == release.organization &&
                         person.has_role(release.role);
    const Work work = house_.work(person.organization, person.actor);
    const auto seen = gate_.view(work, copy.pointer);
    ++views_;
    expect(seen.has_value() == allowed,
           fmt::format("a flow {} to organization {}{}",
                       allowed ? "refused" : "without a living release", person.organization,
                       seen ? std::string() : ": " + seen.error().describe()));
    if (!seen) {
      ++refused_;
      expect(seen.error().kind == ErrorKind::kNotFound, "a refusal tells more than absence");
      return;
    }
    ++seen_;
    std::set<std::string> contents;
    for (const auto& line : seen->lines) contents.insert(line.content);
    expect(contents == copy.canaries, "someone saw more or less than was told");
  }

  void revoke() {
    ModelRelease& release = releases_[dice_.below(releases_.size())];
    const Work work = advocate();
    const auto done = Releases(work).revoke(release.id, "spoken");
    expect(done.has_value() == !release.revoked,
           done ? "revoked twice" : "not revoked: " + done.error().describe());
    release.revoked = true;
  }

  void move_clock() {
    switch (dice_.below(4)) {
      case 0:  // to the last millisecond of a release, or over it
        if (const ModelRelease& release = releases_[dice_.below(releases_.size())];
            release.until - std::chrono::milliseconds(1) > clock_.now())
          clock_.set(release.until - std::chrono::milliseconds(dice_.below(2)));
        return;
      case 1:
        return clock_.advance(std::chrono::hours(dice_.below(48)));
      case 2:
        return clock_.advance(std::chrono::milliseconds(dice_.below(5000)));
      default:
        return set_back();
    }
  }

  // Nothing is told and nothing seen while the clock is behind the log; then it goes on.
  void set_back() {
    const Instant now = clock_.now();
    // The log of the releasing vault knows this moment; a clock that it never saw it cannot miss.
    need(house_.vault(1).note_look(advocate_, "vault", "unlock", ""), "a look");
    clock_.set(now - std::chrono::hours(1 + dice_.below(1000)));
    if (!copies_.empty()) {
      const ModelCopy& copy = copies_[dice_.below(copies_.size())];
      for (Person& person : people_) {
        const Work work = house_.work(person.organization, person.actor);
        expect(!gate_.view(work, copy.pointer), "seen with a clock that was set back");
      }
    }
    const Work work = advocate();
    expect(!gate_.disclose(work, releases_.front().id,
                           {{ItemKind::kAnswer, std::string(kQuestions[0])}}),
           "told with a clock that was set back");
    clock_.set(now);
  }

  // A role is given or taken: it counts from the next look on.
  void change_role() {
    Person& person = people_[dice_.below(people_.size())];
    const Role role = dice_.below(2) == 0 ? Role::kInvestigator : Role::kProsecutor;
    trust::Roles roles;
    for (const Role other : {Role::kInvestigator, Role::kProsecutor, Role::kAdministrator})
      if (person.has_role(other) != (other == role)) roles.add(other);
    person.actor.roles = roles;
  }

  void step() {
    const std::uint64_t roll = dice_.below(100);
    if (roll < 3) return change_role();
    if (roll < 30) return tell();
    if (roll < 75) return look();
    if (roll < 85) return revoke();
    if (roll < 95) return move_clock();
    sign_one();
  }

  SeededRandom dice_;
  std::filesystem::path folder_;
  SystemRandom random_;
  ManualClock clock_{vault::kTestStart};
  gates::TestHouse house_;
  ReleaseGate gate_;
  trust::Actor advocate_ = vault::test_member(1, 1, {Role::kAdvocate}, vault::kTestStart);
  std::vector<Person> people_;
  ClientId client_;
  std::vector<std::string> canaries_;
  std::vector<ModelRelease> releases_;
  std::vector<ModelCopy> copies_;
  std::uint64_t histories_ = 0, views_ = 0, seen_ = 0, refused_ = 0, restores_ = 0;
};

}  // namespace

Proof prove_wall(std::uint64_t histories, std::uint64_t seed, const ProofProgress& progress) {
  return run_proof("wall", [&](Proof& proof) {
    std::atomic<std::uint64_t> begun = 0, done = 0, views = 0, seen = 0, refused = 0, restores = 0;
    std::mutex mutex;
    std::string fault;
    // Each thread has a house of its own, in memory: durability is another proof.
    const auto work = [&](std::uint64_t own_seed) {
      try {
        for (std::uint64_t house = 0; begun < histories; ++house) {
          const ScratchFolder folder(memory_place());
          Histories own(own_seed + house * kHouseStride, folder.path());
          for (std::uint64_t i = 0; i < kHistoriesOfAHouse && begun++ < histories; ++i) {
            own.run_one();
            ++done;
          }
          views += own.views();
          seen += own.seen();
          refused += own.refused();
          restores += own.restores();
        }
      } catch (const std::exception& thrown) {
        begun = histories;  // the others stop too
        std::lock_guard lock(mutex);
        fault = thrown.what();
      }
    };
    std::vector<std::thread> threads;
    for (unsigned i = 0; i < std::max(1u, std::thread::hardware_concurrency()); ++i)
      threads.emplace_back(work, seed + i);
    for (; progress && done < histories && begun < histories;
         std::this_thread::sleep_for(std::chrono::milliseconds(200)))
      progress(done, histories);
    for (std::thread& thread : threads) thread.join();
    expect(fault.empty(), fault);
    expect(seen > histories / 20, "nearly nobody saw anything: this would show nothing");
    expect(refused > histories / 20, "nearly nobody was refused: this would show nothing");
    proof.figures = {figure("random histories", done),
                     figure("looks", views),
                     figure("allowed, and by the model too", seen),
                     figure("refused, and by the model too", refused),
                     figure("restored beside, and exported, at random moments", restores),
                     figure("flows without a living release", 0)};
    prove_revocation_races(proof, std::min<std::uint64_t>(500, 20 + histories / 500), seed);
  });
}

}  // namespace daybreak::prove
