-- Approves or rejects a pending request; the first to do so wins.
-- KEYS[1] hash of requests, KEYS[2] hash node -> request, KEYS[3] hash of paired nodes,
-- KEYS[4] sorted set of requests by their end in ms
-- ARGV[1] request id, ARGV[2] life of a request in milliseconds, ARGV[3] digest of the node's new
-- token, or empty to reject
-- Returns {node, now, paired node or false}, or false when there is no such request
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local stored = redis.call('HGET', KEYS[1], ARGV[1])
if not stored then
  return false
end
local request = cjson.decode(stored)
redis.call('HDEL', KEYS[1], ARGV[1])
redis.call('ZREM', KEYS[4], ARGV[1])
if redis.call('HGET', KEYS[2], request.node) == ARGV[1] then
  redis.call('HDEL', KEYS[2], request.node)
end
if now - request.ts > tonumber(ARGV[2]) then
  return false
end
if ARGV[3] == '' then
  return {request.node, now, false}
end
local former = redis.call('HGET', KEYS[3], request.node)
local created = former and cjson.decode(former).createdAtMs or now
local node = cjson.encode({
  facts = request.facts, digest = ARGV[3], createdAtMs = created, approvedAtMs = now})
redis.call('HSET', KEYS[3], request.node, node)
return {request.node, now, node}
