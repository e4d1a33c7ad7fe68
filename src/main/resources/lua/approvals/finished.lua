-- include approvals/history.lua
-- Reads the last use of an id that has ended.
-- KEYS[1] index, KEYS[2] entries of the id's bucket
-- ARGV[1] id
-- Returns the entry, or false
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local wanted = redis.sha1hex(ARGV[1])
local kept = redis.call('ZREVRANGEBYSCORE', KEYS[1], '+inf', string.format('%.0f', now - HISTORY_MS))
for _, name in ipairs(kept) do
  if string.sub(name, -40) == wanted then
    return redis.call('HGET', KEYS[2], name)
  end
end
return false
