-- Removes a node's registration if it is still that of the given connection.
-- KEYS[1] hash of registrations, KEYS[2] sorted set of leases
-- ARGV[1] node, ARGV[2] connection
-- Returns 1 when removed
local entry = redis.call('HGET', KEYS[1], ARGV[1])
if not entry or string.match(entry, '^%d+\n[^\n]*\n([^\n]*)\n') ~= ARGV[2] then
  return 0
end
redis.call('HDEL', KEYS[1], ARGV[1])
redis.call('ZREM', KEYS[2], ARGV[1])
return 1
