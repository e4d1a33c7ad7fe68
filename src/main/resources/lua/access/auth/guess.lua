-- Counts a wrong secret of one client address, unless it is locked out; locks it out when there were
-- too many within the window. The window slides: the list holds the times of the latest failures.
-- KEYS[1] list of those times, oldest first; KEYS[2] the lock-out, there while it lasts
-- ARGV[1] failures that lock out, ARGV[2] window in ms, ARGV[3] length of a lock-out in ms
-- Returns {wait, began}: how long the address is still locked out, and how long the lock-out that this
-- failure began; in ms, 0 for neither
local wait = redis.call('PTTL', KEYS[2])
if wait > 0 then
  return {wait, 0}
end
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local max, window, lockout = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local failures = redis.call('RPUSH', KEYS[1], string.format('%.0f', now))
if failures > max then
  redis.call('LTRIM', KEYS[1], -max, -1)
end
if failures >= max and now - redis.call('LINDEX', KEYS[1], 0) < window then
  redis.call('DEL', KEYS[1])
  redis.call('SET', KEYS[2], '1', 'PX', lockout)
  return {0, lockout}
end
redis.call('PEXPIRE', KEYS[1], window)
return {0, 0}
