-- What the scripts of the outbox know. A message is a hash under 'out:<id>': 'account', 'target', 'text' (as it is to be sent,
-- JSON), 'since', 'turn' (how often it was taken), 'parts' (how many of its parts are out). 'line:<target>' lists the ids for a
-- target in their order; only its head is sent. 'due:<account>' holds the targets of an account by when their heads are to be
-- tried, or, while one is being sent, by when its sender's time is over; 'accounts' holds the accounts by the first of these.
-- 'waiting:<account>' holds all ids by 'since'. All times are ms of Redis time.

local prefix = KEYS[1]
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)

-- After the targets of an account changed.
local function arrange(account)
  local first = redis.call('ZRANGE', prefix .. 'due:' .. account, 0, 0, 'WITHSCORES')
  if #first == 0 then
    redis.call('ZREM', prefix .. 'accounts', account)
  else
    redis.call('ZADD', prefix .. 'accounts', first[2], account)
  end
end

local function put(id, target, text)
  local key = prefix .. 'out:' .. id
  if redis.call('EXISTS', key) == 1 or redis.call('EXISTS', prefix .. 'sent:' .. id) == 1 then return 0 end
  local message = cjson.decode(text)
  local account = message.channel .. ':' .. (message.accountId or '')
  redis.call('HSET', key, 'account', account, 'target', target, 'text', text, 'since', now, 'turn', 0, 'parts', 0)
  redis.call('RPUSH', prefix .. 'line:' .. target, id)
  redis.call('ZADD', prefix .. 'waiting:' .. account, now, id)
  if redis.call('ZADD', prefix .. 'due:' .. account, 'NX', now, target) == 1 then arrange(account) end
  return 1
end

-- Tells everybody who was asked about an approval how it ended; once.
local function tellEnd(approval, text)
  local key = prefix .. 'asked:' .. approval
  redis.call('ZREM', prefix .. 'expiring', approval)
  local fields = redis.call('HGETALL', key)
  if #fields == 0 or redis.call('HGET', key, 'ended') then return 0 end
  redis.call('HSET', key, 'ended', '1')
  local count = 0
  for i = 1, #fields, 2 do
    if string.sub(fields[i], 1, 3) == 'to:' then
      local message = cjson.decode(fields[i + 1])
      message.text = text or redis.call('HGET', key, 'expired')
      message.buttons = nil
      local target = string.sub(fields[i], 4)
      count = count + put(approval .. ' ended ' .. target, target, cjson.encode(message))
    end
  end
  return count
end
