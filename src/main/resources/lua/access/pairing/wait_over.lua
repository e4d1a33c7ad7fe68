-- Forgets a request that waits no more.
--
-- KEYS[1]  sorted set of requests    KEYS[2]  hash request -> address    ARGV[1] request
--
-- Answers 1 when it was there

redis.call('HDEL', KEYS[2], ARGV[1])
return redis.call('ZREM', KEYS[1], ARGV[1])
