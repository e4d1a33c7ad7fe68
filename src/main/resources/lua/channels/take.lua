-- include channels/outbox.lua
-- Takes messages that are due, for one instance to send.
-- KEYS[1] prefix of all channel keys, ARGV[1] how many at most, ARGV[2] ms it has for them
-- Returns for each {id, target, message, since, tries}; then it is the only one who sends to these targets
local due = redis.call('ZRANGEBYSCORE', prefix .. 'due', '-inf', now + 1, 'LIMIT', 0, 1000)
local blocked, taken = {}, {}
redis.call('ZREMRANGEBYSCORE', prefix .. 'busy', '-inf', now)
for _, id in ipairs(due) do
  if #taken >= tonumber(ARGV[1]) then break end
  local key = prefix .. 'out:' .. id
  local known = redis.call('HMGET', key, 'target', 'text', 'since', 'tries')
  local target = known[1]
  if not target then
    redis.call('ZREM', prefix .. 'due', id)
  elseif not blocked[target] then
    blocked[target] = true
    if not redis.call('ZSCORE', prefix .. 'busy', target) then
      redis.call('ZADD', prefix .. 'busy', now + ARGV[2], target)
      redis.call('HINCRBY', key, 'tries', 1)
      taken[#taken + 1] = { id, target, known[2], known[3], known[4] }
    end
  end
end
return taken
