-- Reads one paired device.
--
-- KEYS[1]  prefix of the bucket    ARGV[1] device id
--
-- Answers its fields; empty when it is not paired

return redis.call('HGETALL', KEYS[1] .. 'device:' .. ARGV[1])
