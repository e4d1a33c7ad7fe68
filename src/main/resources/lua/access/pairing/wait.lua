-- Takes note of a new request that waits for an approval, if there is room: for its address, and for all. When all
-- places are taken, the address with the most requests gives up its oldest, unless that is no more than this one has.
--
-- KEYS[1]  sorted set of requests, scored by their end in ms    KEYS[2]  hash request -> address
-- ARGV[1]  request    ARGV[2] request it replaces, or ""    ARGV[3] address    ARGV[4] its life in ms
-- ARGV[5]  most of one address    ARGV[6] most in all
--
-- Answers {"in", how many wait now, request that has to go or ""}, {"full", most}

local request, replaced, address = ARGV[1], ARGV[2], ARGV[3]
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)

local function leave(id)
  redis.call('ZREM', KEYS[1], id)
  redis.call('HDEL', KEYS[2], id)
end

for _, id in ipairs(redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', string.format('%.0f', now))) do leave(id) end
if replaced ~= '' then leave(replaced) end

local counts, oldest, busiest = {}, {}, nil
local addresses, all = {}, redis.call('HGETALL', KEYS[2])
for i = 1, #all, 2 do addresses[all[i]] = all[i + 1] end
local waiting = redis.call('ZRANGE', KEYS[1], 0, -1)
for _, id in ipairs(waiting) do
  local from = addresses[id] or ''
  counts[from] = (counts[from] or 0) + 1
  oldest[from] = oldest[from] or id
  if not busiest or counts[from] > counts[busiest] then busiest = from end
end

local own, gone = counts[address] or 0, ''
if own >= tonumber(ARGV[5]) then return { 'full', ARGV[5] } end
if #waiting >= tonumber(ARGV[6]) then
  if counts[busiest] <= own + 1 then return { 'full', ARGV[6] } end
  gone = oldest[busiest]
  leave(gone)
end

redis.call('ZADD', KEYS[1], string.format('%.0f', now + ARGV[4]), request)
redis.call('HSET', KEYS[2], request, address)
redis.call('PEXPIRE', KEYS[1], ARGV[4])
redis.call('PEXPIRE', KEYS[2], ARGV[4])
return { 'in', redis.call('ZCARD', KEYS[1]), gone }
