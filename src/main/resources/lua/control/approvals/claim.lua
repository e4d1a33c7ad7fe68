-- Lets a command run on the strength of an approval, once for an allow-once, when it is in every
-- respect what was approved. Protocol 02 §17.1.
-- KEYS[1] record
-- ARGV[1] caller's device or '', ARGV[2] caller's connection, ARGV[3] node, ARGV[4] text that the
-- words may be run for when only that was approved, or '', ARGV[5] words as JSON, ARGV[6] folder or
-- '', ARGV[7] hash of the variables or '', ARGV[8] agent or '', ARGV[9] session or '',
-- ARGV[10] hash of the node's own plan or '', ARGV[11] '1' when the text for people says these words,
-- ARGV[12] generation that the caller's device was let in under
-- Returns {'granted', decision, the approved plan or '', key of the rule it hangs on or '', '1' when
-- this is a use of the rule that is not yet counted, when it was asked, the device by whose rights it
-- was allowed or '', when}, or {'refused', code, field or ''}
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local r = redis.call('HMGET', KEYS[1], 'state', 'decision', 'expiresAtMs', 'device', 'conn',
  'nodeId', 'binding', 'consumed', 'command', 'argv', 'cwd', 'salt', 'env', 'agentId',
  'sessionKey', 'planHash', 'plan', 'ruleKey', 'byRule',
  'generation', 'createdAtMs', 'approver', 'resolvedAtMs')
local function refused(code, field)
  return {'refused', code, field or ''}
end
if not r[1] or not r[7] then
  return refused('UNKNOWN_APPROVAL_ID')
end
if r[1] == 'expired' or now >= tonumber(r[3]) then
  return refused('APPROVAL_EXPIRED')
end
if r[6] ~= ARGV[3] and (r[6] ~= '' or r[7] ~= 'first-use') then
  return refused('APPROVAL_NODE_MISMATCH')
end
if r[4] ~= ARGV[1] then
  return refused('APPROVAL_DEVICE_MISMATCH')
end
-- A device that lost rights since, or was removed and paired again, is not the one that asked.
if r[20] and r[20] ~= ARGV[12] then
  return refused('APPROVAL_DEVICE_MISMATCH')
end
-- Without a device only the connection itself tells callers apart.
if r[4] == '' and r[5] ~= ARGV[2] then
  return refused('APPROVAL_CLIENT_MISMATCH')
end
local asked = {}
if r[10] ~= '' then
  asked.argv = r[10] == ARGV[5]
else
  asked.argv = ARGV[4] ~= '' and r[9] == ARGV[4]
end
asked.rawCommand = ARGV[11] == '1'
asked.cwd = r[11] == ARGV[6]
asked.env = r[13] == (ARGV[7] == '' and '' or redis.sha1hex(r[12] .. ':' .. ARGV[7]))
asked.agentId = r[14] == ARGV[8]
asked.sessionKey = r[15] == ARGV[9]
-- The approved plan goes to the node whether the caller repeats it or not.
asked.systemRunPlan = ARGV[10] == '' or r[16] == ARGV[10]
for _, field in ipairs({'argv', 'rawCommand', 'cwd', 'env', 'agentId', 'sessionKey',
  'systemRunPlan'}) do
  if not asked[field] then
    return refused('APPROVAL_REQUEST_MISMATCH', field)
  end
end
if r[2] ~= 'allow-once' and r[2] ~= 'allow-always' then
  return refused('UNKNOWN_APPROVAL_ID')
end
-- It holds as long as its rule; what no rule was made of holds once.
local rule = r[2] == 'allow-always' and r[18] or ''
if rule == '' and r[8] ~= '0' then
  return refused('UNKNOWN_APPROVAL_ID')
end
redis.call('HSET', KEYS[1], 'consumed', '1')
-- The request that a rule answered was counted; the first run of it is the same use.
local uncounted = (r[19] == '1' and r[8] == '0') and '0' or '1'
if r[6] == '' then
  redis.call('HSET', KEYS[1], 'nodeId', ARGV[3])
end
return {'granted', r[2], r[17], rule, uncounted, r[21], r[22] or '', r[23] or '0'}
