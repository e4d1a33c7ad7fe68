-- Takes a dialogue from the step that was answered to the next one.
--
-- KEYS[1] dialogue    ARGV[1] its id    ARGV[2] id of the step that was answered
-- ARGV[3] id of the next one    ARGV[4] state    ARGV[5] how long it is kept, in ms
--
-- Answers 1, or 0 when that step does not wait for an answer

local found = redis.call('HMGET', KEYS[1], 'id', 'step')
if found[1] ~= ARGV[1] or found[2] ~= ARGV[2] then return 0 end
redis.call('HSET', KEYS[1], 'step', ARGV[3], 'state', ARGV[4])
redis.call('PEXPIRE', KEYS[1], ARGV[5])
return 1
