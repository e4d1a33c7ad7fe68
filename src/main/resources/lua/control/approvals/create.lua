-- Opens an approval, unless its id is in use. Protocol 02 §15.2.
-- KEYS[1] record, KEYS[2] due list of its bucket
-- ARGV[1] id, ARGV[2] life in ms, ARGV[3] ms a record outlives its end, ARGV[4] '1' when a finished
-- id may not be used again, ARGV[5] device or '', ARGV[6] connection, ARGV[7] hash of what is asked,
-- ARGV[8] hash of the variables' values or '', ARGV[9] salt for a new record, ARGV[10] origin of this
-- request, ARGV[11] label of the rule that answers it or '', ARGV[12] the same as JSON, ARGV[13..]
-- fields and values
-- Returns {outcome, createdAtMs, expiresAtMs, nowMs, origin, decision, resolver, words}; the outcome is
-- 'created', 'ruled' (created, and answered by a rule), 'pending' (taken), 'mine' (pending, same device
-- and request), 'decided' (the same, decided but
-- not surely delivered) or 'finished'
local UNDELIVERED_MS = 5000
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local old = redis.call('HMGET', KEYS[1], 'state', 'createdAtMs', 'expiresAtMs', 'device', 'askHash',
  'origin', 'answered', 'decision', 'resolvedAtMs', 'salt', 'env', 'conn', 'resolver', 'words')
-- Who reads Redis cannot guess short values from this.
local function sealed(salt)
  return ARGV[8] == '' and '' or redis.sha1hex(salt .. ':' .. ARGV[8])
end
if old[1] then
  local created, expires = tonumber(old[2]), tonumber(old[3])
  local same = old[5] == ARGV[7] and old[11] == sealed(old[10] or '')
  local mine = same and ARGV[5] ~= '' and old[4] == ARGV[5]
  if old[1] == 'pending' and now < expires then
    return {mine and 'mine' or 'pending', created, expires, now, old[6], '', '', ''}
  end
  if old[1] == 'resolved' and old[7] == '0' then
    if mine then
      return {'decided', created, expires, now, old[6], old[8], old[13] or '', old[14] or ''}
    end
    -- The decision is on its way to the first caller; it must not find the record replaced.
    if old[6] ~= '' and now - tonumber(old[9]) < UNDELIVERED_MS then
      return {'pending', created, expires, now, old[6], '', '', ''}
    end
  end
  -- An answer given a moment ago over another connection may have died with it.
  if old[1] == 'resolved' and old[7] ~= '0' and mine and old[6] ~= ARGV[10]
      and now - tonumber(old[7]) < UNDELIVERED_MS then
    return {'decided', created, expires, now, old[6], old[8], old[13] or '', old[14] or ''}
  end
  -- A decision about the first question must not be one about another that came under its id. Who
  -- has no device is told apart by the connection alone.
  local again = mine or (same and ARGV[5] == '' and old[4] == '' and old[12] == ARGV[6])
  if ARGV[4] == '1' or not again then
    return {'finished', created, expires, now, old[6], '', '', ''}
  end
end
local expires = now + ARGV[2]
-- A full Redis refuses only a script's first write, and never a deletion: it must refuse this one.
redis.call('HSET', KEYS[1], 'state', 'pending')
redis.call('DEL', KEYS[1])
redis.call('HSET', KEYS[1], 'state', 'pending', 'createdAtMs', now, 'expiresAtMs', expires,
  'answered', '0', 'consumed', '0', 'salt', ARGV[9], 'env', sealed(ARGV[9]), unpack(ARGV, 13))
if ARGV[11] ~= '' then
  redis.call('HSET', KEYS[1], 'state', 'resolved', 'decision', 'allow-always', 'resolvedBy', ARGV[11],
    'resolvedAtMs', now, 'reason', 'user', 'resolver', ARGV[12], 'byRule', '1')
  redis.call('PEXPIRE', KEYS[1], ARGV[3])
  return {'ruled', now, expires, now, '', 'allow-always', ARGV[12], ''}
end
redis.call('PEXPIREAT', KEYS[1], expires + ARGV[3])
redis.call('ZADD', KEYS[2], expires, ARGV[1])
return {'created', now, expires, now, '', '', '', ''}
