-- Removes the registrations whose lease ran out, and those of one instance if one is named.
-- KEYS[1] hash of registrations, KEYS[2] sorted set of leases
-- ARGV[1] instance that is gone, or empty
-- Returns {removed nodes, what is left: node and registration in turn}
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local removed = redis.call('ZRANGEBYSCORE', KEYS[2], '-inf', now)
if ARGV[1] ~= '' then
  local all = redis.call('HGETALL', KEYS[1])
  for i = 1, #all, 2 do
    if string.match(all[i + 1], '^%d+\n([^\n]*)\n') == ARGV[1] then
      removed[#removed + 1] = all[i]
    end
  end
end
for _, node in ipairs(removed) do
  redis.call('HDEL', KEYS[1], node)
  redis.call('ZREM', KEYS[2], node)
end
return {removed, redis.call('HGETALL', KEYS[1])}
