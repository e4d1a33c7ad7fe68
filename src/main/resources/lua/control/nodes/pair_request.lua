-- Asks to pair a node, or finds the request that is pending for it already. Whoever finds too many waiting is refused before
-- any of them is looked at.
-- KEYS[1] hash request -> {node, ts, isRepair, facts}, KEYS[2] hash node -> request,
-- KEYS[3] hash of paired nodes, KEYS[4] sorted set of requests by their end in ms
-- ARGV[1] node, ARGV[2] fresh request id, ARGV[3] facts as JSON text, ARGV[4] life in milliseconds
-- ARGV[5] how many may wait
-- Returns {1 when made by this call, request id, request}, or {-1} when too many wait
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
-- Each request is read once when it has run out.
for _, id in ipairs(redis.call('ZRANGEBYSCORE', KEYS[4], '-inf', string.format('%.0f', now))) do
  local over = redis.call('HGET', KEYS[1], id)
  local node = over and cjson.decode(over).node
  if node and redis.call('HGET', KEYS[2], node) == id then redis.call('HDEL', KEYS[2], node) end
  redis.call('HDEL', KEYS[1], id)
  redis.call('ZREM', KEYS[4], id)
end
local id = redis.call('HGET', KEYS[2], ARGV[1])
local known = id and redis.call('HGET', KEYS[1], id)
if known then return {0, id, known} end
if redis.call('ZCARD', KEYS[4]) >= tonumber(ARGV[5]) then return {-1} end
local repair = redis.call('HEXISTS', KEYS[3], ARGV[1]) == 1
local made = cjson.encode({node = ARGV[1], ts = now, isRepair = repair, facts = ARGV[3]})
redis.call('HSET', KEYS[1], ARGV[2], made)
redis.call('HSET', KEYS[2], ARGV[1], ARGV[2])
redis.call('ZADD', KEYS[4], string.format('%.0f', now + ARGV[4]), ARGV[2])
return {1, ARGV[2], made}
