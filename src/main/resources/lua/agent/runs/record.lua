-- What scripts of runs share. Protocol 04 25.1.
--
-- KEYS[1]  prefix of everything about runs:
--   run:<name>        one run, by the length of its session, the session and its id
--   id:<run>          session of the latest run of that id
--   lane:<session>    its runs that are not over, the one whose turn it is first
--   leases            names of runs that are not over, by the end of their owner's lease
--   token             the last fencing token

local prefix = KEYS[1]
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)

local function name(session, run) return #session .. ':' .. session .. run end
local function record(session, run) return prefix .. 'run:' .. name(session, run) end
local function lane(session) return prefix .. 'lane:' .. session end

local function lease(session, run, ms)
  redis.call('ZADD', prefix .. 'leases', now + ms, name(session, run))
end

-- Ends a run; what is known of it is kept for a while.
local function over(session, run, state, keep, ...)
  local key = record(session, run)
  redis.call('HSET', key, 'state', state, 'endedAt', now, ...)
  redis.call('HDEL', key, 'request')
  redis.call('PEXPIRE', key, keep)
  redis.call('PEXPIRE', prefix .. 'id:' .. run, keep)
  redis.call('LREM', lane(session), 1, run)
  redis.call('ZREM', prefix .. 'leases', name(session, run))
end

-- Whose turn it is in a session: the run and its owner, empty when nobody waits.
local function head(session)
  local run = redis.call('LINDEX', lane(session), 0)
  if not run then return '', '' end
  return run, redis.call('HGET', record(session, run), 'owner') or ''
end
