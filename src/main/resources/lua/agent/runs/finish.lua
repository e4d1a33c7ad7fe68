-- include agent/runs/record.lua
-- Ends a run that its owner has carried out. An abort that was promised wins. Protocol 04 25.4.
--
-- ARGV[1] session  [2] run  [3] owner  [4] state  [5] keep ms; then further fields as name, value
--
-- Answers {"over", next run, its owner}, {"aborting", why}, {"gone"}

local session, run = ARGV[1], ARGV[2]
local key = record(session, run)
local known = redis.call('HMGET', key, 'state', 'owner', 'abort')
if known[1] ~= 'running' or known[2] ~= ARGV[3] then return { 'gone' } end
if known[3] and ARGV[4] ~= 'aborted' then return { 'aborting', known[3] } end
local fields = {}
for i = 6, #ARGV do fields[#fields + 1] = ARGV[i] end
over(session, run, ARGV[4], tonumber(ARGV[5]), unpack(fields))
local next, owner = head(session)
return { 'over', next, owner }
