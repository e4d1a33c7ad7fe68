-- include agent/sessions/entry.lua
-- Removes fields of a session unless it has become another one meanwhile. Protocol 04 16.7.
--
-- KEYS[1]  prefix of all sessions    ARGV[1] key    ARGV[2] its session id    ARGV[3...] names of fields
--
-- Answers 1 when it is the same, else 0

if field('sessionId') ~= ARGV[2] then return 0 end
redis.call('HDEL', entryKey, unpack(ARGV, 3))
touch()
return 1
