-- Changes who waits for an approval, if the waiter is still the one expected.
-- KEYS[1] record
-- ARGV[1] createdAtMs, ARGV[2] expected origin, ARGV[3] new origin, or '' when nobody waits
-- Returns 1 when changed; a new waiter joins a pending approval only
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local r = redis.call('HMGET', KEYS[1], 'state', 'createdAtMs', 'expiresAtMs', 'origin')
if not r[1] or r[2] ~= ARGV[1] or r[4] ~= ARGV[2] then
  return 0
end
if ARGV[3] ~= '' and (r[1] ~= 'pending' or now >= tonumber(r[3])) then
  return 0
end
redis.call('HSET', KEYS[1], 'origin', ARGV[3])
return 1
