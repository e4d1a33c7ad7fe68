-- include agent/cron/job.lua
-- Adds a job, or changes it unless somebody else has meanwhile. Protocol 03 22.2.
--
-- KEYS[1]  prefix of all cron keys    ARGV[1] id    ARGV[2] revision it was read at, 0 for a new one
-- ARGV[3]  definition    ARGV[4] 1 when enabled, else 0    ARGV[5] next due time, "" for none, "keep" to leave it
-- ARGV[6]  most jobs there may be; then fields of its state to set as name, value pairs
--
-- Answers {"ok", job}, {"changed"}, {"full"}

local known = redis.call('HMGET', jobKey, 'rev', 'removed')
local revision = tonumber(known[1] or '0')
if known[2] or revision ~= tonumber(ARGV[2]) then return { 'changed' } end
if revision == 0 then
  if redis.call('ZCARD', prefix .. 'ids') >= tonumber(ARGV[6]) then return { 'full' } end
  redis.call('ZADD', prefix .. 'ids', now, id)
end
redis.call('HSET', jobKey, 'id', id, 'rev', revision + 1, 'def', ARGV[3], 'enabled', ARGV[4])
if ARGV[5] ~= 'keep' then
  setNext(ARGV[5])
  redis.call('HDEL', jobKey, 'failures')
end
if #ARGV > 6 then redis.call('HSET', jobKey, unpack(ARGV, 7)) end
arm()
return { 'ok', redis.call('HGETALL', jobKey) }
