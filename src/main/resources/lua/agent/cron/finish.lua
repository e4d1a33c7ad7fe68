-- include agent/cron/job.lua
-- Ends a run, once, with its line in the log. What was decided about the job's future counts only as long as nobody
-- has changed the job meanwhile. Protocol 03 22.4.
--
-- KEYS[1]  prefix of all cron keys    ARGV[1] id    ARGV[2] token of the run
-- ARGV[3]  1 to end it only when its lease has run out    ARGV[4] line of the log    ARGV[5] lines the log keeps
-- ARGV[6]  how long the log of a removed job stays, in ms    ARGV[7] revision the run was claimed at
-- ARGV[8]  next due time, "" for none, "keep" to leave it    ARGV[9] "keep", "disable" or "remove" the job
-- then fields of its state to set as name, value pairs
--
-- Answers "ok", "removed", "lost" (the run is not that one any more), "alive" (its lease still holds)

local known = redis.call('HMGET', jobKey, 'run', 'until', 'rev', 'removed')
if known[1] ~= ARGV[2] then return 'lost' end
if ARGV[3] == '1' and tonumber(known[2]) > now then return 'alive' end

redis.call('RPUSH', prefix .. 'runs:' .. id, ARGV[4])
redis.call('LTRIM', prefix .. 'runs:' .. id, -ARGV[5], -1)
redis.call('HDEL', jobKey, 'run', 'runAt', 'owner', 'until')
redis.call('ZREM', prefix .. 'running', id)
local same = known[3] == ARGV[7]
if known[4] or (same and ARGV[9] == 'remove') then
  forget(ARGV[6])
  return 'removed'
end
if same and ARGV[8] ~= 'keep' then setNext(ARGV[8]) end
if same and ARGV[9] == 'disable' then redis.call('HSET', jobKey, 'enabled', '0') end
redis.call('HSET', jobKey, unpack(ARGV, 10))
arm()
return 'ok'
