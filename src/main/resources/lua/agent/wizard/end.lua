-- Forgets a dialogue.
--
-- KEYS[1] dialogue    ARGV[1] its id
--
-- Answers 1, or 0 when it is not under way

if redis.call('HGET', KEYS[1], 'id') ~= ARGV[1] then return 0 end
return redis.call('DEL', KEYS[1])
