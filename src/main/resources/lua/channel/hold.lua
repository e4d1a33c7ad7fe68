-- Takes or prolongs the lease of an account: who holds it listens for it, nobody else does.
-- KEYS[1] prefix of all channel keys
-- ARGV[1] account, ARGV[2] instance, ARGV[3] ms it lasts, ARGV[4] an owner known to be gone, or ''
-- Returns who holds it now
local key = KEYS[1] .. 'lease:' .. ARGV[1]
local owner = redis.call('GET', key)
if owner and owner ~= ARGV[2] and owner ~= ARGV[4] then return owner end
redis.call('SET', key, ARGV[2], 'PX', ARGV[3])
return ARGV[2]
