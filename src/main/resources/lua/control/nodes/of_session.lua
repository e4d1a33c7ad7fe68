-- Tells how long a node is connected with a session.
-- KEYS[1] zset of the node's sessions by their end
-- ARGV[1] session
-- Returns milliseconds, 0 when it is not
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local ends = tonumber(redis.call('ZSCORE', KEYS[1], ARGV[1]) or 0)
return math.max(0, ends - now)
