-- include agent/sessions/entry.lua
-- Reads rows of sessions by the time of their last change, the latest first. Protocol 04 16.1.
--
-- KEYS[1]  prefix of all sessions    ARGV[1] the only key looked at, or ""
-- ARGV[2]  the time at which the part before ended, or "" for the first one    ARGV[3] how many to look at, or some more:
--          all of one millisecond come in one part    ARGV[4] how many to answer at most
-- ARGV[5]  the earliest time of a change    ARGV[6] agent, or ""    ARGV[7] who spawned them, as JSON, or ""
-- ARGV[8]  1 with "global"    ARGV[9] 1 with "unknown"
--
-- Answers {the time at which this part ends, or "" at the end of the list, row, row, ...}; to put the rows together here
-- would take longer than all the rest

local STEP = 1000
local updated = prefix .. 'updated'
local only, after, part, limit, since = ARGV[1], ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4]), ARGV[5]
local ofAgent, spawner = ARGV[6] ~= '' and 'agent:' .. ARGV[6] .. ':', ARGV[7] ~= '' and ARGV[7]

local function wanted(name)
  if name == 'global' or name == 'unknown' then
    return not ofAgent and not spawner and (name == 'global' and ARGV[8] or ARGV[9]) == '1'
  end
  if ofAgent and (string.sub(name, 1, #ofAgent) ~= ofAgent or #name == #ofAgent) then return false end
  return not spawner or redis.call('HGET', prefix .. 'entry:' .. name, 'spawnedBy') == spawner
end

local answer, rows = { '' }, 0
local function add(found)
  local names = {}
  for _, name in ipairs(found) do
    if wanted(name) then names[#names + 1] = name end
  end
  if #names == 0 then return end
  local encoded = redis.call('HMGET', prefix .. 'rows', unpack(names))
  for i = 1, #names do
    local row = encoded[i] or remember(names[i])
    if row and rows < limit then
      rows = rows + 1
      answer[rows + 1] = row
    end
  end
end

if only ~= '' then
  local changed = redis.call('ZSCORE', updated, only)
  if changed and tonumber(changed) >= tonumber(since) then add({ only }) end
  return answer
end

local from = after == '' and 0 or redis.call('ZCOUNT', updated, after, '+inf')
local to = redis.call('ZCOUNT', updated, since, '+inf')
if from + part < to then
  local last = redis.call('ZREVRANGE', updated, from + part - 1, from + part - 1, 'WITHSCORES')[2]
  local behind = redis.call('ZCOUNT', updated, last, '+inf')
  if behind < to then
    answer[1], to = last, behind
  end
end
local size = math.min(limit + 2, STEP)
while from < to and rows < limit do
  add(redis.call('ZREVRANGE', updated, from, math.min(from + size, to) - 1))
  from = from + size
end
if rows == limit then answer[1] = '' end
return answer
