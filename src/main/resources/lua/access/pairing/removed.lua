-- Whether a device that is not paired was removed. If not, Redis has lost it.
--
-- KEYS[1]  prefix of the bucket    ARGV[1] device id
--
-- Answers 1 or 0

return redis.call('EXISTS', KEYS[1] .. 'removed:' .. ARGV[1])
