-- Makes a connection the node's current one; the newest always wins.
-- KEYS[1] hash node -> epoch, instance, connection and facts, a line each
-- KEYS[2] sorted set of nodes, scored by the end of each lease in Redis milliseconds
-- KEYS[3] counter of epochs
-- KEYS[4] counter of how often this node displaced a live connection of its own
-- ARGV[1] node, ARGV[2] instance, ARGV[3] connection, ARGV[4] facts, ARGV[5] length of a lease in
-- milliseconds, ARGV[6] life of the displacement counter in milliseconds
-- Returns {epoch, displaced registration or false, displacements lately}
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local epoch = redis.call('INCR', KEYS[3])
local former = redis.call('HGET', KEYS[1], ARGV[1])
local displaced = 0
if former and string.match(former, '^%d+\n[^\n]*\n([^\n]*)\n') == ARGV[3] then
  former = false
end
if former then
  displaced = redis.call('INCR', KEYS[4])
  if displaced == 1 then
    redis.call('PEXPIRE', KEYS[4], ARGV[6])
  end
end
local entry = string.format('%d', epoch) .. '\n' .. ARGV[2] .. '\n' .. ARGV[3] .. '\n' .. ARGV[4]
redis.call('HSET', KEYS[1], ARGV[1], entry)
redis.call('ZADD', KEYS[2], now + ARGV[5], ARGV[1])
return {epoch, former, displaced}
