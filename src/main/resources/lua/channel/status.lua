-- Reads what is known of accounts.
-- KEYS[1] prefix of all channel keys, ARGV the accounts
-- Returns for each the fields and values of its status, flat; 'listener' is who holds its lease
local all = {}
for i, account in ipairs(ARGV) do
  local fields = redis.call('HGETALL', KEYS[1] .. 'status:' .. account)
  local listener = redis.call('GET', KEYS[1] .. 'lease:' .. account)
  if listener then
    fields[#fields + 1] = 'listener'
    fields[#fields + 1] = listener
  end
  all[i] = fields
end
return all
