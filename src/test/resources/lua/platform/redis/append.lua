-- Appends to a list and tells its length.
-- KEYS[1] the list
-- ARGV[1] the value
return redis.call('RPUSH', KEYS[1], ARGV[1])
