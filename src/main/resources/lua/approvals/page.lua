-- include approvals/history.lua
-- Names finished approvals of one bucket, the last one first.
-- KEYS[1] index
-- ARGV[1] latest end, in ms, or '+inf', ARGV[2] how many; those that ended in that very ms come besides
-- Returns name, endedAtMs, name, endedAtMs ...
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local same = ARGV[1] == '+inf' and 0 or redis.call('ZCOUNT', KEYS[1], ARGV[1], ARGV[1])
return redis.call('ZREVRANGEBYSCORE', KEYS[1], ARGV[1], string.format('%.0f', now - HISTORY_MS),
  'WITHSCORES', 'LIMIT', 0, ARGV[2] + same)
