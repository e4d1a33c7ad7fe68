-- Prolongs the lease of a running call.
-- KEYS[1] the call
-- ARGV[1] owner, ARGV[2] length of a lease in milliseconds, ARGV[3] time the key outlives its
-- lease in milliseconds
-- Returns 1 when it still is the owner's
if redis.call('HGET', KEYS[1], 'owner') ~= ARGV[1] then
  return 0
end
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('HSET', KEYS[1], 'until_ms', now + ARGV[2])
redis.call('PEXPIRE', KEYS[1], ARGV[2] + ARGV[3])
return 1
