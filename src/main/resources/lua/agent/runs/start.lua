-- include agent/runs/record.lua
-- Lets a run begin when it is its turn. Protocol 04 4.1, 25.1.
--
-- ARGV[1] session  [2] run  [3] owner  [4] lease ms
--
-- Answers {"started", token, startedAt}, {"waiting"}, {"gone"}

local session, run = ARGV[1], ARGV[2]
local key = record(session, run)
if redis.call('HGET', key, 'state') ~= 'queued' or redis.call('HGET', key, 'owner') ~= ARGV[3] then
  return { 'gone' }
end
if redis.call('LINDEX', lane(session), 0) ~= run then return { 'waiting' } end
local token = redis.call('INCR', prefix .. 'token')
redis.call('HSET', key, 'state', 'running', 'startedAt', now, 'token', token)
lease(session, run, tonumber(ARGV[4]))
return { 'started', tostring(token), tostring(now) }
