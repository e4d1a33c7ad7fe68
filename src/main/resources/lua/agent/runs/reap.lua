-- include agent/runs/record.lua
-- Takes over behind owners whose lease ran out: what ran is lost, what waits gets a new owner. Protocol 04 25.5.
--
-- ARGV[1] new owner  [2] lease ms  [3] keep ms  [4] most at a time  [5] what the lost ones are told
--
-- Answers for each "adopted" or "lost" and the fields as they were, with a new token for a lost one;
-- then for those that are lost the next run and its owner

local answer = {}
local due = redis.call('ZRANGEBYSCORE', prefix .. 'leases', '-inf', now, 'LIMIT', 0, tonumber(ARGV[4]))
for _, due_name in ipairs(due) do
  local from, to, length = string.find(due_name, '^(%d+):')
  local session = string.sub(due_name, to + 1, to + length)
  local run = string.sub(due_name, to + length + 1)
  local key = record(session, run)
  local state = redis.call('HGET', key, 'state')
  if state == 'queued' then
    redis.call('HSET', key, 'owner', ARGV[1])
    lease(session, run, tonumber(ARGV[2]))
    answer[#answer + 1] = { 'adopted', redis.call('HGETALL', key) }
  elseif state == 'running' then
    redis.call('HSET', key, 'token', redis.call('INCR', prefix .. 'token'))
    local fields = redis.call('HGETALL', key)
    if redis.call('HEXISTS', key, 'abort') == 1 then
      over(session, run, 'aborted', tonumber(ARGV[3]))
    else
      over(session, run, 'lost', tonumber(ARGV[3]), 'error', ARGV[5])
    end
    local next, owner = head(session)
    answer[#answer + 1] = { 'lost', fields, next, owner }
  else
    redis.call('ZREM', prefix .. 'leases', due_name)
  end
end
return answer
