-- include agent/cron/job.lua
-- Claims a due time for one run, or a run somebody asked for by hand. From here on that due time is spent, whatever
-- becomes of the run: it cannot be claimed again. Protocol 03 22.4.
--
-- KEYS[1]  prefix of all cron keys    ARGV[1] id    ARGV[2] revision it was read at
-- ARGV[3]  due time it was read with, "" for a run by hand    ARGV[4] next due time, "" for none, "keep" to leave it
-- ARGV[5]  token of the run    ARGV[6] instance that runs it    ARGV[7] length of its lease, in ms
-- ARGV[8]  most runs at once, 0 for any number
--
-- Answers {"claimed", now}, {"changed"}, {"running"} (the job is), {"busy"} (too many others are)

local known = redis.call('HMGET', jobKey, 'rev', 'next', 'run', 'removed')
if known[1] ~= ARGV[2] or known[4] then return { 'changed' } end
if known[3] then return { 'running' } end
if ARGV[3] ~= '' and (known[2] ~= ARGV[3] or tonumber(ARGV[3]) > now) then return { 'changed' } end
local most = tonumber(ARGV[8])
if most > 0 and redis.call('ZCARD', prefix .. 'running') >= most then return { 'busy' } end
if ARGV[4] ~= 'keep' then setNext(ARGV[4]) end
redis.call('HSET', jobKey, 'run', ARGV[5], 'runAt', now, 'owner', ARGV[6], 'until', now + ARGV[7])
redis.call('ZADD', prefix .. 'running', now + ARGV[7], id)
arm()
return { 'claimed', now }
