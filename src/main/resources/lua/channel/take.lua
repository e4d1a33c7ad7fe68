-- include channel/outbox.lua
-- Takes messages that are due, for one instance to send.
-- KEYS[1] prefix of all channel keys
-- ARGV[1] how many at most, ARGV[2] how many targets of one account at once, ARGV[3] ms it has for them
-- ARGV[4..] account, to how many of its targets the instance is sending, account, ...
-- Returns for each {id, account, target, message, since, turn, parts}; then it is the only one who sends to these targets
local left, most = tonumber(ARGV[1]), tonumber(ARGV[2])
local sending, taken = {}, {}
for i = 4, #ARGV, 2 do sending[ARGV[i]] = tonumber(ARGV[i + 1]) end

for _, account in ipairs(redis.call('ZRANGEBYSCORE', prefix .. 'accounts', '-inf', now)) do
  local room = math.min(left, most - (sending[account] or 0))
  if room > 0 then
    local due = prefix .. 'due:' .. account
    for _, target in ipairs(redis.call('ZRANGEBYSCORE', due, '-inf', now, 'LIMIT', 0, room)) do
      local line = prefix .. 'line:' .. target
      local id = redis.call('LINDEX', line, 0)
      local key = prefix .. 'out:' .. (id or '')
      local known = redis.call('HMGET', key, 'text', 'since', 'parts')
      if known[1] then
        local turn = redis.call('HINCRBY', key, 'turn', 1)
        redis.call('ZADD', due, now + ARGV[3], target)
        taken[#taken + 1] = { id, account, target, known[1], known[2], tostring(turn), known[3] }
        left = left - 1
      else
        redis.call('LPOP', line)
        redis.call('ZREM', prefix .. 'waiting:' .. account, id or '')
        if redis.call('EXISTS', line) == 0 then redis.call('ZREM', due, target) end
      end
    end
    arrange(account)
  end
end
return taken
