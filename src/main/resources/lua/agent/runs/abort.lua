-- include agent/runs/record.lua
-- Ends runs that wait, and tells those that run to end. The first reason counts. Protocol 04 7, 25.4.
--
-- ARGV[1] session  [2] run, empty for all of the session  [3] why  [4] keep ms
--
-- Answers {"elsewhere"} when the run is not over and belongs to another session, else a list of
-- run, "queued" or "running", owner; then the next run and its owner

local session, wanted = ARGV[1], ARGV[2]
local runs = { wanted }
if wanted == '' then
  runs = redis.call('LRANGE', lane(session), 0, -1)
else
  local state = redis.call('HGET', record(session, wanted), 'state')
  if state ~= 'queued' and state ~= 'running' then
    local other = redis.call('GET', prefix .. 'id:' .. wanted)
    local there = other and other ~= session and redis.call('HGET', record(other, wanted), 'state')
    if there == 'queued' or there == 'running' then return { 'elsewhere' } end
  end
end
local answer = {}
for _, run in ipairs(runs) do
  local key = record(session, run)
  local known = redis.call('HMGET', key, 'state', 'owner')
  if known[1] == 'queued' or known[1] == 'running' then
    redis.call('HSETNX', key, 'abort', ARGV[3])
    if known[1] == 'queued' then over(session, run, 'aborted', tonumber(ARGV[4])) end
    answer[#answer + 1], answer[#answer + 2], answer[#answer + 3] = run, known[1], known[2]
  end
end
local next, owner = head(session)
answer[#answer + 1], answer[#answer + 2] = next, owner
return answer
