-- Reads part of the trail together with its two ends, all of one moment.
-- KEYS[1] stream, KEYS[2] head, KEYS[3] anchor, as append.lua writes them
-- ARGV[1] 'up' for the oldest first, 'down' for the newest first
-- ARGV[2] lowest and ARGV[3] highest id, ARGV[4] entries at most
-- Returns {head, anchor, entries}; the ends are {seq, hash, ms}, an entry is {id, text, hash}
local function stored(key)
  local link = redis.call('HMGET', key, 'seq', 'hash', 'ms')
  return {link[1] or '0', link[2] or '', link[3] or '0'}
end

local found
if ARGV[1] == 'up' then
  found = redis.call('XRANGE', KEYS[1], ARGV[2], ARGV[3], 'COUNT', ARGV[4])
else
  found = redis.call('XREVRANGE', KEYS[1], ARGV[3], ARGV[2], 'COUNT', ARGV[4])
end
local entries = {}
for i, entry in ipairs(found) do
  local fields = {}
  for j = 1, #entry[2], 2 do fields[entry[2][j]] = entry[2][j + 1] end
  entries[i] = {entry[1], fields.e or '', fields.h or ''}
end
return {stored(KEYS[2]), stored(KEYS[3]), entries}
