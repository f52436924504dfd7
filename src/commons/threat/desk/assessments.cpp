// SPDX-License-Identifier: AGPL-3.0-or-later
#include "commons/threat/desk/assessments.hpp"

#include <algorithm>
#include <cstdlib>
#include <filesystem>

#include "base/text.hpp"
#include "commons/threat/employers.hpp"
#include "commons/threat/import.hpp"
#include "commons/threat/lens.hpp"
#include "commons/threat/synthesize.hpp"
#include "embedded/commons_threat_desk_migrations.hpp"
#include "geography/geography.hpp"
#include "trust/audit.hpp"

namespace daybreak::threat::desk {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kJob = "threat.assess", kDemonstrationJob = "threat.demonstration";
constexpr std::string_view kType = "threat_assessment";
constexpr std::size_t kLongestRegion = 80;
constexpr std::uint64_t kDemonstrationCases = 12'000;
constexpr auto kLease = std::chrono::minutes(10);

constexpr std::string_view kEntry =
    "SELECT id, state, request, synthetic, steps_done, steps, problem, findings, robust, asked_at, "
    "made_at, report FROM threat_desk_assessment ";

Result<Entry> read_entry(const db::Row& row) {
  Entry entry;
  entry.id = row.id<AssessmentId>(0);
  entry.state = row.text(1) == "ready"    ? State::kReady
                : row.text(1) == "failed" ? State::kFailed
                                          : State::kWaiting;
  entry.request = TRY(parse_request(TRY(parse_json(row.text(2)))));
  entry.synthetic = row.boolean(3);
  entry.steps_done = static_cast<int>(row.integer(4));
  entry.steps = static_cast<int>(row.integer(5));
  entry.problem = row.text(6);
  entry.findings = row.integer(7);
  entry.robust = row.integer(8);
  entry.asked_at = row.instant(9);
  entry.made_at = row.maybe_instant(10);
  return entry;
}

Result<void> check(const AssessRequest& request) {
  if (request.region.empty() || request.region.size() > kLongestRegion)
    return fail(ErrorKind::kInvalid, "has 1 to 80 characters", "field region");
  if (request.counties.empty())
    return fail(ErrorKind::kInvalid, "at least one county is needed", "field counties");
  for (const std::uint32_t fips : request.counties)
    if (!geography::find_county(geography::CountyFips(fips)))
      return fail(ErrorKind::kInvalid, "is no county", "field counties");
  if (request.to < request.from || request.from.year() < std::chrono::year(1900))
    return fail(ErrorKind::kInvalid, "ends before it begins", "field to");
  return {};
}

// A folder for a moment.
class Folder {
 public:
  static Result<Folder> make() {
    std::string name = (fs::temp_directory_path() / "daybreak-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr)
      return fail(ErrorKind::kUnavailable, "no folder can be made", fs::temp_directory_path(),
                  "Check the disk");
    return Folder(std::move(name));
  }
  Folder(Folder&& other) noexcept : path(std::move(other.path)) { other.path.clear(); }
  Folder& operator=(Folder&&) = delete;
  ~Folder() {
    std::error_code ignored;
    if (!path.empty()) fs::remove_all(path, ignored);
  }
  fs::path path;

 private:
  explicit Folder(std::string name) : path(std::move(name)) {}
};

}  // namespace

db::ModuleMigrations migrations() {
  return {"threat_desk", &embedded::commons_threat_desk_migrations()};
}

trust::Object assessment_object() {
  return {.type = kType, .audience = trust::Audience::kTaskForce};
}

Result<bool> holds_synthetic_files(db::Connection& c) {
  for (const db::Row& load :
       TRY(c.query("SELECT id FROM threat_load WHERE state = 'current' AND program = 'WHD'"))) {
    const auto first = TRY(c.query_one(
        "SELECT trade_name FROM threat_case WHERE load_id = $1 AND trade_name IS NOT NULL "
        "ORDER BY line LIMIT 1",
        {load.integer(0)}));
    if (first && is_synthetic_firm(first->text(0))) return true;
  }
  return false;
}

Result<AssessmentId> Assessments::ask_for(const trust::Actor& actor, AssessRequest request) {
  TRY(gatekeeper_.require(actor, {"create"}, assessment_object(), {}));
  request.readers = Readers::kEveryone;
  std::ranges::sort(request.counties);
  request.counties.erase(std::ranges::unique(request.counties).begin(), request.counties.end());
  TRY(check(request));
  return enqueue(actor, request);
}

Result<AssessmentId> Assessments::enqueue(const trust::Actor& actor, const AssessRequest& request) {
  const auto id = AssessmentId::generate(clock_, random_);
  const Instant now = clock_.now();
  TRY(database_.write([&](db::Connection& c) -> Result<void> {
    TRY(c.execute(
        "INSERT INTO threat_desk_assessment (id, state, request, synthetic, steps_done, steps, "
        "problem, report, findings, robust, asked_at) "
        "VALUES ($1, 'waiting', $2, 0, 0, 1, '', '', 0, 0, $3)",
        {id, to_text(to_json(request)), now}));
    TRY(jobs::enqueue(c,
                      {.kind = std::string(kJob),
                       .payload = to_text(Json::object({{"assessment", id.to_string()}}))},
                      clock_, random_));
    return trust::append_audit(
        c, actor,
        {.action = "threat_assessment.create",
         .object_type = std::string(kType),
         .object = id.to_string(),
         .detail = "counties=" + std::to_string(request.counties.size()) + ",lens=" + request.lens.code},
        now);
  }));
  return id;
}

Result<std::vector<Entry>> Assessments::list(const trust::Actor& actor) {
  TRY(gatekeeper_.require(actor, {"list"}, assessment_object(), {}));
  return database_.read([](db::Connection& c) -> Result<std::vector<Entry>> {
    std::vector<Entry> entries;
    for (const db::Row& row : TRY(c.query(std::string(kEntry) + "ORDER BY asked_at DESC, id DESC")))
      entries.push_back(TRY(read_entry(row)));
    return entries;
  });
}

Result<Whole> Assessments::find(const trust::Actor& actor, AssessmentId id) {
  TRY(gatekeeper_.require(actor, {"read"}, assessment_object(), id.to_string()));
  const auto row = TRY(database_.read(
      [&](db::Connection& c) { return c.query_one(std::string(kEntry) + "WHERE id = $1", {id}); }));
  if (!row) return fail(ErrorKind::kNotFound, "there is no such assessment");
  Whole whole{TRY(read_entry(*row)), {}, row->text(11)};
  if (whole.entry.state == State::kReady)
    whole.assessment = TRY(parse_assessment(TRY(parse_json(whole.report))));
  return whole;
}

Result<Whole> Assessments::take_out(const trust::Actor& actor, AssessmentId id,
                                    std::string_view form) {
  TRY(gatekeeper_.require(actor, {"export"}, assessment_object(), id.to_string()));
  Whole whole = TRY(find(actor, id));
  if (whole.entry.state != State::kReady)
    return fail(ErrorKind::kNotFound, "the assessment is not made yet");
  TRY(trust::record_audit(database_, actor,
                          {.action = "threat_assessment.export",
                           .object_type = std::string(kType),
                           .object = id.to_string(),
                           .detail = "form=" + std::string(form)},
                          clock_.now()));
  return whole;
}

Result<std::vector<RegisteredRun>> Assessments::family(const trust::Actor& actor) {
  TRY(gatekeeper_.require(actor, {"list"}, assessment_object(), {}));
  return registered_runs(database_);
}

Result<std::optional<Assessments::Years>> Assessments::years() {
  const auto row = TRY(database_.read([](db::Connection& c) {
    return c.query_one(
        "SELECT min(t.period_end), max(t.period_end) FROM threat_case t JOIN threat_load l ON l.id "
        "= t.load_id WHERE l.state = 'current' AND t.period_end IS NOT NULL");
  }));
  if (!row || row->is_null(0)) return std::optional<Years>();
  return std::optional(
      Years{static_cast<int>(row->date(0).year()), static_cast<int>(row->date(1).year())});
}

Result<void> Assessments::make(AssessmentId id, const std::function<Result<void>()>& keep) {
  const auto row = TRY(database_.read([&](db::Connection& c) {
    return c.query_one(
        "SELECT request FROM threat_desk_assessment WHERE id = $1 AND state = 'waiting'", {id});
  }));
  if (!row) return {};  // made already
  const AssessRequest request = TRY(parse_request(TRY(parse_json(row->text(0)))));
  auto made = assess(database_, request, [&](int done, int all) -> Result<void> {
    if (keep) TRY(keep());
    TRY(database_.write([&](db::Connection& c) {
      return c.execute(
          "UPDATE threat_desk_assessment SET steps_done = $2, steps = $3 WHERE id = $1",
          {id, done, all});
    }));
    return {};
  });
  const bool useless = !made && (made.error().kind == ErrorKind::kNotFound ||
                                 made.error().kind == ErrorKind::kInvalid);
  if (!made && !useless) return tl::make_unexpected(made.error());
  if (made) TRY(register_run(database_, *made, clock_.now()));
  const bool synthetic =
      TRY(database_.read([](db::Connection& c) { return holds_synthetic_files(c); }));
  return database_.write([&](db::Connection& c) -> Result<void> {
    const std::int64_t robust =
        made ? std::ranges::count_if(made->findings, &Finding::robust) : std::int64_t{0};
    TRY(c.execute(
        "UPDATE threat_desk_assessment SET state = $2, problem = $3, report = $4, findings = $5, "
        "robust = $6, synthetic = $7, made_at = $8, steps_done = steps WHERE id = $1",
        {id, made ? "ready" : "failed", made ? std::string() : made.error().message,
         made ? to_text(to_json(*made)) : std::string(),
         made ? static_cast<std::int64_t>(made->findings.size()) : std::int64_t{0}, robust,
         synthetic, clock_.now()}));
    return trust::append_audit(
        c, trust::Actor::system("job:threat"),
        {.action = made ? "threat_assessment.make" : "threat_assessment.fail",
         .object_type = std::string(kType),
         .object = id.to_string()},
        clock_.now());
  });
}

Result<void> Assessments::begin_demonstration() {
  const auto row = TRY(database_.read(
      [](db::Connection& c) { return c.query_one("SELECT count(*) FROM threat_load"); }));
  if (row->integer(0) > 0) return {};
  return database_.write([this](db::Connection& c) -> Result<void> {
    TRY(jobs::enqueue(
        c, {.kind = std::string(kDemonstrationJob), .unique_key = std::string(kDemonstrationJob)},
        clock_, random_));
    return {};
  });
}

Result<void> Assessments::make_demonstration() {
  const Folder folder = TRY(Folder::make());
  const Synthesized files = TRY(synthesize(folder.path, {.counties = western_new_york(),
                                                         .cases = kDemonstrationCases,
                                                         .excess = demonstration_excess()}));
  const std::vector<fs::path> paths = {files.whd, files.qcew};
  const ImportResult imported = TRY(import_files(database_, clock_, paths, {}));
  if (!imported.failed.empty()) return tl::make_unexpected(imported.failed.front().error);
  TRY(link_employers(database_, clock_));
  AssessRequest request;
  request.region = "Western New York";
  request.counties = western_new_york();
  request.from = Date(std::chrono::year(2015) / 1 / 1);
  request.to = Date(std::chrono::year(2024) / 12 / 31);
  TRY(enqueue(trust::Actor::system("job:threat"), request));
  return {};
}

void Assessments::add_handlers(jobs::Queue& queue) {
  queue.handle(std::string(kJob), [this](jobs::RunningJob& job) -> Result<void> {
    const Json payload = TRY(parse_json(job.job().payload));
    const Json* id = payload.find("assessment");
    if (id == nullptr || id->if_string() == nullptr)
      return fail(ErrorKind::kInvalid, "names no assessment", "job " + std::string(kJob));
    return make(TRY(AssessmentId::parse(*id->if_string())), [&] { return job.keep(kLease); });
  });
  queue.handle(std::string(kDemonstrationJob),
               [this](jobs::RunningJob&) { return make_demonstration(); });
}

}  // namespace daybreak::threat::desk
