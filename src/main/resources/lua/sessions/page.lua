-- Reads sessions by the time of their last change, the latest first. Protocol 04 16.1.
--
-- KEYS[1]  prefix of all sessions    ARGV[1] how many to pass over    ARGV[2] how many to read
--
-- Answers {key, entry, key, entry, ...}

local found = {}
local last = ARGV[1] + ARGV[2] - 1
for _, key in ipairs(redis.call('ZREVRANGE', KEYS[1] .. 'updated', ARGV[1], last)) do
  found[#found + 1] = key
  found[#found + 1] = redis.call('HGETALL', KEYS[1] .. 'entry:' .. key)
end
return found
