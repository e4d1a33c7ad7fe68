-- Notes that a chat goes on under another id. 'moved:<account>' leads from each id that a chat had to the one it has now,
-- 'former:<account>' from the one it has now to those it had, the first one first, with blanks between them.
-- KEYS[1] prefix of all channel keys, ARGV[1] account, ARGV[2] the old id, ARGV[3] the new one, ARGV[4] most chats that are noted
-- Returns 1 when it was not known
local moved, former = KEYS[1] .. 'moved:' .. ARGV[1], KEYS[1] .. 'former:' .. ARGV[1]
local old, new = ARGV[2], ARGV[3]
if old == new or redis.call('HGET', moved, old) == new then return 0 end
if redis.call('HLEN', moved) >= tonumber(ARGV[4]) then return 0 end
local ids = {}
for id in string.gmatch(redis.call('HGET', former, old) or '', '%S+') do ids[#ids + 1] = id end
ids[#ids + 1] = old
-- Never in a circle.
if redis.call('HEXISTS', moved, new) == 1 then return 0 end
for _, id in ipairs(ids) do redis.call('HSET', moved, id, new) end
redis.call('HDEL', former, old)
redis.call('HSET', former, new, table.concat(ids, ' '))
return 1
