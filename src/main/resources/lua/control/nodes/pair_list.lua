-- Lists requests and paired nodes; requests that ran out disappear.
-- KEYS[1] hash of requests, KEYS[2] hash node -> request, KEYS[3] hash of paired nodes,
-- KEYS[4] sorted set of requests by their end in ms
-- ARGV[1] life of a request in milliseconds
-- Returns {request id and request in turn, node and paired node in turn}
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local all = redis.call('HGETALL', KEYS[1])
local pending = {}
for i = 1, #all, 2 do
  local ends = tonumber(redis.call('ZSCORE', KEYS[4], all[i]))
  local request
  if not ends then
    -- Of an instance that does not keep the ends.
    request = cjson.decode(all[i + 1])
    ends = request.ts + ARGV[1]
    redis.call('ZADD', KEYS[4], string.format('%.0f', ends), all[i])
  end
  if now >= ends then
    request = request or cjson.decode(all[i + 1])
    redis.call('HDEL', KEYS[1], all[i])
    redis.call('ZREM', KEYS[4], all[i])
    if redis.call('HGET', KEYS[2], request.node) == all[i] then
      redis.call('HDEL', KEYS[2], request.node)
    end
  else
    pending[#pending + 1] = all[i]
    pending[#pending + 1] = all[i + 1]
  end
end
return {pending, redis.call('HGETALL', KEYS[3])}
