-- Lists who waits to be let in to an account.
-- KEYS[1] prefix of all channel keys, ARGV[1] account, ARGV[2] ms a code lasts
-- Returns sender, entry, sender, entry, ...
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local waiting = redis.call('HGETALL', KEYS[1] .. 'knocks:' .. ARGV[1])
local all = {}
for i = 1, #waiting, 2 do
  if now - cjson.decode(waiting[i + 1]).createdAt < tonumber(ARGV[2]) then
    all[#all + 1] = waiting[i]
    all[#all + 1] = waiting[i + 1]
  end
end
return all
