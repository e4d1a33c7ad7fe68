-- Looks for entries that have a text in them, the newest first, without reading for too long at once.
-- KEYS[1] stream
-- ARGV[1] lowest and ARGV[2] highest id, ARGV[3] the text
-- ARGV[4] entries wanted, ARGV[5] entries looked at at most
-- Returns {id of the last entry that was looked at, '' at the end of the range, then the text of each found}
local STEP = 100
local wanted, left, highest = tonumber(ARGV[4]), tonumber(ARGV[5]), ARGV[2]
local found = {''}
while left > 0 do
  local entries = redis.call('XREVRANGE', KEYS[1], highest, ARGV[1], 'COUNT', STEP)
  for _, entry in ipairs(entries) do
    local text
    for i = 1, #entry[2], 2 do
      if entry[2][i] == 'e' then text = entry[2][i + 1] end
    end
    found[1] = entry[1]
    if text and string.find(text, ARGV[3], 1, true) then
      found[#found + 1] = text
      if #found > wanted then return found end
    end
  end
  if #entries < STEP then
    found[1] = ''
    return found
  end
  left = left - STEP
  highest = '(' .. found[1]
end
return found
