-- Reads one session. Protocol 04 16.
--
-- KEYS[1]  prefix of all sessions    ARGV[1] key
--
-- Answers the entry; empty when there is none

return redis.call('HGETALL', KEYS[1] .. 'entry:' .. ARGV[1])
