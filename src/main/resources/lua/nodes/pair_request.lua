-- Asks to pair a node, or finds the request that is pending for it already.
-- KEYS[1] hash request -> {node, ts, isRepair, facts}, KEYS[2] hash node -> request,
-- KEYS[3] hash of paired nodes
-- ARGV[1] node, ARGV[2] fresh request id, ARGV[3] facts as JSON text, ARGV[4] life in milliseconds
-- ARGV[5] how many may wait
-- Returns {1 when made by this call, request id, request}, or {-1} when too many wait
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local id = redis.call('HGET', KEYS[2], ARGV[1])
if id then
  local known = redis.call('HGET', KEYS[1], id)
  if known and now - cjson.decode(known).ts <= tonumber(ARGV[4]) then
    return {0, id, known}
  end
  redis.call('HDEL', KEYS[1], id)
end
if redis.call('HLEN', KEYS[1]) >= tonumber(ARGV[5]) then
  local all = redis.call('HGETALL', KEYS[1])
  for i = 1, #all, 2 do
    if now - cjson.decode(all[i + 1]).ts > tonumber(ARGV[4]) then redis.call('HDEL', KEYS[1], all[i]) end
  end
  if redis.call('HLEN', KEYS[1]) >= tonumber(ARGV[5]) then return {-1} end
end
local repair = redis.call('HEXISTS', KEYS[3], ARGV[1]) == 1
local made = cjson.encode({node = ARGV[1], ts = now, isRepair = repair, facts = ARGV[3]})
redis.call('HSET', KEYS[1], ARGV[2], made)
redis.call('HSET', KEYS[2], ARGV[1], ARGV[2])
return {1, ARGV[2], made}
