-- Replaces the signing keys unless somebody else did in the meantime.
--
-- KEYS[1]  the signing keys    ARGV[1] the keys as last read    ARGV[2] the new keys
--
-- Answers the keys in force

if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('SET', KEYS[1], ARGV[2]) end
return redis.call('GET', KEYS[1])
