-- include agent/runs/record.lua
-- Enters a run into the lane of its session, once for each id. Protocol 04 5.2, 25.3.
--
-- ARGV[1] session  [2] run  [3] kind  [4] owner  [5] request  [6] lease ms
-- ARGV[7] how long an ended run of that id answers for it, ms  [8] most runs in a lane
--
-- Answers {"begun", createdAt, the session's current run when it waits for an approval, else ""}, {"active", fields}, {"over", fields}, {"full"}

local session, run, kind = ARGV[1], ARGV[2], ARGV[3]
local key = record(session, run)
local state = redis.call('HGET', key, 'state')
if state == 'queued' or state == 'running' then return { 'active', redis.call('HGETALL', key) } end
if state and redis.call('HGET', key, 'kind') == kind
  and now - tonumber(redis.call('HGET', key, 'endedAt')) < tonumber(ARGV[7]) then
  return { 'over', redis.call('HGETALL', key) }
end
if redis.call('LLEN', lane(session)) >= tonumber(ARGV[8]) then return { 'full' } end
-- A full Redis refuses only a script's first write, and never a deletion: it must refuse this one.
redis.call('SET', prefix .. 'id:' .. run, session)
redis.call('DEL', key)
redis.call('HSET', key, 'session', session, 'run', run, 'kind', kind, 'owner', ARGV[4], 'request', ARGV[5],
  'state', 'queued', 'createdAt', now, 'seq', 0)
redis.call('RPUSH', lane(session), run)
lease(session, run, tonumber(ARGV[6]))
local current = redis.call('LINDEX', lane(session), 0)
return { 'begun', tostring(now), redis.call('HGET', record(session, current), 'awaits') and current or '' }
