-- Renews an instance's lease and claims the leases that ran out.
-- KEYS[1] sorted set of leases, scored by the end of each in Redis milliseconds
-- ARGV[1] instance, ARGV[2] length of a lease in milliseconds
-- Returns {1 when the lease had been lost or is new, live instances, instances claimed for clean-up}
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local added = redis.call('ZADD', KEYS[1], now + ARGV[2], ARGV[1])
local claimed = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', now)
for _, instance in ipairs(claimed) do
  redis.call('ZREM', KEYS[1], instance)
end
return {added, redis.call('ZRANGE', KEYS[1], 0, -1), claimed}
