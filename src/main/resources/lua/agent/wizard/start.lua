-- Begins a dialogue unless one is under way. Protocol 03 14.
--
-- KEYS[1] dialogue    ARGV[1] its id    ARGV[2] id of its first step    ARGV[3] state
-- ARGV[4] how long it is kept when nobody goes on with it, in ms
--
-- Answers 1, or 0 when there is one

if redis.call('EXISTS', KEYS[1]) == 1 then return 0 end
redis.call('HSET', KEYS[1], 'id', ARGV[1], 'step', ARGV[2], 'state', ARGV[3])
redis.call('PEXPIRE', KEYS[1], ARGV[4])
return 1
