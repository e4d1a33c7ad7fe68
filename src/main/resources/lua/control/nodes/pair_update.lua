-- Changes one field of a paired node and leaves the others as they are.
-- KEYS[1] hash of paired nodes, KEYS[2] hash node -> name given by people
-- ARGV[1] node, ARGV[2] displayName or lastConnectedAtMs, ARGV[3] new name, ARGV[4] 1 when the
-- node is known elsewhere, so that its name is kept although it is not in KEYS[1]
-- Returns 1 when something changed
local stored = redis.call('HGET', KEYS[1], ARGV[1])
if not stored and ARGV[4] ~= '1' then
  return 0
end
if ARGV[2] == 'displayName' then
  redis.call('HSET', KEYS[2], ARGV[1], ARGV[3])
end
if stored then
  local node = cjson.decode(stored)
  if ARGV[2] == 'displayName' then
    node.displayName = ARGV[3]
  else
    local time = redis.call('TIME')
    node.lastConnectedAtMs = time[1] * 1000 + math.floor(time[2] / 1000)
  end
  redis.call('HSET', KEYS[1], ARGV[1], cjson.encode(node))
end
return 1
