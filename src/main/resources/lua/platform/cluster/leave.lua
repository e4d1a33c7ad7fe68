-- Gives up the lease of an instance that says goodbye or is found dead; one caller wins.
-- KEYS[1] sorted set of leases
-- ARGV[1] instance
-- Returns 1 when the lease was still there
return redis.call('ZREM', KEYS[1], ARGV[1])
