-- Reads the signing keys; the first caller's proposal becomes the keys of all instances.
--
-- KEYS[1]  the signing keys    ARGV[1] proposal
--
-- Answers the keys in force

redis.call('SET', KEYS[1], ARGV[1], 'NX')
return redis.call('GET', KEYS[1])
