-- include agent/sessions/entry.lua
-- Begins a session anew under its key, with some of what it had. Protocol 04 16.5.
--
-- KEYS[1]  prefix of all sessions    ARGV[1] key    ARGV[2] its new session id
-- ARGV[3]  how many fields it keeps; then their names; then fields to set as name, value pairs
--
-- Answers the entry

local kept = {}
local keep = tonumber(ARGV[3])
for i = 4, 3 + keep do
  local value = field(ARGV[i])
  if value then kept[#kept + 1], kept[#kept + 2] = ARGV[i], value end
end
release('ids', field('sessionId'))
redis.call('DEL', entryKey)
redis.call('HSET', entryKey, 'sessionId', ARGV[2], unpack(ARGV, 4 + keep))
redis.call('HSET', prefix .. 'ids', ARGV[2], key)
if #kept > 0 then redis.call('HSET', entryKey, unpack(kept)) end
touch()
return redis.call('HGETALL', entryKey)
