-- include agent/runs/record.lua
-- Notes that a run waits for an approval, or no longer does. Protocol 04 25.3.
--
-- ARGV[1] session  [2] run  [3] owner  [4] "1" while it waits, else ""
--
-- Answers run, kind and request of each run in the session's lane, the waiting one first; nothing when
-- it is over, another instance's, or no longer waits

local session, run = ARGV[1], ARGV[2]
local key = record(session, run)
local known = redis.call('HMGET', key, 'state', 'owner')
if known[1] ~= 'running' or known[2] ~= ARGV[3] then return {} end
if ARGV[4] == '' then
  redis.call('HDEL', key, 'awaits')
  return {}
end
redis.call('HSET', key, 'awaits', 'approval')
local answer = {}
for _, other in ipairs(redis.call('LRANGE', lane(session), 0, -1)) do
  local fields = redis.call('HMGET', record(session, other), 'kind', 'request')
  if fields[1] and fields[2] then
    answer[#answer + 1], answer[#answer + 2], answer[#answer + 3] = other, fields[1], fields[2]
  end
end
return answer
