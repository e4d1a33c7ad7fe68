-- include agent/cron/job.lua
-- Removes a job. One that runs is gone for everybody at once and forgotten when its run ends. Protocol 03 22.2.
--
-- KEYS[1]  prefix of all cron keys    ARGV[1] id    ARGV[2] how long its log stays, in ms
--
-- Answers 1 when there was one, else 0

local known = redis.call('HMGET', jobKey, 'rev', 'run', 'removed')
if not known[1] or known[3] then return 0 end
if known[2] then
  redis.call('HSET', jobKey, 'removed', '1')
  redis.call('ZREM', prefix .. 'ids', id)
  arm()
else
  forget(ARGV[2])
end
return 1
