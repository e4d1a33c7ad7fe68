-- Reads a dialogue and keeps it for longer.
--
-- KEYS[1] dialogue    ARGV[1] its id    ARGV[2] how long it is kept, in ms
--
-- Answers {id of the step, state}, or {} when it is not under way

local found = redis.call('HMGET', KEYS[1], 'id', 'step', 'state')
if found[1] ~= ARGV[1] then return {} end
redis.call('PEXPIRE', KEYS[1], ARGV[2])
return { found[2], found[3] }
