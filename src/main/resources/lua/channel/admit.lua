-- Lets in, or sends away, who was given a code.
-- KEYS[1] prefix of all channel keys
-- ARGV[1] account, ARGV[2] code, ARGV[3] ms a code lasts, ARGV[4] '1' to let them in, '0' to send them away
-- Returns {sender, name}, or {} when nobody who waits has that code
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local key = KEYS[1] .. 'knocks:' .. ARGV[1]
local waiting = redis.call('HGETALL', key)
for i = 1, #waiting, 2 do
  local entry = cjson.decode(waiting[i + 1])
  if entry.code == ARGV[2] and now - entry.createdAt < tonumber(ARGV[3]) then
    redis.call('HDEL', key, waiting[i])
    if ARGV[4] == '1' then redis.call('SADD', KEYS[1] .. 'admitted:' .. ARGV[1], waiting[i]) end
    return { waiting[i], entry.name }
  end
end
return {}
