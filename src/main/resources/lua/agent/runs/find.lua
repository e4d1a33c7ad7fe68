-- include agent/runs/record.lua
-- The latest run of an id, by its fields; nothing when there is none. Protocol 04 13.
--
-- ARGV[1] run

local session = redis.call('GET', prefix .. 'id:' .. ARGV[1])
if not session then return {} end
return redis.call('HGETALL', record(session, ARGV[1]))
