-- include agent/sessions/entry.lua
-- Sets fields of a session unless it was deleted or begun anew meanwhile. Protocol 04 26, cases 12 and 13.
--
-- KEYS[1]  prefix of all sessions    ARGV[1] key    ARGV[2] its session id    ARGV[3...] fields as name, value pairs;
-- a name that begins with "+" is added to the number that is there
--
-- Answers 1 when it is the same, else 0

if field('sessionId') ~= ARGV[2] then return 0 end
for i = 3, #ARGV, 2 do
  local name, value = ARGV[i], ARGV[i + 1]
  if string.sub(name, 1, 1) == '+' then
    redis.call('HINCRBY', entryKey, string.sub(name, 2), value)
  else
    redis.call('HSET', entryKey, name, value)
  end
end
touch()
return 1
