-- Adds what an answer of a model used to the counters of a day and of a session.
--
-- KEYS[1] day    KEYS[2] session    ARGV[1] agent, provider and model as one text
-- ARGV[2] and ARGV[3] how long the two are kept, in ms    ARGV[4...] name, number pairs

for k = 1, 2 do
  for i = 4, #ARGV, 2 do
    redis.call('HINCRBY', KEYS[k], ARGV[1] .. ARGV[i], ARGV[i + 1])
  end
  redis.call('PEXPIRE', KEYS[k], ARGV[k + 1])
end
return 1
