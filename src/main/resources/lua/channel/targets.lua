-- Says whom the latest question about an approval was put to. Protocol 02 5.
-- KEYS[1] prefix of all channel keys, ARGV[1] id of the approval
-- Returns the targets
local asked = redis.call('GET', KEYS[1] .. 'askedid:' .. ARGV[1])
local targets = {}
if asked then
  for _, field in ipairs(redis.call('HKEYS', KEYS[1] .. 'asked:' .. asked)) do
    if string.sub(field, 1, 3) == 'to:' then targets[#targets + 1] = string.sub(field, 4) end
  end
end
return targets
