// SPDX-License-Identifier: AGPL-3.0-or-later
#include "prove/disclosures.hpp"

#include <atomic>
#include <csignal>
#include <fmt/format.h>
#include <sqlite3.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

#include "base/scratch_folder.hpp"
#include "db/backup.hpp"
#include "db/fault_vfs.hpp"
#include "gates/release/two_vaults.hpp"
#include "prove/fault.hpp"
#include "prove/files.hpp"
#include "prove/shared.hpp"
#include "trust/audit.hpp"

namespace daybreak::prove {
namespace {

using gates::Item;
using gates::ReleaseGate;
using gates::ReleaseId;
using trust::Role;
using vault::Work;
using vault::clients::ClientId;
using vault::releases::ItemKind;
using vault::releases::Releases;
using Rings = std::vector<std::shared_ptr<const trust::keys::Keyring>>;

const Item kPhone{ItemKind::kAnswer, "phone"};

// The vaults of a folder that is used by one process after the other.
struct House {
  House(const std::filesystem::path& folder, const Rings& rings)
      : vaults(folder, gates::rooms_for_tests(), clock, random),
        rings(rings),
        advocate(vault::test_member(1, 1, {Role::kAdvocate}, clock.now())),
        detective(vault::test_member(2, 6, {Role::kInvestigator}, clock.now())) {}

  vault::Vault& vault(int number) {
    return *need(vaults.find(vault::id_number<trust::OrganizationId>(number)), "a vault");
  }
  Work work(int number, const trust::Actor& actor) {
    return {vault(number), actor, rings[static_cast<std::size_t>(number - 1)]};
  }
  std::int64_t count(int number, const std::string& sql) {
    return need(vault(number).database().read(
                    [&](db::Connection& connection) { return connection.query_one(sql); }),
                "a count")
        ->integer(0);
  }

  SystemClock clock;
  SystemRandom random;
  vault::Vaults vaults;
  const Rings& rings;
  trust::Actor advocate, detective;
};

// Makes the folder's vaults and one survivor's file.
ClientId make_house(const std::filesystem::path& folder, Rings& rings) {
  SystemClock clock;
  SystemRandom random;
  gates::TestHouse house(folder, clock, random);
  rings = house.rings;
  const auto advocate = vault::test_member(1, 1, {Role::kAdvocate}, clock.now());
  const Work work = house.work(1, advocate);
  return need(vault::clients::Clients(work).open(
                  std::vector<vault::clients::Answer>{
                      {.question = "phone", .text = Secret<std::string>("716-555-0142")}},
                  Date(std::chrono::floor<std::chrono::days>(clock.now()))),
              "a file");
}

vault::inbox::PointerId pointer_of(House& house, const gates::DisclosureId& disclosure) {
  return need(house.vault(1).database().read([&](db::Connection& connection) {
           return connection.query_one("SELECT id FROM releases_projection WHERE disclosure = $1",
                                       {disclosure});
         }),
              "the copy")
      ->uuid(0);
}

// What the child was answered before it was killed.
struct Answered {
  std::atomic<int> told, seen, revoked;
};

// SQLite's usual VFS, but the nth write or flush kills this process, halfway through a write.
std::atomic<int> calls_left{-1};

void count_call(sqlite3_file* file, const void* from, int size, sqlite3_int64 at) {
  if (calls_left.fetch_sub(1) != 0) return;
  if (from != nullptr && size > 1)
    (void)db::fault_detail::real(file)->pMethods->xWrite(db::fault_detail::real(file), from,
                                                         size / 2, at);
  ::kill(::getpid(), SIGKILL);
}
int killing_write(sqlite3_file* file, const void* from, int size, sqlite3_int64 at) {
  count_call(file, from, size, at);
  return db::fault_detail::write(file, from, size, at);
}
int killing_sync(sqlite3_file* file, int flags) {
  count_call(file, nullptr, 0, 0);
  return db::fault_detail::sync(file, flags);
}

void use_killing_vfs() {
  static sqlite3_io_methods methods = db::fault_detail::kMethods;
  methods.xWrite = killing_write;
  methods.xSync = killing_sync;
  static sqlite3_vfs vfs = *db::fault_detail::usual();
  vfs.zName = "daybreak-killer";
  vfs.szOsFile = static_cast<int>(sizeof(db::FaultFile)) + db::fault_detail::usual()->szOsFile;
  vfs.xOpen = [](sqlite3_vfs* own, const char* name, sqlite3_file* file, int flags, int* out) {
    const int code = db::fault_detail::open(own, name, file, flags, out);
    if (file->pMethods != nullptr) file->pMethods = &methods;
    return code;
  };
  vfs.pNext = nullptr;
  sqlite3_vfs_register(&vfs, 1);
}

// Signs, tells, looks and stops; ends with 0, or with what went wrong.
[[noreturn]] void act_until_killed(const std::filesystem::path& folder, const Rings& rings,
                                   ClientId client, int call, Answered& answered) {
  use_killing_vfs();
  House house(folder, rings);
  const Work advocate = house.work(1, house.advocate), detective = house.work(2, house.detective);
  ReleaseGate gate(house.vaults);
  calls_left = call;
  const auto release =
      gates::sign_release(advocate, client, gates::terms_for(2, Role::kInvestigator, {kPhone}));
  if (!release) _exit(2);
  const auto told = gate.disclose(advocate, *release, {kPhone});
  if (!told) _exit(3);
  ++answered.told;
  const auto pointer = pointer_of(house, *told);
  if (!gate.view(detective, pointer)) _exit(4);
  ++answered.seen;
  if (!Releases(advocate).revoke(*release, "spoken")) _exit(5);
  ++answered.revoked;
  _exit(gate.view(detective, pointer) ? 6 : 0);
}

void check_rows(House& house, const Answered& answered, int call) {
  const std::string after = fmt::format(" after the kill at call {}", call);
  const std::string leaf = "SELECT count(*) FROM audit_entry WHERE leaf LIKE '%\"action\":\"";
  const std::string done = "\"%\"outcome\":\"done\"%'";
  const auto disclosures = house.count(1, "SELECT count(*) FROM releases_disclosure");
  expect(house.count(1, leaf + "release.disclose" + done) == disclosures,
         "a disclosure and the log's entries differ" + after);
  expect(house.count(1, "SELECT count(*) FROM releases_projection") == disclosures,
         "a copy without its disclosure" + after);
  expect(disclosures >= answered.told, "what was told has no row" + after);
  expect(house.count(1, leaf + "released_item.view" + done) >= answered.seen,
         "what was seen has no row" + after);
  expect(house.count(1, "SELECT count(*) FROM releases_release WHERE state = 'revoked'") >=
             answered.revoked,
         "a revocation is lost" + after);
  expect(house.count(
             1,
             "SELECT count(*) FROM releases_projection p JOIN releases_release r"
             " ON r.id = p.release WHERE p.letter IS NOT NULL AND r.ended_at IS NOT NULL") == 0,
         "a copy outlived its release" + after);
  for (const int number : {1, 2}) {
    const auto report = need(trust::verify_audit(house.vault(number).database()), "the log");
    expect(report.faults.empty(), "a log is not whole" + after);
  }
}

}  // namespace

void prove_disclosure_rows(Proof& proof) {
  constexpr int kMostCalls = 2000;
  const ScratchFolder folder(memory_place());  // a kill leaves what was written, wherever it is
  Rings rings;
  const ClientId client = make_house(folder.path(), rings);
  Shared<Answered> answered;
  int call = 0, status = -1;
  for (; call < kMostCalls && status != 0; ++call) {
    const pid_t child = fork();
    if (child == 0) act_until_killed(folder.path(), rings, client, call, *answered);
    expect(child > 0, "cannot start who is killed");
    waitpid(child, &status, 0);
    expect(!WIFEXITED(status) || WEXITSTATUS(status) == 0,
           fmt::format("an act failed at step {} before it was killed",
                       WIFEXITED(status) ? WEXITSTATUS(status) : 0));
    House house(folder.path(), rings);
    check_rows(house, *answered, call);
  }
  expect(status == 0, "the acts never come to their end");
  expect(answered->told > call / 4 && answered->seen > call / 8,
         "too few acts were answered before a kill: this would show little");
  proof.figures.push_back(figure("kills at each write and flush of telling, looking and stopping",
                                 static_cast<std::uint64_t>(call - 1)));
  proof.figures.push_back(figure("told, seen or stopped without its row", 0));
}

void prove_revocation_races(Proof& proof, std::uint64_t rounds, std::uint64_t seed) {
  constexpr int kViewers = 4;
  const ScratchFolder folder(memory_place());
  Rings rings;
  const ClientId client = make_house(folder.path(), rings);
  House house(folder.path(), rings);
  const Work advocate = house.work(1, house.advocate), detective = house.work(2, house.detective);
  ReleaseGate gate(house.vaults);
  SeededRandom dice(seed);
  std::uint64_t early = 0, late = 0, began_late = 0;
  for (std::uint64_t round = 0; round < rounds; ++round) {
    const ReleaseId release = need(
        gates::sign_release(advocate, client, gates::terms_for(2, Role::kInvestigator, {kPhone})),
        "a release");
    const auto pointer =
        pointer_of(house, need(gate.disclose(advocate, release, {kPhone}), "telling"));
    std::atomic<bool> revoked = false;
    std::atomic<std::uint64_t> seen = 0, seen_after = 0, after = 0;
    std::vector<std::thread> viewers;
    for (int i = 0; i < kViewers; ++i)
      viewers.emplace_back([&] {
        for (int afterwards = 0; afterwards < 3;) {
          const bool began_after = revoked;
          const auto shown = gate.view(detective, pointer);
          afterwards += began_after ? 1 : 0;
          after += began_after ? 1 : 0;
          (began_after ? seen_after : seen) += shown ? 1 : 0;
        }
      });
    std::this_thread::sleep_for(std::chrono::microseconds(dice.below(4000)));
    const auto done = Releases(advocate).revoke(release, "spoken");
    revoked = true;
    for (std::thread& viewer : viewers) viewer.join();
    need(done, "stopping");
    early += seen;
    late += seen_after;
    began_late += after;
  }
  expect(late == 0, fmt::format("{} looks after the revocation was answered", late));
  expect(early > 0, "no look ever succeeded: this would show nothing");
  proof.figures.push_back(figure("revocations while four others look without a pause", rounds));
  proof.figures.push_back(figure("looks that succeeded before", early));
  proof.figures.push_back(figure("looks that began afterwards", began_late));
  proof.figures.push_back(figure("of them, succeeded", late));
}

namespace {

// The sealed key of the file, as it lies in the store: who has it and the organisation's keys opens
// everything of the file.
std::string wrapped_key(House& house, ClientId client) {
  return need(house.vault(1).database().read([&](db::Connection& connection) {
           return connection.query_one("SELECT wrapped_key FROM clients_client WHERE id = $1",
                                       {client});
         }),
              "the file's key")
      ->blob(0);
}

std::uint64_t files_with(const std::filesystem::path& folder, const std::string& bytes) {
  std::uint64_t found = 0;
  for (const auto& [name, content] : files_below(folder))
    found += content.find(bytes) != std::string::npos ? 1 : 0;
  return found;
}

bool opens(House& house, ClientId client) {
  const Work work = house.work(1, house.advocate);
  return house.vault(1)
      .database()
      .read([&](db::Connection& connection) {
        return vault::clients::client_key(connection, work, client);
      })
      .has_value();
}

void shred(House& house, ClientId client) {
  const auto colleague = vault::test_member(1, 2, {Role::kAdvocate}, house.clock.now());
  const Work first = house.work(1, house.advocate), second = house.work(1, colleague);
  need(vault::clients::Clients(first).ask_to_shred(client), "asking to shred");
  expect(!vault::clients::Clients(first).shred(client), "one person alone shredded a file");
  need(vault::clients::Clients(second).shred(client), "shredding");
}

// A store that was restored knows nothing of what was stopped after the backup.
void check_restored_releases(House& house, const ReleaseId& release,
                             const vault::inbox::PointerId& pointer) {
  ReleaseGate gate(house.vaults);
  const Work advocate = house.work(1, house.advocate), detective = house.work(2, house.detective);
  expect(gate.view(detective, pointer).has_value(), "the backup does not hold what was told");
  const auto ended = need(house.vault(1).database().write([&](db::Connection& connection) {
    return vault::releases::end_restored(house.vault(1), connection);
  }),
                          "ending what is restored");
  expect(ended == 1, "not every release of a restored store was ended");
  expect(!gate.view(detective, pointer), "seen under a release that was stopped meanwhile");
  expect(!gate.disclose(advocate, release, {kPhone}), "told under a release of before the restore");
}

}  // namespace

void prove_shredding(Proof& proof) {
  const ScratchFolder folder(memory_place());
  const auto data = folder.path() / "data", before = folder.path() / "before.backup",
             after = folder.path() / "after.backup";
  Rings rings;
  const ClientId client = make_house(data, rings);
  std::string key;
  ReleaseId release;
  vault::inbox::PointerId pointer;
  std::uint64_t left_while_open = 0;
  {
    House house(data, rings);
    const Work advocate = house.work(1, house.advocate);
    ReleaseGate gate(house.vaults);
    release = need(
        gates::sign_release(advocate, client, gates::terms_for(2, Role::kInvestigator, {kPhone})),
        "a release");
    pointer = pointer_of(house, need(gate.disclose(advocate, release, {kPhone}), "telling"));
    key = wrapped_key(house, client);
    expect(files_with(data, key) > 0, "the file's key is not where it is looked for");
    need(db::back_up(data, before, house.clock), "the backup before");
    need(Releases(advocate).revoke(release, "spoken"), "stopping");
    shred(house, client);
    expect(!opens(house, client), "a shredded file opens");
    left_while_open = files_with(data, key);
    need(db::back_up(data, after, house.clock), "the backup after");
  }
  expect(files_with(data, key) == 0, "the key of a shredded file lies in the store's files");
  for (const auto& [backup, name] : {std::pair{after, "restored-after"}, {before, "restored"}}) {
    const auto into = folder.path() / name;
    need(db::restore(backup, into), "the restore");
    House house(into, rings);
    const bool is_after = backup == after;
    expect((files_with(into, key) == 0) == is_after,
           is_after ? "a backup of after the shredding holds the file's key"
                    : "a backup of before lacks the file's key: this shows nothing");
    expect(opens(house, client) != is_after, "a shredded file opens from a backup of afterwards");
    if (!is_after) check_restored_releases(house, release, pointer);
  }
  proof.figures.push_back(figure("files that hold the key of a shredded survivor", 0));
  proof.figures.push_back(figure("the same while the store is still open", left_while_open));
  proof.figures.push_back(figure("that open from a backup of afterwards", 0));
  proof.figures.push_back(
      {"from a backup of before, which has to be removed", "opens, as it must"});
  proof.figures.push_back(figure("told or seen in a restored store under releases of before", 0));
}

}  // namespace daybreak::prove
