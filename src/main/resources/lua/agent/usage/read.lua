-- Reads counters, all of one moment.
--
-- KEYS  counters    Answers a flat list of name, number pairs for each

local found = {}
for i, key in ipairs(KEYS) do found[i] = redis.call('HGETALL', key) end
return found
