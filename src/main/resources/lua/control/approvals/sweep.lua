-- Marks what is overdue in one bucket as expired and tells what is pending there. Each expiry is
-- claimed by one sweep, since it leaves the due list with it.
-- KEYS[1] due list
-- ARGV[1] what the bucket's record keys start with, ARGV[2] ms a record outlives its end
-- Returns id, expiresAtMs, id, expiresAtMs ... of the pending ones
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
for _, id in ipairs(redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', now)) do
  local record = ARGV[1] .. id
  redis.call('ZREM', KEYS[1], id)
  if redis.call('HGET', record, 'state') == 'pending' then
    redis.call('HSET', record, 'state', 'expired')
    redis.call('PEXPIRE', record, ARGV[2])
  end
end
return redis.call('ZRANGE', KEYS[1], 0, -1, 'WITHSCORES')
