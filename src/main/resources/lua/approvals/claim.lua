-- Lets a command run on the strength of an approval, once for an allow-once. Protocol 02 §17.1.
-- KEYS[1] record
-- ARGV[1] caller's device or '', ARGV[2] caller's connection, ARGV[3] node, ARGV[4] command text,
-- ARGV[5] argv as JSON
-- Returns 'granted:' with the decision, or the code of the refusal
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local r = redis.call('HMGET', KEYS[1], 'state', 'decision', 'expiresAtMs', 'device', 'conn',
  'nodeId', 'command', 'argv', 'consumed')
if not r[1] then
  return 'UNKNOWN_APPROVAL_ID'
end
if r[1] == 'expired' or now >= tonumber(r[3]) then
  return 'APPROVAL_EXPIRED'
end
if r[6] ~= '' and r[6] ~= ARGV[3] then
  return 'APPROVAL_NODE_MISMATCH'
end
if r[4] ~= ARGV[1] then
  return 'APPROVAL_DEVICE_MISMATCH'
end
-- Without a device only the connection itself tells callers apart.
if r[4] == '' and r[5] ~= ARGV[2] then
  return 'APPROVAL_CLIENT_MISMATCH'
end
local same
if r[8] ~= '' and ARGV[5] ~= '[]' then
  same = r[8] == ARGV[5]
else
  same = r[7] == ARGV[4]
end
if not same then
  return 'APPROVAL_REQUEST_MISMATCH'
end
if r[2] == 'allow-always' then
  return 'granted:allow-always'
end
if r[2] ~= 'allow-once' or r[9] ~= '0' then
  return 'UNKNOWN_APPROVAL_ID'
end
redis.call('HSET', KEYS[1], 'consumed', '1')
return 'granted:allow-once'
