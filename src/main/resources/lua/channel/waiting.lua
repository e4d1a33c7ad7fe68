-- include channel/outbox.lua
-- Counts what waits to be said.
-- KEYS[1] prefix of all channel keys
-- Returns for each account for which anything waits {account, how many, ms the oldest has waited}
local all = {}
for _, account in ipairs(redis.call('ZRANGE', prefix .. 'accounts', 0, -1)) do
  local waiting = prefix .. 'waiting:' .. account
  local oldest = redis.call('ZRANGE', waiting, 0, 0, 'WITHSCORES')
  if #oldest > 0 then all[#all + 1] = { account, redis.call('ZCARD', waiting), math.max(0, now - oldest[2]) } end
end
return all
