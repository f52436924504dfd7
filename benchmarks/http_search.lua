-- For wrk: searches as the form sends them, one after the other, the same in every run.
-- DAYBREAK_BENCH_PATH says which address answers them.
local words = { "shelter", "lawyer", "doctor", "food", "work", "counseling", "safe house", "youth shelter",
  "court support", "unpaid wages", "visa", "housing", "hotline", "case management", "albergue", "abogado" }
local needs = { "housing.shelter", "legal", "health.clinic", "food.pantry", "safety.tonight", "housing" }
local places = { "14201", "10001", "12207", "13202", "14604", "Erie, NY" }
local languages = { "es", "zh", "ar", "fr" }
local wanted = os.getenv("DAYBREAK_BENCH_PATH")
local headers = { ["Content-Type"] = "application/x-www-form-urlencoded" }
local requests, next_request = {}, 0

function init()
  math.randomseed(7)
  local function one(list) return list[math.random(#list)] end
  for i = 1, 300 do
    local fields = { "miles=25" }
    if i % 3 == 0 then
      fields[#fields + 1] = "need=" .. one(needs) .. "&place=" .. one(places)
    elseif i % 3 == 1 then
      fields[#fields + 1] = "text=" .. one(words)
    else
      fields[#fields + 1] = "text=" .. one(words) .. "&place=" .. one(places) .. "&language=" .. one(languages)
    end
    local body = table.concat(fields, "&"):gsub("[ ,]", { [" "] = "+", [","] = "%2C" })
    requests[i] = wrk.format("POST", wanted, headers, body)
  end
end

-- Made before the clock runs: wrk shares the processors with the server.
function request()
  next_request = next_request % #requests + 1
  return requests[next_request]
end

function done(summary, latency)
  local errors = summary.errors
  local refused = errors.status + errors.connect + errors.read + errors.write + errors.timeout
  io.write(string.format("RESULT %d %d %d %.3f %.3f\n", summary.requests, summary.duration, refused,
    latency:percentile(50) / 1000, latency:percentile(99) / 1000))
end
