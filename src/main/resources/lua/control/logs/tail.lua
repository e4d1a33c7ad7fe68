-- Reads the end of the log, by the rules of a file that is followed by its size. Protocol 03 3.
--
-- KEYS[1] stream    ARGV[1] size when it was read before, or -1
-- ARGV[2] lines and ARGV[3] bytes at most
--
-- Answers {size, truncated, reset, lines}, the newest line first

local cursor, most = tonumber(ARGV[1]), tonumber(ARGV[3])

local function ends(entry) return tonumber(string.match(entry[1], '^%d+')) end
local function starts(entry) return ends(entry) - #entry[2][2] - 1 end

local last = redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', 1)[1]
if not last then return { 0, 0, 0, {} } end
local oldest = starts(redis.call('XRANGE', KEYS[1], '-', '+', 'COUNT', 1)[1])
local size = ends(last)

local from, truncated, reset = cursor, false, false
if cursor < oldest or cursor > size or size - cursor > most then
  from = math.max(oldest, size - most)
  reset = cursor >= 0
  truncated = from > oldest or (reset and cursor < size)
end

local lines = {}
local first = string.format('%.0f', from + 1)
for _, entry in ipairs(redis.call('XREVRANGE', KEYS[1], '+', first, 'COUNT', ARGV[2])) do
  if starts(entry) >= from then lines[#lines + 1] = entry[2][2] end
end
return { size, truncated and 1 or 0, reset and 1 or 0, lines }
