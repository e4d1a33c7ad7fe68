-- Counts how often somebody is told that something they sent cannot be taken.
-- KEYS[1] prefix of all channel keys, ARGV[1] account, chat and sender, ARGV[2] ms, ARGV[3] how often in that time
-- Returns 1 when they may be told once more
local key = KEYS[1] .. 'regrets:' .. ARGV[1]
local count = redis.call('INCR', key)
if count == 1 then redis.call('PEXPIRE', key, ARGV[2]) end
return count <= tonumber(ARGV[3]) and 1 or 0
