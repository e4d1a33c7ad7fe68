-- include agent/runs/record.lua
-- Keeps the runs of an instance its own. Protocol 04 25.1.
--
-- ARGV[1] owner  [2] lease ms; then session, run, last seq of each
--
-- Answers for each "gone" or "kept", and why it is to be aborted, or an empty text

local answer = {}
for i = 3, #ARGV, 3 do
  local session, run = ARGV[i], ARGV[i + 1]
  local key = record(session, run)
  local known = redis.call('HMGET', key, 'state', 'owner', 'abort')
  if (known[1] == 'queued' or known[1] == 'running') and known[2] == ARGV[1] then
    redis.call('HSET', key, 'seq', ARGV[i + 2])
    lease(session, run, tonumber(ARGV[2]))
    answer[#answer + 1] = 'kept'
  else
    answer[#answer + 1] = 'gone'
  end
  answer[#answer + 1] = known[3] or ''
end
return answer
