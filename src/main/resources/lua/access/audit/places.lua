-- Grants places in the trail to refusals. There is a stock of them, which fills again over the time entries are kept.
-- KEYS[1] hash with the fields left, ms: the stock and when that was so
-- ARGV[1] places wanted, ARGV[2] places in a full stock, ARGV[3] ms it takes to fill
-- Returns how many are granted
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local full = tonumber(ARGV[2])
local stock = redis.call('HMGET', KEYS[1], 'left', 'ms')
local since = math.max(0, now - (tonumber(stock[2]) or now))
local left = math.min(full, (tonumber(stock[1]) or full) + since * full / ARGV[3])
local granted = math.min(tonumber(ARGV[1]), math.floor(left))
redis.call('HSET', KEYS[1], 'left', string.format('%.17g', left - granted), 'ms', string.format('%.0f', now))
redis.call('PEXPIRE', KEYS[1], ARGV[3])
return granted
