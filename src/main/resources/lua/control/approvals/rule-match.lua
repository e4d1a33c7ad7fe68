-- Looks for the rule of a request, and counts requests that no rule answers.
-- KEYS[1] rule, KEYS[2] how often it was asked, by day, KEYS[3] when each was asked last
-- ARGV[1] key of the rule, ARGV[2] what the keys of counts start with, ARGV[3] counts to keep,
-- ARGV[4] days to count
-- Returns the rule, as fields and values; nothing when there is none
local DAY_MS = 86400000
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local ends = redis.call('HGET', KEYS[1], 'expiresAtMs')
if ends and tonumber(ends) > now then
  return redis.call('HGETALL', KEYS[1])
end
local today = math.floor(now / DAY_MS)
redis.call('HINCRBY', KEYS[2], today, 1)
redis.call('PEXPIRE', KEYS[2], ARGV[4] * DAY_MS)
for _, day in ipairs(redis.call('HKEYS', KEYS[2])) do
  if tonumber(day) <= today - ARGV[4] then
    redis.call('HDEL', KEYS[2], day)
  end
end
redis.call('ZADD', KEYS[3], now, ARGV[1])
local over = redis.call('ZCARD', KEYS[3]) - ARGV[3]
if over > 0 then
  for _, key in ipairs(redis.call('ZRANGE', KEYS[3], 0, over - 1)) do
    redis.call('DEL', ARGV[2] .. key)
    redis.call('ZREM', KEYS[3], key)
  end
end
return {}
