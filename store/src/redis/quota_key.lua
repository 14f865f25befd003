-- The key of quota groups, made if there is none; it lives on from now.
-- KEYS: its name. ARGV: a proposal, its time (ms). Answers the key.
local found = redis.call('GET', KEYS[1])
if found then
  redis.call('PEXPIRE', KEYS[1], ARGV[2])
  return found
end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return ARGV[1]
