-- Gives up the lease of an account.
-- KEYS[1] prefix of all channel keys, ARGV[1] account, ARGV[2] instance
-- Returns 1 when it was this instance's
local key = KEYS[1] .. 'lease:' .. ARGV[1]
if redis.call('GET', key) ~= ARGV[2] then return 0 end
return redis.call('DEL', key)
