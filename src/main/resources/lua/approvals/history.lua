-- Keeps finished approvals, for 30 days and so many of each bucket. The script that ends an approval
-- enters it, so none is lost between the two.
-- The index orders names by the end of what they name; entries has a JSON array of texts for each:
-- id, createdAtMs, expiresAtMs, endedAtMs, decision or '', reason, resolver or '', shown
local HISTORY_MS, HISTORY_MOST = 2592000000, 256

local function forget(index, entries, names)
  if #names > 0 then
    redis.call('ZREM', index, unpack(names))
    redis.call('HDEL', entries, unpack(names))
  end
end

local function remember(index, entries, now, ended)
  -- An id may be used again, so its creation belongs to the name.
  local name = ended[2] .. '-' .. redis.sha1hex(ended[1])
  redis.call('ZADD', index, ended[4], name)
  redis.call('HSET', entries, name, cjson.encode(ended))
  forget(index, entries,
    redis.call('ZRANGEBYSCORE', index, '-inf', string.format('%.0f', now - HISTORY_MS)))
  local excess = redis.call('ZCARD', index) - HISTORY_MOST
  if excess > 0 then
    forget(index, entries, redis.call('ZRANGE', index, 0, excess - 1))
  end
  redis.call('PEXPIRE', index, HISTORY_MS)
  redis.call('PEXPIRE', entries, HISTORY_MS)
end

-- Ends an approval that nobody decided in time.
local function expire(record, index, entries, now, id)
  local r = redis.call('HMGET', record, 'createdAtMs', 'expiresAtMs', 'shown')
  redis.call('HSET', record, 'state', 'expired', 'reason', 'timeout')
  remember(index, entries, now, {id, r[1], r[2], r[2], '', 'timeout', '', r[3] or '{}'})
end
