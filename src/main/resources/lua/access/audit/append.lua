-- Appends a batch of entries if the head is still the one their hashes were computed from, then takes
-- away what is too old or too much. An empty batch only reads the head and takes away.
-- KEYS[1] stream, KEYS[2] head, KEYS[3] anchor: the last entry that was taken away; the latter two are
-- hashes with the fields seq, hash, ms
-- ARGV[1] number and ARGV[2] hash of the head the batch follows
-- ARGV[3] ms an entry is kept, ARGV[4] entries kept at most, ARGV[5] latest ts of the batch
-- ARGV[6...] id, text and hash of each entry
-- Returns {outcome, seq, hash, ms, now}, the middle three of the head; the outcome is 'ok', 'done' (the
-- batch was in already), 'moved' (another head) or 'future' (a clock runs ahead)
local AHEAD, TAKEN_AT_ONCE = 2000, 100
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)

local function hashOf(fields)
  for i = 1, #fields, 2 do
    if fields[i] == 'h' then return fields[i + 1] end
  end
  return ''
end

local function take()
  local cutoff = string.format('%.0f', now - ARGV[3])
  local old = redis.call('XRANGE', KEYS[1], '-', cutoff, 'COUNT', TAKEN_AT_ONCE)
  local excess = redis.call('XLEN', KEYS[1]) - ARGV[4]
  if excess > #old and #old < TAKEN_AT_ONCE then
    old = redis.call('XRANGE', KEYS[1], '-', '+', 'COUNT', math.min(excess, TAKEN_AT_ONCE))
  end
  if #old == 0 then return end
  local ids = {}
  for i, entry in ipairs(old) do ids[i] = entry[1] end
  local last = old[#old]
  local ms, seq = string.match(last[1], '^(%d+)-(%d+)$')
  redis.call('HSET', KEYS[3], 'seq', seq, 'hash', hashOf(last[2]), 'ms', ms)
  redis.call('XDEL', KEYS[1], unpack(ids))
end

local function finish(outcome)
  take()
  local head = redis.call('HMGET', KEYS[2], 'seq', 'hash', 'ms')
  return {outcome, head[1] or '0', head[2] or '', head[3] or '0', string.format('%.0f', now)}
end

local head = redis.call('HMGET', KEYS[2], 'seq', 'hash')
if (head[1] or '0') ~= ARGV[1] or (head[2] or ARGV[2]) ~= ARGV[2] then
  local first = ARGV[6] and redis.call('XRANGE', KEYS[1], ARGV[6], ARGV[6])[1]
  if first and hashOf(first[2]) == ARGV[8] then
    -- A write, so that waiting for replicas means something on a new connection too.
    redis.call('HSET', KEYS[2], 'seen', string.format('%.0f', now))
    return finish('done')
  end
  return finish('moved')
end
if not ARGV[6] then return finish('ok') end
if tonumber(ARGV[5]) > now + AHEAD then return finish('future') end
for i = 6, #ARGV, 3 do
  redis.call('XADD', KEYS[1], ARGV[i], 'e', ARGV[i + 1], 'h', ARGV[i + 2])
end
local ms, seq = string.match(ARGV[#ARGV - 2], '^(%d+)-(%d+)$')
redis.call('HSET', KEYS[2], 'seq', seq, 'hash', ARGV[#ARGV], 'ms', ms)
return finish('ok')
