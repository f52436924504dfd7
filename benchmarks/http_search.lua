-- For wrk: searches as the form sends them, one after the other, the same in every run.
-- DAYBREAK_BENCH_PATH says which address answers them.
local words = { "shelter", "lawyer", "doctor", "food", "work", "counseling", "safe house", "youth shelter",
  "court support", "unpaid wages", "visa", "housing", "hotline", "case management", "albergue", "abogado" }
local needs = { "housing.shelter", "legal", "health.clinic", "food.pantry", "safety.tonight", "housing" }
local places = { "14201", "10001", "12207", "13202", "14604", "Erie, NY" }
local languages = { "es", "zh", "ar", "fr" }
local bodies, next_body = {}, 0

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
    bodies[i] = table.concat(fields, "&"):gsub("[ ,]", { [" "] = "+", [","] = "%2C" })
  end
end

local wanted = os.getenv("DAYBREAK_BENCH_PATH")
local headers = { ["Content-Type"] = "application/x-www-form-urlencoded" }
function request()
  next_body = next_body % #bodies + 1
  return wrk.format("POST", wanted, headers, bodies[next_body])
end

local bad = 0
function response(status) if status ~= 200 then bad = bad + 1; wrk.thread:set("bad", bad) end end
local threads = {}
function setup(thread) thread:set("bad", 0); table.insert(threads, thread) end
function done(summary, latency)
  local refused = 0
  for _, thread in ipairs(threads) do refused = refused + thread:get("bad") end
  io.write(string.format("RESULT %d %d %d %.3f %.3f\n", summary.requests, summary.duration, refused,
    latency:percentile(50) / 1000, latency:percentile(99) / 1000))
end
