-- Says whether a rule is in force, and counts a use of it.
-- KEYS[1] rule
-- ARGV[1] '1' to count
-- Returns 1 when it is in force
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local ends = redis.call('HGET', KEYS[1], 'expiresAtMs')
if not ends or tonumber(ends) <= now then
  return 0
end
if ARGV[1] == '1' then
  redis.call('HINCRBY', KEYS[1], 'uses', 1)
  redis.call('HSET', KEYS[1], 'lastUsedAtMs', now)
end
return 1
