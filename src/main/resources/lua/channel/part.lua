-- include channel/outbox.lua
-- Some parts of a message are out; the next try goes on with the next one.
-- KEYS[1] prefix of all channel keys, ARGV[1] id, ARGV[2] the sender's turn, ARGV[3] how many parts are out
-- Returns 0 when somebody else took it meanwhile
local key = prefix .. 'out:' .. ARGV[1]
if redis.call('HGET', key, 'turn') ~= ARGV[2] then return 0 end
redis.call('HSET', key, 'parts', ARGV[3])
return 1
