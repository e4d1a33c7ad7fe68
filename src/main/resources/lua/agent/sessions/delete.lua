-- include agent/sessions/entry.lua
-- Forgets a session; its transcript lies elsewhere. Protocol 04 16.6.
--
-- KEYS[1]  prefix of all sessions    ARGV[1] key
--
-- Answers its session id, "" when there was none

local id = field('sessionId')
release('labels', field('label'))
release('ids', id)
redis.call('DEL', entryKey)
redis.call('ZREM', prefix .. 'updated', key)
redis.call('HDEL', prefix .. 'rows', key)
return id or ''
