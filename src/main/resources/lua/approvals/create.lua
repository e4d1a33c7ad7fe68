-- Opens an approval, unless its id is in use. Protocol 02 §15.2.
-- KEYS[1] record, KEYS[2] due list of its bucket
-- ARGV[1] id, ARGV[2] life in ms, ARGV[3] ms a record outlives its end, ARGV[4] '1' when a finished
-- id may not be used again, ARGV[5] device or '', ARGV[6] request hash, ARGV[7] origin of this request,
-- ARGV[8..] fields and values
-- Returns {outcome, createdAtMs, expiresAtMs, nowMs, origin, decision, resolver, words}; the outcome is 'created',
-- 'pending' (taken), 'mine' (pending, same device and request), 'decided' (the same, decided but
-- not surely delivered) or 'finished'
local UNDELIVERED_MS = 5000
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local old = redis.call('HMGET', KEYS[1], 'state', 'createdAtMs', 'expiresAtMs', 'device',
  'requestHash', 'origin', 'answered', 'decision', 'resolvedAtMs', 'resolver', 'words')
if old[1] then
  local created, expires = tonumber(old[2]), tonumber(old[3])
  local mine = ARGV[5] ~= '' and old[4] == ARGV[5] and old[5] == ARGV[6]
  if old[1] == 'pending' and now < expires then
    return {mine and 'mine' or 'pending', created, expires, now, old[6], '', '', ''}
  end
  if old[1] == 'resolved' and old[7] == '0' then
    if mine then
      return {'decided', created, expires, now, old[6], old[8], old[10] or '', old[11] or ''}
    end
    -- The decision is on its way to the first caller; it must not find the record replaced.
    if old[6] ~= '' and now - tonumber(old[9]) < UNDELIVERED_MS then
      return {'pending', created, expires, now, old[6], '', '', ''}
    end
  end
  -- An answer given a moment ago over another connection may have died with it.
  if old[1] == 'resolved' and old[7] ~= '0' and mine and old[6] ~= ARGV[7]
      and now - tonumber(old[7]) < UNDELIVERED_MS then
    return {'decided', created, expires, now, old[6], old[8], old[10] or '', old[11] or ''}
  end
  if ARGV[4] == '1' then
    return {'finished', created, expires, now, old[6], '', '', ''}
  end
end
local expires = now + ARGV[2]
redis.call('DEL', KEYS[1])
redis.call('HSET', KEYS[1], 'state', 'pending', 'createdAtMs', now, 'expiresAtMs', expires,
  'answered', '0', 'consumed', '0', unpack(ARGV, 8))
redis.call('PEXPIREAT', KEYS[1], expires + ARGV[3])
redis.call('ZADD', KEYS[2], expires, ARGV[1])
return {'created', now, expires, now, '', '', '', ''}
