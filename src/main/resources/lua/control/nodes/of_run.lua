-- Tells for which session a node was asked to carry a run out.
-- KEYS[1] zset of the node's runs by their end, KEYS[2] hash of its runs, each with its session
-- ARGV[1] run, ARGV[2] 1 when nothing more is to be heard of it
-- Returns {session, empty for none}, or {} for a run that the node was not asked for
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local ends = tonumber(redis.call('ZSCORE', KEYS[1], ARGV[1]) or 0)
local session = redis.call('HGET', KEYS[2], ARGV[1])
if not session or ends <= now then
  return {}
end
if ARGV[2] == '1' then
  redis.call('ZREM', KEYS[1], ARGV[1])
  redis.call('HDEL', KEYS[2], ARGV[1])
end
return {session}
